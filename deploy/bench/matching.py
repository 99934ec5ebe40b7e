"""Work for a person among a whole network's vacancies, and persons for a vacancy among those of a large desk.

Beside each, what it costs to put the same rules to everybody: to every vacancy of the network, every person of the desk.
"""

import gc
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from deploy.bench.judged import corpus
from deploy.bench.large_network import LargeNetwork
from deploy.bench.measuring import BenchFault, Figure, p50, p95, timed_ms
from deploy.bench.workshop import Workshop
from federation import replica
from federation.database import Database
from node.candidates.models import Candidate
from node.core.db import Base, transaction
from node.matching.opening import opening_of
from node.matching.profile import COLUMNS, profile_of
from node.matching.queries import offers_for, persons_for
from node.matching.rules import OUT, match
from node.vacancies.document import vacancy_sketch
from node.vacancies.models import Vacancy
from schemas.codes import CONTRACTS, EDUCATION, HOURS
from schemas.codes.skills import skills_of

AIM_MS = 100.0
PERSONS = 20_000
ASKED = 100
"""So many persons, and so many vacancies, are asked for in a run."""
SCANNED = 3
"""So many are also put to everybody, which takes seconds each."""
SEED = 2011
TOGETHER = 1_000
RADII_KM = (None, 5, 10, 15, 20, 30, 50)
HELD = ((), ("B",), ("B",), ("B", "muletto"), ("B", "C", "CQC"))
MEMBERS = (
    "title", "places", "contract", "occupation", "description", "tasks", "requirements", "offer", "remote", "hours",
    "education", "experience", "licences", "languages", "sector",
)  # fmt: skip
"""The members of a document that a vacancy of the desk has under the same name, days apart."""


def measure(workshop: Workshop) -> list[Figure]:
    network = workshop.large_network
    copies, desk = network.replica(), new_desk(workshop.folder)
    try:
        workshop.say(f"{PERSONS:,} persons into a desk")
        fill(desk, network)
        gc.freeze()  # as a node does before it answers: what it has loaded is no garbage
        return [*offers(workshop, network, copies, desk), *persons(workshop, network, desk)]
    finally:
        gc.unfreeze()
        copies.dispose()
        desk.dispose()


def new_desk(folder: Path) -> Database:
    """The tables of a desk, and nothing in them."""
    desk = Database(f"sqlite:///{folder / 'persons.sqlite'}", durable=False)
    Base.metadata.create_all(desk.engine)
    return desk


def fill(desk: Database, network: LargeNetwork) -> None:
    coming = people(network)
    while some := list(islice(coming, TOGETHER)):
        with transaction(desk) as session:
            session.execute(insert(Candidate.__table__), some)


def people(network: LargeNetwork) -> Iterator[dict[str, Any]]:
    """Persons who look for work of the kinds that the vacancies offer, and live where it is; the same ones each time."""
    chance = random.Random(SEED)
    offered = [each.document for each in with_a_trade(network, PERSONS)]
    for number in range(PERSONS):
        sought, done = chance.choice(offered), chance.choice(offered)
        yield {
            "ref": f"person-{number}",
            "given_name": "Maria",
            "family_name": f"Rossi {number}",
            "folded_name": f"rossi {number} maria",
            "phone_is_shared": False,
            "trades": [{"title": sought["title"], "code": sought["occupation"]}],
            "experiences": [
                {"trade": each["title"], "code": each["occupation"], "years": chance.randint(0, 9), "until": None}
                for each in (sought, done)
            ],
            "skills": [each.code for each in skills_of(sought["occupation"])[: chance.randint(0, 6)]],
            "languages": [{"code": "it", "level": chance.choice(("A2", "B1", "C2"))}],
            "licences": list(chance.choice(HELD)),
            "own_transport": chance.random() < 0.7,
            "education": chance.choice((None, *EDUCATION)),
            "residence": sought["places"][0].get("istat"),
            "radius_km": chance.choice(RADII_KM),
            "hours": chance.choice((None, *HOURS)),
            "contracts": chance.sample(CONTRACTS.codes, chance.randint(0, 3)),
            "excluded_employers": [],
            "excluded_sectors": [],
            "shifts": chance.random() < 0.6,
            "nights": chance.random() < 0.3,
            "weekends": chance.random() < 0.4,
            "notes": "Preferisce essere chiamata la mattina. " * chance.randint(0, 10),
            "notice_version": "2026-11",
            "notice_given_at": network.now,
            "notice_given_by": "bench",
            "created_at": network.now,
            "changed_at": network.now,
            "version": 1,
        }


def with_a_trade(network: LargeNetwork, count: int) -> list[corpus.Judged]:
    told = corpus.generated(network.size, today=network.now.date())
    return list(islice((each for each in told if each.document.get("occupation")), count))


def offers(workshop: Workshop, network: LargeNetwork, copies: Database, desk: Database) -> list[Figure]:
    with desk.reading() as session:
        chosen = select(*(getattr(Candidate, name) for name in COLUMNS)).order_by(Candidate.ref)
        profiles = [profile_of(row) for row in session.execute(chosen.limit(ASKED))]

    def ask(profile: Any) -> int:
        with desk.reading() as session, copies.reading() as held:
            found = offers_for(session, held, network.index, "varese", profile, network.now)
        return found.fits + found.near

    def scan(profile: Any) -> int:
        with copies.reading() as session:
            every = session.scalars(select(replica.Copy).where(replica.Copy.kind == "vacancy", *replica.USED))
            return fitting(match(profile, opening_of(copy.body)) for copy in every.yield_per(TOGETHER))

    return figures(workshop, f"offers for a person among {network.size:,}", profiles, ask, scan)


def persons(workshop: Workshop, network: LargeNetwork, desk: Database) -> list[Figure]:
    documents = [each.document for each in with_a_trade(network, ASKED)]
    vacancies = [
        Vacancy(**{name: document[name] for name in MEMBERS if name in document}, positions=1) for document in documents
    ]

    def ask(vacancy: Vacancy) -> int:
        with desk.reading() as session:
            found = persons_for(session, vacancy)
        return found.fits + found.near

    def scan(vacancy: Vacancy) -> int:
        opening = opening_of(vacancy_sketch(vacancy))
        with desk.reading() as session:
            every = session.scalars(select(Candidate).where(Candidate.followed_until.is_(None)))
            return fitting(match(profile_of(person), opening) for person in every.yield_per(TOGETHER))

    return figures(workshop, f"persons for a vacancy among {PERSONS:,}", vacancies, ask, scan)


def fitting(matches: Iterator[Any]) -> int:
    return sum(each.kind != OUT for each in matches)


def figures(
    workshop: Workshop, what: str, asked: Sequence[Any], ask: Callable[[Any], int], scan: Callable[[Any], int]
) -> list[Figure]:
    """Median and p95 of all that are asked, beside the median of a few that are put to everybody."""
    if not sum(map(ask, asked)):
        raise BenchFault(f"{what}: nothing was found, so nothing was measured")
    runs = []
    for run in range(workshop.sizes.runs):
        workshop.say(f"{what}, run {run + 1} of {workshop.sizes.runs}")
        runs.append([timed_ms(lambda each=each: ask(each)) for each in asked])
    workshop.say(f"{what}, {SCANNED} times everybody")
    scanned = p50([timed_ms(lambda each=each: scan(each)) for each in asked[:SCANNED]])
    return [
        Figure(f"{what}: median", "ms", tuple(map(p50, runs)), AIM_MS, scanned, "the same rules put to everybody"),
        Figure(f"{what}: p95", "ms", tuple(map(p95, runs)), AIM_MS),
    ]
