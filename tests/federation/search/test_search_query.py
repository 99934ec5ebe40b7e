from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.search import places
from federation.search.index import Index
from federation.search.query import FACETS, BadRequest, SearchRequest, count, search
from federation.search.request import ALL_FEATURES
from federation.search.trade_names import Vocabulary
from schemas.places import read_place
from tests.federation.search.conftest import NOW, ids

LUGANO = places.code_of(read_place("Lugano (CH)"))
VARESE, GAVIRATE, ISPRA, GALLARATE = "012133", "012072", "012084", "012070"


# Words


def test_a_word_of_the_title_weighs_more_than_one_of_the_description(shop, find):
    shop(a={"title": "Barista", "description": "Aiuto in cucina come cuoco."}, b={"title": "Cuoco"})
    assert find("cuoca") == ids("b", "a")


def test_the_title_of_the_occupation_finds_a_vacancy_that_never_says_it(shop, find):
    shop(a={"title": "Muletto e bolle", "occupation": "4321"}, b={"title": "Altro"})
    assert find("magazzino") == ids("a")


def test_codes_are_found_by_what_they_say(shop, find):
    shop(a={"hours": "part-time", "contract": "apprendistato"}, b={"hours": "tempo-pieno"})
    assert find("magazzinieri part time") == find("apprendistato") == ids("a")


def test_employers_and_comuni_are_found_by_name(shop, find):
    shop(
        a={"employer": {"name": "Officine Bianchi"}, "places": ["Ispra"]},
        b={"employer": {"name": "Officine Rossi"}, "places": ["Varese"]},
    )
    assert (find("bianchi"), find("varese")) == (ids("a"), ids("b"))


def test_all_words_are_wanted(shop, find):
    shop(
        a={"title": "Saldatore a filo"}, b={"title": "Saldatore a TIG"}, c={"title": "Tornitore", "offer": "anche TIG"}
    )
    answer = find.ask("saldatori tig")
    assert [hit.id for hit in answer.hits] == ids("b")
    assert not answer.relaxed


def test_behind_a_short_list_stand_those_that_have_less_and_no_count_counts_them(shop, find):
    shop(
        a={"title": "Saldatore a filo", "occupation": "7212"},
        b={"title": "Saldatore a TIG", "occupation": "7212"},
        c={"title": "Carpentiere in ferro", "occupation": "7213"},
        d={"title": "Cuoco", "occupation": "5120"},
    )
    answer = find.ask("saldatori tig")
    assert (answer.total, [hit.id for hit in answer.hits]) == (1, ids("b"))
    assert [hit.id for hit in answer.close][:1] == ids("a")
    assert "d-id" not in [hit.id for hit in answer.close]
    assert find.ask("saldatori tig", sort="recent").close == []
    assert find.ask("saldatori tig", page=2).close == []
    assert len(find.ask("saldatori tig", page_size=2).close) == 1


def test_a_time_of_the_day_is_welcome_and_not_asked_for(shop, find):
    shop(a={"title": "Babysitter"}, b={"title": "Babysitter", "offer": "Tutti i pomeriggi."}, c={"title": "Cuoco"})
    assert find("babysitter pomeriggio") == ids("b", "a")
    assert find("pomeriggio") == ids("b")


def test_a_place_of_work_is_searched_by_the_trades_that_are_at_home_there(shop, find):
    shop(
        a={"title": "Addetto al confezionamento", "occupation": "9321"},
        b={"title": "Cuoco", "occupation": "5120"},
        c={"title": "Insegnante di sostegno", "occupation": "2352"},
    )
    assert find("fabbrica") == ids("a")
    assert find("lavoro in scuole") == ids("c")


def test_when_no_vacancy_has_all_words_those_with_most_of_them_are_shown_and_it_is_said(shop, find):
    shop(
        a={"title": "Saldatore esperto"},
        b={"title": "Tornitore"},
        c={"title": "Saldatore"},
        d={"title": "Fresatore", "offer": "esperto"},
    )
    answer = find.ask("saldatore esperto giardino tornitore")
    assert answer.relaxed
    assert answer.hits[0].id == "a-id"
    assert "giardino" in answer.unknown


