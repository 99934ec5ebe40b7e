"""Reading another node's records: the first start, a thousand changes, a poll that finds nothing; others beside it.

Each round lets all of them read the same vacancies one after the other, so that they share the machine's weather. A
last round that nobody times goes over a wire that counts.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from statistics import median

from deploy.bench.measuring import BenchFault, Figure
from deploy.bench.programs import HOST, MODULE, Client, Program, bare_process, free_port, running
from deploy.bench.reading import arithmetic
from deploy.bench.reading.network import ReadingNetwork
from deploy.bench.reading.pouchdb import PouchDB
from deploy.bench.reading.reader import Read, Reader, cpu_of, reader
from deploy.bench.reading.rpde import put
from deploy.bench.reading.vacancies import Vacancy, changed, vacancies
from deploy.bench.reading.wire import Wire
from deploy.bench.workshop import Workshop
from node.core import clock

CHANGES = 1_000
FASTER_THAN_POUCHDB, FASTER_THAN_RPDE, FASTER_WITH_CHANGES = 6, 15, 2.5
TIMES_PLAIN_INSERT = 4
AIM_CHANGE_BYTES, AIM_POLL_BYTES, AIM_POLL_MS = 600.0, 1_024.0, 1.2
WIRED_POLLS = 20


@dataclass
class Taken:
    """What one of the readers took: a reading for each round, and the bytes a record of the round over the wire."""

    first: list[Read] = field(default_factory=list)
    changes: list[Read] = field(default_factory=list)
    first_bytes: float = 0.0
    change_bytes: float = 0.0


@dataclass
class Polls:
    """Processor time of one poll in each round, and the bytes of one, and of one that brings a head."""

    server_ms: list[float] = field(default_factory=list)
    reader_ms: list[float] = field(default_factory=list)
    bare_ms: list[float] = field(default_factory=list)
    bytes: float = 0.0
    head_bytes: float = 0.0


class Bench:
    """The three servers' data, and the rounds. `pouch` is None where there is no npm."""

    def __init__(self, workshop: Workshop, pouch: PouchDB | None):
        self.workshop, self.pouch = workshop, pouch
        self.folder = workshop.folder / "reading"
        self.folder.mkdir()
        self.records = list(vacancies(workshop.sizes.records, clock.now().date()))
        self.altered = self.records[:CHANGES]
        self.network = ReadingNetwork(self.folder)
        self.ours, self.pouchdb, self.rpde, self.plain = Taken(), Taken(), Taken(), Taken()
        self.polls = Polls()
        self.rpde_port = free_port()
        self.revision = 0

    def build(self) -> None:
        self.network.build()
        self.network.publish(self.records)
        with self.rpde_server() as program:
            put(program.port, self.records, self.revision)
        if self.pouch:
            with self.pouch.served():
                self.pouch.put(self.records)

    def round(self) -> None:
        self.revision += 1
        self.read_ours()
        self.insert_plainly()
        self.read_rpde()
        if self.pouch:
            self.read_pouchdb(self.pouch)
        with bare_process(self.folder) as bare:
            before = cpu_of(bare)
            for _poll in range(self.workshop.sizes.polls):
                with Client(bare.port) as client:
                    client.get("/healthz")
            self.polls.bare_ms.append((cpu_of(bare) - before) * 1000 / self.workshop.sizes.polls)

    def read_ours(self) -> None:
        with self.network.served() as server, self.our_reader(server) as ours:
            self.ours.first.append(ours.does("read", len(self.records) + 1))
            self.network.change(self.news())
            self.ours.changes.append(ours.does("read", len(self.altered)))
            self.network.publish_head()
            ours.does("read", 1)
            polled = ours.does(f"poll {self.workshop.sizes.polls}", self.workshop.sizes.polls)
        self.polls.server_ms.append(polled.server_cpu_s * 1000 / polled.records)
        self.polls.reader_ms.append(polled.cpu_s * 1000 / polled.records)

    def insert_plainly(self) -> None:
        held, target = self.network.member_folder / "replica.sqlite", self.folder / f"plain-{self.revision}.sqlite"
        command = [*MODULE, "deploy.bench.reading.plain_insert", str(held), str(target)]
        with reader(command, self.folder / "plain.log") as plain:
            self.plain.first.append(plain.does("read", len(self.records)))

    def read_rpde(self) -> None:
        with self.rpde_server() as server, self.rpde_reader(server, server.port) as rpde:
            self.rpde.first.append(rpde.does("read", len(self.records)))
            put(server.port, self.news(), self.revision)
            self.rpde.changes.append(rpde.does("read", len(self.altered)))

    def read_pouchdb(self, pouch: PouchDB) -> None:
        with pouch.served() as server, pouch.reader(server) as other:
            self.pouchdb.first.append(other.does("read", len(self.records)))
            pouch.put(self.news())
            self.pouchdb.changes.append(other.does("read", len(self.altered)))

    def count_bytes(self) -> None:
        """The round over the wire."""
        self.revision += 1
        with self.network.served_over_wire() as wire, self.our_reader() as ours:
            self.ours.first_bytes = bytes_of(wire, ours, "read", len(self.records) + 1)
            self.network.change(self.news())
            self.ours.change_bytes = bytes_of(wire, ours, "read", len(self.altered))
            self.network.publish_head()
            self.polls.head_bytes = bytes_of(wire, ours, "read", 1)
            ours.does("poll 1", 1)
            self.polls.bytes = bytes_of(wire, ours, f"poll {WIRED_POLLS}", WIRED_POLLS)
        with (
            self.rpde_server() as server,
            Wire(free_port(), server.port) as wire,
            self.rpde_reader(server, wire.port) as rpde,
        ):
            self.rpde.first_bytes = bytes_of(wire, rpde, "read", len(self.records))
            put(server.port, self.news(), self.revision)
            self.rpde.change_bytes = bytes_of(wire, rpde, "read", len(self.altered))
        if self.pouch:
            self.count_bytes_of_pouchdb(self.pouch)

    def count_bytes_of_pouchdb(self, pouch: PouchDB) -> None:
        with (
            pouch.served() as server,
            Wire(free_port(), server.port) as wire,
            pouch.reader(server, wire.port) as other,
        ):
            self.pouchdb.first_bytes = bytes_of(wire, other, "read", len(self.records))
            pouch.put(self.news())
            self.pouchdb.change_bytes = bytes_of(wire, other, "read", len(self.altered))

    def news(self) -> Iterator[Vacancy]:
        return changed(self.altered, self.revision)

    def our_reader(self, server: Program | None = None) -> AbstractContextManager[Reader]:
        self.network.forget()
        command = [*MODULE, "deploy.bench.reading.ours", str(self.network.member_folder)]
        return reader(command, self.folder / "ours.log", server)

    @contextmanager
    def rpde_server(self) -> Iterator[Program]:
        file = self.folder / "rpde-server.sqlite"
        command = [*MODULE, "deploy.bench.reading.rpde_server", str(self.rpde_port), str(file)]
        yield from running(command, self.rpde_port, self.folder / "rpde-server.log")

    def rpde_reader(self, server: Program, port: int) -> AbstractContextManager[Reader]:
        (file := self.folder / "rpde.sqlite").unlink(missing_ok=True)
        command = [*MODULE, "deploy.bench.reading.rpde", f"http://{HOST}:{port}", str(file)]
        return reader(command, self.folder / "rpde.log", server)


