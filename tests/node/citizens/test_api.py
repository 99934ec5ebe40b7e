"""The search for programs, held to what DESIGN promises about parameters, answers and errors."""

import pytest


def test_the_answer_has_total_facets_items_and_page(shelves, citizen):
    answer = citizen.get("/api/v1/vacancies?q=magazziniere&comune=Gavirate&radius_km=25&page_size=1&sort=distance").json
    assert set(answer) == {"total", "facets", "items", "page", "page_size", "took_ms"}
    assert (answer["total"], answer["page"], answer["page_size"]) == (2, 1, 1)
    assert {"code": "part-time", "count": 1} in answer["facets"]["hours"]
    [item] = answer["items"]
    assert (item["origin"], item["id"], item["title"]) == ("gavirate", "gavirate-2", "Magazziniere notturno")
    assert (item["comune"], item["istat"], item["source"]) == ("Varese", "012133", "Comune di Gavirate")
    assert item["distance_km"] == pytest.approx(9, abs=1.5)
    assert item["url"] == "http://localhost/lavoro/gavirate/gavirate-2"
    assert item["confirmed_at"] == "2026-10-03T09:00:00+00:00"


def test_lists_are_given_by_repetition_or_with_commas(shelves, citizen):
    for query in ("contract=stagionale,indeterminato", "contract=stagionale&contract=indeterminato"):
        assert citizen.get(f"/api/v1/vacancies?{query}").json["total"] == 2
    assert citizen.get("/api/v1/vacancies?comune=012138,Ferno").json["total"] == 2


def test_a_page_beyond_the_end_is_empty_and_keeps_the_total(shelves, citizen):
    answer = citizen.get("/api/v1/vacancies?page=7").json
    assert (answer["total"], answer["items"]) == (6, [])


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("contract=fisso", "contract", "tirocinio"),
        ("hours=notte", "hours", "part-time"),
        ("reserved=si", "reserved", "art-18"),
        ("sector=ZZ", "sector", "C"),
        ("sort=paga", "sort", "closing"),
        ("occupation=abc", "occupation", None),
        ("comune=Castro", "comune", None),
        ("radius_km=10", "radius_km", None),
        ("comune=Ispra,Varese&radius_km=10", "radius_km", None),
        ("comune=Ispra&radius_km=1000", "radius_km", None),
        ("page_size=101", "page_size", None),
        ("page=-1", "page", None),
        ("contratto=fisso", "contratto", None),
        ("utm_source=x", "utm_source", None),
    ],
)
def test_a_wrong_parameter_is_a_problem_that_names_it_and_what_is_allowed(citizen, query, parameter, allowed):
    answer = citizen.get(f"/api/v1/vacancies?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert list(answer.json["errors"]) == [parameter]
    if allowed:
        assert allowed in answer.json["allowed"][parameter]


def test_an_unchanged_answer_is_not_sent_again(shelves, citizen):
    first = citizen.get("/api/v1/vacancies?q=magazziniere")
    again = citizen.get("/api/v1/vacancies?q=magazziniere", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    shelves.withdraw("gavirate-2")
    shelves.arrive()
    changed = citizen.get("/api/v1/vacancies?q=magazziniere", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_other_sites_may_read_it(shelves, citizen):
    assert citizen.get("/api/v1/vacancies").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("sort", "first"), [("closing", "Cameriera"), ("recent", "Barista"), ("distance&comune=Varese", "Autista")]
)
def test_vacancies_come_in_the_order_asked_for(network, citizen, sort, first):
    network.publish("v-1", title="Autista", places=["Varese"], published_on="2026-09-29")
    network.publish(
        "v-2", title="Barista", places=["Gavirate", "Varese"], published_on="2026-10-03", contract="tirocinio"
    )
    network.publish("v-3", title="Cameriera", places=["Gavirate"], published_on="2026-09-30", closes_on="2026-10-05")
    network.arrive()
    items = citizen.get(f"/api/v1/vacancies?sort={sort}").json["items"]
    assert items[0]["title"] == first


def test_a_facet_counts_what_the_next_choice_would_add(shelves, citizen):
    facets = citizen.get("/api/v1/vacancies?contract=stagionale").json["facets"]
    assert {"code": "determinato", "count": 4} in facets["contract"]
    assert facets["hours"] == []
    assert sum(each["count"] for each in facets["comune"]) == 1


def test_the_words_of_an_error_follow_the_language_of_the_asker(citizen):
    answer = citizen.get("/api/v1/vacancies?hours=notte", headers={"Accept-Language": "en"})
    assert "The values are: tempo-pieno, part-time." in answer.json["detail"]
