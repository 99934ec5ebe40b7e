"""How much a vacancy is worth by its age: half of its score for each year that it is older than another.

The engine multiplies a score by a stored number of the vacancy, so the number must order two vacancies alike at every
moment: it cannot fade, it has to double with time. It also takes the logarithm first, of 32 bits, which leaves room for
seven doublings. So the number counts from the day on which an index was begun, and an index is built anew before the room
is used up, every few years.
"""

from datetime import date
from math import frexp, ldexp, log2

HALF_LIFE_DAYS = 365
LARGEST = 127.0  # two to this power is the largest number of the engine
_BEFORE_DAYS = 540  # older ones, seen from the first day, are all worth the same
_STEPS = 256  # between a weight and its double; coarser numbers are stored in fewer bits

LIFE_DAYS = int(HALF_LIFE_DAYS * log2(LARGEST)) - _BEFORE_DAYS - 30
"""So long an index serves."""


def factor(published_on: date, begun_on: date) -> float:
    """By what the score of a vacancy is multiplied in an index begun on that day; meaningful beside another's."""
    doublings = ((published_on - begun_on).days + _BEFORE_DAYS) / HALF_LIFE_DAYS
    return min(2 ** max(doublings, 0.0), LARGEST) if doublings < LARGEST else LARGEST


def weight(published_on: date, begun_on: date) -> float:
    """The number to store for that factor: the engine multiplies by the binary logarithm of two more than it."""
    fraction, power = frexp(2 ** factor(published_on, begun_on) - 2)
    return ldexp(round(fraction * _STEPS * 2) / (_STEPS * 2), power)
