"""The persons whom the desk accompanies.

Nothing of this table leaves the node. What the network may see of a person is another record, made of codes, under
another id, and only if she wants it (slice `scopes`).
"""

import re
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from federation import register
from federation.database import UtcDateTime
from node.core import clock
from node.core.db import Base
from node.core.personal import told
from schemas.candidate import OF_AGE, age_on
from schemas.codes import spelling

PHONE_DIGITS = 15


def digits_of(phone):
    """The digits by which a telephone number is known: +39 347 1234567 is 347/1234567. Blank for none."""
    return re.sub(r"\A(?:\+|00)39|\D", "", (phone or "").strip())


class Candidate(Base):
    """One person.

    `trades` holds what she looks for, `{"title", "code"}` with the ISCO-08 unit group or null; `experiences` rows of
    `{"trade", "code", "years", "until"}`; `languages` rows of `{"code", "level"}`. `residence` and `domicile` are ISTAT
    codes, `birthplace` is a Belfiore code or, where none is known, a name. `followed_until` is when the desk stopped
    following her. `submitted_as` is the token of the form that took her in, so that a form sent twice is one person.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        CheckConstraint("length(trim(given_name)) > 0 AND length(trim(family_name)) > 0", name="has_a_name"),
        CheckConstraint("sex IN ('F', 'M')", name="sex_is_known"),
        CheckConstraint("did_on IS NULL OR did_source IS NOT NULL", name="did_has_its_source"),
        CheckConstraint("radius_km > 0", name="radius_above_zero"),
        Index("ix_candidate_lists", "followed_until", "folded_name", "ref", "phone_digits"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    given_name: Mapped[str] = told(String(80))
    family_name: Mapped[str] = told(String(80))
    folded_name: Mapped[str] = told(String(400), index=True)
    phone: Mapped[str | None] = told(String(40))
    phone_digits: Mapped[str | None] = told(String(PHONE_DIGITS), index=True)
    phone_is_shared: Mapped[bool] = told(default=False)
    email: Mapped[str | None] = told(String(254))
    reach: Mapped[str | None] = told(String(300))
    trades: Mapped[list[dict]] = told(JSON, default=list)
    notice_version: Mapped[str] = mapped_column(String(20))
    notice_given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    notice_given_by: Mapped[str] = mapped_column(String(64))

    tax_code: Mapped[str | None] = told(String(16), index=True)
    tax_code_reason: Mapped[str | None] = told(String(300))
    born_on: Mapped[date | None] = told()
    sex: Mapped[str | None] = told(String(1))
    birthplace: Mapped[str | None] = told(String(80))
    residence: Mapped[str | None] = told(String(6))
    address: Mapped[str | None] = told(String(200))
    domicile: Mapped[str | None] = told(String(6))
    domicile_address: Mapped[str | None] = told(String(200))
    guardian_name: Mapped[str | None] = told(String(160))
    guardian_phone: Mapped[str | None] = told(String(40))
    permit: Mapped[str | None] = told(String(20))
    permit_until: Mapped[date | None] = told()

    situation: Mapped[str | None] = told(String(20))
    situation_since: Mapped[date | None] = told()
    benefit: Mapped[str | None] = told(String(20))
    did_on: Mapped[date | None] = told()
    did_source: Mapped[str | None] = told(String(20))

    education: Mapped[str | None] = told(String(1))
    education_title: Mapped[str | None] = told(String(200))
    experiences: Mapped[list[dict]] = told(JSON, default=list)
    skills: Mapped[list[str]] = told(JSON, default=list)
    languages: Mapped[list[dict]] = told(JSON, default=list)
    licences: Mapped[list[str]] = told(JSON, default=list)
    own_transport: Mapped[bool] = told(default=False)

    hours: Mapped[str | None] = told(String(15))
    contracts: Mapped[list[str]] = told(JSON, default=list)
    shifts: Mapped[bool] = told(default=False)
    nights: Mapped[bool] = told(default=False)
    weekends: Mapped[bool] = told(default=False)
    radius_km: Mapped[int | None] = told()
    excluded_employers: Mapped[list[str]] = told(JSON, default=list)
    excluded_sectors: Mapped[list[str]] = told(JSON, default=list)
    reserved: Mapped[str | None] = told(String(10))
    notes: Mapped[str | None] = told(Text)

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str | None] = mapped_column(String(64))
    followed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_as: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def name(self):
        return f"{self.given_name} {self.family_name}"

    @property
    def is_followed(self):
        return self.followed_until is None

    @property
    def lives_in(self):
        """The ISTAT code of the comune from which she goes to work; None while nobody has asked."""
        return self.domicile or self.residence

    @property
    def is_minor(self):
        return self.born_on is not None and age_on(self.born_on, clock.today()) < OF_AGE

    @property
    def occupations(self):
        """The unit groups that she looks for, the first one first."""
        return [trade["code"] for trade in self.trades if trade["code"]]

    @property
    def worked_or_sought(self):
        """The unit groups that she looks for or has worked in, each once."""
        worked = [row["code"] for row in self.experiences if row["code"]]
        return list(dict.fromkeys([*self.occupations, *worked]))

    def years_in(self, occupation):
        """How many years she has worked in that unit group, as a Decimal."""
        return sum((Decimal(str(row["years"])) for row in self.experiences if row["code"] == occupation), Decimal())

    @validates("given_name", "family_name")
    def _fold(self, key, name):
        names = {"family_name": self.family_name, "given_name": self.given_name} | {key: name}
        self.folded_name = " ".join(word for part in names.values() for word in spelling.words(part or ""))
        return name

    @validates("phone")
    def _note_digits(self, _key, phone):
        self.phone_digits = digits_of(phone) or None
        return phone


class MergedPerson(Base):
    """The record `gone` was one more of a person whose record is `kept`: whoever asks for it finds that one."""

    __tablename__ = "merged_person"

    gone: Mapped[str] = mapped_column(String(64), primary_key=True)
    kept: Mapped[str] = mapped_column(String(64), ForeignKey("candidate.ref"), index=True)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_by: Mapped[str] = mapped_column(String(64))
