"""Persons who asked to be followed by another comune: those who leave, and those who arrive and wait for an operator.

Each side keeps its own row. The letters between them are questions of the mailbox; a row is written in the transaction
in which its letter is dealt with, so neither a crash nor a letter that is read again changes what came of it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from federation import register
from federation.database import UtcDateTime
from node.core.db import Base
from node.core.personal import told

SENT, WAITING, ACCEPTED, REFUSED, CANCELLED = "sent", "waiting", "accepted", "refused", "cancelled"
UNREADABLE = "unreadable"


class Transfer(Base):
    """A person who leaves. `question` is the letter that carries her; `waiting`: the other desk has it.

    When all is over this says where she went.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("state IN ('sent', 'waiting', 'accepted', 'refused', 'cancelled')", name="state_is_known"),
        CheckConstraint("channel IN ('persona', 'telefono', 'email', 'carta')", name="channel_is_known"),
        Index(
            "ix_transfer_under_way",
            "person",
            unique=True,
            sqlite_where=text("state IN ('sent', 'waiting')"),
            postgresql_where=text("state IN ('sent', 'waiting')"),
        ),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    person: Mapped[str] = told(String(64), ForeignKey("candidate.ref"), index=True)
    member: Mapped[str] = told(String(40))
    question: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = told(String(10))
    state: Mapped[str] = told(String(10), default=SENT)
    reason: Mapped[str | None] = told(String(300))
    asked_at: Mapped[datetime] = told(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = told(UtcDateTime)

    @property
    def is_under_way(self) -> bool:
        return self.state in (SENT, WAITING)


class Arrival(Base):
    """A person whom `origin` has sent. `document` is her record until somebody has decided; `person` who she is here."""

    __tablename__ = "arrival"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'accepted', 'refused', 'unreadable')", name="state_is_known"),
        CheckConstraint("(state = 'waiting') = (document IS NOT NULL)", name="who_is_decided_leaves_no_record"),
        UniqueConstraint("origin", "question", name="uq_arrival_origin_question"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    origin: Mapped[str] = told(String(40))
    question: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = told(String(10), default=WAITING, index=True)
    document: Mapped[dict[str, Any] | None] = told(JSON(none_as_null=True))
    reason: Mapped[str | None] = told(String(300))
    person: Mapped[str | None] = told(String(64), ForeignKey("candidate.ref"), index=True)
    received_at: Mapped[datetime] = told(UtcDateTime)
    decided_at: Mapped[datetime | None] = told(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))
