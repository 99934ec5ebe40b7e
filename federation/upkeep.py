"""What leaves the replica, and what comes into use, without anybody having sent a line.

Time runs out for a record, a member is removed, a key is compromised, a new version of the program understands what
the old one could only keep. Each gives the rows that it touches a new position, so that the search index learns of it
in the same way as of everything else.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from federation import replica
from federation.apply import problem_of
from federation.database import table_of
from federation.order import FORGOTTEN
from federation.replica import Copy, ForkProof, Match, Pushed, ReplicaState, Staged
from federation.statement import parse_line, read
from schemas.statement import RECORD_LIFE


def sweep(session: Session, now: datetime) -> int:
    """Drop the copies whose `not_after` has passed; their number. Pages of a bucket that wait in vain go too. A caller commits.

    The order of a dropped record is remembered until every older statement of it has expired as well.
    """
    counter = replica.lock(session)
    dropped = move(session, counter, session.execute(_ENDED, {"now": now}).all(), BODILESS)
    session.execute(_FORGOTTEN, {"ended_at": now - RECORD_LIFE})
    session.execute(_OVERDUE, {"overdue_at": now - STAGED_AT_MOST})
    return dropped


def purge_origin(session: Session, origin: str, now: datetime) -> int:
    """Drop all copies of one who is no member any more, and forget their order: should it come back, it begins anew."""
    session.execute(delete(ForkProof).where(ForkProof.origin == origin))
    session.execute(delete(Match).where(Match.origin == origin))
    session.execute(delete(Pushed).where(Pushed.origin == origin))
    session.execute(delete(Staged).where(Staged.origin == origin))
    return _forget(session, Copy.origin == origin, now)


def purge_key(session: Session, kid: str, now: datetime) -> int:
    """Drop all copies that a compromised key has signed, and what seemed proved by its signature."""
    session.execute(delete(ForkProof).where(or_(ForkProof.kid == kid, ForkProof.other_kid == kid)))
    signed = select(Copy.origin).where(Copy.kid == kid).distinct()
    session.execute(delete(Match).where(Match.origin.in_(signed)))
    return _forget(session, Copy.kid == kid, now)


def retry_held(session: Session, now: datetime) -> int:
    """Judge again, with this version's knowledge, what is held but not used; the number that came into use."""
    counter = replica.lock(session)
    usable = []
    for copy in replica.held(session):
        found = problem_of(read(parse_line(copy.line or b""), copy.kid), now)
        if found is None:
            usable.append((copy.origin, copy.id))
        else:
            copy.problem = found
    return move(session, counter, usable, {"problem": None})


STAGED_AT_MOST = timedelta(hours=1)
"""So long a page of a bucket waits for those that follow it."""

BODILESS: dict[str, Any] = {"line": None, "size": 0, "problem": None}
"""What is left of a copy that was dropped: its order, its end, and the digest by which a head counts it."""


_KEY = Copy.origin, Copy.id
_COPIES = table_of(Copy)
_ENDED = select(Copy.origin, Copy.id).where(Copy.not_after <= bindparam("now"), Copy.line.is_not(None)).order_by(*_KEY)
_FORGOTTEN = delete(_COPIES).where(_COPIES.c.line.is_(None), _COPIES.c.not_after <= bindparam("ended_at"))
_OVERDUE = delete(Staged).where(Staged.taken_at <= bindparam("overdue_at"))


def _forget(session: Session, condition: ColumnElement[bool], now: datetime) -> int:
    counter = replica.lock(session)
    wanted = select(Copy.origin, Copy.id).where(condition, or_(Copy.line.is_not(None), Copy.seq > 0)).order_by(*_KEY)
    epoch, seq = FORGOTTEN
    forgotten = {**BODILESS, "epoch": epoch, "seq": seq, "not_after": now}
    return move(session, counter, session.execute(wanted).all(), forgotten)


def move(session: Session, counter: ReplicaState, keys: Iterable[tuple[str, str]], values: dict[str, Any]) -> int:
    """Change these rows, read since the counter was locked, and give each the next position."""
    rows = [
        {"of": origin, "named": name, "position": place}
        for place, (origin, name) in enumerate(keys, start=counter.position + 1)
    ]
    if rows:
        moved = update(_COPIES).where(_COPIES.c.origin == bindparam("of"), _COPIES.c.id == bindparam("named"))
        session.execute(moved.values(position=bindparam("position"), **values), rows)
        counter.position += len(rows)
        session.flush()
    return len(rows)
