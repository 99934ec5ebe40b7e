from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from schemas import days
from schemas.days import closing_instant, read_day, rome_today


@pytest.mark.parametrize(
    "text",
    [
        "31/12/2026",
        "31-12-2026",
        "31.12.2026",
        "31 12 2026",
        "31/12/26",
        "2026-12-31",
        " 31 / 12 / 2026 ",
        "31 dicembre 2026",
        "31 Dic. 2026",
        "31 DICEMBRE 2026",
    ],
)
def test_a_day_is_read_as_people_write_it(text):
    assert read_day(text) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31/02/2027", "Il giorno 31/02/2027 non esiste nel calendario."),
        ("2027-13-01", "Il giorno 2027-13-01 non esiste nel calendario."),
        ("presto", "«presto» non è una data: scrivila così: 31/12/2026."),
        ("12/2026", "«12/2026» non è una data: scrivila così: 31/12/2026."),
        ("1 foobar 2026", "«1 foobar 2026» non è una data: scrivila così: 31/12/2026."),
        ("31/12/0026", "L'anno 26 non è possibile: controlla la data."),
        ("31/12/2101", "L'anno 2101 non è possibile: controlla la data."),
    ],
)
def test_a_day_that_cannot_be_read_is_answered_with_what_would_be_right(text, sentence):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the sentence is compared below
        read_day(text)
    assert refused.value.args[0] == sentence


@given(st.dates(days.FIRST_DAY, days.LAST_DAY))
def test_a_day_written_in_numbers_is_read_back(day):
    assert read_day(day.isoformat()) == day
    assert read_day(f"{day.day}/{day.month}/{day.year:04}") == day


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 15, 23, tzinfo=UTC)),
        (date(2026, 7, 15), datetime(2026, 7, 15, 22, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_closing_day_ends_at_midnight_in_rome_also_when_the_clocks_change(day, instant):
    assert closing_instant(day) == instant
    assert closing_instant(day).utcoffset() == timedelta(0)


def test_the_day_the_clocks_go_forward_has_23_hours_and_the_day_they_go_back_25():
    def hours(day):
        return (closing_instant(day) - closing_instant(day - timedelta(days=1))) / timedelta(hours=1)

    assert [hours(date(2026, 3, 29)), hours(date(2026, 6, 1)), hours(date(2026, 10, 25))] == [23, 24, 25]


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_in_rome_it_is_still_the_closing_day_a_second_before_and_no_longer_at_the_instant(day):
    end = closing_instant(day)
    assert (end - timedelta(seconds=1)).astimezone(days.ROME).date() == day
    assert end.astimezone(days.ROME).date() == day + timedelta(days=1)


def test_today_is_the_day_in_rome_and_not_in_greenwich():
    with time_machine.travel(datetime(2026, 7, 15, 22, 30, tzinfo=UTC), tick=False):
        assert rome_today() == date(2026, 7, 16)
