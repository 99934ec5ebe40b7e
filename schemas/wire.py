"""What nodes read from each other: strict types, bounded lengths, codes by shape.

A document is JSON that this node or another has written, so nothing is forgiven and nothing is changed while loading:
what was signed is what is shown. Generosity lies elsewhere: unknown members are ignored and unknown codes accepted.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_dump

from schemas import amounts, plain_text, shapes
from schemas.contacts import URL_MAX, is_web_address
from schemas.messages import Message

LARGEST_INTEGER = 2**53 - 1  # beyond it, readers of JSON in other languages round


class Wire(fields.Field[Any], ABC):
    """A member of a document, mandatory unless `optional`; None is dumped as absent.

    `repeats`: few texts come again and again, none of them from a person's record but days and instants, and are always
    read as the same unchangeable value.
    """

    repeats = False
    default_error_messages = {  # noqa: RUF012 - marshmallow's own name
        "required": Message("manca"),
        "null": Message("non può essere vuoto"),
        "text": Message("deve essere un testo"),
        "number": Message("deve essere un numero"),
        "whole": Message("deve essere un numero intero"),
        "flag": Message("deve essere vero o falso"),
        "list": Message("deve essere un elenco"),
        "object": Message("deve essere un oggetto"),
        "instant": Message("deve essere un istante UTC come 2026-10-03T08:15:00Z"),
        "day": Message("deve essere un giorno come 2026-10-03"),
        "shape": Message("ha una forma non ammessa"),
        "signs": Message("contiene caratteri invisibili"),
        "url": Message("deve essere un indirizzo http o https"),
    }

    def __init__(self, *, optional: bool = False, nullable: bool = False, **options: Any) -> None:
        super().__init__(required=not optional, allow_none=nullable, **options)

    def make_error(self, key: str, **_: Any) -> ValidationError:
        """The refusal under `key` as it stands: formatting a Message again would lose its template."""
        return ValidationError(self.error_messages[key])

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return self.read(value)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else self.write(value)

    @abstractmethod
    def read(self, value: object) -> Any:
        """The value as Python holds it; raises ValidationError."""

    def write(self, value: Any) -> Any:
        """The value as JSON holds it."""
        return value


class Text(Wire):
    """Plain text of 1 to `max` characters, on one line unless `lines`."""

    def __init__(self, *, max: int, lines: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.max, self.lines = max, lines

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.make_error("text")
        if not value.strip():
            raise self.make_error("null")
        if len(value) > self.max:
            raise ValidationError(Message("supera {max} caratteri", max=self.max))
        if plain_text.has_invisible(value) or (not self.lines and "\n" in value):
            raise self.make_error("signs")
        return value


class Shaped(Wire):
    """A short text that matches a pattern of `schemas.shapes` as a whole."""

    def __init__(self, shape: re.Pattern[str], **options: Any) -> None:
        super().__init__(**options)
        self.shape, self.matches = shape, shape.fullmatch

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.make_error("text")
        if self.matches(value) is None:
            raise self.make_error("shape")
        return value


class Code(Shaped):
    """A code of some closed list, known to this version or not."""

    def __init__(self, **options: Any) -> None:
        super().__init__(shapes.CODE, **options)


class Whole(Wire):
    """An integer between two bounds."""

    def __init__(self, *, min: int = 0, max: int = LARGEST_INTEGER, **options: Any) -> None:
        super().__init__(**options)
        self.min, self.max = min, max

    def read(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("whole")
        if not self.min <= value <= self.max:
            raise ValidationError(Message("deve essere tra {min} e {max}", min=self.min, max=self.max))
        return value


class Number(Wire):
    """A JSON number between two bounds, loaded as Decimal with at most `places` decimals."""

    def __init__(self, *, min: int, max: int, places: int = 2, **options: Any) -> None:
        super().__init__(**options)
        self.min, self.max, self.places = min, max, places

    def read(self, value: object) -> Decimal:
        if not isinstance(value, int | float | Decimal) or isinstance(value, bool) or not isfinite(value):
            raise self.make_error("number")
        if not self.min <= value <= self.max:
            raise ValidationError(Message("deve essere tra {min} e {max}", min=self.min, max=self.max))
        return round(Decimal(str(value)), self.places)

    def write(self, value: Any) -> int | float:
        return amounts.as_json(Decimal(str(value)))


class Flag(Wire):
    """True or false."""

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("flag")
        return value


class Day(Wire):
    """An ISO day."""

    repeats = True

    def read(self, value: object) -> date:
        if not isinstance(value, str) or not shapes.DAY.fullmatch(value):
            raise self.make_error("day")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("day") from error

    def write(self, value: date | str) -> str:
        """A document that is passed on as it came holds its days as text already."""
        return value if isinstance(value, str) else value.isoformat()


class Instant(Wire):
    """An RFC 3339 instant in UTC, in whole seconds and written with Z: every instant has one spelling."""

    repeats = True

    def read(self, value: object) -> datetime:
        if not isinstance(value, str) or not shapes.INSTANT.fullmatch(value):
            raise self.make_error("instant")
        try:
            return datetime.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("instant") from error

    def write(self, value: datetime) -> str:
        return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


class Url(Wire):
    """An absolute http(s) address."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > URL_MAX or not is_web_address(value):
            raise self.make_error("url")
        return value


class Object(Wire):
    """A JSON object that is kept as it is."""

    def read(self, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("object")
        return value


class Part(Wire):
    """A document inside a document."""

    def __init__(self, schema: Schema, **options: Any) -> None:
        super().__init__(**options)
        self.schema = schema

    def read(self, value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise self.make_error("object")
        loaded: dict[str, Any] = self.schema.load(value)
        return loaded

    def write(self, value: Any) -> Any:
        return self.schema.dump(value)


class Parts(Wire):
    """A list of `min` to `max` values of one field."""

    def __init__(self, inner: Wire, *, max: int, min: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.inner, self.min, self.max = inner, min, max

    def read(self, value: object) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("list")
        if not self.min <= len(value) <= self.max:
            raise ValidationError(Message("deve avere da {min} a {max} voci", min=self.min, max=self.max))
        return [self.inner.deserialize(each) for each in value]

    def write(self, value: Any) -> list[Any]:
        return [self.inner.write(each) for each in value]


class Document(Schema):
    """What the network sees of a thing: dumps from a mapping or from attributes of the same names.

    What is absent (None, blank, an empty list) is left out, except the members that `kept` names.
    """

    error_messages = {"type": Message("deve essere un oggetto")}  # noqa: RUF012 - marshmallow's own name
    kept: frozenset[str] = frozenset()

    class Meta:
        unknown = EXCLUDE

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The member of a mapping or the attribute of an object, never a method that a mapping happens to have."""
        return obj.get(attr, default) if isinstance(obj, Mapping) else getattr(obj, attr, default)

    @post_dump
    def leave_out_absent(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Absent optional members are not written: a document says what is known."""
        return {name: value for name, value in data.items() if value not in (None, "", []) or name in self.kept}
