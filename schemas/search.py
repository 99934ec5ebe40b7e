"""What can be asked of the search, as a citizen's form and as parameters of the API: two spellings of one question.

Nothing is passed over in silence: a value that is not in its list is refused with the list, because a search that
ignores a filter, or finds nothing for a misspelt one, tells a person that there is no work.
"""

from collections.abc import Callable, Collection
from typing import Any

from marshmallow import Schema, ValidationError, fields

from schemas import places, plain_text
from schemas.codes import CONTRACTS, HOURS, REMOTE, RESERVED, SECTORS, comuni, occupations
from schemas.messages import Message

TEXT_MAX = 500
RADIUS_MAX_KM = 200
PAGE_MAX = 10_000
PAGE_SIZE_MAX = 100
SORTS = ("relevance", "recent", "closing", "distance")


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
        if not (
            isinstance(value, str)
            and value.isascii()
            and value.isdigit()
            and len(value) < 10
            and self.least <= int(value) <= self.most
        ):
            raise ValidationError(
                Message("{name} è un numero intero da {least} a {most}.", name=attr, least=self.least, most=self.most)
            )
        return int(value)


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


def _several(inner: fields.Field[Any]) -> fields.List[Any]:
    return fields.List(inner, load_default=list)


class SearchQuery(Schema):
    """`GET /api/v1/vacancies`: lists are given by repetition or with commas. Radius in km around the one `comune`."""

    q = Words(load_default="")
    comune = _several(Place())
    radius_km = Whole(0, RADIUS_MAX_KM, load_default=None)
    contract = _several(OneOf(CONTRACTS.codes))
    sector = _several(OneOf(lambda: SECTORS.codes))
    occupation = _several(Occupation())
    hours = _several(OneOf(HOURS.codes))
    reserved = _several(OneOf(RESERVED.codes))
    sort = OneOf(SORTS, load_default=None)
    page = Whole(1, PAGE_MAX, load_default=1)
    page_size = Whole(1, PAGE_SIZE_MAX, load_default=20)


class SearchForm(Schema):
    """The citizen's search: `comune` is where she is, `km` how far she goes, `place` are comuni ticked in the list."""

    q = Words(load_default="")
    comune = Place(load_default=None)
    km = Whole(0, RADIUS_MAX_KM, load_default=None)
    place = _several(Place())
    contract = _several(OneOf(CONTRACTS.codes))
    sector = _several(OneOf(lambda: SECTORS.codes))
    occupation = _several(Occupation())
    hours = _several(OneOf(HOURS.codes))
    reserved = _several(OneOf(RESERVED.codes))
    remote = _several(OneOf(REMOTE.codes))
    sort = OneOf(SORTS, load_default=None)
    page = Whole(1, PAGE_MAX, load_default=1)
