"""What citizens ask for, from the inbox into the agenda: held, confirmed by link or by the desk, or let go."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from node.appointments import actions, asked, queries
from node.appointments.letters import EXPIRED, REFUSED, REQUEST, TAKEN
from node.appointments.models import Appointment, Letter
from node.appointments.showcase import free_hours, show_free_hours
from node.appointments.writing import letter_of, mark_of
from node.core import clock, identity
from node.core.db import transaction
from node.core.vault import Vault
from tests.node.appointments.conftest import FRIDAY

MONDAY_AT_9 = "2026-10-12T07:00:00Z"


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def vault(config):
    return Vault(identity.secret(config))


@pytest.fixture
def ask(desk, counter):
    """`ask(ref, …)`: let one request be collected; whether it was kept."""

    def ask(ref="a-1", **more):
        told = {"desk": counter, "starts_at": MONDAY_AT_9, "name": "Anna Rossi", "purpose": "lavoro"}
        told |= {"phone": None, "email": None, "vacancy": None} | more
        with transaction(desk) as session:
            return asked.receive_request(session, ref, told) is not None

    return ask


@pytest.fixture
def confirm(desk, vault):
    """`confirm(ref, mark)`: let the pressed link be collected."""

    def confirm(ref, mark):
        with transaction(desk) as session:
            return asked.receive_confirmation(session, vault, ref, {"mark": mark})

    return confirm


def state_of(desk, ref):
    with desk.reading() as session:
        return session.get(Appointment, ref).state


def test_a_request_holds_its_hour_until_the_link_is_pressed(desk, config, vault, ask, confirm, free):
    assert ask(email="anna@posta.example")
    assert len(free()) == 7
    with desk.reading() as session:
        [letter] = session.scalars(select(Letter))
        text = str(letter_of(letter, config, vault).get_content())
    assert letter.kind == REQUEST
    assert f"http://localhost/appuntamenti/conferma/a-1/{mark_of('a-1', vault)}" in text.replace("=\n", "")
    assert "Anna" not in text
    assert not confirm("a-1", "0" * 64)
    assert not confirm("a-2", mark_of("a-1", vault))
    assert confirm("a-1", mark_of("a-1", vault))
    assert not confirm("a-1", mark_of("a-1", vault))
    assert state_of(desk, "a-1") == "booked"
    with desk.reading() as session:
        assert {letter.kind for letter in session.scalars(select(Letter))} == {"confirmation", "reminder"}


def test_a_request_that_nobody_confirms_leaves_its_hour(desk, vault, ask, confirm, free):
    ask(email="anna@posta.example")
    with clock.at(FRIDAY + timedelta(hours=25)):
        with transaction(desk) as session:
            actions.expire_requests(session)
        assert len(free()) == 8
        assert not confirm("a-1", mark_of("a-1", vault))
    assert state_of(desk, "a-1") == "cancelled"


def letters_to(desk, config, vault, ref):
    """(kind, text) of what is to be sent about a request."""
    with desk.reading() as session:
        theirs = session.scalars(select(Letter).where(Letter.appointment == ref))
        return [(each.kind, letter_of(each, config, vault).get_content()) for each in theirs]


def test_whose_request_ran_out_is_told_how_to_book_again(desk, config, vault, ask, counter):
    ask(email="anna@posta.example")
    with clock.at(FRIDAY + timedelta(hours=25)):
        with transaction(desk) as session:
            actions.expire_requests(session)
        [(kind, text)] = letters_to(desk, config, vault, "a-1")
    assert kind == EXPIRED
    assert "non è stata confermata in tempo" in text
    assert f"http://localhost/appuntamenti/{counter}\n" in text
    assert "lunedì 12 ottobre 2026, alle 09:00" in text
    assert "Se non puoi venire" not in text
    assert "Anna" not in text


def test_whose_hour_somebody_else_has_taken_is_told_how_to_book_again(desk, config, vault, ask, client):
    assert ask(phone="333 1234567")
    assert not ask("a-2", email="bruna@posta.example")
    [(kind, text)] = letters_to(desk, config, vault, "a-2")
    assert kind == TAKEN
    assert "quest’ora non è più libera" in text
    assert state_of(desk, "a-2") == "cancelled"
    page = client.get("/desk/agenda/a-2").text
    assert "l’ora non è più libera" in page
    assert "Chiesto dal sito quando l’ora non era più libera" in page


def test_whose_request_the_desk_refuses_is_told(desk, config, vault, ask, client):
    ask(email="anna@posta.example")
    assert client.post("/desk/agenda/a-1/disdici").status_code == 303
    [(kind, text)] = letters_to(desk, config, vault, "a-1")
    assert kind == REFUSED
    assert "non possiamo riceverti" in text


def test_nobody_is_written_to_without_end_about_hours_that_are_gone(desk, ask):
    ask(phone="333 1234567")
    for number in range(5):
        ask(f"b-{number}", email="bruna@posta.example")
    with desk.reading() as session:
        assert len(session.scalars(select(Letter)).all()) == asked.EACH_AT_MOST
    with clock.at(FRIDAY + timedelta(hours=25)):
        ask("b-9", email="bruna@posta.example")
    with desk.reading() as session:
        assert len(session.scalars(select(Letter)).all()) == asked.EACH_AT_MOST + 1


def test_who_left_a_telephone_alone_and_got_no_hour_is_on_the_list_of_calls(client, desk, ask):
    ask(phone="333 1234567", name="Anna Rossi")
    ask("b-1", phone="333 7654321", name="Bruna Galli")
    ask("b-2", email="carla@posta.example", name="Carla Riva")
    page = client.get("/desk/agenda/da-telefonare").text
    assert "Bruna Galli" in page
    assert "l’ora era già presa" in page
    assert "Anna Rossi" not in page
    assert "Carla Riva" not in page
    with clock.at(FRIDAY + timedelta(days=4)), transaction(desk) as session:
        actions.expire_requests(session)
    page = client.get("/desk/agenda/da-telefonare").text
    assert "Anna Rossi" in page
    assert "nessuno l’ha confermata in tempo" in page
    assert "Da telefonare" in client.get("/desk/").text
    form = client.get("/desk/agenda/nuovo?da=b-1").text
    assert "/desk/agenda/nuovo?da=b-1" in page
    assert 'value="Bruna Galli"' in form
    assert 'value="333 7654321"' in form
    for ref in ("a-1", "b-1"):
        assert client.post("/desk/agenda/da-telefonare", data={"appointment": ref}).status_code == 303
    assert "Nessuno da chiamare" in client.get("/desk/agenda/da-telefonare").text
    assert client.post("/desk/agenda/da-telefonare", data={"appointment": "b-2"}).status_code == 409


def test_nobody_is_called_without_end_about_hours_that_are_gone(desk, ask):
    ask(email="anna@posta.example")
    for number in range(5):
        ask(f"b-{number}", phone="333 7654321")
    with desk.reading() as session:
        assert len(queries.untold(session)) == asked.EACH_AT_MOST


def test_of_an_hour_that_was_never_offered_nobody_is_told(desk, ask):
    assert not ask(email="anna@posta.example", starts_at="2026-10-12T07:10:00Z")
    with desk.reading() as session:
        assert session.scalars(select(Appointment)).all() == []


def test_who_left_a_telephone_is_called_and_confirmed_at_the_desk(client, desk, ask):
    ask(phone="333 1234567")
    assert "Richieste di appuntamento" in client.get("/desk/").text
    assert "333 1234567" in client.get("/desk/agenda/richieste").text
    assert client.post("/desk/agenda/richieste/a-1/conferma").status_code == 303
    assert state_of(desk, "a-1") == "booked"
    assert client.post("/desk/agenda/richieste/a-1/conferma").status_code == 409
    assert "Nessuno da chiamare" in client.get("/desk/agenda/da-telefonare").text


def test_a_request_collected_twice_is_kept_once(ask):
    assert ask(phone="333 1234567")
    assert not ask(phone="333 1234567", starts_at="2026-10-12T07:30:00Z")


@pytest.mark.parametrize(
    "strange",
    [
        {"desk": "mai-visto"},
        {"desk": None},
        {"starts_at": "2026-10-12T07:10:00Z"},
        {"starts_at": "2026-10-14T07:00:00Z"},
        {"starts_at": "2026-10-05T07:00:00Z"},
        {"starts_at": "2026-99-99T07:00:00Z"},
        {"starts_at": 7},
        {"name": "x" * 200},
        {"name": "<b>x</b>"},
        {"phone": None},
        {"purpose": "boh"},
        {"vacancy": "../x"},
    ],
)
def test_what_is_no_request_of_ours_is_passed_over(desk, ask, strange):
    assert not ask(**({"phone": "333 1234567"} | strange))
    with desk.reading() as session:
        assert session.scalars(select(Appointment)).all() == []


def test_nobody_fills_the_agenda(ask):
    hours = [f"2026-10-12T{hour}:00Z" for hour in ("07:00", "07:30", "08:00", "08:30")]
    kept = [ask(f"a-{n}", starts_at=hour, phone="333 1234567") for n, hour in enumerate(hours)]
    assert kept == [True] * asked.EACH_AT_MOST + [False] * 2


def test_the_showcase_tells_hours_and_nobodys_name(desk, config, counter, actor, booked):
    booked()
    assert show_free_hours(desk, config.free_hours)
    assert not show_free_hours(desk, config.free_hours)
    text = config.free_hours.read_text("utf-8")
    assert MONDAY_AT_9 not in text
    assert actor.id not in text
    assert [f"{when:%d %H:%M}" for when in free_hours(config.free_hours, counter)][:2] == ["12 07:30", "12 08:00"]
    assert free_hours(config.free_hours, "mai-visto") == []
    with clock.at(FRIDAY + timedelta(days=90)):
        assert free_hours(config.free_hours, counter) == []
