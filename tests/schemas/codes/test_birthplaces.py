"""States and comuni by the code that a codice fiscale carries, also those that are no more."""

import re

import pytest

from schemas.codes import STATES, comuni, states, tables
from schemas.codes.birthplaces import birthplace, meant


def test_no_belfiore_code_means_two_places():
    of_today = {each.belfiore for each in comuni.ALL}
    ceased = [row[0] for row in tables.rows("ceased_comuni.csv")]
    assert len(ceased) == len(set(ceased)) > 1_900
    assert of_today.isdisjoint(ceased)
    assert all(re.fullmatch(r"[A-M]\d{3}", code) for code in ceased)
    assert all(re.fullmatch(r"Z\d{3}", code) for code in STATES)


def test_ceased_comuni_have_a_name_a_province_and_a_year_in_living_memory():
    for _code, name, sigla, year in tables.rows("ceased_comuni.csv"):
        assert name == " ".join(name.split())
        assert name[0].isupper()
        assert re.fullmatch(r"[A-Z]{2}", sigla)
        assert 1910 <= int(year) <= 2100


def test_states_of_today_that_followed_a_former_one_are_in_the_table():
    for code in STATES:
        assert set(states.state(code).now) <= set(STATES) - {code}


def test_a_name_means_one_state_unless_it_says_which_came_after():
    for code in STATES:
        each = states.state(code)
        for name in filter(None, (each.name_it, each.name_en, *each.variants)):
            assert states.meant(name) == states.meant(code), name


@pytest.mark.parametrize(
    ("belfiore", "italian", "english", "is_abroad"),
    [
        ("F205", "Milano (MI)", "Milano (MI)", False),
        ("E525", "Lenno (CO)", "Lenno (CO)", False),
        ("D620", "Fiume (FU)", "Fiume (FU)", False),
        ("Z112", "Germania", "Germany", True),
        ("Z118", "Jugoslavia", "Yugoslavia", True),
        ("Z330", "Marocco", "Morocco", True),
        ("Z133", "Svizzera", "Switzerland", True),
    ],
)
def test_a_code_names_its_place(belfiore, italian, english, is_abroad):
    place = birthplace(belfiore)
    assert (place.full_name(), place.full_name("en"), place.is_abroad) == (italian, english, is_abroad)


def test_only_a_comune_of_today_has_an_istat_code():
    assert birthplace("F205").istat == "015146"
    assert birthplace("E525").istat == birthplace("Z112").istat == ""


@pytest.mark.parametrize("belfiore", ["Z999", "A000", "f205", "", "012133"])
def test_a_code_of_no_place_is_none(belfiore):
    assert birthplace(belfiore) is None


@pytest.mark.parametrize(
    ("typed", "belfiore"),
    [
        ("Milano", "F205"),
        ("milano (mi)", "F205"),
        ("015146", "F205"),
        ("Lenno", "E525"),
        ("Tremezzina", "E525"),
        ("LENNO (CO)", "E525"),
        ("Pola", "G778"),
        ("Serbia", "Z118"),
        ("Jugoslavia", "Z149"),
        ("URSS", "Z138"),
        ("Perù", "Z611"),
        ("inghilterra", "Z114"),
        ("Z611", "Z611"),
    ],
)
def test_what_people_call_a_place_may_mean_its_code(typed, belfiore):
    assert belfiore in meant(typed)


def test_homonyms_are_all_meant_and_what_nobody_knows_means_nothing():
    assert {"M261", "C337"} <= meant("Castro")
    assert meant("Vattelapesca") == meant("") == frozenset()


def test_who_came_out_of_one_state_is_not_meant_by_the_other():
    assert "Z149" not in meant("Serbia")
