from datetime import timedelta

import pytest

from federation.search.similar import similar


@pytest.fixture
def alike(network, writer, find, now):
    """Publish vacancies, then tell which are like a document; all are the answer's ids."""

    def alike(document, vacancies, **options):
        for name, changes in vacancies.items():
            network.publish(name, **changes)
        writer.follow(network.database)
        return [hit.id for hit in similar(find.index, network.vacancy(**document), now, **options)]

    return alike


COOK = {"title": "Cuoco di linea", "occupation": "5120", "places": ["Varese"]}


def test_the_same_trade_comes_first_then_related_ones_and_nothing_else(alike):
    found = alike(
        COOK,
        {
            "waiter": {"title": "Cameriere", "occupation": "5131"},
            "kitchen": {"title": "Figura per la brigata", "occupation": "5120"},
            "helper": {"title": "Aiuto cuoco", "occupation": "9411"},
            "welder": {"title": "Saldatore", "occupation": "7212"},
        },
    )
    assert found[0] in ("kitchen", "helper")
    assert "welder" not in found
    assert set(found) >= {"kitchen", "helper"}


def test_of_two_equally_alike_the_nearer_comes_first(alike):
    found = alike(COOK, {"far": COOK | {"places": ["Milano"]}, "near": COOK | {"places": ["Gavirate"]}})
    assert found == ["near", "far"]


def test_neither_itself_nor_another_posting_of_it_is_an_alternative(alike):
    same = COOK | {"employer": {"name": "Trattoria Uno"}}
    found = alike(
        same,
        {"own": same, "elsewhere": same | {"places": ["Ispra"]}, "other": COOK},
        without=("gavirate", "own"),
    )
    assert found == ["other"]


def test_a_vacancy_that_has_closed_still_has_alternatives_and_is_none(alike, network, writer, find, now):
    found = alike(COOK, {"open": COOK, "closed": COOK | {"closes_on": now.date(), "published_on": now.date()}})
    assert set(found) == {"open", "closed"}
    later = now + timedelta(days=1)
    assert [hit.id for hit in similar(find.index, network.vacancy(**COOK), later, without=("gavirate", "closed"))] == [
        "open"
    ]


def test_vacancies_of_nodes_unheard_of_are_left_out_and_the_answer_has_a_limit(alike):
    cooks = {f"cook-{number}": COOK for number in range(6)}
    assert len(alike(COOK, cooks, limit=3)) == 3
    assert alike(COOK, {}, stale_origins=frozenset({"gavirate"})) == []


def test_a_title_without_a_word_that_anybody_has_is_like_nothing(alike, find, network, now):
    assert similar(find.index, network.vacancy(), now) == [], "no index yet"
    assert alike({"title": "Xylophon"}, {"cook": COOK}) == []


def test_a_place_that_nobody_knows_is_no_obstacle(alike, find, network, now):
    alike(COOK, {"cook": COOK})
    unknown = network.vacancy(**COOK) | {"places": [{"istat": "999999", "name": "Comune nuovo"}]}
    assert [hit.id for hit in similar(find.index, unknown, now)] == ["cook"]
