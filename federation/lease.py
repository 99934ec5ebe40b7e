"""How long the copy of a person's record may be shown by somebody else's node.

Who may be forgotten must be forgotten by everybody, also by a node that hears nothing any more. Therefore a copy of a
candidate is only lent: it may be shown for as long as its origin confirms, by heads that our copies equal, that it still
stands by all of them. A relay that keeps a withdrawal from us cannot stretch that time, because with the withdrawal
missing our copies do not equal the head. When the time is over the copy is hidden in the same instant, and its bytes are
deleted within the hour; its line stays, so that heads can still be compared, and the repair (repair.py) brings the body
back once the origin is heard again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from federation import replica
from federation.replica import Copy, Match
from federation.upkeep import BODILESS, move
from schemas.kinds import LEASED_KINDS

GRACE = timedelta(minutes=30)
"""So long a copy may wait, hidden, for the head that vouches for it before it is deleted."""


class Leases:
    """Which copies may be shown at this moment by the node `own`, whose own records need nobody's leave.

    `is_closed`: the roster has expired, so nobody knows any more who is a member, and no person's copy is shown.
    """

    def __init__(self, session: Session, own: str, now: datetime, is_closed: bool = False) -> None:
        self._session = session
        self._own = own
        self._now = now
        self._is_closed = is_closed

    def allow(self, copy: Copy | Row[Any]) -> bool:
        """Whether this copy may be shown and passed on, as far as leases go. A withdrawal says nothing of anybody."""
        if copy.kind not in LEASED_KINDS or copy.origin == self._own or copy.withdrawn:
            return True
        return not self._is_closed and (copy.origin, copy.audience) in self._running

    def is_meant_for_us(self, copy: Copy) -> bool:
        """Whether it is this node's to read: what is sealed to another a relay carries, and no more."""
        return (
            copy.origin == self._own
            or copy.audience.partition(":")[0] != "sealed"
            or copy.audience == f"sealed:{self._own}"
        )

    @cached_property
    def _running(self) -> frozenset[tuple[str, str]]:
        running = self._session.execute(_RUNNING, {"now": self._now})
        return frozenset((origin, audience) for origin, audience in running)


def shown(session: Session, kind: str, leases: Leases, origin: str | None = None) -> Sequence[Copy]:
    """The used copies of a leased kind that may be shown here now, of one origin or of all, by origin and id."""
    copies = session.scalars(_USED if origin is None else _USED_OF_ONE, {"kind": kind, "origin": origin})
    return [copy for copy in copies if leases.allow(copy) and leases.is_meant_for_us(copy)]


def end(session: Session, own: str, now: datetime) -> int:
    """Delete the bodies of the copies whose lease is over; their number. A caller commits, and scrubs the database.

    Their lines stay, by which heads count them.
    """
    counter = replica.lock(session)
    ended = session.execute(_ENDED, {"own": own, "now": now, "received_at": now - GRACE}).all()
    return move(session, counter, ended, BODILESS)


# Asked of every answer and of every view of a person, and built once: SQLAlchemy takes longer to put them together than the
# database to answer.
_IS_RUNNING = Match.lease_until > bindparam("now")
_RUNNING = select(Match.origin, Match.audience).where(_IS_RUNNING)
_USED = select(Copy).where(Copy.kind == bindparam("kind"), *replica.USED).order_by(Copy.origin, Copy.id)
_USED_OF_ONE = _USED.where(Copy.origin == bindparam("origin"))
_IS_LENT = (
    select(Match.origin).where(Match.origin == Copy.origin, Match.audience == Copy.audience, _IS_RUNNING).exists()
)
_ENDED = (
    select(Copy.origin, Copy.id)
    .where(
        Copy.kind.in_(LEASED_KINDS),
        Copy.origin != bindparam("own"),
        Copy.line.is_not(None),
        ~Copy.withdrawn,
        Copy.received_at <= bindparam("received_at"),
        ~_IS_LENT,
    )
    .order_by(Copy.origin, Copy.id)
)
