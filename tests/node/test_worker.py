"""The worker over real databases: what the desk publishes is found, by one worker, and again after it was stopped."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from federation import register, replica
from federation.search.index import Index
from node.core import clock
from node.core.db import transaction
from node.worker import Faults, Worker

NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def worker(config, desk, copies):
    started = Worker(config)
    started.start()
    yield started
    started.stop(5)


def eventually(is_so, seconds=15):
    until = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
    return found


def publish_desk(desk, id):
    body = {
        "name": "Sportello lavoro",
        "comune": {"istat": "012072", "name": "Gavirate"},
        "address": "Piazza Matteotti 8",
        "phone": "0332 748211",
        "opening_hours": "lunedì 9–12",
        "authorised": True,
    }
    with transaction(desk) as session:
        register.publish(session, "desk", id, "public", body)


def held(copies, id):
    with copies.reading() as session:
        copy = replica.get(session, "gavirate", id)
    return copy if copy and not copy.withdrawn else None


def test_what_the_desk_publishes_is_signed_and_served(worker, desk, copies):
    publish_desk(desk, "desk-one")
    copy = eventually(lambda: held(copies, "desk-one"))
    assert copy.body["name"] == "Sportello lavoro"
    assert copy.problem is None


def test_a_second_worker_waits_until_the_first_has_gone(worker, config, desk, copies):
    publish_desk(desk, "desk-one")
    eventually(lambda: held(copies, "desk-one"))
    second = Worker(config)
    second.start()
    worker.stop(5)
    publish_desk(desk, "desk-two")
    eventually(lambda: held(copies, "desk-two"))
    second.stop(5)


def test_after_a_stop_nothing_is_signed(worker, desk, copies):
    publish_desk(desk, "desk-one")
    eventually(lambda: held(copies, "desk-one"))
    worker.stop(5)
    publish_desk(desk, "desk-two")
    time.sleep(1.5)
    assert held(copies, "desk-two") is None


def test_the_index_follows_within_moments(worker, config, desk, copies):
    eventually(lambda: Index(config.index).snapshot() is not None)


def test_a_job_that_fails_every_second_says_so_once_a_minute():
    faults = Faults()
    with capture_logs() as lines:
        for second in range(0, 90, 30):
            with clock.at(NOON + timedelta(seconds=second)):
                faults.note("publish", OSError("disk full"))
                faults.note("sweep", OSError("disk full"))
    assert [line["job"] for line in lines] == ["publish", "sweep", "publish", "sweep"]
