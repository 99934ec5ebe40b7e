"""Calendar months as figures count them: an Italian month, written `2026-11`."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from schemas.days import ROME

KEPT = 25
"""Two years and the current month: enough to set every month beside the same one a year before."""


def month_of(when: date | datetime) -> str:
    """`2026-11`; a moment belongs to the month that Italian calendars show."""
    day = when.astimezone(ROME).date() if isinstance(when, datetime) else when
    return f"{day:%Y-%m}"


def shifted(month: str, by: int) -> str:
    """The month `by` months later (earlier when negative)."""
    year, number = map(int, month.split("-"))
    years, zero_based = divmod(year * 12 + number - 1 + by, 12)
    return f"{years:04d}-{zero_based + 1:02d}"


def between(first: str, last: str) -> Iterator[str]:
    """Every month from `first` to `last`, both included."""
    while first <= last:
        yield first
        first = shifted(first, 1)


def kept(now: datetime) -> list[str]:
    """The months of which figures are told and shown, oldest first."""
    current = month_of(now)
    return list(between(shifted(current, 1 - KEPT), current))


def starts_at(month: str) -> datetime:
    """The first instant of the month in Italy, as aware UTC."""
    year, number = map(int, month.split("-"))
    return datetime(year, number, 1, tzinfo=ROME).astimezone(UTC)


def ends_at(month: str) -> datetime:
    """The first instant after the month, as aware UTC."""
    return starts_at(shifted(month, 1))
