"""Who did what to which record, and when: written in the transaction of the deed itself, and chained at its end (chain.py).

Names and texts never enter, only random ids and codes, so that the audit survives an erasure unchanged; what looks like
anything else is refused here.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, delete, event, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import UtcDateTime
from node.core import chain, clock
from node.core.actors import Actor
from node.core.chain import Link
from node.core.db import Base

PAGE = 1000
_WAITING = "deeds that are not chained yet"
_CODE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:+-]{0,63}")


class Deed(Base):
    """`place` is where it stands in the chain and `before` the hash of the one before; both come with the commit."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "kind", "ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    place: Mapped[int | None] = mapped_column(BigInteger, index=True, unique=True)
    before: Mapped[str | None] = mapped_column(String(64))

    @property
    def told(self) -> dict[str, Any]:
        """What the hash covers, besides the place and the hash before."""
        return {name: getattr(self, name) for name in ("at", "actor", "verb", "kind", "ref", "facts")}


def note(session: Session, actor: Actor, verb: str, thing: Any, **facts: Any) -> Deed:
    """Add one line to the audit: `verb` like `vacancy.published`, `thing` a row with a `ref`, facts without personal data.

    Raises ValueError for a fact that is no number, code, day or random id: words have no place here.
    """
    for name, value in facts.items():
        if not all(_is_bare(each) for each in (value if isinstance(value, list) else [value])):
            raise ValueError(f"{verb}: the fact {name} would write words into the audit")
    deed = Deed(at=clock.now(), actor=actor.id, verb=verb, kind=thing.__tablename__, ref=str(thing.ref), facts=facts)
    session.add(deed)
    session.info.setdefault(_WAITING, []).append(deed)
    return deed


@event.listens_for(Session, "before_commit")
def link(session: Session) -> None:
    """Chain what was noted, in the order in which it was; the end of a savepoint is none of a transaction."""
    if session.in_nested_transaction():
        return
    waiting = session.info.pop(_WAITING, [])
    session.flush()
    # What was noted and then rolled back, with its savepoint or with all, is not in the session any more.
    deeds = [deed for deed in waiting if deed in session]
    if not deeds:
        return
    last = chain.locked_head(session)
    for deed in deeds:
        deed.place, deed.before = last.place + 1, last.hash
        last = Link(deed.place, chain.hash_of(last.hash, deed.place, deed.told))
    chain.move_head(session, last)


def links(session: Session) -> Iterator[tuple[Deed, Link]]:
    """Every entry in the order of the chain, with its place as it says and its hash as it is now."""
    after = -1
    while page := session.scalars(select(Deed).where(Deed.place > after).order_by(Deed.place).limit(PAGE)).all():
        for deed in page:
            yield deed, Link(deed.place or 0, chain.hash_of(deed.before or "", deed.place or 0, deed.told))
        after = page[-1].place or 0
        session.expunge_all()


def unchained(session: Session) -> int:
    """How many entries nobody has chained: the program leaves none."""
    return session.scalar(select(func.count()).where(Deed.place.is_(None))) or 0


def hash_at(session: Session, place: int) -> str | None:
    """The hash of the entry at that place, as the one after it carries it; None where the chain does not reach."""
    for end in (chain.head(session), chain.anchor(session)):
        if end.place == place:
            return end.hash
    return session.scalar(select(Deed.before).where(Deed.place == place + 1))


def drop_before(session: Session, moment: datetime) -> None:
    """Let go of the oldest entries, up to the first that is not before that moment; the anchor takes their place."""
    keep_from = session.scalar(select(func.min(Deed.place)).where(Deed.at >= moment))
    if keep_from is None or keep_from - 1 <= chain.anchor(session).place:
        return
    first = session.scalars(select(Deed).where(Deed.place == keep_from)).one()
    chain.locked_head(session)
    chain.move_anchor(session, Link(keep_from - 1, first.before or ""))
    session.execute(delete(Deed).where(Deed.place < keep_from))


def _is_bare(value: Any) -> bool:
    return value is None or isinstance(value, bool | int) or (isinstance(value, str) and bool(_CODE.fullmatch(value)))
