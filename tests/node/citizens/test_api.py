"""The search for programs, held to what DESIGN promises about parameters, answers and errors."""

import pytest


def test_the_answer_has_total_facets_items_and_page(shelves, citizen):
    answer = citizen.get("/api/v1/vacancies?q=magazziniere&comune=Gavirate&radius_km=25&page_size=1&sort=distance").json
    assert {
        "total",
        "groups",
        "facets",
        "understood",
        "excluded",
        "meant",
        "items",
        "page",
        "page_size",
        "took_ms",
    } == (set(answer))
    assert (answer["total"], answer["groups"], answer["page"], answer["page_size"]) == (2, 2, 1, 1)
    assert {"code": "part-time", "count": 1} in answer["facets"]["hours"]
    [item] = answer["items"]
    assert (item["origin"], item["id"], item["title"]) == ("gavirate", "gavirate-2", "Magazziniere notturno")
    assert (item["comune"], item["istat"], item["source"]) == ("Varese", "012133", "Comune di Gavirate")
    assert item["distance_km"] == pytest.approx(9, abs=1.5)
    assert item["url"] == "http://localhost/lavoro/gavirate/gavirate-2"
    assert item["confirmed_at"] == "2026-10-03T09:00:00Z"


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


def test_the_same_fault_in_many_values_is_told_once(citizen):
    values = "&".join(f"sector=Z{number % 5}" for number in range(90))
    problem = citizen.get(f"/api/v1/vacancies?{values}").json
    assert len(problem["errors"]["sector"]) == 3
    assert len(problem["detail"]) < 3_000


def test_what_the_words_say_is_told_as_parameters_that_say_the_same(shelves, citizen):
    answer = citizen.get("/api/v1/vacancies?q=magazziniere part time vergiate no notti").json
    told = {each["name"]: each for each in answer["understood"]}
    assert (told["hours"]["value"], told["hours"]["words"]) == ("part-time", "part time")
    assert (told["comune"]["value"], told["comune"]["label"], told["comune"]["ambiguous"]) == ("012138", "Vergiate", [])
    assert [each["words"] for each in answer["excluded"]] == ["no notti"]
    assert [item["id"] for item in answer["items"]] == ["vergiate-1"]
    said = "&".join(f"{name}={each['value']}" for name, each in told.items())
    same = citizen.get(f"/api/v1/vacancies?q=magazziniere&{said}").json
    assert [item["id"] for item in same["items"]] == ["vergiate-1"]


def test_a_distance_in_the_words_or_beside_them_reaches_as_far(shelves, citizen):
    said = citizen.get("/api/v1/vacancies?q=magazziniere entro 20 km da Gavirate").json
    assert ("radius_km", "20", "20 km") in {(each["name"], each["value"], each["label"]) for each in said["understood"]}
    beside = citizen.get("/api/v1/vacancies?q=magazziniere Gavirate&radius_km=20").json
    assert [item["id"] for item in beside["items"]] == [item["id"] for item in said["items"]]
    assert len(said["items"]) == 2


def test_a_name_that_several_comuni_bear_tells_the_others(shelves, citizen):
    [place] = citizen.get("/api/v1/vacancies?q=magazziniere a Castro").json["understood"]
    assert {place["value"], *place["ambiguous"]} == {"075096", "016065"}


def test_the_same_vacancy_elsewhere_stands_beside_it_and_counts_once(network, citizen):
    same = {"title": "Magazziniere", "employer": {"name": "Laghi Logistica Srl"}}
    network.publish("v-1", places=["Gavirate"], **same)
    network.publish("v-2", "vergiate", places=["Vergiate"], **same)
    network.arrive()
    answer = citizen.get("/api/v1/vacancies?q=magazziniere&comune=Gavirate&radius_km=50&sort=distance").json
    assert (answer["total"], answer["groups"], len(answer["items"])) == (2, 1, 1)
    [other] = answer["items"][0]["also"]
    assert (other["origin"], other["id"], other["comune"]) == ("vergiate", "v-2", "Vergiate")
    assert other["url"] == "http://localhost/lavoro/vergiate/v-2"


def test_a_place_abroad_has_its_name_and_no_istat_code(shelves, citizen):
    [item] = citizen.get("/api/v1/vacancies?q=orologiaia").json["items"]
    assert (item["comune"], item["istat"], item["employer"]) == ("Lugano", None, None)
    assert item["places"][0]["code"].startswith("estero/CH/Lugano/")


def test_a_list_leaves_out_the_long_texts(network, citizen):
    network.publish("v-1", description="Carico e scarico.", tasks="Carico.", licences=["muletto"])
    network.arrive()
    [item] = citizen.get("/api/v1/vacancies").json["items"]
    assert item["licences"] == ["muletto"]
    assert not {"description", "tasks", "how_to_apply"} & set(item)


def test_an_unchanged_answer_is_not_sent_again(shelves, citizen):
    first = citizen.get("/api/v1/vacancies?q=magazziniere")
    again = citizen.get("/api/v1/vacancies?q=magazziniere", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    shelves.withdraw("gavirate-2")
    shelves.arrive()
    changed = citizen.get("/api/v1/vacancies?q=magazziniere", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


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
