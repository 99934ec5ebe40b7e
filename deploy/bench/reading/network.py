"""A node with published vacancies and a member of its network that has read nothing of it.

Both joined the network of a third, as comuni do. The vacancies are registered and signed here, by the node's own
publisher; then its feed door alone is opened, by the node's own program. The publisher's clock is some hours behind
and is moved on by hand: a head comes after five seconds of quiet, and no bench should have to wait for them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from deploy.bench.programs import Program, free_ports, node_process
from deploy.bench.reading.vacancies import ORIGIN, Vacancy
from deploy.bench.reading.wire import Wire
from deploy.demo.building import found, invite, join
from deploy.demo.nodes import NETWORK, DemoNode
from federation import register, replica
from federation.publisher import Publisher
from node.commands import network as roster_commands
from node.core import clock, db, identity
from node.core.config import Config, load

READER = "gavirate"
BEHIND = timedelta(hours=6)
QUIET = timedelta(minutes=2)
DOORS = "public,feed"


class ReadingNetwork:
    """Who is read (`origin`) and who reads (`member`)."""

    def __init__(self, root: Path):
        self.root = root
        first = free_ports(3)
        self.capofila = DemoNode("somma-lombardo", ("Somma Lombardo",), first)
        self.origin = DemoNode(ORIGIN, ("Varese",), first + 1)
        self.member = DemoNode(READER, ("Gavirate",), first + 2)
        self._now = clock.now() - BEHIND

    @property
    def member_folder(self) -> Path:
        return self.member.folder(self.root)

    def origin_config(self) -> Config:
        return load(self.origin.folder(self.root), {})

    def build(self) -> None:
        for node in (self.capofila, self.origin, self.member):
            found(self.root, node)
        config = load(self.capofila.folder(self.root), {})
        roster_commands.create(config, NETWORK, self.root / "root-keys", 1, 1, {})
        with node_process(self.capofila.folder(self.root), self.capofila.port):
            for node in (self.origin, self.member):
                join(self.root, node, invite(self.root, self.capofila, node))
            with roster_commands.client_of(self.origin_config()) as client:  # it does not know of the member yet
                roster_commands.store_of(self.origin_config()).refresh(client.roster_source(self.capofila.url))
        with db.opened(db.replica_of(self.origin_config())) as copies:
            replica.create(copies)

    def publish(self, new: Iterable[Vacancy]) -> None:
        """Sign new vacancies, and a while later their head."""
        with self._registering() as session:
            register.publish_new(session, "vacancy", "public", ((name, document, None) for name, document in new))
        self._sign()
        self.publish_head()

    def change(self, some: Iterable[Vacancy]) -> None:
        """Sign changed vacancies and nothing else: their head is still to come."""
        with self._registering() as session:
            for name, document in some:
                register.publish(session, "vacancy", name, "public", document)
        self._sign()

    def publish_head(self) -> None:
        self._now += QUIET
        self._sign()

    @contextmanager
    def served(self) -> Iterator[Program]:
        with node_process(self.origin.folder(self.root), self.origin.port, DOORS) as program:
            yield program

    @contextmanager
    def served_over_wire(self) -> Iterator[Wire]:
        with (
            node_process(self.origin.folder(self.root), serve=DOORS) as program,
            Wire(self.origin.port, program.port) as wire,
        ):
            yield wire

    def forget(self) -> None:
        """Let the member have read nothing."""
        for file in self.member_folder.glob("replica.sqlite*"):
            file.unlink()

    @contextmanager
    def _registering(self) -> Iterator[Session]:
        with db.opened(db.desk_of(self.origin_config())) as desk, desk.writing() as session:
            yield session
            session.commit()

    def _sign(self) -> None:
        config = self.origin_config()
        roster = roster_commands.store_of(config)
        with db.opened(db.desk_of(config)) as desk, db.opened(db.replica_of(config)) as copies:
            publisher = Publisher(
                desk,
                copies,
                identity.signing_key(config),
                config.id,
                config.witness,
                roster.network,
                lambda: self._now,
            )
            publisher.run_once()
            publisher.release()
