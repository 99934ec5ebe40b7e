"""What the desk and a person have agreed to do, and how she was one, three and six months later.

It stays at this desk: nothing of a plan is ever published. The public employment centre's "patto di servizio" (d.lgs.
150/2015, art. 20) is another thing and is not kept here.
"""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from federation import register
from node.core.db import Base
from node.core.personal import told


class Plan(Base):
    """One plan of one person; the one that is not ended is her plan of now.

    `papers` holds rows of `{"words", "brought_on"}` (an ISO day or null), `contacts` rows of `{"who", "reach", "why"}`.
    `led_by` is the operator whom she turns to.
    """

    __tablename__ = "plan"
    __table_args__ = (
        Index(
            "ix_plan_current",
            "person",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    person: Mapped[str] = told(String(64), ForeignKey("candidate.ref"), index=True)
    led_by: Mapped[str] = mapped_column(String(64), index=True)
    started_on: Mapped[date] = told()
    ended_on: Mapped[date | None] = told()
    goal: Mapped[str | None] = told(Text)
    papers: Mapped[list[dict]] = told(JSON, default=list)
    contacts: Mapped[list[dict]] = told(JSON, default=list)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def is_open(self):
        return self.ended_on is None


class PlanStep(Base):
    """One thing to do; `doer` is the person or the desk."""

    __tablename__ = "plan_step"
    __table_args__ = (
        CheckConstraint("doer IN ('persona', 'sportello')", name="doer_is_known"),
        CheckConstraint("state IN ('da-fare', 'fatto', 'lasciato')", name="state_is_known"),
        CheckConstraint("(state = 'fatto') = (done_on IS NOT NULL)", name="done_has_its_day"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    plan: Mapped[str] = mapped_column(String(64), ForeignKey("plan.ref"), index=True)
    position: Mapped[int] = mapped_column()
    words: Mapped[str] = told(String(200))
    due_on: Mapped[date | None] = told()
    doer: Mapped[str] = told(String(10))
    state: Mapped[str] = told(String(10))
    done_on: Mapped[date | None] = told()


class FollowUp(Base):
    """So many days after the plan began the desk asks how she is; without an outcome nobody has yet."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (asked_on IS NULL)", name="an_outcome_has_its_day"),
        Index("ix_follow_up_outcome_due_on", "outcome", "due_on"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    plan: Mapped[str] = mapped_column(String(64), ForeignKey("plan.ref"), index=True)
    days: Mapped[int] = mapped_column()
    due_on: Mapped[date] = told()
    outcome: Mapped[str | None] = told(String(20))
    note: Mapped[str | None] = told(Text)
    asked_on: Mapped[date | None] = told()
    asked_by: Mapped[str | None] = mapped_column(String(64))
