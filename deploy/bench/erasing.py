"""Nine nodes in this process, a person erased at one of them: how many rounds until nobody shows or holds her record.

Real are registers, publishers, replicas, roster, doors over HTTP on loopback, signatures, pings and leases; the clock is one
that is moved by hand, the same for all. A round is: the origin pings, and who was pinged and can be reached reads what there
is. One node hears nothing any more from before the erasure on: its copy ends with its lease.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from deploy.bench.measuring import BenchFault, Figure
from deploy.bench.programs import HOST
from deploy.bench.workshop import Workshop
from deploy.demo.nodes import NETWORK, nine
from federation import lease, register, replica
from federation.capofila import Capofila
from federation.client import PeerClient
from federation.database import Database
from federation.feed import FeedSide, blueprint
from federation.inbox import Inbox
from federation.joining import JoinRequest
from federation.keys import SealingKey, SigningKey
from federation.lease import Leases
from federation.members import Member
from federation.ping import TARGET as PING
from federation.publisher import Publisher
from federation.pull import Puller
from federation.register import MEMBERS, RegisterBase
from federation.roster import RosterStore
from federation.signing import Periods
from node.core import db

AIM_ROUNDS, AIM_BEYOND_LEASE_H = 1, 1
MAX_ROUNDS = 10
LEASES_WAITED = 3
A_WHILE = timedelta(minutes=2)
SWEEP_EVERY = timedelta(minutes=10)
"""As the worker does."""
PERSON = {"desk": "desk-1", "occupations": ["4321"], "hours": "tempo-pieno"}


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nobody reads it."""


class Node:
    """One node, and the address at which it answers while it is `open`."""

    def __init__(self, folder: Path, id: str, clock: HandClock):
        self.id, self.clock = id, clock
        self.folder = folder / id
        self.folder.mkdir()
        self.key, self.sealing = SigningKey.generate(), SealingKey.generate()
        self.desk = Database(f"sqlite:///{self.folder / 'desk.sqlite'}", durable=False)
        with self.desk.setting_up() as connection:
            RegisterBase.metadata.create_all(connection)
        self.replica = Database(f"sqlite:///{self.folder / 'replica.sqlite'}", durable=False)
        replica.create(self.replica)
        self.roster = RosterStore(self.folder / "roster", clock)
        self.inbox = Inbox(self.folder / "inbox")
        self.client = PeerClient(self.key, True, clock)
        self.puller = Puller(id, self.replica, self.roster, self.client, clock)
        witness = self.folder / "witness"
        self.publisher = Publisher(self.desk, self.replica, self.key, id, witness, self.roster.network, clock, Periods)
        self.url = ""

    @contextmanager
    def open(self) -> Iterator["Node"]:
        app = Flask(self.id)
        server = make_server(HOST, 0, app, threaded=True, request_handler=_Silent)
        self.url = f"http://{HOST}:{server.port}"
        side = FeedSide(self.id, self.replica, self.roster, self.inbox, self.url, self.clock, self._write)
        app.register_blueprint(blueprint(side))
        answering = threading.Thread(target=server.serve_forever)
        answering.start()
        try:
            yield self
        finally:
            server.shutdown()
            answering.join()
            server.server_close()
            self.client.close()
            self.desk.dispose()
            self.replica.dispose()

    def member(self) -> Member:
        return Member(self.id, self.id, ("012072",), self.url, (), (self.key.public,), self.sealing.jwk())

    def publish(self, id: str) -> None:
        """A person's record, and a while later the head that lends it."""
        with db.transaction(self.desk) as session:
            register.publish(session, "candidate", id, MEMBERS, PERSON)
        self.publisher.run_once()
        self.clock.move(A_WHILE)
        self.publisher.run_once()

    def erase(self, id: str) -> None:
        with db.transaction(self.desk) as session:
            register.erase(session, id)
        self.publisher.run_once()

    def ping(self, others: Sequence["Node"]) -> None:
        for other in others:
            self.client.post(other.url, PING)

    def read(self) -> None:
        """What the worker does in a tick: hear who has pinged, read whoever is due."""
        self.puller.hear(self.inbox)
        for peer in self.puller.due(self.clock()):
            visit = self.puller.pull(peer)
            if visit.fault:
                raise BenchFault(f"{self.id} could not read {peer}: {visit.fault}")

    def holds(self, origin: str, id: str) -> bool:
        """Whether its replica has the person's record in it, shown or not."""
        with self.replica.reading() as session:
            copy = replica.get(session, origin, id)
            return copy is not None and not copy.withdrawn

    def shows(self, origin: str, id: str) -> bool:
        with self.replica.reading() as session:
            roster = self.roster.current()
            leases = Leases(session, self.id, self.clock(), roster is None or roster.expired)
            return any(copy.id == id for copy in lease.shown(session, "candidate", leases, origin))

    def sweep(self) -> None:
        with db.transaction(self.replica) as session:
            lease.end(session, self.id, self.clock())

    def _write(self, do):
        return db.written(self.replica, do)


