"""An import under way: its file, what its columns mean, and a line about every row.

The state of the work is in the table, not in a process: whoever looks sees how far it is, whoever restarts goes on, and a
report can be read months later. `mapping → checking → checked → confirmed → done`, and from each of them until the last
`cancelled`; `failed` is a file that could not be read to its end.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from federation import register
from federation.database import UtcDateTime
from node.core.db import Base

STATES = ("mapping", "checking", "checked", "confirmed", "done", "cancelled", "failed")
OUTCOMES = ("imported", "updated", "unchanged", "draft", "expired", "refused")
"""What becomes of a row; every row has exactly one. That one has warnings as well is told beside it."""


class Import(Base):
    """`content` is the file until the import is over; `mapping` has a field, or a blank, for each of `heads`.

    `heads_key` tells tables of the same columns. `counts`: outcome -> rows, and `warned`. `problem` is a Message as
    `node.vacancies.importing.messages` writes it. `attempts` counts how often writing was begun.
    """

    __tablename__ = "vacancy_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('mapping', 'checking', 'checked', 'confirmed', 'done', 'cancelled', 'failed')",
            name="state_is_known",
        ),
        Index("ix_vacancy_import_state", "state"),
        Index("ix_vacancy_import_heads_key", "heads_key", "created_at"),
    )

    ref: Mapped[str] = mapped_column(String(64), primary_key=True, default=register.new_id)
    state: Mapped[str] = mapped_column(String(10), default="mapping")
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sheet: Mapped[str | None] = mapped_column(String(80))
    heads: Mapped[list[str]] = mapped_column(JSON)
    heads_key: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[list[str]] = mapped_column(JSON)
    defaults: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    rows_about: Mapped[int | None]
    rows_read: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    created_by: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_under_way(self) -> bool:
        return self.state in ("mapping", "checking", "checked", "confirmed")

    @property
    def is_busy(self) -> bool:
        """Whether the worker, not a person, is to do the next step."""
        return self.state in ("checking", "confirmed")


class ImportRow(Base):
    """One row of the file. `cells` as they were; `draft` what was understood; `notes` what the report says."""

    __tablename__ = "vacancy_import_row"
    __table_args__ = (Index("ix_vacancy_import_row_outcome", "import_ref", "outcome", "number"),)

    import_ref: Mapped[str] = mapped_column(ForeignKey("vacancy_import.ref", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(10))
    is_warned: Mapped[bool]
    notes: Mapped[list[Any]] = mapped_column(JSON)
    cells: Mapped[list[str]] = mapped_column(JSON)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    vacancy_ref: Mapped[str | None] = mapped_column(String(64))
