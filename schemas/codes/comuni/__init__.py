"""The comuni of Italy: who they are, what people type for them, how far apart they lie.

The ISTAT code is the identity; a name is not (there are two Castro, two Livo, two San Teodoro), so `find` answers with a
list, and more than one answer means that the person has to choose.
"""

from schemas.codes.comuni.distances import EARTH_RADIUS_KM, around, distance_km, great_circle_km, within
from schemas.codes.comuni.finding import find, suggest
from schemas.codes.comuni.register import ALL, Comune, comune
from schemas.codes.comuni.zones import centre_of, is_named, zone_of

__all__ = [
    "ALL",
    "EARTH_RADIUS_KM",
    "Comune",
    "around",
    "centre_of",
    "comune",
    "distance_km",
    "find",
    "great_circle_km",
    "is_named",
    "suggest",
    "within",
    "zone_of",
]
