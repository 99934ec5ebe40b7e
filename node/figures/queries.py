"""The figures of a period, added up over the network, or read from our own vacancies."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import replica
from node.figures import reckoning
from node.figures.months import between, kept, month_of, shifted
from node.figures.reckoning import Fact
from node.vacancies.models import Vacancy
from schemas.figures import COUNTS, figures_id

STANDING = ("open", "positions_open")
"""Counts that are not added up over time: what stands open when the period ends."""
HAPPENED = tuple(name for name in COUNTS if name not in STANDING)


@dataclass(frozen=True)
class Told:
    """The rows of one origin for one month."""

    origin: str
    month: str
    rows: Sequence[dict[str, Any]]

    @cached_property
    def total(self) -> dict[str, int]:
        return {name: sum(row[name] for row in self.rows) for name in COUNTS}


def facts(session: Session, home: str) -> list[Fact]:
    """Every vacancy that was ever published here, as figures count it; abroad counts under the ISTAT code `home`.

    Those brought in from before, when they were over already, never were.
    """
    columns = select(
        Vacancy.comune, Vacancy.contract, Vacancy.sector, Vacancy.positions, Vacancy.positions_filled,
        Vacancy.published_at, Vacancy.ended_at, Vacancy.state, Vacancy.outcome,
    ).where(Vacancy.published_at.is_not(None), Vacancy.archived_at.is_(None))  # fmt: skip
    return [
        Fact(comune or home, *others, reckoning.ENDINGS.get((state, outcome)))
        for comune, *others, state, outcome in session.execute(columns)
    ]


def own_months(session: Session, home: str, now: datetime) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(month, its rows) from the first vacancy on, or from the oldest month that is kept."""
    counted = facts(session, home)
    first = min((month_of(fact.published_at) for fact in counted), default=month_of(now))
    return ((month, reckoning.rows_of(counted, month, now)) for month in kept(now) if month >= first)


def total_of(told: Sequence[Told], first: str, last: str) -> Counter[str]:
    """The sums over the network of the months from `first` to `last`."""
    total: Counter[str] = Counter()
    for each, names in counting(told, first, last):
        total.update({name: each.total[name] for name in names})
    return total


def split_by(dimension: str, told: Sequence[Told], first: str, last: str) -> dict[str, Counter[str]]:
    """The same sums for each `comune`, `contract` or `sector` (blank: not given), or for each `origin`."""
    split: dict[str, Counter[str]] = defaultdict(Counter)
    for each, names in counting(told, first, last):
        for row in each.rows:
            counts = {name: row[name] for name in names if row[name]}
            if counts:
                split[each.origin if dimension == "origin" else row[dimension] or ""].update(counts)
    return split


def counting(told: Sequence[Told], first: str, last: str) -> Iterator[tuple[Told, tuple[str, ...]]]:
    """What counts in a period, and which of its counts.

    An origin that has been silent since an earlier month counts with what was open when it last spoke: its vacancies
    are still shown, too.
    """
    latest: dict[str, str] = {}
    for each in told:
        if each.month <= last:
            latest[each.origin] = max(each.month, latest.get(each.origin, each.month))
    for each in told:
        if first <= each.month <= last:
            yield each, HAPPENED
        if each.month == latest.get(each.origin):
            yield each, STANDING


def month_by_month(told: Sequence[Told], first: str, last: str) -> dict[str, Counter[str]]:
    """The sums over the network of each month, with what was open at its own end."""
    return {month: total_of(told, month, month) for month in between(first, last)}


def period_before(told: Sequence[Told], first: str, last: str) -> Counter[str] | None:
    """The sums of as many months before; None when the network's memory does not reach back to their beginning."""
    length = sum(1 for _month in between(first, last))
    begins = shifted(first, -length)
    reaches_back = any(each.month <= begins for each in told)
    return total_of(told, begins, shifted(last, -length)) if reaches_back else None


def origins_of(told: Iterable[Told], first: str, last: str) -> set[str]:
    """Who has told something of these months."""
    return {each.origin for each in told if first <= each.month <= last}


def own_figures(session: Session, origin: str, home: str, now: datetime) -> list[Told]:
    """Our own months, up to the second."""
    return [Told(origin, month, rows) for month, rows in own_months(session, home, now)]


def copies(session: Session) -> list[Told]:
    """What every origin has told, from the replica; a month that came under another id would be counted twice."""
    held = ((copy, copy.body) for copy in replica.live(session, "figures"))
    return [
        Told(copy.origin, body["month"], whole_rows(body))
        for copy, body in held
        if copy.id == figures_id(body["month"])
    ]


def whole_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a document with the zeros that it leaves out."""
    keys = ("comune", "contract", "sector")
    return [
        {name: row.get(name) for name in keys} | {name: row.get(name, 0) for name in COUNTS} for row in document["rows"]
    ]
