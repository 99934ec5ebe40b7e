"""What holds for every search that somebody types: nothing breaks, offsets are right, a filter can be taken away."""

import time
from datetime import UTC, datetime
from itertools import chain, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from federation.search import places
from federation.search.documents import SINCE
from federation.search.request import EXCLUDABLE, SearchRequest
from federation.search.understanding import Part, understand
from schemas.codes import CONTRACTS, EXPERIENCE, HOURS, LICENCES, REMOTE, RESERVED

NOW = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
EMPLOYERS = {"laghi logistica", "esselunga", "forno", "comune di varese"}

TRADES = ["magazziniere", "cameriera", "operaio tessile", "Addetta/o vendite", "c++ developer", "OSS", "cuoco"]
WANTED = [
    "part time", "full-time", "senza esperienza", "stage", "tempo indeterminato", "a chiamata", "patente B", "CQC",
    "categorie protette", "art. 18", "smart working", "su 3 turni", "oggi", "entro 10 km", "20 ore settimanali",
    "presso Laghi Logistica", "2 anni di esperienza", "contratto a termine", "patentino del muletto",
]  # fmt: skip
PLACES = [
    "Gallarate", "a Luino", "zona Busto Arsizio (VA)", "vicino a Sesto Calende e dintorni", "provincia di Como",
    "in Lombardia", "Lugano (CH)", "brianza", "Varese e provincia", "da Gavirate", "cantù",
]  # fmt: skip
REFUSED = ["no notti", "senza partita iva", "non call center", "tranne Milano", "no weekend né festivi"]


def known(words):
    return words.lower() if words.lower() in EMPLOYERS else None


def meaning(each):
    """What is wanted or refused, wherever it stands; one of several places is a place all the same."""
    if isinstance(each, Part):
        return each.name.replace("comune", "near"), each.value
    return tuple(sorted(each.filters.items())), each.stems


def span(each):
    return each.start, each.end


any_text = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="aeiounolrstc 0123456789.,/+-'\"()«»\n", max_size=300),
    st.lists(
        st.sampled_from([*TRADES, *WANTED, *PLACES, *REFUSED, ",", "(", '"', "no", "e", "a", "patente", "km", "\u0301"])
    ).map(" ".join),
)


@given(any_text, st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_text_is_understood_and_every_part_stands_where_it_says(typed, with_employers):
    understood = understand(typed, known) if with_employers else understand(typed)
    said = understood.said()
    for each in said:
        assert 0 <= each.start < each.end <= len(typed)
        assert each.words == typed[each.start : each.end]
        assert each.words.strip()
    spans = sorted({span(each) for each in said})
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert understood.rest == " ".join(understood.rest.split())


@given(any_text)
@settings(max_examples=100, deadline=None)
def test_the_rest_says_nothing_new_and_keeps_every_other_word(typed):
    understood = understand(typed)
    left = understood.rest.split()
    assert all(word.strip(",;:") in typed for word in left)
    if not understood.parts and not understood.excluded and typed.isalpha():
        assert understood.rest in {typed, ""}


@given(
    st.sampled_from(TRADES),
    st.lists(st.sampled_from(WANTED), max_size=4, unique=True),
    st.sampled_from([*PLACES, ""]),
    st.lists(st.sampled_from(REFUSED), max_size=1),
    st.sampled_from([" ", ", "]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_a_part_taken_away_is_gone_and_all_others_stay(trade, wanted, place, refused, joint, order):
    pieces = [*wanted, *([place] if place else []), *refused]
    order.shuffle(pieces)
    understood = understand(joint.join([trade, *pieces]), known)
    assume(understood.said())
    for part in understood.said():
        again = understand(understood.without(part), known)
        cut = {span(part)} | {span(each) for each in understood.repeated if meaning(each) == meaning(part)}
        others = [each for each in [*understood.said(), *understood.repeated] if span(each) not in cut]
        assert {meaning(each) for each in again.said()} == {meaning(each) for each in others}
        assert again.rest == understood.rest


def test_the_words_of_a_part_typed_twice_are_both_taken_away():
    understood = understand("part time cuoco Gallarate part-time")
    assert [part.name for part in understood.parts] == ["hours", "near"]
    assert understood.without(understood.parts[0]) == "cuoco Gallarate"


def test_words_that_would_join_to_a_new_filter_are_kept_apart():
    understood = understand("part Gallarate time")
    assert [part.name for part in understood.parts] == ["near"]
    assert understood.without(understood.parts[0]) == "part, time"


def test_a_place_taken_away_leaves_its_radius_and_the_other_way_round():
    radius, place = understand("cuoco entro 10 km da Varese").parts
    understood = understand("cuoco entro 10 km da Varese")
    assert (radius.name, radius.value, place.name) == ("radius_km", 10, "near")
    assert understood.without(place) == "cuoco entro 10 km"
    assert understood.without(radius) == "cuoco da Varese"


def test_every_value_is_one_that_the_search_takes():
    lists = {"contract": CONTRACTS, "hours": HOURS, "experience": EXPERIENCE, "licence": LICENCES, "remote": REMOTE,
             "reserved": RESERVED, "since": SINCE, "shifts": ("si",)}  # fmt: skip
    parts = list(chain.from_iterable(understand(typed, known).parts for typed in [*WANTED, *PLACES]))
    assert {part.name for part in parts} == {*lists, "near", "radius_km", "province", "region", "employer"}
    for part in parts:
        if part.name in lists:
            assert part.value in lists[part.name]
        if part.name == "near":
            assert places.name(part.value)
            SearchRequest(now=NOW, near=part.value)


def test_every_refusal_is_one_that_the_search_takes():
    typed = [f"cuoco no {each}" for each in [*WANTED, *PLACES, "Esselunga"]]
    refused = {name for each in typed for no in understand(each, known).excluded for name in no.filters}
    assert refused <= EXCLUDABLE
    assert {"comune", "contract", "employer", "hours", "licence", "province", "region", "shifts"} <= refused


def test_a_pasted_page_is_read_at_its_beginning_and_kept_as_words():
    page = "cuoco a Varese " + "bla " * 3_000 + "part time"
    understood = understand(page)
    assert [part.name for part in understood.parts] == ["near"]
    assert understood.rest.endswith("bla part time")


@pytest.mark.parametrize("piece", ["art. 1 ", "p.to ", "senza ", "busto a. ", '"', "(", "patente b e ", "no sabato e "])
def test_no_text_of_ten_thousand_characters_takes_long(piece):
    typed = piece * (10_000 // len(piece))
    understand(typed)
    started = time.thread_time()
    understand(typed)
    assert time.thread_time() - started < 1
