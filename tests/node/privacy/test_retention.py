"""Who is followed no longer is named thirty days before she is forgotten; who is followed is never touched."""

import json
import shutil
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from federation.erasures import Ledger
from node.candidates.actions import follow_again, note_view, stop_following, update_candidate
from node.candidates.models import Candidate
from node.candidates.queries import is_known
from node.core import clock
from node.core.actors import NODE
from node.core.audit import Deed
from node.core.config import load
from node.core.db import desk_of, opened, transaction
from node.core.i18n import short_day
from node.privacy import retention
from node.privacy.models import Ending, Forgotten
from schemas.candidate import CandidateForm
from schemas.days import months_after

MONTHS = 24
DAY = timedelta(days=1)


@pytest.fixture
def gone_days():
    return 730 - 20


@pytest.fixture
def closed(desk, taken_in, gone_days):
    """Maria's path ended so long ago that she is to be forgotten in about three weeks; her ref."""
    with clock.at(clock.now() - timedelta(days=gone_days)), transaction(desk) as session:
        maria = taken_in(session, "Rossi", "Maria")
        taken_in(session, "Bianchi", "Anna")
        stop_following(session, NODE, maria)
        return maria.ref


@pytest.fixture
def run(desk, config):
    """`run(40)`: what the worker does so many days from now."""

    def at(days=0):
        with clock.at(clock.now() + days * DAY):
            return retention.carry_out(partial(transaction, desk), Ledger(config.erasures), MONTHS)

    return at


def ending(desk, ref):
    with desk.reading() as session:
        return session.get(Ending, ref)


def lives(desk, ref):
    with desk.reading() as session:
        return is_known(session, ref)


def test_she_is_named_thirty_days_before_and_then_forgotten_with_a_certificate(desk, run, closed):
    assert run().name == [closed]
    assert ending(desk, closed).erase_on == clock.today() + 30 * DAY, "thirty whole days, though her time ends sooner"
    assert run(29) == ([], [], [])
    assert lives(desk, closed)
    assert run(31).erase == [closed]
    assert not lives(desk, closed)
    with desk.reading() as session:
        gone = session.scalars(select(Forgotten)).one()
        assert (gone.person, gone.erased_by) == (closed, NODE.id)
        verbs = session.scalars(select(Deed.verb).where(Deed.ref == closed).order_by(Deed.id)).all()
        assert verbs[-2:] == ["candidate.ending", "candidate.erased"]
        assert [each.family_name for each in session.scalars(select(Candidate))] == ["Bianchi"], "who is followed stays"
    assert run(60) == ([], [], [])


@pytest.mark.parametrize("gone_days", [600])
def test_nobody_is_named_before_it_is_time(run, closed, gone_days):
    assert run() == ([], [], [])


def test_who_is_followed_again_is_never_erased(desk, run, closed):
    run()
    with transaction(desk) as session:
        follow_again(session, NODE, session.get(Candidate, closed))
    assert run(40).spare == [closed]
    assert lives(desk, closed)
    assert ending(desk, closed) is None
    assert run(4000) == ([], [], [])


def test_whose_record_is_worked_on_begins_her_time_anew(desk, run, closed, tmp_path):
    run()
    with transaction(desk) as session:
        told = {"family_name": "Rossi", "given_name": "Maria", "trades": ["cuoca"], "notice_given": "true"}
        update_candidate(session, NODE, session.get(Candidate, closed), CandidateForm().load(told), tmp_path)
    assert run(31) == ([], [closed], [])
    assert lives(desk, closed)


def test_who_comes_back_between_the_list_and_the_erasure_is_spared(desk, run, closed, monkeypatch):
    run()
    due = retention.due_today

    def due_and_back(session, months):
        found = due(session, months)
        follow_again(session, NODE, session.get(Candidate, closed))
        return found

    monkeypatch.setattr(retention, "due_today", due_and_back)
    assert run(31).erase == [closed]
    assert lives(desk, closed)


def test_the_desk_sees_the_day_and_puts_it_off_with_a_reason(client, desk, run, closed):
    assert "Schede da cancellare" not in client.get("/desk/").text
    run()
    assert "Schede da cancellare" in client.get("/desk/").text
    page = client.get("/desk/persone/da-cancellare").text
    day = short_day(clock.today() + 30 * DAY)
    assert f"Da cancellare il {day}." in page
    assert f"/desk/persone/{closed}/cancella" in page

    address = f"/desk/persone/{closed}/proroga"
    assert client.get(address).status_code == 200
    until = clock.today() + 90 * DAY
    assert client.post(address, data={"until": until.isoformat(), "reason": "sì"}).status_code == 422
    far = {"until": (clock.today() + 500 * DAY).isoformat(), "reason": "il tirocinio finisce tardi"}
    assert client.post(address, data=far).status_code == 422
    assert client.post(address, data=far | {"until": until.isoformat()}).status_code == 303
    assert "Prorogata: il tirocinio finisce tardi" in client.get("/desk/persone/da-cancellare").text
    assert "il tirocinio finisce tardi" in client.get(f"/desk/persone/{closed}/dati").text
    assert run(40) == ([], [], [])
    assert run(91).erase == [closed]
    assert not lives(desk, closed)
    with desk.reading() as session:
        assert "tirocinio" not in str([deed.facts for deed in session.scalars(select(Deed))])
    assert client.get(address).status_code == 404


def test_a_look_at_the_record_does_not_keep_it(desk, run, closed):
    run()
    with transaction(desk) as session:
        note_view(session, NODE, session.get(Candidate, closed))
    assert run(31).erase == [closed]


def test_the_command_says_what_it_would_do_and_does_it(sportello, founded, tmp_path, taken_in):
    place = shutil.copytree(founded, tmp_path / "node")
    with opened(desk_of(load(place, {}))) as desk:
        with clock.at(clock.now() - 725 * DAY), transaction(desk) as session:
            maria = taken_in(session)
            stop_following(session, NODE, maria)
            ref = maria.ref
        words = ("privacy", "retention", "--data", place, "--json")
        nothing_yet = sportello(*words, "--dry-run")[1]
        assert json.loads(nothing_yet) == {"name": [ref], "spare": [], "erase": []}
        assert ending(desk, ref) is None
        assert json.loads(sportello(*words)[1])["name"] == [ref]
        assert ending(desk, ref) is not None
    assert "Cancellate: 0" in sportello("privacy", "retention", "--data", place)[1]


def test_the_time_runs_from_the_later_of_the_end_and_the_last_change(desk, closed):
    with desk.reading() as session:
        maria = session.get(Candidate, closed)
        assert retention.ends_on(maria, 1) == months_after(clock.day_of(maria.followed_until), 1)