def test_words_that_people_type_around_what_they_look_for_do_not_narrow(shop, find):
    shop(a={"title": "Giardiniere"}, b={"title": "Cuoco"})
    assert find("cerco lavoro come giardiniere") == ids("a")
    assert sorted(find("offerte di lavoro")) == ids("a", "b")


def test_a_word_around_counts_where_it_is_meant(shop, find):
    shop(a={"title": "Direttore"}, b={"title": "Direttrice lavori"}, c={"title": "Direttore"})
    assert find("direttore lavori")[0] == "b-id"
    assert len(find("direttore lavori")) == 3


def test_a_slip_is_forgiven_when_nobody_wrote_that_word(shop, find):
    shop(a={"title": "Magazziniere"}, b={"title": "Cuoco"})
    answer = find.ask("magazinieri")
    assert [hit.id for hit in answer.hits] == ids("a")
    assert answer.corrections == {"magazinieri": "magazziniere"}
    assert "magazzinier" in answer.stems


def test_a_word_that_somebody_wrote_is_not_corrected(shop, find):
    shop(a={"title": "Cameriere"}, b={"title": "Corriere"})
    answer = find.ask("corriere")
    assert ([hit.id for hit in answer.hits], answer.corrections) == (ids("b"), {})


def test_names_are_never_corrected(shop, find):
    shop(a={"employer": {"name": "Bianchini"}, "title": "Cuoco"})
    answer = find.ask("bianchino")
    assert answer.total == 1, "one stem: another number of the same word"
    answer = find.ask("bianchetti")
    assert (answer.total, answer.corrections, answer.unknown) == (0, {}, ("bianchetti",))


def test_a_search_of_which_no_word_is_known_finds_nothing(shop, find):
    shop(a={"title": "Cuoco"})
    answer = find.ask("xylophonist")
    assert (answer.total, answer.hits, answer.unknown) == (0, [], ("xylophonist",))
    assert set(answer.facets) == set(FACETS)


def test_the_last_word_may_be_unfinished_when_that_is_asked_for(shop, find):
    shop(a={"title": "Magazziniere"}, b={"title": "Cuoco"})
    assert find("magaz") == []
    assert find("magaz", prefix=True) == ids("a")
    assert find.ask("magaz", prefix=True).stems == {"magazzinier"}


# Filters


def test_values_of_a_filter_widen_and_filters_narrow(shop, find):
    shop(
        a={"contract": "determinato", "hours": "part-time"},
        b={"contract": "indeterminato", "hours": "part-time"},
        c={"contract": "tirocinio", "hours": "tempo-pieno"},
    )
    assert sorted(find(contract=("determinato", "tirocinio"))) == ids("a", "c")
    assert find(contract=("determinato", "tirocinio"), hours=("part-time",)) == ids("a")


def test_each_filter_filters(shop, find):
    shop(
        a={
            "places": ["Ispra"],
            "sector": "56",
            "occupation": "5131",
            "reserved": "art-1",
            "remote": "ibrido",
            "shifts": True,
        },
        b={"places": ["Milano"], "shifts": False},
    )
    for wish in (
        {"comuni": (ISPRA,)},
        {"province": ("VA",)},
        {"sector": ("56",)},
        {"sector": ("I",)},
        {"occupation": ("5131",)},
        {"occupation": ("5",)},
        {"reserved": ("art-1",)},
        {"remote": ("ibrido",)},
        {"shifts": True},
    ):
        assert find(**wish) == ids("a"), wish
    assert find(occupation=("4",)) == []


def test_a_vacancy_with_several_places_is_found_in_each(shop, find):
    shop(a={"places": ["Ispra", "Varese", "Lugano (CH)"]})
    for code in (ISPRA, VARESE, LUGANO):
        assert find(comuni=(code,)) == ids("a")
    assert find(province=("estero",)) == ids("a")
    assert find(comuni=(GALLARATE,)) == []


def test_vacancies_of_a_node_unheard_of_for_too_long_are_left_out_unless_asked_for(publish, find):
    publish("v-1", origin="ispra")
    publish("v-2", origin="gavirate")
    stale = frozenset({"ispra"})
    assert find(stale_origins=stale) == ["v-2"]
    assert find(stale_origins=stale, origin=("ispra",)) == ["v-1"]


