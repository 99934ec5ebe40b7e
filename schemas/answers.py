"""What the API answers, written by the same fields that read documents of other nodes.

The description that programs read (OpenAPI) is made from these classes, so that it cannot promise what is not sent.
Times are UTC; what is absent is left out, unless its absence says something, and then it is null.
"""

import re
from typing import Any

from schemas import shapes, wire
from schemas.desk import DeskDocument
from schemas.places import NAME_MAX as PLACE_NAME_MAX
from schemas.places import ComuneDocument, ForeignPlaceDocument, PlaceField
from schemas.search import PAGE_MAX, PAGE_SIZE_MAX, TEXT_MAX
from schemas.vacancy import PLACES_MAX, VacancyDocument

CODE_MAX = 120  # "estero/CH/<60 characters>/46.004/8.951"
SENTENCE_MAX = 2_000
DETAIL_MAX = 64_000
MANY = 10_000
FURTHEST_KM = 20_100  # half the way around the Earth

SIGLA = re.compile(r"[A-Z]{2}")
SUGGESTED = re.compile(r"title|occupation|comune|employer")


class Answer(wire.Document):
    """A document of our own: only what is optional is left out when it is empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kept = frozenset(name for name, field in self.fields.items() if field.required or field.allow_none)


class Named(wire.Wire):
    """An object whose members have any name and values of one field."""

    def __init__(self, inner: wire.Wire, **options: Any) -> None:
        super().__init__(**options)
        self.inner = inner

    def read(self, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("object")
        return {name: self.inner.deserialize(each) for name, each in value.items()}

    def write(self, value: Any) -> dict[str, Any]:
        return {name: self.inner.write(each) for name, each in value.items()}


class CodedComuneDocument(ComuneDocument):
    """A comune of Italy; `code` is what the search takes for it."""

    code = wire.Text(max=CODE_MAX)


class CodedForeignPlaceDocument(ForeignPlaceDocument):
    """A locality abroad; `code` tells it apart in the facets."""

    code = wire.Text(max=CODE_MAX)


class CodedPlace(PlaceField):
    """A place of work with its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.schema, self.abroad = CodedComuneDocument(), CodedForeignPlaceDocument()


class CountDocument(Answer):
    """A value of a filter and how many vacancies have it."""

    code = wire.Text(max=CODE_MAX)
    count = wire.Whole()


