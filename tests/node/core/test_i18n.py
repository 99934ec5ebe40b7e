from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from node.core import clock, i18n
from schemas.messages import Message

NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def italian(app):
    with app.test_request_context(headers={"Accept-Language": "it"}):
        yield


@pytest.fixture
def english(app):
    with app.test_request_context(headers={"Accept-Language": "de, en-GB;q=0.8, it;q=0.3"}):
        yield


def test_days_are_written_as_people_say_them(italian):
    assert i18n.day(date(2026, 10, 2)) == "venerdì 2 ottobre 2026"
    assert i18n.short_day("2026-10-02") == "2 ott 2026"
    assert i18n.moment(NOON) == "venerdì 2 ottobre 2026, 12:00"


def test_a_late_evening_in_utc_is_the_next_day_in_italy(italian):
    assert i18n.day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "giovedì 2 luglio 2026"
    assert i18n.day("2026-07-01T22:30:00Z") == "giovedì 2 luglio 2026"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "adesso"),
        (timedelta(seconds=-90), "adesso"),
        (timedelta(minutes=1, seconds=10), "1 minuto fa"),
        (timedelta(minutes=12), "12 minuti fa"),
        (timedelta(minutes=75), "75 minuti fa"),
        (timedelta(hours=3), "3 ore fa"),
        (timedelta(days=2), "2 giorni fa"),
    ],
)
def test_how_long_ago_is_said_in_round_numbers(italian, passed, said):
    with clock.at(NOON):
        assert i18n.ago(NOON - passed) == said


def test_the_browsers_language_is_followed(english):
    assert i18n.language() == "en"
    assert i18n.day(date(2026, 10, 2)) == "Friday 2 October 2026"


def test_the_cookie_comes_before_the_browser(app):
    with app.test_request_context(headers={"Accept-Language": "en", "Cookie": "lingua=it"}):
        assert i18n.language() == "it"


def test_a_language_that_we_do_not_speak_becomes_italian(app):
    with app.test_request_context(headers={"Accept-Language": "fr", "Cookie": "lingua=xx"}):
        assert i18n.language() == "it"


def test_numbers_sums_and_distances(italian):
    assert i18n.number(12345) == "12.345"
    assert i18n.money(Decimal("1450.00")) == "1.450 €"
    assert i18n.money(Decimal("9.5")) == "9,50 €"
    assert i18n.km(8.4) == "8 km"
    assert i18n.km(0.3) == "meno di 1 km"
    assert i18n.km(0) == "0 km"


def test_a_message_keeps_what_was_put_into_it_when_it_is_translated(italian):
    inner = Message("adesso")
    assert i18n.translate(Message("Al massimo {max}, {when}.", max=120, when=inner)) == "Al massimo 120, adesso."
    assert i18n.translate("100 %") == "100 %"
