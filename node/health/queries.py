"""How every node of the network is doing, seen from here: what a person must know, and what a machine may count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation import letters, receipts, replica
from federation.letters import Question, Received
from federation.members import Member, Roster
from federation.receipts import Erasure
from federation.register import STATE_ID, RegisterState
from federation.replica import HIDDEN, Copy, ForkProof, Peer, Refusal
from federation.sealing import recipient_key
from federation.trust import fingerprint
from node import __version__
from node.core.config import Config

QUIET = timedelta(minutes=10)
"""So long a peer may stay unanswered before we say so: a restart or a slow line is no news."""
RESTORE_IS_NEWS = timedelta(days=30)
CLOSED_SHOWN = 5

OURS, CLONED, AWAITED, SILENT, UNCONFIRMED, DIFFERING, ARRIVING, FINE = (
    "ours", "cloned", "awaited", "silent", "unconfirmed", "differing", "arriving", "fine",
)  # fmt: skip
URGENCY = (CLONED, SILENT, AWAITED, UNCONFIRMED, DIFFERING, ARRIVING, FINE, OURS)


@dataclass(frozen=True)
class Neighbour:
    """One member of the roster. `confirmed_at` is when it issued its last head; `peer` says how reading it went."""

    member: Member
    is_us: bool
    state: str
    records: int
    held: int
    refused: int
    confirmed_at: datetime | None
    peer: Peer | None

    @property
    def visible_until(self) -> datetime | None:
        return self.confirmed_at + HIDDEN if self.confirmed_at else None

    @property
    def version(self) -> str | None:
        """The program that the node runs; None when it does not say."""
        if self.is_us:
            return __version__
        return self.peer.version if self.peer else None


def own_fingerprint(roster: Roster, own: str) -> str | None:
    """What we read to another desk that asks for our key; None where we have none."""
    member = roster.members.get(own)
    key = recipient_key(member.sealing) if member else None
    return fingerprint(key.kid) if key else None


def neighbours(session: Session, roster: Roster, config: Config, now: datetime) -> list[Neighbour]:
    """Every member as its latest answers leave it: those in trouble first, then by name."""
    confirmed, records = replica.confirmed_at(session), replica.counts(session)
    held, refused = held_by_origin(session), refused_by_origin(session)
    peers = {peer.id: peer for peer in session.scalars(select(Peer))}
    cloned = set(session.scalars(select(ForkProof.origin)))

    def is_grey(origin: str) -> bool:
        return origin not in confirmed or now - confirmed[origin] > config.grey_after

    found = [
        Neighbour(
            member,
            member.id == config.id,
            state_of(
                member.id == config.id,
                member.id in cloned,
                peers.get(member.id),
                is_grey(member.id),
                now,
                is_heard=member.id in confirmed,
            ),
            records.get(member.id, 0),
            held.get(member.id, 0),
            refused.get(member.id, 0),
            confirmed.get(member.id),
            peers.get(member.id),
        )
        for member in roster.members.values()
    ]
    return sorted(found, key=lambda each: (URGENCY.index(each.state), each.member.name.casefold()))


def state_of(
    is_us: bool, is_cloned: bool, peer: Peer | None, is_grey: bool, now: datetime, is_heard: bool = False
) -> str:
    """One word for a member, the gravest that is true. Who is read through others (`is_heard`) is no peer of ours."""
    if is_cloned:
        return CLONED
    if is_us:
        return OURS
    if peer is None and is_heard:
        return UNCONFIRMED if is_grey else FINE
    if peer is None or peer.last_ok_at is None:
        return SILENT if peer and peer.failures else AWAITED
    if peer.failures and (is_grey or now - peer.last_ok_at > QUIET):
        return SILENT
    if is_grey:
        return UNCONFIRMED
    if peer.differing_since is not None and now - peer.differing_since > QUIET:
        return DIFFERING
    return ARRIVING if peer.remaining else FINE


class Publishing(NamedTuple):
    """Whether this node may publish: since when not, and why; `restored_at` when it began anew a short while ago."""

    shut_since: datetime | None = None
    shut_why: str | None = None
    restored_at: datetime | None = None


def publishing(session: Session, now: datetime) -> Publishing:
    """What the register says of its publisher."""
    state = session.get(RegisterState, STATE_ID)
    if state is None:
        return Publishing()
    is_news = state.restored_at is not None and now - state.restored_at < RESTORE_IS_NEWS
    return Publishing(state.shut_since, state.shut_why, state.restored_at if is_news else None)


class Post(NamedTuple):
    """All that is outstanding between this desk and the others, and by comune the last question under one topic."""

    tried: Mapping[str, Question]
    questions: Sequence[Question]
    answers: Sequence[Received]
    held: Sequence[Received]
    erasures: Sequence[Erasure]
    closed: Sequence[Erasure]


def post(session: Session, topic: str, now: datetime) -> Post:
    """`tried` are the last questions under the topic; `answers` those of ours that nobody has taken for long."""
    return Post(
        letters.latest(session, topic),
        letters.outstanding(session),
        letters.not_taken_back(session, now),
        letters.held(session),
        receipts.outstanding(session),
        receipts.latest_closed(session, CLOSED_SHOWN),
    )


def late_letters(session: Session, now: datetime) -> int:
    """How many letters, ours or others', should have been answered or taken by now."""
    questions = sum(each.is_late(now) for each in letters.outstanding(session))
    return questions + len(letters.not_taken_back(session, now))


def standstill_since(session: Session, now: datetime) -> datetime | None:
    """Since when a visit to a peer is overdue: the fault is ours then. None when none is, or not for long."""
    due_at = session.scalar(select(func.min(Peer.next_at)))
    return due_at if due_at is not None and now - due_at > QUIET else None


def held_by_origin(session: Session) -> dict[str, int]:
    """How many statements of each origin we keep and pass on but cannot show."""
    counted = select(Copy.origin, func.count()).where(*_HELD).group_by(Copy.origin)
    return dict(session.execute(counted).all())


def refused_by_origin(session: Session) -> dict[str, int]:
    """How often we did not take a line; one that names no origin counts for who sent it."""
    origin = func.coalesce(Refusal.origin, Refusal.source)
    counted = session.execute(select(origin, func.sum(Refusal.times)).group_by(origin))
    return {name: int(times) for name, times in counted}


def latest_held(session: Session, limit: int) -> Sequence[Copy]:
    return session.scalars(select(Copy).where(*_HELD).order_by(Copy.position.desc()).limit(limit)).all()


def latest_refused(session: Session, limit: int) -> Sequence[Refusal]:
    newest_first = (Refusal.refused_at.desc(), Refusal.number.desc())
    return session.scalars(select(Refusal).order_by(*newest_first).limit(limit)).all()


_HELD = (Copy.problem.is_not(None), Copy.line.is_not(None))
