from datetime import date

import pytest
from marshmallow import ValidationError

from node.candidates import actions, queries
from node.candidates.models import Candidate
from node.candidates.typed import as_typed
from node.core.actors import NODE
from node.core.db import transaction
from node.core.errors import Refused
from schemas.candidate import CandidateForm

TODAY = date(2026, 3, 1)
WHOLE = {
    "family_name": "De Luca",
    "given_name": "Aïcha",
    "phone": "0332 123456",
    "phone_is_shared": "true",
    "email": "aicha@example.it",
    "trades": ["cameriera", "aiuto cuoca"],
    "born_on": "12/05/1990",
    "sex": "F",
    "birthplace": "Marocco",
    "residence": "Gavirate",
    "permit": "lungo-periodo",
    "situation": "disoccupato",
    "situation_since": "2025-11-30",
    "benefit": "naspi",
    "did_on": "2025-12-02",
    "did_source": "documento",
    "education": "4",
    "experiences": [{"trade": "cameriera", "years": "3,5", "until": "2024"}],
    "languages": [{"code": "ar", "level": "C2"}, {"code": "it", "level": "B1"}],
    "skills": ["servizio-tavoli"],
    "licences": ["B"],
    "own_transport": "true",
    "contracts": ["stagionale"],
    "radius_km": "20",
    "excluded_employers": ["Albergo del Lago"],
    "reserved": "art-18",
    "notes": "la mattina accompagna i figli",
}


def refusals(**typed):
    known = {"family_name": "Rossi", "given_name": "Maria", "trades": ["commessa"], "notice_given": "true"}
    with pytest.raises(ValidationError) as wrong:
        CandidateForm(lambda: TODAY).load(known | typed)
    return wrong.value.normalized_messages()


def test_a_name_and_a_trade_are_enough(desk, taken_in):
    with transaction(desk) as session:
        candidate = taken_in(session)
        assert candidate.occupations == ["5223"]
        assert candidate.trades[0]["title"] == "commessa"
        assert (candidate.notice_version, candidate.is_followed) == (actions.NOTICE_VERSION, True)


def test_a_trade_that_nobody_knows_turns_nobody_away(desk, taken_in):
    with transaction(desk) as session:
        candidate = taken_in(session, trades=["xyzzy"])
        assert candidate.trades == [{"title": "xyzzy", "code": None}]


def test_what_is_saved_can_be_typed_again(desk, taken_in):
    with transaction(desk) as session:
        saved = as_typed(taken_in(session, **WHOLE))
        again = CandidateForm(exclude=("notice_given",)).load(saved)
        assert again == {
            name: value
            for name, value in CandidateForm().load(WHOLE | {"notice_given": "true"}).items()
            if name in again
        }


