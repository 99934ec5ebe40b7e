"""The employers that a desk works with.

Most of what is written here stays on this node: of an employer the network sees its trade name, sector, place and site,
and only while one of its vacancies is shown under its name (see `schemas.employer`).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from federation import register
from federation.database import UtcDateTime
from node.core.db import Base
from schemas.codes import spelling


class Employer(Base):
    """One employer. `comune` is an ISTAT code; `tax_code` may be a person's and is never published."""

    __tablename__ = "employer"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="has_a_name"),
        CheckConstraint("(suspended_at IS NULL) = (suspension_reason IS NULL)", name="suspension_has_its_reason"),
        CheckConstraint("length(vat_number) = 11", name="vat_number_has_11_digits"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    name: Mapped[str] = mapped_column(String(120))
    folded_name: Mapped[str] = mapped_column(String(400), index=True)
    legal_name: Mapped[str | None] = mapped_column(String(200))
    vat_number: Mapped[str | None] = mapped_column(String(11), index=True)
    tax_code: Mapped[str | None] = mapped_column(String(16))
    sector: Mapped[str | None] = mapped_column(String(8))
    comune: Mapped[str] = mapped_column(String(6))
    address: Mapped[str | None] = mapped_column(String(200))
    website: Mapped[str | None] = mapped_column(String(300))
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    notes: Mapped[str | None] = mapped_column(Text)
    followed_by_desk: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspension_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def is_suspended(self):
        return self.suspended_at is not None

    @validates("name")
    def _fold(self, _key, name):
        self.folded_name = " ".join(spelling.words(name))
        return name
