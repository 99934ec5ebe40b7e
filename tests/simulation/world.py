"""A network of five comuni in one process: what is real, and what takes the place of machines, wires and clocks.

Real are the register, the publisher with its signatures, the replica on SQLite, the roster with TUF, and every line that
reads, serves, compares, heals and lends. A request goes through the node's own WSGI doors and its answer through the
client that real nodes use; only the socket between them is missing, and the signature of the request is a name
(statements are signed and verified as ever). In the place of the rest stand things that a seed decides: one clock, which
each node sees with a skew of its own, wires that can be cut, statements at which a machine dies, disks that lose rows.

The databases and their engines are made once for a process and emptied for each seed: SQLAlchemy would otherwise put
every query into words again.
"""

import hashlib
import random
import shutil
import sqlite3
import sys
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from securesystemslib.signer import CryptoSigner

from federation import (
    apply,
    bringing,
    buckets,
    client,
    erasures,
    feed,
    head,
    lease,
    opening,
    pull,
    push,
    recovery,
    register,
    rekeying,
    renewal,
    repair,
    replica,
    taking,
    upkeep,
)
from federation.allowance import Allowance
from federation.capofila import Capofila
from federation.client import PeerClient
from federation.database import Database
from federation.erasures import Ledger
from federation.feed import FeedSide, blueprint
from federation.inbox import Inbox
from federation.keys import SigningKey, VerifyKey
from federation.lease import Leases
from federation.members import Member, Roster
from federation.opening import Opening
from federation.publisher import Publisher
from federation.pull import Puller
from federation.push import Pusher
from federation.register import RegisterBase
from federation.replica import ReplicaBase
from federation.repository import Repository, create_repository
from federation.roster import RosterStore
from federation.signatures import TOLERANCE, BadSignature, Stranger
from federation.signing import Periods
from federation.transport import PeerFault, RawAnswer
from tests.federation.nodes import transaction

START = datetime(2100, 3, 1, 8, tzinfo=UTC)
"""Far ahead of any real clock: python-tuf, which cannot be told the time, finds nothing expired."""
CAPOFILA = "somma-lombardo"
RELAYS = ("gavirate", "ispra")
HIDDEN = "golasecca"
"""Has no address in the roster: it brings its pages to its relays, everybody else reads it through them."""
LEAVER = "varese"
"""The member that may be removed."""
NAMES = (CAPOFILA, *RELAYS, HIDDEN, LEAVER)
LEASE = timedelta(hours=24)
LEDGER, DEPUTY_KEY = "erasures", "deputy.pem"
BUCKETS = "05a"
"""So few where the world has sixteen: a network of some dozen records would ask for hardly anything but empty ones."""
VERIFIED = 2000
"""Of so many signatures the verdict is remembered: what one node has signed, each of the others verifies again."""
PERIODS = {"lease_h": 24, "head_every_s": 900, "poll_every_s": 120}


class Crash(BaseException):
    """The machine has stopped between two statements."""


def key_of(name):
    """The same key in every run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def url_of(name):
    return f"https://{name}.example"


def as_stored(when):
    """An instant as SQLite holds it; the order of these texts is that of the instants."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


