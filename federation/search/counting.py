"""What there is to choose: how many of all matches each code has, and how many vacancies are the same one.

Counted by the engine in one pass over the matches, and in one more for each filter chosen: a facet ignores its own
filter, so that whoever has chosen one comune still sees what the next one would add.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import tantivy

from federation.search import documents
from federation.search.columns import COLUMNS, Column
from federation.search.narrowing import Narrowing
from federation.search.snapshot import ALL_CODES, Snapshot

SINCE = "since"
FACETS = (*COLUMNS, SINCE)
MOST_CODES = 500
"""So many codes of a facet are told; nobody reads more."""
GROUPED_EXACTLY = 10_000
"""So many matches are looked through for vacancies that are the same one."""

_CLUSTERS = "clusters"

Facets = dict[str, list[tuple[str, int]]]
Answer = dict[str, Any]


class Counted(NamedTuple):
    """`repeated`: how many matches are further postings of a vacancy that is counted already."""

    facets: Facets
    repeated: int


def count(snapshot: Snapshot, narrowing: Narrowing, matching: tantivy.Query | None, total: int) -> Counted:
    """The facets of `total` matches (None matches everything) under the filters.

    Beyond `GROUPED_EXACTLY` matches nothing counts as repeated.
    """
    chosen = [name for name in FACETS if name in narrowing.chosen]
    asked = _asked([name for name in FACETS if name not in chosen], narrowing)
    if total <= GROUPED_EXACTLY:
        asked[_CLUSTERS] = _terms("cluster", total + 1) | {"min_doc_count": 2}
    answer = snapshot.searcher.aggregate(narrowing.of(matching), _aggregations(asked))
    for name in chosen:
        query = narrowing.of(matching, without=name)
        answer |= snapshot.searcher.aggregate(query, _aggregations(_asked([name], narrowing)))
    clusters = answer.get(_CLUSTERS, {"buckets": []})["buckets"]
    facets = {name: _read(name, answer) for name in FACETS}
    return Counted(facets, sum(each["doc_count"] - 1 for each in clusters))


def by_place(snapshot: Snapshot, query: tantivy.Query) -> dict[str, int]:
    """How many matches each place has, places abroad included."""
    found = COLUMNS["comune"]
    asked = {each.field: _terms(each.field, ALL_CODES) for each in found}
    answer = snapshot.searcher.aggregate(query, _aggregations(asked))
    return dict(_together(found, answer))


def _asked(names: Iterable[str], narrowing: Narrowing) -> Answer:
    """By column or facet, what the engine is asked to count."""
    asked: Answer = {}
    for name in names:
        if name == SINCE:
            asked[SINCE] = _days(narrowing.today)
        else:
            asked |= {column.field: _terms(column.field) for column in COLUMNS[name]}
    return asked


def _terms(field: str, most: int = MOST_CODES) -> Answer:
    """Counts of one column, those of each part of the index complete before the most frequent are taken."""
    return {"field": field, "size": most, "segment_size": max(most, ALL_CODES)}


def _days(today: int) -> Answer:
    ends = [*sorted(today - days for days in documents.SINCE.values()), today + 1]
    return {"field": "published", "ranges": [{"from": first, "to": end} for first, end in pairwise(ends)]}


def _aggregations(asked: Answer) -> Answer:
    return {name: {"range" if name == SINCE else "terms": told} for name, told in asked.items()}


def _read(name: str, answer: Answer) -> list[tuple[str, int]]:
    """(code, count) pairs, the most frequent first, then by code; the periods from the shortest on."""
    if name == SINCE:
        return _periods(answer[SINCE]["buckets"])
    pairs = sorted(_together(COLUMNS[name], answer).items(), key=lambda pair: (-pair[1], pair[0]))
    return pairs[:MOST_CODES]


def _together(found: Iterable[Column], answer: Answer) -> Counter[str]:
    """The counts of several columns as one."""
    counts: Counter[str] = Counter()
    for column in found:
        for bucket in answer[column.field]["buckets"]:
            counts[column.read(bucket["key"])] += bucket["doc_count"]
    return counts


def _periods(buckets: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Each period holds the shorter ones; those in which nothing was published are left out."""
    inside = sorted(
        ((bucket["from"], bucket["doc_count"]) for bucket in buckets if "from" in bucket and "to" in bucket),
        reverse=True,
    )
    if not inside:  # an index without vacancies has no ranges either
        return []
    counts, total = [], 0
    for period, (_first, added) in zip(documents.SINCE, inside, strict=True):
        total += added
        counts.append((period, total))
    return [(period, total) for period, total in counts if total]
