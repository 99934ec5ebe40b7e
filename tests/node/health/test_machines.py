"""What monitoring asks: without a log-in, without a person's data, without the desk's database."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from federation.letters import Question, Received
from federation.pull import PROGRAM
from federation.search.index import Writer
from node import __version__
from node.app import create_app
from node.core.db import transaction
from node.health.counting import show_letters


@pytest.fixture
def indexed(config, copies):
    writer = Writer(config.index)
    writer.follow(copies, 1000)
    writer.close()


@pytest.fixture
def outside(config, desk, copies):
    """A browser before the process that faces the Internet."""
    app = create_app(config, ("public", "feed"))
    app.config["TESTING"] = True
    assert app.extensions["sportello"].desk is None
    yield app.test_client()
    app.extensions["sportello"].replica.dispose()


def samples(client):
    """{(name, origin): value}"""
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, sample.labels.get("origin")): sample.value for family in families for sample in family.samples
    }


def test_a_living_process_says_so(citizen):
    answer = citizen.get("/healthz")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "ok\n")


def test_the_status_is_a_problem_document_also_when_all_is_well(citizen, ispra, visits, confirms, indexed):
    visits()
    confirms()
    answer = citizen.get("/status")
    assert (answer.status_code, answer.mimetype) == (200, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == {
        "type": "about:blank", "title": "OK", "status": 200, "detail": "every node answers",
        "node": "gavirate", "version": __version__, "records": 0,
    }  # fmt: skip


def test_the_status_names_who_is_not_heard(citizen, ispra, visits, indexed):
    visits(ok=timedelta(days=1), failures=9)
    answer = citizen.get("/status")
    assert (answer.status_code, answer.json["detail"]) == (200, "not heard: ispra")


def test_a_node_whose_copies_cannot_be_read_says_503(citizen, copies, indexed):
    with copies.engine.begin() as connection:
        connection.execute(text("DROP TABLE peer"))
    answer = citizen.get("/status")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_a_node_without_an_index_says_503(citizen, copies):
    answer = citizen.get("/status")
    assert (answer.status_code, answer.json["detail"]) == (503, "there is no search index yet")


def test_the_numbers_are_counted_per_origin(citizen, ispra, copies, visits, confirms):
    visits(ok=timedelta(hours=1), failures=4, remaining=7)
    confirms(timedelta(minutes=5))
    ispra.tells(copies, "vacancy-1")
    ispra.tells(copies, "vacancy-2", v=2)
    ispra.sends(copies, b"rubbish")
    found = samples(citizen)
    assert {name: value for (name, origin), value in found.items() if origin == "ispra"} == {
        "sportello_records": 2, "sportello_held_not_used": 1, "sportello_refused": 1, "sportello_failures": 4,
        "sportello_remaining": 7, "sportello_confirmed_age_seconds": 300, "sportello_lag_seconds": 3600,
        "sportello_differing_seconds": 0, "sportello_rounds_total": 0, "sportello_received_bytes_total": 0,
        "sportello_verified_total": 0, "sportello_letters_waiting": 0, "sportello_letters_answered": 0,
        "sportello_letters_unreadable": 0, "sportello_letters_unread": 0, "sportello_letters_late": 0,
    }  # fmt: skip
    assert found["sportello_records", "gavirate"] == 0
    assert ("sportello_failures", "gavirate") not in found


def test_the_letters_are_counted_by_member_where_nobody_opens_the_desk(outside, desk, config, ispra, now):
    hours = [timedelta(hours=each) for each in range(3)]
    with transaction(desk) as session:
        for number, (ago, outcome, unread) in enumerate(
            zip(hours, (None, None, "answered"), ("key", None, None), strict=True)
        ):
            asked = {
                "recipient": "ispra",
                "topic": "delivery-proof",
                "kid": "k",
                "asked_at": now - ago,
                "until": now + hours[2],
            }
            closed_at = now if outcome else None
            session.add(
                Question(
                    id=f"q-{number}",
                    answer_id=f"a-{number}",
                    outcome=outcome,
                    unread=unread,
                    closed_at=closed_at,
                    **asked,
                )
            )
        given = {"topic": "delivery-proof", "answer_id": "ours", "answered_at": now - hours[2]}
        session.add(Received(origin="ispra", id="r-1", until=now + hours[1], tried_at=now, **given))
        session.add(Received(origin="ispra", id="r-2", until=now + hours[1], tried_at=now, problem="key: not ours"))
    assert samples(outside)["sportello_letters_waiting", "ispra"] == 0, "the worker has counted nothing yet"
    assert show_letters(desk, config.letters_counted, now)
    assert not show_letters(desk, config.letters_counted, now)
    found = {name: value for (name, origin), value in samples(outside).items() if origin == "ispra"}
    told = {name.removeprefix("sportello_letters_"): value for name, value in found.items() if "_letters_" in name}
    assert told == {"waiting": 2, "answered": 1, "unreadable": 1, "unread": 1, "late": 2}
    assert ("sportello_letters_waiting", "gavirate") not in samples(outside), "nobody writes to himself"


def test_the_numbers_name_no_person_and_no_record(citizen, ispra, copies, operators):
    ispra.tells(copies, "vacancy-1")
    told = citizen.get("/metrics").text
    for private in ("vacancy-1", "Magazziniere", "operatore", "coordinatore", "0332"):
        assert private not in told


@pytest.mark.parametrize("path", ["/healthz", "/status", "/metrics"])
def test_the_process_without_the_desk_answers_too(outside, ispra, indexed, path):
    assert outside.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/federation/changes", "/federation/nothing", "/nothing", "/desk/"])
def test_every_answer_names_the_version_in_the_form_that_peers_read(citizen, ispra, path):
    answer = citizen.get(path)
    assert answer.headers.getlist("Server") == [f"sportello/{__version__}"]
    assert PROGRAM.fullmatch(answer.headers["Server"])[1] == __version__


def test_what_a_peer_costs_and_how_old_it_is_can_be_watched(client, ispra, visits, now):
    since = now - timedelta(minutes=20)
    visits(ok=timedelta(minutes=3), rounds=7, bytes_read=12_345, verified=40, differing_since=since)
    found = samples(client)
    assert found["sportello_lag_seconds", "ispra"] == 180
    assert found["sportello_differing_seconds", "ispra"] == 1200
    assert found["sportello_rounds_total", "ispra"] == 7
    assert found["sportello_received_bytes_total", "ispra"] == 12_345
    assert found["sportello_verified_total", "ispra"] == 40
    assert ("sportello_rounds_total", "gavirate") not in found, "nobody visits himself"
