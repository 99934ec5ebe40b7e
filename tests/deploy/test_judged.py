"""The judged queries and vacancies: valid, deterministic, frozen, and graded as a job-seeker would."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

import pytest

from deploy.bench.judged import corpus, frozen, places, second
from deploy.bench.judged.facts import Facts
from deploy.bench.judged.grading import EXACT, grade
from deploy.bench.judged.queries import KINDS, queries
from deploy.bench.judged.titles import feminine, masculine, plural, slashed, the, the_all, to_the
from deploy.bench.judged.trades import settings, trades
from deploy.bench.judged.wording import wording
from schemas.codes import CONTRACTS, EXPERIENCE, HOURS, LANGUAGES, LICENCES, OCCUPATIONS, REMOTE, RESERVED, SECTORS
from schemas.kinds import problem_with

SAMPLE = 2000
PLAIN_AT_LEAST = 0.42
QUERIES_AT_LEAST = 180
EXACT_AT_LEAST = 3
ORDINARY_WORDS = ("offerte lavoro ", "lavoro ", "cercasi ")
CODED = {
    "contract": CONTRACTS, "hours": HOURS, "experience": EXPERIENCE, "remote": REMOTE, "reserved": RESERVED,
    "licences": LICENCES, "languages": LANGUAGES,
}  # fmt: skip

WAREHOUSE = Facts("magazziniere", "logistica", (places.code_of("Gallarate"),), "determinato")


@pytest.fixture(scope="module")
def demo():
    return corpus.demo()


@pytest.fixture(scope="module")
def everything(demo):
    return [*demo, *corpus.generated()]


def test_nothing_that_decides_has_changed_since_it_was_frozen():
    assert frozen.is_unchanged(), f"the judgement set is another one: {frozen.digest()}"


def test_the_second_set_is_another_frozen_one_with_answers_of_its_own(everything):
    assert second.is_unchanged()
    asked = second.queries()
    assert not {query.q for query in asked} & {query.q for query in queries()}
    assert {query.kind for query in asked} == set(KINDS)
    for query in asked:
        exact = (judged for judged in everything if grade(query.wants, judged.facts) == EXACT)
        assert len(list(islice(exact, EXACT_AT_LEAST))) == EXACT_AT_LEAST, query


def test_every_document_is_one_that_the_network_accepts(demo, everything):
    for judged in [*demo, *everything[:SAMPLE], *everything[-SAMPLE // 10 :]]:
        assert problem_with("vacancy", judged.document) is None, judged


def test_the_same_seed_gives_the_same_ads_and_another_seed_others():
    first, again = (list(corpus.generated(300)) for _time in range(2))
    assert first == again == list(islice(corpus.generated(), 300))
    assert first != list(corpus.generated(300, seed=1))


def test_origin_and_id_are_unique(everything):
    assert len({(judged.origin, judged.id) for judged in everything}) == len(everything)


def test_every_ad_is_open_on_the_day_and_not_older_than_ninety_days():
    today = date(2027, 3, 1)
    for judged in corpus.generated(500, today=today):
        published, closes = (date.fromisoformat(judged.document[name]) for name in ("published_on", "closes_on"))
        assert today - timedelta(days=90) < published <= today < closes


def test_what_a_field_says_the_judge_knows(everything):
    for judged in everything:
        document, facts = judged.document, judged.facts
        for name in ("contract", "hours", "shifts", "experience", "reserved", "remote"):
            if name in document:
                assert document[name] == getattr(facts, name), judged
        assert set(document.get("licences", ())) <= set(facts.licences)
        assert len(document["places"]) == len(facts.places)


def test_occupations_are_given_in_seven_of_ten_generated_ads(demo, everything):
    ads = everything[len(demo) :]
    assert 0.67 < sum("occupation" in judged.document for judged in ads) / len(ads) < 0.73


def test_trades_name_what_there_is():
    for trade in trades().values():
        assert set(trade.near) <= set(trades()) - {trade.key}
        assert trade.setting in settings()
        assert all(code in OCCUPATIONS for code in trade.occupations)
        assert all(code in SECTORS for code in trade.sectors)
        assert all(code in LICENCES and code in wording()["licences"] for code in trade.licences)
    for setting in settings().values():
        assert set(setting["schedules"]) <= set(wording()["schedules"])
        assert setting["contracts"] in wording()["contracts"]


def test_queries_are_of_all_kinds_and_many_of_them_plain():
    kinds = Counter(query.kind for query in queries())
    assert set(kinds) == set(KINDS)
    assert len(queries()) >= QUERIES_AT_LEAST
    assert kinds["plain"] >= PLAIN_AT_LEAST * len(queries())
    assert len({query.id for query in queries()}) == len(queries())
    assert len({(query.q, str(query.place)) for query in queries()}) == len(queries())


def test_a_plain_query_asks_for_a_trade_alone():
    for query in queries():
        if query.kind == "plain":
            assert set(query.wants) <= {"trades", "near", "place"}, query
            assert ("place" in query.wants) == (query.place is not None), query


def test_a_plain_query_is_worded_as_ads_are():
    for query in queries():
        if query.kind == "plain":
            words = query.q.casefold()
            for ordinary in ORDINARY_WORDS:
                words = words.removeprefix(ordinary)
            titles = [title for key in query.wants["trades"] for title in trades()[key].titles]
            forms = [form(title).casefold() for title in titles for form in (masculine, feminine)]
            assert any(words in form for form in forms), query


def test_wants_use_trades_places_and_codes_that_there_are():
    for query in queries():
        wants = query.wants
        assert set(wants) <= {"trades", "near", "place", "must", "never"}
        assert set(wants.get("trades", ())) | set(wants.get("near", ())) <= set(trades()), query
        for name in wants.get("place", {}).get("comuni", ()):
            places.code_of(name)
        for conditions in (wants.get("must", {}), wants.get("never", {})):
            for name, values in conditions.items():
                assert hasattr(WAREHOUSE, name), query
                assert name not in CODED or all(value in CODED[name] for value in values), query
        if query.place:
            assert wants["place"] == {"comuni": [query.place["comune"]], "km": query.place["km"]}


def test_every_query_has_vacancies_that_are_exactly_what_was_asked_for(everything):
    by_trade = defaultdict(list)
    for judged in everything:
        for trade in (judged.facts.trade, *judged.facts.also):
            by_trade[trade].append(judged.facts)
    for query in queries():
        among = (facts for trade in query.wants.get("trades", by_trade) for facts in by_trade[trade])
        exact = islice((facts for facts in among if grade(query.wants, facts) == EXACT), EXACT_AT_LEAST)
        assert len(list(exact)) == EXACT_AT_LEAST, query


@pytest.mark.parametrize(
    ("wants", "expected"),
    [
        ({"trades": ["magazziniere"]}, 3),
        ({"trades": ["carrellista"]}, 2),
        ({"trades": ["infermiere"], "near": ["magazziniere"]}, 2),
        ({"trades": ["smistamento-pacchi"]}, 1),
        ({"trades": ["infermiere"]}, 0),
        ({}, 3),
    ],
)
def test_the_trade_decides_first(wants, expected):
    assert grade(wants, WAREHOUSE) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"comuni": ["Gallarate"]}, 3),
        ({"comuni": ["Busto Arsizio"]}, 2),
        ({"comuni": ["Varese"]}, 1),
        ({"comuni": ["Milano"]}, 0),
        ({"comuni": ["Busto Arsizio"], "around": True}, 3),
        ({"comuni": ["Varese"], "around": True}, 2),
        ({"comuni": ["Varese"], "km": 20}, 3),
        ({"comuni": ["Varese"], "km": 15}, 1),
        ({"comuni": ["Varese"], "km": 10}, 0),
        ({"comuni": ["Milano", "Gallarate"]}, 3),
        ({"province": "VA"}, 3),
        ({"province": "CO"}, 0),
        ({"country": "CH"}, 0),
    ],
)
def test_distance_costs_what_the_way_costs(place, expected):
    assert grade({"trades": ["magazziniere"], "place": place}, WAREHOUSE) == expected


def test_of_several_places_the_nearest_counts_and_work_from_home_is_near_to_all():
    wants = {"place": {"comuni": ["Luino"]}}
    assert grade(wants, replace(WAREHOUSE, places=(places.code_of("Monza"), places.code_of("Luino")))) == 3
    assert grade(wants, replace(WAREHOUSE, places=(places.code_of("Monza"),), remote="remoto")) == 2
    assert grade({"place": {"country": "CH"}}, replace(WAREHOUSE, places=(places.code_of("Lugano"),))) == 3


@pytest.mark.parametrize(
    ("told", "expected"), [({"hours": "part-time"}, 3), ({"hours": "tempo-pieno"}, 0), ({"hours": None}, 2)]
)
def test_a_condition_is_met_violated_or_left_open(told, expected):
    wants = {"trades": ["magazziniere"], "must": {"hours": ["part-time"]}}
    assert grade(wants, replace(WAREHOUSE, **told)) == expected


@pytest.mark.parametrize(("told", "expected"), [("never", 3), ("also", 0), ("only", 0), (None, 2)])
def test_what_must_not_be_makes_a_vacancy_useless(told, expected):
    wants = {"trades": ["magazziniere"], "never": {"nights": ["also", "only"]}}
    assert grade(wants, replace(WAREHOUSE, nights=told)) == expected


def test_the_right_trade_stays_worth_a_call_and_a_near_one_does_not():
    wants = {"trades": ["magazziniere"], "must": {"hours": ["part-time"], "experience": ["nessuna"], "shifts": [True]}}
    assert grade(wants, WAREHOUSE) == 1
    assert grade(wants, replace(WAREHOUSE, trade="carrellista")) == 0


def test_a_licence_that_nobody_asks_for_is_no_obstacle():
    assert grade({"must": {"licences": ["muletto"]}}, WAREHOUSE) == 2
    assert grade({"never": {"licences": ["B"]}}, WAREHOUSE) == 3
    assert grade({"never": {"licences": ["B"]}}, replace(WAREHOUSE, licences=("B",))) == 0


def test_reserved_posts_are_for_those_who_ask_for_them():
    reserved = replace(WAREHOUSE, reserved="art-1")
    assert grade({"must": {"reserved": ["art-1", "art-18"]}}, reserved) == 3
    assert grade({"must": {"reserved": ["art-1", "art-18"]}}, WAREHOUSE) == 0
    assert grade({"trades": ["magazziniere"]}, reserved) == 2


def test_an_ad_for_two_trades_answers_both():
    assert grade({"trades": ["oss"]}, replace(WAREHOUSE, trade="asa", family="cura", also=("oss",))) == 3


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Operatore* CNC", ("Operatore CNC", "Operatrice CNC", "Operatori CNC", "Operatore/trice CNC")),
        ("Addetto* alle pulizie", ("Addetto alle pulizie", "Addetta alle pulizie", "Addetti alle pulizie")),
        ("Infermiere*", ("Infermiere", "Infermiera", "Infermieri", "Infermiere/a")),
        ("Cuoco*", ("Cuoco", "Cuoca", "Cuochi", "Cuoco/a")),
        ("Psicologo*", ("Psicologo", "Psicologa", "Psicologi", "Psicologo/a")),
        ("Elettricista*", ("Elettricista", "Elettricista", "Elettricisti", "Elettricista")),
    ],
)
def test_titles_follow_gender_and_number(title, expected):
    forms = (masculine(title), feminine(title), plural(title), slashed(title))
    assert forms[: len(expected)] == expected


def test_colleagues_are_mentioned_with_the_right_article():
    assert [the(name) for name in ("muratore", "autista", "stampista")] == ["il muratore", "l'autista", "lo stampista"]
    assert [the_all(names) for names in ("muratori", "autisti")] == ["i muratori", "gli autisti"]
    assert to_the("psicologo") == "allo psicologo"