def measure(workshop: Workshop) -> list[Figure]:
    workshop.say("nine nodes in one process, a clock moved by hand: erasures")
    folder = workshop.folder / "erasing"
    folder.mkdir()
    with network(folder, HandClock()) as nodes:
        rounds = tuple(float(rounds_of_an_erasure(nodes, author)) for author in nodes)
        lease_h = nodes[0].roster.current().lease_h
        hidden_h, deleted_h = hours_of_one_that_hears_nothing(nodes)
    what = "erasure, simulated clock"
    dark = "a node that hears nothing"
    return [
        Figure(f"{what}: rounds until no reachable node holds the record", "rounds", (max(rounds),), AIM_ROUNDS),
        Figure(f"{what}: {dark} does not show it after", "h", (hidden_h,), lease_h),
        Figure(f"{what}: {dark} has deleted it after", "h", (deleted_h,), lease_h + AIM_BEYOND_LEASE_H),
    ]


@contextmanager
def network(folder: Path, clock: HandClock) -> Iterator[list[Node]]:
    """Nine nodes that answer, all members of one network, each having read all others."""
    with ExitStack() as stack:
        nodes = [stack.enter_context(Node(folder, each.id, clock).open()) for each in nine()]
        first = nodes[0]
        capofila = Capofila(first.folder / "capofila", first.roster, clock, allow_private=True)
        capofila.create_network(NETWORK, first.member(), first.folder / "root-keys")
        for node in nodes[1:]:
            invitation = capofila.invite(node.id, node.id, ("012072",))
            capofila.redeem(JoinRequest(node.id, node.url, (), invitation.secret, node.key.public, node.sealing.jwk()))
            node.roster.adopt(first.roster.served("metadata/1.root.json"))
        for node in nodes[1:]:
            node.roster.refresh(node.client.roster_source(first.url))
        for node in nodes:
            node.read()
        clock.move(A_WHILE)
        for node in nodes:
            node.read()
        yield nodes


def rounds_of_an_erasure(nodes: Sequence[Node], author: Node) -> int:
    """How many rounds it takes from the erasure at `author` until none of the others holds the record."""
    person, others = f"person-at-{author.id}", [node for node in nodes if node is not author]
    author.publish(person)
    bring(author, others)
    if missing := [node.id for node in others if not node.shows(author.id, person)]:
        raise BenchFault(f"the record never came to {', '.join(missing)}")
    author.erase(person)
    for number in range(1, MAX_ROUNDS + 1):
        bring(author, others)
        if not any(node.holds(author.id, person) for node in others):
            return number
    raise BenchFault(f"after {MAX_ROUNDS} rounds somebody still holds what {author.id} has erased")


def hours_of_one_that_hears_nothing(nodes: Sequence[Node]) -> tuple[float, float]:
    """Hours from the erasure until the last of the nodes, which is cut off, does not show the record, and has it no more."""
    author, *others, dark = nodes
    person, clock = "person-in-the-dark", author.clock
    author.publish(person)
    bring(author, [*others, dark])
    author.erase(person)
    erased_at, hidden_at = clock(), None
    bring(author, others)
    last_at = erased_at + timedelta(hours=LEASES_WAITED * author.roster.current().lease_h)
    while dark.holds(author.id, person):
        if clock() > last_at:
            raise BenchFault(f"{dark.id} keeps what {author.id} has erased, long after its lease")
        if hidden_at is None and not dark.shows(author.id, person):
            hidden_at = clock()
        clock.move(SWEEP_EVERY)
        dark.sweep()
    return hours(erased_at, hidden_at or clock()), hours(erased_at, clock())


def bring(author: Node, others: Sequence[Node]) -> None:
    """One round."""
    author.ping(others)
    for node in others:
        node.read()


def hours(since: datetime, until: datetime) -> float:
    return (until - since) / timedelta(hours=1)
