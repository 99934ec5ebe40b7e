import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.search.spelling import Vocabulary, edits

WORDS = ["magazziniere", "saldatore", "saldatura", "cuoco", "infermiere", "impiegato", "addetto", "autista", "cassiere"]


@pytest.fixture
def vocabulary():
    return Vocabulary((word, len(WORDS) - rank) for rank, word in enumerate(WORDS))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("magazinieri", "magazziniere"),
        ("magazzinire", "magazziniere"),
        ("saldatroe", "saldatore"),
        ("infremiera", "infermiere"),
        ("impiegatto", "impiegato"),
        ("inpiegata", "impiegato"),
        ("adetto", "addetto"),
        ("kassiere", "cassiere"),
        ("cuoka", "cuoco"),
        ("autistta", "autista"),
    ],
)
def test_a_slip_of_the_finger_is_understood(vocabulary, typed, meant):
    assert next(vocabulary.corrections(typed)) == meant


@pytest.mark.parametrize("typed", ["xyz", "cuco", "giardiniere", "2026123", "magazzzzzini", ""])
def test_what_is_too_short_or_too_far_is_left_alone(vocabulary, typed):
    assert list(vocabulary.corrections(typed)) == []


def test_of_two_words_equally_near_the_more_used_one_is_meant():
    assert list(Vocabulary([("pastore", 9), ("postore", 2)]).corrections("pustore")) == ["pastore", "postore"]
    assert list(Vocabulary([("postore", 9), ("pastore", 2)]).corrections("pustore")) == ["postore", "pastore"]


def test_a_likelier_word_is_one_slip_away_and_in_far_more_vacancies():
    vocabulary = Vocabulary([("saldatore", 200), ("magazziniere", 90)])
    assert vocabulary.likelier("saldatoje", 2) == "saldatore"
    assert vocabulary.likelier("saldatoje", 5) is None
    assert vocabulary.likelier("magaziniere", 1) == "magazziniere"
    assert vocabulary.likelier("magaziniare", 1) is None, "two slips"
    assert vocabulary.likelier("saldatrice", 1) is None, "the same word"


def test_an_empty_vocabulary_corrects_nothing():
    assert list(Vocabulary([]).corrections("saldatore")) == []


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
def test_the_short_way_to_count_slips_agrees_with_the_long_one(one, other, most):
    full = edits(one, other, len(one) + len(other))
    assert edits(one, other, most) == (full if full <= most else None)
    assert full == edits(other, one, len(one) + len(other))


@given(st.text("abcd", min_size=2, max_size=8), st.data())
def test_a_swap_of_neighbours_is_one_slip(word, data):
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert edits(word, swapped, 3) == (0 if swapped == word else 1)
