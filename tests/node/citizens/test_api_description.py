"""The OpenAPI description: valid in both versions, complete, and true in its examples."""

import pytest
from marshmallow import fields
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from federation.search.query import FACETS
from node.citizens.api import examples, json_schema, wording
from node.citizens.api.description import VERSIONS
from node.citizens.api.operations import OPERATIONS
from schemas import answers

VALIDATORS = {"openapi.json": OpenAPIV31SpecValidator, "openapi-3.0.json": OpenAPIV30SpecValidator}
files = pytest.mark.parametrize("file", VERSIONS)


@pytest.fixture
def described(citizen):
    return lambda file, **more: citizen.get(f"/api/v1/{file}", **more).json


@files
def test_the_description_is_valid_openapi(described, file):
    description = described(file)
    assert description["openapi"] == VERSIONS[file]
    assert list(VALIDATORS[file](description).iter_errors()) == []


@files
def test_every_address_is_described_and_nothing_else(app, described, file):
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    promised = {"/api/v1" + path.replace("{", "<").replace("}", ">") for path in described(file)["paths"]}
    assert routes - promised == {f"/api/v1/{name}" for name in VERSIONS}
    assert promised - routes == set()
    assert all(path == path.lower() and "_" not in path for path in routes)


@files
def test_every_parameter_is_explained_and_has_an_example(described, file):
    for path, operations in described(file)["paths"].items():
        for parameter in operations["get"].get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
            assert "example" in parameter, (path, parameter["name"])


def test_every_wording_is_used():
    names = {name for each in OPERATIONS for name in each.query.load_fields} | {"origin", "id"}
    assert set(wording.parameters()) == names
    assert set(wording.operations()) == {each.name for each in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_the_example_of_an_answer_is_read_and_written_by_its_schema(operation):
    example = examples.ANSWERS[operation.name]
    assert operation.answer.dump(operation.answer.load(example)) == example


@pytest.mark.parametrize("status", examples.PROBLEMS)
def test_the_example_of_a_problem_is_read_by_its_schema(status):
    assert answers.ProblemDocument().validate(examples.PROBLEMS[status]) == {}


def test_the_examples_of_parameters_are_good_questions(shelves, citizen, described):
    for path, operations in described("openapi.json")["paths"].items():
        if "{" in path:
            continue
        query = [
            (parameter["name"], value)
            for parameter in operations["get"]["parameters"]
            for value in (parameter["example"] if isinstance(parameter["example"], list) else [parameter["example"]])
        ]
        answer = citizen.get(f"/api/v1{path}", query_string=query)
        assert answer.status_code == 200, answer.json


def test_the_facets_are_those_of_the_search():
    assert set(answers.FacetsDocument().fields) == set(FACETS)


def test_a_null_may_be_null_in_either_version(described):
    of = {file: described(file)["components"]["schemas"]["VacanciesAnswer"]["properties"]["meant"] for file in VERSIONS}
    assert of["openapi.json"]["type"] == ["string", "null"]
    assert of["openapi-3.0.json"]["nullable"] is True


def test_a_field_that_nobody_has_described_is_refused():
    with pytest.raises(TypeError, match="fields of Email"):
        json_schema.describe(None, fields.Email(), {})


def test_the_description_is_in_the_language_of_the_reader(described):
    assert described("openapi.json")["info"]["title"] == "Offerte di lavoro della rete"
    english = described("openapi.json", headers={"Accept-Language": "en"})
    assert english["info"]["title"] == "Vacancies of the network"