def test_nothing_is_written_down_before_the_notice_was_given():
    assert "notice_given" in refusals(notice_given="")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"trades": []}, "trades"),
        ({"born_on": "2012-01-01"}, "born_on"),
        ({"born_on": "1890-01-01"}, "born_on"),
        ({"born_on": "2026-12-31"}, "born_on"),
        ({"born_on": "2009-06-01"}, "guardian_name"),
        ({"did_on": "2026-01-10"}, "did_source"),
        ({"did_on": "2026-03-02", "did_source": "persona"}, "did_on"),
        ({"situation_since": "2026-04-01"}, "situation_since"),
        ({"permit_until": "2027-01-01"}, "permit"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(typed, field):
    assert list(refusals(**typed)) == [field]


def test_a_minor_of_sixteen_comes_with_somebody(desk, taken_in):
    assert CandidateForm(lambda: TODAY).load(
        {
            "family_name": "Rossi",
            "given_name": "Luca",
            "trades": ["apprendista meccanico"],
            "notice_given": "true",
            "born_on": "2009-06-01",
            "guardian_name": "Anna Rossi",
        }
    )


@pytest.mark.parametrize(
    ("known", "typed", "is_double"),
    [
        ({}, {"family_name": "Rossi", "given_name": "Maria"}, True),
        ({}, {"family_name": "Maria", "given_name": "Rossi"}, True),
        ({}, {"family_name": "Rosi", "given_name": "Maria"}, True),
        ({}, {"family_name": "Bianchi", "given_name": "Paolo"}, False),
        ({"born_on": "1990-01-01"}, {"family_name": "Rossi", "given_name": "Maria", "born_on": "1971-01-01"}, False),
        ({"phone": "347 1234567"}, {"family_name": "Bianchi", "given_name": "Ida", "phone": "+39 3471234567"}, True),
        (
            {"phone": "347 1234567", "phone_is_shared": "true"},
            {"family_name": "Bianchi", "given_name": "Ida", "phone": "3471234567"},
            False,
        ),
    ],
)
def test_who_may_be_known_already_is_shown(desk, taken_in, known, typed, is_double):
    with transaction(desk) as session:
        candidate = taken_in(session, **known)
        data = CandidateForm().load({"trades": ["barista"], "notice_given": "true"} | typed)
        assert queries.possible_duplicates(session, data) == [candidate] * is_double
        assert queries.possible_duplicates(session, data, apart_from=candidate) == []


def test_she_is_found_by_any_word_of_her_name_and_by_her_telephone(desk, taken_in):
    with transaction(desk) as session:
        candidate = taken_in(session, "De Luca", "Aïcha", phone="+39 347 1234567")
        taken_in(session, "Bianchi", "Ida")
        for text in ("aicha", "de luca", "Luca Aïcha", "1234567", "347 123"):
            assert queries.search_candidates(session, text) == ([candidate], 1), text
        assert queries.search_candidates(session, "verdi") == ([], 0)


def test_who_has_no_way_to_be_reached_stands_in_a_list(desk, taken_in):
    with transaction(desk) as session:
        taken_in(session, phone="0332 123456")
        lost = taken_in(session, "Bianchi", "Ida")
        assert queries.search_candidates(session, which=queries.UNREACHABLE) == ([lost], 1)


def test_a_closed_path_can_be_opened_again(desk, taken_in):
    told = []
    actions.tell_of_changes(listener := lambda _session, _actor, candidate: told.append(candidate.is_followed))
    try:
        with transaction(desk) as session:
            candidate = taken_in(session)
            actions.stop_following(session, NODE, candidate)
            assert queries.search_candidates(session) == ([], 0)
            assert queries.search_candidates(session, which=queries.CLOSED) == ([candidate], 1)
            with pytest.raises(Refused):
                actions.stop_following(session, NODE, candidate)
            actions.follow_again(session, NODE, candidate)
            with pytest.raises(Refused):
                actions.follow_again(session, NODE, candidate)
        assert told == [False, True]
    finally:
        actions._listeners.remove(listener)


def test_the_same_form_sent_twice_is_one_person(desk, tmp_path):
    data = CandidateForm().load(
        {"family_name": "Rossi", "given_name": "Maria", "trades": ["commessa"], "notice_given": "true"}
    )
    with transaction(desk) as session:
        first = actions.take_in(session, NODE, data, tmp_path, "token")
        assert actions.take_in(session, NODE, data, tmp_path, "token") is first
        assert session.query(Candidate).count() == 1


def test_years_in_a_trade_are_added_up(desk, taken_in):
    with transaction(desk) as session:
        rows = [
            {"trade": "commessa", "years": "2"},
            {"trade": "commessa", "years": "1,5"},
            {"trade": "cuoca", "years": "4"},
        ]
        assert taken_in(session, experiences=rows).years_in("5223") == 3.5


def test_the_tax_code_fills_in_what_it_says():
    data = CandidateForm(lambda: TODAY).load(
        {
            "family_name": "Rossi",
            "given_name": "Maria",
            "trades": ["commessa"],
            "notice_given": "true",
            "tax_code": "rss mra 80a41 l682r",
        }
    )
    assert (data["tax_code"], data["born_on"], data["sex"], data["birthplace"]) == (
        "RSSMRA80A41L682R",
        date(1980, 1, 1),
        "F",
        "Varese (VA)",
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"tax_code": "RSSMRA80A41L682X"}, "ultima lettera"),
        ({"tax_code": "RSSMRA80A41L682R", "born_on": "1981-01-01"}, "data di nascita"),
        ({"tax_code": "RSSMRA80A41L682R", "sex": "M"}, "donna"),
        ({"tax_code": "RSSMRA80A41L682R", "birthplace": "Milano"}, "Varese"),
        ({"tax_code": "RSSMRA80A41L682R", "family_name": "Bianchi"}, "cognome"),
    ],
)
def test_a_tax_code_that_does_not_agree_says_in_what_and_can_be_kept_with_a_reason(typed, said):
    told = refusals(**typed)
    assert list(told) == ["tax_code"]
    assert said in told["tax_code"][0]
    known = {"family_name": "Rossi", "given_name": "Maria", "trades": ["commessa"], "notice_given": "true"}
    data = CandidateForm(lambda: TODAY).load(known | typed | {"tax_code_reason": "visto il tesserino"})
    assert data["tax_code"] == typed["tax_code"]


def test_a_temporary_code_tells_nothing_and_is_kept():
    data = CandidateForm(lambda: TODAY).load(
        {
            "family_name": "Rossi",
            "given_name": "Maria",
            "trades": ["commessa"],
            "notice_given": "true",
            "tax_code": "12345670017",
        }
    )
    assert (data["tax_code"], data["born_on"]) == ("12345670017", None)