# Places


def test_a_radius_reaches_comuni_and_places_abroad(shop, find):
    shop(
        varese={"places": ["Varese"]},
        ispra={"places": ["Ispra"]},
        milano={"places": ["Milano"]},
        lugano={"places": ["Lugano (CH)"]},
    )
    near = {"near": VARESE, "sort": "distance"}
    assert find(**near, radius_km=10) == ids("varese")
    assert find(**near, radius_km=25) == ids("varese", "ispra", "lugano")
    assert find(near=LUGANO, radius_km=5) == ids("lugano")


def test_the_nearest_place_decides_the_order_by_distance(shop, find):
    shop(
        far={"places": ["Milano"]},
        both={"places": ["Milano", "Gavirate"]},
        near={"places": ["Varese"]},
        abroad={"places": ["Lugano (CH)"]},
    )
    answer = find.ask(near=VARESE, sort="distance")
    assert [hit.id for hit in answer.hits] == ids("near", "both", "abroad", "far")
    distances = [hit.distance_km for hit in answer.hits]
    assert distances[0] == 0
    assert distances == sorted(distances)


def test_pages_by_distance_hold_every_vacancy_once(shop, find):
    towns = ["Varese", "Gavirate", "Ispra", "Gallarate", "Milano", "Lugano (CH)"]
    shop(**{f"v{n}": {"places": [towns[n % 6], towns[n * 5 % 6]]} for n in range(30)})
    pages = [find.ask(near=VARESE, sort="distance", page=page, page_size=7).hits for page in range(1, 7)]
    found = [hit for page in pages for hit in page]
    assert len({hit.id for hit in found}) == len(found) == 30
    assert [hit.distance_km for hit in found] == sorted(hit.distance_km for hit in found)


def test_a_place_that_nobody_knows_comes_last_by_distance(shop, find, network, writer):
    shop(a={"places": ["Milano"]})
    body = network.vacancy() | {"places": [{"istat": "999999", "name": "Comune nuovo"}]}
    network.hold([network.statement("new-id", body)])
    writer.follow(network.database)
    answer = find.ask(near=VARESE, sort="distance")
    assert [(hit.id, hit.distance_km is None) for hit in answer.hits] == [("a-id", False), ("new-id", True)]


def test_equally_far_vacancies_come_by_relevance(shop, find):
    shop(
        a={"title": "Aiuto cucina", "description": "con il nostro cuoco"},
        b={"title": "Cuoco"},
        c={"title": "Cuoco", "places": ["Varese"]},
    )
    assert find("cuoco", near=VARESE, sort="distance") == ids("c", "b", "a")


# Orders


def test_the_recent_and_the_closing_ones_come_first(shop, find, now):
    today = now.date()
    shop(
        a={"published_on": today - timedelta(days=9), "closes_on": today + timedelta(days=5)},
        b={"published_on": today, "closes_on": today + timedelta(days=20)},
        c={"published_on": today - timedelta(days=4), "closes_on": today + timedelta(days=1)},
    )
    assert find(sort="recent") == find() == ids("b", "c", "a")
    assert find(sort="closing") == ids("c", "a", "b")


def test_of_two_alike_the_fresher_is_more_relevant(shop, find, now):
    today = now.date()
    shop(a={"title": "Cuoco", "published_on": today - timedelta(days=60)}, b={"title": "Cuoco", "published_on": today})
    answer = find.ask("cuoco")
    assert [hit.id for hit in answer.hits] == ids("b", "a")
    assert answer.hits[0].score > answer.hits[1].score > 0


def test_a_notice_dated_ahead_gains_nothing(shop, find, now):
    ahead = now.date() + timedelta(days=300)
    shop(
        a={"title": "Cuoco di sala", "published_on": ahead, "closes_on": ahead},
        b={"title": "Cuoco"},
    )
    assert find("cuoco") == ids("b", "a")


# Facets and pages


