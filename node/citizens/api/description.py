"""The OpenAPI description, made from the table of operations and from the schemas that really read and write.

Two versions of the standard, since many tools still read only 3.0; what differs between them is apispec's business.
"""

import re
from functools import lru_cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter

from node import __version__
from node.citizens.api import examples, json_schema, wording
from node.citizens.api.answering import PREFIX
from node.citizens.api.operations import OPERATIONS, Operation
from schemas import shapes
from schemas.answers import ProblemDocument

VERSIONS = {"openapi.json": "3.1.0", "openapi-3.0.json": "3.0.3"}
"""File -> version of the standard."""

BLANK = re.compile(r"<(\w+)>")
BLANKS = {"origin": shapes.NODE_ID, "id": shapes.RECORD_ID}
LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
FIRST_OF_LIST = {
    "operationId": "vacancy",
    "parameters": {"origin": "$response.body#/items/0/origin", "id": "$response.body#/items/0/id"},
}
"""How to read whole what a search has found."""

PROBLEMS = ("400", "406", "429")
"""What can go wrong at every address."""


@lru_cache(maxsize=2 * len(VERSIONS))
def describe(version: str, _language: str) -> dict[str, Any]:
    """The description in a version of OpenAPI, in the language of the request that asks for it."""
    plugin = MarshmallowPlugin(schema_name_resolver=called)
    spec = APISpec(
        title=wording.title(),
        version=__version__,
        openapi_version=version,
        info={"description": wording.introduction(), "license": {"name": "EUPL-1.2"}},
        servers=[{"url": PREFIX}],
        plugins=[plugin],
    )
    converter: Any = plugin.converter
    converter.add_attribute_function(json_schema.describe)
    add_components(spec)
    for operation in OPERATIONS:
        spec.path(BLANK.sub(r"{\1}", operation.path), operations={"get": operation_object(operation, converter)})
    return spec.to_dict()


def called(schema: Any) -> str:
    """The name of a schema in the description: what it is, without the house's endings."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Document")


def add_components(spec: APISpec) -> None:
    for name, told in wording.headers().items():
        kind = "string" if name == "ETag" else "integer"
        spec.components.header(name, {"description": told, "schema": {"type": kind}})
    told = wording.responses()
    for status, example in examples.PROBLEMS.items():
        spec.components.response(
            f"Problem{status}",
            {
                "description": told[status],
                "headers": headers(*LIMITS, *(["Retry-After"] if status == "429" else [])),
                "content": {"application/problem+json": {"schema": ProblemDocument, "example": example}},
            },
        )
    spec.components.response("Unchanged", {"description": told["304"], "headers": headers("ETag", *LIMITS)})


def operation_object(operation: Operation, converter: OpenAPIConverter) -> dict[str, Any]:
    told = wording.operations()[operation.name]
    answered = {
        "description": wording.responses()["200"],
        "headers": headers("ETag", *LIMITS),
        "content": {"application/json": {"schema": operation.answer, "example": examples.ANSWERS[operation.name]}},
    }
    if operation.name == "vacancies":
        answered["links"] = {"vacancy": FIRST_OF_LIST}
    wrong = [*PROBLEMS, "404", "410"] if operation.may_be_gone else PROBLEMS
    return {
        "operationId": operation.name,
        "summary": told.summary,
        "description": told.description,
        "parameters": [*blanks(operation), *parameters(operation, converter)],
        "responses": {"200": answered, "304": "Unchanged"} | {status: f"Problem{status}" for status in sorted(wrong)},
    }


def blanks(operation: Operation) -> list[dict[str, Any]]:
    """The parameters in the path."""
    told = wording.parameters()
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": told[name],
            "schema": {"type": "string", "pattern": json_schema.whole(BLANKS[name].pattern)},
            "example": examples.QUESTIONS[name],
        }
        for name in BLANK.findall(operation.path)
    ]


def parameters(operation: Operation, converter: OpenAPIConverter) -> list[dict[str, Any]]:
    """The parameters in the query; a blank one asks nothing."""
    told = wording.parameters()
    return [
        each
        | {"description": told[each["name"]], "allowEmptyValue": True}
        | {"example": example(each["name"], is_list=each["schema"].get("type") == "array")}
        for each in converter.schema2parameters(operation.query, location="query")
    ]


def example(name: str, is_list: bool) -> Any:
    found = examples.QUESTIONS[name]
    if is_list:
        return found if isinstance(found, list) else [found]
    return found[0] if isinstance(found, list) else found


def headers(*names: str) -> dict[str, str]:
    return {name: name for name in names}
