"""Where the work is, as one code: a comune by its ISTAT code, a place abroad by a code that carries its coordinates.

The cross-border places have no register of codes that every node would share. A code that spells out the place needs
none: filters, facets and distances work on codes alone, and no document has to be opened to know how far it is.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from schemas.codes import comuni

ABROAD = "estero"
_LONGEST_NAME = 60


class Abroad(NamedTuple):
    """A place outside Italy, read back from its code."""

    country: str
    locality: str
    lat: float
    lon: float


def code_of(place: Mapping[str, Any]) -> str:
    """The code of a place of a vacancy document: "012133", or "estero/CH/Lugano/46.004/8.951".

    Coordinates are rounded to about 100 m, so that two desks mean the same Lugano.
    """
    if "istat" in place:
        return str(place["istat"])
    locality = " ".join(place["locality"].replace("/", " ").split())[:_LONGEST_NAME] or place["country"]
    return f"{ABROAD}/{place['country']}/{locality}/{place['lat']:.3f}/{place['lon']:.3f}"


def abroad(code: str) -> Abroad | None:
    """The place abroad that a code means; None when it is no such code."""
    match code.split("/"):
        case [first, country, locality, lat, lon] if first == ABROAD and country and locality:
            with suppress(ValueError):
                place = Abroad(country, locality, float(lat), float(lon))
                if abs(place.lat) <= 90 and abs(place.lon) <= 180:
                    return place
    return None


def name(code: str) -> str | None:
    """What people read: "Varese", "Lugano (CH)"; None for an unknown code."""
    if place := abroad(code):
        return f"{place.locality} ({place.country})"
    comune = comuni.comune(code)
    return comune.name if comune else None


def province(code: str) -> str | None:
    """The sigla of the province of a place, "estero" for one abroad, None for an unknown code."""
    if abroad(code):
        return ABROAD
    comune = comuni.comune(code)
    return comune.sigla if comune else None


def point(code: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None for an unknown code."""
    if place := abroad(code):
        return place.lat, place.lon
    comune = comuni.comune(code)
    return (comune.lat, comune.lon) if comune else None


def distance_km(one: str, other: str) -> float | None:
    """Kilometres as the crow flies between two places; None when one of them is unknown."""
    here, there = point(one), point(other)
    if here is None or there is None:
        return None
    return comuni.great_circle_km(*here, *there)


def within(centre: str, radius_km: float, codes_abroad: Iterable[str]) -> list[str]:
    """The codes of all comuni, and of those of `codes_abroad`, that lie within the radius of a place.

    Raises LookupError for an unknown centre.
    """
    return [code for code, _km in distances(centre, radius_km, codes_abroad)]


def distances(centre: str, radius_km: float, codes_abroad: Iterable[str]) -> list[tuple[str, float]]:
    """The same codes, each with its distance in km, as the crow flies."""
    here = point(centre)
    if here is None:
        raise LookupError(f"{centre!r} is neither an ISTAT code nor the code of a place abroad")
    near = [(comune.istat, km) for comune, km in comuni.around(*here, radius_km)]
    for code in codes_abroad:
        distance = distance_km(centre, code)
        if distance is not None and distance <= radius_km:
            near.append((code, distance))
    return near