class Node:
    """One machine: disks that last, and programs that are started anew after each crash.

    `fuse` is how many statements it has to live; None: long enough. `turn` counts the keys that it has had, `order` is what
    an administrator has left for its next start.
    """

    def __init__(self, folder, place):
        self.folder = folder / place
        self.folder.mkdir()
        self.fuse = None
        self.world = None
        self.turn, self.order = 0, None
        self.ledger = Ledger(self.folder / LEDGER)
        self.desk = self._database("desk")
        with self.desk.setting_up() as connection:
            RegisterBase.metadata.create_all(connection)
        self.replica = self._database("replica")
        replica.create(self.replica)
        self.roster = RosterStore(self.folder / "roster", self.clock)
        self._seen = {name: sqlite3.connect(self.folder / f"{name}.sqlite") for name in ("desk", "replica")}
        self._doors = {}

    def _database(self, name):
        database = Database(f"sqlite:///{self.folder / name}.sqlite", durable=False)
        with database.reading() as reading, database.writing() as writing:
            for dialect in (reading.bind.dialect, writing.bind.dialect):
                for name in ("do_begin", "do_execute", "do_executemany"):
                    setattr(dialect, name, self._mortal(getattr(dialect, name)))
        return database

    def _mortal(self, carry_out):
        """A way by which statements come to a database, for as long as the fuse burns."""

        def carried_out(*told):
            if self.fuse is not None:
                self.fuse -= 1
                if self.fuse <= 0:
                    raise Crash
            carry_out(*told)

        return carried_out

    def clock(self):
        return self.world.now + self.skew

    def become(self, name, turn=0):
        """Be the node of this name, with its key and behind its doors."""
        self.id, self.turn = name, turn
        self.key = SigningKey(key_of(f"{name}-{turn}" if turn else name))
        self.client = PeerClient(self.key, clock=self.clock)
        self.client.close()
        self.client._session = Wire(self)
        unlimited = {"members": Allowance(1e9, 1e9), "strangers": Allowance(1e9, 1e9)}
        self.inbox = Inbox(self.folder / "inbox")
        if name not in self._doors:
            side = FeedSide(
                name, self.replica, self.roster, self.inbox, url_of(name), self.clock, self.write, **unlimited
            )
            self._doors[name] = Flask(f"node-{name}")
            self._doors[name].register_blueprint(blueprint(side))
        self.doors = self._doors[name]

    @property
    def is_roster_due(self):
        """Whether it asks anybody for the list of members at its next visit; not soon after its clock was set back."""
        age = self.clock() - self.puller._renewal.refreshed_at
        return not timedelta(0) <= age < timedelta(seconds=renewal.ROSTER_ELSEWHERE_S)

    def start(self):
        """Begin with what the disks hold, and nothing else."""
        self.fuse = None
        self.roster._held = None
        witness = self.folder / "witness"
        programs = self.desk, self.replica, self.key, self.id, witness, self.roster.network, self.clock, self._periods
        self.publisher = Publisher(*programs)
        self.puller = Puller(self.id, self.replica, self.roster, self.client, self.clock, random.Random(0))
        self.puller._renewal.refreshed_at = self.clock()
        self.pusher = Pusher(self.id, self.replica, self.roster, self.client, self.clock, random.Random(0))
        self.capofila = Capofila(self.folder / "capofila", self.roster, self.clock)
        with transaction(self.desk) as session:
            erasures.replay(session, self.ledger)
        self.opening = Opening(
            self.id,
            self.desk,
            self.replica,
            witness,
            self.roster,
            self.client,
            self.clock,
            transaction,
            lambda _session, _lost: None,
            self.ledger,
            lambda: self.order,
            self._carried_out,
        )

    def _carried_out(self):
        self.order = None

    def work(self):
        """Sign what is due, if the publisher may."""
        if self.opening.is_open or self.opening.attempt():
            self.publisher.run_once()

    def write(self, do, /):
        with self.replica.writing() as session:
            answer = do(session)
            session.commit()
        return answer

    def _periods(self):
        roster = self.roster.current()
        return Periods(roster.head_every_s, roster.lease_h)

    def read(self, peer):
        """A visit to a peer. The hidden node cannot be visited: it comes to its relays itself."""
        self.puller.due(self.clock())
        if peer != HIDDEN:
            return self.puller.pull(peer).fault
        return self.world.reached(HIDDEN).pusher.push(self.id).fault

    def sweep(self):
        with self.replica.writing() as session:
            upkeep.sweep(session, self.clock())
            upkeep.retry_held(session, self.clock())
            lease.end(session, self.id, self.clock())
            session.commit()

    def shown(self):
        """The persons of other nodes whom this one may show now: (origin, id)."""
        with self.replica.reading() as session:
            leases = Leases(session, self.id, self.clock(), self.roster.current().expired)
            return {(copy.origin, copy.id) for copy in lease.shown(session, "candidate", leases)}

    def lose_replica(self, feed):
        """A new and empty one."""
        _empty(self.replica, ReplicaBase)
        with self.replica.writing() as session:
            session.add(replica.ReplicaState(id=1, schema_version=replica.SCHEMA_VERSION, feed=feed))
            session.commit()

    def lose_desk(self):
        _empty(self.desk, RegisterBase)
        (self.folder / "witness").unlink(missing_ok=True)

    def backup(self):
        """What stands on the disks now: by name, the databases and the witness."""
        witness = self.folder / "witness"
        kept = {"witness": witness.read_bytes() if witness.exists() else None}
        for name in ("desk", "replica"):
            kept[name] = sqlite3.connect(":memory:")
            _copy(getattr(self, name), kept[name])
        return kept

    def put_back(self, kept, parts):
        """Have these parts be as they were; what has been erased since is in the ledger, which nobody puts back."""
        for name in parts:
            if name != "witness":
                _copy(kept[name], getattr(self, name))
            elif kept[name] is None:
                (self.folder / name).unlink(missing_ok=True)
            else:
                (self.folder / name).write_bytes(kept[name])
        self.start()

    def clone_of(self, other):
        """The same machine a second time, down to the last byte of its disks."""
        self.skew = other.skew
        self.become(other.id, other.turn)
        self.order = other.order
        for database, original in ((self.desk, other.desk), (self.replica, other.replica)):
            _copy(original, database)
        (self.folder / LEDGER).unlink(missing_ok=True)
        for erased in other.ledger.ids():
            self.ledger.add(erased, self.clock())
        for name in ("roster", "capofila"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if (other.folder / name).exists():
                shutil.copytree(other.folder / name, self.folder / name)
        (self.folder / "witness").unlink(missing_ok=True)
        if (other.folder / "witness").exists():
            shutil.copy(other.folder / "witness", self.folder / "witness")
        self.start()

    def forget(self, origin, name):
        """The disk loses the copy of a record."""
        with closing(self.replica.engine.raw_connection()) as connection:
            connection.driver_connection.execute("DELETE FROM copy WHERE origin = ? AND id = ?", (origin, name))

    def disk(self, table, columns, then="", *told):
        """What stands on a disk, read past every line that could be wrong."""
        seen = self._seen["desk" if table.startswith("register") else "replica"]
        return seen.execute(f"SELECT {columns} FROM {table} {then}", told).fetchall()  # noqa: S608 - our own words

    def version(self):
        """Another number whenever something was written into the replica."""
        return self._seen["replica"].execute("PRAGMA data_version").fetchone()


def _copy(source, target):
    """Everything that stands in a database, of ours or of SQLite's own."""
    with ExitStack() as opened:
        ends = [
            end
            if isinstance(end, sqlite3.Connection)
            else opened.enter_context(closing(end.engine.raw_connection())).driver_connection
            for end in (source, target)
        ]
        ends[0].backup(ends[1])


def _empty(database, base):
    with closing(database.engine.raw_connection()) as connection:
        for table in base.metadata.sorted_tables:
            connection.driver_connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - our own words


class Wire:
    """In the place of sockets: what one node sends goes to the other's doors, if the world lets it."""

    def __init__(self, node):
        self._node = node

    def ask(self, method, url, headers, body, _cap, _deadline_s):
        host, _, target = url.removeprefix("https://").partition("/")
        return self._node.world.carry(self._node, host.partition(".")[0], method, f"/{target}", headers, body)

    def close(self):
        """Nothing is open."""


def through_doors(node, method, target, headers, body=None):
    """The answer of a node's doors to a request, as it would go over the wire."""
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_NAME": node.id,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(body or b""),
        "wsgi.errors": sys.stderr,
        "CONTENT_LENGTH": str(len(body or b"")),
        **{f"HTTP_{name.upper().replace('-', '_')}": told for name, told in headers.items()},
    }
    begun = []
    content = b"".join(node.doors.wsgi_app(environ, lambda *told: begun.append(told)))
    status, fields = begun[0][:2]
    return RawAnswer(int(status.split()[0]), {name.lower(): told for name, told in fields}, content)


