"""How the house's own fields look in JSON Schema; apispec knows only those that come with marshmallow.

A kind of field that nobody has described is refused when the description is made, instead of being promised as
"anything".
"""

from collections.abc import Callable
from typing import Any

from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields

from schemas import answers, contacts, places, search, wire

Shape = dict[str, Any]

PLAIN: dict[type, Callable[[Any], Shape]] = {
    wire.Text: lambda field: text(minLength=1, maxLength=field.max),
    wire.Shaped: lambda field: text(pattern=whole(field.shape.pattern)),
    wire.Whole: lambda field: {"type": "integer", "minimum": field.min, "maximum": field.max},
    wire.Number: lambda field: {"type": "number", "minimum": field.min, "maximum": field.max},
    wire.Flag: lambda _: {"type": "boolean"},
    wire.Day: lambda _: text(format="date"),
    wire.Instant: lambda _: text(format="date-time"),
    wire.Url: lambda _: text(format="uri", maxLength=contacts.URL_MAX),
    search.Words: lambda _: text(maxLength=search.TEXT_MAX),
    search.Name: lambda _: text(maxLength=search.NAMES_MAX),
    search.Whole: lambda field: {"type": "integer", "minimum": field.least, "maximum": field.most},
    search.OneOf: lambda field: text(enum=list(field.allowed)),
    search.Known: lambda field: text(enum=sorted(set(field.known().values()))),
    search.Occupation: lambda _: text(minLength=1, format="isco-08"),
    search.Place: lambda _: text(minLength=1, format="comune"),
    search.Origin: lambda _: text(minLength=1, format="nodo"),
}
"""Fields that hold no other."""

HOLDING: dict[type, Callable[[Any, OpenAPIConverter], Shape]] = {
    wire.Part: lambda field, made: dict(made.resolve_nested_schema(field.schema)),
    places.PlaceField: lambda field, made: {
        "oneOf": [dict(made.resolve_nested_schema(each)) for each in (field.schema, field.abroad)]
    },
    wire.Parts: lambda field, made: {
        "type": "array",
        "items": made.field2property(field.inner),
        "minItems": field.min,
        "maxItems": field.max,
    },
    answers.Named: lambda field, made: {
        "type": "object",
        "additionalProperties": made.field2property(field.inner),
    },
}


def describe(converter: OpenAPIConverter, field: fields.Field[Any], ret: Shape) -> Shape:
    """For `MarshmallowPlugin`: what is known of a field, and no default that only says "not given".

    Raises TypeError for a kind of field that is not described here.
    """
    if ret.get("default", 0) in (None, ""):
        del ret["default"]
    if isinstance(field, fields.List):
        return {}  # apispec's own
    for kind in type(field).__mro__:
        if kind in PLAIN or kind in HOLDING:
            found = PLAIN[kind](field) if kind in PLAIN else HOLDING[kind](field, converter)
            return found | converter.field2nullable(field, found)
    raise TypeError(f"nobody has described the fields of {type(field).__name__}")


def text(**limits: Any) -> Shape:
    return {"type": "string", **limits}


def whole(pattern: str) -> str:
    """A pattern of Python that must match everything, as JSON Schema writes it."""
    return f"^(?:{pattern})$"
