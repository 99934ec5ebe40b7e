"""Pages of a desk with many persons: the list, searches in it, whether somebody new is perhaps known, all data of one.

A node of its own answers them over HTTP to somebody who is signed in. Beside each stands /healthz of the same node.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from deploy.bench.measuring import BenchFault, Figure, p50, p95, timed_ms
from deploy.bench.programs import free_port, node_process
from deploy.bench.workshop import Workshop
from deploy.demo.building import found
from deploy.demo.nodes import DemoNode
from deploy.demo.people import ANSWER_S, Operator
from deploy.demo.persons import FAMILY_NAMES, GIVEN_NAMES, TRADES
from federation.database import Database
from node.candidates.models import Candidate
from node.candidates.queries import PAGE_SIZE
from node.core import clock
from node.core.config import load
from node.core.db import transaction
from schemas.codes import spelling

AIM_MS = 100.0
AIM_EXPORT_MS = 60_000.0
ASKED = 30
"""So many of each kind are asked for in a run."""
SEED = 2011
TOGETHER = 1_000
FIRST_NUMBER = 3_400_000_000


def measure(workshop: Workshop) -> list[Figure]:
    node = DemoNode("golasecca", ("Golasecca",), free_port())
    root = workshop.folder / "counter"
    root.mkdir()
    found(root, node)
    workshop.say(f"{workshop.sizes.persons:,} persons into a desk")
    persons = fill(node.folder(root), workshop.sizes.persons)
    with node_process(node.folder(root), node.port), Operator(node) as operator:
        return list(figures(workshop, operator, persons))


def fill(folder: Path, count: int) -> list[dict[str, Any]]:
    """Take in so many; a few of them are given back."""
    desk = Database(load(folder, {}).desk_url, durable=False)
    coming, chance = people(count), random.Random(SEED)
    known: list[dict[str, Any]] = []
    try:
        while some := list(islice(coming, TOGETHER)):
            known += chance.sample(some, min(len(some), ASKED))
            with transaction(desk) as session:
                session.execute(insert(Candidate.__table__), some)
    finally:
        desk.dispose()
    return chance.sample(known, min(len(known), ASKED))


def people(count: int) -> Iterator[dict[str, Any]]:
    """The rows of `count` invented persons, the same ones each time; two in five bear the name of another."""
    chance, now = random.Random(SEED), clock.now()
    for number in range(count):
        given, family = chance.choice(GIVEN_NAMES[chance.choice("FM")]), " ".join(chance.sample(FAMILY_NAMES, 2))
        yield {
            "ref": f"person-{number}",
            "given_name": given,
            "family_name": family,
            "folded_name": " ".join(spelling.words(f"{family} {given}")),
            "phone": str(FIRST_NUMBER + number * 7),
            "phone_digits": str(FIRST_NUMBER + number * 7),
            "phone_is_shared": False,
            "trades": [{"title": title, "code": None} for title in chance.choice(TRADES)],
            "notice_version": "2026-11",
            "notice_given_at": now,
            "notice_given_by": "bench",
            "created_at": now,
            "changed_at": now,
            "version": 1,
        }


def figures(workshop: Workshop, operator: Operator, persons: Sequence[dict[str, Any]]) -> Iterator[Figure]:
    pages = workshop.sizes.persons // PAGE_SIZE
    chance, form = random.Random(SEED), operator.form("/desk/persone/nuova")
    names = [f"{each['family_name'][:4]} {each['given_name'][:3]}" for each in persons]
    asked: dict[str, tuple[float, list[Callable[[], object]]]] = {
        "a page of the list": (AIM_MS, [looked(operator, pagina=chance.randint(1, pages)) for _ in persons]),
        "a search by beginnings of a name": (AIM_MS, [looked(operator, q=name) for name in names]),
        "a search by part of a telephone": (AIM_MS, [looked(operator, q=each["phone"][-6:]) for each in persons]),
        "who may be known already": (AIM_MS, [partial(typed, operator, form, each) for each in persons]),
        "all data of a person": (
            AIM_EXPORT_MS,
            [partial(operator.page, f"/desk/persone/{each['ref']}/dati") for each in persons],
        ),
    }
    for what, (aim, questions) in asked.items():
        runs, floors = [], []
        for run in range(workshop.sizes.runs):
            workshop.say(f"{what}, run {run + 1} of {workshop.sizes.runs}")
            runs.append([timed_ms(each) for each in questions])
            floors.append(p50([timed_ms(partial(operator.page, "/healthz")) for _ in questions]))
        told = f"{what}, {workshop.sizes.persons:,} persons"
        yield Figure(f"{told}: median", "ms", tuple(map(p50, runs)), aim, p50(floors), "/healthz of the same node")
        yield Figure(f"{told}: p95", "ms", tuple(map(p95, runs)), aim)


def looked(operator: Operator, **asked: Any) -> Callable[[], object]:
    query = "&".join(f"{name}={value}" for name, value in asked.items()).replace(" ", "+")

    def look() -> None:
        if "/desk/persone/person-" not in operator.page(f"/desk/persone?{query}"):
            raise BenchFault(f"the list of persons has nobody for {query}")

    return look


def typed(operator: Operator, form: dict[str, str], person: dict[str, Any]) -> None:
    """Somebody with that name is taken in: the page asks first whether she is one of those who are there."""
    name = {each: person[each] for each in ("family_name", "given_name")}
    told = form | name | {"trades": "barista", "phone": "000 000001", "notice_given": "true"}
    answer = operator.browser.post(f"{operator.node.url}/desk/persone", data=told, timeout=ANSWER_S)
    if "/desk/persone/person-" not in answer.text:
        raise BenchFault(f"{person['family_name']} is known, and nobody was told")
