"""The vacancies that may suit somebody: of a whole network, the few hundred that are worth reading one by one.

The index knows trades, places and conditions, so it can leave out what surely does not suit and put first what most
likely does. What it cannot know (languages, education, how many years) is judged by whoever asks, document by document.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import tantivy

from federation.search import conditions, grouping, places
from federation.search.index import Index
from federation.search.narrowing import Narrowing, unit_groups
from federation.search.query import hit_of
from federation.search.request import SearchRequest
from federation.search.results import Hit
from federation.search.snapshot import Snapshot, any_of
from schemas.codes import LICENCES

SAME, CLOSE, DONE, RELATED = 40.0, 28.0, 18.0, 5.0
"""What the relation of the trades is worth; a vacancy has the best that holds."""
WITHIN_REACH, NEXT_DOOR = 10.0, 8.0
NO_LICENCE_MISSING, NO_TIME_REFUSED = 15.0, 10.0
CONTRACT, HOURS = 6.0, 6.0
NEXT_DOOR_KM = 5.0
CLOSE_DIGITS, RELATED_DIGITS = 3, 2
"""Digits of ISCO-08 that close trades share, and those that are merely related."""
REMOTE = "remoto"


class Wish(NamedTuple):
    """`wanted`, `done`: unit groups looked for, and those worked in long enough to do it again. `home` is the code of a
    place; `reach_km` how far one would go, `furthest_km` from where on a vacancy is not even told of, both None: anywhere.
    `licences`: all that are held. `contracts`, `hours`: empty for no preference. `refused`: aspects of `conditions`.
    """

    wanted: tuple[str, ...]
    done: tuple[str, ...] = ()
    home: str | None = None
    reach_km: float | None = None
    furthest_km: float | None = None
    licences: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()
    hours: str | None = None
    refused: tuple[str, ...] = ()


class Suited(NamedTuple):
    """`total`: how many may suit; `hits`: the likeliest of them, each vacancy once however often it was posted."""

    total: int
    hits: list[Hit]


def suited(
    index: Index, wish: Wish, now: datetime, stale_origins: frozenset[str] = frozenset(), limit: int = 300
) -> Suited:
    """The open vacancies that may suit, the likeliest first; none without a trade. `limit`: read no more of them."""
    snapshot = index.snapshot()
    if snapshot is None or not (wish.wanted or wish.done):
        return Suited(0, [])
    near = wish.home if wish.home and places.point(wish.home) else None
    request = SearchRequest(now=now, near=near, stale_origins=stale_origins)
    query = Narrowing(snapshot, request).of(_scored(snapshot, wish._replace(home=near)))
    page = grouping.page(snapshot, query, snapshot.searcher.search, 0, limit)
    return Suited(page.total, [hit_of(snapshot, request, each) for each in page.firsts])


def _scored(snapshot: Snapshot, wish: Wish) -> tantivy.Query:
    around = _around(snapshot, wish)
    clauses = [(tantivy.Occur.Must, tantivy.Query.disjunction_max_query(list(_trades(snapshot, wish))))]
    if wish.home and wish.furthest_km is not None:
        reachable = any_of([snapshot.marked("comune", around), snapshot.having("remote", [REMOTE])])
        clauses.append((tantivy.Occur.Must, _worth(reachable, 0.0)))
    clauses += [(tantivy.Occur.Should, each) for each in _advantages(snapshot, wish, around)]
    return tantivy.Query.boolean_query(clauses)


def _trades(snapshot: Snapshot, wish: Wish) -> Iterable[tantivy.Query]:
    close = {code for each in wish.wanted for code in unit_groups(each[:CLOSE_DIGITS])}
    related = {code for each in wish.wanted for code in unit_groups(each[:RELATED_DIGITS])}
    for codes, worth in ((wish.wanted, SAME), (close, CLOSE), (wish.done, DONE), (related, RELATED)):
        if codes:
            yield _worth(snapshot.of_occupations(codes), worth)


def _advantages(snapshot: Snapshot, wish: Wish, around: Mapping[str, float]) -> Iterable[tantivy.Query]:
    """What makes a vacancy likelier to suit than another of the same trade."""
    for reach_km, worth in ((NEXT_DOOR_KM, NEXT_DOOR), (wish.reach_km, WITHIN_REACH)):
        near = [code for code, km in around.items() if reach_km is not None and km <= reach_km]
        if near:
            yield _worth(snapshot.marked("comune", near), worth)
    lacking = snapshot.having("licence", [code for code in LICENCES if code not in wish.licences])
    yield _worth(_all_but(lacking), NO_LICENCE_MISSING)
    if wish.refused:
        said = conditions.marks(wish.refused, conditions.YES, conditions.ONLY)
        yield _worth(_all_but(snapshot.marked("times", said)), NO_TIME_REFUSED)
    if wish.contracts:
        yield _worth(snapshot.having("contract", sorted(wish.contracts)), CONTRACT)
    if wish.hours:
        yield _worth(snapshot.having("hours", [wish.hours]), HOURS)


def _around(snapshot: Snapshot, wish: Wish) -> dict[str, float]:
    """The codes of the places that are not too far, with their distance in km; none where no home is known."""
    furthest = max(NEXT_DOOR_KM, wish.reach_km or 0.0, wish.furthest_km or 0.0)
    return dict(places.distances(wish.home, furthest, snapshot.places_abroad)) if wish.home else {}


def _all_but(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, tantivy.Query.all_query()), (tantivy.Occur.MustNot, query)]
    )


def _worth(query: tantivy.Query, worth: float) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, worth)
