"""The search: one question, one answer from one commit of the index.

Nothing is done in Python for each match, only for the hits of the page: filters are sets of codes that score nothing,
facets are counted by the engine over all matches, a sort by distance ranks places, not vacancies.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from time import perf_counter
from typing import Any, NamedTuple

import tantivy

from federation.search import conditions, counting, documents, grouping, nearest, words
from federation.search.counting import FACETS, Counted
from federation.search.grouping import Found, Page
from federation.search.index import Index
from federation.search.matching import Matching
from federation.search.narrowing import Narrowing
from federation.search.request import BadRequest, SearchRequest
from federation.search.results import MAX_WINDOW, Hit, Results
from federation.search.snapshot import Snapshot
from federation.search.words import Wanted

__all__ = ["FACETS", "MAX_WINDOW", "BadRequest", "Hit", "Results", "SearchRequest", "count", "search"]

FEW = 20
"""Where fewer vacancies have all that is wanted, others that have less of it are shown behind them."""
NONE_OF_IT = 1.0
"""What it is worth, in full matches, that a vacancy says that there is none of what is refused."""

FITTING_LICENCE = 0.5
"""What each licence that is both asked for and held is worth, and that no heavier one is asked for."""

_FLAT: dict[str, Any] = {}
_ORDERS: dict[str, dict[str, Any]] = {
    "relevance": {"weight_by_field": "weight"},
    "recent": {"order_by_field": "published", "order": tantivy.Order.Desc},
    "closing": {"order_by_field": "closes", "order": tantivy.Order.Asc},
}


def search(index: Index, request: SearchRequest) -> Results:
    """The page of vacancies that answers a request, with its total and facets. An index not yet there has none."""
    started = perf_counter()
    snapshot = index.snapshot()
    wanted = words.understand(snapshot, request.text, request.prefix, request.features) if snapshot else Wanted()
    answer = _Answer(Page(0, [], []), Counted({name: [] for name in FACETS}, 0), [], [], False)
    if snapshot and not wanted.is_hopeless:
        answer = _Search(snapshot, request, wanted).answer()
    return Results(
        total=answer.page.total,
        groups=answer.page.total - answer.counted.repeated,
        facets=answer.counted.facets,
        hits=answer.hits,
        close=answer.close,
        page=request.page,
        page_size=request.page_size,
        took_ms=(perf_counter() - started) * 1000,
        stems=wanted.stems,
        relaxed=answer.is_relaxed,
        corrections=wanted.corrections,
        unknown=wanted.unknown,
        meant=wanted.meant,
    )


def count(index: Index, request: SearchRequest) -> int:
    """How many vacancies a search would find, without finding them."""
    snapshot = index.snapshot()
    if snapshot is None:
        return 0
    wanted = words.understand(snapshot, request.text, request.prefix, request.features)
    return 0 if wanted.is_hopeless else _Search(snapshot, request, wanted).total()


def hit_of(snapshot: Snapshot, request: SearchRequest, found: Found) -> Hit:
    """What was found, with its distance where the request has a place."""
    score, address = found
    key, codes = documents.read_card(snapshot.searcher.doc(address))
    distance = nearest.nearest_km(request.near, codes) if request.near is not None else None
    return Hit(*documents.names_of(key), score, distance)


class _Answer(NamedTuple):
    page: Page
    counted: Counted
    hits: list[Hit]
    close: list[Hit]
    is_relaxed: bool


class _Attempt(NamedTuple):
    """What matches; None everything. `is_relaxed`: less than all that was asked for."""

    matching: tantivy.Query | None
    is_relaxed: bool


class _Search:
    """One request on one commit."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest, wanted: Wanted) -> None:
        self.snapshot, self.request, self.wanted = snapshot, request, wanted
        self.narrowing = Narrowing(snapshot, request)
        self.matching = Matching(snapshot, wanted, request.features) if wanted.things else None
        is_browsing = self.matching is None and not self.narrowing.fitting_licences
        self.sort = "recent" if request.sort == "relevance" and is_browsing else request.sort

    def answer(self) -> _Answer:
        first = (self.request.page - 1) * self.request.page_size
        for attempt in self.attempts():
            query = self.favoured(self.narrowing.of(attempt.matching))
            page = grouping.page(self.snapshot, query, self.find, first, self.request.page_size)
            if page.total:
                break
        counted = self.counted(attempt.matching, page.total)
        close = [] if attempt.is_relaxed else self.close(attempt, page)
        return _Answer(page, counted, self.hits(query, page), close, attempt.is_relaxed)

    def close(self, attempt: _Attempt, page: Page) -> list[Hit]:
        """Where few vacancies have all that is wanted, those to fill their page that have less of it."""
        left = self.request.page_size - len(page.firsts) if self.request.page == 1 else 0
        if self.matching is None or attempt.matching is None or self.sort != "relevance":
            return []
        if not 0 < page.total < FEW or left <= 0:
            return []
        less = self.matching.the_trade() if self.matching.has_trade else self.matching.some_of_them(1)
        beyond = [(tantivy.Occur.Must, less), (tantivy.Occur.MustNot, attempt.matching)]
        query = self.favoured(self.narrowing.of(tantivy.Query.boolean_query(beyond)))
        return self.hits(query, grouping.page(self.snapshot, query, self.find, 0, left))

    def total(self) -> int:
        totals = (self.snapshot.count(self.narrowing.of(attempt.matching)) for attempt in self.attempts())
        return next(filter(None, totals), 0)

    def attempts(self) -> Iterator[_Attempt]:
        """What may match: all that is wanted, then, where no vacancy has it all, as much as possible."""
        if self.matching is None:
            yield _Attempt(None, False)
            return
        yield _Attempt(self.matching.all_of_them(), bool(self.wanted.unknown))
        many = self.matching.words
        for least in sorted({ceil(many / 2), 1}, reverse=True) if many > 1 else ():
            yield _Attempt(self.matching.some_of_them(least), True)

    def favoured(self, query: tantivy.Query) -> tantivy.Query:
        """The same matches in the order by relevance, those worth more that are likelier to be meant.

        They say that there is none of what is refused, or they are nearer.
        """
        request = self.request
        if self.sort != "relevance":
            return query
        full_match = self.matching.best_score() if self.matching else 1.0
        if refused := self.narrowing.refused_times:
            none_of_it = self.snapshot.marked("times", conditions.marks(refused, conditions.NO))
            query = _preferring(query, none_of_it, NONE_OF_IT * full_match)
        for better in self.narrowing.fitting_licences:
            query = _preferring(query, better, FITTING_LICENCE * full_match)
        if request.near is None or not request.radius_km or "proximity" not in request.features:
            return query
        return nearest.favouring(self.snapshot, query, request.near, request.radius_km, full_match)

    @property
    def find(self) -> Callable[[tantivy.Query, int], tantivy.SearchResult]:
        """The best matches of a query in the order asked for."""
        if self.sort == "distance":
            return lambda query, limit: nearest.search(self.snapshot, query, str(self.request.near), limit)
        order = _ORDERS[self.sort]
        if self.sort == "relevance" and "freshness" not in self.request.features:
            order = _FLAT
        return lambda query, limit: self.snapshot.searcher.search(query, limit, **order)

    def hits(self, query: tantivy.Query, page: Page) -> list[Hit]:
        also = grouping.others(self.snapshot, query, self.find, page.numbers)
        return [
            grouping.grouped(self.hit(first), [self.hit(each) for each in also.get(number, ())])
            for first, number in zip(page.firsts, page.numbers, strict=True)
        ]

    def hit(self, found: Found) -> Hit:
        score, address = found
        return hit_of(self.snapshot, self.request, (score if self.sort == "relevance" else 0.0, address))

    def counted(self, matching: tantivy.Query | None, total: int) -> Counted:
        if matching is not None:
            return counting.count(self.snapshot, self.narrowing, matching, total)
        # A browse without words is the same for many people: counted once per commit and minute.
        minute = datetime.fromtimestamp(self.narrowing.minute * 60, UTC)
        asked = replace(self.request, now=minute, text="", page=1, page_size=1, sort="recent")
        counted = self.snapshot.remember(asked, lambda: counting.count(self.snapshot, self.narrowing, None, total))
        return counted._replace(facets={name: list(pairs) for name, pairs in counted.facets.items()})


def _preferring(query: tantivy.Query, preferred: tantivy.Query, worth: float) -> tantivy.Query:
    """The same matches, those of another query worth so much more."""
    better = tantivy.Query.const_score_query(preferred, worth)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Should, better)])
