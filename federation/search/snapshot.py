"""One commit of the index as readers see it, with what is worth computing only once per commit."""

from functools import cached_property
from typing import Any

import tantivy

from federation.search import documents, places
from federation.search.spelling import Vocabulary

MOST_PLACES_ABROAD = 5_000
MOST_WORDS = 50_000
MOST_CODES = 500  # of a facet that people read
ALL_CODES = 10_000  # a terms aggregation needs a bound: above the 7,896 comuni and all members of a roster


def total_of(found: tantivy.SearchResult) -> int:
    """How many matches there are, of which `found` holds some. The published types forget this attribute."""
    return int(found.count)  # type: ignore[attr-defined]


class Snapshot:
    """`facets` is a cache for whoever queries: it lives as long as what it was counted on.

    `words_read`: the vocabulary, if it was ever asked for, and how many documents there were then.
    """

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, before: "Snapshot | None" = None) -> None:
        self.schema = schema
        self.searcher = searcher
        self.facets: dict[object, Any] = {}
        self.words_read: tuple[int, Vocabulary] | None = before.words_read if before else None

    @property
    def vacancies(self) -> int:
        """How many it holds, those included whose time has run out since."""
        return self.count(tantivy.Query.exists_query("origin"))

    @cached_property
    def places_abroad(self) -> list[str]:
        """The codes of the places abroad that any vacancy names."""
        found = self.searcher.terms_with_prefix("comune", f"{places.ABROAD}/", limit=MOST_PLACES_ABROAD)
        return [code for code, _count in found]

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of all titles and trades, most frequent first.

        Reading them takes tens of milliseconds in a large index, so the words of an earlier commit serve until one
        vacancy in a hundred has changed: whoever takes a word from here asks `is_known` before searching for it.
        """
        now = self.searcher.num_docs
        if self.words_read is None or abs(self.words_read[0] - now) * 100 > now:
            self.words_read = now, Vocabulary(self.searcher.terms_with_prefix("forms", "", limit=MOST_WORDS))
        return self.words_read[1]

    def count(self, query: tantivy.Query) -> int:
        """How many documents match."""
        return total_of(self.searcher.search(query, 1))

    def is_known(self, stem: str) -> bool:
        """Whether any vacancy has the stem in any of its texts."""
        return any(self.searcher.doc_freq(field, stem) for field in documents.WEIGHTS)

    def counts(
        self, query: tantivy.Query, fields: list[str], most: int = MOST_CODES
    ) -> dict[str, list[tuple[str, int]]]:
        """By field, the codes of all matches with how many have them, most frequent first, then by code."""
        asked = {field: {"terms": {"field": field, "size": most}} for field in fields}
        answer = self.searcher.aggregate(query, asked) if asked else {}
        return {
            field: sorted(
                ((bucket["key"], bucket["doc_count"]) for bucket in found["buckets"]),
                key=lambda pair: (-pair[1], pair[0]),
            )
            for field, found in answer.items()
        }

    def totals_by_origin(self) -> dict[str, tuple[int, int, int]]:
        """By origin, how many vacancies there are, the sum of their positions and that of their seq."""
        sums = {field: {"sum": {"field": field}} for field in ("position", "seq")}
        asked = {"origins": {"terms": {"field": "origin", "size": ALL_CODES}, "aggs": sums}}
        buckets = self.searcher.aggregate(tantivy.Query.all_query(), asked)["origins"]["buckets"]
        return {
            each["key"]: (each["doc_count"], int(each["position"]["value"]), int(each["seq"]["value"]))
            for each in buckets
        }

    def versions_of(self, origin: str) -> dict[str, tuple[int, int]]:
        """By key, the position in the replica and the seq of every vacancy of an origin."""
        query = tantivy.Query.term_query(self.schema, "origin", origin)
        addresses = [address for _score, address in self.searcher.search(query, self.searcher.num_docs).hits]
        positions = self.searcher.fast_field_values("position", addresses)
        seqs = self.searcher.fast_field_values("seq", addresses)
        return {
            str(self.searcher.doc(address).get_first("key")): (int(position or 0), int(seq or 0))
            for address, position, seq in zip(addresses, positions, seqs, strict=True)
        }

    def state_of(self, key: str) -> str | None:
        """The stored text of the document with this key that is no vacancy: the writer's cursor."""
        hits = self.searcher.search(tantivy.Query.term_query(self.schema, "key", key), 1).hits
        return self.searcher.doc(hits[0][1]).get_first("state") if hits else None
