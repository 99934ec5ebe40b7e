"""Ispra, the other comune of a network of two: its roster and its key are real, its process is the test."""

from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

from federation.apply import apply_lines
from federation.keys import SealingKey
from federation.roster import RosterStore
from node.core import clock, identity
from tests.federation.nodes import Node, admit, change_member, found, share_roster


class Ispra(Node):
    """The capofila. Its clock is that of the node under test, into whose replica `copies` its lines are put."""

    def clock(self):
        return clock.now()

    def tells(self, copies, id, **changes):
        return self.sends(copies, self.line(id, **changes))

    def sends(self, copies, *lines):
        with copies.writing() as session:
            applied = apply_lines(session, lines, self.store.current(), self.id, clock.now())
            session.commit()
        return applied

    @property
    def members(self):
        return f"members:{self.store.network()}"


def as_tuf_sees_it():
    """The moment that it really is: TUF looks at no other clock, whatever a test says that it is."""
    return clock.at(datetime.now(UTC))


@contextmanager
def in_one_network(folder, config):
    """Found a network at Ispra and take in the node with these settings; yields Ispra."""
    ispra = Ispra(folder, "ispra")
    ispra.url = "http://127.0.0.1:9"
    with as_tuf_sees_it():
        found(ispra)
        admit(ispra, newcomer(config))
    yield ispra
    ispra.close()


def tell_otherwise(ispra, store, **changes):
    """Another roster, in which Ispra is told with these changes, comes to the node with this store."""
    with as_tuf_sees_it():
        change_member(ispra, "ispra", **changes)
        share_roster(ispra, SimpleNamespace(store=store))


@contextmanager
def behind_a_relay(folder, config):
    """The same with Ispra at work, and the node without an address: Ispra is its relay."""
    with Ispra(folder, "ispra").open() as ispra:
        found(ispra)
        admit(ispra, newcomer(config), via=("ispra",))
        yield ispra


def newcomer(config):
    """The node with these settings, as far as it takes to be taken in."""
    return SimpleNamespace(
        id=config.id,
        url=config.url,
        key=identity.signing_key(config),
        sealing=SealingKey.load(config.keys / identity.SEALING),
        store=RosterStore(config.roster),
    )
