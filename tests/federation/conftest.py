"""Nodes of a network without their doors: registers, publishers, replicas, and what they are asked."""

from dataclasses import dataclass

import pytest

from federation import apply, register, replica
from federation.database import Database
from federation.keys import SigningKey
from federation.publisher import Publisher
from tests.federation.origins import BODY, Clock, Speaker, roster_of


@dataclass
class Node:
    """The databases and the publisher of one node."""

    origin: str
    desk: Database
    replica: Database
    publisher: Publisher
    clock: Clock

    def publishes(self, id, body=BODY, audience="public", not_after=None, kind="desk"):
        with self.desk.writing() as session:
            register.publish(session, kind, id, audience, body, not_after)
            session.commit()

    def withdraws(self, id):
        with self.desk.writing() as session:
            register.withdraw(session, id)
            session.commit()

    def asks(self, what, *arguments):
        """A question to the register."""
        with self.desk.reading() as session:
            return what(session, *arguments)

    def row(self, id):
        return self.asks(lambda session: session.query(register.RegisterRow).filter_by(id=id).one_or_none())

    def served(self, after=0):
        """What the feed would give after a position: the copies in their order."""
        with self.replica.reading() as session:
            return replica.changes(session, after, 100_000)

    def another_publisher(self):
        """What a second process on the same databases would run."""
        mine = self.publisher
        return Publisher(
            self.desk, self.replica, mine.key, self.origin, mine.witness, mine.network, mine.clock, mine.periods
        )


@dataclass
class Holder:
    """A replica that is handed lines, and asked what it holds."""

    database: Database
    roster: object
    clock: Clock

    def hears(self, *lines, source="varese", **options):
        """Apply the lines as one page, and commit."""
        return self.does(apply.apply_lines, lines, self.roster, source, self.clock(), **options)

    def does(self, what, *arguments, **options):
        """A function of the federation, in a transaction of its own."""
        with self.database.writing() as session:
            answer = what(session, *arguments, **options)
            session.commit()
        return answer

    def asks(self, what, *arguments, **options):
        """A question to the replica."""
        with self.database.reading() as session:
            return what(session, *arguments, **options)

    def holds(self, id, origin="gavirate"):
        return self.asks(replica.get, origin, id)


@pytest.fixture(scope="session", autouse=True)
def no_power_cuts():
    """What a power cut would do is not tested here, and waiting for the disk takes half of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        yield


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def gavirate(clock):
    return Speaker("gavirate", clock)


@pytest.fixture
def ispra(clock):
    return Speaker("ispra", clock)


@pytest.fixture
def node(new_database_url, tmp_path, clock):
    """A node called gavirate that belongs to no network, its publisher ready to run."""
    desk = Database(new_database_url("desk"), durable=False)
    with desk.setting_up() as connection:
        register.RegisterBase.metadata.create_all(connection)
    copies = Database(new_database_url("replica"), durable=False, page_size=replica.PAGE_SIZE)
    replica.create(copies)
    key = SigningKey.generate()
    publisher = Publisher(desk, copies, key, "gavirate", tmp_path / "witness", lambda: None, clock)
    yield Node("gavirate", desk, copies, publisher, clock)
    desk.dispose()
    copies.dispose()


@pytest.fixture
def holder(database_url, gavirate, ispra, clock):
    """An empty replica that knows gavirate and ispra as members of its network."""
    database = Database(database_url, durable=False, page_size=replica.PAGE_SIZE)
    replica.create(database)
    yield Holder(database, roster_of(gavirate, ispra), clock)
    database.dispose()