def sign_request(request, key, now, _body=None):
    """In the place of RFC 9421, which takes half of the time and of which no promise here speaks: who asks, and when."""
    request.headers["Signature"] = f"{key.kid} {now.timestamp()}"


def verify_request(request, _body, find, now):
    kid, told_at = request.headers["Signature"].split()
    if find(kid) is None:
        raise Stranger("no member has this key")
    if now is not None and abs(now.timestamp() - float(told_at)) > TOLERANCE.total_seconds():
        raise BadSignature("stale or from the future")
    return kid


def bucket_of(id, of_sixteen=head.bucket_of):
    """The greatest bucket here that is not above the world's."""
    digit = of_sixteen(id)
    return max(bucket for bucket in BUCKETS if bucket <= digit)


class AtOnce:
    """In the place of threads, whose order no seed decides: what is handed in is done."""

    def __init__(self, *_, **_options):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, do, *told):
        done = Future()
        try:
            done.set_result(do(*told))
        except Exception as fault:
            done.set_exception(fault)
        return done

    def map(self, do, *lists):
        return [do(*each) for each in zip(*lists, strict=True)]

    def shutdown(self, **_options):
        pass


@contextmanager
def simulated():
    """What is smaller, rarer or cheaper here than in the world, so that little time shows much of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "sign", sign_request)
        patch.setattr(feed, "verify", verify_request)
        patch.setattr(rekeying, "verify", verify_request)
        for module in (opening, repair, apply):
            patch.setattr(module, "ThreadPoolExecutor", AtOnce)
        patch.setattr(VerifyKey, "verify", lru_cache(VERIFIED)(VerifyKey.verify))
        patch.setattr("os.fsync", lambda _: None)
        patch.setattr(pull, "MAX_LINES", 16)
        patch.setattr(push, "MAX_LINES", 16)
        patch.setattr(buckets, "MAX_LINES", 2)
        for module in (bringing, feed, head, push, recovery, repair, taking):
            patch.setattr(module, "BUCKETS", BUCKETS)
        for module in (apply, head, repair):
            patch.setattr(module, "bucket_of", bucket_of)
        patch.setattr(renewal, "ROSTER_EVERY_S", 24 * 3600)
        patch.setattr(renewal, "ROSTER_ELSEWHERE_S", 26 * 3600)
        yield


class Ground:
    """What a process makes once: the nodes' disks, and the network as it was founded."""

    def __init__(self, folder):
        self.folder = folder
        self.nodes = {name: Node(folder, name) for name in NAMES}
        self.twin = Node(folder, "twin")
        for name, node in self.nodes.items():
            node.become(name)
        self.root_keys = self._found()

    def _found(self):
        """The paths of the root keys, as many as are needed."""
        roster = Roster(1, "", {name: member(name) for name in NAMES}, "Rete simulata", **PERIODS)
        capofila, store = self.folder / "founded" / "capofila", RosterStore(self.folder / "founded" / "roster")
        names = (f"roster-{number}" for number in range(10))
        keys = 3
        create_repository(
            capofila,
            roster.as_json(),
            self.folder / "root-keys",
            keys,
            2,
            START,
            lambda: CryptoSigner(key_of(next(names))),
        )
        repository = Repository(capofila, lambda: START)
        store.adopt(repository.root_v1())
        store.refresh(repository.source)
        self.network = store.network()
        return sorted((self.folder / "root-keys").iterdir())[:2]

    def restore(self, name):
        """The node as it was on the day when the network was founded."""
        node = self.nodes[name]
        for part in ("roster", *(path.name for path in node.folder.glob("capofila*"))):
            shutil.rmtree(node.folder / part, ignore_errors=True)
        (node.folder / DEPUTY_KEY).unlink(missing_ok=True)
        shutil.copytree(self.folder / "founded" / "roster", node.folder / "roster")
        if name == CAPOFILA:
            shutil.copytree(self.folder / "founded" / "capofila", node.folder / "capofila")
        node.skew = timedelta(0)
        node.order = None
        node.become(name)
        (node.folder / LEDGER).unlink(missing_ok=True)
        shutil.rmtree(node.folder / "inbox", ignore_errors=True)
        node.lose_desk()
        node.lose_replica(f"{name}-1")
        return node


