"""The address of a search: short, readable, the same for the same search, so that it can be shared and gone back to.

Made from the question, not from the address that was asked for: blanks, tracking marks and codes that have a name do not
come back. A page has dozens of such links, so they are put together here and not by the URL map.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from federation.search import places
from node.citizens.question import FILTERS, Asked
from schemas.codes import comuni, ticino

RESULTS = "/lavoro"
VACANCY = "/lavoro/"
READABLE = "!$'()*,/:;?@"
"""Signs that an address shows as they are."""


def address(asked: Asked) -> str:
    """Where this search is found."""
    return with_query(pairs_of(asked))


def repaired(sent: MultiDict[str, str], wrong: Collection[str], **changes: str) -> str:
    """An address that could not be read, without what was wrong in it and with something else instead."""
    kept = [(name, value) for name, value in sent.items(multi=True) if value and name not in {"page", *wrong, *changes}]
    return with_query([*kept, *changes.items()])


def with_query(pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(pairs), safe=READABLE)
    return f"{request.script_root}{RESULTS}" + (f"?{query}" if query else "")


def of_vacancy(origin: str, id: str, home: str | None = None) -> str:
    """The page of a vacancy; both names are of letters, digits, dashes and colons. `home`: from where it counts distances."""
    return f"{request.script_root}{VACANCY}{origin}/{id}{counted_from(home)}"


def counted_from(home: str | None) -> str:
    """The end of the address of a vacancy that counts distances from a place."""
    return f"?{urlencode({'comune': written(home)}, safe=READABLE)}" if home else ""


def pages_of(asked: Asked) -> Callable[[int], str]:
    """Where each page of a search is found: the address of the first one, and the number behind it."""
    first = address(replace(asked, page=1))
    sign = "&" if "?" in first else "?"
    return lambda number: f"{first}{sign}page={number}" if number > 1 else first


def pairs_of(asked: Asked) -> Iterable[tuple[str, str]]:
    if asked.typed:
        yield "q", asked.typed
    if asked.near:
        yield "comune", written(asked.near)
    if asked.radius_km is not None:
        yield "km", str(asked.radius_km)
    for name in FILTERS:
        for value in asked.chosen.get(name, ()):
            yield name, sent_as(name, value)
    if asked.sort and asked.sort != asked.usual_sort:
        yield "sort", asked.sort
    if asked.page > 1:
        yield "page", str(asked.page)


@lru_cache(maxsize=4096)
def written(code: str) -> str:
    """How a place is written so that the form reads the same place back: by its name, with the province if need be."""
    known = comuni.comune(code)
    if known is None:
        return places.name(code) or code
    return known.name if len(comuni.find(known.name)) == 1 else known.full_name


def sent_as(name: str, value: str) -> str:
    """A place abroad travels by its name, which people can read in the address."""
    return places.name(value) or value if name == "place" and places.abroad(value) else value


def can_be_sent(name: str, value: str) -> bool:
    """Places abroad beyond those of Ticino have no name that the form could read back."""
    abroad = places.abroad(value) if name == "place" else None
    return abroad is None or ticino.foreign(f"{abroad.locality} ({abroad.country})") is not None


def full_name(code: str) -> str:
    """A place with what tells it from its namesakes: "Castro (BG)", "Lugano (CH)"."""
    known = comuni.comune(code)
    return known.full_name if known else places.name(code) or code
