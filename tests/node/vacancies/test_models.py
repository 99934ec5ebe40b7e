"""Rules that the database itself holds: no import or later slice can get past them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from node.core import clock
from node.vacancies.models import Vacancy

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLISHED = {
    "state": "published", "title": "Cuoco/a", "contract": "determinato", "closes_on": date(2026, 12, 31),
    "how_to_apply": "Vieni", "published_at": NOON,
}  # fmt: skip


def vacancy(**columns):
    return Vacancy(created_at=NOON, changed_at=NOON, **columns)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        (PUBLISHED | {"state": "sospesa"}, "state_is_known"),
        (PUBLISHED | {"published_at": None}, "published_unless_draft"),
        ({"published_at": NOON}, "published_unless_draft"),
        (PUBLISHED | {"title": None}, "complete_unless_draft"),
        (PUBLISHED | {"state": "closed", "ended_at": NOON}, "outcome_iff_closed"),
        (PUBLISHED | {"outcome": "altri"}, "outcome_iff_closed"),
        (PUBLISHED | {"state": "closed", "ended_at": NOON, "outcome": "boh"}, "outcome_is_known"),
        (PUBLISHED | {"state": "expired"}, "ended_iff_over"),
        (PUBLISHED | {"ended_at": NOON}, "ended_iff_over"),
        ({"positions": 0}, "positions_above_zero"),
        ({"positions_filled": -1}, "positions_filled_not_negative"),
        ({"pay_min": Decimal(2), "pay_max": Decimal(1), "pay_period": "ora"}, "pay_min_up_to_pay_max"),
        ({"pay_min": Decimal(-2), "pay_period": "ora"}, "pay_not_negative"),
        ({"pay_max": Decimal(2)}, "pay_has_its_period"),
        ({"weekly_hours": Decimal(61)}, "weekly_hours_of_a_week"),
    ],
)
def test_the_database_refuses_a_vacancy_that_makes_no_sense(session, parties, columns, rule):
    session.add(vacancy(**columns, desk_ref=parties["desk"]))
    with pytest.raises(IntegrityError, match=rule):
        session.flush()


def test_two_vacancies_never_come_from_one_form(session):
    session.add_all([vacancy(submitted_as="gettone"), vacancy(submitted_as="gettone")])
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_vacancy_abroad_has_no_comune():
    assert vacancy(places=[{"locality": "Lugano", "country": "CH", "lat": 46.0, "lon": 8.95}]).comune is None
    assert vacancy(places=[{"istat": "012072", "name": "Gavirate"}]).comune == "012072"


def test_the_last_day_has_no_days_left():
    with clock.at(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)):
        assert vacancy(closes_on=date(2026, 12, 31)).days_left == 0
