"""How well a vacancy answers a query: 0 useless, 1 somewhat, 2 an acceptable compromise, 3 exactly what was asked for.

The judge is the person who typed the query, reads the whole ad and decides whether to pick up the telephone. A query's
`wants` say what that person has in mind:

    trades  keys of trades.jsonl that are meant; without it any trade will do ("lavoro part time")
    near    further trades that this person would certainly take, beside those near the meant ones
    place   {"comuni": names, "km": n}, {"comuni": names, "around": true}, {"comuni": names}, {"country": code} or
            {"province": sigla}
    must    fact: values of which one has to be true
    never   fact: values of which none may be true
"""

from functools import cache
from typing import Any

from deploy.bench.judged import places
from deploy.bench.judged.facts import Facts
from deploy.bench.judged.trades import trades

EXACT, COMPROMISE, SOMEWHAT, USELESS = 3, 2, 1, 0

NEXT_DOOR_KM = 12.0
AROUND_KM = 20.0
FAR_KM = 30.0
BEYOND_RADIUS_KM = 5.0

HOPELESS = 9
"""More than any grade can lose."""

# What somebody who asked for the first would still discuss: (fact, value asked for) -> values.
NEARLY: dict[tuple[str, Any], frozenset[Any]] = {
    ("experience", "nessuna"): frozenset({"fino-a-1-anno"}),
    ("experience", "1-3-anni"): frozenset({"nessuna", "fino-a-1-anno"}),
    ("nights", "only"): frozenset({"also"}),
    ("nights", "also"): frozenset({"only"}),
    ("weekends", "only"): frozenset({"also"}),
    ("contract", "indeterminato"): frozenset({"apprendistato"}),
    ("contract", "apprendistato"): frozenset({"tirocinio"}),
    ("contract", "tirocinio"): frozenset({"apprendistato"}),
    ("contract", "stagionale"): frozenset({"determinato", "intermittente"}),
    ("contract", "determinato"): frozenset({"stagionale", "somministrazione"}),
    ("remote", "remoto"): frozenset({"ibrido"}),
}
SEVERAL = frozenset({"licences", "languages"})


def grade(wants: dict[str, Any], facts: Facts) -> int:
    """0 to 3, as the module says.

    What is lost adds up: the next comune costs a grade, hours that the ad leaves open another. As long as nothing that
    was asked for is violated and the distance can be travelled, the right trade never falls below 1, since a telephone
    call settles what an ad leaves open; of a merely related trade nobody forgives that much.
    """
    closeness = trade_grade(wants, facts)
    if closeness == USELESS:
        return USELESS
    lost = place_loss(wants, facts)
    if lost >= HOPELESS:
        return USELESS
    lost += condition_loss(wants, facts) + reserved_loss(wants, facts)
    if lost >= HOPELESS:
        return USELESS
    return max(closeness - lost, SOMEWHAT if closeness == EXACT else USELESS)


def trade_grade(wants: dict[str, Any], facts: Facts) -> int:
    """3 for the trade that is meant, 2 for one that the same person would certainly take, 1 for the same family.

    Who types "carrellista" has the ticket for the forklift and takes a post as a warehouse worker without thinking
    twice: 2. The dispatcher who plans the lorries works in the same building and at another job: a hint at most.
    """
    if "trades" not in wants:
        return EXACT
    table = _closeness(tuple(wants["trades"]), tuple(wants.get("near", ())))
    return max(table[trade] for trade in (facts.trade, *facts.also)) if facts.also else table[facts.trade]


@cache
def _closeness(meant: tuple[str, ...], near: tuple[str, ...]) -> dict[str, int]:
    """What each trade is worth to somebody who means these; read millions of times, worked out once."""
    wanted = [trades()[key] for key in meant]
    families = {trade.family for trade in wanted}
    table = {key: SOMEWHAT if trade.family in families else USELESS for key, trade in trades().items()}
    table |= dict.fromkeys((*near, *(key for trade in wanted for key in trade.near)), COMPROMISE)
    return table | dict.fromkeys(meant, EXACT)


def place_loss(wants: dict[str, Any], facts: Facts) -> int:
    """Grades lost by distance; the nearest of the ad's places counts, as the crow flies.

    A comune without a radius: in it nothing; within 12 km, a bus or bicycle ride, one; within 30 km two, which is a
    car every day; farther is another life. "Vicino a", "zona": the neighbours are what was asked for, 20 km is the
    compromise. A radius in numbers is a condition: inside nothing; up to 5 km over it, which is less than the error of
    the crow, two; farther it is violated. A country or a province is in or out. Work wholly from home can be done
    from any place in the same country, at the price of one grade, since the person thought of a place to go to.
    """
    place = wants.get("place")
    if place is None:
        return 0
    at_home = 1 if facts.remote == "remoto" else HOPELESS
    if "country" in place:
        return 0 if any(places.spot(code).is_abroad for code in facts.places) else HOPELESS
    if "province" in place:
        return 0 if any(places.spot(code).sigla == place["province"] for code in facts.places) else at_home
    centres = [places.code_of(name) for name in place["comuni"]]
    km = min(places.distance_km(centre, code) for centre in centres for code in facts.places)
    return min(_distance_loss(place, km), at_home)


def _distance_loss(place: dict[str, Any], km: float) -> int:
    if "km" in place:
        steps = ((place["km"], 0), (place["km"] + BEYOND_RADIUS_KM, 2))
    elif place.get("around"):
        steps = ((NEXT_DOOR_KM, 0), (AROUND_KM, 1), (FAR_KM, 2))
    else:
        steps = ((0.0, 0), (NEXT_DOOR_KM, 1), (FAR_KM, 2))
    return next((loss for farthest, loss in steps if km <= farthest), HOPELESS)


def condition_loss(wants: dict[str, Any], facts: Facts) -> int:
    """Grades lost by what was asked for beside trade and place.

    A condition that the ad violates makes it useless: who can only work half days, or not at night, or has no VAT
    number, cannot take the job however well the rest fits. What the ad leaves open costs one grade for each condition,
    and so does what comes close: an apprenticeship is an open-ended contract to the law but not what was hoped for.
    """
    lost = 0
    for name, values in wants.get("must", {}).items():
        lost += _must_loss(name, values, getattr(facts, name))
    for name, values in wants.get("never", {}).items():
        lost += _never_loss(name, values, getattr(facts, name))
    return lost


def _must_loss(name: str, values: list[Any], told: Any) -> int:
    """A licence or language that the ad does not ask for is no violation: one has it and does not need it."""
    if name in SEVERAL:
        return 0 if any(value in told for value in values) else 1
    if name == "reserved" and told is None:
        return HOPELESS
    if told is None:
        return 1
    if told in values:
        return 0
    return 1 if any(told in NEARLY.get((name, value), ()) for value in values) else HOPELESS


def _never_loss(name: str, values: list[Any], told: Any) -> int:
    """An ad that asks for no licence needs none: what is indispensable stands in an ad."""
    if name in SEVERAL:
        return HOPELESS if any(value in told for value in values) else 0
    if told is None:
        return 1
    return HOPELESS if told in values else 0


def reserved_loss(wants: dict[str, Any], facts: Facts) -> int:
    """One grade for an ad reserved by law 68/99 when the query says nothing of it: most who read it may not apply.

    The reverse stands in `_must_loss`: who asks for reserved posts wants those that count for the quota, and finds all
    the others without asking.
    """
    asked = "reserved" in wants.get("must", {})
    return 1 if facts.reserved and not asked else 0
