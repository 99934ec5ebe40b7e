"""The table of skills is well formed, every trade finds some, and a typed word finds the right one."""

import re
from collections import Counter

import pytest

from schemas.codes import OCCUPATIONS, SKILLS, skills, tables
from schemas.codes.trades import trades

MILITARY = "0"
OFTEN = 2
# What a desk must not ask: origin, health, sex, age, belief, union, family.
ABOUT_WHO_SHE_IS = re.compile(
    r"\b(?:sesso|uomin\w|maschi\w*|femmin\w*|madrelingua|nazionalità|cittadinanza|razza|etni\w+|disponibilità"
    r"|bella presenza|automunit\w|giovan\w|invalid\w+|gravidanz\w|cattolic\w+|musulman\w+|religio\w+|tesserat\w)\b",
    re.IGNORECASE,
)


def all_skills():
    return [skills.skill(code) for code in SKILLS]


def test_the_list_covers_what_desks_meet():
    assert len(SKILLS) >= 420


def test_every_code_and_every_title_is_there_once():
    rows = list(tables.rows("skills.csv"))
    for column in (0, 1, 2):
        counted = Counter(row[column].casefold() for row in rows)
        assert [text for text, times in counted.items() if times > 1] == []


def test_codes_are_short_slugs_and_titles_are_written_plainly():
    for each in all_skills():
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", each.code), each
        assert len(each.code) <= 40, each
        for lang in ("it", "en"):
            title = each.title(lang)
            assert title == " ".join(title.split()), each
            assert title[0].isupper() or title[0].isdigit(), each
            assert len(title) <= 80, each


def test_every_skill_has_five_unit_groups_each_named_once():
    for each in all_skills():
        assert len(each.occupations) >= 5, each
        assert len(set(each.occupations)) == len(each.occupations), each
        assert set(each.occupations) <= set(OCCUPATIONS), each


def test_every_unit_group_with_a_trade_has_a_skill():
    assert set(skills.orphans()).isdisjoint(each.isco for each in trades())


def test_every_unit_group_of_several_trades_has_five():
    counted = Counter(each.isco for each in trades())
    often = [isco for isco, count in counted.items() if count >= OFTEN and not isco.startswith(MILITARY)]
    assert [isco for isco in often if len(skills.skills_of(isco)) < 5] == []


def test_orphans_are_the_groups_that_are_not_found_in_italy():
    assert skills.orphans() == ["1113", "6310", "6320", "6330", "6340"]


def test_no_skill_says_who_a_person_is():
    assert [each for each in all_skills() if ABOUT_WHO_SHE_IS.search(f"{each.title_it} {each.code}")] == []


@pytest.mark.parametrize(
    ("occupation", "among_the_first"),
    [
        ("8344", "uso-muletto"),
        ("7212", "saldatura-tig"),
        ("7223", "tornio-cnc"),
        ("5120", "cucina-italiana"),
        ("5322", "assistenza-anziani"),
        ("5321", "igiene-persona"),
        ("5131", "servizio-tavoli"),
        ("7232", "manutenzione-elicotteri"),
        ("4313", "paghe-contributi"),
        ("2512", "sviluppo-java"),
        ("7531", "confezione-su-misura"),
        ("9112", "pulizia-uffici"),
    ],
)
def test_the_core_of_a_trade_comes_first(occupation, among_the_first):
    assert among_the_first in [each.code for each in skills.skills_of(occupation)[:8]]


def test_of_equals_the_rarer_skill_comes_first():
    found = [each.code for each in skills.skills_of("5120")]
    assert found.index("cucina-italiana") < found.index("haccp")


def test_who_asks_for_no_unit_group_gets_nothing():
    assert skills.skills_of("512") == ()
    assert skills.skills_of("") == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("muletto", "uso-muletto"),
        ("uso del muletto", "uso-muletto"),
        ("qualita iso", "sistemi-qualita-iso"),
        ("QUALITÀ ISO", "sistemi-qualita-iso"),
        ("disegno tec", "lettura-disegno-tecnico"),
        ("forklift", "uso-muletto"),
        ("haccp", "haccp"),
        ("81/2008", "sicurezza-base"),
        ("saldatura mig", "saldatura-mig-mag"),
        ("potature", "potatura"),
    ],
)
def test_what_is_typed_finds_the_skill_in_any_spelling(text, first):
    assert skills.find(text)[0].code == first


@pytest.mark.parametrize(("trade", "occupation"), [("badante", "5322"), ("saldatore", "7212"), ("mulettista", "8344")])
def test_who_types_a_trade_is_offered_its_skills(trade, occupation):
    assert skills.find(trade) == list(skills.skills_of(occupation)[:10])


def test_skills_that_are_called_as_typed_come_before_those_of_the_trade():
    found = [each.code for each in skills.find("oss")]
    assert found[0] == "saldatura-ossiacetilenica"
    assert "igiene-persona" in found
    assert len(found) == len(set(found)) == 10


def test_suggestions_are_limited_and_nothing_is_suggested_for_nothing():
    assert len(skills.find("uso", limit=3)) == 3
    assert skills.find("  ") == []
    assert skills.find("zzzz") == []


def test_a_skill_is_labelled_in_both_languages():
    assert SKILLS.label("primo-soccorso-aziendale") == "Primo soccorso aziendale"
    assert skills.skill("primo-soccorso-aziendale").title("en") == "Workplace first aid"
    assert skills.skill("volare") is None
