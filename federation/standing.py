"""Where every origin stands, as far as one holder knows: its heads, and the greatest order held of it.

A reader that begins anew takes the heads, repairs what differs from them and reads the feed from the cursor that comes
with them, all of one snapshot. A node that was restored asks its peers the second question: what is the last that you
have heard of me?
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from federation import replica
from federation.replica import Copy


def standing(
    session: Session, audiences: Collection[str], origins: Collection[str], asker: str | None
) -> dict[str, Any]:
    """`feed`, `next`, `heads` (statements) and `origins` (per origin the greatest epoch and seq, and its SHA-256).

    Only what the asker may see counts; of its own statements, all do.
    """
    is_visible = and_(Copy.origin.in_(origins), or_(Copy.audience.in_(audiences), Copy.origin == asker))
    heads = session.scalars(
        select(Copy)
        .where(is_visible, Copy.kind == "head", Copy.line.is_not(None), ~Copy.withdrawn)
        .order_by(Copy.origin, Copy.id)
    )
    state = replica.state(session)
    return {
        "feed": state.feed,
        "next": _next(session, audiences, origins, state.position),
        "heads": [json.loads(head.line or b"") for head in heads],
        "origins": _greatest(session, is_visible),
    }


def _next(session: Session, audiences: Collection[str], origins: Collection[str], end: int) -> int:
    """The place before the first held statement above its own head, else the end."""
    head = aliased(Copy)
    is_described = and_(
        head.origin == Copy.origin,
        head.audience == Copy.audience,
        head.kind == "head",
        or_(head.epoch > Copy.epoch, and_(head.epoch == Copy.epoch, head.seq > Copy.seq)),
    )
    is_served = and_(
        Copy.origin.in_(origins), Copy.audience.in_(audiences), Copy.line.is_not(None), Copy.kind != "head"
    )
    first = session.scalar(
        select(func.min(Copy.position)).where(is_served, ~select(head.id).where(is_described).exists())
    )
    return end if first is None else first - 1


def _greatest(session: Session, is_visible: Any) -> dict[str, dict[str, Any]]:
    latest_first = func.row_number().over(partition_by=Copy.origin, order_by=(Copy.epoch.desc(), Copy.seq.desc()))
    ranked = (
        select(Copy.origin, Copy.epoch, Copy.seq, Copy.digest, latest_first.label("rank"))
        .where(is_visible, Copy.epoch > 0)
        .subquery()
    )
    greatest = session.execute(select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.origin))
    return {row.origin: {"epoch": row.epoch, "seq": row.seq, "sha256": row.digest} for row in greatest}
