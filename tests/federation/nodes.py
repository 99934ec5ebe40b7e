"""Nodes for the tests of the protocol: real replica, real roster, real key, real HTTP on loopback; no desk behind them.

Their records are signed here directly, so that a test can also sign what no publisher would.
"""

import hashlib
import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property

from flask import Flask
from sqlalchemy import inspect
from waitress.channel import HTTPChannel
from waitress.server import create_server

from federation import comparison, register, replica, statement
from federation.apply import apply_lines
from federation.capofila import Capofila
from federation.client import PeerClient
from federation.database import Database
from federation.erasures import Ledger
from federation.feed import FeedSide, blueprint
from federation.head import summary
from federation.inbox import Inbox
from federation.joining import JoinRequest
from federation.keys import SealingKey, SigningKey
from federation.mailbox import Mailbox
from federation.members import Member
from federation.opening import Opening
from federation.ping import Pinger
from federation.publisher import Publisher
from federation.pull import Puller
from federation.push import Pusher
from federation.receipts import Receipts
from federation.roster import NotServed, RosterStore
from schemas.head import head_id


@contextmanager
def serving(app):
    """The server that real nodes use, on a free port of loopback; yields its port."""
    sockets = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=4, asyncore_loop_timeout=1)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: [hang_up(each) for each in list(sockets.values())])
        thread.join()


def hang_up(dispatcher):
    """A browser may go in the middle of a file: only `handle_close` closes what the channel had still to send."""
    if isinstance(dispatcher, HTTPChannel):
        dispatcher.handle_close()
    else:
        dispatcher.close()


class Node:
    """One node. `skew` turns its clock; `url` is where it answers."""

    def __init__(self, folder, id, replica_url=None):
        self.folder = folder / id
        self.folder.mkdir(parents=True)
        self.id = id
        self.skew = timedelta(0)
        self.key = SigningKey.generate()
        self.sealing = SealingKey.generate()
        self.replica = Database(replica_url or f"sqlite:///{self.folder / 'replica.sqlite'}", durable=False)
        replica.create(self.replica)
        self.store = RosterStore(self.folder / "roster", self.clock)
        self.inbox = Inbox(self.folder / "inbox")
        self.url = None
        self.seq = 0

    def clock(self):
        return datetime.now(UTC) + self.skew

    @cached_property
    def client(self):
        return PeerClient(self.key, allow_private=True, clock=self.clock, deadline_s=60)

    @cached_property
    def puller(self):
        return Puller(self.id, self.replica, self.store, self.client, self.clock)

    @cached_property
    def pusher(self):
        return Pusher(self.id, self.replica, self.store, self.client, self.clock)

    @cached_property
    def pinger(self):
        return Pinger(self.id, self.store, self.client, self.clock)

    @cached_property
    def capofila(self):
        return Capofila(self.folder / "capofila", self.store, self.clock, allow_private=True)

    @property
    def side(self):
        return FeedSide(self.id, self.replica, self.store, self.inbox, self.url, self.clock, self.write)

    def write(self, do, /):
        with transaction(self.replica) as session:
            return do(session)

    @contextmanager
    def open(self):
        """Answer on loopback for as long as the block lasts."""
        app = Flask(f"node-{self.id}")
        with serving(app) as port:
            self.url = f"http://127.0.0.1:{port}"
            app.register_blueprint(blueprint(self.side))
            try:
                yield self
            finally:
                self.close()

    def close(self):
        self.client.close()
        self.replica.dispose()

    def member(self):
        return Member(self.id, self.id.title(), ("012072",), self.url, (), (self.key.public,), self.sealing.jwk())

    def payload(self, id, **changes):
        """What this node would sign next about the record `id`."""
        self.seq += 1
        now = self.clock().replace(microsecond=0)
        return {
            "v": 1,
            "origin": self.id,
            "kind": "vacancy",
            "id": id,
            "epoch": 1,
            "seq": self.seq,
            "audience": "public",
            "issued_at": statement.instant(now),
            "not_after": statement.instant(now + timedelta(days=30)),
            "body": vacancy(f"Magazziniere {id}"),
        } | changes

    def line(self, id, key=None, **changes):
        return statement.sign(self.payload(id, **changes), key or self.key)

    def publish(self, id, **changes):
        """Sign a record and hold it in the node's own replica, from where the feed serves it; returns the line."""
        line = self.line(id, **changes)
        self.hold(line)
        return line

    def confirm(self, audience="public", **changes):
        """Sign and hold a head of what this node holds of its own for an audience."""
        now = self.clock().replace(microsecond=0)
        with self.replica.reading() as session:
            told = summary(comparison.lines_of(session, self.id, audience, now))
        body = told.body(lease_until=now + timedelta(hours=96)) | changes
        return self.publish(head_id(audience), kind="head", audience=audience, body=body)

    def hold(self, *lines):
        with self.replica.writing() as session:
            applied = apply_lines(session, lines, self.store.current(), self.id, self.clock())
            session.commit()
        assert applied.new == len(lines), applied

    def copy_of(self, origin, id):
        with self.replica.reading() as session:
            return replica.get(session, origin, id)

    def held(self):
        """The ids of the live records held, by origin."""
        with self.replica.reading() as session:
            return {
                (copy.origin, copy.id)
                for copy in replica.changes(session, 0, 100_000)
                if not copy.withdrawn and copy.kind != "head"
            }

    def refusals(self):
        with self.replica.reading() as session:
            return {(refusal.source, refusal.code) for refusal in replica.refusals(session)}

    def place(self, peer):
        """The row about a peer."""
        with self.replica.reading() as session:
            return session.get(replica.Peer, peer)


