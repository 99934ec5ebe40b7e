"""The desks of this node: the counters where people come, and the authorisation under which they mediate work.

Every vacancy of the network shows its desk, so a desk is a record of its own and a vacancy carries only its id: a new
telephone number reaches every old vacancy without publishing one of them again.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from federation import register
from federation.database import UtcDateTime
from node.core.db import Base


class Desk(Base):
    """One counter. `comune` is the ISTAT code of the place where it stands, `comuni` those that it serves."""

    __tablename__ = "desk"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="has_a_name"),
        CheckConstraint("(authorisation IS NULL) = (authorised_on IS NULL)", name="authorisation_has_its_day"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    name: Mapped[str] = mapped_column(String(120))
    comune: Mapped[str] = mapped_column(String(6))
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    opening_hours: Mapped[str] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(String(300))
    authorisation: Mapped[str | None] = mapped_column(String(300))
    authorised_on: Mapped[date | None]
    authorisation_body: Mapped[str | None] = mapped_column(String(200))
    comuni: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def is_authorised(self):
        """Whether the details that art. 6 d.lgs. 276/2003 asks a mediator to show are all known."""
        return bool(self.authorisation and self.authorised_on)
