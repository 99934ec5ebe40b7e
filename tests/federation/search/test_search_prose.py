import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.search import prose, text

PIECES = [
    "Cassiere", " (a)", "part time", " part ", "time", "addetto/a", " amm.va ", "s.r.l.", "C++", " ", "\n", ", ", "(", ")",
    "Full-Time", "reparto ", "socio sanitario", "non ", "senza", ":", "è", "İ", "l'orario", " (m/f)", "baby", " sitter", ". ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join) | st.text(max_size=200))
def test_the_fast_way_through_a_text_finds_the_words_of_the_slow_one(written):
    assert prose.told(written.replace("\x1f", " ")).stems == text.stems(written.replace("\x1f", " "))


@pytest.mark.parametrize(
    ("written", "denied"),
    [
        ("Non sono richiesti turni notturni, weekend liberi", {"richiest", "turn", "notturn"}),
        ("Lavoro senza turni. Notturni esclusi", {"turn"}),
        ("Turni notturni e festivi", set()),
        ("No turni; notturni pagati", {"turn"}),
        ("nessun turno di notte o nel fine settimana", {"turn", "nott", "fine", "settiman"}),
        ("(non turni) notturni", {"turn"}),
        ("", set()),
    ],
)
def test_what_stands_behind_a_no_is_denied_until_the_next_stop(written, denied):
    assert {each for each in prose.told(written).denied if each not in {"esclus"}} == denied
