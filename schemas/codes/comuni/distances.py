"""How far apart comuni lie, as the crow flies: for every search within a radius over all of them at once."""

from functools import cache
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from schemas.codes.comuni.register import ALL, Comune, comune, in_order

EARTH_RADIUS_KM = 6371.0


@cache
def _coordinates() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes of all comuni in radians, in the order of `ALL`."""
    return np.radians([each.lat for each in ALL]), np.radians([each.lon for each in ALL])


def around(lat: float, lon: float, km: float) -> list[tuple[Comune, float]]:
    """The comuni whose point lies within `km` of a point in degrees, with the distance in km, nearest first."""
    lats, lons = _coordinates()
    here = radians(lat)
    chord = np.sin((lats - here) / 2) ** 2 + np.cos(lats) * cos(here) * np.sin((lons - radians(lon)) / 2) ** 2
    distances = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    near = np.flatnonzero(distances <= km)
    everyone = in_order()
    return [(everyone[place], float(distances[place])) for place in near[np.argsort(distances[near], kind="stable")]]


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
