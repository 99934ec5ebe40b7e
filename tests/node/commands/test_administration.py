"""What `sportello status` tells an administrator, and a program of his."""

from contextlib import contextmanager

import pytest

from federation.opening import UNHEARD
from federation.register import STATE_ID, RegisterState
from federation.replica import Peer
from node.commands import administration
from node.core import clock, db
from node.core.db import transaction
from tests.node.peers import in_one_network


@pytest.fixture
def in_trouble(tmp_path, config, desk, copies, monkeypatch):
    """gavirate has not heard ispra, and may not publish."""
    monkeypatch.setattr(db, "database_version", lambda _desk: db.program_version())
    monkeypatch.setattr(db, "opened", as_it_is)
    with in_one_network(tmp_path, config):
        with transaction(copies) as session:
            session.add(Peer(id="ispra", failures=3, last_error="unreachable: x", rounds=5, bytes_read=900, verified=7))
        with transaction(desk) as session:
            session.add(RegisterState(id=STATE_ID, epoch=1, seq=0, shut_since=clock.now(), shut_why=UNHEARD))
        yield config


@contextmanager
def as_it_is(database):
    yield database


def test_a_program_learns_how_reading_the_others_goes(in_trouble):
    found = administration.status(in_trouble)
    assert found["publisher"]["shut_why"] == UNHEARD
    [ispra] = found["peers"]
    assert (ispra["id"], ispra["state"], ispra["failures"]) == ("ispra", "silent", 3)
    assert (ispra["rounds"], ispra["bytes"], ispra["verified"]) == (5, 900, 7)


def test_a_person_reads_what_is_wrong(in_trouble):
    told = "\n".join(administration.in_words(administration.status(in_trouble)))
    assert "aspetta di sentire un altro nodo" in told
    assert "ispra: unreachable: x" in told
