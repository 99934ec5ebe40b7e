"""The worker over real databases: what the desk publishes is found, by one worker, and again after it was stopped."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from federation import register, replica
from federation.inbox import Inbox
from federation.letters import answer_to
from federation.roster import RosterStore
from federation.sealing import Address, seal, unseal
from federation.search.index import Index
from node.appointments.actions import open_weekly
from node.appointments.models import Appointment
from node.appointments.showcase import free_hours
from node.core import clock, identity
from node.core.actors import NODE
from node.core.db import transaction
from node.desks.actions import create_desk
from node.health.actions import PROOF
from node.vacancies.actions import publish_vacancy
from node.vacancies.importing import actions as importing
from node.vacancies.importing.queries import import_with
from node.vacancies.importing.tables import open_table
from node.vacancies.models import Report
from node.worker import Faults, Worker
from schemas.appointment import REQUEST_KIND, OpeningForm
from schemas.desk import DeskForm
from schemas.report import INBOX_KIND
from schemas.vacancy import VacancyForm
from tests.federation.nodes import Node, admit, found
from tests.node.peers import behind_a_relay
from tests.node.vacancies.conftest import MARIA

NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def ispra(tmp_path, config):
    """The relay of this node, which has no address then."""
    with behind_a_relay(tmp_path, config) as relay:
        yield relay


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


def test_without_an_address_it_brings_its_relay_what_the_desk_publishes(ispra, worker, desk):
    publish_desk(desk, "desk-1")
    assert eventually(lambda: ispra.copy_of("gavirate", "desk-1"), seconds=60)
    with transaction(desk) as session:
        register.withdraw(session, "desk-1")
    assert eventually(lambda: ispra.copy_of("gavirate", "desk-1").withdrawn, seconds=60)


def test_what_a_member_has_brought_is_told_to_the_others(ispra, worker, config):
    eventually(lambda: list(ispra.inbox.collect("ping")), seconds=60)
    Inbox(config.inbox).drop("push", {}, "golasecca")
    assert eventually(lambda: list(ispra.inbox.collect("ping")), seconds=60) == [("gavirate", {})]


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


def open_vacancy(desk):
    """The ref of a vacancy that a citizen can read."""
    counter = {"name": "Sportello", "comune": "Gavirate", "address": "Piazza 1", "phone": "0332 748201"}
    offered = {"title": "Carrellista", "places": ["Gavirate"], "contract": "determinato", "how_to_apply": "Vieni qui."}
    closes_on = (clock.today() + timedelta(days=9)).isoformat()
    with transaction(desk) as session:
        made = create_desk(session, NODE, DeskForm().load(counter | {"opening_hours": "lunedì 9-12"}))
        data = VacancyForm(clock.today).load(offered | {"desk": made.ref, "closes_on": closes_on})
        return publish_vacancy(session, NODE, data).ref


def test_what_a_citizen_reports_comes_before_the_desk_and_rubbish_stops_nobody(worker, config, desk):
    told = {"vacancy": open_vacancy(desk), "reason": "finta"}
    inbox = Inbox(config.inbox)
    for name, each in (("r-1", {"vacancy": 7}), ("r-2", {}), ("r-3", told)):
        inbox.drop(INBOX_KIND, each, name)

    def report():
        with desk.reading() as session:
            return session.get(Report, "r-3")

    assert eventually(report).reason == "finta"
    eventually(lambda: not any((config.inbox / INBOX_KIND).iterdir()))


def test_the_index_follows_within_moments(worker, config, desk, copies):
    eventually(lambda: Index(config.index).snapshot() is not None)


def test_a_file_that_an_operator_has_handed_in_is_read(worker, desk):
    content = b"Titolo;Comune\nCuoco/a;Ispra\n"
    with transaction(desk) as session:
        begun = importing.begin_import(session, MARIA, "offerte.csv", content, open_table(content))
        importing.choose_columns(session, begun, begun.mapping, {"how_to_apply": "Vieni."})
        ref = begun.ref

    def is_checked():
        with desk.reading() as session:
            return import_with(session, ref).state == "checked"

    eventually(is_checked)


def test_a_job_that_fails_every_second_says_so_once_a_minute():
    faults = Faults()
    with capture_logs() as lines:
        for second in range(0, 90, 30):
            with clock.at(NOON + timedelta(seconds=second)):
                faults.note("publish", OSError("disk full"))
                faults.note("sweep", OSError("disk full"))
    assert [line["job"] for line in lines] == ["publish", "sweep", "publish", "sweep"]


def test_a_question_of_another_desk_is_answered_by_the_node_alone(config, desk, copies, tmp_path):
    key, answer = identity.sealing_key(config), answer_to("ispra", "their-question")
    sealed = {"kind": "message", "audience": f"sealed:{config.id}"}
    with Node(tmp_path, "ispra").open() as ispra, ExitStack() as stack:
        found(ispra, poll_every_s=1)
        ours = SimpleNamespace(id=config.id, url=config.url, key=identity.signing_key(config), sealing=key)
        ours.store = RosterStore(config.roster)
        admit(ispra, ours)
        asked = Address("ispra", config.id, "message", "their-question")
        ispra.publish("their-question", body=seal({"topic": PROOF, "content": {}}, asked, key.public), **sealed)
        worker = Worker(config)
        worker.start()
        stack.callback(worker.stop, 5)
        copy = eventually(lambda: held(copies, answer), seconds=240)
        told = unseal(copy.body, Address(config.id, "ispra", "message", answer), ispra.sealing)
        assert told == {"topic": PROOF, "answers": "their-question", "content": {}}
        ispra.publish("their-question", body=None, **sealed)
        eventually(lambda: held(copies, answer) is None, seconds=240)


def test_what_a_citizen_asks_for_is_held_and_no_longer_shown(worker, desk, config, operators):
    day = (clock.today() + timedelta(days=2)).weekday()
    with transaction(desk) as session:
        told = {"name": "Sportello", "comune": "Gavirate", "address": "piazza Matteotti 8", "phone": "0332 748201"}
        counter = create_desk(session, NODE, DeskForm().load(told | {"opening_hours": "lunedì 9-12"})).ref
        hours = {"desk": counter, "operator": operators["operatore"].id, "weekday": str(day), "bookable": "true"}
        hours |= {"starts": "9", "ends": "10", "minutes": "30"}
        open_weekly(session, NODE, OpeningForm().load(hours))
    eventually(lambda: free_hours(config.free_hours, counter), seconds=60)
    first = free_hours(config.free_hours, counter)[0]
    told = {"desk": counter, "starts_at": f"{first:%Y-%m-%dT%H:%M:%SZ}", "name": "Anna", "phone": "0332 123456"}
    Inbox(config.inbox).drop(REQUEST_KIND, told | {"purpose": "lavoro"}, "r-1")
    eventually(lambda: first not in free_hours(config.free_hours, counter), seconds=60)
    with desk.reading() as session:
        assert session.get(Appointment, "r-1").state == "requested"
