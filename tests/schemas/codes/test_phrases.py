from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codes.phrases import BREAK, Phrases, forms, spread, tokens


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_tokens_stand_in_the_text_in_order_and_none_is_blank(text):
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert token.form
        end = token.end


def test_figures_and_letters_are_words_of_their_own_and_accents_do_not_count():
    assert forms("Entro 10km da Cantù: l'art18, perche\u0301 no?") == (
        "entro", "10", "km", "da", "cantu", "l", "art", "18", "perche", "no",
    )  # fmt: skip


def test_signs_that_end_a_thought_are_breaks_and_those_inside_a_word_are_not():
    assert [token.form for token in tokens("no notti, part-time - p.iva")] == [
        "no", "notti", BREAK, "part", "time", BREAK, "p", "iva",
    ]  # fmt: skip


def test_a_pattern_spreads_over_alternatives_and_words_that_may_be_missing():
    assert set(spread("a|- tempo determinato|det")) == {
        ("a", "tempo", "determinato"), ("a", "tempo", "det"), ("tempo", "determinato"), ("tempo", "det"),
    }  # fmt: skip


def test_the_longest_phrase_wins_and_a_broken_off_one_is_none():
    known = Phrases([(("tempo",), 1), (("tempo", "pieno"), 2), (("a", "tempo", "pieno"), 3)])
    assert known.longest(("tempo", "pieno", "subito"), 0) == (2, 2)
    assert known.longest(("a", "tempo"), 0) is None
    assert known.longest(("a", "tempo"), 1) == (1, 1)


def test_a_phrase_is_no_longer_than_the_text_and_never_reaches_over_a_break():
    known = Phrases([(("tempo", "pieno"), 1)])
    assert known.longest(("a", "tempo"), 1) is None
    assert known.longest(("tempo", BREAK, "pieno"), 0) is None
    assert len(known) == 1
