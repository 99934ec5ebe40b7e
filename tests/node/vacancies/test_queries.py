from datetime import UTC, datetime, timedelta

import pytest

from node.core import clock
from node.vacancies import actions, queries
from tests.node.vacancies.conftest import MARIA

MORNING = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def shelf(session, data, parties):
    """A vacancy in every state, each published an hour after the one before."""
    titles = {"lontana": 40, "vicina": 7, "oggi": 0, "chiusa": 20, "scaduta": 1}
    made = {}
    for hour, (title, days) in enumerate(titles.items()):
        with clock.at(MORNING - timedelta(days=3) + timedelta(hours=hour)):
            closes_on = (MORNING + timedelta(days=days)).date().isoformat()
            made[title] = actions.publish_vacancy(session, MARIA, data(title=title, closes_on=closes_on))
    with clock.at(MORNING):
        made["scaduta"].closes_on = MORNING.date() - timedelta(days=1)
        actions.expire_due(session, MORNING)
        actions.close_vacancy(session, MARIA, made["chiusa"], {"outcome": "altri"})
        made["bozza"] = actions.save_draft(session, MARIA, data("employer", "contract", title="bozza"))
        yield made


def titles(session, **filters):
    found, total = queries.page_of(session, queries.filtered(**filters), 1)
    assert total == len(found)
    return [vacancy.title for vacancy in found]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("aperte", ["oggi", "vicina", "lontana"]),
        ("in-scadenza", ["oggi", "vicina"]),
        ("bozze", ["bozza"]),
        ("chiuse", ["chiusa"]),
        ("scadute", ["scaduta"]),
        ("tutte", ["oggi", "vicina", "lontana", "bozza", "scaduta", "chiusa"]),
    ],
)
def test_each_selection_lists_its_vacancies(session, shelf, selection, expected):
    assert titles(session, selection=selection) == expected
    assert queries.counts(session)[selection] == len(expected)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("pubblicazione", ["oggi", "vicina", "lontana"]),
        ("titolo", ["lontana", "oggi", "vicina"]),
        ("azienda", ["oggi", "vicina", "lontana"]),
    ],
)
def test_the_list_can_be_ordered(session, shelf, order, expected):
    assert titles(session, order=order) == expected


def test_words_of_title_and_employer_find_a_vacancy(session, shelf):
    assert titles(session, text="VICINA officine") == ["vicina"]
    assert titles(session, text="brebbia") == ["oggi", "vicina", "lontana"]
    assert titles(session, text="brebbia torino") == []
    assert titles(session, selection="bozze", text="bozza") == ["bozza"]


def test_the_list_can_be_one_employers(session, shelf, parties):
    assert titles(session, employer=parties["employer"]) == ["oggi", "vicina", "lontana"]
    assert titles(session, employer=parties["followed"]) == []


def test_the_last_vacancy_of_an_employer_is_the_last_published(session, shelf, parties):
    assert queries.latest_vacancy_of(session, parties["employer"]).title == "scaduta"
    assert queries.latest_vacancy_of(session, parties["followed"]) is None
    assert queries.latest_vacancy_of(session, None) is None


def test_the_usual_desk_is_that_of_the_last_vacancy(session, shelf, parties):
    assert queries.usual_desk(session, MARIA).ref == parties["desk"]


def test_a_long_list_comes_in_pages(session, data):
    for number in range(queries.PAGE_SIZE + 1):
        actions.publish_vacancy(session, MARIA, data(title=f"Addetto/a {number:02}"))
    first, total = queries.page_of(session, queries.filtered(order="titolo"), 1)
    second, _ = queries.page_of(session, queries.filtered(order="titolo"), 2)
    assert (len(first), [vacancy.title for vacancy in second], total) == (queries.PAGE_SIZE, ["Addetto/a 25"], 26)
