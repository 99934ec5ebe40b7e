"""To which keys this desk seals.

The first sealing key that the roster names for a member is believed, as the invitation was by which it came. A later one
stands there on the word of the capofila alone, and after a theft nothing that the member signs proves more. So nothing is
sealed to it until a person has compared its fingerprint with somebody at the other desk, by a way that both trust.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import UtcDateTime
from federation.keys import RecipientKey, from_base64url
from federation.members import Member, Roster
from federation.register import RegisterBase
from federation.sealing import recipient_key

GROUP = 4


class Correspondent(RegisterBase):
    """The sealing key under which we know a member; `confirmed_at` is None while nobody has looked at a changed one."""

    __tablename__ = "correspondent"

    member: Mapped[str] = mapped_column(String(40), primary_key=True)
    kid: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NotThisKey(ValueError):
    """The key to be confirmed is not the one that the member has now."""


def meet(session: Session, roster: Roster, now: datetime) -> None:
    """Take note of every member's key; one that has changed waits for a person, who has left is forgotten.

    A caller commits.
    """
    session.execute(delete(Correspondent).where(Correspondent.member.not_in(roster.members)))
    for member in roster.members.values():
        key_to(session, member, now)


def has_news(session: Session, roster: Roster) -> bool:
    """Whether `meet` would write anything."""
    known = {each.member: each.kid for each in session.scalars(select(Correspondent))}
    is_changed = any(known.get(member) != key.kid for member, key in _keys(roster).items())
    return is_changed or not known.keys() <= roster.members.keys()


def key_to(session: Session, member: Member, now: datetime) -> RecipientKey | None:
    """The key to which we may seal for a member; None where it has none, or one that nobody has confirmed yet."""
    key = recipient_key(member.sealing)
    if key is None:
        return None
    known = session.get(Correspondent, member.id)
    if known is None:
        session.add(Correspondent(member=member.id, kid=key.kid, seen_at=now, confirmed_at=now))
        session.flush()
        return key
    if known.kid != key.kid:
        known.kid, known.seen_at, known.confirmed_at = key.kid, now, None
        session.flush()
    return key if known.confirmed_at is not None else None


def unconfirmed(session: Session) -> Sequence[Correspondent]:
    """Whose changed key nobody has compared yet, the oldest change first."""
    wanted = select(Correspondent).where(Correspondent.confirmed_at.is_(None))
    return session.scalars(wanted.order_by(Correspondent.seen_at, Correspondent.member)).all()


def confirm(session: Session, member: Member, kid: str, now: datetime) -> Correspondent:
    """Believe this key of the member. Raises NotThisKey when it is not, or no longer, the member's."""
    key_to(session, member, now)
    known = session.get(Correspondent, member.id)
    if known is None or known.kid != kid:
        raise NotThisKey(f"{kid} is not the key of {member.id}")
    known.confirmed_at = now
    session.flush()
    return known


def fingerprint(kid: str) -> str:
    """A key as two people read it to each other: the first 16 bytes of its thumbprint in groups of four hex digits."""
    digits = from_base64url(kid)[:16].hex()
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def _keys(roster: Roster) -> dict[str, RecipientKey]:
    found = {member.id: recipient_key(member.sealing) for member in roster.members.values()}
    return {member: key for member, key in found.items() if key is not None}
