"""Things that are wanted, as a query of the engine: where a word counts how much.

A word is looked for in every field and its best field counts, so that a word in title and text is not two words. A
trade is found by its typed name, less by another of its names, and by the code of its unit group.
"""

from math import log

import tantivy

from federation.search import conditions, trades
from federation.search.documents import WEIGHTS
from federation.search.request import ALL_FEATURES
from federation.search.snapshot import Snapshot
from federation.search.words import Thing, Wanted, Way

OTHER_FIELDS = 0.2
"""What the hits of a word in further fields add to its best one."""
OTHER_NAME = 0.6
"""What a trade under another name, of however many words, is worth beside one typed word."""
CODE_WEIGHT = 2.5
"""What the code of the unit group is worth, in the measure of `WEIGHTS`."""

_FLAT = dict.fromkeys(WEIGHTS, 1.0)


CLOSE = 4
"""So many unit groups close to the one that is meant fill up a short list."""
SAME_GROUP, CLOSE_GROUP = 3.0, 1.0
"""What the unit group of the trade that is meant is worth there, and what a close one."""
WELCOME = 0.2
"""What a word that people type around the thing they look for is worth, beside one that tells."""
TIME_WEIGHT = 6.0
"""What a time that is wanted is worth."""
AGREEMENT = 1.5
"""What it adds to a name that the unit group is the one that was meant, beside what the code is worth alone: "responsabile
di commessa" has the word of whoever looks for a "commessa", and another trade."""


class Matching:
    """The queries for what is wanted on one commit."""

    def __init__(self, snapshot: Snapshot, wanted: Wanted, features: frozenset[str] = ALL_FEATURES) -> None:
        self.snapshot, self.wanted = snapshot, wanted
        self.weights = WEIGHTS if "fields" in features else _FLAT

    def all_of_them(self) -> tantivy.Query:
        """Vacancies that have every thing that is not optional; those with more of the rest score more."""
        has_others = not all(thing.is_optional for thing in self.wanted.things)
        asked = [
            (tantivy.Occur.Should if thing.is_optional and has_others else tantivy.Occur.Must, self._thing(thing))
            for thing in self.wanted.things
        ]
        asked += self._welcome()
        return tantivy.Query.boolean_query(asked)

    @property
    def has_trade(self) -> bool:
        """Whether a trade is asked for."""
        return any(thing.is_trade for thing in self.wanted.things)

    def the_trade(self) -> tantivy.Query:
        """Vacancies of the trade or one close to it, those first that have more of the rest."""
        asked = []
        for thing in self.wanted.things:
            if thing.is_trade:
                asked.append((tantivy.Occur.Must, self._trade_or_close(thing)))
            else:
                asked.append((tantivy.Occur.Should, self._thing(thing)))
        asked += self._welcome()
        return tantivy.Query.boolean_query(asked)

    def _welcome(self) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        words = [tantivy.Query.boost_query(self._word(each), WELCOME) for each in self.wanted.welcome]
        return [(tantivy.Occur.Should, each) for each in words]

    def _trade_or_close(self, thing: Thing) -> tantivy.Query:
        """The trade, its whole unit group, or a group close to it; each word of its name is worth something."""
        close = {near for code in thing.codes for near in trades.related(code, CLOSE)} - thing.codes
        groups = ((thing.codes, SAME_GROUP), (close, CLOSE_GROUP))
        nearly = [
            tantivy.Query.const_score_query(self.snapshot.of_occupations(codes), worth)
            for codes, worth in groups
            if codes
        ]
        asked = [(tantivy.Occur.Must, _best_of([self._thing(thing), *nearly]))]
        asked += [(tantivy.Occur.Should, self._word(each)) for each in thing.typed if len(thing.typed) > 1]
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
        if thing.time:
            return self._time(thing.time, ways)
        if not thing.codes:
            return _best_of(ways)
        of_the_trade = self._codes(thing)
        if not thing.is_trade:
            return _best_of([*ways, of_the_trade])
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, _best_of([*ways, of_the_trade])),
                (tantivy.Occur.Should, tantivy.Query.boost_query(of_the_trade, AGREEMENT)),
            ]
        )

    def _time(self, aspect: str, in_title: list[tantivy.Query]) -> tantivy.Query:
        """Vacancies that say that it is so, those first that say that it is always so."""
        times = (conditions.YES, conditions.ONLY)
        so, only = (
            tantivy.Query.const_score_query(
                self.snapshot.marked("times", conditions.marks((aspect,), *said)), TIME_WEIGHT
            )
            for said in (times, times[1:])
        )
        better = [(tantivy.Occur.Should, each) for each in (only, *in_title)]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, so), *better])

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
        said = [(tantivy.Occur.Must, tantivy.Query.const_score_query(self._word(each), 0.0)) for each in thing.beside]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *said])

    def _rarity(self, stem: str) -> float:
        return self._inverse(max(self.snapshot.searcher.doc_freq(field, stem) for field in self.weights))

    def _inverse(self, held: int) -> float:
        """The inverse document frequency, as the engine counts it for words."""
        documents = self.snapshot.searcher.num_docs
        return log(1 + max(documents - held + 0.5, 0.5) / (held + 0.5))


def _best_of(queries: list[tantivy.Query]) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries, OTHER_FIELDS)
