"""The profiles that other desks let this one read, from the copies in the replica and never from the search index.

Only copies whose lease holds are here, and of what is sealed only what is sealed to us; that is opened when it is looked at
and kept nowhere.
"""

from typing import Any, NamedTuple

from federation import lease, replica
from federation.lease import Leases
from federation.sealing import SEALED, Address, NotOpened, unseal
from schemas.codes.comuni import zone_of
from schemas.codes.scopes import COMUNI, RETE
from schemas.kinds import problem_with

KIND = "candidate"


class Neighbour(NamedTuple):
    """A profile as another desk published it; `scope`: for this comune (and perhaps others), or for the whole network."""

    origin: str
    id: str
    body: dict[str, Any]
    scope: str


def neighbours(session, leases: Leases, own, key):
    """All of them, by origin and id; ours are left out. `key` opens what is sealed to us."""
    found = (_opened(copy, own, key) for copy in lease.shown(session, KIND, leases) if copy.origin != own)
    return [each for each in found if each is not None]


def neighbour(session, leases: Leases, own, key, origin, id):
    """One of them; None when it is not there, or not any more, or not for us."""
    return next(
        (each for each in neighbours(session, leases, own, key) if (each.origin, each.id) == (origin, id)), None
    )


def desk_of(session, profile):
    """The desk to ask, as its record says; None while that is not here."""
    copy = replica.get(session, profile.origin, profile.body["desk"])
    return copy.body if copy is not None and copy.used and copy.kind == "desk" else None


def fits(profile, wish):
    """Whether a profile may be somebody who is looked for: what it does not tell excludes nobody.

    `wish`: `occupation` (a unit group), `skill`, `area` (ISTAT), `hours`, `own_transport`; None or false for any.
    """
    body = profile.body
    return (
        (not wish["occupation"] or any(wish["occupation"].startswith(each) for each in body["occupations"]))
        and (not wish["skill"] or wish["skill"] in body.get("skills", ()))
        and (not wish["area"] or body.get("area") in _telling(wish["area"]))
        and (not wish["hours"] or body.get("hours") in (None, wish["hours"]))
        and (not wish["own_transport"] or bool(body.get("own_transport")))
    )


def closeness(profile, wish):
    """Sorts the best first: the exact trade before its group, the comune that was asked for before the network."""
    wanted = wish["occupation"] or ""
    shared = max((len(each) for each in profile.body["occupations"] if wanted.startswith(each)), default=0)
    return -shared, bool(wish["area"]) and profile.body.get("area") != wish["area"], profile.origin, profile.id


def _telling(comune):
    """What is told of the area of those who may live in a comune."""
    return comune, zone_of(comune), None


def _opened(copy, own, key):
    if not copy.audience.startswith(f"{SEALED}:"):
        return Neighbour(copy.origin, copy.id, copy.body, RETE)
    try:
        body = unseal(copy.body, Address(copy.origin, own, KIND, copy.id), key)
    except NotOpened:
        return None
    return Neighbour(copy.origin, copy.id, body, COMUNI) if problem_with(KIND, body) is None else None
