import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from federation.search.spelling import Vocabulary
from federation.search.stems import stem

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


@given(letters=st.text("abcdk", min_size=5, max_size=10), data=st.data())
def test_a_letter_swapped_with_its_neighbour_left_out_changed_or_added_is_one_slip(letters, data):
    meant = "z" + letters
    at = data.draw(st.integers(1, len(meant) - 2))
    before, here, after = meant[:at], meant[at], meant[at + 1 :]
    slips = [before + after[0] + here + after[1:], before + after, before + "v" + after, before + "v" + here + after]
    typed = data.draw(st.sampled_from(slips))
    assume(typed != meant and stem(typed) == typed and stem(meant) == meant)
    assert list(Vocabulary([(meant, 1)]).corrections(typed)) == [meant]
