"""The search: one question, one answer from one commit of the index.

Nothing is done in Python for each match, only for the hits of the page: filters are sets of codes that score nothing,
facets are counted by tantivy over all matches, a sort by distance ranks places, not vacancies. A facet ignores its own
filter, so that whoever has chosen one comune still sees what the next one would add.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import ceil
from time import perf_counter
from typing import Any

import tantivy

from federation.search import documents, nearest, places, words
from federation.search.index import Index
from federation.search.request import BadRequest, SearchRequest
from federation.search.snapshot import Snapshot, total_of
from federation.search.words import Wanted

__all__ = ["FACETS", "BadRequest", "Hit", "Results", "SearchRequest", "search"]

FACETS = tuple(documents.COUNTED)
MAX_WINDOW = 10_000
"""Nobody reads further; a page beyond it has its total and its facets, and no hits."""
_CACHED_BROWSES = 64

_ORDERS: dict[str, dict[str, Any]] = {
    "relevance": {"weight_by_field": "weight"},
    "recent": {"order_by_field": "published", "order": tantivy.Order.Desc},
    "closing": {"order_by_field": "closes", "order": tantivy.Order.Asc},
}

Facets = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A vacancy of the page. `distance_km`: from `near` to its nearest place, None without `near`.

    `score` is comparable within one answer, and 0 where the order is not by relevance.
    """

    origin: str
    id: str
    score: float
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Results:
    """`facets`: by name of `FACETS`, (code, count) pairs over all matches, the 500 most frequent first.

    `stems`: what to mark, for `text.highlight` and `text.snippet`. `relaxed`: no vacancy has all the words, these have
    some. `corrections`: typed word to the word searched instead. `unknown`: typed words that no vacancy has.
    """

    total: int
    facets: Facets
    hits: list[Hit]
    page: int
    page_size: int
    took_ms: float
    stems: frozenset[str] = frozenset()
    relaxed: bool = False
    corrections: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def search(index: Index, request: SearchRequest) -> Results:
    """The page of vacancies that answers a request, with its total and facets. An index not yet there has none."""
    started = perf_counter()
    snapshot = index.snapshot()
    wanted = words.understand(snapshot, request.text, request.prefix) if snapshot else Wanted()
    if snapshot is None or wanted.is_hopeless:
        answer = _Answer(0, [], {name: [] for name in FACETS}, False)
    else:
        answer = _Search(snapshot, request, wanted).answer()
    return Results(
        total=answer.total,
        facets=answer.facets,
        hits=answer.hits,
        page=request.page,
        page_size=request.page_size,
        took_ms=(perf_counter() - started) * 1000,
        stems=wanted.stems,
        relaxed=answer.relaxed,
        corrections=wanted.corrections,
        unknown=wanted.unknown,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    total: int
    hits: list[Hit]
    facets: Facets
    relaxed: bool


class _Search:
    """One request on one commit."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest, wanted: Wanted) -> None:
        self.snapshot = snapshot
        self.request = request
        self.wanted = wanted
        # Rounded up to the minute: one answer for everybody within it, and never what has just run out.
        self.minute = ceil(request.now.timestamp() / 60) * 60
        self.filters = {name: self._any_of(name, values) for name, values in request.filters().items()}
        self.always = self._always()
        self.never = self._never()

    def answer(self) -> _Answer:
        if not self.wanted.words:
            return self._answer(None, *self._page(None), relaxed=False)
        matching = words.query_all(self.snapshot, self.wanted)
        total, hits = self._page(matching)
        if total or len(self.wanted.words) == 1:
            return self._answer(matching, total, hits, relaxed=bool(self.wanted.unknown))
        for at_least in sorted({ceil(len(self.wanted.words) / 2), 1}, reverse=True):
            matching = words.query_some(self.snapshot, self.wanted, at_least)
            total, hits = self._page(matching)
            if total:
                break
        return self._answer(matching, total, hits, relaxed=True)

    def _answer(self, matching: tantivy.Query | None, total: int, hits: list[Hit], relaxed: bool) -> _Answer:
        return _Answer(total, hits, self._facets(matching), relaxed)

    def _narrowed(self, matching: tantivy.Query | None, without: str = "") -> tantivy.Query:
        """The matches under all filters, or under all but one; None matches everything."""
        parts = [part for name, part in self.filters.items() if name != without] + self.always
        clauses = [(tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0)) for part in parts]
        clauses.append((tantivy.Occur.Must, matching or tantivy.Query.all_query()))
        clauses += [(tantivy.Occur.MustNot, part) for part in self.never]
        return tantivy.Query.boolean_query(clauses)

    def _any_of(self, field: str, codes: Iterable[str]) -> tantivy.Query:
        return tantivy.Query.term_set_query(self.snapshot.schema, field, list(codes))

    def _always(self) -> list[tantivy.Query]:
        asked = []
        if self.request.near is not None and self.request.radius_km is not None:
            near = places.within(self.request.near, self.request.radius_km, self.snapshot.places_abroad)
            asked.append(self._any_of("comune", near))
        if self.request.shifts:
            asked.append(tantivy.Query.term_query(self.snapshot.schema, "shifts", "si"))
        return asked

    def _never(self) -> list[tantivy.Query]:
        over = tantivy.Query.range_query(
            self.snapshot.schema, "until", tantivy.FieldType.Integer, None, self.minute, use_inverted_index=True
        )
        stale = sorted(self.request.stale_origins.difference(self.request.origin))
        return [over, self._any_of("origin", stale)] if stale else [over]

    def _page(self, matching: tantivy.Query | None) -> tuple[int, list[Hit]]:
        """How many match under all filters, and the hits of the page in the order asked for."""
        query = self._narrowed(matching)
        size = self.request.page_size
        first = (self.request.page - 1) * size
        if first + size > MAX_WINDOW:
            return self.snapshot.count(query), []
        sort = self.request.sort
        if sort == "relevance" and matching is None:
            sort = "recent"
        if sort == "distance":
            found = nearest.search(self.snapshot, query, str(self.request.near), first, size)
        else:
            found = self.snapshot.searcher.search(query, size, offset=first, **_ORDERS[sort])
        return total_of(found), [self._hit(score, address, sort) for score, address in found.hits]

    def _hit(self, score: float, address: tantivy.DocAddress, sort: str) -> Hit:
        document = self.snapshot.searcher.doc(address)
        origin, record = documents.names_of(str(document.get_first("key")))
        if sort == "relevance":
            # The weight of a day grows for ever; what a reader of scores wants is the weight against today's.
            score /= documents.weight_on(self.request.now.date())
        return Hit(origin, record, score if sort == "relevance" else 0.0, self._distance(document.get_all("comune")))

    def _distance(self, codes: list[str]) -> float | None:
        if self.request.near is None:
            return None
        return nearest.nearest_km(self.request.near, codes)

    def _facets(self, matching: tantivy.Query | None) -> Facets:
        if matching is not None:
            return self._counted(matching)
        # A browse without words is the same for many people: counted once per commit and minute.
        minute = datetime.fromtimestamp(self.minute, UTC)
        asked = replace(self.request, now=minute, text="", page=1, page_size=1, sort="recent")
        known = self.snapshot.facets
        if asked not in known:
            if len(known) >= _CACHED_BROWSES:
                known.clear()
            known[asked] = self._counted(None)
        return {name: list(pairs) for name, pairs in known[asked].items()}

    def _counted(self, matching: tantivy.Query | None) -> Facets:
        """All facets in one pass, and one more pass for each that has to ignore its own filter."""
        counted = self._counts(matching, [name for name in FACETS if name not in self.filters])
        for name in self.filters:
            counted |= self._counts(matching, [name], without=name)
        return {name: counted[name] for name in FACETS}

    def _counts(self, matching: tantivy.Query | None, names: list[str], without: str = "") -> Facets:
        found = self.snapshot.counts(self._narrowed(matching, without), [documents.COUNTED[name] for name in names])
        return {name: found[documents.COUNTED[name]] for name in names}
