"""Days as people in Italy write and mean them.

A closing day is a promise to the reader of a notice: she may still come on that day, until midnight where she lives. The
network compares instants in UTC, so the day has to be turned into one here, once, with the clock changes in mind.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.messages import Message

ROME = ZoneInfo("Europe/Rome")
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_ITALIAN = re.compile(r"(?P<day>\d{1,2})\s?[/.\- ]\s?(?P<month>\d{1,2})\s?[/.\- ]\s?(?P<year>\d{4}|\d{2})")
_IN_WORDS = re.compile(r"(?P<day>\d{1,2})[°º]?\s(?P<month>[a-z]{3,9})\.?\s(?P<year>\d{4})", re.IGNORECASE)
_MONTHS = ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic")


def rome_today() -> date:
    """The day that the calendar on an Italian wall shows now."""
    return datetime.now(ROME).date()


def closing_instant(day: date) -> datetime:
    """The instant (aware, UTC) at which `day` ends in Italy: what closes on that day is open until then."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=ROME)
    return midnight.astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the end of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def opening_instant(day: date) -> datetime:
    """The instant (aware, UTC) at which `day` begins in Italy."""
    return closing_instant(day - timedelta(days=1))


def read_day(text: str) -> date:
    """The day in `text`: 31/12/2026, 31-12-2026, 31.12.26, 31 dicembre 2026 or 2026-12-31.

    Raises ValueError, whose argument is a Message, when the text is not a date or names a day that does not exist.
    """
    text = text.strip()
    match = _ISO.fullmatch(text) or _ITALIAN.fullmatch(text) or _IN_WORDS.fullmatch(text)
    month = _month(match["month"]) if match else None
    if not match or month is None:
        raise ValueError(Message("«{typed}» non è una data: scrivila così: 31/12/2026.", typed=text[:40]))
    year = int(match["year"]) if len(match["year"]) == 4 else 2000 + int(match["year"])
    try:
        day = date(year, month, int(match["day"]))
    except ValueError as error:
        raise ValueError(Message("Il giorno {typed} non esiste nel calendario.", typed=text)) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(Message("L'anno {year} non è possibile: controlla la data.", year=day.year))
    return day


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    start = text[:3].lower()
    return _MONTHS.index(start) + 1 if start in _MONTHS else None
