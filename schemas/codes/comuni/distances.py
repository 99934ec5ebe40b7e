"""How far apart comuni lie, as the crow flies: for every search within a radius over all of them at once."""

from bisect import bisect_left, bisect_right
from functools import cache, lru_cache
from math import asin, cos, radians, sin, sqrt
from operator import attrgetter

from schemas.codes.comuni.register import ALL, Comune, comune

EARTH_RADIUS_KM = 6371.0
KM_PER_DEGREE = radians(1) * EARTH_RADIUS_KM
"""Between two parallels."""


@cache
def _from_south_to_north() -> tuple[list[float], list[Comune]]:
    """All comuni by latitude, and their latitudes: of a search for 30 km nine in ten need not be looked at."""
    found = sorted(ALL, key=attrgetter("lat"))
    return [each.lat for each in found], found


@lru_cache(maxsize=16)
def around(lat: float, lon: float, km: float) -> tuple[tuple[Comune, float], ...]:
    """The comuni whose point lies within `km` of a point in degrees, with the distance in km, nearest first.

    Remembered, since one search asks for the same circle several times, and many people for that of their town.
    """
    lats, found = _from_south_to_north()
    reach = km / KM_PER_DEGREE + 1e-9
    strip = found[bisect_left(lats, lat - reach) : bisect_right(lats, lat + reach)]
    measured = [(each, great_circle_km(lat, lon, each.lat, each.lon)) for each in strip]
    return tuple(sorted(((each, far) for each, far in measured if far <= km), key=lambda one: (one[1], one[0].istat)))


def within(istat: str, km: float) -> list[tuple[str, float]]:
    """(ISTAT code, km) of the comuni within `km` as the crow flies, nearest first; the comune itself comes first.

    Raises LookupError for an unknown code.
    """
    centre = _known(istat)
    return [(each.istat, distance) for each, distance in around(centre.lat, centre.lon, km)]


def distance_km(a: str, b: str) -> float:
    """Kilometres as the crow flies between two comuni given by ISTAT code. Raises LookupError for an unknown code."""
    one, two = _known(a), _known(b)
    return great_circle_km(one.lat, one.lon, two.lat, two.lon)


def great_circle_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Haversine distance in km between two points in degrees; for places that are no comune, such as Lugano."""
    phi_a, phi_b = radians(lat_a), radians(lat_b)
    chord = sin((phi_b - phi_a) / 2) ** 2 + cos(phi_a) * cos(phi_b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))


def _known(istat: str) -> Comune:
    found = comune(istat)
    if found is None:
        raise LookupError(f"no comune has the ISTAT code {istat!r}; a code has six digits, such as 012133 (Varese)")
    return found
