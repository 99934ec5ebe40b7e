"""Every comune of Italy by its ISTAT code.

The table is read at the first use and held once: about 5 MB for 7,896 comuni.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from sys import intern
from typing import overload

from schemas.codes import tables


@dataclass(frozen=True, slots=True)
class Comune:
    """One comune; `lat` and `lon` (WGS 84) are a point inside its borders.

    `other_name` is the official second name (Bozen) or blank; `cap` holds several postal codes, separated by blanks,
    where a city has them, and is blank where the source has none (Sardinia); `population` is that of 2023, 0 where the
    source has none.
    """

    istat: str
    name: str
    other_name: str
    province: str
    sigla: str
    region: str
    belfiore: str
    cap: str
    population: int
    lat: float
    lon: float

    @property
    def full_name(self) -> str:
        """The name that tells homonyms apart, as `find` understands it: "Castro (BG)"."""
        return f"{self.name} ({self.sigla})"


@cache
def by_istat() -> dict[str, Comune]:
    """All comuni by ISTAT code, in the order of the file, which is the order of the codes."""
    return {row[0]: _read(row) for row in tables.rows("comuni.csv")}


def _read(row: list[str]) -> Comune:
    istat, name, other_name, province, sigla, region, belfiore, cap, population, lat, lon = row
    return Comune(
        istat, name, other_name, intern(province), intern(sigla), intern(region), belfiore, cap,
        int(population), float(lat), float(lon),
    )  # fmt: skip


def comune(istat: str) -> Comune | None:
    """The comune with this ISTAT code (six digits), or None."""
    return by_istat().get(istat)


class _All(Sequence[Comune]):
    """Every comune in the order of the ISTAT codes; looks like a tuple, reads the file when first asked."""

    @overload
    def __getitem__(self, place: int) -> Comune: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Comune]: ...
    def __getitem__(self, place: int | slice) -> Comune | Sequence[Comune]:
        return in_order()[place]

    def __len__(self) -> int:
        return len(by_istat())

    def __iter__(self) -> Iterator[Comune]:
        return iter(by_istat().values())


ALL: Sequence[Comune] = _All()


@cache
def in_order() -> tuple[Comune, ...]:
    """All comuni in the order of their codes."""
    return tuple(by_istat().values())


@cache
def former_names() -> dict[str, tuple[str, ...]]:
    """ISTAT code to the names that the comune, or one that merged into it, bore until not long ago."""
    found: dict[str, tuple[str, ...]] = {}
    for former, istat, _now in tables.rows("former_comuni.csv"):
        found[istat] = (*found.get(istat, ()), former)
    return found
