"""From an address to a search: the one reading of parameters that page and API share."""

import re
from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from federation.search import places
from node.citizens.network import own_comune
from node.citizens.question import FILTERS, PAGE_SIZE, SINGLE, Asked
from node.core.rooms import rooms
from schemas.messages import Message
from schemas.search import Name, SearchForm, SearchQuery

FORM, QUERY = SearchForm(), SearchQuery()

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_eid")
"""What social networks and newsletters add to an address; a link that somebody shared must open."""

UNDERSTOOD = "understood"
"""What the page's own form adds: the boxes that are ticked only because the words say so, as "filter:value"."""


class BadQuestion(Exception):
    """What was asked makes no sense; `errors`: parameter -> Messages that name what is allowed."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__(", ".join(errors))
        self.errors = errors


def from_form(sent: MultiDict[str, str]) -> Asked:
    """The citizen's page; a place without a distance means its surroundings too. Raises BadQuestion."""
    told = [each for each in sent.items(multi=True) if each[0] != UNDERSTOOD and not TRACKING.fullmatch(each[0])]
    read = load(FORM, MultiDict(told))
    read["place"] = [places.code_of(place) for place in read["place"]]
    near = places.code_of(read["comune"]) if read["comune"] else None
    return checked(asked_of(read, near, read["km"]))


def from_query(sent: MultiDict[str, str]) -> Asked:
    """The API: one comune may have a radius, several are alternatives. Raises BadQuestion."""
    read = load(QUERY, sent)
    codes, radius_km = [places.code_of(place) for place in read["comune"]], read["radius_km"]
    near = codes[0] if len(codes) == 1 else None
    if near and radius_km is None:
        radius_km = 0
    read["place"] = [] if near else codes
    asked = asked_of(read, near, radius_km, page_size=read["page_size"])
    if radius_km is not None and asked.centre is None:
        raise BadQuestion({"radius_km": [Message("radius_km vuole un solo comune: il centro del cerchio.")]})
    return checked(asked)


def asked_of(read: dict[str, Any], near: str | None, radius_km: int | None, page_size: int = PAGE_SIZE) -> Asked:
    return Asked(
        typed=read["q"],
        near=near,
        radius_km=radius_km,
        chosen=chosen(read),
        sort=read["sort"],
        page=read["page"],
        page_size=page_size,
        employers=employers(),
        here=own_comune(),
    )


def chosen(read: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The filters that are given, each value once."""
    told = {name: [read[name]] if name in SINGLE and read[name] else read[name] for name in FILTERS}
    return {name: tuple(dict.fromkeys(values)) for name, values in told.items() if values}


def checked(asked: Asked) -> Asked:
    """Raises BadQuestion for what only the whole question, or the network, can tell to be wrong."""
    if asked.sort == "distance" and asked.centre is None:
        raise BadQuestion({"sort": [Message("Per ordinare per distanza serve un comune.")]})
    members = rooms().roster.current().members
    for origin in asked.chosen.get("origin", ()):
        if origin not in members:
            raise BadQuestion(
                {
                    "origin": [
                        Message(
                            "«{value}» non è un valore di {name}. I valori sono: {allowed}.",
                            value=origin,
                            name="origin",
                            allowed=", ".join(sorted(members)),
                        )
                    ]
                }
            )
    return asked


def employers() -> Callable[[str], str | None]:
    """Who is an employer, as the index knows it now; a long text is asked about in hundreds of pieces."""
    return rooms().index.employers()


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
    """What was sent for one parameter: a list, repeated or with commas, or the last of several texts.

    The name of an employer may have a comma of its own.
    """
    if not isinstance(kind, fields.List):
        return sent[-1] if sent and sent[-1].strip() else None
    parts = sent if isinstance(kind.inner, Name) else [part for each in sent for part in each.split(",")]
    return [part.strip() for part in parts if part.strip()]