def bytes_of(wire: Wire, asked: Reader, word: str, records: int) -> float:
    before = wire.bytes
    asked.does(word, records)
    return (wire.bytes - before) / records


def measure(workshop: Workshop) -> list[Figure]:
    workshop.say("PouchDB from npm")
    pouch: PouchDB | None = PouchDB(workshop.folder / "pouchdb")
    try:
        pouch.install()
    except (BenchFault, OSError) as fault:
        workshop.say(f"the figures will stand there without PouchDB's: {fault}")
        pouch = None
    return compared(workshop, pouch)


def compared(workshop: Workshop, pouch: PouchDB | None) -> list[Figure]:
    workshop.say(f"{workshop.sizes.records:,} vacancies, a network of three, an RPDE feed")
    bench = Bench(workshop, pouch)
    bench.build()
    for run in range(workshop.sizes.runs):
        workshop.say(f"reading, {run + 1} of {workshop.sizes.runs}")
        bench.round()
    workshop.say("once more over a wire that counts bytes")
    bench.count_bytes()
    return [*first_start(bench), *thousand_changes(bench), *polling(bench)]


def first_start(bench: Bench) -> list[Figure]:
    ours, pouchdb, rpde, plain = bench.ours, bench.pouchdb, bench.rpde, bench.plain
    what = "first start, all verified"
    cpu = tuple(read.cpu_us for read in ours.first)
    both = tuple(read.both_cpu_us for read in ours.first)
    floor = middle(plain.first, lambda read: read.cpu_us)
    return [
        *faster(what, ours.first, pouchdb.first, FASTER_THAN_POUCHDB, "PouchDB"),
        *faster(what, ours.first, rpde.first, FASTER_THAN_RPDE, "plain RPDE, ORM"),
        Figure(f"{what}: reader's processor a record", "µs", cpu, TIMES_PLAIN_INSERT * floor, floor, "plain insert"),
        *beside(f"{what}: both sides' processor a record", both, pouchdb.first, "PouchDB"),
        *beside(f"{what}: both sides' processor a record", both, rpde.first, "plain RPDE, ORM"),
        Figure(f"{what}: a record on the wire", "B", (ours.first_bytes,), None, pouchdb.first_bytes or None, "PouchDB"),
    ]


