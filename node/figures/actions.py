"""What this node tells the network about its own vacancies, month by month."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import register
from federation.register import RegisterRow
from node.figures import months, queries
from schemas.figures import FiguresDocument, figures_id

KIND = "figures"


def refresh_figures(session: Session, home: str, now: datetime) -> int:
    """Bring the published figures up to date and return how many months changed.

    `home` is the ISTAT code under which work abroad is counted. A month whose figures are as the network knows them is
    left alone, so that running this often costs no statement.
    """
    known = published_rows(session)
    changed = 0
    for month, rows in queries.own_months(session, home, now):
        if known.get(figures_id(month)) != rows:
            document = FiguresDocument().dump({"month": month, "generated_at": now, "rows": rows})
            register.publish(session, KIND, figures_id(month), register.MEMBERS, document)
            changed += 1
    for record in known:
        if record < figures_id(months.kept(now)[0]):
            register.withdraw(session, record)
    return changed


def published_rows(session: Session) -> dict[str, list[dict[str, Any]]]:
    """What the register holds of our figures: id -> rows with their zeros, as reckoning writes them."""
    held = select(RegisterRow).where(RegisterRow.kind == KIND, RegisterRow.document.is_not(None))
    return {row.id: queries.whole_rows(json.loads(row.document)) for row in session.scalars(held)}
