"""Things that are wanted, as a query of the engine: where a word counts how much.

A word is looked for in every field and its best field counts, so that a word in title and text is not two words. A
trade is found by its typed name, less by another of its names, and by the code of its unit group.
"""

from math import log

import tantivy

from federation.search.documents import WEIGHTS
from federation.search.request import ALL_FEATURES
from federation.search.snapshot import Snapshot
from federation.search.words import Thing, Wanted, Way

OTHER_FIELDS = 0.1
"""What the hits of a word in further fields add to its best one."""
OTHER_NAME = 0.6
"""What a trade under another name, of however many words, is worth beside one typed word."""
CODE_WEIGHT = 2.5
"""What the code of the unit group is worth, in the measure of `WEIGHTS`."""

_FLAT = dict.fromkeys(WEIGHTS, 1.0)


class Matching:
    """The queries for what is wanted on one commit."""

    def __init__(self, snapshot: Snapshot, wanted: Wanted, features: frozenset[str] = ALL_FEATURES) -> None:
        self.snapshot, self.wanted = snapshot, wanted
        self.weights = WEIGHTS if "fields" in features else _FLAT

    def all_of_them(self) -> tantivy.Query:
        """Vacancies that have every thing; those that also have welcome words score more."""
        asked = [(tantivy.Occur.Must, self._thing(thing)) for thing in self.wanted.things]
        asked += [(tantivy.Occur.Should, self._word(each)) for each in self.wanted.welcome]
        return tantivy.Query.boolean_query(asked)

    @property
    def words(self) -> int:
        """How many words are asked for."""
        return sum(len(thing.typed) for thing in self.wanted.things)

    def some_of_them(self, at_least: int) -> tantivy.Query:
        """Vacancies that have so many of the words; a trade under another name has all words of its own."""
        asked = [
            (tantivy.Occur.Should, self._part(thing, each)) for thing in self.wanted.things for each in thing.typed
        ]
        return tantivy.Query.boolean_query(asked, minimum_number_should_match=at_least)

    def best_score(self) -> float:
        """About what a vacancy scores that has everything in its title."""
        return sum(self.weights["title"] * self._rarity(each) for thing in self.wanted.things for each in thing.typed)

    def _thing(self, thing: Thing) -> tantivy.Query:
        ways = [self._way(way) for way in thing.ways]
        return _best_of([*ways, self._codes(thing)] if thing.codes else ways)

    def _part(self, thing: Thing, stem: str) -> tantivy.Query:
        """One word of a thing, or the whole thing in another way."""
        if len(thing.typed) == 1:
            return self._thing(thing)
        ways = [self._way(way) for way in thing.ways if way.stems != thing.typed]
        return _best_of([self._word(stem), *ways, *([self._codes(thing)] if thing.codes else [])])

    def _way(self, way: Way) -> tantivy.Query:
        """All words of a way; of another name in the title alone, since texts name the trades of colleagues too."""
        if way.is_typed:
            words = [self._word(each) for each in way.stems]
        else:
            words = [self._in("title", each, OTHER_NAME / len(way.stems)) for each in way.stems]
        return (
            words[0] if len(words) == 1 else tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in words])
        )

    def _word(self, stem: str) -> tantivy.Query:
        return _best_of([self._in(field, stem) for field in self.weights])

    def _in(self, field: str, stem: str, worth: float = 1.0) -> tantivy.Query:
        term = tantivy.Query.term_query(self.snapshot.schema, field, stem, "freq")
        return tantivy.Query.boost_query(term, self.weights[field] * worth)

    def _codes(self, thing: Thing) -> tantivy.Query:
        held = sum(self.snapshot.with_occupation(code) for code in thing.codes)
        worth = CODE_WEIGHT if self.weights is WEIGHTS else 1.0
        query = tantivy.Query.const_score_query(self.snapshot.of_occupations(thing.codes), worth * self._inverse(held))
        if not thing.beside:
            return query
        said = [(tantivy.Occur.Must, self._word(each)) for each in thing.beside]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *said])

    def _rarity(self, stem: str) -> float:
        return self._inverse(max(self.snapshot.searcher.doc_freq(field, stem) for field in self.weights))

    def _inverse(self, held: int) -> float:
        """The inverse document frequency, as the engine counts it for words."""
        documents = self.snapshot.searcher.num_docs
        return log(1 + max(documents - held + 0.5, 0.5) / (held + 0.5))


def _best_of(queries: list[tantivy.Query]) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries, OTHER_FIELDS)
