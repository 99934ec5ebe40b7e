"""The word that a person meant by one that no vacancy has, or hardly any.

Only words that nobody uses are corrected, and only to words of titles and trades, never to names: whoever looks for the
firm Bianki must not be given Bianchi. Stems are compared, not words, so that "magazinieri" is one slip away from
magazziniere. A slip is a letter left out, added, changed or swapped with its neighbour (optimal string alignment). Two
slips are thought of only where one does not explain the word, and only stems about as long are looked at, which keeps
most corrections at a millisecond.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

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
        self._by_length: dict[int, dict[int, str]] = {}
        for rank, stemmed in enumerate(self._stems):
            if len(stemmed) >= SHORTEST - 1:
                self._by_length.setdefault(len(stemmed), {})[rank] = stemmed

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
        lengths = range(len(wanted) - slips, len(wanted) + slips + 1)
        near = chain.from_iterable(
            process.extract(wanted, stems, scorer=OSA.distance, score_cutoff=slips, limit=None)
            for stems in map(self._by_length.get, lengths)
            if stems
        )
        found = ((stemmed[0] != wanted[0], rank) for stemmed, distance, rank in near if distance == slips)
        return [rank for _is_other, rank in sorted(found)]


def _is_correctable(form: str) -> bool:
    return len(form) >= SHORTEST and form.isalpha()
