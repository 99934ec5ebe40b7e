from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.search import places
from federation.search.query import SearchRequest, search
from federation.search.suggesting import COMUNE, EMPLOYER, LONGEST, OCCUPATION, TITLE, suggest
from schemas.places import read_place

LUGANO = places.code_of(read_place("Lugano (CH)"))


@pytest.fixture
def stocked(network, writer, find, now):
    """An index with some of everything; suggests."""
    vacancies = {
        "v-1": {"title": "Magazziniere", "places": ["Gallarate"], "employer": {"name": "Officine Rossi S.r.l."}},
        "v-2": {"title": "MAGAZZINIERE/A!!", "employer": {"name": "OFFICINE ROSSI SRL"}, "places": ["Varese"]},
        "v-3": {"title": "Addetta al banco salumi", "occupation": "5223", "employer": {"name": "Galli Market"}},
        "v-4": {"title": "Cuoco", "occupation": "5120", "places": ["Lugano (CH)"], "employer": {"name": "Da Gino"}},
        "v-5": {"title": "Cuoco di mensa", "occupation": "5120", "places": ["Galliate"], "employer": None},
    }
    for name, changes in vacancies.items():
        network.publish(name, **changes)
    network.publish("old", origin="ispra", title="Magazziniere", places=["Gallarate"])
    network.publish("over", title="Magazziniere", not_after=now + timedelta(minutes=5))
    writer.follow(network.database)

    def suggested(typed, now=now + timedelta(hours=1), stale=frozenset({"ispra"}), **options):
        return suggest(find.index, typed, now, stale, **options)

    return suggested


def told(found, kind):
    return [(each.text, each.value, each.count) for each in found if each.kind == kind]


def test_work_is_offered_by_the_name_of_the_trade_once_however_titles_write_it(stocked):
    assert told(stocked("maga"), TITLE)[0] == ("magazziniere", "magazziniere", 2)
    assert len([each for each in stocked("magazzinier") if each.text == "magazziniere"]) == 1


def test_words_that_are_no_trade_are_completed_behind_what_was_typed(stocked):
    assert ("Banco salumi", "Banco salumi", 1) in told(stocked("Banco sal"), TITLE)


def test_groups_of_occupations_comuni_and_employers_are_offered_by_what_the_search_takes(stocked):
    assert ("Cuochi", "5120", 2) in told(stocked("cuo"), OCCUPATION)
    assert told(stocked("gall"), COMUNE) == [("Gallarate", "012070", 1), ("Galliate", "003068", 1)]
    assert told(stocked("lugan"), COMUNE) == [("Lugano (CH)", LUGANO, 1)]
    (officine,) = told(stocked("offic"), EMPLOYER)
    assert officine[1:] == ("officine rossi", 2)
    assert officine[0].casefold().startswith("officine rossi s")


def test_an_employer_is_offered_from_any_of_its_words_on(stocked):
    assert [value for _text, value, _count in told(stocked("ross"), EMPLOYER)] == ["officine rossi"]
    assert [value for _text, value, _count in told(stocked("gall"), EMPLOYER)] == ["galli market"]
    assert [value for _text, value, _count in told(stocked("gino"), EMPLOYER)] == ["da gino"]


def test_every_count_is_what_the_search_then_finds(stocked, find, now):
    later, taken = (
        now + timedelta(hours=1),
        {TITLE: "text", OCCUPATION: "occupation", COMUNE: "comuni", EMPLOYER: "employer"},
    )
    seen = set()
    for typed in ("maga", "gall", "cuo", "offic", "banco", "add", "lugano", "mensa"):
        for each in stocked(typed, limit=20):
            value = each.value if each.kind == TITLE else (each.value,)
            request = SearchRequest(now=later, stale_origins=frozenset({"ispra"}), **{taken[each.kind]: value})
            assert search(find.index, request).total == each.count > 0, each
            seen.add(each.kind)
    assert seen == set(taken)


def test_what_leads_to_nothing_is_not_offered(stocked, network, writer):
    assert stocked("infermier") == stocked("mil") == []
    network.withdraw("v-3")
    writer.follow(network.database)
    assert stocked("banco") == []
    assert told(stocked("galli m"), EMPLOYER) == []


def test_each_kind_has_its_share_and_the_rest_goes_to_whoever_has_more(stocked):
    kinds = [each.kind for each in stocked("gall", limit=8)]
    assert kinds == sorted(kinds, key=[TITLE, OCCUPATION, COMUNE, EMPLOYER].index)
    assert len(stocked("ga", limit=2)) == 2


@pytest.mark.parametrize("typed", ["", " ", "m", "!!", "a", "\x00", "di"])
def test_too_little_to_go_by_offers_nothing(stocked, typed):
    assert stocked(typed) == []


def test_an_index_that_is_not_there_yet_offers_nothing(find, now):
    assert suggest(find.index, "cuoco", now) == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.text(max_size=30) | st.sampled_from(["cuoco" * 3000, ".*", "gall[", "o" * LONGEST, "\t\n", "'", "rossi\n"])
)
def test_any_text_is_harmless(stocked, typed):
    assert len(stocked(typed)) <= 8
