"""The quick way to take in a document that is as it should be, derived from its marshmallow schema.

Nearly every document that arrives is good, and most of the time marshmallow takes is spent on being ready for the others.
Here the same schema is read once into the bare succession of its own steps: each field's `read`, then the checks of the
whole. There is no second rule book. What these steps do not take, marshmallow judges, and names what is wrong; and a
schema with any feature that is not known here has no quick way at all.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from marshmallow import EXCLUDE, Schema, ValidationError, missing

from schemas import wire

Read = Callable[[Any], Any]

KNOWN_HOOKS = {"validates_schema", "post_dump"}
PLAIN_CHECK = {"pass_original": False, "skip_on_field_errors": True}


class Member(NamedTuple):
    name: str
    read: Read
    is_required: bool
    is_nullable: bool
    default: Any


class Unsure(Exception):
    """The quick way does not take this; marshmallow may."""


_ways: WeakKeyDictionary[Schema, Read | None] = WeakKeyDictionary()


def accepted(schema: Schema, told: Any) -> dict[str, Any] | None:
    """What `schema.load(told)` returns, or None: then only `schema.load` can tell."""
    if schema not in _ways:
        _ways[schema] = way_of(schema)
    way = _ways[schema]
    if way is None:
        return None
    try:
        loaded: dict[str, Any] = way(told)
    except (ValidationError, Unsure):
        return None
    return loaded


def way_of(schema: Schema) -> Read | None:
    """The steps of a schema; None for one that does something that is not known here."""
    hooks = {name: found for name, found in schema._hooks.items() if found}  # noqa: SLF001 - nothing else tells them
    checks = hooks.get("validates_schema", [])
    is_plain = hooks.keys() <= KNOWN_HOOKS and all(how == PLAIN_CHECK and not many for _name, many, how in checks)
    if not is_plain or schema.unknown != EXCLUDE or schema.many or schema.partial:
        return None
    members = [_member(name, field) for name, field in schema.fields.items()]
    if not all(members):
        return None
    return _steps([each for each in members if each], [getattr(schema, name) for name, *_ in checks])


def _steps(members: list[Member], checks: list[Callable[[dict[str, Any]], None]]) -> Read:
    def take(told: Any) -> dict[str, Any]:
        if not isinstance(told, Mapping):
            raise Unsure
        data = {}
        for name, read, is_required, is_nullable, default in members:
            value = told.get(name, missing)
            if value is missing:
                if is_required:
                    raise Unsure
                if default is not missing:
                    data[name] = default() if callable(default) else default
            elif value is None:
                if not is_nullable:
                    raise Unsure
                data[name] = None
            else:
                data[name] = read(value)
        for check in checks:
            check(data)
        return data

    return take


def _member(name: str, field: Any) -> Member | None:
    read = _reader(field)
    if read is None or (field.data_key or name) != name or (field.attribute or name) != name or field.dump_only:
        return None
    return Member(name, read, field.required, field.allow_none, field.load_default)


def _reader(field: Any) -> Read | None:
    """How a value that is there and not null is read; None for a field of unknown manners."""
    if not isinstance(field, wire.Wire) or field.validators:
        return None
    if type(field) is wire.Part:
        return way_of(field.schema)
    if type(field) is wire.Parts:
        return _list_reader(field)
    return field.read


def _list_reader(field: wire.Parts) -> Read | None:
    inner = _reader(field.inner)
    if inner is None or field.inner.allow_none:
        return None
    least, most = field.min, field.max

    def read(value: Any) -> list[Any]:
        if not isinstance(value, list) or not least <= len(value) <= most or None in value:
            raise Unsure
        return [inner(each) for each in value]

    return read
