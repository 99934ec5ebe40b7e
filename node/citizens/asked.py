"""From an address to a search: the one reading of parameters that page and API share."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from federation.search import places
from federation.search.request import SearchRequest
from schemas.messages import Message
from schemas.search import SearchForm, SearchQuery

PAGE_SIZE = 20
FILTERS = ("contract", "hours", "sector", "occupation", "reserved", "remote")
"""Filters that are codes of a list, in the order in which people read them."""

FORM, QUERY = SearchForm(), SearchQuery()

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_eid")
"""What social networks and newsletters add to an address; a link that somebody shared must open."""


class BadQuestion(Exception):
    """What was asked makes no sense; `errors`: parameter -> Messages that name what is allowed."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__(", ".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class Asked:
    """A search as a person means it. `near` is a place of a document, `ticked` those chosen from the list."""

    text: str = ""
    near: dict[str, Any] | None = None
    radius_km: int | None = None
    ticked: tuple[dict[str, Any], ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str | None = None
    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def usual_sort(self) -> str:
        """What is meant by no sort: the best matches for words, the nearest for a place, else the newest."""
        if self.text:
            return "relevance"
        return "distance" if self.near and self.radius_km else "recent"

    def request(self, now: datetime, stale: frozenset[str]) -> SearchRequest:
        """The search itself, without origins unheard of for too long."""
        comuni = [places.code_of(place) for place in self.ticked]
        near = places.code_of(self.near) if self.near else None
        if near and not self.radius_km:
            comuni.append(near)
        return SearchRequest(
            now=now,
            text=self.text,
            near=near,
            radius_km=float(self.radius_km) if near and self.radius_km else None,
            comuni=tuple(comuni),
            stale_origins=stale,
            sort=self.sort or self.usual_sort,
            page=self.page,
            page_size=self.page_size,
            **self.filters,
        )

    def within(self, radius_km: int | None) -> "Asked":
        return replace(self, radius_km=radius_km, page=1)

    def parts(self) -> list[tuple[str, str]]:
        """What narrows this search, in the order in which people read it: (parameter, value)."""
        found = [("q", self.text)] if self.text else []
        found += [("comune", places.code_of(self.near))] if self.near else []
        found += [("place", places.code_of(place)) for place in self.ticked]
        return found + [(name, value) for name in FILTERS for value in self.filters.get(name, ())]

    def without(self, name: str, value: str) -> "Asked":
        """The same search without one of its parts."""
        if name == "q":
            return replace(self, text="", sort=None, page=1)
        if name == "comune":
            return replace(self, near=None, radius_km=None, sort=None, page=1)
        if name == "place":
            return replace(self, ticked=tuple(each for each in self.ticked if places.code_of(each) != value), page=1)
        kept = tuple(each for each in self.filters[name] if each != value)
        return replace(self, filters=self.filters | {name: kept}, page=1)


def from_form(sent: MultiDict[str, str]) -> Asked:
    """The citizen's page. Raises BadQuestion."""
    read = load(FORM, MultiDict((name, told) for name, told in sent.items(multi=True) if not TRACKING.fullmatch(name)))
    return Asked(
        text=read["q"],
        near=read["comune"],
        radius_km=read["km"],
        ticked=tuple(read["place"]),
        filters={name: tuple(read[name]) for name in FILTERS if read[name]},
        sort=possible_sort(read["sort"], read["comune"]),
        page=read["page"],
    )


def from_query(sent: MultiDict[str, str]) -> Asked:
    """The API: one comune may have a radius, several are alternatives. Raises BadQuestion."""
    read = load(QUERY, sent)
    comuni, radius = read["comune"], read["radius_km"]
    if radius is not None and len(comuni) != 1:
        raise BadQuestion({"radius_km": [Message("radius_km vuole un solo comune: il centro del cerchio.")]})
    near = comuni[0] if len(comuni) == 1 else None
    return Asked(
        text=read["q"],
        near=near,
        radius_km=radius,
        ticked=() if near else tuple(comuni),
        filters={name: tuple(read[name]) for name in FILTERS if read.get(name)},
        sort=possible_sort(read["sort"], near),
        page=read["page"],
        page_size=read["page_size"],
    )


def possible_sort(sort: str | None, near: Any) -> str | None:
    if sort == "distance" and near is None:
        raise BadQuestion({"sort": [Message("Per ordinare per distanza serve un comune.")]})
    return sort


def load(schema: Schema, sent: MultiDict[str, str]) -> dict[str, Any]:
    """The parameters, each checked; blank ones count as not given. Raises BadQuestion naming all that is wrong."""
    known = schema.load_fields
    errors: dict[str, list[str]] = {
        name: [Message("Il parametro «{name}» non esiste. Ci sono: {known}.", name=name[:60], known=", ".join(known))]
        for name in sent
        if name not in known
    }
    given = {name: told for name, kind in known.items() if (told := values_of(sent.getlist(name), kind))}
    try:
        read = schema.load(given)
    except ValidationError as wrong:
        for name, told in wrong.normalized_messages().items():
            errors[name] = [message for each in told.values() for message in each] if isinstance(told, dict) else told
    if errors:
        raise BadQuestion(errors)
    return read


def values_of(sent: list[str], kind: fields.Field[Any]) -> Any:
    """What was sent for one parameter: a list, repeated or with commas, or the last of several texts."""
    if isinstance(kind, fields.List):
        return [part.strip() for each in sent for part in each.split(",") if part.strip()]
    return sent[-1] if sent and sent[-1].strip() else None
