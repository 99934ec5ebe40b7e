"""The agenda of the desks: weekly hours, closing days, who comes when, and the letters that remind of it.

A slot is no row: it is reckoned from the weekly hours, the closing days and the holidays whenever somebody asks. Only what
is taken is written down, and one operator can be taken once at a time: the database refuses a second row.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation import register
from federation.database import UtcDateTime
from node.candidates.models import Candidate
from node.core.db import Base
from node.core.personal import told
from node.desks.models import Desk
from node.operators.models import Operator
from schemas.codes.agenda import BOOKED, CANCELLED, MOVED, REQUESTED

LEAVES_ITS_SLOT = (MOVED, CANCELLED)
_TAKEN = text("state NOT IN ('moved', 'cancelled')")


class Opening(Base):
    """Some hours of every week in which an operator receives at a desk; `weekday` as `date.weekday()` counts."""

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_of_a_week"),
        CheckConstraint("minutes > 0", name="takes_some_time"),
        CheckConstraint("starts < ends", name="starts_before_it_ends"),
        Index("ix_opening_operator_weekday", "operator", "weekday"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    desk_ref: Mapped[str] = mapped_column(ForeignKey("desk.ref"), index=True)
    operator: Mapped[str] = mapped_column(ForeignKey("operator.id"))
    weekday: Mapped[int] = mapped_column()
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int] = mapped_column()
    bookable: Mapped[bool] = mapped_column()

    desk: Mapped[Desk] = relationship()


class Closing(Base):
    """Days on which a desk receives nobody, the same ones of every year if `is_yearly`."""

    __tablename__ = "closing"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="first_day_comes_first"),)

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    desk_ref: Mapped[str] = mapped_column(ForeignKey("desk.ref"), index=True)
    first_day: Mapped[date] = mapped_column()
    last_day: Mapped[date] = mapped_column()
    reason: Mapped[str] = mapped_column(String(120))
    is_yearly: Mapped[bool] = mapped_column()

    def covers(self, day: date) -> bool:
        if self.is_yearly:
            first, last = self.first_day, self.last_day
            return (first.month, first.day) <= (day.month, day.day) <= (last.month, last.day)
        return self.first_day <= day <= self.last_day


class Appointment(Base):
    """One person expected at one time. Moved, it keeps its row, and the new one says which it came from.

    Of a `person` whom the desk follows nothing else is written down, but a telephone or e-mail that her record had not when
    the appointment was tied to it; of anybody else a name and how to reach her.
    `hold_until` is how long a citizen's request keeps its slot; `untold`, of one who left a telephone alone, why hers came to
    nothing, which no letter can tell; `called_at` when somebody reminded her, or told her so, by telephone.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(
            "state IN ('requested', 'booked', 'kept', 'missed', 'moved', 'cancelled')", name="state_is_known"
        ),
        CheckConstraint("person IS NOT NULL OR name IS NOT NULL", name="somebody_is_expected"),
        CheckConstraint("(state = 'requested') = (hold_until IS NOT NULL)", name="a_request_has_its_end"),
        CheckConstraint("(called_at IS NULL) = (called_by IS NULL)", name="called_by_somebody"),
        CheckConstraint("minutes > 0", name="takes_some_time"),
        Index(
            "ix_appointment_taken",
            "operator",
            "starts_at",
            unique=True,
            sqlite_where=_TAKEN,
            postgresql_where=_TAKEN,
        ),
        Index("ix_appointment_starts_at_state", "starts_at", "state"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    desk_ref: Mapped[str] = mapped_column(ForeignKey("desk.ref"))
    operator: Mapped[str] = mapped_column(ForeignKey("operator.id"))
    starts_at: Mapped[datetime] = told(UtcDateTime)
    minutes: Mapped[int] = mapped_column()
    state: Mapped[str] = told(String(10))
    purpose: Mapped[str] = told(String(20))
    person: Mapped[str | None] = told(String(64), ForeignKey("candidate.ref"), index=True)
    name: Mapped[str | None] = told(String(80))
    phone: Mapped[str | None] = told(String(40))
    email: Mapped[str | None] = told(String(254))
    vacancy: Mapped[str | None] = told(String(64))
    hold_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    untold: Mapped[str | None] = told(String(10))
    moved_from: Mapped[str | None] = mapped_column(ForeignKey("appointment.ref"), index=True)
    called_at: Mapped[datetime | None] = told(UtcDateTime)
    called_by: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()

    candidate: Mapped[Candidate | None] = relationship(lazy="joined")
    desk: Mapped[Desk] = relationship(lazy="joined")
    receiver: Mapped[Operator] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_expected(self) -> bool:
        return self.state == BOOKED

    @property
    def is_open(self) -> bool:
        """Whether it may still be moved or cancelled."""
        return self.state in (BOOKED, REQUESTED)

    @property
    def who(self) -> str:
        return self.candidate.name if self.candidate else self.name or ""

    @property
    def reach_phone(self) -> str | None:
        return (self.candidate.phone if self.candidate else None) or self.phone

    @property
    def reach_email(self) -> str | None:
        return (self.candidate.email if self.candidate else None) or self.email


class Letter(Base):
    """An e-mail about an appointment that is to be sent from `due_at` on; of each kind one.

    `begun` counts the times that it was handed to the mail server without an answer: a worker that dies over it sends it
    once more and then asks a person. `problem` is what the mail server said last, `given_up_at` when we stopped asking.
    """

    __tablename__ = "appointment_letter"
    __table_args__ = (
        UniqueConstraint("appointment", "kind"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_given_up"),
        Index("ix_appointment_letter_sent_at_due_at", "sent_at", "due_at"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    appointment: Mapped[str] = mapped_column(ForeignKey("appointment.ref", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = told(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = told(String(200))

    about: Mapped[Appointment] = relationship(lazy="joined")
