"""The rules, on the judged cases and one by one."""

from dataclasses import fields, replace
from datetime import date
from random import Random

import pytest

from node.candidates.models import Candidate
from node.matching.opening import Opening, opening_of
from node.matching.profile import COLUMNS, Profile, allowed_by, profile_of
from node.matching.rules import FITS, NEAR, OUT, best_first, match
from schemas.codes import PERMITS, RESERVED
from tests.federation.search.conftest import vacancy
from tests.node.matching import judging

CASES = judging.cases()
MISORDERED = 3
"""Of the eighty lists of the judged cases, those in which one vacancy stands before another that the judge preferred."""

GAVIRATE, VARESE, VERGIATE, MILANO = "012072", "012133", "012138", "015146"
WAREHOUSE = Profile(occupations=("4321",), years={"4321": 4}, home=GAVIRATE, radius_km=15)
PICKER = Opening(occupations=frozenset({"4321"}), places=(VARESE,))

NEVER = ("sex", "born_on", "birthplace", "permit", "permit_until", "reserved", "notes", "benefit", "tax_code")
"""What the law forbids to choose by, and what would tell it."""


def judged(case):
    """key -> (class, reasons or gaps), as the judge has it."""
    expected = case["expected"]
    fits = {each["key"]: (FITS, set(each["reasons"])) for each in expected["fits"]}
    near = {each["key"]: (NEAR, {f"licence:{judging.licence(gap[8:])}" if gap.startswith("licence:") else gap
                                 for gap in each["gaps"]}) for each in expected["near"]}  # fmt: skip
    return fits | near | dict.fromkeys(expected["out"], (OUT, None))


def told(found):
    """What we say of a Match in the judge's words."""
    return found.kind, {FITS: set(found.reasons), NEAR: set(found.gaps), OUT: None}[found.kind]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"][:60])
def test_a_judged_case_is_classed_with_its_reasons_and_gaps(case):
    assert {key: told(found) for key, found in judging.answered(case).items()} == judged(case)


def test_the_judged_cases_stand_in_the_judges_order():
    wrong = 0
    for case in CASES:
        found = judging.answered(case)
        for kind in (FITS, NEAR):
            wrong += [key for key, each in found.items() if each.kind == kind] != [
                each["key"] for each in case["expected"][kind]
            ]
    assert len(CASES) == 40
    assert wrong <= MISORDERED


def test_a_profile_has_no_place_for_what_nobody_may_choose_by():
    assert {field.name for field in fields(Profile)}.isdisjoint(NEVER)
    assert set(COLUMNS).isdisjoint(NEVER)


def person(**changes):
    columns = {
        "trades": [{"title": "magazziniere", "code": "4321"}],
        "experiences": [],
        "skills": [],
        "licences": ["C"],
    }
    columns |= {"languages": [{"code": "de", "level": "B1"}], "contracts": [], "residence": GAVIRATE, "radius_km": 15}
    columns |= {"excluded_employers": ["ROSSI S.P.A.", "-"], "excluded_sectors": []}
    columns |= {
        "given_name": "Maria",
        "family_name": "Rossi",
        "own_transport": True,
        "shifts": True,
        "nights": False,
        "weekends": False,
    }
    return Candidate(**columns | changes)


def test_who_she_is_changes_nothing():
    chance = Random(7)
    usual = profile_of(person())
    for _try in range(50):
        other = person(
            sex=chance.choice("FM"),
            born_on=chance.choice([None, date(1950, 1, 1), date(2009, 12, 31)]),
            birthplace=chance.choice(["F205", "Z100", None]),
            permit=chance.choice([None, *PERMITS]),
            reserved=chance.choice([None, *RESERVED]),
            notes=chance.choice([None, "invalidità 60 %", "cerca altro"]),
            benefit=chance.choice([None, "naspi"]),
            given_name=chance.choice(["Mario", "Fatima"]),
        )
        assert profile_of(other) == usual
        assert match(profile_of(other), PICKER) == match(usual, PICKER)


def test_a_profile_folds_what_is_compared():
    made = profile_of(
        person(experiences=[{"code": "4321", "years": 2.5}, {"code": "4321", "years": 1}, {"code": None}])
    )
    assert made.years == {"4321": 3.5}
    assert {"C", "C1", "B", "AM"} <= made.licences
    assert made.excluded_employers == {"rossi"}
    assert made.home == GAVIRATE
    assert profile_of(person(domicile=VARESE)).home == VARESE


@pytest.mark.parametrize(
    ("held", "allows"), [("CE", {"C", "B", "BE"}), ("D", {"D1", "B"}), ("A", {"A1", "AM"}), ("muletto", {"muletto"})]
)
def test_a_licence_allows_what_the_road_code_says(held, allows):
    assert allows <= allowed_by([held])
    assert "DE" not in allowed_by([held])


