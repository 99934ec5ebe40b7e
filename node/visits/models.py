"""Who came to the desk without an appointment: the reception's log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from federation import register
from federation.database import UtcDateTime
from node.core.db import Base
from node.core.personal import told


class Visit(Base):
    """One visit. `person` is there when she is among those whom the desk follows, `name` when she said it."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_desk_ref_at", "desk_ref", "at"),)

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    desk_ref: Mapped[str] = mapped_column(ForeignKey("desk.ref"))
    at: Mapped[datetime] = told(UtcDateTime)
    purpose: Mapped[str] = told(String(20))
    name: Mapped[str | None] = told(String(80))
    person: Mapped[str | None] = told(String(64), ForeignKey("candidate.ref"), index=True)
    noted_by: Mapped[str] = mapped_column(String(64))
