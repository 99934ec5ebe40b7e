"""An import of persons under way: its file, what its columns mean, and a line about every row.

What stands here is about people who may have no record yet, so it stays for a short time: the file until the import is
over, the rows of the report for a month.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from federation import register
from federation.database import UtcDateTime
from node.core.db import Base
from node.core.personal import told

OUTCOMES = ("imported", "updated", "unchanged", "double", "refused")
"""What becomes of a row; every row has exactly one."""


class PersonImport(Base):
    """`mapping → checked → done`, or `cancelled`. `mapping` has a field, or a blank, for each of `heads`."""

    __tablename__ = "person_import"
    __table_args__ = (
        CheckConstraint("state IN ('mapping', 'checked', 'done', 'cancelled')", name="state_is_known"),
        CheckConstraint("(content IS NULL) = (finished_at IS NOT NULL)", name="a_finished_one_keeps_no_file"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    state: Mapped[str] = mapped_column(String(10), default="mapping")
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sheet: Mapped[str | None] = mapped_column(String(80))
    heads: Mapped[list[str]] = mapped_column(JSON)
    heads_key: Mapped[str] = mapped_column(String(64), index=True)
    mapping: Mapped[list[str]] = mapped_column(JSON)
    rows_read: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    created_by: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonImportRow(Base):
    """One row. `candidate_ref` is whom it became or may be; `doubles` all whom it may be; `notes` what the report says."""

    __tablename__ = "person_import_row"
    __table_args__ = (Index("ix_person_import_row_outcome", "import_ref", "outcome", "number"),)

    import_ref: Mapped[str] = mapped_column(ForeignKey("person_import.ref", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = told(String(200))
    outcome: Mapped[str] = mapped_column(String(10))
    notes: Mapped[list[Any]] = told(JSON)
    cells: Mapped[list[str]] = told(JSON)
    typed: Mapped[dict[str, Any]] = told(JSON)
    notice_on: Mapped[date | None] = told()
    candidate_ref: Mapped[str | None] = told(String(64), index=True)
    doubles: Mapped[list[str]] = told(JSON)
