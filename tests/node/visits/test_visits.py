"""The reception's log: who came, said her name or not, and is forgotten in time."""

from datetime import timedelta

from sqlalchemy import select

from node.core import clock
from node.core.db import transaction
from node.visits import actions
from node.visits.models import Visit
from node.visits.personal import KEEPER
from tests.node.appointments.conftest import counter, desk_url, friday, taken_in  # noqa: F401 - fixtures, by name


def test_who_comes_is_written_down_with_or_without_a_name(client, browser, counter):  # noqa: F811
    assert "Scegli perché è venuto" in client.post("/desk/accoglienza", data={"desk": counter}).text
    for name in ("", "Signora Bianchi"):
        sent = {"desk": counter, "purpose": "curriculum", "name": name}
        assert client.post("/desk/accoglienza", data=sent).status_code == 303
    page = client.get("/desk/accoglienza").text
    assert "Signora Bianchi" in page
    assert "senza nome" in page
    with clock.at(clock.now() + timedelta(days=1)):
        assert "non è ancora venuto nessuno" in browser("operatore").get("/desk/accoglienza").text


def test_a_visit_written_by_mistake_is_taken_back(client, desk, counter):  # noqa: F811
    client.post("/desk/accoglienza", data={"desk": counter, "purpose": "corsi"})
    with desk.reading() as session:
        ref = session.scalar(select(Visit.ref))
    assert client.post(f"/desk/accoglienza/{ref}/togli").status_code == 303
    assert "non è ancora venuto nessuno" in client.get("/desk/accoglienza").text


def test_a_persons_visits_are_hers_and_a_passer_bys_name_is_forgotten(client, desk, counter, taken_in):  # noqa: F811
    with transaction(desk) as session:
        person = taken_in(session).ref
    for more in ({"persona": person}, {"name": "Bianchi"}):
        client.post("/desk/accoglienza", data={"desk": counter, "purpose": "lavoro"} | more)
    with transaction(desk) as session:
        assert "Cerca lavoro" in str(KEEPER.in_words(KEEPER.export(session, person), "it"))
        actions.forget_names(session, clock.now() + timedelta(days=91))
        assert {visit.name for visit in session.scalars(select(Visit))} == {None}
        KEEPER.erase(session, person)
        assert len(session.scalars(select(Visit)).all()) == 1
