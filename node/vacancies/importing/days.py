"""Days in other people's tables: "lunedì 15 giugno", "15/6/26", "2026-06-15 00:00:00", 46188.

`schemas.days` reads what a form may ask for; a table holds what a dozen programs and colleagues left there. One thing
cannot be told from a single cell, whether 6/7 is July or June: that is asked of the whole column.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from schemas.days import read_day
from schemas.messages import Message

_TIME = re.compile(r"(?<=\d)(?:\s*T|\s+)(?:ore\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M|Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)  # fmt: skip
_LEAD = re.compile(
    r"^(?:(?:entro|fino|sino|non oltre|dal|al|il|a|del|scade|scadenza|e|giorno)[\s:]+)*"
    r"(?:(?:lun|mar|mer|gio|ven|sab|dom)[a-zì]*[,.]?\s+)?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_WORDS = re.compile(r"(\d{1,2})[°º]?[\s\-/.]+([a-z]{3,9})\.?[\s\-/.]+['’]?(\d{4}|\d{2})", re.IGNORECASE)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[34567]\d{4}(?:[.,]\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
"""Excel counts days from here (it believes that 1900 was a leap year)."""

UNREADABLE = 25  # characters of a cell that is shown


def read(text: str, month_first: bool = False) -> date:
    """The day that a cell means; `month_first` reads 6/15/2026 the American way.

    Raises ValueError, whose argument is a Message.
    """
    bare = _LEAD.sub("", _TIME.sub("", " ".join(text.split()))).strip(" .,;")
    if _SERIAL.fullmatch(bare):
        return _SERIAL_ZERO + timedelta(days=int(re.split("[.,]", bare)[0]))
    if compact := _COMPACT.fullmatch(bare):
        return read_day("-".join(compact.groups()))
    if words := _WORDS.fullmatch(bare):
        day, month, year = words.groups()
        bare = f"{day} {month} {year if len(year) == 4 else f'20{year}'}"
    if month_first and (numbers := _NUMBERS.fullmatch(bare)):
        month, day, year = numbers.groups()
        bare = f"{day}/{month}/{year}"
    try:
        return read_day(bare)
    except ValueError as fault:
        if bare == text.strip():
            raise
        raise ValueError(
            Message("«{typed}» non è una data: scrivila così: 31/12/2026.", typed=text.strip()[:UNREADABLE])
        ) from fault


def is_day(text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return _NUMBERS.fullmatch(text.strip()) is not None
    return True


def is_month_first(cells: Iterable[str]) -> bool:
    """Whether a column writes the month before the day: some second number is no month, and no first one is too large."""
    numbers = [found for cell in cells if (found := _NUMBERS.match(_LEAD.sub("", cell.strip())))]
    firsts, seconds = [int(each[1]) for each in numbers], [int(each[2]) for each in numbers]
    return any(second > 12 for second in seconds) and all(first <= 12 for first in firsts)
