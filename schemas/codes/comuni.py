"""The comuni of Italy: who they are, what people type for them, how far apart they lie.

The ISTAT code is the identity; a name is not (there are two Castro, two Livo, two San Teodoro), so `find` answers with a
list, and more than one answer means that the person has to choose. The table is read at the first use and held once:
about 5 MB for 7,896 comuni, plus two arrays of coordinates for the distances.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from sys import intern
from typing import overload

import numpy as np
from numpy.typing import NDArray

from schemas.codes import spelling, tables

EARTH_RADIUS_KM = 6371.0

_ISTAT = re.compile(r"\d{6}")
_BELFIORE = re.compile(r"[A-Za-z]\d{3}")
_PROVINCE_IN_BRACKETS = re.compile(r"(?P<name>.*\S)\s*[(\[]\s*(?P<province>[^()\[\]]+?)\s*[)\]]")
_SIGLA_AT_THE_END = re.compile(r"(?P<name>.*[^\s,–-])[\s,–-]+(?P<province>[A-Za-z]{2})")

# Words that people leave out or shorten: "Reggio Emilia", "S. Angelo Lodigiano".
_CONNECTIVES = frozenset(
    ["a", "ad", "al", "alla", "alle", "d", "da", "de", "degli", "dei", "del", "dell", "della", "delle", "di"]
).union(["e", "ed", "in", "l", "nel", "nell", "su", "sul", "sulla"])
_SHORT_SAINT = frozenset(("s", "st"))
_SAINTS = frozenset(("san", "sant", "santa", "santo", "santi", "sante", "saint"))

# Names given up not long ago that another comune still bears. Who means Calliano near Asti must be asked, not sent to
# Calliano near Trento.
_FORMER_NAMES = {"005014": "Calliano", "018193": "Valverde"}


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
def _by_istat() -> dict[str, Comune]:
    """All comuni by ISTAT code, in the order of the file, which is the order of the codes."""
    return {row[0]: _read(row) for row in tables.rows("comuni.csv")}


def _read(row: list[str]) -> Comune:
    istat, name, other_name, province, sigla, region, belfiore, cap, population, lat, lon = row
    return Comune(
        istat, name, other_name, intern(province), intern(sigla), intern(region), belfiore, cap,
        int(population), float(lat), float(lon),
    )  # fmt: skip


class _All(Sequence[Comune]):
    """Every comune in the order of the ISTAT codes; looks like a tuple, reads the file when first asked."""

    @overload
    def __getitem__(self, place: int) -> Comune: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Comune]: ...
    def __getitem__(self, place: int | slice) -> Comune | Sequence[Comune]:
        return _in_order()[place]

    def __len__(self) -> int:
        return len(_by_istat())

    def __iter__(self) -> Iterator[Comune]:
        return iter(_by_istat().values())


ALL: Sequence[Comune] = _All()


@cache
def _in_order() -> tuple[Comune, ...]:
    return tuple(_by_istat().values())


@cache
def _by_belfiore() -> dict[str, Comune]:
    return {each.belfiore: each for each in ALL}


@cache
def _by_spelling() -> dict[str, tuple[Comune, ...]]:
    """Comuni by the compact form of their name, their second name, both in either order, and their former name."""
    found: dict[str, tuple[Comune, ...]] = {}
    for each in ALL:
        name, other = spelling.compact(each.name), spelling.compact(each.other_name)
        former = spelling.compact(_FORMER_NAMES.get(each.istat, ""))
        for form in {name, other, name + other, other + name, former} - {""}:
            found[form] = (*found.get(form, ()), each)
    return found


@cache
def _provinces() -> frozenset[str]:
    return frozenset(each.sigla for each in ALL)


def comune(istat: str) -> Comune | None:
    """The comune with this ISTAT code (six digits), or None."""
    return _by_istat().get(istat)


def find(text: str) -> list[Comune]:
    """The comuni that a person can mean by `text`; several when the name is ambiguous, none when it is unknown.

    Understood: the name in any spelling, "Name (VA)", "Name (Varese)", "Name VA", one name of a bilingual comune or
    both, the ISTAT code, the Belfiore code. When no comune bears exactly that name, those whose name starts with the
    same whole words: "Travedona", "Reggio Emilia", "S. Angelo Lodigiano". The most populous comes first. A word broken
    off in the middle finds nothing: guessing is what `suggest` is for.
    """
    text = text.strip(" \t\r\n.,;")
    if len(text) > spelling.LONGEST_NAME:
        return []
    if _ISTAT.fullmatch(text):
        return [each for each in [comune(text)] if each]
    if _BELFIORE.fullmatch(text):
        return [each for each in [_by_belfiore().get(text.upper())] if each]
    name, province = _split(text)
    exact = [each for each in _by_spelling().get(spelling.compact(name), ()) if _lies_in(each, province)]
    return _most_populous_first(_closest(exact, name) or _starting_with_words(name, province))


def suggest(text: str, limit: int = 10) -> list[Comune]:
    """What to offer while `text` is being typed: what `find` finds, then names that start like this, big ones first."""
    typed = spelling.compact(text)
    if not typed:
        return []
    found = {each.istat: each for each in find(text)}
    starting = [each for form, those in _by_spelling().items() if form.startswith(typed) for each in those]
    for each in _most_populous_first(starting):
        found.setdefault(each.istat, each)
    return list(found.values())[:limit]


def _split(text: str) -> tuple[str, str]:
    """Name and province of "Name (VA)", "Name (Varese)" and "Name VA"; the province is blank where there is none."""
    bracketed = _PROVINCE_IN_BRACKETS.fullmatch(text)
    if bracketed:
        return bracketed["name"], bracketed["province"]
    ending = _SIGLA_AT_THE_END.fullmatch(text)
    if ending and ending["province"].upper() in _provinces() and spelling.compact(text) not in _by_spelling():
        return ending["name"], ending["province"]
    return text, ""


def _closest(those: list[Comune], name: str) -> list[Comune]:
    """Of comuni whose names differ in blanks or accents only, those written as typed, where the typing tells.

    Tre Ville is not Treville, and Paternò is not Paterno; "paterno" may be either, since many type no accents.
    """
    typed = spelling.words(name)
    as_typed = [each for each in those if typed in map(spelling.words, _names(each))] or those
    if name.isascii():
        return as_typed
    return [each for each in as_typed if name.casefold() in map(str.casefold, _names(each))] or as_typed


def _names(each: Comune) -> tuple[str, ...]:
    return each.name, each.other_name, _FORMER_NAMES.get(each.istat, "")


def _lies_in(each: Comune, province: str) -> bool:
    """Whether the comune lies in the province, given as sigla or by name; a blank province is any."""
    if not province or each.sigla == province.upper():
        return True
    wanted = spelling.compact(province)
    return wanted in {spelling.compact(name) for name in (each.province, *each.province.split("/"))}


def _starting_with_words(name: str, province: str) -> list[Comune]:
    wanted = _essential(name)
    if not wanted or _SHORT_SAINT.issuperset(wanted):
        return []
    firsts = _SAINTS if wanted[0] in _SHORT_SAINT else wanted[:1]
    candidates = [each for first in firsts for each in _by_first_word().get(first, ())]
    return [each for each in candidates if _bears_start(each, wanted) and _lies_in(each, province)]


@cache
def _by_first_word() -> dict[str, tuple[Comune, ...]]:
    """Comuni by the first essential word of either name."""
    found: dict[str, tuple[Comune, ...]] = {}
    for each in ALL:
        for first in {word for name in (each.name, each.other_name) for word in _essential(name)[:1]}:
            found[first] = (*found.get(first, ()), each)
    return found


def _bears_start(each: Comune, wanted: list[str]) -> bool:
    return any(_starts(_essential(name), wanted) for name in (each.name, each.other_name))


def _essential(name: str) -> list[str]:
    return [word for word in spelling.words(name) if word not in _CONNECTIVES]


def _starts(name: list[str], wanted: list[str]) -> bool:
    if len(name) < len(wanted):
        return False
    return all(
        typed == word or (typed in _SHORT_SAINT and word in _SAINTS) for word, typed in zip(name, wanted, strict=False)
    )


def _most_populous_first(those: list[Comune]) -> list[Comune]:
    return sorted(those, key=lambda each: (-each.population, each.istat))


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
    everyone = _in_order()
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
