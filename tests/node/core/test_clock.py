from datetime import UTC, date, datetime

import pytest

from node.core import clock


def test_a_moment_after_midnight_in_rome_is_already_the_next_day():
    with clock.at(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 2)


def test_in_winter_midnight_in_rome_is_an_hour_before_utc():
    assert clock.day_of(datetime(2026, 1, 1, 22, 59, tzinfo=UTC)) == date(2026, 1, 1)
    assert clock.day_of(datetime(2026, 1, 1, 23, 0, tzinfo=UTC)) == date(2026, 1, 2)


def test_the_clock_goes_on_after_it_was_held():
    with clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        assert clock.now().year == 2020
    assert clock.now().year > 2020
    assert clock.now().tzinfo is UTC


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="tzinfo=UTC"), clock.at(datetime(2020, 1, 1)):  # noqa: DTZ001 - that is the fault
        pass
