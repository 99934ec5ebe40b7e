"""What there is instead, when a search finds nothing: further away, next door, a similar trade, or a wish less.

Every way out is counted before it is offered, and leads to exactly the offers that it promises.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from federation.search import places, trades
from federation.search.query import Results
from node.citizens.question import Asked, Narrowing

WIDER_KM = (10, 15, 25, 50, 100)
NEIGHBOURS = 6
NEIGHBOURS_WITHIN_KM = 60
RELATED = 5
RELATED_ASKED = 10
LIKELY = 0.5
"""From this score on, what was typed names a trade."""

Search = Callable[[Asked], Results]
Total = Callable[[Asked], int]


class Neighbour(NamedTuple):
    """A comune near the centre that has what was asked for."""

    code: str
    km: float
    count: int
    asked: Asked


@dataclass(frozen=True)
class Otherwise:
    """Searches that do find something, each with its count.

    `wider`: by radius in km. `neighbours`: nearest first. `related`: unit groups, most offers first; `related_near` says
    whether they lie where was searched, or anywhere. `looser`: without one thing that narrows, or (None) without any but the words.
    """

    wider: list[tuple[int, int, Asked]] = field(default_factory=list)
    neighbours: list[Neighbour] = field(default_factory=list)
    related: list[tuple[str, int, Asked]] = field(default_factory=list)
    related_near: bool = True
    looser: list[tuple[Narrowing | None, int, Asked]] = field(default_factory=list)


def instead_of(asked: Asked, search: Search, total: Total) -> Otherwise:
    """What to offer to whom found nothing; `search` answers a question, `total` says only how many it finds."""
    related, is_near = related_trades(asked, total)
    return Otherwise(wider(asked, total), neighbours(asked, search), related, is_near, looser(asked, total))


def wider(asked: Asked, total: Total) -> list[tuple[int, int, Asked]]:
    """The larger radii in which there is something; each offer counted once."""
    if asked.centre is None:
        return []
    found: list[tuple[int, int, Asked]] = []
    for radius_km in WIDER_KM:
        if radius_km > asked.reach_km:
            there = replace(asked, radius_km=radius_km, page=1)
            count = total(there)
            if count and (not found or count > found[-1][1]):
                found.append((radius_km, count, there))
    return found


def neighbours(asked: Asked, search: Search) -> list[Neighbour]:
    """The comuni around the place asked for, or around the one ticked, in which there is something."""
    ticked = asked.chosen.get("place", ())
    centre = asked.centre or (ticked[0] if ticked else None)
    if centre is None:
        return []
    anywhere = nowhere(asked)
    counts = search(replace(anywhere, page_size=1)).facets["comune"]
    near = [(km, code, count) for code, count in counts if (km := places.distance_km(centre, code)) is not None]
    return [
        Neighbour(code, km, count, anywhere.changed("place", [code]))
        for km, code, count in sorted(near)[:NEIGHBOURS]
        if km <= NEIGHBOURS_WITHIN_KM
    ]


def nowhere(asked: Asked) -> Asked:
    """The same search in the whole network."""
    for narrowing in asked.narrowings():
        if narrowing.name == "comune":
            asked = asked.without(narrowing)
    return asked.changed("place", [])


def related_trades(asked: Asked, total: Total) -> tuple[list[tuple[str, int, Asked]], bool]:
    """The unit groups near to the one asked for that have offers, here or else anywhere, and whether it is here."""
    own = trade_of(asked)
    if own is None:
        return [], True
    for where in (asked, nowhere(asked)):
        here = wordless(where)
        counted = [
            (code, total(there), there)
            for code in trades.related(own, RELATED_ASKED)
            if (there := here.changed("occupation", [code]))
        ]
        found = sorted((each for each in counted if each[1]), key=lambda each: -each[1])[:RELATED]
        if found:
            return found, where is asked
    return [], True


def wordless(asked: Asked) -> Asked:
    """The same filters without the words that name the trade."""
    return next((asked.without(each) for each in asked.narrowings() if each.name == "q"), asked)


def trade_of(asked: Asked) -> str | None:
    """The unit group that was asked for, by code or in words."""
    chosen = asked.filters.get("occupation", ())
    if chosen:
        return chosen[0]
    likely = trades.suggest(asked.text, limit=1) if asked.text else []
    return likely[0].code if likely and likely[0].score >= LIKELY else None


def looser(asked: Asked, total: Total) -> list[tuple[Narrowing | None, int, Asked]]:
    """Each thing that narrows without which there is something; if none alone is in the way, the words by themselves.

    The only thing cannot be left out.
    """
    narrowings = asked.narrowings()
    if len(narrowings) < 2:
        return []
    without = [(each, asked.without(each)) for each in narrowings]
    found = [(each, count, there) for each, there in without if (count := total(there))]
    if found or not asked.text:
        return found
    bare = Asked(typed=asked.text)
    count = total(bare)
    return [(None, count, bare)] if count else []