class DeskNode(Node):
    """A node whose records come from a register, signed by its publisher as soon as that may open.

    `topics` are what it can be asked; a sealing key that is exchanged is used from the next start on.
    """

    topics = ()

    def __init__(self, folder, id, replica_url=None, desk_url=None):
        super().__init__(folder, id, replica_url)
        self.desk_url = desk_url or f"sqlite:///{self.folder / 'desk.sqlite'}"
        self.witness = self.folder / "witness"
        self.order = None
        self.lost = []
        self.start()

    def start(self):
        """As a process does: with what its files say, and nothing else."""
        self.desk = Database(self.desk_url, durable=False)
        with self.desk.setting_up() as connection:
            if not inspect(connection).has_table("register"):
                register.RegisterBase.metadata.create_all(connection)
        self.publisher = Publisher(
            self.desk, self.replica, self.key, self.id, self.witness, self.store.network, self.clock
        )
        self.opening = Opening(
            self.id,
            self.desk,
            self.replica,
            self.witness,
            self.store,
            self.client,
            self.clock,
            transaction,
            lambda _session, lost: self.lost.extend(lost),
            Ledger(self.folder / "erasures.ndjson"),
            lambda: self.order,
        )
        ours = self.id, self.desk, self.replica, self.store
        self.mailbox = Mailbox(*ours, self.sealing, self.clock, transaction, self.topics)
        self.receipts = Receipts(*ours, self.clock, transaction)

    def stop(self):
        self.publisher.release()
        self.desk.dispose()

    def restart(self):
        self.stop()
        self.start()

    def close(self):
        self.stop()
        super().close()

    def wish(self, id, body=None, audience="public", kind="vacancy"):
        """Have the desk publish a record, or withdraw it (None)."""
        with transaction(self.desk) as session:
            if body is None:
                register.withdraw(session, id)
            else:
                register.publish(session, kind, id, audience, body)

    def sign(self):
        """One round of the publisher, if it may, and after five quiet seconds the head; how many statements."""
        signed = 0
        if self.opening.is_open:
            signed += self.publisher.run_once()
            self.skew += timedelta(seconds=61)
            signed += self.publisher.run_once()
        return signed

    def attend(self):
        """One round of what the worker does with letters and receipts."""
        if self.opening.is_open:
            self.mailbox.run_once()
            self.receipts.run_once()

    def asks(self, what, *arguments):
        """A question to the desk's database."""
        with self.desk.reading() as session:
            return what(session, *arguments)

    def state(self):
        with self.desk.reading() as session:
            return session.get(register.RegisterState, register.STATE_ID)

    def backup(self, *, machine=False):
        """The files of the desk as they are now; `machine`: with the witness, as a snapshot of the whole machine has it."""
        names = ["desk.sqlite", "desk.sqlite-wal"] + ["witness"] * machine
        return {name: (self.folder / name).read_bytes() for name in names if (self.folder / name).exists()}

    def put_back(self, files):
        """Stop, put these files in the place of what is there, and start again."""
        self.stop()
        for name in ("desk.sqlite", "desk.sqlite-wal", "desk.sqlite-shm"):
            (self.folder / name).unlink(missing_ok=True)
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
        self.start()


