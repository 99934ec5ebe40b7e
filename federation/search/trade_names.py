"""All names of trades that this node knows, cut into stems and ready to be compared with a title or a query.

Names come from three places: the table of trades, the titles of the classification itself, and the labels that an
administrator has imported (ESCO, CP2021). They differ in how much a likeness to them proves, hence `kind`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

from federation.search import text, titles
from federation.search.titles import HEADS
from schemas.codes import imported, occupations
from schemas.codes.trades import trades

TRADE, LABEL, GROUP = "trade", "label", "group"
LONGEST_NAME = 7
WEIGHT_OF_HEAD = 0.35
SHORTEST_ROOT = 4

# What the titles of the classification add around the trades that they name.
_RESIDUE = frozenset(
    text.stems("altri altre altro assimilate professioni classificati classificate altrove classified")
)

# Endings by which Italian makes the doer, the doing and the place from one root: saldatore, saldatura; tornio, tornitore;
# imballaggio, imballatore; gelateria, gelataio. The longest that leaves a root goes.
_ENDINGS = sorted(
    "azion izion uzion zion sion ator itor utor tor atur itur tur ament iment agg ativ ier ist al ar er it a i".split(),  # noqa: SIM905
    key=len,
    reverse=True,
)


class Name(NamedTuple):
    """One name: as written, its unit group, the number of its trade, its stems, their weights' sum, where it is from."""

    written: str
    code: str
    trade: int
    stems: tuple[str, ...]
    weight: float
    kind: str


@cache
def root(stem: str) -> str:
    """What doer, doing and place have in common; the stem itself where no ending can go."""
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= SHORTEST_ROOT:
            left = stem[: -len(ending)]
            return left[:-1] if left[-1] == "i" and len(left) > SHORTEST_ROOT else left
    return stem


class Vocabulary:
    """The names with what is needed to find them by their stems. Immutable once made."""

    def __init__(self, labels: Iterable[tuple[str, str]] = ()) -> None:
        """`labels`: further (name, unit group) pairs, for example those of ESCO; unknown groups are left out."""
        cut = list(_cut_all(labels))
        self._weights = _weights(each.stems for each in cut)
        self._unknown = max(self._weights.values(), default=1.0) / 2
        self.names = [each._replace(weight=sum(map(self.weight, each.stems))) for each in cut]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_head: dict[str, list[int]] = defaultdict(list)
        self._by_root: dict[str, list[int]] = defaultdict(list)
        self._by_stems: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._of_trade: dict[int, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            self._index(number, name)

    def _index(self, number: int, name: Name) -> None:
        telling = {stem for stem in name.stems if stem not in HEADS}
        for stem in telling or set(name.stems):
            self._by_stem[stem].append(number)
        self._by_head[name.stems[0]].append(number)
        for each in {root(stem) for stem in telling}:
            self._by_root[each].append(number)
        if name.kind != GROUP and len(name.stems) <= LONGEST_NAME:
            self._by_stems[name.stems].append(number)
        self._of_trade[name.trade].append(number)

    def weight(self, stem: str) -> float:
        """How much a stem tells: rare ones much, those that begin every other trade little."""
        return self._weights.get(stem) or self._unknown

    def like(self, stems: Iterable[str]) -> set[int]:
        """The numbers of all names that share a telling stem or its root with these."""
        found: set[int] = set()
        for stem in stems:
            found.update(self._by_stem.get(stem, ()))
            if stem not in HEADS:
                found.update(self._by_root.get(root(stem), ()))
        return found

    def headed_by(self, stems: Iterable[str]) -> set[int]:
        """The numbers of all names that begin with one of these: "progettista" alone is at least some designer."""
        return {number for stem in stems for number in self._by_head.get(stem, ())}

    def called(self, stems: Sequence[str]) -> list[Name]:
        """The names of trades that consist of exactly these stems, in this order."""
        return [self.names[number] for number in self._by_stems.get(tuple(stems), ())]

    def same_trade(self, trade: int) -> list[Name]:
        """All names of a trade, the usual one first."""
        return [self.names[number] for number in self._of_trade[trade]]


def _weights(names: Iterable[tuple[str, ...]]) -> dict[str, float]:
    """Stem to how much it tells, by the share of names that have it."""
    spread: Counter[str] = Counter()
    total = 0
    for total, stems in enumerate(names, start=1):  # noqa: B007 - the last number is how many there were
        spread.update(set(stems))
    return {
        stem: math.log(1 + total / count) * (WEIGHT_OF_HEAD if stem in HEADS else 1.0) for stem, count in spread.items()
    }


@cache
def shipped() -> Vocabulary:
    """The names that come with the program."""
    return Vocabulary()


def known_in(folder: Path) -> Vocabulary:
    """The shipped names and what was imported into this folder (see `schemas.codes.imported`), read again if changed."""
    try:
        seen = (folder / imported.LABELS).stat()
    except FileNotFoundError:
        return shipped()
    return _with_imported(folder, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=2)
def _with_imported(folder: Path, _changed_ns: int, _size: int) -> Vocabulary:
    return Vocabulary((each.label, each.isco) for each in imported.load(folder))


def _cut_all(labels: Iterable[tuple[str, str]]) -> Iterator[Name]:
    """Every name, its weight still to be told; the same stems for the same group once."""
    seen = set()
    for written, code, trade, kind in _all_names(labels):
        stems = titles.stems(written)
        if kind == GROUP:
            stems = tuple(each for each in stems if each not in _RESIDUE)
        if stems and (stems, code) not in seen:
            seen.add((stems, code))
            yield Name(written, code, trade, stems, 0.0, kind)


def _all_names(labels: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, int, str]]:
    """(as written, unit group, number of the trade, kind); every label and every group is a trade of its own."""
    number = count()
    for each in trades():
        trade = next(number)
        yield from ((name, each.isco, trade, TRADE) for name in each.names)
    for written, code in labels:
        if imported.is_unit_group(code):
            yield written, code, next(number), LABEL
    for group in occupations.groups(occupations.UNIT_GROUP_DIGITS):
        trade = next(number)
        yield from ((title, group.code, trade, GROUP) for title in (group.title_it, group.title_en))