@pytest.mark.parametrize(
    ("profile", "opening", "kind", "gaps"),
    [
        ({}, {}, FITS, ()),
        ({"occupations": ("9333",)}, {"occupations": frozenset({"9334"})}, FITS, ()),
        ({"occupations": ("4311",)}, {"occupations": frozenset({"4321"})}, FITS, ()),
        ({"occupations": ("4311",), "years": {}}, {}, NEAR, ("occupation",)),
        ({"occupations": ("5223",), "years": {"4321": 0.5}}, {}, OUT, ()),
        ({"radius_km": 5}, {}, NEAR, ("too_far",)),
        ({"radius_km": 5}, {"places": (MILANO,)}, OUT, ()),
        ({"radius_km": 5}, {"places": (MILANO,), "is_remote": True}, FITS, ()),
        ({"radius_km": None}, {"places": (MILANO,)}, FITS, ()),
        ({"home": None}, {"places": (MILANO,)}, FITS, ()),
        ({}, {"places": (MILANO, GAVIRATE)}, FITS, ()),
        ({}, {"licences": ("C", "muletto")}, NEAR, ("licence:C", "licence:muletto")),
        ({}, {"languages": (("de", "B1"),)}, NEAR, ("language:de",)),
        ({"languages": {"de": None}}, {"languages": (("de", "B1"),)}, NEAR, ("language:de",)),
        ({"languages": {"de": None}}, {"languages": (("de", None),)}, FITS, ()),
        ({"languages": {"de": "C1"}}, {"languages": (("de", "B1"),)}, FITS, ()),
        ({}, {"experience": "oltre-5-anni"}, NEAR, ("experience",)),
        ({}, {"education": "3"}, NEAR, ("education",)),
        ({"education": "6"}, {"education": "3"}, FITS, ()),
        ({}, {"nights": True, "weekends": True, "shifts": True}, OUT, ("shifts", "nights", "weekends")),
        ({"excluded_employers": frozenset({"rossi"})}, {"employer": "rossi"}, OUT, ()),
        ({"excluded_employers": frozenset({"rossi"})}, {"employer": ""}, FITS, ()),
        ({"excluded_sectors": frozenset({"C"})}, {"sectors": frozenset({"C", "25"})}, OUT, ()),
        ({"excluded_sectors": frozenset({"25"})}, {"sectors": frozenset({"C", "28"})}, FITS, ()),
    ],
)
def test_a_rule(profile, opening, kind, gaps):
    found = match(replace(WAREHOUSE, **profile), replace(PICKER, **opening))
    assert (found.kind, found.gaps) == (kind, gaps)


def test_a_wish_is_a_reason_only_where_there_is_one():
    full_time = replace(PICKER, hours="tempo-pieno", contract="determinato")
    assert match(WAREHOUSE, full_time).reasons == ("same_occupation",)
    wishing = replace(WAREHOUSE, hours="tempo-pieno", contracts=frozenset({"determinato"}))
    assert match(wishing, full_time).reasons == ("same_occupation", "hours", "contract")


def test_what_fits_stands_before_what_is_near_and_the_nearer_one_first():
    here, there, nights = replace(PICKER, places=(GAVIRATE,)), PICKER, replace(PICKER, places=(GAVIRATE,), nights=True)
    found = [match(WAREHOUSE, opening) for opening in (nights, there, here)]
    assert sorted(found, key=best_first) == [found[2], found[1], found[0]]


def test_her_skills_count_where_the_work_uses_them():
    skilled = match(replace(WAREHOUSE, skills=frozenset({"preparazione-ordini", "panificazione"})), PICKER)
    assert skilled.skills == ("preparazione-ordini",)
    assert skilled.score > match(WAREHOUSE, PICKER).score


def test_a_document_is_read_with_what_only_its_text_says():
    document = vacancy(
        title="Mulettista",
        places=["Vergiate", "Lugano (CH)"],
        requirements="Patentino del muletto, automunito. Esperienza di almeno un anno.",
        description="Lavoro su tre turni, anche il sabato.",
        languages=[{"code": "de"}],
        sector="52",
    )
    opening = opening_of(document)
    assert opening.occupations == {"8344"}
    assert opening.places[0] == VERGIATE
    assert all((opening.shifts, opening.nights, opening.weekends, opening.own_transport))
    assert "muletto" in opening.licences
    assert opening.languages == (("de", None),)
    assert opening.employer == "laghi logistica"
    assert opening.sectors == {"52", "H"}


@pytest.mark.parametrize(
    "text", ["Non serve essere automuniti.", "Gradito il mezzo proprio.", "Si fanno trasferte con l'auto aziendale."]
)
def test_a_car_that_is_not_needed_is_not_asked_for(text):
    assert not opening_of(vacancy(requirements=text)).own_transport