def member(name):
    """As the roster names it."""
    is_hidden = name == HIDDEN
    return Member(
        name,
        name.title(),
        ("012072",),
        None if is_hidden else url_of(name),
        RELAYS if is_hidden else (),
        (SigningKey(key_of(name)).public,),
        None,
        "capofila" if name == CAPOFILA else "membro",
    )


class World:
    """The network at one moment of one seed. `watch` sees what honest doors answer, `liar` changes it on its way."""

    def __init__(self, ground, seed):
        self.random = random.Random(seed)
        self.ground = ground
        self.now = START
        self.members_audience = register.members_audience(ground.network)
        self.cut = set()
        self.capofila, self.deputy = CAPOFILA, None
        """Who signs the list of members now, and who may vouch for it."""
        self.double = None
        """The name of the node that runs twice."""
        self.is_twin_reached = False
        self.watch = self.liar = None
        self.feeds = 1
        self.nodes = {}
        for name in NAMES:
            node = self.nodes[name] = ground.restore(name)
            node.world = self
            node.start()

    def machines(self):
        """All that run, the second one of a cloned node too."""
        return [*self.nodes.values(), *([self.ground.twin] if self.double else [])]

    def reached(self, name):
        """The machine that answers under this name."""
        return self.ground.twin if name == self.double and self.is_twin_reached else self.nodes[name]

    def carry(self, asker, name, method, target, headers, body):
        """A request on its way, and the answer on its way back. Raises PeerFault, as the socket would."""
        if name not in self.nodes or frozenset((asker.id, name)) in self.cut:
            raise PeerFault("unreachable", f"no way from {asker.id} to {name}")
        server = self.reached(name)
        self.watch.asked(asker, target)
        try:
            answer = through_doors(server, method, target, self.liar.asked(server, headers), body)
        except Crash:
            server.start()
            raise PeerFault("truncated", f"{name} died over its answer") from None
        if method == "POST":
            return self.liar.receipt(server, answer)
        self.watch.answered(asker, server, target, answer)
        return self.liar.changed(asker, server, target, answer)

    def stranger_asks(self, server, target):
        """A request without a signature."""
        self.watch.answered(None, server, target, through_doors(server, "GET", target, {}))

    def clone(self, name):
        self.double, self.is_twin_reached = name, False
        self.ground.twin.world = self
        self.ground.twin.clone_of(self.nodes[name])

    def begin_anew(self, name):
        """All machines of this name burn; a new one has the old key and nothing else."""
        self.double = None
        node = self.nodes[name]
        node.lose_desk()
        self.lose_replica(node)
        node.skew = timedelta(0)
        node.start()

    def lose_replica(self, node):
        self.feeds += 1
        node.lose_replica(f"{node.id}-{self.feeds}")
        node.start()

    def tell_of_roster(self):
        """The capofila pings."""
        for node in self.nodes.values():
            node.puller.wake(self.capofila)
