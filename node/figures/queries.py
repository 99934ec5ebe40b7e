"""The figures of a period, added up over the network, or read from our own vacancies."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import replica
from node.figures import reckoning
from node.figures.months import between, month_of, shifted
from node.figures.reckoning import Fact
from node.vacancies.models import Vacancy
from schemas.figures import COUNTS

DIMENSIONS = ("comune", "contract", "sector", "origin")
STANDING = ("open", "positions_open")
"""Counts that are not added up over time: what stands open when the period ends."""
HAPPENED = tuple(name for name in COUNTS if name not in STANDING)


@dataclass
class Figures:
    """Sums over a period: `total` over all, `by[dimension][key]` for each value of a dimension.

    `origins` are those who told something of the period.
    """

    first: str
    last: str
    total: Counter[str] = field(default_factory=Counter)
    by: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {name: defaultdict(Counter) for name in DIMENSIONS}
    )
    origins: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Told:
    """The rows of one origin for one month."""

    origin: str
    month: str
    rows: Sequence[dict[str, Any]]


def facts(session: Session, home: str) -> list[Fact]:
    """Every vacancy that was ever published here, as figures count it; abroad counts under the ISTAT code `home`."""
    columns = select(
        Vacancy.comune, Vacancy.contract, Vacancy.sector, Vacancy.positions, Vacancy.positions_filled,
        Vacancy.published_at, Vacancy.ended_at, Vacancy.state, Vacancy.outcome,
    ).where(Vacancy.published_at.is_not(None))  # fmt: skip
    return [
        Fact(comune or home, *others, reckoning.ENDINGS.get((state, outcome)))
        for comune, *others, state, outcome in session.execute(columns)
    ]


def first_month(counted: Iterable[Fact], default: str) -> str:
    """The month of the earliest publication."""
    return min((month_of(fact.published_at) for fact in counted), default=default)


def added_up(told: Sequence[Told], first: str, last: str) -> Figures:
    """What the origins told of the months from `first` to `last`.

    An origin that has been silent since an earlier month counts with what was open when it last spoke: its vacancies
    are still shown, too.
    """
    figures = Figures(first, last)
    latest: dict[str, str] = {}
    for each in told:
        if each.month <= last:
            latest[each.origin] = max(each.month, latest.get(each.origin, each.month))
    for each in told:
        if first <= each.month <= last:
            figures.origins.add(each.origin)
            add(figures, each, HAPPENED)
        if each.month == latest.get(each.origin):
            add(figures, each, STANDING)
    return figures


def month_by_month(told: Sequence[Told], first: str, last: str) -> dict[str, Counter[str]]:
    """The sums over the network of each month, with what was open at its own end."""
    return {month: added_up(told, month, month).total for month in between(first, last)}


def period_before(told: Sequence[Told], first: str, last: str) -> Figures | None:
    """The figures of as many months before; None when the network's memory does not reach back to their beginning."""
    length = sum(1 for _month in between(first, last))
    begins = shifted(first, -length)
    reaches_back = any(each.month <= begins for each in told)
    return added_up(told, begins, shifted(last, -length)) if reaches_back else None


def own_figures(session: Session, origin: str, home: str, now: datetime) -> list[Told]:
    """Our own months, up to the second."""
    counted = facts(session, home)
    current = month_of(now)
    months = between(first_month(counted, current), current)
    return [Told(origin, month, reckoning.rows_of(counted, month, now)) for month in months]


def copies(session: Session) -> list[Told]:
    """What every origin has told, from the replica."""
    bodies = ((copy.origin, copy.body) for copy in replica.live(session, "figures"))
    return [Told(origin, body["month"], whole_rows(body)) for origin, body in bodies]


def add(figures: Figures, told: Told, names: Iterable[str]) -> None:
    """Add these counts of every row, where there are any."""
    for row in told.rows:
        counts = {name: row[name] for name in names if row[name]}
        if not counts:
            continue
        figures.total.update(counts)
        for name in ("comune", "contract", "sector"):
            figures.by[name][row[name] or ""].update(counts)
        figures.by["origin"][told.origin].update(counts)


def whole_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a document with the zeros that it leaves out."""
    keys = ("comune", "contract", "sector")
    return [
        {name: row.get(name) for name in keys} | {name: row.get(name, 0) for name in COUNTS} for row in document["rows"]
    ]


def document_of(text: str | None) -> dict[str, Any]:
    return json.loads(text or "{}")
