"""The quick way to take in a document that is as it should be, derived from its marshmallow schema.

Nearly every document that arrives is good, and most of the time marshmallow takes is spent on being ready for the others.
Here the same schema is read once and turned into one function of its own steps: each field's `read`, then the checks of the
whole. There is no second rule book: where a field's value is plainly good the function does not even ask `read`, for the
rest `read` decides, and what these steps do not take, marshmallow judges, and names what is wrong. What `read` makes of
texts that come again and again, such as days, is remembered. A schema with any feature that is not known here has no quick
way at all.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from marshmallow import EXCLUDE, Schema, ValidationError, missing

from schemas import wire

Read = Callable[[Any], Any]

KNOWN_HOOKS = {"validates_schema", "post_dump"}
PLAIN_CHECK = {"pass_original": False, "skip_on_field_errors": True}
SCHEMAS_REMEMBERED = 256
TEXTS_REMEMBERED = 1_024
"""Of each field, the latest of at most this length: a stranger may choose them."""
SHORT = 64


class Member(NamedTuple):
    """`is_plain`: an expression over `value` that is true of good values alone, which `read` would return as they are."""

    name: str
    read: Read
    is_plain: str
    is_required: bool
    is_nullable: bool
    default: Any


class Unsure(Exception):
    """The quick way does not take this; marshmallow may."""


def accepted(schema: Schema, told: Any) -> dict[str, Any] | None:
    """What `schema.load(told)` returns, or None: then only `schema.load` can tell."""
    way = way_of(schema)
    if way is None:
        return None
    try:
        loaded: dict[str, Any] = way(told)
    except (ValidationError, Unsure):
        return None
    return loaded


@lru_cache(SCHEMAS_REMEMBERED)
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
    known: dict[str, Any] = {"Unsure": Unsure}
    source = ["def take(told):", " if type(told) is not dict: raise Unsure", " data = {}"]
    for place, member in enumerate(members):
        known[f"read_{place}"], known[f"default_{place}"] = member.read, member.default
        known[f"matches_{place}"] = getattr(getattr(member.read, "__self__", None), "matches", None)
        source += _member_steps(member, place)
    for place, check in enumerate(checks):
        known[f"check_{place}"] = check
        source.append(f" check_{place}(data)")
    exec("\n".join([*source, " return data"]), known)  # noqa: S102 - made of names and bounds that stand in our schemas
    take: Read = known["take"]
    return take


def _member_steps(member: Member, place: int) -> list[str]:
    name = f"{member.name!r}"
    steps = [
        f" if {name} in told:",
        f"  value = told[{name}]",
        f"  if {member.is_plain.format(place=place)}: data[{name}] = value",
        f"  elif value is None: {f'data[{name}] = None' if member.is_nullable else 'raise Unsure'}",
        f"  else: data[{name}] = read_{place}(value)",
    ]
    if member.is_required:
        return [*steps, " else: raise Unsure"]
    if member.default is missing:
        return steps
    return [*steps, f" else: data[{name}] = default_{place}{'()' * callable(member.default)}"]


def _member(name: str, field: Any) -> Member | None:
    read = _reader(field)
    if read is None or (field.data_key or name) != name or (field.attribute or name) != name or field.dump_only:
        return None
    return Member(name, read, _plain(field), field.required, field.allow_none, field.load_default)


def _plain(field: wire.Wire) -> str:
    """What is true of most good values and of no other, and quicker to ask than the field."""
    if type(field) is wire.Text:
        shown = "value.replace('\\n', '').isprintable()" if field.lines else "value.isprintable()"
        return f"type(value) is str and 0 < len(value) <= {int(field.max)} and {shown} and not value.isspace()"
    if type(field) in (wire.Shaped, wire.Code):
        return "type(value) is str and matches_{place}(value)"
    if type(field) is wire.Whole:
        return f"type(value) is int and {int(field.min)} <= value <= {int(field.max)}"
    if type(field) is wire.Flag:
        return "type(value) is bool"
    if type(field) is wire.Object:
        return "type(value) is dict"
    return "False"


def _reader(field: Any) -> Read | None:
    """How a value that is there and not null is read; None for a field of unknown manners."""
    if not isinstance(field, wire.Wire) or field.validators:
        return None
    if type(field) is wire.Part:
        return way_of(field.schema)
    if type(field) is wire.Parts:
        return _list_reader(field)
    return _remembering(field.read) if field.repeats else field.read


def _remembering(read: Read) -> Read:
    """`read`, which is asked once about a short text that it takes: what it makes of a text never changes."""
    remembered = lru_cache(TEXTS_REMEMBERED)(read)

    def read_once(value: Any) -> Any:
        return remembered(value) if type(value) is str and len(value) <= SHORT else read(value)

    return read_once


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
