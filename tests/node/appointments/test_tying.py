"""An appointment taken under a name alone becomes that of a person whom the desk follows."""

import pytest
from sqlalchemy import select

from node.appointments import actions
from node.appointments.models import Appointment
from node.core.audit import Deed
from node.core.db import transaction
from node.core.errors import Refused


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def anna(desk, taken_in):
    with transaction(desk) as session:
        return taken_in(session, "Rossi", "Anna", phone="333 1234567")


@pytest.fixture
def stranger(booked, anna):
    """An appointment of Anna's, taken under her name, telephone and e-mail."""
    return booked(email="anna@posta.example").ref


def test_her_record_is_found_by_the_telephone_and_then_by_any_name(client, anna, stranger):
    assert f"/desk/agenda/{stranger}/collega" in client.get(f"/desk/agenda/{stranger}").text
    assert anna.ref in client.get(f"/desk/agenda/{stranger}/collega").text
    assert anna.ref in client.get(f"/desk/agenda/{stranger}/collega?q=rossi").text
    nobody = client.get(f"/desk/agenda/{stranger}/collega?q=bianchi").text
    assert anna.ref not in nobody
    assert "Nessuna persona per «bianchi»" in nobody


def test_afterwards_it_stands_on_her_page_and_is_noted_without_words(client, desk, anna, stranger):
    address = f"/desk/agenda/{stranger}/collega"
    assert client.post(address, data={"persona": anna.ref}).status_code == 303
    assert f"/desk/agenda/{stranger}" in client.get(f"/desk/persone/{anna.ref}").text
    page = client.get(f"/desk/agenda/{stranger}").text
    assert "Collegato alla scheda della persona" in page
    assert address not in page
    with desk.reading() as session:
        [deed] = session.scalars(select(Deed).where(Deed.verb == "appointment.tied"))
        assert (deed.ref, deed.facts) == (stranger, {"person": anna.ref})


def test_of_what_was_typed_only_what_her_record_lacks_stays(client, desk, anna, stranger):
    client.post(f"/desk/agenda/{stranger}/collega", data={"persona": anna.ref})
    with desk.reading() as session:
        tied = session.get(Appointment, stranger)
        assert (tied.name, tied.phone, tied.email) == (None, None, "anna@posta.example")
        assert (tied.reach_phone, tied.reach_email) == ("333 1234567", "anna@posta.example")
    assert "Nessuno da chiamare" in client.get("/desk/agenda/da-telefonare").text


def test_it_is_tied_once(client, desk, actor, anna, stranger):
    client.post(f"/desk/agenda/{stranger}/collega", data={"persona": anna.ref})
    assert client.get(f"/desk/agenda/{stranger}/collega").status_code == 303
    assert client.post(f"/desk/agenda/{stranger}/collega", data={"persona": anna.ref}).status_code == 409
    with transaction(desk) as session, pytest.raises(Refused):
        actions.tie(session, actor, session.get(Appointment, stranger), session.get(type(anna), anna.ref))


@pytest.mark.parametrize("sent", [{}, {"persona": ""}, {"persona": "mai-vista"}])
def test_nobody_is_no_person(client, desk, stranger, sent):
    assert client.post(f"/desk/agenda/{stranger}/collega", data=sent).status_code == 404
    with desk.reading() as session:
        assert session.get(Appointment, stranger).name == "Anna Rossi"
