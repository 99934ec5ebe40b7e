from datetime import date, timedelta
from math import log2

import pytest

from federation.search import freshness

BEGUN = date(2026, 10, 3)


def multiplied(days):
    """By what the engine multiplies the score of a vacancy published so many days after the index was begun."""
    return log2(2 + freshness.weight(BEGUN + timedelta(days=days), BEGUN))


@pytest.mark.parametrize("days", [-100, 0, 1, 400, freshness.LIFE_DAYS])
def test_a_vacancy_loses_half_of_its_score_in_a_half_life_whenever_that_is(days):
    assert multiplied(days) / multiplied(days - freshness.HALF_LIFE_DAYS) == pytest.approx(2, rel=0.01)


def test_a_newer_vacancy_is_never_worth_less():
    factors = [multiplied(days) for days in range(-1000, freshness.LIFE_DAYS + 400)]
    assert factors == sorted(factors)
    assert factors[0] == pytest.approx(1)
    assert factors[-1] == pytest.approx(freshness.LARGEST)


def test_days_in_other_centuries_are_no_matter():
    assert freshness.weight(date.min, BEGUN) == 0
    assert freshness.weight(date.max, BEGUN) == 2.0**freshness.LARGEST
