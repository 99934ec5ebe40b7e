"""How far a person lets her profile go, and under which random ids it went there.

Without a row she is seen by this comune alone. A row that is not ended is her choice of now; the ended ones are its
history. What the network reads of her stands under ids that say nothing about her: only this desk can tell whose they are.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import UtcDateTime
from node.core.db import Base
from node.core.personal import told

PURPOSE = "incontro-domanda-offerta"
"""What a profile may be read for (d.lgs. 276/2003, art. 8): to bring her and work together."""


class ScopeChoice(Base):
    """One choice of one person.

    `comuni` are the ids of the members she named; `until` is the last day on which it holds. `due`: the register has still
    to be told. `reasons` say why the network reads less than the desk knows, or nothing (codes of words.py).
    """

    __tablename__ = "scope_choice"
    __table_args__ = (
        CheckConstraint("scope IN ('comune', 'comuni', 'rete')", name="scope_is_known"),
        CheckConstraint("channel IN ('persona', 'telefono', 'email', 'carta')", name="channel_is_known"),
        CheckConstraint("scope = 'comune' OR until IS NOT NULL", name="what_others_see_has_an_end"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="an_end_has_its_reason"),
        Index(
            "ix_scope_choice_current",
            "person",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_scope_choice_ended_at_until", "ended_at", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = told(String(64), ForeignKey("candidate.ref"), index=True)
    scope: Mapped[str] = told(String(10))
    comuni: Mapped[list[str]] = told(JSON, default=list)
    purpose: Mapped[str] = told(String(40))
    notice_version: Mapped[str] = told(String(20))
    channel: Mapped[str] = told(String(10))
    operator: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime] = told(UtcDateTime)
    until: Mapped[date | None] = told()
    ended_at: Mapped[datetime | None] = told(UtcDateTime)
    ended_why: Mapped[str | None] = told(String(20))
    due: Mapped[bool] = mapped_column(default=True)
    reviewed_on: Mapped[date | None] = mapped_column()
    reasons: Mapped[list[str]] = told(JSON, default=list)


class PublishedProfile(Base):
    """A record of hers: under which id, for whom, and what it says there (None once it was withdrawn).

    `kid` is the key to which it was sealed, None for a record of the whole network.
    """

    __tablename__ = "published_profile"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (document IS NOT NULL)", name="withdrawn_says_nothing"),
    )

    id: Mapped[str] = told(String(64), primary_key=True)
    person: Mapped[str] = told(String(64), ForeignKey("candidate.ref"), index=True)
    audience: Mapped[str] = told(String(64))
    kid: Mapped[str | None] = mapped_column(String(64))
    document: Mapped[dict | None] = told(JSON(none_as_null=True))
    opened_at: Mapped[datetime] = told(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = told(UtcDateTime)


class ProfileView(Base):
    """Somebody of this desk has looked at another desk's profile, and what for: its origin is told."""

    __tablename__ = "profile_view"
    __table_args__ = (Index(None, "origin", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    operator: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(40))
    record: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))


class SentViews(Base):
    """A day whose views were told to an origin, by which letters, and why it did not take them (codes of digests.py)."""

    __tablename__ = "sent_views"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    questions: Mapped[list[str]] = mapped_column(JSON)
    refused: Mapped[str | None] = mapped_column(String(40))


class AwaitedViews(Base):
    """A day on which a member could see somebody of ours; `told_at` is None until its letter about that day has come.

    Our own row says that it was written down of whom letters about that day are awaited.
    """

    __tablename__ = "awaited_views"

    member: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportedView(Base):
    """How often people of one role, at one other desk, looked at her in one hour of a day, and what for."""

    __tablename__ = "reported_view"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="an_hour_of_the_day"),
        CheckConstraint("count > 0", name="somebody_looked"),
        UniqueConstraint("member", "day", "record", "role", "purpose", "hour"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member: Mapped[str] = told(String(40))
    day: Mapped[date] = told(index=True)
    record: Mapped[str] = told(String(64))
    person: Mapped[str] = told(String(64), ForeignKey("candidate.ref"), index=True)
    role: Mapped[str] = told(String(40))
    purpose: Mapped[str] = told(String(40))
    hour: Mapped[int] = told()
    count: Mapped[int] = told()
