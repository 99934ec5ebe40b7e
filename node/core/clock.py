"""One clock for the whole node, so that a test can say what time it is.

Moments are aware UTC; days are those of the calendar on an Italian wall.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from schemas.days import ROME

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day on which `moment` falls in Italy."""
    return moment.astimezone(ROME).date()


@contextmanager
def at(when: datetime) -> Iterator[datetime]:
    """Hold the clock of this thread still at `when` (aware)."""
    if when.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment: give datetime(..., tzinfo=UTC)")
    token = _fixed.set(when.astimezone(UTC))
    try:
        yield when
    finally:
        _fixed.reset(token)
