"""Words and chosen filters become one search, of which every part can be taken away by itself."""

from datetime import UTC, datetime

import pytest

from federation.search.request import DEFAULT_RADIUS_KM
from node.citizens.question import FILTERS, Asked
from schemas.search import SearchForm, SearchQuery

NOW = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
GALLARATE, VARESE, COMO, CASTRO_BG, CASTRO_LE = "012070", "012133", "013075", "016065", "075096"


def request(asked):
    return asked.request(NOW, frozenset())


def narrowing(asked, name):
    return next(each for each in asked.narrowings() if each.name == name)


def test_a_place_and_hours_in_the_words_are_filters_and_the_trade_remains():
    asked = Asked("magazziniere part time gallarate")
    assert (asked.text, asked.centre, asked.filters) == ("magazziniere", GALLARATE, {"hours": ("part-time",)})
    found = request(asked)
    assert (found.near, found.radius_km, found.hours) == (GALLARATE, DEFAULT_RADIUS_KM, ("part-time",))
    assert found.sort == "relevance"


def test_a_radius_in_the_words_belongs_to_the_place_wherever_it_was_said():
    assert request(Asked("oss entro 5 km da Varese")).radius_km == 5
    assert request(Asked("oss entro 5 km", near=VARESE)).radius_km == 5
    nowhere = Asked("oss entro 5 km")
    assert (nowhere.centre, nowhere.text, request(nowhere).radius_km) == (None, "oss", None)


def test_a_radius_of_nothing_is_the_comune_itself():
    found = request(Asked(near=VARESE, radius_km=0))
    assert (found.near, found.radius_km, found.comuni, found.sort) == (VARESE, None, (VARESE,), "recent")


def test_what_is_chosen_wins_over_the_words_which_then_stay_words():
    asked = Asked("cuoco part time", chosen={"hours": ("tempo-pieno",)})
    assert (asked.text, asked.filters) == ("cuoco part time", {"hours": ("tempo-pieno",)})
    elsewhere = Asked("cuoco gallarate", near=VARESE)
    assert (elsewhere.text, elsewhere.centre) == ("cuoco gallarate", VARESE)


def test_what_is_chosen_and_said_is_not_searched_as_words_too():
    assert Asked("cuoco part time", chosen={"hours": ("part-time",)}).text == "cuoco"
    assert Asked("cuoco gallarate", near=GALLARATE).text == "cuoco"
    assert Asked("cuoco entro 5 km da gallarate", near=GALLARATE, radius_km=25).text == "cuoco"


def test_several_places_are_a_choice():
    asked = Asked("autista a Varese o Como")
    assert (asked.centre, asked.filters["place"]) == (None, (VARESE, COMO))
    assert request(asked).comuni == (VARESE, COMO)


def test_what_is_not_wanted_is_kept_out_unless_it_is_chosen_after_all():
    found = request(Asked("cuoco no part time"))
    assert found.excluded == {"hours": ("part-time",)}
    assert request(Asked("cuoco no part time", chosen={"hours": ("part-time",)})).excluded == {}
    assert ("nott",) in request(Asked("cuoco no notti")).excluded_words


def test_of_two_places_with_one_name_the_nearer_to_the_counter_is_meant():
    assert Asked("cuoco castro").centre == CASTRO_LE
    assert Asked("cuoco castro", here=VARESE).centre == CASTRO_BG


def test_an_employer_is_asked_for_by_the_name_that_the_index_knows():
    known = {"laghi logistica": "laghi logistica"}
    asked = Asked("autista presso Laghi Logistica", employers=lambda words: known.get(words.lower()))
    assert (asked.text, request(asked).employer) == ("autista", ("laghi logistica",))
    assert request(Asked(chosen={"employer": ("Laghi Logistica S.r.l.",)})).employer == ("laghi logistica",)


@pytest.mark.parametrize(
    ("name", "typed", "text", "filters"),
    [
        ("q", "part time gallarate", "", {"hours": ("part-time",), "contract": ("determinato",)}),
        ("comune", "magazziniere part time", "magazziniere", {"hours": ("part-time",), "contract": ("determinato",)}),
        ("hours", "magazziniere gallarate", "magazziniere", {"contract": ("determinato",)}),
        ("contract", "magazziniere part time gallarate", "magazziniere", {"hours": ("part-time",)}),
    ],
)
def test_each_narrowing_can_be_taken_away_and_leaves_the_others(name, typed, text, filters):
    asked = Asked("magazziniere part time gallarate", chosen={"contract": ("determinato",)}, page=3)
    left = asked.without(narrowing(asked, name))
    assert (left.typed, left.text, left.filters, left.page) == (typed, text, filters, 1)
    assert (left.centre is None) == (name == "comune")


def test_what_the_same_words_say_goes_together():
    asked = Asked("impiegata categorie protette")
    told = narrowing(asked, "reserved")
    assert (told.values, told.words) == (("art-1", "art-18"), "categorie protette")
    assert asked.without(told).filters == {}


def test_a_refusal_is_taken_away_like_a_wish():
    asked = Asked("cuoco no notti varese")
    left = asked.without(narrowing(asked, "excluded"))
    assert (left.excluded, left.text, left.centre) == ((), "cuoco", VARESE)


def test_a_form_that_repeats_what_the_words_say_changes_nothing():
    sent = Asked("cuoco part time", chosen={"hours": ("part-time",)})
    assert sent.settled(["hours:part-time"]) == Asked("cuoco part time")


def test_a_box_that_the_words_had_ticked_can_be_unticked():
    left = Asked("cuoco part time varese").settled(["hours:part-time"])
    assert (left.typed, left.filters, left.centre) == ("cuoco varese", {}, VARESE)


def test_a_further_box_widens_what_the_words_say():
    sent = Asked("cuoco part time", chosen={"hours": ("part-time", "tempo-pieno")})
    left = sent.settled(["hours:part-time"])
    assert (left.typed, left.filters) == ("cuoco", {"hours": ("part-time", "tempo-pieno")})


def test_words_that_were_typed_over_leave_no_tick_behind():
    sent = Asked("barista", chosen={"hours": ("part-time",), "contract": ("determinato",)})
    left = sent.settled(["hours:part-time"])
    assert (left.typed, left.filters) == ("barista", {"contract": ("determinato",)})


def test_every_filter_is_a_parameter_of_the_page_and_all_but_the_place_of_the_api():
    assert set(FILTERS) <= set(SearchForm().fields)
    assert set(FILTERS) - {"place"} <= set(SearchQuery().fields)
