"""Two records of one person become one: an operator says which word holds, and all that was about her follows."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from federation import register
from federation.erasures import Ledger
from node.candidates import merging, queries
from node.candidates.models import Candidate, MergedPerson
from node.core import clock
from node.core.actors import NODE
from node.core.db import Base, transaction
from node.plans import queries as plans
from node.plans.actions import start_plan
from node.privacy.keepers import KEEPERS
from node.scopes import queries as scopes
from node.scopes.actions import choose_scope
from node.scopes.models import PublishedProfile
from schemas.codes.scopes import COMUNE, COMUNI, RETE


@pytest.fixture
def desk_url():
    """On SQLite: of both databases only the tables differ, and those the migrations compare."""
    return ""


@pytest.fixture
def pair(desk, taken_in):
    with transaction(desk) as session:
        kept = taken_in(
            session, phone="347 1234567", notes="mattina", licences=["B"], residence="Gavirate", born_on="1975-05-03"
        )
        gone = taken_in(session, given_name="Marina", notes="sera", trades=["cassiera"], email="m@example.it", residence="Varese")  # fmt: skip
        return kept.ref, gone.ref


def united(client, desk, kept, gone, **chosen):
    with desk.reading() as session:
        seen = "-".join(str(session.get(Candidate, ref).version) for ref in (kept, gone))
    return client.post(f"/desk/persone/{kept}/unisci/{gone}", data={"seen": seen} | chosen)


def chosen_by(session, ref, scope, comuni=(), until=None):
    candidate = queries.candidate_with(session, ref)
    choose_scope(
        session, NODE, candidate, {"scope": scope, "comuni": list(comuni), "channel": "persona", "until": until}
    )


def published(session, ref, audience=register.MEMBERS):
    profile = PublishedProfile(
        id=register.new_id(), person=ref, audience=audience, document={"x": 1}, opened_at=clock.now()
    )
    register.publish(session, "candidate", profile.id, audience, profile.document)
    session.add(profile)
    session.flush()
    return profile.id


def test_each_value_says_which_record_it_comes_from(client, pair):
    kept, gone = pair
    page = client.get(f"/desk/persone/{kept}/unisci/{gone}").text
    told = [
        " ".join(re.sub(r"<[^>]+>", " ", each).split())
        for each in re.findall(r"<label.*?</label>|<dd.*?</dd>", page, re.S)
    ]
    for line in (
        "Gavirate (VA) dalla scheda che resta",
        "Varese (VA) dall’altra scheda",
        "Tutti e due da entrambe le schede",
        "3 mag 1975 solo nella scheda che resta",
        "Rossi in entrambe le schede",
        "347 1234567 solo nella scheda che resta",
        "m@example.it solo nell’altra scheda",
    ):
        assert line in told


def test_an_operator_says_which_word_holds_and_the_old_address_leads_to_what_stays(client, desk, pair):
    kept, gone = pair
    assert f"/desk/persone/{kept}/unisci/{gone}" in client.get(f"/desk/persone/{kept}/unisci").text
    page = client.get(f"/desk/persone/{kept}/unisci/{gone}").text
    for told in ("Gavirate (VA)", "Varese (VA)", "mattina", "sera", "m@example.it"):
        assert told in page
    answer = united(client, desk, kept, gone, given_name="gone", notes="both", trades="both")
    assert answer.status_code == 303
    with desk.reading() as session:
        person = queries.candidate_with(session, gone)
        assert person.ref == kept
        assert (person.name, person.phone, person.email) == ("Marina Rossi", "347 1234567", "m@example.it")
        assert person.notes == "mattina\n\nsera"
        assert [trade["title"] for trade in person.trades] == ["commessa", "cassiera"]
        assert person.residence == "012072"
        history = [(deed.verb, deed.ref) for deed in queries.history_of(session, person)]
        assert ("candidate.merged-into", gone) in history
        assert ("candidate.taken-in", gone) in history
        merged = next(deed for deed in queries.history_of(session, person) if deed.verb == "candidate.merged")
        assert merged.facts == {"gone": gone}
    assert "Marina Rossi" in client.get(f"/desk/persone/{gone}").text
    assert client.get(f"/desk/persone/{gone}/offerte").status_code == 200


def test_a_record_that_changed_meanwhile_or_a_word_that_no_form_takes_unites_nobody(client, desk, pair, taken_in):
    kept, gone = pair
    answer = client.post(f"/desk/persone/{kept}/unisci/{gone}", data={"seen": "1-7"})
    assert answer.status_code == 422
    assert "è cambiata" in answer.text
    with transaction(desk) as session:
        queries.candidate_to_change(session, gone).tax_code = "RSSMRA90E52Z330"
    answer = united(client, desk, kept, gone)
    assert answer.status_code == 422
    assert "Codice fiscale" in answer.text
    assert client.post(f"/desk/persone/{kept}/unisci/{kept}").status_code == 404
    with desk.reading() as session:
        assert queries.search_candidates(session)[1] == 2


def test_one_profile_stays_in_the_network_and_the_narrower_choice_holds(client, desk, pair):
    kept, gone = pair
    with transaction(desk) as session:
        chosen_by(session, kept, RETE)
        chosen_by(session, gone, COMUNI, ["ispra", "varese"])
        records = [published(session, kept), published(session, gone, "sealed:ispra")]
    assert united(client, desk, kept, gone).status_code == 303
    with desk.reading() as session:
        choice = scopes.choice_of(session, kept)
        assert (choice.scope, choice.comuni, choice.due) == (COMUNI, ["ispra", "varese"], True)
        assert register.living(session, records) == []
        assert sorted(each.ended_why or "" for each in scopes.choices_of(session, kept)) == ["", "merged"]


def test_two_choices_of_comuni_hold_where_both_do_and_two_of_none_nowhere(client, desk, pair):
    kept, gone = pair
    with transaction(desk) as session:
        chosen_by(session, kept, COMUNI, ["ispra"])
        chosen_by(session, gone, COMUNI, ["varese"])
        record = published(session, kept, "sealed:ispra")
    assert united(client, desk, kept, gone).status_code == 303
    with desk.reading() as session:
        assert scopes.choice_of(session, kept).scope == COMUNE
        assert register.living(session, [record]) == []


def test_a_merged_record_that_a_backup_brings_back_is_erased_with_the_person(client, desk, config, pair):
    kept, gone = pair
    united(client, desk, kept, gone)
    assert client.post(f"/desk/persone/{gone}/cancella", data={"family_name": "Rossi"}).status_code == 303
    assert {kept, gone} <= set(Ledger(config.erasures).ids())
    with desk.reading() as session:
        assert session.scalars(select(MergedPerson)).all() == []


def test_of_two_plans_the_later_one_goes_on_and_both_are_hers(client, desk, pair):
    kept, gone = pair
    with transaction(desk) as session:
        for ref, days_ago in ((kept, 40), (gone, 10)):
            with clock.at(clock.now() - timedelta(days=days_ago)):
                start_plan(session, NODE, queries.candidate_with(session, ref))
    assert united(client, desk, kept, gone).status_code == 303
    with desk.reading() as session:
        newest, older = plans.plans_of(session, kept)
        assert (newest.is_open, older.is_open) == (True, False)
        assert newest.started_on > older.started_on


def test_every_slice_says_how_its_rows_go_over():
    about_persons = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is Candidate.__table__
    }
    kept = {table for keeper in KEEPERS for table in keeper.tables} - {"candidate"}
    assert (about_persons | kept) - {"merged_person"} <= merging.moved_tables()
