"""From what a browser sends to clean data, or back to the same page with everything that was typed.

A field left empty is a field not given: blank strings go before the schema sees them. Rows of a list are named
`languages-0-code`, `languages-0-level`; a row with nothing in it is no row, neither for the schema nor on the page drawn
again, so that an error about row 1 stands beside row 1.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, make_response, request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

Errors = dict[str, list[str]]
Again = Callable[[dict[str, Any], Errors], Any]
WHOLE_FORM = "_schema"
"""The key under which errors stand that belong to no single field."""


class FormRejected(Exception):
    """The form is not right. `again(values, errors)` draws the page once more; it is answered with status 422."""

    def __init__(self, again: Again, values: dict[str, Any], errors: Errors):
        super().__init__(", ".join(errors))
        self.again = again
        self.values = values
        self.errors = errors


def form(schema: type[Schema] | Schema, again: Again) -> dict[str, Any]:
    """The clean data of this request's form.

    Raises FormRejected, which nobody needs to catch: `again` gets what was typed (text per field, list of texts or of
    rows for lists) and per field, or per `list-row-field`, its messages.
    """
    known = schema() if isinstance(schema, type) else schema
    sent = typed(known, request.form)
    try:
        return known.load(without_blanks(sent))
    except ValidationError as wrong:
        raise FormRejected(again, sent, flattened(wrong.normalized_messages())) from wrong


def typed(schema: Schema, sent: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, by field; fields not sent are missing."""
    found = {name: as_typed(name, field, sent) for name, field in schema.load_fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def as_typed(name: str, field: fields.Field, sent: MultiDict[str, str]) -> Any:
    if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
        return rows(name, field.inner.schema.load_fields, sent)
    if isinstance(field, fields.List):
        return sent.getlist(name) or None
    return sent.get(name)


def rows(name: str, columns: Any, sent: MultiDict[str, str]) -> list[dict[str, str]] | None:
    """The rows in which something was typed, in order."""
    keys = (key.split("-") for key in sent)
    numbers = {int(key[1]) for key in keys if len(key) == 3 and key[0] == name and key[1].isdecimal()}
    found = [{c: sent[f"{name}-{n}-{c}"] for c in columns if f"{name}-{n}-{c}" in sent} for n in sorted(numbers)]
    return [row for row in found if any(cell.strip() for cell in row.values())] or None


def without_blanks(value: dict[str, Any]) -> dict[str, Any]:
    """What was really given, at every depth; cleaning the rest is the fields' business."""
    given: dict[str, Any] = {}
    for name, content in value.items():
        if isinstance(content, str):
            kept: Any = content if content.strip() else None
        else:
            kept = [without_blanks(each) if isinstance(each, dict) else each for each in content if not is_blank(each)]
        if kept:
            given[name] = kept
    return given


def is_blank(each: Any) -> bool:
    return isinstance(each, str) and not each.strip()


def flattened(messages: dict[Any, Any], path: str = "") -> Errors:
    """marshmallow's tree of messages as `field` or `list-row-field` -> messages; those of a list of texts join its field."""
    flat: Errors = {}
    for key, told in messages.items():
        here = f"{path}-{key}" if path else str(key)
        if isinstance(told, dict):
            for name, found in flattened(told, here).items():
                flat.setdefault(name, []).extend(found)
        else:
            flat.setdefault(path if isinstance(key, int) and path else here, []).extend(told)
    return flat


def register(app: Flask) -> None:
    @app.errorhandler(FormRejected)
    def draw_again(rejected: FormRejected):
        response = make_response(rejected.again(rejected.values, rejected.errors))
        response.status_code = 422
        return response