class Counts(wire.Parts):
    """(code, count) pairs, as CountDocuments; put together by hand, since a search has thousands of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(wire.Part(CountDocument()), max=MANY, **options)

    def read(self, value: object) -> list[Any]:
        return [(each["code"], each["count"]) for each in super().read(value)]

    def write(self, value: Any) -> list[Any]:
        return [{"code": code, "count": count} for code, count in value]


class FacetsDocument(Answer):
    """Counts over all matches, by filter, the most frequent first; a filter does not narrow its own counts."""

    comune = Counts()
    province = Counts()
    contract = Counts()
    sector = Counts()
    hours = Counts()
    reserved = Counts()
    occupation = Counts()
    origin = Counts()
    remote = Counts()
    experience = Counts()
    licence = Counts()
    since = Counts()


class UnderstoodDocument(Answer):
    """A filter that the typed words say: `name` is the parameter that says the same with `value`, `words` what was typed.

    `ambiguous`: the other places of that name, by their codes.
    """

    name = wire.Text(max=40)
    value = wire.Text(max=SENTENCE_MAX)
    label = wire.Text(max=SENTENCE_MAX)
    words = wire.Text(max=TEXT_MAX)
    ambiguous = wire.Parts(wire.Text(max=CODE_MAX), max=MANY)


class ExcludedDocument(Answer):
    """Something that the typed words refuse ("no notti"): `filters` are the codes left out, by parameter."""

    words = wire.Text(max=TEXT_MAX)
    filters = Named(wire.Parts(wire.Text(max=CODE_MAX), max=MANY))


class ElsewhereDocument(Answer):
    """The same vacancy as another desk posted it, or for another place."""

    origin = wire.Shaped(shapes.NODE_ID)
    id = wire.Shaped(shapes.RECORD_ID)
    comune = wire.Text(max=PLACE_NAME_MAX)
    source = wire.Text(max=SENTENCE_MAX)
    url = wire.Url()


class VacancyItem(Answer, VacancyDocument):
    """A vacancy in a list: the document without its long texts, where it is, and how fresh.

    `comune` and `istat` are those of its first place, `source` who published it, `confirmed_at` when its origin last
    said that its vacancies still hold, `url` its page for people.
    """

    origin = wire.Shaped(shapes.NODE_ID)
    id = wire.Shaped(shapes.RECORD_ID)
    comune = wire.Text(max=PLACE_NAME_MAX)
    istat = wire.Shaped(shapes.ISTAT, optional=True, nullable=True)
    places = wire.Parts(CodedPlace(), min=1, max=PLACES_MAX)
    distance_km = wire.Number(min=0, max=FURTHEST_KM, places=1, optional=True, nullable=True)
    source = wire.Text(max=SENTENCE_MAX)
    confirmed_at = wire.Instant(optional=True, nullable=True)
    url = wire.Url()
    also = wire.Parts(wire.Part(ElsewhereDocument()), max=MANY)

    class Meta(VacancyDocument.Meta):
        exclude = ("how_to_apply", "description", "tasks", "requirements", "offer", "ccnl")


class VacanciesAnswer(Answer):
    """A page of vacancies. `total` counts them all, `groups` those posted several times once; pages hold groups.

    `meant` is the text in a much likelier spelling, null when there is none.
    """

    total = wire.Whole()
    groups = wire.Whole()
    facets = wire.Part(FacetsDocument())
    understood = wire.Parts(wire.Part(UnderstoodDocument()), max=MANY)
    excluded = wire.Parts(wire.Part(ExcludedDocument()), max=MANY)
    meant = wire.Text(max=TEXT_MAX, optional=True, nullable=True)
    items = wire.Parts(wire.Part(VacancyItem()), max=PAGE_SIZE_MAX)
    page = wire.Whole(min=1, max=PAGE_MAX)
    page_size = wire.Whole(min=1, max=PAGE_SIZE_MAX)
    took_ms = wire.Number(min=0, max=wire.LARGEST_INTEGER)


class VacancyAnswer(Answer):
    """One open vacancy: its document, the desk to ask, where it comes from and how fresh it is.

    `is_confirmed`: its origin has been heard within the last three days; when false, call the desk before going.
    `valid_until`: when every node drops it unless its origin renews it.
    """

    origin = wire.Shaped(shapes.NODE_ID)
    id = wire.Shaped(shapes.RECORD_ID)
    source = wire.Text(max=SENTENCE_MAX)
    confirmed_at = wire.Instant(optional=True, nullable=True)
    is_confirmed = wire.Flag()
    valid_until = wire.Instant()
    url = wire.Url()
    distance_km = wire.Number(min=0, max=FURTHEST_KM, places=1, optional=True, nullable=True)
    document = wire.Part(VacancyDocument())
    desk = wire.Part(DeskDocument(), optional=True, nullable=True)


class SuggestedItem(Answer):
    """What a person may be about to type; `kind` says which filter `value` is for, `text` what people read."""

    kind = wire.Shaped(SUGGESTED)
    text = wire.Text(max=SENTENCE_MAX)
    value = wire.Text(max=SENTENCE_MAX)
    count = wire.Whole()


class SuggestionsAnswer(Answer):
    """Suggestions, best first, each with how many vacancies it would find."""

    items = wire.Parts(wire.Part(SuggestedItem()), max=MANY)


class ComuneItem(Answer):
    """A comune; `is_meant` when its name is what was asked for, false when it only begins like it."""

    istat = wire.Shaped(shapes.ISTAT)
    name = wire.Text(max=PLACE_NAME_MAX)
    full_name = wire.Text(max=PLACE_NAME_MAX)
    province = wire.Shaped(SIGLA)
    region = wire.Text(max=PLACE_NAME_MAX)
    population = wire.Whole()
    lat = wire.Number(min=-90, max=90, places=5)
    lon = wire.Number(min=-180, max=180, places=5)
    is_meant = wire.Flag()


class ComuniAnswer(Answer):
    """Comuni, those that are meant first. `ambiguous`: several bear the name; ask which, for example by province."""

    ambiguous = wire.Flag()
    items = wire.Parts(wire.Part(ComuneItem()), max=MANY)


class OccupationItem(Answer):
    """A unit group of ISCO-08, how sure it is from 0 to 1, and why."""

    code = wire.Code()
    title = wire.Text(max=SENTENCE_MAX)
    score = wire.Number(min=0, max=1, places=3)
    reason = wire.Text(max=SENTENCE_MAX)


class OccupationsAnswer(Answer):
    """Unit groups for a title, best first."""

    items = wire.Parts(wire.Part(OccupationItem()), max=MANY)


class DeskItem(Answer, DeskDocument):
    """A desk: its document, and who published it."""

    origin = wire.Shaped(shapes.NODE_ID)
    id = wire.Shaped(shapes.RECORD_ID)
    source = wire.Text(max=SENTENCE_MAX)


class DesksAnswer(Answer):
    """A page of the desks of the network, by comune."""

    total = wire.Whole()
    items = wire.Parts(wire.Part(DeskItem()), max=PAGE_SIZE_MAX)
    page = wire.Whole(min=1, max=PAGE_MAX)
    page_size = wire.Whole(min=1, max=PAGE_SIZE_MAX)


class ProblemDocument(Answer):
    """What went wrong (RFC 9457). `errors`: by parameter, what is wrong with it; `allowed`: the values it may have."""

    type = wire.Text(max=SENTENCE_MAX)
    title = wire.Text(max=SENTENCE_MAX)
    status = wire.Whole(min=400, max=599)
    detail = wire.Text(max=DETAIL_MAX, lines=True)
    instance = wire.Text(max=SENTENCE_MAX, optional=True)
    errors = Named(wire.Parts(wire.Text(max=MANY), max=MANY), optional=True)
    allowed = Named(wire.Parts(wire.Text(max=CODE_MAX), max=MANY), optional=True)
