"""The small questions: suggestions, comuni, occupations, desks."""

import pytest


def items(citizen, address):
    return citizen.get(f"/api/v1/{address}").json["items"]


def test_suggestions_have_their_kind_and_how_many_they_find(shelves, citizen):
    assert {"kind": "title", "text": "carrellista", "value": "carrellista", "count": 2} in items(
        citizen, "suggestions?q=carr"
    )
    assert {"kind": "comune", "text": "Gavirate", "value": "012072", "count": 1} in items(citizen, "suggestions?q=gav")


def test_a_suggestion_counts_what_the_search_behind_it_finds(shelves, citizen):
    parameters = {"title": "q", "occupation": "occupation", "comune": "comune", "employer": "employer"}
    for typed in ("mag", "car", "ver", "azienda"):
        found = items(citizen, f"suggestions?q={typed}")
        assert found
        for each in found:
            query = {parameters[each["kind"]]: each["value"]}
            assert citizen.get("/api/v1/vacancies", query_string=query).json["total"] == each["count"], each


@pytest.mark.parametrize("address", ["suggestions?q=", "suggestions?q=a", "suggestions", "comuni?q=", "occupations"])
def test_nothing_typed_has_no_suggestions(shelves, citizen, address):
    assert items(citizen, address) == []


def test_no_more_than_asked_for(shelves, citizen):
    assert len(items(citizen, "suggestions?q=mag&limit=1")) == 1
    assert len(items(citizen, "comuni?q=ca&limit=3")) == 3
    assert len(items(citizen, "occupations?title=magazziniere&limit=2")) == 2


def test_a_comune_is_found_by_its_name_its_abbreviation_and_its_code(citizen):
    for typed in ("Sesto Calende", "sesto c.de", "012120"):
        first = items(citizen, f"comuni?q={typed}")[0]
        assert (first["istat"], first["name"], first["is_meant"]) == ("012120", "Sesto Calende", True)
    assert (first["full_name"], first["province"], first["region"]) == ("Sesto Calende (VA)", "VA", "Lombardia")
    assert abs(first["lat"] - 45.7) < 0.1


def test_comuni_of_one_name_are_told_to_be_ambiguous(citizen):
    answer = citizen.get("/api/v1/comuni?q=castro").json
    assert answer["ambiguous"]
    assert [each["full_name"] for each in answer["items"] if each["is_meant"]] == ["Castro (LE)", "Castro (BG)"]
    assert not answer["items"][2]["is_meant"]
    assert not citizen.get("/api/v1/comuni?q=castro (bg)").json["ambiguous"]


def test_an_unfinished_name_means_nothing_yet(citizen):
    answer = citizen.get("/api/v1/comuni?q=gavira").json
    assert [(each["name"], each["is_meant"]) for each in answer["items"]] == [("Gavirate", False)]
    assert not answer["ambiguous"]


def test_an_occupation_has_exactly_code_title_score_and_reason_best_first(citizen):
    found = items(citizen, "occupations?title=addetta al magazzino&limit=3")
    assert [set(each) for each in found] == [{"code", "title", "score", "reason"}] * 3
    assert found[0]["code"] == "4321"
    assert found[0]["score"] == max(each["score"] for each in found) <= 1


def test_an_occupation_is_told_in_the_language_of_the_asker(citizen):
    answer = citizen.get("/api/v1/occupations?title=magazziniere", headers={"Accept-Language": "en"}).json
    assert answer["items"][0]["title"] == "Stock clerks"


def test_labels_that_an_administrator_has_imported_count(citizen, config):
    config.codes.mkdir()
    (config.codes / "labels.csv").write_text("label,isco,source\nzampognaro,2652,esco\n", "utf-8")
    assert items(citizen, "occupations?title=zampognaro")[0]["code"] == "2652"


def test_desks_are_told_page_by_page(network, citizen):
    for number in range(3):
        network.open_desk(f"sportello-{number}", "vergiate", name=f"Sportello {number}")
    first = citizen.get("/api/v1/desks?page_size=2").json
    assert (first["total"], [each["name"] for each in first["items"]]) == (3, ["Sportello 0", "Sportello 1"])
    assert first["items"][0]["source"] == "Comune di Vergiate"
    assert [each["id"] for each in items(citizen, "desks?page_size=2&page=2")] == ["sportello-2"]
    assert items(citizen, "desks?page=9") == []


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("suggestions?limit=0", "limit"),
        ("suggestions?text=a", "text"),
        ("comuni?limit=21", "limit"),
        ("comuni?q=" + "a" * 501, "q"),
        ("occupations?title=x&limit=due", "limit"),
        ("desks?page_size=101", "page_size"),
        ("desks?q=ispra", "q"),
    ],
)
def test_a_wrong_parameter_is_named(citizen, query, wrong):
    answer = citizen.get(f"/api/v1/{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert list(answer.json["errors"]) == [wrong]
