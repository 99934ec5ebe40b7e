"""The order by distance, and the favour for the near, without a distance per vacancy.

Vacancies lie in comuni, so places are ranked, and only the nearest of them that together hold the page take part: their
distances become scores that the engine sorts by. A vacancy in several places stands where its nearest one puts it.
"""

from collections.abc import Iterable
from typing import NamedTuple

import tantivy

from federation.search import counting, places
from federation.search.snapshot import Snapshot

IN_THE_PLACE = 1.0
"""The share of a full match by which the place that was named is better than the border of the circle around it."""
NEXT_DOOR = 0.3
"""The same for the places nearest to it: who names a place means that place, and takes the next with good grace."""

_RING_KM = 0.1  # places whose distances round to the same count as equally far
_STEPS = 6  # from the places next to the centre of a circle to its border
_TEXT = 1e-4  # among equally far vacancies the more relevant one comes first


def nearest_km(centre: str, codes: Iterable[str]) -> float | None:
    """The distance in km from a place to the nearest of others; None when none of them is known."""
    distances = [places.distance_km(centre, code) for code in codes]
    return min((each for each in distances if each is not None), default=None)


def favouring(
    snapshot: Snapshot, query: tantivy.Query, centre: str, radius_km: float, full_match: float
) -> tantivy.Query:
    """The same matches, those within a radius worth more the nearer they are.

    A share of what a full match in the title is worth: a cook's place far away stays above a waiter's next door.
    """
    codes_at: dict[float, list[str]] = {}
    for code, km in places.distances(centre, radius_km, snapshot.places_abroad):
        step = min(int(km / radius_km * _STEPS), _STEPS - 1)
        worth = IN_THE_PLACE if code == centre else NEXT_DOOR * (1 - step / _STEPS)
        codes_at.setdefault(worth, []).append(code)
    steps = [
        tantivy.Query.const_score_query(_in_any(snapshot, codes), worth * full_match)
        for worth, codes in codes_at.items()
    ]
    nearer = tantivy.Query.disjunction_max_query(steps)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Should, nearer)])


def search(snapshot: Snapshot, query: tantivy.Query, centre: str, wanted: int) -> tantivy.SearchResult:
    """So many of the matches in the order of their distance from `centre`; unknown places come last."""
    rings = _rings(snapshot, query, centre)
    # Measured from the furthest ring of all, not of this page: a score must mean the same on every page.
    furthest = rings[-1].km + 1 if rings else 0.0
    near = [
        tantivy.Query.const_score_query(_in_any(snapshot, ring.codes), furthest - ring.km)
        for ring in _holding(snapshot, query, rings, wanted)
    ]
    scored = [(tantivy.Occur.Must, tantivy.Query.boost_query(query, _TEXT))]
    if near:
        scored.append((tantivy.Occur.Should, tantivy.Query.disjunction_max_query(near)))
    return snapshot.searcher.search(tantivy.Query.boolean_query(scored), wanted)


class _Ring(NamedTuple):
    """Places equally far away, and the sum of their matches."""

    km: float
    codes: list[str]
    matches: int


def _rings(snapshot: Snapshot, query: tantivy.Query, centre: str) -> list[_Ring]:
    """The places of all matches around `centre`, nearest first."""
    counts = counting.by_place(snapshot, query)
    places_at: dict[int, list[str]] = {}
    for code in counts:
        km = places.distance_km(centre, code)
        if km is not None:
            places_at.setdefault(round(km / _RING_KM), []).append(code)
    return [
        _Ring(number * _RING_KM, codes, sum(counts[code] for code in codes))
        for number, codes in sorted(places_at.items())
    ]


def _holding(snapshot: Snapshot, query: tantivy.Query, rings: list[_Ring], wanted: int) -> list[_Ring]:
    """The nearest rings that together hold so many matches, or all.

    A vacancy with several places is counted at each, so what the counts promise is verified before it is believed.
    """
    promised = wanted
    while True:
        taken, total = 0, 0
        while taken < len(rings) and total < promised:
            total += rings[taken].matches
            taken += 1
        if taken == len(rings) or _count_in(snapshot, query, rings[:taken]) >= wanted:
            return rings[:taken]
        promised *= 2


def _count_in(snapshot: Snapshot, query: tantivy.Query, rings: list[_Ring]) -> int:
    inside = _in_any(snapshot, [code for ring in rings for code in ring.codes])
    return snapshot.count(tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, inside)]))


def _in_any(snapshot: Snapshot, codes: list[str]) -> tantivy.Query:
    return snapshot.marked("comune", codes)
