import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from federation.register import RegisterRow, status_of
from node.core.actors import NODE
from node.core.audit import Deed
from node.core.db import transaction
from node.desks.actions import create_desk, update_desk
from node.desks.queries import all_desks, count_of_unauthorised
from node.desks.typed import as_typed
from schemas.desk import DeskForm


def told(session, desk):
    """The document that the network will read of the desk."""
    return json.loads(session.scalars(select(RegisterRow).where(RegisterRow.id == desk.ref)).one().document)


def test_a_new_desk_is_told_to_the_network(session, typed):
    desk = create_desk(session, NODE, DeskForm().load(typed))
    document = told(session, desk)
    assert document["comune"] == {"istat": "012072", "name": "Gavirate"}
    assert document["authorised"] is True
    assert document["authorised_on"] == "2024-05-02"


def test_a_changed_telephone_number_reaches_the_network_and_the_audit(session, typed):
    desk = create_desk(session, NODE, DeskForm().load(typed))
    update_desk(session, NODE, desk, DeskForm().load(typed | {"phone": "0332 999999"}))
    assert told(session, desk)["phone"] == "0332 999999"
    assert list(session.scalars(select(Deed.verb).order_by(Deed.id))) == ["desk.created", "desk.changed"]


def test_a_desk_without_its_act_says_so(session, typed):
    bare = {name: value for name, value in typed.items() if not name.startswith("authoris")}
    desk = create_desk(session, NODE, DeskForm().load(bare))
    assert told(session, desk)["authorised"] is False
    assert count_of_unauthorised(session) == 1


def test_a_node_without_any_desk_lacks_the_authorisation_too(session):
    assert count_of_unauthorised(session) == 1


def test_the_database_keeps_act_and_day_together(session, typed):
    desk = create_desk(session, NODE, DeskForm().load(typed))
    desk.authorised_on = None
    with pytest.raises(IntegrityError, match="authorisation_has_its_day"):
        session.flush()


def test_what_is_saved_can_be_typed_again_and_is_the_same(session, typed):
    desk = create_desk(session, NODE, DeskForm().load(typed))
    assert DeskForm().load(as_typed(desk)) == DeskForm().load(typed)


def test_an_administrator_opens_a_desk_in_the_browser(browser, desk, typed):
    admin = browser("amministratore")
    assert admin.get("/desk/sportelli/nuovo").status_code == 200
    answer = admin.post("/desk/sportelli", data=typed)
    assert answer.status_code == 303, answer.text
    assert "Albo, prot. 1234/2024" in admin.get(answer.location).text
    with desk.reading() as session:
        (made,) = all_desks(session)
        assert status_of(session, made.ref) == "waiting"


def test_half_an_authorisation_is_answered_beside_its_field_and_nothing_typed_is_lost(browser, desk, typed):
    answer = browser("amministratore").post("/desk/sportelli", data=typed | {"authorised_on": ""})
    assert answer.status_code == 422
    assert "Scrivi anche la data" in answer.text
    assert "Albo, prot. 1234/2024" in answer.text
    assert "Comerio (VA)" in answer.text
    with desk.reading() as session:
        assert all_desks(session) == []


def test_a_changed_desk_is_saved_from_the_browser(browser, desk, typed):
    with transaction(desk) as session:
        ref = create_desk(session, NODE, DeskForm().load(typed)).ref
    admin = browser("amministratore")
    assert "Comerio (VA)" in admin.get(f"/desk/sportelli/{ref}/modifica").text
    admin.post(f"/desk/sportelli/{ref}", data=typed | {"address": "Via Cavour 3"})
    assert "Via Cavour 3" in admin.get(f"/desk/sportelli/{ref}").text


def test_an_operator_reads_desks_and_cannot_change_them(client, desk, typed):
    with transaction(desk) as session:
        ref = create_desk(session, NODE, DeskForm().load(typed)).ref
    assert client.get(f"/desk/sportelli/{ref}").status_code == 200
    assert client.get(f"/desk/sportelli/{ref}/modifica").status_code == 403
    assert client.post(f"/desk/sportelli/{ref}", data=typed).status_code == 403


def test_only_the_administrator_is_warned_on_the_first_page(browser):
    assert "Sportelli senza autorizzazione" in browser("amministratore").get("/desk/").text
    assert "Sportelli senza autorizzazione" not in browser("operatore").get("/desk/").text


def test_an_unknown_desk_is_not_found(client):
    assert client.get("/desk/sportelli/nessuno").status_code == 404
