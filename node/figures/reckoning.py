"""From our own vacancies to the figures of a month, as the network will read them.

Counted by comune, contract and sector. A document holds a bounded number of rows, so a very large desk gives up detail
in a fixed order (sector, then comune) instead of leaving anything out: the sums stay true.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from node.figures.months import ends_at, starts_at
from schemas.figures import COUNTS, ROWS_MAX

ENDINGS = {
    ("closed", "sportello"): "closed_desk",
    ("closed", "altri"): "closed_others",
    ("closed", "ritirata"): "withdrawn",
    ("expired", None): "expired",
}
FILLED = frozenset({"closed_desk", "closed_others"})


class Fact(NamedTuple):
    """What figures need to know of one vacancy; `ended_at`, `ending` are None while it is open."""

    comune: str
    contract: str
    sector: str | None
    positions: int
    positions_filled: int | None
    published_at: datetime
    ended_at: datetime | None
    ending: str | None


Key = tuple[str, str, str | None]


def rows_of(facts: Iterable[Fact], month: str, now: datetime) -> list[dict[str, Any]]:
    """The rows of FiguresDocument for `month`; what is open is counted at its end, or `now` while it lasts."""
    counted: dict[Key, Counter[str]] = defaultdict(Counter)
    first, after = starts_at(month), min(ends_at(month), now)
    for fact in facts:
        if fact.published_at < after and (fact.ended_at is None or fact.ended_at > first):
            counted[fact.comune, fact.contract, fact.sector].update(counts_of(fact, first, after))
    return [as_row(key, counts) for key, counts in sorted(bounded(counted).items(), key=sortable)]


def counts_of(fact: Fact, first: datetime, after: datetime) -> Counter[str]:
    """What a vacancy published before `after` and not ended by `first` adds to the time between the two.

    A closing day ends at midnight, which is the first instant of the next day: an end at `after` belongs to this time.
    """
    counts: Counter[str] = Counter()
    if fact.published_at >= first:
        counts["opened"] = 1
        counts["positions_opened"] = fact.positions
    if fact.ended_at is None or fact.ended_at > after:
        counts["open"] = 1
        counts["positions_open"] = fact.positions
    elif fact.ending is not None:
        counts[fact.ending] = 1
        if fact.ending in FILLED:
            counts["positions_closed"] = fact.positions if fact.positions_filled is None else fact.positions_filled
    return counts


def bounded(counted: dict[Key, Counter[str]]) -> dict[Key, Counter[str]]:
    """At most ROWS_MAX rows: without sectors if there are more, then all under the comune with the most."""
    if len(counted) > ROWS_MAX:
        counted = merged(counted, lambda key: (key[0], key[1], None))
    if len(counted) > ROWS_MAX:
        largest = Counter(key[0] for key in counted).most_common(1)[0][0]
        counted = merged(counted, lambda key: (largest, key[1], None))
    return counted


def merged(counted: dict[Key, Counter[str]], coarser: Any) -> dict[Key, Counter[str]]:
    sums: dict[Key, Counter[str]] = defaultdict(Counter)
    for key, counts in counted.items():
        sums[coarser(key)].update(counts)
    return sums


def sortable(row: tuple[Key, Counter[str]]) -> tuple[str, str, str]:
    comune, contract, sector = row[0]
    return comune, contract, sector or ""


def as_row(key: Key, counts: Counter[str]) -> dict[str, Any]:
    comune, contract, sector = key
    return {"comune": comune, "contract": contract, "sector": sector} | {name: counts[name] for name in COUNTS}