def test_facets_count_all_matches_not_the_page(shop, find):
    shop(
        **{f"v{n}": {"contract": ["determinato", "tirocinio"][n % 2], "places": ["Ispra", "Varese"]} for n in range(5)}
    )
    answer = find.ask(page_size=2)
    assert (answer.total, len(answer.hits)) == (5, 2)
    assert answer.facets["contract"] == [("determinato", 3), ("tirocinio", 2)]
    assert answer.facets["comune"] == [(ISPRA, 5), (VARESE, 5)]
    assert answer.facets["province"] == [("VA", 5)]
    assert answer.facets["origin"] == [("gavirate", 5)]


def test_sectors_are_counted_by_section_and_occupations_by_sub_major_group(shop, find):
    shop(a={"sector": "56", "occupation": "5131"}, b={"sector": "55", "occupation": "5120"}, c={"sector": "C"})
    answer = find.ask()
    assert answer.facets["sector"] == [("I", 2), ("C", 1)]
    assert answer.facets["occupation"] == [("51", 2)]


def test_a_facet_ignores_its_own_filter_and_obeys_the_others(shop, find):
    shop(
        a={"contract": "determinato", "hours": "part-time"},
        b={"contract": "tirocinio", "hours": "part-time"},
        c={"contract": "tirocinio", "hours": "tempo-pieno"},
    )
    answer = find.ask(contract=("determinato",))
    assert answer.total == 1
    assert answer.facets["contract"] == [("tirocinio", 2), ("determinato", 1)]
    assert answer.facets["hours"] == [("part-time", 1)]


def test_the_facets_of_a_browse_follow_a_change_at_once(shop, find, network, writer):
    shop(a={"contract": "tirocinio"})
    assert find.ask().facets["contract"] == [("tirocinio", 1)]
    shop(b={"contract": "tirocinio"})
    assert find.ask().facets["contract"] == [("tirocinio", 2)]
    find.ask().facets["contract"].clear()
    assert find.ask().facets["contract"] == [("tirocinio", 2)], "an answer may be changed by who got it"


