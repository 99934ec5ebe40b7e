"""The word that a person meant by one that no vacancy has, or hardly any.

Only words that nobody uses are corrected, and only to words of titles and trades, never to names: whoever looks for the
firm Bianki must not be given Bianchi. Stems are compared, not words, so that "magazinieri" is one slip away from
magazziniere. The candidates are thinned out by their letters before any distance is computed, and two slips are thought
of only where one does not explain the word, which keeps most corrections below a millisecond.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from federation.search.stems import stem

SHORTEST = 5  # a slip in a shorter word makes too many other words
TWO_SLIPS_FROM = 8
MUCH_LIKELIER = 50  # times as many vacancies


class Vocabulary:
    """`forms` are (word, number of vacancies), most frequent first."""

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        spelled: dict[str, str] = {}
        counts: dict[str, int] = {}
        for form, count in forms:
            stemmed = stem(form)
            spelled.setdefault(stemmed, form)
            counts[stemmed] = counts.get(stemmed, 0) + count
        self._stems = list(spelled)
        self._forms = list(spelled.values())
        self._counts = [counts[stemmed] for stemmed in spelled]
        self._lengths = np.array([len(each) for each in self._stems], dtype=np.int16)
        self._letters = np.array([_letters(each) for each in self._stems], dtype=np.uint64)

    def corrections(self, form: str) -> Iterator[str]:
        """The likely words for a misspelt one: the fewest slips, then the same first letter, then the most used."""
        wanted = stem(form)
        if _is_correctable(form):
            for slips in (1, 2) if len(wanted) >= TWO_SLIPS_FROM else (1,):
                yield from (self._forms[rank] for rank in self._within(wanted, slips))

    def likelier(self, form: str, count: int) -> str | None:
        """A word one slip away that many more vacancies have than the `count` that have this one."""
        least = MUCH_LIKELIER * max(count, 1)
        close = self._within(stem(form), 1) if _is_correctable(form) else []
        return next((self._forms[rank] for rank in close if self._counts[rank] >= least), None)

    def _within(self, wanted: str, slips: int) -> list[int]:
        """The ranks of the stems exactly so many slips away, those with the same first letter first."""
        found = [
            (self._stems[rank][0] != wanted[0], int(rank))
            for rank in self._similar(wanted, slips)
            if edits(wanted, self._stems[rank], slips) == slips
        ]
        return [rank for _is_other, rank in sorted(found)]

    def _similar(self, wanted: str, slips: int) -> NDArray[np.intp]:
        """Places of the stems about as long whose letters differ little: one slip changes at most two kinds of them."""
        near = np.abs(self._lengths - len(wanted)) <= slips
        near &= np.bitwise_count(self._letters ^ np.uint64(_letters(wanted))) <= 2 * slips
        near &= self._lengths >= SHORTEST - 1
        return np.flatnonzero(near)


def _is_correctable(form: str) -> bool:
    return len(form) >= SHORTEST and form.isalpha()


def _letters(word: str) -> int:
    """The set of a word's letters as bits; those outside a-z share the rest."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 97 if "a" <= letter <= "z" else 26 + ord(letter) % 32)
    return bits


def edits(one: str, other: str, most: int) -> int | None:
    """How many letters were left out, added, changed or swapped with their neighbour; None when more than `most`."""
    far = most + 1
    before: list[int] = []
    row = [min(place, far) for place in range(len(other) + 1)]
    for i, letter in enumerate(one, start=1):
        last, before = before, row
        row = [far] * len(before)
        row[0] = min(i, far)
        # Letters further apart than `most` places cannot be matched within so many edits.
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != other[j - 1]))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, last[j - 2] + 1)
            row[j] = cost
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
