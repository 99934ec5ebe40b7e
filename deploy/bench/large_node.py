"""A node with many vacancies: the demo's sample, told again and again with other places, days and references.

They go in through the actions that people use; signing and indexing are the worker's own work.
"""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from deploy.bench.measuring import BenchFault
from deploy.bench.programs import Client, node_process
from deploy.demo.building import found
from deploy.demo.nodes import DemoNode
from deploy.demo.sample import FOLDER, Loader, create_employers
from federation.database import Database
from node.core import clock
from node.core.actors import NODE
from node.core.config import load
from node.core.db import transaction
from node.desks.actions import create_desk
from schemas.desk import DeskForm

NAME = "varese"
SEED = 2011
INDEX_PATIENCE_S = 300.0


def build(root: Path, count: int, say: Callable[[str], None]) -> Path:
    """A node's folder with `count` vacancies, published and indexed; the node is off again."""
    node = DemoNode(NAME, ("Varese",), 8000)
    found(root, node)
    folder = node.folder(root)
    desk = Database(load(folder, {}).desk_url, durable=True)
    try:
        say(f"loading {count} vacancies")
        fill(desk, count)
    finally:
        desk.dispose()
    say("signing and indexing them")
    with node_process(folder) as program, Client(program.port) as client:
        await_vacancies(client, count)
    return folder


def fill(desk: Database, count: int) -> None:
    samples = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
    with transaction(desk) as session:
        counter = create_desk(session, NODE, DeskForm().load(samples[NAME]["desk"]))
        employers = {
            (node, key): ref
            for node, sample in samples.items()
            for key, ref in create_employers(session, sample).items()
        }
        loader = Loader(session, clock.now(), counter.ref, employers)
        for told in varied(samples, count):
            loader.load(told)


def varied(samples: dict[str, dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """`count` open vacancies, the same ones each time."""
    chance = random.Random(SEED)
    usual = [
        told | {"employer": (node, told["employer"]) if told.get("employer") else None}
        for node, sample in samples.items()
        for told in sample["vacancies"]
        if told.get("state", "open") == "open"
    ]
    places = [told["places"] for told in usual]
    for number in range(count):
        told = usual[number % len(usual)]
        yield told | {
            "title": f"{told['title']} (rif. {number:04})",
            "places": chance.choice(places),
            "published_days_ago": chance.randint(0, 60),
            "closes_in_days": chance.randint(5, 120),
        }


def await_vacancies(client: Client, count: int) -> None:
    """Return when the search finds all of them."""
    until = monotonic() + INDEX_PATIENCE_S
    found_so_far = -1
    while monotonic() < until:
        found_so_far = json.loads(client.get("/api/v1/vacancies?page_size=1"))["total"]
        if found_so_far == count:
            return
        sleep(0.25)
    raise BenchFault(f"after {INDEX_PATIENCE_S:.0f} s the node shows {found_so_far} vacancies of {count}")
