"""Who is to be forgotten soon, and what remains of a person who was: nothing that says who she was."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from federation import register
from federation.database import UtcDateTime
from node.core.db import Base
from node.core.personal import told


class Forgotten(Base):
    """One erasure: `ref` is the number of its certificate, `person` the random id under which the audit knows her.

    `records` are the random ids under which the network knew her; who had them, and has confirmed, the register knows.
    """

    __tablename__ = "forgotten"

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    person: Mapped[str] = mapped_column(String(64), index=True)
    records: Mapped[list[str]] = mapped_column(JSON, default=list)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    erased_by: Mapped[str] = mapped_column(String(64))


class Ending(Base):
    """Of a person who is followed no longer: the day on which she is erased, `erase_on`, and since when the desk knows it.

    `reason` is why an operator has put that day off, None where nobody has.
    """

    __tablename__ = "ending"
    __table_args__ = (CheckConstraint("(reason IS NULL) = (prolonged_at IS NULL)", name="who_puts_off_says_why"),)

    person: Mapped[str] = told(String(64), ForeignKey("candidate.ref"), primary_key=True)
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erase_on: Mapped[date] = told(index=True)
    reason: Mapped[str | None] = told(String(300))
    prolonged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    prolonged_by: Mapped[str | None] = mapped_column(String(64))
