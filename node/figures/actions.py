"""What this node tells the network about its own vacancies, month by month."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import register
from federation.register import RegisterRow
from node.figures import queries, reckoning
from node.figures.months import between, month_of, shifted
from schemas.figures import FiguresDocument, figures_id

KIND = "figures"
MONTHS_KEPT = 25
"""Two years and the current month: enough to set every month beside the same one a year before."""


def refresh_figures(session: Session, home: str, now: datetime) -> int:
    """Bring the published figures up to date and return how many months changed.

    `home` is the ISTAT code under which work abroad is counted. A month whose figures are as the network knows them is
    left alone, so that running this often costs no statement.
    """
    current = month_of(now)
    oldest = shifted(current, 1 - MONTHS_KEPT)
    facts = queries.facts(session, home)
    known = published_months(session)
    changed = 0
    for month in between(max(oldest, queries.first_month(facts, current)), current):
        rows = reckoning.rows_of(facts, month, now)
        if rows_told(known.get(figures_id(month))) != rows:
            document = FiguresDocument().dump({"month": month, "generated_at": now, "rows": rows})
            register.publish(session, KIND, figures_id(month), register.MEMBERS, document)
            changed += 1
    for record in known:
        if record < figures_id(oldest):
            register.withdraw(session, record)
    return changed


def published_months(session: Session) -> dict[str, dict[str, Any]]:
    """What the register holds of our figures: id -> document."""
    held = select(RegisterRow).where(RegisterRow.kind == KIND, RegisterRow.document.is_not(None))
    return {row.id: queries.document_of(row.document) for row in session.scalars(held)}


def rows_told(document: dict[str, Any] | None) -> list[dict[str, Any]] | None:
    """The rows of a published document with their zeros, as reckoning writes them; None when there is none."""
    return None if document is None else queries.whole_rows(document)
