"""What a node holds of a large network: the judged vacancies' kind by the hundred thousand, copied and indexed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from deploy.bench import copies
from deploy.bench.judged import corpus
from deploy.demo.building import found
from deploy.demo.nodes import DemoNode
from federation.database import Database
from federation.search.index import Index, Writer
from node.core import clock, db
from node.core.config import load

NODE = DemoNode("varese", ("Varese",), 8000)
CHANGES = 5_000


@dataclass
class LargeNetwork:
    """A node's folder with `size` vacancies; the node is off. `now` is the moment at which they are up to date."""

    folder: Path
    size: int
    now: datetime

    @cached_property
    def index(self) -> Index:
        return Index(self.folder / "index")

    def records(self) -> Iterator[copies.Record]:
        return ((each.origin, each.id, each.document) for each in corpus.generated(self.size, today=self.now.date()))

    def altered(self, count: int, word: str) -> list[copies.Record]:
        """The first `count`, each with one more word in its title, as if their desks had changed them."""
        first = islice(corpus.generated(count, today=self.now.date()), count)
        return [(each.origin, each.id, each.document | {"title": f"{each.document['title']} {word}"}) for each in first]

    def replica(self) -> Database:
        return db.replica_of(load(self.folder, {}))

    def index_bytes(self) -> int:
        return sum(file.stat().st_size for file in (self.folder / "index").rglob("*") if file.is_file())


def build(root: Path, size: int, say: Callable[[str], None]) -> LargeNetwork:
    found(root, NODE)
    network = LargeNetwork(NODE.folder(root), size, clock.now())
    say(f"{size:,} vacancies into a replica")
    database = network.replica()
    try:
        copies.hold(database, network.records(), network.now)
        say("indexing them")
        with Writer(network.folder / "index") as writer:
            done = 0
            while new := writer.follow(database, CHANGES):
                done += new
                if done % (size // 4 or 1) < CHANGES:
                    say(f"{done:,} indexed")
    finally:
        database.dispose()
    return network
