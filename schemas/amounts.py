"""Numbers as people in Italy write them: the point groups thousands, the comma starts the decimals, "€" may stand by.

"1.450" is one thousand four hundred and fifty, "14.50" is fourteen and a half: a point followed by exactly three digits
groups, any other point is a decimal one, as calculators print it. "8 ore" is refused: a unit that the field does not
know would be lost silently.
"""

import re
from decimal import Decimal

_GROUPED = re.compile(r"\d{1,3}(?:[.' ’]\d{3})+(?:,\d+)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_CURRENCY = re.compile(r"^(?:€|eur|euro)\s*|\s*(?:€|eur|euro)$", re.IGNORECASE)


def read(text: str) -> Decimal | None:
    """The number in `text`, or None when it is not one (or has more than twelve digits)."""
    text = _CURRENCY.sub("", text.strip(), count=1)
    if len(text) > 16 or (not text.isascii() and "’" not in text):
        return None
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub("[.' ’]", "", text).replace(",", "."))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def written(number: Decimal) -> str:
    """The number the Italian way: 1.450,50; whole ones without decimals."""
    whole = number == number.to_integral_value()
    english = f"{number:,.0f}" if whole else f"{number:,.2f}"
    return english.translate(str.maketrans(",.", ".,"))


def as_json(number: Decimal) -> int | float:
    """The number as JSON writes it: whole ones as integers, others with their two decimals."""
    return int(number) if number == number.to_integral_value() else float(number)
