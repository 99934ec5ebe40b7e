"""Who did what to which record, and when: written in the transaction of the deed itself.

Names and texts never enter, only random ids and codes, so that the audit survives an erasure unchanged.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import UtcDateTime
from node.core import clock
from node.core.actors import Actor
from node.core.db import Base


class Deed(Base):
    __tablename__ = "audit"
    __table_args__ = (Index(None, "kind", "ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


def note(session: Session, actor: Actor, verb: str, thing: Any, **facts: Any) -> Deed:
    """Add one line to the audit: `verb` like `vacancy.published`, `thing` a row with a `ref`, facts without personal data."""
    deed = Deed(at=clock.now(), actor=actor.id, verb=verb, kind=thing.__tablename__, ref=str(thing.ref), facts=facts)
    session.add(deed)
    return deed
