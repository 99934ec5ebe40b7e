"""Letters over a real SMTP conversation: none is lost, none is sent three times, what fails is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from node.appointments import actions, asked, posting
from node.appointments.letters import EXPIRED, decline
from node.appointments.models import Appointment, Letter
from node.core import clock, identity
from node.core.db import transaction
from node.core.vault import Vault
from tests.node.appointments.conftest import FRIDAY
from tests.node.appointments.mail_server import mail_server


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


@pytest.fixture
def post(config, desk, server):
    """`post(hours_later)`: what the worker does then; returns how many letters were taken."""
    host, port = server.server_address
    mailing = replace(
        config, smtp_host=host, smtp_port=port, smtp_security="nessuna", mail_from="lavoro@comune.gavirate.example"
    )

    def post(hours_later=0.0, **changes):
        with clock.at(FRIDAY + timedelta(hours=hours_later)):
            return posting.post_due(desk, replace(mailing, **changes), Vault(identity.secret(config)))

    return post


@pytest.fixture
def ref(booked):
    return booked(email="anna@posta.example").ref


def letters(desk):
    with desk.reading() as session:
        return {each.kind: each for each in session.scalars(select(Letter))}


def test_an_appointment_is_confirmed_at_once_and_reminded_of_the_day_before(post, server, ref):
    assert (post(), post(), post(46), post(48), post(60)) == (1, 0, 0, 1, 0)
    first, reminder = server.letters
    assert first["To"] == reminder["To"] == "anna@posta.example"
    assert "lunedì 12 ottobre 2026, alle 09:00" in first.get_body().get_content()
    assert "domani" in reminder["Subject"]
    [calendar] = first.iter_attachments()
    assert (calendar.get_content_type(), calendar.get_filename()) == ("text/calendar", "appuntamento.ics")
    assert f"UID:{ref}@gavirate" in calendar.get_payload(decode=True).decode()


def test_a_server_that_is_down_loses_nothing(post, server, desk, ref, client):
    assert post(smtp_port=1) == 0
    waiting = letters(desk)["confirmation"]
    assert (waiting.sent_at, waiting.given_up_at, waiting.begun) == (None, None, 0)
    assert waiting.problem in client.get("/desk/agenda/da-telefonare").text
    assert post() == 0
    assert post(0.1) == 1
    assert letters(desk)["confirmation"].problem is None


def test_an_address_that_does_not_exist_is_shown_at_the_desk_and_tried_again_by_hand(post, server, desk, ref, client):
    server.refusal = 550
    assert post() == 0
    refused = letters(desk)["confirmation"]
    assert refused.given_up_at is not None
    assert "550 prova" in client.get("/desk/agenda/da-telefonare").text
    server.refusal = None
    assert post(1) == 0
    assert client.post(f"/desk/agenda/da-telefonare/posta/{refused.ref}/riprova").status_code == 303
    assert post(2) == 1


def test_a_server_that_is_full_for_now_is_asked_again(post, server, desk, ref):
    server.refusal = 450
    assert post() == 0
    assert letters(desk)["confirmation"].given_up_at is None
    server.refusal = None
    assert post(1) == 1


def test_without_an_answer_a_letter_goes_twice_at_most_and_is_known_to_be_the_same(
    post, server, desk, ref, monkeypatch
):
    monkeypatch.setattr(posting, "TIMEOUT_S", 2)
    server.hangs_up = True
    for hours in (0, 1, 2, 3):
        assert post(hours) == 0
    assert len(server.letters) == 2
    assert len({letter["Message-ID"] for letter in server.letters}) == 1
    assert letters(desk)["confirmation"].given_up_at is not None


def test_a_worker_that_dies_over_a_letter_sends_it_once_more(post, server, desk, config, ref):
    mailing = replace(config, mail_from="lavoro@comune.gavirate.example")
    posting.begin(desk, mailing, Vault(identity.secret(config)))
    assert letters(desk)["confirmation"].begun == 1
    assert post() == 1
    assert len(server.letters) == 1


def test_a_cancelled_appointment_is_called_off_and_never_reminded_of(post, server, desk, actor, ref):
    post()
    with transaction(desk) as session:
        actions.cancel(session, actor, session.get(Appointment, ref))
    assert post(1) == 1
    assert "disdetto" in server.letters[-1]["Subject"]
    assert post(60) == 0


def test_a_request_that_came_to_nothing_is_told_in_a_letter_without_a_calendar(post, server, desk, counter):
    told = {"desk": counter, "starts_at": "2026-10-12T07:00:00Z", "name": "Anna Rossi", "purpose": "lavoro"}
    with transaction(desk) as session:
        asked.receive_request(session, "a-1", told | {"email": "anna@posta.example"})
    assert post() == 1
    with clock.at(FRIDAY + timedelta(hours=25)), transaction(desk) as session:
        actions.expire_requests(session)
    assert (post(25), post(26)) == (1, 0)
    expired = server.letters[-1]
    assert (expired["To"], expired["Subject"]) == (
        "anna@posta.example",
        "La tua richiesta di appuntamento è scaduta – Sportello di Gavirate",
    )
    assert list(expired.iter_attachments()) == []
    assert f"http://localhost/appuntamenti/{counter}" in expired.get_body().get_content()


def test_how_to_book_again_is_told_until_two_days_after_the_hour(post, server, desk, actor, ref):
    with transaction(desk) as session:
        decline(session, session.get(Appointment, ref), EXPIRED)
    assert post(24 * 5) == 0
    assert server.letters == []
    assert letters(desk)["expired"].given_up_at is not None


def test_without_a_mail_server_everything_waits(post, desk, ref):
    assert post(smtp_host="") == 0
    assert letters(desk)["confirmation"].begun == 0
