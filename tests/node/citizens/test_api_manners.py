"""How every address of the API behaves: validators, other sites, methods, formats, limits."""

from dataclasses import replace
from itertools import product

import pytest

from node.app import create_app
from node.citizens.api.operations import OPERATIONS

ADDRESSES = [
    "/api/v1/vacancies?q=magazziniere",
    "/api/v1/vacancies/vergiate/vergiate-1",
    "/api/v1/suggestions?q=mag",
    "/api/v1/comuni?q=gavi",
    "/api/v1/occupations?title=cuoco",
    "/api/v1/desks",
    "/api/v1/openapi.json",
    "/api/v1/openapi-3.0.json",
]
PROBLEM = "application/problem+json"


def test_every_operation_is_tried_here():
    tried = {address.partition("?")[0].removeprefix("/api/v1") for address in ADDRESSES}
    paths = {each.path.replace("<origin>", "vergiate").replace("<id>", "vergiate-1") for each in OPERATIONS}
    assert paths <= tried


def test_an_answer_known_already_is_not_sent_again(shelves, citizen):
    for address in ADDRESSES:
        first = citizen.get(address)
        assert first.status_code == 200
        assert first.headers["Cache-Control"] == "no-cache"
        again = citizen.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert citizen.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_head_is_the_answer_without_its_body(shelves, citizen):
    for address in ADDRESSES:
        whole, head = citizen.get(address), citizen.head(address)
        assert (head.status_code, head.data) == (200, b"")
        assert (head.headers["ETag"], head.mimetype) == (whole.headers["ETag"], "application/json")


def test_pages_of_other_sites_may_read_it(shelves, citizen):
    for address in ADDRESSES:
        answer = citizen.get(address, headers={"Origin": "https://giornale.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert "Set-Cookie" not in answer.headers
        asked = {"Origin": "https://giornale.example", "Access-Control-Request-Method": "GET"}
        before = citizen.options(address, headers=asked)
        assert before.status_code == 200
        assert before.headers["Access-Control-Allow-Headers"] == "If-None-Match"
        for name in ("Allow", "Access-Control-Allow-Methods"):
            assert set(before.headers[name].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_nothing_can_be_written(shelves, app, citizen):
    app.config["WTF_CSRF_ENABLED"] = True
    for address, method in product(ADDRESSES, ("POST", "PUT", "PATCH", "DELETE", "TRACE")):
        answer = citizen.open(address, method=method)
        assert (answer.status_code, answer.mimetype, answer.json["status"]) == (405, PROBLEM, 405)
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_another_format_is_not_to_be_had(shelves, citizen):
    for address in ADDRESSES:
        for refused in ("text/html", "application/xml, text/*;q=0.5", "application/json;q=0"):
            answer = citizen.get(address, headers={"Accept": refused})
            assert (answer.status_code, answer.mimetype) == (406, PROBLEM)
            assert "application/json" in answer.json["detail"]
        for taken in ("*/*", "application/*", "text/html, application/json;q=0.1", "text/html, */*;q=0.1"):
            assert citizen.get(address, headers={"Accept": taken}).status_code == 200


@pytest.mark.parametrize("address", ["/api/", "/api/v1", "/api/v1/", "/api/v2/vacancies", "/api/v1/Vacancies"])
def test_an_address_that_does_not_exist_is_a_problem(citizen, address):
    answer = citizen.get(address)
    assert (answer.status_code, answer.mimetype, answer.json["status"]) == (404, PROBLEM, 404)


def test_what_is_left_is_told_and_who_asks_too_often_learns_when_to_come_back(config, desk, copies):
    app = create_app(replace(config, rate_limits=True, api_limit="3 per minute"))
    citizen = app.test_client()
    answers = [citizen.get("/api/v1/comuni?q=ispra") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == ["3"] * 4
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert all(50 <= int(answer.headers["X-RateLimit-Reset"]) <= 60 for answer in answers)
    assert ["Retry-After" in answer.headers for answer in answers] == [False, False, False, True]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].mimetype == PROBLEM
    assert answers[-1].headers["Access-Control-Allow-Origin"] == "*"
    for room in (app.extensions["sportello"].desk, app.extensions["sportello"].replica):
        room.dispose()
