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
    assert vocabulary.correction(typed) == meant


@pytest.mark.parametrize("typed", ["xyz", "cuco", "giardiniere", "2026123", "magazzzzzini", ""])
def test_what_is_too_short_or_too_far_is_left_alone(vocabulary, typed):
    assert vocabulary.correction(typed) is None


def test_of_two_words_equally_near_the_more_used_one_is_meant():
    assert Vocabulary([("pastore", 9), ("postore", 2)]).correction("pustore") == "pastore"
    assert Vocabulary([("postore", 9), ("pastore", 2)]).correction("pustore") == "postore"


def test_an_empty_vocabulary_corrects_nothing():
    assert Vocabulary([]).correction("saldatore") is None


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