def test_pages_follow_each_other(shop, find):
    shop(**{f"v{n}": {"title": f"Cuoco {n}"} for n in range(7)})
    pages = [find("cuoco", page=page, page_size=3) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({each for page in pages for each in page}) == 7
    assert find("cuoco", page=4, page_size=3) == []
    far = find.ask("cuoco", page=10**12, page_size=100)
    assert (far.total, far.hits) == (7, [])


# Questions that make no sense, and any text at all


def test_a_vacancy_with_codes_of_a_later_version_is_found_and_counted(shop, find):
    shop(a={"contract": "nuovo-contratto", "sector": "99x", "occupation": "x-1", "title": "Cuoco"})
    answer = find.ask("cuoco", contract=("nuovo-contratto",))
    assert (answer.total, answer.facets["contract"]) == (1, [("nuovo-contratto", 1)])


@pytest.mark.parametrize(
    ("wish", "parameter"),
    [
        ({"sort": "salary"}, "sort"),
        ({"page": 0}, "page"),
        ({"page_size": 0}, "page_size"),
        ({"page_size": 101}, "page_size"),
        ({"near": "999999"}, "near"),
        ({"near": "estero/CH/Lugano/nan/9"}, "near"),
        ({"near": "estero/CH/Lugano/91/9"}, "near"),
        ({"sort": "distance"}, "near"),
        ({"radius_km": 10}, "near"),
        ({"since": "ieri"}, "since"),
        ({"excluded": {"since": ("oggi",)}}, "excluded"),
        ({"features": frozenset({"magic"})}, "features"),
        ({"near": VARESE, "radius_km": -1}, "radius_km"),
        ({"near": VARESE, "radius_km": 501}, "radius_km"),
        ({"near": VARESE, "radius_km": float("nan")}, "radius_km"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_name(wish, parameter, now):
    with pytest.raises(BadRequest) as refused:
        SearchRequest(now=now, **wish)
    assert refused.value.parameter == parameter


def test_a_question_needs_a_time_zone(now):
    with pytest.raises(BadRequest, match="time zone"):
        SearchRequest(now=now.replace(tzinfo=None))


STRANGE = st.one_of(
    st.text(max_size=200),
    st.text(st.characters(categories=("Cc", "Cf", "So", "Sm", "Cs", "Mn", "Po")), max_size=80),
    st.text(alphabet=".*+?[](){}|\\^$~:\"'/-<>&#!AND OR NOT ", max_size=80),
    st.sampled_from(
        [
            "saldatore " * 1000,
            "a" * 10_000,
            "🙂" * 2000,
            "title:cuoco",
            "cuoco^9",
            '"cuoco',
            "cuoco~2",
            "*",
            "\x00",
            "/",
        ]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=STRANGE, prefix=st.booleans())
def test_any_text_is_a_harmless_search(find, publish, now, typed, prefix):
    if not find.index.documents:
        publish("v-1", title="Cuoco")
    answer = search(find.index, SearchRequest(text=typed, prefix=prefix, now=now))
    assert answer.total in (0, 1)
    assert answer.took_ms < 1000


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(max_size=60))
def test_an_unknown_value_of_any_filter_finds_nothing(find, publish, value):
    if not find.index.documents:
        publish("v-1", title="Cuoco")
    for name in (
        "comuni",
        "province",
        "contract",
        "sector",
        "occupation",
        "hours",
        "reserved",
        "remote",
        "experience",
        "licence",
        "employer",
        "region",
    ):
        known = value in {GAVIRATE, "VA", "determinato"}
        assert known or find(**{name: (value,)}) == []


# Trades and their codes


def test_a_trade_is_found_under_its_other_names_after_the_typed_one(shop, find):
    shop(a={"title": "Carrellista"}, b={"title": "Mulettista"}, c={"title": "Cuoco"})
    assert find("mulettista") == ids("b", "a")
    assert find("carrellista") == ids("a", "b")
    assert find.ask("mulettista").stems >= {"mulettist", "carrellist"}


def test_a_trade_is_found_by_its_unit_group_after_those_that_name_it(shop, find):
    shop(a={"title": "Figura di sala", "occupation": "5131"}, b={"title": "Cameriere"}, c={"title": "Idraulico"})
    assert find("cameriera") == ids("b", "a")


def test_a_vacancy_without_an_occupation_is_found_by_the_trade_in_its_title(shop, find):
    shop(a={"title": "Pizzaiolo"}, b={"title": "Secondo uomo ai forni", "occupation": "5120"}, c={"title": "Idraulico"})
    assert find.ask(occupation=("5120",)).total == 1, "a guess is neither filtered by nor counted"
    assert find.ask().facets["occupation"] == [("51", 1)]
    assert sorted(find("cuoco")) == ids("a", "b")


def test_of_a_trade_of_several_words_the_telling_ones_are_wanted_of_its_group_as_well(shop, find):
    shop(
        a={"title": "Pulizie uffici", "occupation": "9112"},
        b={"title": "Cameriera ai piani", "occupation": "9112"},
        c={"title": "Addetta alle pulizie"},
    )
    assert find("addetto pulizie") == ids("c", "a")


def test_other_names_count_in_titles_only(shop, find):
    shop(a={"title": "Facchino", "description": "Aiuterai il carrellista."}, b={"title": "Carrellista"})
    assert find("mulettista") == ids("b")
    assert sorted(find("carrellista")) == ids("a", "b")


def test_what_stands_in_quotes_is_taken_as_written(shop, find):
    shop(a={"title": "Carrellista"}, b={"title": "Mulettista"})
    assert find('"mulettista"') == find("«mulettista»") == ids("b")
    assert find.ask('"magazinieri"').corrections == {}


def test_a_word_one_slip_away_from_a_far_more_usual_one_is_asked_about(shop, find):
    shop(
        a={"title": "Saldatura a fido"},
        **{
            f"v{number}": {"title": "Saldatore a filo", "employer": {"name": f"Ditta {number}"}} for number in range(60)
        },
    )
    answer = find.ask("saldatura  a FIDO")
    assert (answer.total, answer.meant) == (1, None), "too short to be sure"
    shop(b={"title": "Saldatoje"})
    answer = find.ask("Saldatoje, a filo")
    assert (answer.total > 0, answer.meant) == (True, "saldatore, a filo")
    assert find.ask("saldatore").meant is None


def test_a_comune_is_never_taken_for_a_slip(shop, find):
    shop(a={"title": "Pavimentista a Pavia"}, b={"title": "Pasticcere"})
    assert find.ask("biella").corrections == {}
    assert find.ask("pasticere").corrections == {"pasticere": "pasticcere"}


def test_a_name_that_was_imported_finds_the_trade(shop, find, tmp_path):
    shop(a={"title": "Carrellista", "occupation": "8344"}, b={"title": "Cuoco"})
    assert find("trasfigante") == []
    names = Vocabulary([("trasfigante", "8344")])
    knowing = Index(tmp_path / "index", lambda: names)
    assert [hit.id for hit in search(knowing, SearchRequest(text="trasfigante", now=NOW)).hits] == ids("a")


# What is not wanted


def test_what_is_refused_by_words_is_left_out_unless_the_notice_only_denies_it(shop, find):
    shop(
        a={"title": "Infermiere", "description": "Turni diurni e turni notturni."},
        b={"title": "Infermiere di giorno", "description": "Non sono previsti turni notturni."},
        c={"title": "Infermiere in ambulatorio"},
        d={"title": "Turnista", "description": "Infermiere con guardie."},
    )
    assert sorted(find("infermiere", excluded_words=(("turn", "notturn"),))) == ids("b", "c", "d")
    assert sorted(find("infermiere", excluded_words=(("turn", "notturn"), ("guard",)))) == ids("b", "c")


def test_an_employer_may_be_refused_by_a_word_of_its_name(shop, find):
    shop(a={"title": "Operaio", "employer": {"name": "Agenzia Lampo"}}, b={"title": "Operaio"})
    assert find("operaio", excluded_words=(("lamp",),)) == ids("b")


def test_refused_codes_are_left_out_and_not_counted(shop, find):
    shop(
        a={"hours": "part-time"},
        b={"hours": "tempo-pieno", "places": ["Milano"]},
        c={"hours": "tempo-pieno", "shifts": True},
        d={},
    )
    assert sorted(find(excluded={"hours": ("part-time",)})) == ids("b", "c", "d")
    assert find(excluded={"hours": ("part-time",), "comune": ("015146",), "shifts": ("si",)}) == ids("d")
    assert find.ask(excluded={"hours": ("part-time",)}).facets["hours"] == [("tempo-pieno", 2)]


# Periods, employers, regions


def test_periods_hold_the_shorter_ones(shop, find, now):
    today = now.date()
    shop(**{f"d{days}": {"published_on": today - timedelta(days=days)} for days in (0, 2, 6, 30, 31)})
    assert find.ask().facets["since"] == [("oggi", 1), ("3-giorni", 2), ("settimana", 3), ("mese", 4)]
    assert find(since="3-giorni") == ids("d0", "d2")
    assert len(find(since="mese")) == 4
    assert find.ask(since="oggi").facets["since"][-1] == ("mese", 4), "a facet ignores its own filter"


def test_an_employer_is_filtered_by_however_its_name_is_written(shop, find):
    shop(
        a={"employer": {"name": "Laghi Logistica S.r.l."}, "title": "Uno"},
        b={"employer": {"name": "LAGHI LOGISTICA SRL"}, "title": "Due"},
        c={"employer": {"name": "Laghi"}, "title": "Tre"},
        d={"employer": None, "title": "Quattro"},
    )
    assert sorted(find(employer=("laghi logistica",))) == ids("a", "b")
    assert find(employer=("laghi",)) == ids("c")
    assert find(employer=("logistica",)) == []


def test_an_employer_is_known_by_its_name_and_a_trade_is_none(shop, find):
    shop(
        a={"employer": {"name": "Laghi Logistica S.r.l."}},
        b={"employer": {"name": "Pulizie S.r.l."}, "title": "Addetta alle pulizie"},
        c={"title": "Pulizie scale"},
    )
    known = find.index.employers()
    assert (known("laghi logistica"), known("LAGHI LOGISTICA srl")) == ("laghi logistica", "laghi logistica")
    assert [known(typed) for typed in ("laghi", "pulizie", "", "srl", "\t", "laghi\tlogistica x")] == [None] * 6


def test_a_region_is_all_its_provinces(shop, find):
    shop(a={"places": ["Varese"]}, b={"places": ["Verbania"]}, c={"places": ["Lugano (CH)"]}, d={"places": ["Milano"]})
    assert sorted(find(region=("Lombardia",))) == ids("a", "d")
    assert sorted(find(region=("Piemonte", "estero"))) == ids("b", "c")
    assert find(region=("Atlantide",)) == []


def test_experience_and_licences_are_filtered_and_counted(shop, find):
    shop(a={"experience": "nessuna", "licences": ["B", "C"]}, b={"experience": "1-3-anni", "licences": ["B"]})
    assert find(experience=("nessuna",)) == find(licence=("C",)) == ids("a")
    facets = find.ask().facets
    assert facets["experience"] == [("1-3-anni", 1), ("nessuna", 1)]
    assert facets["licence"] == [("B", 2), ("C", 1)]


# Order and features


def test_within_a_radius_the_nearer_is_more_relevant(shop, find):
    shop(far={"title": "Cuoco", "places": ["Gallarate"]}, near={"title": "Cuoco", "places": ["Varese"]})
    assert find("cuoco", near=VARESE, radius_km=30) == ids("near", "far")
    scores = [hit.score for hit in find.ask("cuoco", near=VARESE, radius_km=30).hits]
    assert scores[0] > scores[1] * 1.05
    flat = find.ask("cuoco", near=VARESE, radius_km=30, features=ALL_FEATURES - {"proximity"})
    assert flat.hits[0].score == flat.hits[1].score


def test_a_match_in_the_title_far_away_still_beats_one_in_the_text_next_door(shop, find):
    shop(
        far={"title": "Cuoco", "places": ["Gallarate"]},
        near={"title": "Cameriere", "description": "Con il cuoco.", "places": ["Varese"]},
        **{f"o{number}": {"title": "Idraulico"} for number in range(9)},
    )
    assert find("cuoco", near=VARESE, radius_km=30) == ids("far", "near")


@pytest.mark.parametrize(
    ("feature", "typed", "with_it", "without_it"),
    [
        ("synonyms", "mulettista", 2, 1),
        ("occupation_code", "cameriera", 1, 0),
        ("typos", "giardinere", 1, 0),
    ],
)
def test_a_feature_that_is_off_finds_less(shop, find, feature, typed, with_it, without_it):
    shop(
        a={"title": "Carrellista", "occupation": "9333"},
        b={"title": "Mulettista", "occupation": "9333"},
        c={"title": "Figura di sala", "occupation": "5131"},
        d={"title": "Giardiniere", "occupation": "6113"},
    )
    features = ALL_FEATURES if feature != "synonyms" else ALL_FEATURES - {"occupation_code"}
    assert find.ask(typed, features=features).total == with_it
    assert find.ask(typed, features=features - {feature}).total == without_it


def test_without_weights_and_freshness_old_and_new_and_title_and_text_are_alike(shop, find, now):
    shop(
        old={"title": "Cuoco", "published_on": now.date() - timedelta(days=90)},
        new={"title": "Cuoco", "employer": {"name": "Altra"}},
    )
    scores = [hit.score for hit in find.ask("cuoco", features=ALL_FEATURES - {"freshness"}).hits]
    assert scores[0] == scores[1]
    weighted = find.ask("cuoco", features=ALL_FEATURES - {"freshness"}).hits[0].score
    assert weighted > find.ask("cuoco", features=ALL_FEATURES - {"freshness", "fields"}).hits[0].score * 2


def test_a_search_may_be_counted_without_being_answered(shop, find, now):
    shop(a={"title": "Cuoco"}, b={"title": "Cuoco", "hours": "part-time"}, c={"title": "Barista"})
    for wish in (
        {"text": "cuoco"},
        {"text": "cuoco", "hours": ("part-time",)},
        {"text": "cuoco barista"},
        {},
        {"text": "xyz"},
    ):
        request = SearchRequest(now=now, **wish)
        assert count(find.index, request) == search(find.index, request).total, wish
