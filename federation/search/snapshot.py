"""One commit of the index as readers see it, with what is worth computing only once per commit."""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any, TypeVar

import tantivy

from federation.search import documents, employers, group_titles, places, text, trade_names
from federation.search.spelling import Vocabulary
from schemas.codes import occupations

MOST_PLACES_ABROAD = 5_000
MOST_WORDS = 50_000
MOST_SPELLINGS = 50  # of one employer's name
ALL_CODES = 10_000  # a terms aggregation needs a bound: above the 7,896 comuni and all members of a roster
MOST_COUNTS = 20_000
MOST_REMEMBERED = 500  # answers; the facets of one take some 30 KB

FEW_TERMS = 20

T = TypeVar("T")


def total_of(found: tantivy.SearchResult) -> int:
    """How many matches there are, of which `found` holds some. The published types forget this attribute."""
    return int(found.count)  # type: ignore[attr-defined]


def any_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """What matches at least one of them."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


class Snapshot:
    """What it remembers for those who ask lives as long as what it was counted on.

    `names`: the names of trades that this node knows. `words_read`: the vocabulary, if it was ever asked for, and how
    many documents there were then.
    """

    def __init__(
        self,
        schema: tantivy.Schema,
        searcher: tantivy.Searcher,
        names: Callable[[], trade_names.Vocabulary] = trade_names.shipped,
        before: "Snapshot | None" = None,
    ) -> None:
        self.schema = schema
        self.searcher = searcher
        self.names = names
        self._answers: dict[Hashable, Any] = {}
        self._counts: dict[Hashable, int] = {}
        self.words_read: tuple[int, Vocabulary] | None = before.words_read if before else None

    def remember(self, question: Hashable, make: Callable[[], T]) -> T:
        """The answer to a question about this commit, made once while there is room; threads may share it."""
        return _remembered(self._answers, MOST_REMEMBERED, question, make)

    def remember_count(self, question: Hashable, count: Callable[[], int]) -> int:
        """The same for a number, of which there is room for many."""
        return _remembered(self._counts, MOST_COUNTS, question, count)

    @cached_property
    def vacancies(self) -> int:
        """How many it holds, those included whose time has run out since."""
        return self.count(tantivy.Query.exists_query("position"))

    @cached_property
    def places_abroad(self) -> list[str]:
        """The codes of the places abroad that any vacancy names."""
        asked = {"abroad": {"terms": {"field": "code.abroad", "size": MOST_PLACES_ABROAD}}}
        answer = self.searcher.aggregate(self.marked("province", [places.ABROAD]), asked)
        return [bucket["key"] for bucket in answer["abroad"]["buckets"]]

    def having(self, code: str, values: Iterable[str]) -> tantivy.Query:
        """Vacancies with one of these codes, of those that are counted by name."""
        return self.with_any("code." + code, values)

    def marked(self, mark: str, values: Iterable[str]) -> tantivy.Query:
        """Vacancies with one of these codes, of all others: places, trades, sectors."""
        return self.with_any("mark." + mark, values)

    def of_occupations(self, codes: Iterable[str]) -> tantivy.Query:
        """Vacancies of these unit groups, those included whose title alone says so."""
        wanted = sorted(codes)
        return any_of(self.marked(mark, wanted) for mark in ("occupation", "guessed"))

    def with_occupation(self, code: str) -> int:
        """About how many vacancies are of this unit group."""
        return sum(self.searcher.doc_freq(f"mark.{mark}", code) for mark in ("occupation", "guessed"))

    def written(self, folded: str) -> str:
        """How most vacancies write the name of an employer."""
        found = self.searcher.terms_with_prefix("employer", employers.beginning(folded), limit=1)
        return employers.written_in(found[0][0]) if found else folded

    def employer(self, typed: str) -> str | None:
        """The folded name of the employer that is called so; None for words that say as much about work.

        "Pulizie" may well be a firm; who types it looks for work. So one of the words has to stand in names more than in
        titles.
        """
        folded = employers.folded(typed)
        stems = text.stems(folded)
        if not any(self.searcher.doc_freq("names", each) > self.searcher.doc_freq("title", each) for each in stems):
            return None
        found = self.searcher.terms_with_prefix("employer", employers.beginning(folded), limit=1)
        return folded if found else None

    def of_employers(self, folded: Iterable[str]) -> tantivy.Query:
        """Vacancies of employers given by their folded names, however each is written."""
        written = [
            term
            for name in folded
            for term, _count in self.searcher.terms_with_prefix(
                "employer", employers.beginning(name), limit=MOST_SPELLINGS
            )
        ]
        return self.with_any("employer", written)

    def with_any(self, field: str, values: Iterable[str]) -> tantivy.Query:
        """Vacancies with one of these terms in a field; it scores 1.

        A set of terms is looked up in the whole dictionary of the field, which costs as much as some twenty terms.
        """
        terms = list(values)
        if not 0 < len(terms) <= FEW_TERMS:
            return tantivy.Query.term_set_query(self.schema, field, terms)
        each = [tantivy.Query.term_query(self.schema, field, term, "basic") for term in terms]
        either = each[0] if len(each) == 1 else any_of(each)
        return tantivy.Query.const_score_query(either, 1.0)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of all titles, most frequent first, then those by which the trades of the vacancies are called.

        Reading them takes tens of milliseconds in a large index, so the words of an earlier commit serve until one
        vacancy in a hundred has changed: whoever takes a word from here makes sure of it before searching for it.
        """
        now = self.searcher.num_docs
        if self.words_read is None or abs(self.words_read[0] - now) * 100 > now:
            self.words_read = now, Vocabulary(self._words())
        return self.words_read[1]

    def _words(self) -> list[tuple[str, int]]:
        used = {group.code for group in occupations.groups(4) if self.with_occupation(group.code)}
        called = [(form, 0) for form, codes in group_titles.words().items() if not codes.isdisjoint(used)]
        return self.searcher.terms_with_prefix("forms", "", limit=MOST_WORDS) + called

    def count(self, query: tantivy.Query) -> int:
        """How many documents match."""
        return total_of(self.searcher.search(query, 1))

    def is_known(self, stem: str) -> bool:
        """Whether any vacancy has the stem in any of its texts."""
        return any(self.searcher.doc_freq(field, stem) for field in documents.WEIGHTS)

    def totals_by_origin(self) -> dict[str, tuple[int, int, int]]:
        """By origin, how many vacancies there are, the sum of their positions and that of their seq."""
        sums = {field: {"sum": {"field": field}} for field in ("position", "seq")}
        asked = {"origins": {"terms": {"field": "code.origin", "size": ALL_CODES}, "aggs": sums}}
        buckets = self.searcher.aggregate(tantivy.Query.all_query(), asked)["origins"]["buckets"]
        return {
            each["key"]: (each["doc_count"], int(each["position"]["value"]), int(each["seq"]["value"]))
            for each in buckets
        }

    def versions_of(self, origin: str) -> dict[str, tuple[int, int]]:
        """By key, the position in the replica and the seq of every vacancy of an origin."""
        query = self.having("origin", [origin])
        addresses = [address for _score, address in self.searcher.search(query, self.searcher.num_docs).hits]
        positions = self.searcher.fast_field_values("position", addresses)
        seqs = self.searcher.fast_field_values("seq", addresses)
        return {
            documents.read_card(self.searcher.doc(address))[0]: (int(position or 0), int(seq or 0))
            for address, position, seq in zip(addresses, positions, seqs, strict=True)
        }

    @property
    def cursor(self) -> str | None:
        """What the writer has noted of its place; None in an index that nobody has written to."""
        bearing = tantivy.Query.term_query(self.schema, "key", documents.CURSOR_TERM)
        hits = self.searcher.search(bearing, 1).hits
        if not hits:
            return None
        _key, told = documents.read_card(self.searcher.doc(hits[0][1]))
        return told[0]


def _remembered(known: dict[Hashable, T], most: int, question: Hashable, make: Callable[[], T]) -> T:
    answer = known.get(question)
    if answer is None:
        answer = make()
        if len(known) >= most:
            known.clear()
        known[question] = answer
    return answer
