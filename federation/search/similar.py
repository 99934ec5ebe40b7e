"""More work like this one: for the reader of a vacancy, and for whoever comes to one that has closed.

What makes two vacancies alike for a person is the trade first, then what the title says beyond it, then how far it is.
The text says more about the employer's style than about the work, and counts nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import tantivy

from federation.search import grouping, nearest, places, trades, words
from federation.search.index import Index
from federation.search.matching import Matching
from federation.search.narrowing import Narrowing
from federation.search.query import hit_of
from federation.search.request import SearchRequest
from federation.search.results import Hit
from federation.search.snapshot import Snapshot

RADIUS_KM = 50.0
SAME_TRADE = 30.0
"""What the same unit group is worth: about a rare word in the title."""
RELATED_TRADE = 8.0
NEAR = 20.0
"""As a full match, of which nearness adds its share (`nearest.IN_THE_PLACE`)."""
_RELATED = 4


def similar(
    index: Index,
    body: Mapping[str, Any],
    now: datetime,
    stale_origins: frozenset[str] = frozenset(),
    without: tuple[str, str] | None = None,
    limit: int = 4,
) -> list[Hit]:
    """Open vacancies like the one with this document, the best first; `without` (origin, id) is the one being read.

    Other postings of the vacancy being read are no alternative to it and are left out too.
    """
    snapshot = index.snapshot()
    if snapshot is None:
        return []
    centre = places.code_of(body["places"][0])
    near = centre if places.point(centre) else None
    request = SearchRequest(now=now, near=near, stale_origins=stale_origins)
    alike = _alike(snapshot, body)
    if alike is None:
        return []
    query = Narrowing(snapshot, request).of(alike)
    if near:
        query = nearest.favouring(snapshot, query, near, RADIUS_KM, NEAR)

    def find(query: tantivy.Query, wanted: int) -> tantivy.SearchResult:
        return snapshot.searcher.search(query, wanted, weight_by_field="weight")

    page = grouping.page(snapshot, query, find, 0, limit + 1)
    also = grouping.others(snapshot, query, find, page.numbers)
    hits = [
        grouping.grouped(
            hit_of(snapshot, request, first), [hit_of(snapshot, request, each) for each in also.get(number, ())]
        )
        for first, number in zip(page.firsts, page.numbers, strict=True)
    ]
    return [hit for hit in hits if without not in {(each.origin, each.id) for each in (hit, *hit.also)}][:limit]


def _alike(snapshot: Snapshot, body: Mapping[str, Any]) -> tantivy.Query | None:
    """Whatever shares a word of the title or the trade, scored; None when nothing can."""
    wanted = words.understand(snapshot, body["title"])
    by_work = [(tantivy.Occur.Should, Matching(snapshot, wanted).some_of_them(1))] if wanted.things else []
    if code := body.get("occupation"):
        by_work.append((tantivy.Occur.Should, _of_trade(snapshot, [code], SAME_TRADE)))
        by_work.append((tantivy.Occur.Should, _of_trade(snapshot, trades.related(code, _RELATED), RELATED_TRADE)))
    if not by_work:
        return None
    return tantivy.Query.boolean_query(by_work)


def _of_trade(snapshot: Snapshot, codes: list[str], worth: float) -> tantivy.Query:
    return tantivy.Query.const_score_query(snapshot.of_occupations(codes), worth)
