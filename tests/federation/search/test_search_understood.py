"""Searches as people type them, and what each of them says; the table is read line by line by whoever changes a rule.

`said` holds filters as "name=value" and refusals as "no …": codes by facet, or the stems that a notice must not have.
Places are written by name.
"""

import csv
from pathlib import Path

import pytest

from federation.search import places
from federation.search.understanding import understand
from schemas.codes.trades import trades

with (Path(__file__).parent / "understood.csv").open(encoding="utf-8", newline="") as table:
    ROWS = [tuple(row.values()) for row in csv.DictReader(table)]
EMPLOYERS = {"laghi logistica", "esselunga", "forno", "comune di varese"}


def known(words):
    return words.lower() if words.lower() in EMPLOYERS else None


def label(name, value):
    return places.name(value) if name in {"near", "comune"} else value


def told(understood):
    said = [f"{part.name}={label(part.name, part.value)}" for part in understood.parts]
    for each in understood.excluded:
        said += [f"no {name}={'/'.join(label(name, code) for code in codes)}" for name, codes in each.filters.items()]
        said += [f"no {' '.join(group)}" for group in each.stems]
    return "; ".join(said)


@pytest.mark.parametrize(("typed", "rest", "said"), ROWS, ids=[typed for typed, *_ in ROWS])
def test_a_search_says_what_people_mean_by_it(typed, rest, said):
    understood = understand(typed, known)
    assert (understood.rest, told(understood)) == (rest, said)


def test_a_name_that_several_places_bear_is_the_most_populous_and_says_so():
    (part,) = understand("operaio Castro").parts
    assert places.name(part.value) == "Castro"
    assert {places.province(code) for code in (part.value, *part.ambiguous)} == {"LE", "BG"}
    (told_apart,) = understand("operaio Castro (BG)").parts
    assert places.province(told_apart.value) == "BG"
    assert told_apart.ambiguous == ()


def test_a_first_name_in_common_leads_to_all_who_bear_it():
    (part,) = understand("elettricista busto").parts
    assert places.name(part.value) == "Busto Arsizio"
    assert [places.name(code) for code in part.ambiguous] == ["Busto Garolfo"]


def test_without_a_licence_none_of_the_road_is_wanted():
    (no,) = understand("lavoro senza patente").excluded
    assert {"B", "C", "CE", "D"} <= set(no.filters["licence"])
    assert "muletto" not in no.filters["licence"]


def test_an_employer_is_asked_about_as_typed_and_answers_with_its_value():
    (part,) = understand(
        "autista presso Laghi  Logistica", lambda words: "key" if words == "Laghi  Logistica" else None
    ).parts
    assert (part.name, part.value, part.words) == ("employer", "key", "presso Laghi  Logistica")


def test_the_word_of_a_trade_is_an_employer_only_behind_a_word_that_announces_one():
    assert understand("addetto forno", known).parts == ()
    assert understand("addetto presso forno", known).parts[0].name == "employer"


def test_one_radius_and_one_time_count_and_further_ones_stay_words():
    understood = understand("cuoco entro 10 km da Varese entro 20 km")
    assert [part.name for part in understood.parts] == ["radius_km", "near"]
    assert understood.parts[0].value == 10
    assert understood.rest == "cuoco entro 20 km"


def test_no_trade_is_taken_for_a_place_or_a_refusal():
    names = [name for trade in trades() for name in trade.names]
    taken = {
        name: each.words
        for name in names
        for each in understand(name).said()
        if getattr(each, "name", "refused") in {"near", "comune", "province", "region", "radius_km", "refused"}
    }
    assert len(names) > 1_200
    assert taken == {}
