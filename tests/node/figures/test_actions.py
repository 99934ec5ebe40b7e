from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from federation import register
from federation.register import RegisterRow
from node.core.db import transaction
from node.figures import months
from node.figures.actions import refresh_figures
from tests.node.figures.conftest import HOME, NOW


@pytest.fixture
def refresh(desk):
    """`refresh(now)`: how many months were published anew."""

    def refreshed(now=NOW):
        with transaction(desk) as session:
            return refresh_figures(session, HOME, now)

    return refreshed


@pytest.fixture
def documents(desk):
    """`documents()`: month -> the rows that the register holds for it."""

    def held():
        with desk.reading() as session:
            return {
                row.id.removeprefix("figures:"): register.strict_json(row.document)["rows"]
                for row in session.scalars(select(RegisterRow).where(RegisterRow.kind == "figures"))
                if row.document
            }

    return held


def revisions(desk):
    with desk.reading() as session:
        return dict(session.execute(select(RegisterRow.id, RegisterRow.revision)).all())


def test_every_month_since_the_first_vacancy_is_told_to_the_members(desk, publish, refresh, documents):
    publish(9, 3, positions="2")
    assert refresh() == 3
    row = {"comune": "012138", "contract": "determinato", "sector": "28", "open": 1, "positions_open": 2}
    assert documents() == {"2026-09": [row | {"opened": 1, "positions_opened": 2}], "2026-10": [row], "2026-11": [row]}
    with desk.reading() as session:
        audiences = select(RegisterRow.audience).where(RegisterRow.kind == "figures").distinct()
        assert session.scalars(audiences).all() == ["members"]


def test_a_node_without_vacancies_tells_an_empty_month(refresh, documents):
    assert refresh() == 1
    assert documents() == {"2026-11": []}


def test_figures_that_are_known_are_not_told_again(desk, publish, refresh):
    publish(9, 3)
    refresh()
    before = revisions(desk)
    assert refresh(NOW + timedelta(hours=3)) == 0
    assert revisions(desk) == before


def test_only_the_month_that_changed_is_told_again(publish, refresh, documents):
    publish(9, 3)
    refresh()
    publish(10, 5, "sportello", ended=NOW - timedelta(days=1))
    earlier = documents()
    assert refresh() == 2
    assert documents()["2026-09"] == earlier["2026-09"]
    assert documents()["2026-11"][0]["closed_desk"] == 1


def test_a_new_month_is_told_although_nothing_happened(publish, refresh, documents):
    publish(11, 3)
    refresh()
    assert refresh(datetime(2026, 11, 30, 23, 1, tzinfo=UTC)) == 1, "in Italy it is December"
    assert documents()["2026-12"][0]["open"] == 1


def test_months_that_are_too_old_are_withdrawn(desk, publish, refresh, documents):
    publish(9, 3)
    refresh()
    refresh(datetime(2028, 10, 2, tzinfo=UTC))
    assert "2026-09" not in documents()
    assert len(documents()) == months.KEPT
    with desk.reading() as session:
        assert register.status_of(session, "figures:2026-09") == "withdrawn"
        assert register.status_of(session, "figures:2026-10") == "waiting"


def test_work_abroad_counts_where_the_desk_is(publish, refresh, documents):
    publish(11, 3, places=["Lugano (CH)"])
    refresh()
    assert [row["comune"] for row in documents()["2026-11"]] == [HOME]
