"""Pay as it stands in one cell: "1.400–1.600 € al mese", "RAL 28k", "9,50/h"."""

import re
from decimal import Decimal
from typing import NamedTuple

from schemas import amounts

_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.' ’]\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d|\s?[°ºª])\s*(k\b|mila\b)?", re.IGNORECASE)  # fmt: skip
_PERIODS = (
    ("ora", re.compile(r"\bor[ae]\b|\borari[aeo]\b|\bh\b|/h\b|\bhour|per hour", re.IGNORECASE)),
    ("giorno", re.compile(r"\bgiorn|\bdie\b|\bday\b", re.IGNORECASE)),
    ("anno", re.compile(r"\bann[oiu]|\bral\b|\byear", re.IGNORECASE)),
    ("mese", re.compile(r"\bmes[ei]\b|\bmensil|\bmonth", re.IGNORECASE)),
)
# The gross pay that nobody gets for less time than this.
_BY_SIZE = ((Decimal(60), "ora"), (Decimal(250), "giorno"), (Decimal(7_000), "mese"))
# Less than this is no pay: "14 mensilità" counts months.
_LEAST = {"ora": Decimal(3), "giorno": Decimal(20), "mese": Decimal(100), "anno": Decimal(1_000)}
_TEXT_MAX = 80
THOUSAND = 1000


class Pay(NamedTuple):
    lowest: Decimal
    highest: Decimal | None
    period: str


def read(text: str) -> Pay | None:
    """The pay that a cell tells; None when it has no figures, or more than two, or is a sentence."""
    found = _AMOUNT.findall(text) if len(text) <= _TEXT_MAX else []
    figures = [amounts.read(number) for number, _ in found]
    if not 1 <= len(figures) <= 2 or None in figures:
        return None
    has_thousands = any(thousands for _, thousands in found)
    sums = [figure * THOUSAND if has_thousands and figure < THOUSAND else figure for figure in figures]
    if not all(sums) or sums != sorted(sums):
        return None
    code = period(text) or _by_size(sums[-1])
    return Pay(sums[0], sums[-1] if sums[-1] != sums[0] else None, code) if sums[0] >= _LEAST[code] else None


def period(text: str) -> str | None:
    """`ora`, `giorno`, `mese` or `anno`; None when the text names none of them."""
    return next((code for code, words in _PERIODS if words.search(text)), None)


def _by_size(amount: Decimal) -> str:
    return next((code for below, code in _BY_SIZE if amount < below), "anno")
