from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from node.figures import months, queries, reckoning
from node.figures.reckoning import Fact
from schemas.figures import ROWS_MAX, FiguresDocument

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def fact(published, ended=None, ending=None, **changes):
    given = {"comune": "012072", "contract": "determinato", "sector": "52", "positions": 1, "positions_filled": None}
    return Fact(**given | changes, published_at=published, ended_at=ended, ending=ending)


def row(facts, month="2026-11"):
    rows = reckoning.rows_of(facts, month, NOW)
    assert len(rows) == 1
    return {name: count for name, count in rows[0].items() if count and name not in ("comune", "contract", "sector")}


def day(number, month=11):
    return datetime(2026, month, number, 10, tzinfo=UTC)


def test_a_vacancy_opened_this_month_counts_as_opened_and_open():
    assert row([fact(day(3), positions=2)]) == {"opened": 1, "positions_opened": 2, "open": 1, "positions_open": 2}


def test_a_vacancy_filled_through_the_desk_is_no_longer_open():
    assert row([fact(day(3), day(20), "closed_desk", positions=3, positions_filled=2)]) == {
        "opened": 1, "positions_opened": 3, "closed_desk": 1, "positions_closed": 2,
    }  # fmt: skip


def test_a_withdrawn_or_expired_vacancy_fills_no_position():
    assert "positions_closed" not in row([fact(day(3), day(20), "withdrawn")])
    assert row([fact(day(3, 10), day(2), "expired")]) == {"expired": 1}


def test_what_closes_on_the_last_day_of_a_month_expires_in_that_month():
    midnight = datetime(2026, 10, 31, 23, tzinfo=UTC)
    on_the_last_day = fact(day(3, 10), midnight, "expired")
    assert row([on_the_last_day], "2026-10") == {"opened": 1, "positions_opened": 1, "expired": 1}
    assert reckoning.rows_of([on_the_last_day], "2026-11", NOW) == []


def test_a_past_month_shows_what_was_open_at_its_end():
    filled_later = fact(day(3, 9), day(20), "closed_desk")
    assert row([filled_later], "2026-10") == {"open": 1, "positions_open": 1}


def test_a_vacancy_published_after_the_month_is_not_in_it():
    assert reckoning.rows_of([fact(day(3))], "2026-10", NOW) == []


def test_a_month_begins_at_midnight_in_italy():
    last_minute = datetime(2026, 10, 31, 22, 59, tzinfo=UTC)
    assert months.month_of(last_minute) == "2026-10"
    assert months.month_of(last_minute + timedelta(minutes=1)) == "2026-11"
    assert row([fact(last_minute)], "2026-10")["opened"] == 1
    assert "opened" not in row([fact(last_minute)])


@pytest.mark.parametrize(
    ("month", "by", "expected"), [("2026-01", -1, "2025-12"), ("2026-12", 1, "2027-01"), ("2026-05", -17, "2024-12")]
)
def test_months_are_shifted_over_the_year(month, by, expected):
    assert months.shifted(month, by) == expected


def test_figures_of_a_large_desk_lose_detail_and_never_a_vacancy():
    many = [fact(day(3), comune=f"{number % 40:06d}", sector=f"{number % 90:02d}") for number in range(3_000)]
    rows = reckoning.rows_of(many, "2026-11", NOW)
    assert len(rows) <= ROWS_MAX
    assert sum(each["opened"] for each in rows) == 3_000
    assert {each["sector"] for each in rows} == {None}


def test_the_rows_pass_the_document_and_come_back_whole():
    rows = reckoning.rows_of([fact(day(3), sector=None), fact(day(4), day(5), "closed_others")], "2026-11", NOW)
    document = FiguresDocument().dump({"month": "2026-11", "generated_at": NOW, "rows": rows})
    FiguresDocument().load(document)
    assert queries.whole_rows(document) == rows


def told(origin, month, **counts):
    row = {"comune": "012072", "contract": "determinato", "sector": None} | dict.fromkeys(reckoning.COUNTS, 0) | counts
    return queries.Told(origin, month, [row])


def test_open_vacancies_are_those_of_the_last_month_and_all_others_are_added_up():
    autumn = [
        told("gavirate", "2026-10", open=7, opened=4),
        told("gavirate", "2026-11", open=5, opened=2),
        told("ispra", "2026-11", open=1),
    ]
    period = ("2026-10", "2026-11")
    assert queries.total_of(autumn, *period) == Counter(open=6, opened=6)
    assert queries.split_by("origin", autumn, *period) == {
        "gavirate": Counter(open=5, opened=6),
        "ispra": Counter(open=1),
    }
    assert queries.split_by("comune", autumn, *period) == {"012072": Counter(open=6, opened=6)}
    assert queries.split_by("sector", autumn, *period) == {"": Counter(open=6, opened=6)}
    assert queries.month_by_month(autumn, "2026-10", "2026-11") == {
        "2026-10": Counter(open=7, opened=4),
        "2026-11": Counter(open=6, opened=2),
    }


def test_a_silent_origin_counts_with_what_was_open_when_it_last_spoke():
    october = [told("ispra", "2026-10", open=4, opened=2)]
    assert queries.total_of(october, "2026-11", "2026-11") == Counter(open=4)
    assert queries.split_by("contract", october, "2026-11", "2026-11") == {"determinato": Counter(open=4)}
    assert queries.origins_of(october, "2026-11", "2026-11") == set(), "it has told nothing of November"


def test_what_was_told_later_does_not_count_at_the_end_of_a_past_period():
    assert queries.total_of([told("ispra", "2026-11", open=4, opened=2)], "2026-09", "2026-10") == Counter()


def test_the_period_before_is_as_long_and_ends_where_the_period_begins():
    both = [told("ispra", "2026-08", opened=1), told("ispra", "2026-09", opened=3), told("ispra", "2026-11", opened=7)]
    assert queries.period_before(both, "2026-10", "2026-11") == Counter(opened=4)


def test_there_is_no_comparison_with_months_of_which_nothing_is_known():
    assert queries.period_before([told("ispra", "2026-09", opened=3)], "2026-10", "2026-11") is None
