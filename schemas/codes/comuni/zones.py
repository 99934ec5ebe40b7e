"""Where a comune is too small to be named: the nearest bigger comune of its province, and what lies around it.

A zone tells roughly where a person lives who may not be told by her comune: the official ambiti of the regions
have no common list of codes, these follow from the table of the comuni alone, on every node in the same way.
"""

from functools import lru_cache

from schemas.codes.comuni.distances import great_circle_km
from schemas.codes.comuni.register import ALL, Comune, comune

NAMED_FROM = 5000
"""A comune with fewer inhabitants is not named: who lives there is known to everybody."""
_PREFIX = "zona-"


def is_named(place: Comune) -> bool:
    return place.population >= NAMED_FROM


@lru_cache(maxsize=10_000)
def zone_of(code: str) -> str | None:
    """The zone of a comune (by its ISTAT code), a zone's own code for itself; None for any other code.

    None too where the province has no comune that may be named.
    """
    if centre_of(code):
        return code
    place = comune(code)
    centre = _nearest_named(place) if place else None
    return f"{_PREFIX}{centre.istat}" if centre else None


def centre_of(zone: str) -> Comune | None:
    """The comune around which a zone lies; None for what is no zone."""
    return comune(zone.removeprefix(_PREFIX)) if zone.startswith(_PREFIX) else None


def _nearest_named(place: Comune) -> Comune | None:
    if is_named(place):
        return place
    named = [each for each in ALL if each.sigla == place.sigla and is_named(each)]
    return min(named, key=lambda each: great_circle_km(place.lat, place.lon, each.lat, each.lon), default=None)