@contextmanager
def transaction(database):
    with database.writing() as session:
        yield session
        session.commit()


def vacancy(title):
    return {
        "title": title,
        "employer": None,
        "desk": "desk-1",
        "places": [{"istat": "012072", "name": "Gavirate"}],
        "contract": "indeterminato",
        "published_on": "2026-01-10",
        "closes_on": "2026-12-31",
        "how_to_apply": "Presso lo sportello, con il curriculum.",
        "positions": 1,
    }


NAMES = ("somma-lombardo", "gavirate", "ispra")


@contextmanager
def small_network(folder, names=NAMES, make=Node):
    """Nodes that answer on loopback, by name, each as `make` makes it; the first is the capofila of the others."""
    with ExitStack() as stack:
        opened = {name: stack.enter_context(make(folder, name).open()) for name in names}
        capofila, *others = opened.values()
        found(capofila)
        for node in others:
            admit(capofila, node)
        share_roster(capofila, *others)
        yield opened


def with_desk(*names):
    """How a network is made in which only these nodes have a desk."""
    return lambda folder, name: (DeskNode if name in names else Node)(folder, name)


@contextmanager
def serving_requests(capofila):
    """The part of the capofila's worker that deals with what its door was handed."""
    over = threading.Event()

    def work():
        while not over.wait(0.02):
            capofila.capofila.collect(capofila.inbox)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def found(capofila, **periods):
    """Found a network with this node as its capofila; the root keys go to its folder `root-keys`."""
    return capofila.capofila.create_network(
        "Rete di prova", capofila.member(), capofila.folder / "root-keys", **periods
    )


def admit(capofila, node, via=()):
    """Take a node in without its asking over HTTP, and give it the roster. `via`: it has no address but these relays."""
    invitation = capofila.capofila.invite(node.id, node.id.title(), ("012072",))
    request = JoinRequest(
        node.id, None if via else node.url, tuple(via), invitation.secret, node.key.public, node.sealing.jwk()
    )
    roster = capofila.capofila.redeem(request)
    assert roster is not None
    node.store.adopt(capofila.store.served("metadata/1.root.json"))
    share_roster(capofila, node)
    return roster


def change_member(capofila, id, **changes):
    """Have the capofila publish a roster in which a member is told otherwise, as `roster.json` has it."""
    told = capofila.store.current().as_json()
    for member in told["members"]:
        if member["id"] == id:
            member.update(changes)
    capofila.capofila._repository.publish(told)
    capofila.store.refresh(capofila.capofila._repository.source)


def turn(*nodes, silent=()):
    """A minute in which each node signs what is due, reads all the others but the silent ones, and attends to its post."""
    for node in nodes:
        node.sign()
    for node in nodes:
        node.puller._known = None
        node.puller.due(node.clock())
        for peer in nodes:
            if peer is not node and peer.id not in silent:
                assert node.puller.pull(peer.id).fault is None
    for node in nodes:
        node.attend()


def share_roster(capofila, *nodes):
    """Let nodes refresh their roster from the capofila's copy, without HTTP."""
    for node in nodes:
        node.store.refresh(source_of(capofila))


def source_of(node):
    def source(path, _cap):
        data = node.store.served(path)
        if data is None:
            raise NotServed(path)
        return data

    return source


def sha256(data):
    return hashlib.sha256(data).hexdigest()
