"""On which days a desk receives: not on Italian holidays, not when it says that it is closed."""

from datetime import date, timedelta
from functools import cache

import holidays

from node.appointments import queries

SATURDAY = 5
LOOK_AHEAD_DAYS = 60


@cache
def national_holidays(year: int) -> dict[date, str]:
    """day -> its name in Italian, as the law of that year has them."""
    return dict(holidays.country_holidays("IT", years=year, language="it_IT"))


def why_closed(day: date, closings) -> str | None:
    """The holiday, or what the desk has said; None on a day like others."""
    told = next((closing.reason for closing in closings if closing.covers(day)), None)
    return national_holidays(day.year).get(day) or told


def working_day_after(session, day: date, desk_ref: str, count: int) -> date:
    """The day so many working days later; the last one looked at for a desk that is closed for months."""
    closings = queries.closings_of(session, desk_ref)
    last = day + timedelta(days=LOOK_AHEAD_DAYS)
    while count and day < last:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and why_closed(day, closings) is None:
            count -= 1
    return day
