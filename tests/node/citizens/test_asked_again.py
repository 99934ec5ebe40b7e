"""A page that many ask for is made once, and never shown a moment too long."""

from datetime import timedelta

import pytest

from node.citizens import asked_again, results
from node.core import clock
from tests.federation.search.conftest import NOW

ADDRESS = "/lavoro?q=magazziniere"


@pytest.fixture
def made(monkeypatch):
    """What was searched for, each time that a page was made."""
    questions = []
    find = results.find

    def noted(question):
        questions.append(question.typed)
        return find(question)

    monkeypatch.setattr(results, "find", noted)
    return questions


def test_a_page_that_is_asked_for_again_is_the_same_and_not_made_again(shelves, ask, made):
    first = ask(ADDRESS).text
    assert [ask(ADDRESS).text for _ in range(3)] == [first] * 3
    assert made == ["magazziniere"]


def test_another_address_or_language_is_another_page(shelves, ask, made):
    ask(ADDRESS)
    assert "Cameriera" in ask("/lavoro?q=cameriera").text
    assert "2 vacancies" in ask(ADDRESS, headers={"Accept-Language": "en"}).text
    assert "2 offerte" in ask(ADDRESS).text
    assert made == ["magazziniere", "cameriera", "magazziniere"]


def test_what_arrives_is_there_at_once(shelves, ask, made):
    assert "2 offerte" in ask(ADDRESS).text
    shelves.publish("vergiate-9", "vergiate", title="Magazziniere di sera", places=["Vergiate"])
    shelves.arrive()
    assert "3 offerte" in ask(ADDRESS).text
    shelves.withdraw("vergiate-9", "vergiate")
    assert "di sera" not in ask(ADDRESS).text, "withdrawn, and not yet out of the index"
    assert len(made) == 3


def test_a_confirmation_is_told_at_once(shelves, ask, made):
    with clock.at(NOW + timedelta(seconds=30)):
        ask(ADDRESS)
        shelves.confirm("vergiate", NOW + timedelta(seconds=20))
        ask(ADDRESS)
    assert len(made) == 2


def test_what_time_changes_is_not_kept_for_longer_than_a_minute(shelves, ask, made):
    ask(ADDRESS)
    with clock.at(NOW + timedelta(days=4)):
        assert "potrebbe non essere più aperta" in ask(ADDRESS).text
    assert len(made) == 2


def test_a_refusal_is_not_kept_as_a_page(shelves, ask, made):
    for _ in range(2):
        assert ask(f"{ADDRESS}&page=7").status == 400
    assert len(made) == 2


def test_no_more_pages_are_kept_than_there_is_room_for(shelves, ask, made, monkeypatch):
    monkeypatch.setattr(asked_again, "MOST_PAGES", 2)
    for _ in range(2):
        for word in ("cuoco", "oss", "autista"):
            ask(f"/lavoro?q={word}")
    assert made == ["cuoco", "oss", "autista", "autista"]
