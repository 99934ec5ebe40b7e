"""How far the work is from whoever reads.

Where she lives comes with the address of the page, from her search or from the field beside the map, and stays there:
nobody writes it down. A device that remembers it does so by itself (`static/js/vacancy.js`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from federation.search import places
from schemas.messages import Message
from schemas.places import Place, read_place
from schemas.search import TEXT_MAX


class Home(NamedTuple):
    """Where the reader is: a code of a place with its name, or what was typed and why nothing is known by that."""

    code: str | None = None
    name: str | None = None
    typed: str = ""
    problem: Message | None = None

    @property
    def sent(self) -> str | None:
        """What stands for it in an address; a place abroad travels by its name, which people can read."""
        return self.name if self.code and places.abroad(self.code) else self.code


class Spot(NamedTuple):
    """One place of work; `km` from where the reader is, None when she has not said it."""

    code: str
    name: str
    km: float | None


def home_of(typed: str) -> Home:
    """`typed`: a comune by name or ISTAT code, a place of Ticino, or nothing."""
    typed = typed.strip()[:TEXT_MAX]
    if not typed:
        return Home()
    try:
        code = places.code_of(read_place(typed))
    except ValueError as fault:
        return Home(typed=typed, problem=fault.args[0])
    name = places.name(code) or typed
    return Home(code, name, name)


def spots_of(document: Mapping[str, Any], home: Home) -> tuple[Spot, ...]:
    """The places of a vacancy: the nearest first, in the document's order as long as nobody says from where to count."""
    spots = tuple(spot_of(place, home.code) for place in document["places"])
    return tuple(sorted(spots, key=lambda spot: (spot.km is None, spot.km))) if home.code else spots


def spot_of(place: Place, home: str | None) -> Spot:
    """A comune with its province, as long as this version knows it; else as the document calls it."""
    code = places.code_of(place)
    name = places.name(code) or place.get("name") or place["locality"]
    province = places.province(code)
    full = f"{name} ({province})" if province and not places.abroad(code) else name
    return Spot(code, full, places.distance_km(home, code) if home else None)


def nearest_km(document: Mapping[str, Any], code: str) -> float | None:
    """From a place to the nearest one of a vacancy; None where none is known."""
    found = [places.distance_km(code, places.code_of(place)) for place in document["places"]]
    return min((km for km in found if km is not None), default=None)
