"""Who is signed in where: kept on the server, so that signing out, disabling and a new password end it at once.

Looking a session up takes a snapshot of its own, before the page opens its transaction: what a page does never depends
on whether the last-seen moment was written.
"""

import secrets
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session, joinedload

from federation.database import Database
from node.core import clock
from node.core.actors import Actor
from node.core.db import transaction
from node.operators.models import FailedLogIn, Operator, OperatorSession
from node.operators.queries import LONGEST_WAIT_S, as_actor, hash_of

SEEN_EVERY = timedelta(minutes=1)
"""How exact "last seen" is; a write for every page looked at would be waste."""


def begin(session: Session, operator: Operator) -> str:
    """A new session's token, which only the browser keeps."""
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(OperatorSession(token_hash=hash_of(token), operator_id=operator.id, created_at=now, seen_at=now))
    operator.signed_in_at = now
    return token


def recognise(desk: Database, token: str, idle: timedelta, longest: timedelta) -> Actor | None:
    """Who holds this token, if it was seen within `idle` and begun within `longest`, and the account is active."""
    now, key = clock.now(), hash_of(token)
    with desk.reading() as session:
        held = session.get(OperatorSession, key, options=[joinedload(OperatorSession.operator)])
        if held is None or not held.operator.is_active:
            return None
        if now - held.seen_at >= idle or now - held.created_at >= longest:
            return None
        actor, seen_at = as_actor(held.operator), held.seen_at
    if now - seen_at >= SEEN_EVERY:
        with transaction(desk) as session:
            session.execute(update(OperatorSession).where(OperatorSession.token_hash == key).values(seen_at=now))
    return actor


def end(session: Session, token: str) -> None:
    session.execute(delete(OperatorSession).where(OperatorSession.token_hash == hash_of(token)))


def end_all(session: Session, operator: Operator, but: str | None = None) -> None:
    """Sign an operator out everywhere, except from the browser that holds the token `but`."""
    wanted = OperatorSession.operator_id == operator.id
    if but is not None:
        wanted &= OperatorSession.token_hash != hash_of(but)
    session.execute(delete(OperatorSession).where(wanted))


def sweep(session: Session, longest: timedelta) -> None:
    """Drop what no longer opens or refuses anything."""
    now = clock.now()
    session.execute(delete(OperatorSession).where(OperatorSession.created_at < now - longest))
    session.execute(delete(FailedLogIn).where(FailedLogIn.last_at < now - timedelta(seconds=LONGEST_WAIT_S * 4)))
