"""A person asks to be followed by another comune: her record goes there sealed, and nothing of it is lost or done twice."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from federation import letters
from federation.mailbox import Letter
from federation.sealing import NotOpened
from node.candidates import queries as candidates
from node.candidates.models import Candidate
from node.core import clock
from node.core.actors import NODE
from node.core.db import Base, transaction
from node.core.errors import Refused
from node.transfers import actions, personal, queries
from node.transfers.models import Arrival, Transfer
from tests.federation.nodes import DeskNode, small_network, turn
from tests.federation.nodes import transaction as writing

DAY = timedelta(days=1)


@pytest.fixture
def desk_url():
    """On SQLite: of both databases only the tables differ, and those the migrations compare."""
    return ""


def letter(content, member="gavirate", question="question-one-of-the-desk00"):
    return Letter(member, question, content)


def a_person(**typed):
    person = {"family_name": "Rossi", "given_name": "Maria", "trades": ["commessa"], "languages": [{"code": "en"}]}
    return {"person": person | typed, "notice_given_on": "2026-11-02", "asked_on": "2026-11-20"}


def arrived(desk, **typed):
    with transaction(desk) as session:
        assert actions.receive_transfer(session, letter(a_person(**typed))) == {}
        return queries.arrival_of(session, "gavirate", "question-one-of-the-desk00").ref


def asked(session, candidate, member="ispra", question="question-nine-of-the-desk0"):
    transfer = Transfer(person=candidate.ref, member=member, question=question, channel="persona", asked_at=clock.now(), asked_by="x")  # fmt: skip
    session.add(transfer)
    session.flush()
    return transfer


def test_who_arrives_waits_until_an_operator_takes_her_in(client, desk):
    ref = arrived(desk, tax_code="SBAGLIATO", notes="mattina", unknown="x", hours="mezzanotte")
    page = client.get("/desk/persone/in-arrivo").text
    assert "Rossi Maria" in page
    page = client.get(f"/desk/persone/in-arrivo/{ref}").text
    assert "SBAGLIATO" in page
    answer = client.post(f"/desk/persone/in-arrivo/{ref}/accetta")
    assert answer.status_code == 303
    with desk.reading() as session:
        person = candidates.candidate_with(session, answer.location.rpartition("/")[2])
        assert (person.name, person.tax_code, person.hours) == ("Maria Rossi", None, None)
        assert "SBAGLIATO" in person.notes
        assert "mezzanotte" in person.notes
        arrival = session.get(Arrival, ref)
        assert (arrival.state, arrival.document, arrival.person) == ("accepted", None, person.ref)
    assert client.post(f"/desk/persone/in-arrivo/{ref}/accetta").status_code == 404
    assert client.get(answer.location).status_code == 200


def test_who_may_be_here_already_is_shown_first(client, desk, taken_in):
    with transaction(desk) as session:
        taken_in(session)
    ref = arrived(desk)
    answer = client.post(f"/desk/persone/in-arrivo/{ref}/accetta")
    assert answer.status_code == 422
    assert "Forse c’è già" in answer.text
    assert client.post(f"/desk/persone/in-arrivo/{ref}/accetta", data={"confirmed": "yes"}).status_code == 303


def test_a_refusal_needs_its_reason_and_leaves_no_record(client, desk):
    ref = arrived(desk)
    assert client.post(f"/desk/persone/in-arrivo/{ref}/rifiuta").status_code == 422
    assert client.post(f"/desk/persone/in-arrivo/{ref}/rifiuta", data={"reason": "abita altrove"}).status_code == 303
    with desk.reading() as session:
        arrival = session.get(Arrival, ref)
        assert (arrival.state, arrival.document, arrival.reason) == ("refused", None, "abita altrove")
    assert "abita altrove" in client.get("/desk/persone/in-arrivo").text


@pytest.mark.parametrize(
    "content",
    [
        {},
        a_person(given_name=""),
        a_person(given_name=["Maria"]),
        a_person(notes="x" * 4001),
        a_person(skills=["x"] * 101),
        a_person(languages=[[["en"]]]),
        a_person() | {"asked_on": "oggi"},
    ],
)
def test_a_transfer_that_cannot_be_read_is_kept_shown_and_answered_with_the_reason(client, desk, content):
    with transaction(desk) as session:
        answer = actions.receive_transfer(session, letter(content))
        assert answer["refused"]
        assert actions.receive_transfer(session, letter(content)) == answer
    assert "Non si è potuta leggere" in client.get("/desk/persone/in-arrivo").text


def test_a_letter_read_again_brings_nobody_twice(desk):
    arrived(desk)
    arrived(desk)
    with desk.reading() as session:
        assert len(session.scalars(select(Arrival)).all()) == 1


def test_only_the_desk_that_was_asked_ends_a_transfer_and_only_once(desk, taken_in):
    with transaction(desk) as session:
        person = taken_in(session)
        transfer = asked(session, person)
        yes = {"transfer": "question-nine-of-the-desk0", "accepted": True}
        assert actions.receive_decision(session, letter(yes, "varese")) == {"known": False}
        assert person.is_followed
        with pytest.raises(NotOpened):
            actions.receive_decision(session, letter({"transfer": "question-nine-of-the-desk0"}, "ispra"))
        assert actions.receive_decision(session, letter(yes, "ispra")) == {"known": True}
        assert (transfer.state, person.is_followed) == ("accepted", False)
        ended_at = transfer.ended_at
        no = {"transfer": "question-nine-of-the-desk0", "accepted": False, "reason": "no"}
        assert actions.receive_decision(session, letter(no, "ispra")) == {"known": True}
        assert (transfer.state, transfer.ended_at) == ("accepted", ended_at)


def test_who_was_not_taken_stays_here_and_a_yes_holds_after_a_cancellation(client, desk, taken_in):
    with transaction(desk) as session:
        person = taken_in(session)
        asked(session, person)
        actions.note_receipt(session, letter({}, "ispra", "question-nine-of-the-desk0"))
        assert queries.under_way(session, person.ref).state == "waiting"
        actions.receive_decision(
            session,
            letter({"transfer": "question-nine-of-the-desk0", "accepted": False, "reason": "abita altrove"}, "ispra"),
        )
        assert person.is_followed
        ref = person.ref
    assert "abita altrove" in client.get(f"/desk/persone/{ref}").text
    with transaction(desk) as session:
        person = candidates.candidate_with(session, ref)
        asked(session, person, question="question-ten-of-the-desk00")
        actions.cancel_transfer(session, NODE, person)
        actions.receive_decision(session, letter({"transfer": "question-ten-of-the-desk00", "accepted": True}, "ispra"))
        assert not person.is_followed


def test_an_erased_person_is_not_known_any_more_and_her_letter_is_withdrawn(desk, taken_in):
    with transaction(desk) as session:
        person = taken_in(session)
        asked(session, person)
        assert personal.KEEPER.export(session, person.ref)["transfer"][0]["member"] == "ispra"
        assert personal.KEEPER.erase(session, person.ref) == ["question-nine-of-the-desk0"]
        assert actions.receive_decision(
            session, letter({"transfer": "question-nine-of-the-desk0", "accepted": True}, "ispra")
        ) == {"known": False}


def test_who_waits_for_a_month_is_refused_by_the_node(desk, monkeypatch):
    ref = arrived(desk)
    later = clock.now() + actions.DECIDED_WITHIN + DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    with transaction(desk) as session:
        actions.sweep_arrivals(session, SimpleNamespace(members={}), "here")
        assert session.get(Arrival, ref).state == "refused"


def test_nobody_is_sent_where_nothing_can_be_sealed(client, desk, taken_in):
    with transaction(desk) as session:
        person = taken_in(session)
        with pytest.raises(Refused):
            actions.send_transfer(
                session, NODE, SimpleNamespace(members={}), "here", person, {"member": "x", "channel": "persona"}
            )
        ref = person.ref
    assert client.get(f"/desk/persone/{ref}/trasferimento").status_code == 200
    assert client.post(f"/desk/persone/{ref}/trasferimento").status_code == 422
    assert client.get(f"/desk/persone/{ref}/trasferimento/foglio").status_code == 200
    assert client.post(f"/desk/persone/{ref}/trasferimento/annulla").status_code == 409


@pytest.fixture
def pair(tmp_path):
    """gavirate and ispra, each with the tables of a desk, reading each other over loopback."""

    def with_desk(folder, name):
        made = DeskNode(folder, name)
        with made.desk.setting_up() as connection:
            Base.metadata.create_all(connection)
        made.topics = actions.TOPICS
        return made

    with small_network(tmp_path, make=with_desk) as nodes:
        for each in nodes.values():
            each.restart()
            assert each.opening.attempt()
        turn(*nodes.values())
        yield nodes["gavirate"], nodes["ispra"], tuple(nodes.values())


def test_a_person_moves_from_one_desk_to_another_and_neither_loses_her_when_it_is_restarted(
    pair, taken_in, tmp_path, monkeypatch
):
    gavirate, ispra, everybody = pair
    monkeypatch.setattr(clock, "now", gavirate.clock)
    with writing(gavirate.desk) as session:
        person = taken_in(session, notes="la mattina accompagna i figli")
        data = {"member": "ispra", "channel": "persona"}
        actions.send_transfer(session, NODE, gavirate.store.current(), "gavirate", person, data)
        with pytest.raises(Refused):
            actions.send_transfer(session, NODE, gavirate.store.current(), "gavirate", person, data)
        ref = person.ref
    turn(*everybody)
    turn(*everybody)
    ispra.restart()
    assert ispra.opening.attempt()
    turn(*everybody)
    with writing(gavirate.desk) as session:
        assert queries.under_way(session, ref).state == "waiting"
        assert candidates.candidate_with(session, ref).is_followed
    with writing(ispra.desk) as session:
        [arrival], _decided = queries.arrivals(session)
        actions.accept(session, NODE, ispra.store.current(), "ispra", arrival, tmp_path)
    gavirate.restart()
    assert gavirate.opening.attempt()
    turn(*everybody)
    turn(*everybody)
    with writing(gavirate.desk) as session:
        assert queries.latest_of(session, ref).state == "accepted"
        assert not candidates.candidate_with(session, ref).is_followed
        assert letters.outstanding(session) == []
    with writing(ispra.desk) as session:
        [taken] = session.scalars(select(Candidate)).all()
        assert (taken.name, taken.notes) == ("Maria Rossi", "la mattina accompagna i figli")
