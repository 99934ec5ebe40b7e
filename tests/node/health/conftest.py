"""A node in a network with Ispra, at a moment that stands still, and a replica into which a test writes what it likes."""

from datetime import UTC, datetime, timedelta

import pytest

from federation.replica import ForkProof, Peer
from federation.statement import instant
from node.core import clock
from tests.node.peers import in_one_network

NOW = datetime(2026, 11, 22, 12, 40, tzinfo=UTC)
"""A Sunday, 13:40 in Italy."""


@pytest.fixture(autouse=True)
def now():
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def ispra(tmp_path, config):
    with in_one_network(tmp_path, config) as other:
        yield other


@pytest.fixture
def visits(copies, now):
    """`visits(ok=timedelta(minutes=3), failures=0, …)`: how reading Ispra went; `ok` is how long ago, None for never."""

    def note(ok=timedelta(minutes=3), **row):
        with copies.writing() as session:
            session.merge(Peer(id="ispra", last_ok_at=now - ok if ok is not None else None, **row))
            session.commit()

    return note


@pytest.fixture
def confirms(ispra, copies, now):
    """`confirms(ago)`: a head of Ispra is held, issued that long ago."""

    def hold(ago=timedelta(minutes=5)):
        issued_at = now - ago
        body = {"count": 0, "root": "0" * 64, "lease_until": instant(issued_at)}
        with clock.at(issued_at):
            ispra.tells(copies, "head:public", kind="head", body=body)

    return hold


@pytest.fixture
def cloned(copies, now):
    """`cloned(origin)`: two machines sign in its name."""

    def prove(origin):
        proof = {"epoch": 1, "seq": 5, "kid": "a", "other_kid": "b", "line": b"1", "other_line": b"2"}
        with copies.writing() as session:
            session.merge(ForkProof(origin=origin, found_at=now, **proof))
            session.commit()

    return prove
