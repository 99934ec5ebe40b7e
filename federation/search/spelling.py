"""The word that a person meant by one that no vacancy has, or hardly any.

Only words that nobody uses are corrected, and only to words of titles and trades, never to names: whoever looks for the
firm Bianki must not be given Bianchi. Stems are compared, not words, so that "magazinieri" is one slip away from
magazziniere. The candidates are thinned out by their letters before any distance is computed, which keeps a correction
below a millisecond.
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
        return (self._forms[rank] for rank in self._closest(form, 0))

    def likelier(self, form: str, count: int) -> str | None:
        """A word one slip away that many more vacancies have than the `count` that have this one."""
        closest = self._closest(form, MUCH_LIKELIER * max(count, 1))
        return self._forms[closest[0]] if closest else None

    def _closest(self, form: str, least: int) -> list[int]:
        """The ranks of the close words that so many vacancies have, the closest first."""
        wanted = stem(form)
        if len(form) < SHORTEST or not form.isalpha():
            return []
        slips = 2 if len(wanted) >= TWO_SLIPS_FROM and not least else 1
        found: list[tuple[int, bool, int]] = []
        for rank in self._similar(wanted, slips):
            if self._counts[rank] < least or self._stems[rank] == wanted:
                continue
            distance = edits(wanted, self._stems[rank], slips)
            if distance is not None:
                found.append((distance, self._stems[rank][0] != wanted[0], int(rank)))
        return [rank for _distance, _is_other, rank in sorted(found)]

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
