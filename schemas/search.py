"""What can be asked of the search, as a citizen's form and as parameters of the API: two spellings of one question.

Nothing is passed over in silence: a value that is not in its list is refused with the list, because a search that
ignores a filter, or finds nothing for a misspelt one, tells a person that there is no work.
"""

from collections.abc import Callable, Collection
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from schemas import places, plain_text, shapes
from schemas.codes import (
    CONTRACTS,
    EXPERIENCE,
    HOURS,
    LICENCES,
    REMOTE,
    RESERVED,
    SECTORS,
    comuni,
    occupations,
    spelling,
)
from schemas.messages import Message

TEXT_MAX = 500
RADIUS_MAX_KM = 200
PAGE_MAX = 10_000
PAGE_SIZE_MAX = 100
SORTS = ("relevance", "recent", "closing", "distance")
SINCE = ("oggi", "3-giorni", "settimana", "mese")
"""How long ago an offer may have been published; each period holds the ones before it."""
ABROAD = "estero"
"""Stands where a province or a region of Italy would."""
VALUES_MAX = 100
NAMES_MAX = 200


class Words(fields.Field[str]):
    """What somebody looks for, as typed; signs that cannot be seen become blanks."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if len(value) > TEXT_MAX:
            raise ValidationError(
                Message("La ricerca è troppo lunga: bastano poche parole, al massimo {max} caratteri.", max=TEXT_MAX)
            )
        return plain_text.one_line(value)


class OneOf(fields.Field[str]):
    """One of a list of words; the refusal names them."""

    def __init__(self, allowed: Collection[str] | Callable[[], Collection[str]], **options: Any) -> None:
        super().__init__(**options)
        self._allowed = allowed

    @property
    def allowed(self) -> Collection[str]:
        return self._allowed() if callable(self._allowed) else self._allowed

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if value not in self.allowed:
            raise ValidationError(
                Message(
                    "«{value}» non è un valore di {name}. I valori sono: {allowed}.",
                    value=value[:60],
                    name=self.name,
                    allowed=", ".join(self.allowed),
                )
            )
        return str(value)


class Occupation(fields.Field[str]):
    """A group of ISCO-08, by 1 to 4 digits."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if occupations.occupation(value) is None:
            raise ValidationError(
                Message(
                    "«{value}» non è un gruppo di professioni: servono da 1 a 4 cifre di ISCO-08, per esempio 5131.",
                    value=value[:60],
                )
            )
        return str(value)


class Whole(fields.Field[int]):
    """A whole number between two bounds."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, *_: Any, **__: Any) -> int:
        digits = value.removesuffix(".0")  # JSON makes no difference between 15 and 15.0
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and self.least <= int(digits) <= self.most):
            raise ValidationError(
                Message("{name} è un numero intero da {least} a {most}.", name=attr, least=self.least, most=self.most)
            )
        return int(digits)


class Place(fields.Field[dict[str, Any]]):
    """A comune by name or ISTAT code, or a place of Ticino; loaded as the place of a document."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        try:
            return places.read_place(value)
        except ValueError as fault:
            if comuni.find(value):
                raise ValidationError(fault.args[0]) from fault
            raise ValidationError(
                Message(
                    "Non conosciamo il Comune «{typed}». Scrivi il nome intero, per esempio Gavirate o Lugano (CH).",
                    typed=value[:60],
                )
            ) from fault


@cache
def provinces() -> dict[str, str]:
    """What people may write for a province, folded, to its sigla; "estero" too."""
    found = {name: each.sigla for each in comuni.ALL for name in _names(each.province)}
    return found | {each.sigla.lower(): each.sigla for each in comuni.ALL} | {ABROAD: ABROAD}


@cache
def regions() -> dict[str, str]:
    """What people may write for a region, folded, to its official name; "estero" too."""
    return {name: each.region for each in comuni.ALL for name in _names(each.region)} | {ABROAD: ABROAD}


def _names(official: str) -> set[str]:
    """Folded: the whole name, and each of the two of "Valle d'Aosta/Vallée d'Aoste"."""
    return {spelling.compact(name) for name in (official, *official.split("/"))}


class Known(fields.Field[str]):
    """A name out of many, in any spelling; the refusal gives an example instead of the list."""

    def __init__(self, known: Callable[[], dict[str, str]], example: str, **options: Any) -> None:
        super().__init__(**options)
        self.known, self.example = known, example

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        found = self.known().get(spelling.compact(value[:NAMES_MAX]))
        if found is None:
            raise ValidationError(
                Message(
                    "«{value}» non è un valore di {name}. Scrivi per esempio {example}.",
                    value=value[:60],
                    name=self.name,
                    example=self.example,
                )
            )
        return found


class Name(fields.Field[str]):
    """The name of an employer, as people write it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if len(value) > NAMES_MAX:
            raise ValidationError(Message("{name} ha al massimo {max} caratteri.", name=self.name, max=NAMES_MAX))
        return plain_text.one_line(value)


class Origin(fields.Field[str]):
    """A node of the network by its id."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not shapes.NODE_ID.fullmatch(value):
            raise ValidationError(Message("«{value}» non è il nome di un nodo, come somma-lombardo.", value=value[:60]))
        return str(value)


def _several(inner: fields.Field[Any]) -> fields.List[Any]:
    too_many = Message("I valori sono troppi: al massimo {max}.", max=VALUES_MAX)
    return fields.List(inner, load_default=list, validate=validate.Length(max=VALUES_MAX, error=too_many))


class Search(Schema):
    """What narrows a search, for page and API alike; values of one parameter widen each other."""

    q = Words(load_default="")
    province = _several(Known(provinces, "VA"))
    region = _several(Known(regions, "Lombardia"))
    contract = _several(OneOf(CONTRACTS.codes))
    sector = _several(OneOf(lambda: SECTORS.codes))
    occupation = _several(Occupation())
    hours = _several(OneOf(HOURS.codes))
    shifts = OneOf(("si",), load_default=None)
    experience = _several(OneOf(EXPERIENCE.codes))
    licence = _several(OneOf(LICENCES.codes))
    reserved = _several(OneOf(RESERVED.codes))
    remote = _several(OneOf(REMOTE.codes))
    employer = _several(Name())
    origin = _several(Origin())
    since = OneOf(SINCE, load_default=None)
    sort = OneOf(SORTS, load_default=None)
    page = Whole(1, PAGE_MAX, load_default=1)


class SearchQuery(Search):
    """`GET /api/v1/vacancies`: lists are given by repetition or with commas. Radius in km around the one `comune`."""

    comune = _several(Place())
    radius_km = Whole(0, RADIUS_MAX_KM, load_default=None)
    page_size = Whole(1, PAGE_SIZE_MAX, load_default=20)


class SearchForm(Search):
    """The citizen's search: `comune` is where she is, `km` how far she goes, `place` are comuni ticked in the list."""

    comune = Place(load_default=None)
    km = Whole(0, RADIUS_MAX_KM, load_default=None)
    place = _several(Place())
