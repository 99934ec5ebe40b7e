"""A vacancy from its first line to its end.

`draft → published → closed | expired`. What has ended does not open again: the network was told that its id is
withdrawn, so the same work offered once more is a copy with an id of its own. The rules that a database can hold are
held by it, so that no form, import or later slice can write a vacancy that makes no sense.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship, validates

from federation import register
from federation.database import UtcDateTime
from node.core import clock
from node.core.db import Base
from node.desks.models import Desk
from node.employers.models import Employer
from schemas.codes import spelling
from schemas.days import closing_instant

STATES = ("draft", "published", "closed", "expired")
Amount = Numeric(10, 2)


class Vacancy(Base):
    """One offer of work.

    `places` holds the places as the network reads them, `{"istat", "name"}` or `{"locality", "country", "lat", "lon"}`;
    `comune` is the ISTAT code of the first, for lists and figures, and null abroad. `ended_at` is when it was closed or
    expired. `submitted_as` is the token of the form that made it, so that a form sent twice makes one vacancy.

    `external_ref` is what another program calls it, `content_key` what tells it where nothing calls it anything, and
    `import_seen` how the last import found its fields: by these a file that is imported again changes only what is new
    in it. `archived_at` is when an offer was brought in that was over already: the network never reads it, and figures
    leave it out. `incomplete_since` is when it came back from the network after a restore, until somebody completes it.
    """

    __tablename__ = "vacancy"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'closed', 'expired')", name="state_is_known"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="outcome_iff_closed"),
        CheckConstraint("outcome IN ('sportello', 'altri', 'ritirata')", name="outcome_is_known"),
        CheckConstraint("(state IN ('closed', 'expired')) = (ended_at IS NOT NULL)", name="ended_iff_over"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_unless_draft"),
        CheckConstraint(
            "state = 'draft' OR (title IS NOT NULL AND desk_ref IS NOT NULL AND contract IS NOT NULL"
            " AND closes_on IS NOT NULL AND how_to_apply IS NOT NULL)",
            name="complete_unless_draft",
        ),
        CheckConstraint("positions > 0", name="positions_above_zero"),
        CheckConstraint("positions_filled >= 0", name="positions_filled_not_negative"),
        CheckConstraint("pay_min >= 0 AND pay_max >= 0", name="pay_not_negative"),
        CheckConstraint("pay_min <= pay_max", name="pay_min_up_to_pay_max"),
        CheckConstraint("(pay_min IS NULL AND pay_max IS NULL) OR pay_period IS NOT NULL", name="pay_has_its_period"),
        CheckConstraint("weekly_hours > 0 AND weekly_hours <= 60", name="weekly_hours_of_a_week"),
        Index("ix_vacancy_state_closes_on", "state", "closes_on"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    title: Mapped[str | None] = mapped_column(String(200))
    folded_title: Mapped[str] = mapped_column(String(600), default="")
    employer_ref: Mapped[str | None] = mapped_column(ForeignKey("employer.ref"), index=True)
    employer_hidden: Mapped[bool] = mapped_column(default=False)
    desk_ref: Mapped[str | None] = mapped_column(ForeignKey("desk.ref"), index=True)
    places: Mapped[list[dict]] = mapped_column(JSON, default=list)
    comune: Mapped[str | None] = mapped_column(String(6), index=True)
    contract: Mapped[str | None] = mapped_column(String(20))
    closes_on: Mapped[date | None]
    how_to_apply: Mapped[str | None] = mapped_column(Text)

    occupation: Mapped[str | None] = mapped_column(String(4))
    description: Mapped[str | None] = mapped_column(Text)
    tasks: Mapped[str | None] = mapped_column(Text)
    requirements: Mapped[str | None] = mapped_column(Text)
    offer: Mapped[str | None] = mapped_column(Text)
    remote: Mapped[str | None] = mapped_column(String(10))
    hours: Mapped[str | None] = mapped_column(String(15))
    shifts: Mapped[bool] = mapped_column(default=False)
    weekly_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    positions: Mapped[int] = mapped_column(default=1)
    pay_min: Mapped[Decimal | None] = mapped_column(Amount)
    pay_max: Mapped[Decimal | None] = mapped_column(Amount)
    pay_period: Mapped[str | None] = mapped_column(String(10))
    education: Mapped[str | None] = mapped_column(String(1))
    experience: Mapped[str | None] = mapped_column(String(20))
    licences: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[dict]] = mapped_column(JSON, default=list)
    reserved: Mapped[str | None] = mapped_column(String(10))
    sector: Mapped[str | None] = mapped_column(String(8))
    starts_on: Mapped[date | None]
    ccnl: Mapped[str | None] = mapped_column(String(200))
    override_reason: Mapped[str | None] = mapped_column(Text)

    outcome: Mapped[str | None] = mapped_column(String(10))
    positions_filled: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    renewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    submitted_as: Mapped[str | None] = mapped_column(String(64), unique=True)
    external_ref: Mapped[str | None] = mapped_column(String(120), unique=True, index=True)
    content_key: Mapped[str | None] = mapped_column(String(64), index=True)
    import_seen: Mapped[str | None] = mapped_column(Text)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    incomplete_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    employer: Mapped[Employer | None] = relationship(
        backref=backref("vacancies", order_by="Vacancy.created_at.desc()", passive_deletes="all")
    )
    desk: Mapped[Desk | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def is_live(self):
        return self.state == "published"

    @property
    def names_employer(self):
        """Whether the network reads the employer's name; the desk stands for those who stay unnamed."""
        return self.employer_ref is not None and not self.employer_hidden

    @property
    def closes_at(self):
        """The moment of its end: a closing day is over at midnight in Italy."""
        return closing_instant(self.closes_on)

    @property
    def days_left(self):
        """Days until the closing day; 0 on the day itself."""
        return (self.closes_on - clock.today()).days

    @validates("title")
    def _fold(self, _key, title):
        self.folded_title = " ".join(spelling.words(title or ""))
        return title

    @validates("places")
    def _note_the_first(self, _key, places):
        self.comune = places[0].get("istat") if places else None
        return places


class Report(Base):
    """What a citizen says is wrong with a vacancy; `ref` is the name under which it lay in the inbox.

    `email` is there only while somebody may still have to answer.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="outcome_iff_closed"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        CheckConstraint("closed_at IS NULL OR email IS NULL", name="email_only_while_open"),
        Index("ix_report_vacancy_ref_closed_at", "vacancy_ref", "closed_at"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True)
    vacancy_ref: Mapped[str] = mapped_column(ForeignKey("vacancy.ref"))
    reason: Mapped[str] = mapped_column(String(20))
    details: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)

    vacancy: Mapped[Vacancy] = relationship()


class OccupationCorrection(Base):
    """The unit group that operators gave to a title where another was suggested; see `node.vacancies.occupation`.

    `key` is the title as `federation.search.trades.key` folds it, so that one correction serves both genders.
    """

    __tablename__ = "occupation_correction"
    __table_args__ = (
        CheckConstraint("key <> ''", name="key_not_blank"),
        CheckConstraint("length(occupation) = 4", name="occupation_is_a_unit_group"),
    )

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    occupation: Mapped[str] = mapped_column(String(4))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen_by: Mapped[str] = mapped_column(String(64))
