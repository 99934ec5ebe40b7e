"""What a person decides about who may see her, and what of it reaches the register."""

import json
from datetime import datetime, time, timedelta

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from federation import register
from federation.erasures import Ledger
from federation.register import RegisterRow
from federation.roster import RosterStore
from node.candidates import actions as candidates
from node.candidates.models import Candidate
from node.core import clock
from node.core.actors import NODE
from node.core.db import transaction
from node.core.errors import Refused
from node.privacy.actions import forget
from node.scopes import actions, publishing, queries
from node.scopes.models import PublishedProfile, ScopeChoice
from node.scopes.personal import erase, export
from schemas.candidate import CandidateForm
from schemas.days import ROME
from schemas.scope import ScopeForm, longest_from
from tests.node.scopes.conftest import chosen


@pytest.fixture
def show(desk, copies, config):
    """One round of the worker."""
    return lambda: publishing.publish_due(desk, copies, RosterStore(config.roster), config.id)


@pytest.fixture
def ledger(config):
    return Ledger(config.erasures)


def rows(desk, kind="candidate"):
    """(id, audience, document) of what the desk wants the network to read."""
    with desk.reading() as session:
        found = session.scalars(select(RegisterRow).where(RegisterRow.kind == kind, RegisterRow.document.is_not(None)))
        return [(row.id, row.audience, json.loads(row.document)) for row in found]


def reasons(desk, ref):
    with desk.reading() as session:
        return queries.choice_of(session, ref).reasons


