"""Pages of vacancies in which the same one, posted several times, stands once with the others beside it.

The engine sorts vacancies, not groups, so more of them are read than a page shows, and those of a number already seen
are passed over. Most vacancies stand alone: the others of a group are asked for only where there are any.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import tantivy

from federation.search.results import MAX_WINDOW, Hit
from federation.search.snapshot import Snapshot, total_of

MOST_ALSO = 50
"""So many other postings of one vacancy are named."""

_MARGIN = 12  # vacancies read beyond what the page needs before anything is known of repetitions

Search = Callable[[tantivy.Query, int], tantivy.SearchResult]
Found = tuple[float, tantivy.DocAddress]


class Page(NamedTuple):
    """`total`: how many vacancies match; `firsts`: the groups of the page; `numbers`: the cluster of each."""

    total: int
    firsts: list[Found]
    numbers: list[int]


def page(snapshot: Snapshot, query: tantivy.Query, search: Search, first: int, size: int) -> Page:
    """The groups from place `first` on; `search` finds so many of the best matches of a query, in its order."""
    if first + size > MAX_WINDOW:
        return Page(snapshot.count(query), [], [])
    wanted = first + size
    limit = wanted + _MARGIN
    while True:
        found = search(query, limit)
        hits = found.hits
        firsts: dict[int, Found] = {}
        for hit, number in zip(hits, _clusters(snapshot, hits), strict=True):
            firsts.setdefault(number, hit)
        if len(firsts) >= wanted or len(hits) < limit:
            break
        limit *= 2
    numbers = list(firsts)[first:wanted]
    return Page(total_of(found), [firsts[number] for number in numbers], numbers)


def others(snapshot: Snapshot, query: tantivy.Query, search: Search, numbers: list[int]) -> dict[int, list[Found]]:
    """By cluster, all matches of those of these clusters that have several vacancies, best first."""
    several = [number for number in numbers if snapshot.searcher.doc_freq("cluster", number) > 1]
    if not several:
        return {}
    within = tantivy.Query.term_set_query(snapshot.schema, "cluster", several)
    narrowed = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0))]
    hits = search(tantivy.Query.boolean_query(narrowed), MOST_ALSO * len(several)).hits
    found: dict[int, list[Found]] = {}
    for hit, number in zip(hits, _clusters(snapshot, hits), strict=True):
        found.setdefault(number, []).append(hit)
    return found


def grouped(hit: Hit, also: list[Hit]) -> Hit:
    """A hit with the other postings of its vacancy."""
    rest = tuple(each for each in also if (each.origin, each.id) != (hit.origin, hit.id))
    return replace(hit, also=rest[:MOST_ALSO]) if rest else hit


def _clusters(snapshot: Snapshot, hits: list[Found]) -> list[int]:
    numbers = snapshot.searcher.fast_field_values("cluster", [address for _score, address in hits])
    return [int(number or 0) for number in numbers]
