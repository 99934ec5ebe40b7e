"""What puts one of two vacancies that fit equally well first: that it is fresher, that it is nearer.

Both add to the score, in steps, a share of what a full match in the title is worth; so they decide among vacancies that
fit about as well, and a cook's place far away stays above a waiter's next door. The engine can also multiply a score by a
field of the vacancy, but takes the logarithm of it first, which leaves nothing of the difference between two months.
"""

from collections.abc import Iterable
from itertools import pairwise

import tantivy

from federation.search import places
from federation.search.snapshot import Snapshot

NEARNESS = 0.3
"""The share of a full match by which the centre of a circle is better than its border."""
FRESHNESS = 0.2
"""The share of a full match by which today is better than two months ago."""

_STEPS = 6  # from the centre to the border
_SHARE_UNTIL_DAYS = {1: 1.0, 3: 0.85, 7: 0.7, 14: 0.5, 30: 0.3, 60: 0.1}


def favoured(query: tantivy.Query, favours: Iterable[tantivy.Query]) -> tantivy.Query:
    """The matches of a query, those that a favour matches too scored so much more."""
    more = [(tantivy.Occur.Should, favour) for favour in favours]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *more]) if more else query


def nearer(snapshot: Snapshot, centre: str, radius_km: float, full_match: float) -> tantivy.Query:
    """What the vacancies within a radius are worth more, the nearest place of each deciding."""
    codes_at: dict[int, list[str]] = {}
    for code, km in places.distances(centre, radius_km, snapshot.places_abroad):
        codes_at.setdefault(min(int(km / radius_km * _STEPS), _STEPS - 1), []).append(code)
    worth = NEARNESS * full_match
    return tantivy.Query.disjunction_max_query(
        [
            tantivy.Query.const_score_query(snapshot.marked("comune", codes), worth * (1 - step / _STEPS))
            for step, codes in codes_at.items()
        ]
    )


def fresher(snapshot: Snapshot, today: int, full_match: float) -> tantivy.Query:
    """What the vacancies of the last two months are worth more; `today` is a number as the field `published` has them."""
    steps = pairwise([-1, *_SHARE_UNTIL_DAYS])
    return tantivy.Query.disjunction_max_query(
        [
            tantivy.Query.const_score_query(
                _published(snapshot, today - until, today - after - 1),
                FRESHNESS * full_match * _SHARE_UNTIL_DAYS[until],
            )
            for after, until in steps
        ]
    )


def _published(snapshot: Snapshot, first: int, last: int) -> tantivy.Query:
    return tantivy.Query.range_query(
        snapshot.schema, "published", tantivy.FieldType.Integer, first, last, use_inverted_index=True
    )