def test_by_default_nobody_else_sees_anybody(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        several(session, 6, scope=None)
    show()
    assert rows(desk) == []


def test_five_who_could_be_each_other_are_shown_under_ids_that_say_nothing(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        refs = [each.ref for each in several(session, 5, notes="preferisce la mattina", reserved="art-1")]
    show()
    found = rows(desk)
    assert len(found) == 5
    assert not {record for record, _, _ in found} & set(refs)
    for _id, audience, document in found:
        assert audience == "members"
        assert (document["occupations"], document["area"], document["experience"]) == (["5223"], "012072", "1-3-anni")
        assert set(document) <= {
            "desk", "occupations", "area", "experience", "skills", "education", "languages", "licences", "hours",
            "shifts", "own_transport",
        }  # fmt: skip


def test_who_lives_in_a_small_comune_is_told_by_its_surroundings(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        several(session, 5, residence="Golasecca (VA)")
    show()
    assert {document["area"] for _, _, document in rows(desk)} == {"zona-012123"}


def test_four_are_not_shown_and_the_reason_is_kept(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        four = [each.ref for each in several(session, 4)]
    show()
    assert rows(desk) == []
    assert reasons(desk, four[0]) == ["few"]


def test_the_round_of_the_next_day_tells_more_or_less(desk, counter, several, show, ledger):
    with transaction(desk) as session:
        counter(session)
        several(session, 4)
    show()
    with transaction(desk) as session:
        fifth = several(session, 1)[0].ref
    show()
    assert len(rows(desk)) == 1, "the others are looked at again tomorrow"
    with clock.at(clock.now() + timedelta(days=1)):
        show()
        assert len(rows(desk)) == 5
        with transaction(desk) as session:
            actions.withdraw_scope(session, NODE, session.get(Candidate, fifth), ledger)
    with clock.at(clock.now() + timedelta(days=2)):
        show()
    assert rows(desk) == []


def test_a_person_without_a_known_trade_and_a_node_without_a_desk_say_so(desk, several, counter, show):
    with transaction(desk) as session:
        ref = several(session, 1, trades=["xyzzy"])[0].ref
        known = several(session, 1)[0].ref
    show()
    assert reasons(desk, ref) == ["no-trade"]
    assert reasons(desk, known) == ["no-desk"]


def test_narrowing_withdraws_in_the_same_transaction_and_widening_takes_a_new_id(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        ref = several(session, 5)[0].ref
    show()
    first = {record for record, _, _ in rows(desk)}
    with transaction(desk) as session:
        chosen(session, session.get(Candidate, ref), "comune")
    assert len(rows(desk)) == 4
    with transaction(desk) as session:
        chosen(session, session.get(Candidate, ref), "rete")
    show()
    again = {record for record, _, _ in rows(desk)}
    assert len(again) == 5
    assert len(again & first) == 4


def test_a_change_of_hers_is_published_under_the_same_id(desk, counter, several, show, tmp_path):
    with transaction(desk) as session:
        counter(session)
        ref = several(session, 5)[0].ref
    show()
    with transaction(desk) as session:
        own = queries.profiles_of(session, ref)[0].id
        told = {
            "family_name": "A",
            "given_name": "B",
            "trades": ["commessa"],
            "licences": ["B"],
            "residence": "Gavirate",
        }
        told |= {"experiences": [{"trade": "commessa", "years": "2"}]}
        data = CandidateForm(exclude=("notice_given",)).load(told)
        candidates.update_candidate(session, NODE, session.get(Candidate, ref), data, tmp_path)
    show()
    assert {record: document for record, _, document in rows(desk)}[own]["licences"] == ["B"]
    with transaction(desk) as session:
        assert [each.id for each in queries.profiles_of(session, ref)] == [own]


def test_what_has_not_changed_is_not_signed_again(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        several(session, 5)
    show()
    with desk.reading() as session:
        before = list(session.execute(select(RegisterRow.id, RegisterRow.revision)))
    with clock.at(clock.now() + timedelta(days=1)):
        show()
    with desk.reading() as session:
        assert list(session.execute(select(RegisterRow.id, RegisterRow.revision))) == before


def test_a_closed_path_and_a_last_day_withdraw(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        closed, *_others = [each.ref for each in several(session, 5)]
    show()
    with transaction(desk) as session:
        candidates.stop_following(session, NODE, session.get(Candidate, closed))
        assert queries.choice_of(session, closed) is None
    assert len(rows(desk)) == 4
    until = longest_from(clock.today())
    noon = datetime.combine(until, time(12), ROME)
    with clock.at(noon), transaction(desk) as session:
        actions.expire_due(session)
    assert len(rows(desk)) == 4, "the last day counts"
    with clock.at(noon + timedelta(days=1)), transaction(desk) as session:
        actions.expire_due(session)
    assert rows(desk) == []
    with desk.reading() as session:
        assert {choice.ended_why for choice in session.scalars(select(ScopeChoice))} == {"closed", "expired"}


def test_withdrawing_at_once_asks_all_holders_and_stands_in_the_ledger(desk, counter, several, show, ledger):
    with transaction(desk) as session:
        counter(session)
        ref = several(session, 5)[0].ref
    show()
    with transaction(desk) as session:
        own = queries.profiles_of(session, ref)[0].id
        actions.withdraw_scope(session, NODE, session.get(Candidate, ref), ledger)
    assert ledger.ids() == [own]
    with transaction(desk) as session:
        assert session.scalars(select(RegisterRow).where(RegisterRow.id == own)).one().erased
        assert session.get(PublishedProfile, own).document is None
        with pytest.raises(Refused):
            actions.withdraw_scope(session, NODE, session.get(Candidate, ref), ledger)


def test_what_was_withdrawn_after_a_backup_does_not_come_back_with_it(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        ref = several(session, 5)[0].ref
    show()
    with transaction(desk) as session:
        register.withdraw(session, queries.profiles_of(session, ref)[0].id)
        queries.choice_of(session, ref).due = True
    show()
    assert len(rows(desk)) == 4
    with desk.reading() as session:
        assert queries.choice_of(session, ref) is None
        assert queries.choices_of(session, ref)[0].ended_why == "restored"


def test_a_choice_is_confirmed_again_from_today(desk, counter, several):
    with transaction(desk) as session:
        candidate = several(session, 1)[0]
        first = queries.choice_of(session, candidate.ref)
        with clock.at(clock.now() + timedelta(days=30)):
            again = actions.reconfirm_scope(session, NODE, candidate, "telefono")
            assert (again.scope, again.channel, again.until) == ("rete", "telefono", longest_from(clock.today()))
        assert first.ended_why == "replaced"
        assert [each.id for each in queries.choices_of(session, candidate.ref)] == [again.id, first.id]


def test_who_is_not_followed_chooses_nothing(desk, taken_in):
    with transaction(desk) as session:
        candidate = taken_in(session)
        candidates.stop_following(session, NODE, candidate)
        with pytest.raises(Refused):
            chosen(session, candidate, "rete")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "scope"),
        ({"scope": "comuni"}, "comuni"),
        ({"scope": "rete", "channel": ""}, "channel"),
        ({"until": "1999-01-01"}, "until"),
        ({"until": "2999-01-01"}, "until"),
    ],
)
def test_a_choice_that_is_not_whole_says_what_is_missing(typed, field):
    with pytest.raises(ValidationError) as refused:
        ScopeForm().load({"channel": "persona"} | typed)
    assert field in refused.value.normalized_messages()


def test_a_choice_ends_within_six_months():
    longest = longest_from(clock.today())
    choice = {"scope": "rete", "channel": "persona"}
    assert ScopeForm().load(choice | {"until": longest.isoformat()})["until"] == longest
    with pytest.raises(ValidationError) as refused:
        ScopeForm().load(choice | {"until": (longest + timedelta(days=1)).isoformat()})
    assert "until" in refused.value.normalized_messages()


def test_six_months_end_in_a_month_that_has_that_day():
    assert longest_from(clock.today().replace(2026, 8, 31)).isoformat() == "2027-02-28"
    assert longest_from(clock.today().replace(2026, 1, 15)).isoformat() == "2026-07-15"


def test_a_person_is_told_all_and_forgotten_wholly(desk, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        ref = several(session, 5)[0].ref
    show()
    with transaction(desk) as session:
        own = queries.profiles_of(session, ref)[0]
        told = export(session, ref)
        assert told["scope_choice"][0]["scope"] == "rete"
        assert told["published_profile"][0]["document"] == own.document
        assert erase(session, ref) == [own.id]
        assert [rows for rows in export(session, ref).values() if rows] == []


def test_who_chose_this_comune_alone_has_chosen_it_still_when_she_comes_back(desk, taken_in):
    with transaction(desk) as session:
        candidate = taken_in(session)
        choice = chosen(session, candidate, "comune")
        candidates.stop_following(session, NODE, candidate)
        candidates.follow_again(session, NODE, candidate)
        assert queries.choice_of(session, candidate.ref) is choice
        assert (choice.due, choice.until) == (False, None)


def test_who_is_forgotten_is_withdrawn_from_the_network_and_stays_so(desk, config, counter, several, show):
    with transaction(desk) as session:
        counter(session)
        candidate = several(session, 5)[0]
    show()
    ledger = Ledger(config.erasures)
    with transaction(desk) as session:
        shown = queries.profiles_of(session, candidate.ref)[0].id
        gone = forget(session, NODE, ledger, session.get(Candidate, candidate.ref))
        assert gone.records == [shown]
        assert register.living(session, [shown]) == []
        assert session.get(Candidate, candidate.ref) is None
    assert ledger.ids() == [candidate.ref, shown]
    assert len(rows(desk)) == 4
