"""Whom a node reads, and for whose records: everybody in a small network, a few relays in a big one.

Up to sixty members everybody reads everybody, and who has no address is read through those that stand in its `via`.
Above that, each node reading each other would be millions of visits a day: then the relays alone read all the others,
and everyone else reads two of them, each node its own two, so that the load is spread. A relay is not trusted with
anything: what it passes on is signed by the origins, and whoever it does not give any more is read directly.

This module decides from the roster and from what it is told of the relays; it asks nobody (relays.py looks).
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from federation.members import PERIODS_BY_TIER, Member, Roster, is_small

RELAYS_READ = 2
OWN, ALL = "own", "all"


@dataclass(frozen=True)
class Reading:
    """How a peer is read: its feed of this `scope`, and for whose records its word is held against their heads.

    `view` names what the peer shows us so. A cursor is good for one view: another one begins anew.
    """

    scope: str
    origins: frozenset[str]
    view: str


def readings(
    roster: Roster, own: str, silent: Collection[str] = (), doubted: Collection[str] = ()
) -> dict[str, Reading]:
    """How the node `own` reads, by peer.

    `silent` are relays that do not answer: others are read in their place, and they too, for they may come back.
    `doubted` are origins that the relays do not give as they should: those are read directly.
    """
    direct = directly(roster, own)
    if reads_everybody(roster, own):
        return direct
    relays = _relays(roster, own, direct, silent)
    if not set(relays) - set(silent):
        return direct
    everybody = frozenset(roster.members) - {own}
    told = Reading(ALL, everybody - set(doubted), _view(ALL, roster, own))
    capofila = {member.id for member in roster.members.values() if member.is_capofila}
    asked = {peer for peer, reading in direct.items() if peer in capofila or not reading.origins.isdisjoint(doubted)}
    return {peer: direct[peer] for peer in asked - set(relays)} | dict.fromkeys(relays, told)


def directly(roster: Roster, own: str) -> dict[str, Reading]:
    """How each peer is read for its own records and those of the members that are reached through it."""
    through = defaultdict(list)
    for member in roster.members.values():
        for relay in member.via:
            if relay != member.id:
                through[relay].append(member.id)
    return {
        peer.id: Reading(
            OWN, frozenset({peer.id, *through[peer.id]}) - {own}, _view(OWN, roster, own, through[peer.id])
        )
        for peer in _reachable(roster, own)
    }


def reads_everybody(roster: Roster, own: str) -> bool:
    """Whether the node `own` reads all the others itself: in a small network, and where it is a relay."""
    me = roster.members.get(own)
    return is_small(len(roster.members)) or (me is not None and me.is_relay)


def readers(roster: Roster, own: str) -> set[str]:
    """Who reads the node `own` and can be told that there is something to read."""
    me = roster.members.get(own)
    is_read_by_all = is_small(len(roster.members)) or (me is not None and (me.is_relay or me.is_capofila))
    return {member.id for member in _reachable(roster, own) if is_read_by_all or member.is_relay}


def pushes_to(roster: Roster, own: str) -> list[Member]:
    """The relays to which a node without address brings its pages; none for one that can be read."""
    me = roster.members.get(own)
    if me is None or me.url is not None:
        return []
    return [member for member in _reachable(roster, own) if member.id in me.via]


def periods_of(roster: Roster, members: int) -> dict[str, int]:
    """What the roster prescribes once it has so many members: a period that is its tier's follows, any other stays."""
    before, after = (PERIODS_BY_TIER[is_small(count)] for count in (len(roster.members), members))
    now = {"head_every_s": roster.head_every_s, "poll_every_s": roster.poll_every_s}
    return {name: after[name] if value == before[name] else value for name, value in now.items()}


def _reachable(roster: Roster, own: str) -> list[Member]:
    return [m for m in roster.members.values() if m.id != own and m.url is not None and m.is_active]


def _relays(roster: Roster, own: str, direct: Mapping[str, Reading], silent: Collection[str]) -> list[str]:
    """The relays that are asked, the first ones in an order of this node's own until enough of them answer."""
    me = roster.members.get(own)
    preferred = me.via if me is not None else ()

    def turn(relay: str) -> tuple[bool, bytes]:
        return relay not in preferred, hashlib.sha256(f"{own} {relay}".encode()).digest()

    asked: list[str] = []
    for relay in sorted((peer for peer in direct if roster.members[peer].is_relay), key=turn):
        if len(set(asked) - set(silent)) < RELAYS_READ:
            asked.append(relay)
    return asked


def _view(scope: str, roster: Roster, own: str, through: Collection[str] = ()) -> str:
    """A relay is shown more than others, and who answers for more members shows more."""
    me = roster.members.get(own)
    seen = f"{me is not None and me.is_relay} {' '.join(sorted(through))}"
    return f"{scope} {hashlib.sha256(seen.encode()).hexdigest()[:16]}"
