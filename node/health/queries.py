"""How every node of the network is doing, seen from here: what a person must know, and what a machine may count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import replica
from federation.members import Member, Roster
from federation.replica import Copy, ForkProof, Peer, Refusal

QUIET = timedelta(minutes=10)
"""So long a peer may stay unanswered before we say so: a restart or a slow line is no news."""
GREY = timedelta(hours=72)
"""After so long without a head an origin's vacancies are shown as not confirmed."""
HIDDEN = timedelta(days=21)
"""After so long they leave the default results."""

OURS, CLONED, AWAITED, SILENT, UNCONFIRMED, ARRIVING, FINE = (
    "ours", "cloned", "awaited", "silent", "unconfirmed", "arriving", "fine",
)  # fmt: skip


@dataclass(frozen=True)
class Neighbour:
    """One member of the roster. `confirmed_at` is its last head, `heard_at` its last complete answer."""

    member: Member
    state: str
    records: int
    held: int
    refused: int
    confirmed_at: datetime | None
    peer: Peer | None

    @property
    def visible_until(self) -> datetime | None:
        return self.confirmed_at + HIDDEN if self.confirmed_at else None


def neighbours(session: Session, roster: Roster, own: str, now: datetime) -> list[Neighbour]:
    """Every member as its latest answers leave it: those in trouble first, then by name."""
    confirmed, records = replica.confirmed_at(session), replica.counts(session)
    held = Counter(copy.origin for copy in replica.held(session))
    refused: Counter[str] = Counter()
    for refusal in replica.refusals(session):
        refused[refusal.origin or refusal.source] += refusal.times
    peers = {peer.id: peer for peer in session.scalars(select(Peer))}
    cloned = set(session.scalars(select(ForkProof.origin)))
    found = [
        Neighbour(
            member,
            state_of(member.id == own, member.id in cloned, peers.get(member.id), confirmed.get(member.id), now),
            records.get(member.id, 0),
            held[member.id],
            refused[member.id],
            confirmed.get(member.id),
            peers.get(member.id),
        )
        for member in roster.members.values()
    ]
    return sorted(found, key=lambda each: (URGENCY.index(each.state), each.member.name.casefold()))


URGENCY = (CLONED, SILENT, AWAITED, UNCONFIRMED, ARRIVING, FINE, OURS)


def state_of(is_us: bool, is_cloned: bool, peer: Peer | None, confirmed_at: datetime | None, now: datetime) -> str:
    """One word for a member, the gravest that is true."""
    if is_cloned:
        return CLONED
    if is_us:
        return OURS
    if peer is None or peer.last_ok_at is None:
        return SILENT if peer and peer.failures else AWAITED
    if peer.failures and now - peer.last_ok_at > QUIET:
        return SILENT
    if confirmed_at is None or now - confirmed_at > GREY:
        return UNCONFIRMED
    return ARRIVING if peer.remaining else FINE


def unusable(session: Session) -> Sequence[Copy]:
    """What we keep and pass on but this version cannot show."""
    return replica.held(session)


def refused(session: Session) -> Sequence[Refusal]:
    """What we did not take."""
    return replica.refusals(session)