def thousand_changes(bench: Bench) -> list[Figure]:
    ours, pouchdb, rpde = bench.ours, bench.pouchdb, bench.rpde
    what = f"{len(bench.altered):,} changes, each signature verified"
    both = tuple(read.both_cpu_us for read in ours.changes)
    wire = f"{what}: a record on the wire"
    return [
        *faster(what, ours.changes, pouchdb.changes, FASTER_WITH_CHANGES, "PouchDB"),
        *faster(what, ours.changes, rpde.changes, None, "plain RPDE, ORM"),
        *beside(f"{what}: both sides' processor a record", both, pouchdb.changes, "PouchDB"),
        Figure(wire, "B", (ours.change_bytes,), AIM_CHANGE_BYTES, pouchdb.change_bytes or None, "PouchDB"),
        Figure(wire, "B", (ours.change_bytes,), AIM_CHANGE_BYTES, rpde.change_bytes, "plain RPDE, ORM"),
    ]


def polling(bench: Bench) -> list[Figure]:
    polls = bench.polls
    what = "a poll that finds nothing"
    server, bare = tuple(polls.server_ms), median(polls.bare_ms)
    costs = arithmetic.Costs(polls.bytes, polls.head_bytes, arithmetic.head_bytes(), median(server) / 1000)
    return [
        Figure(f"{what}: bytes both ways, without TLS", "B", (polls.bytes,), AIM_POLL_BYTES),
        Figure(f"{what}: server's processor", "ms", server, AIM_POLL_MS, bare, "bare Flask + waitress"),
        Figure(f"{what}: reader's processor", "ms", tuple(polls.reader_ms)),
        Figure("a poll that brings a head: bytes both ways", "B", (polls.head_bytes,)),
        *arithmetic.figures(costs),
    ]


def faster(what: str, ours: list[Read], other: list[Read], times: float | None, name: str) -> Iterator[Figure]:
    """Records a second; nothing where the other did not read."""
    if other:
        theirs = middle(other, lambda read: read.per_s)
        aim = times and times * theirs
        yield Figure(f"{what}: records", "/s", tuple(read.per_s for read in ours), aim, theirs, name, at_least=True)


def beside(what: str, ours: tuple[float, ...], other: list[Read], name: str) -> Iterator[Figure]:
    if other:
        yield Figure(what, "µs", ours, None, middle(other, lambda read: read.both_cpu_us), name)


def middle(reads: list[Read], told: Callable[[Read], float]) -> float:
    return median(told(read) for read in reads)
