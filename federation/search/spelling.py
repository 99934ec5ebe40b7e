"""The word that a person meant by one that no vacancy has.

Only words that nobody uses are corrected, and only to words of titles and trades, never to names: whoever looks for the
firm Bianki must not be given Bianchi. Stems are compared, not words, so that "magazinieri" is one slip away from
magazziniere. The candidates are thinned out by their letters before any distance is computed, which keeps a correction
below a millisecond.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from federation.search.stems import stem

SHORTEST = 5  # a slip in a shorter word makes too many other words
TWO_SLIPS_FROM = 8


class Vocabulary:
    """`forms` are (word, number of vacancies), most frequent first."""

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        spelled: dict[str, str] = {}
        for form, _count in forms:
            spelled.setdefault(stem(form), form)
        self._stems = list(spelled)
        self._forms = list(spelled.values())
        self._lengths = np.array([len(each) for each in self._stems], dtype=np.int16)
        self._letters = np.array([_letters(each) for each in self._stems], dtype=np.uint64)

    def correction(self, form: str) -> str | None:
        """The most likely word for a misspelt one: the fewest slips, then the same first letter, then the most used."""
        wanted = stem(form)
        if len(form) < SHORTEST or not form.isalpha():
            return None
        slips = 2 if len(wanted) >= TWO_SLIPS_FROM else 1
        best: tuple[int, bool, int] | None = None
        for rank in self._similar(wanted, slips):
            distance = edits(wanted, self._stems[rank], slips)
            if distance is not None:
                candidate = (distance, self._stems[rank][0] != wanted[0], int(rank))
                best = min(best, candidate) if best else candidate
        return self._forms[best[2]] if best else None

    def _similar(self, wanted: str, slips: int) -> NDArray[np.intp]:
        """Places of the stems about as long whose letters differ little: one slip changes at most two kinds of them."""
        near = np.abs(self._lengths - len(wanted)) <= slips
        near &= np.bitwise_count(self._letters ^ np.uint64(_letters(wanted))) <= 2 * slips
        near &= self._lengths >= SHORTEST - 1
        return np.flatnonzero(near)


def _letters(word: str) -> int:
    """The set of a word's letters as bits; those outside a-z share the rest."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 97 if "a" <= letter <= "z" else 26 + ord(letter) % 32)
    return bits


def edits(one: str, other: str, most: int) -> int | None:
    """How many letters were left out, added, changed or swapped with their neighbour; None when more than `most`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, sign in enumerate(other, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
