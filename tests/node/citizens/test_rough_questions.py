"""What arrives when nobody has read the manual: pasted novels, signs that cannot be seen, markup, robots."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from schemas.search import SearchForm, SearchQuery

API = "/api/v1/vacancies"
PARAMETERS = sorted({*SearchForm().fields, *SearchQuery().fields})
LIKELY = [
    "", "0", "1", "-1", "10", "999999999999", "1e3", "Gavirate", "Castro", "012072", "Lugano (CH)", "part-time",
    "stagionale,indeterminato", "art-1", "C", "8344", "distance", "relevance", "remoto", ",", "%", "\x00",
]  # fmt: skip
VALUES = some.sampled_from(LIKELY) | some.text(max_size=60)
QUERIES = some.lists(some.tuples(some.sampled_from(PARAMETERS) | some.text(max_size=12), VALUES), max_size=6)
ROUGHLY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


@ROUGHLY
@given(address=some.sampled_from(["/lavoro", API]), query=QUERIES)
def test_no_question_breaks_the_search(shelves, citizen, address, query):
    assert citizen.get(address, query_string=query).status_code in (200, 400)


@ROUGHLY
@given(query=some.text(max_size=80))
def test_no_text_breaks_the_search(shelves, citizen, query):
    assert citizen.get("/lavoro", query_string={"q": query}).status_code == 200


@settings(ROUGHLY, max_examples=40)
@given(some.binary(max_size=60))
def test_an_address_that_is_not_even_text_is_answered(shelves, citizen, raw):
    escaped = "".join(f"%{byte:02X}" for byte in raw)
    assert citizen.get(f"/lavoro?q={escaped}&comune={escaped}").status_code in (200, 400)


@pytest.mark.parametrize("address", ["/lavoro", API])
def test_a_pasted_novel_is_refused_and_not_echoed(citizen, address):
    answer = citizen.get(address, query_string={"q": "lavoro " * 1500, "comune": "x" * 10_000})
    assert answer.status_code == 400
    assert "al massimo 500 caratteri" in answer.text
    if address == API:
        assert len(answer.data) < 2_000


@pytest.mark.parametrize(
    "text", ["carrel\x00lista", "carrellista 🚜", "  carrellista\t\n", "carrel\u200blista", "CARRELLISTA"]
)
def test_signs_that_nobody_sees_do_not_hide_the_work(shelves, ask, text):
    assert "Carrellista" in ask("/lavoro?q=" + text).text


def test_markup_in_a_vacancy_is_shown_as_text_also_where_it_is_highlighted(network, citizen):
    bait = "<img src=x onerror=alert(1)>"
    network.publish(
        "v-1", title=f"Saldatore {bait}", description=f"Saldatore {bait}", how_to_apply=f"{bait} a@b.example"
    )
    network.arrive()
    for address in ("/lavoro?q=saldatore", "/lavoro/gavirate/v-1", "/"):
        told = citizen.get(address).text
        assert "<img src=x" not in told
        assert "&lt;img src=x" in told
    assert "<mark>Saldatore</mark>" in citizen.get("/lavoro?q=saldatore").text


@pytest.mark.parametrize("km", ["999", "-5", "1e9", "9" * 400, "dieci", "١٠"])
def test_an_absurd_radius_is_refused(citizen, km):
    for address, name in (("/lavoro", "km"), (API, "radius_km")):
        answer = citizen.get(address, query_string={"comune": "Gavirate", name: km})
        assert answer.status_code == 400
        assert f"{name} è un numero intero da 0 a 200" in answer.text


def test_the_same_refusal_names_all_that_is_wrong(citizen):
    answer = citizen.get(f"{API}?hours=notte&contract=fisso&foo=1")
    assert set(answer.json["errors"]) == {"hours", "contract", "foo"}
    assert answer.json["allowed"]["hours"] == ["tempo-pieno", "part-time"]
    assert "«notte» non è un valore di hours. I valori sono: tempo-pieno, part-time." in answer.json["detail"]


def test_robots_may_ask_for_the_head_and_for_what_is_allowed(shelves, citizen):
    for address in ("/", "/lavoro?q=oss", API, "/lavoro/vergiate/vergiate-1"):
        head = citizen.head(address)
        assert (head.status_code, head.data) == (200, b"")
    assert set(citizen.options(API).headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert citizen.post(API).status_code == 405


def test_what_does_not_exist_is_a_page_for_people_and_a_problem_for_programs(citizen):
    page = citizen.get("/lavoro/che-non-c-e")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Cerca lavoro" in page.text
    answer = citizen.get("/api/v1/offerte")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
