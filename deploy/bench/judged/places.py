"""Where the ads are: the comuni around Varese by the weight of their people, and Ticino beyond the border.

A place is named by a code: the ISTAT code of a comune, `Lugano (CH)` for a place of Ticino, which has none.
"""

import csv
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from deploy.bench.judged.trades import FOLDER
from schemas.codes import comuni, ticino


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as documents carry it and as distances need it."""

    code: str
    name: str
    lat: float
    lon: float
    sigla: str

    @property
    def is_abroad(self) -> bool:
        return not self.sigla

    def document(self) -> dict[str, Any]:
        if self.is_abroad:
            return {"locality": self.name, "country": ticino.COUNTRY, "lat": self.lat, "lon": self.lon}
        return {"istat": self.code, "name": self.name}


@cache
def spot(code: str) -> Spot:
    """The place with this code. Raises LookupError for none."""
    known = comuni.comune(code)
    if known:
        return Spot(code, known.name, known.lat, known.lon, known.sigla)
    abroad = ticino.foreign(code)
    if abroad:
        return Spot(abroad.full_name, abroad.locality, abroad.lat, abroad.lon, "")
    raise LookupError(f"no place has the code {code!r}")


@cache
def code_of(name: str) -> str:
    """The code of the one place that bears the name; Ticino first, whose names no comune around here shares."""
    abroad = ticino.foreign(name)
    if abroad:
        return abroad.full_name
    found = comuni.find(name)
    if not found:
        raise LookupError(f"no place is named {name!r}")
    return found[0].istat


@cache
def distance_km(a: str, b: str) -> float:
    """As the crow flies between two codes."""
    one, two = spot(a), spot(b)
    return comuni.great_circle_km(one.lat, one.lon, two.lat, two.lon)


@cache
def weighted() -> tuple[tuple[Spot, ...], tuple[float, ...]]:
    """The places of the generated ads and their weights, summed up from the first on."""
    with (FOLDER / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = [(spot(row["code"]), float(row["weight"])) for row in csv.DictReader(file)]
    return tuple(each for each, _weight in rows), tuple(accumulate(weight for _spot, weight in rows))
