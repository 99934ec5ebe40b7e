"""Who is signed in where: kept on the server, so that signing out, disabling and a new password end it at once.

Looking a session up takes a snapshot of its own, before the page opens its transaction: what a page does never depends
on whether the last-seen moment was written.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from federation.database import Database
from node.core import clock
from node.core.actors import Actor
from node.core.config import Config
from node.core.db import transaction
from node.operators.models import REF_LENGTH, HalfLogIn, Operator, OperatorSession
from node.operators.queries import as_actor, hash_of, owes_factor

SEEN_EVERY = timedelta(minutes=1)
"""How exact "last seen" is; a write for every page looked at would be waste."""

HALF_LASTS = timedelta(minutes=10)
"""How long the code may be looked for."""


class Limits(NamedTuple):
    """How long a session may be left alone before it is locked, and before it ends; and its longest life."""

    lock: timedelta
    idle: timedelta
    longest: timedelta


def limits_of(config: Config) -> Limits:
    return Limits(
        timedelta(minutes=config.idle_lock_min),
        timedelta(minutes=config.session_idle_min),
        timedelta(hours=config.session_max_h),
    )


class Way(NamedTuple):
    """How somebody has come in: with a password or from the OpenID provider, which may have asked for a second factor."""

    by_openid: bool = False
    is_strong: bool = False


BY_PASSWORD = Way()


def begin(session: Session, operator: Operator, browser: str | None = None, way: Way = BY_PASSWORD) -> str:
    """A new session's token, which only the browser keeps."""
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(
        OperatorSession(
            token_hash=hash_of(token),
            operator_id=operator.id,
            created_at=now,
            seen_at=now,
            browser=browser,
            by_openid=way.by_openid,
            is_strong=way.is_strong,
        )
    )
    operator.signed_in_at = now
    return token


def begin_half(session: Session, operator: Operator, by_openid: bool = False) -> str:
    """The token of a log-in that still owes its code."""
    token = secrets.token_urlsafe(32)
    session.add(HalfLogIn(token_hash=hash_of(token), operator_id=operator.id, by_openid=by_openid))
    return token


def half_of(session: Session, token: str) -> HalfLogIn | None:
    """The log-in that was begun with this token, if it may still go on."""
    half = session.get(HalfLogIn, hash_of(token), options=[joinedload(HalfLogIn.operator)])
    if half is None or not half.operator.is_active or clock.now() - half.created_at >= HALF_LASTS:
        return None
    return half


def end_half(session: Session, token: str) -> None:
    session.execute(delete(HalfLogIn).where(HalfLogIn.token_hash == hash_of(token)))


def recognise(desk: Database, token: str, limits: Limits, is_demo: bool = False) -> Actor | None:
    """Who holds this token, if the session has not run out and the account is active.

    A locked session is recognised as such, and is not prolonged by being seen. Where the data are invented (`is_demo`)
    nobody is asked to set up a second factor. Whoever comes from the OpenID provider needs no password of her own.
    """
    now, key = clock.now(), hash_of(token)
    with desk.reading() as session:
        held = session.get(OperatorSession, key, options=[joinedload(OperatorSession.operator)])
        if held is None or not held.operator.is_active:
            return None
        if now - held.seen_at >= limits.idle or now - held.created_at >= limits.longest:
            return None
        owes = not is_demo and not held.is_strong and owes_factor(session, held.operator)
        must_change = held.operator.must_change_password and not held.by_openid
        seen_at, is_locked = held.seen_at, now - held.seen_at >= limits.lock
        actor = replace(
            as_actor(held.operator), must_change_password=must_change, must_set_up_factor=owes, is_locked=is_locked
        )
    if now - seen_at >= SEEN_EVERY and not is_locked:
        with transaction(desk) as session:
            touch(session, token)
    return actor


def holder(session: Session, token: str) -> Operator | None:
    """Whose session this is, locked or not."""
    held = session.get(OperatorSession, hash_of(token), options=[joinedload(OperatorSession.operator)])
    return held and held.operator


def touch(session: Session, token: str) -> None:
    """It was used now."""
    this = OperatorSession.token_hash == hash_of(token)
    session.execute(update(OperatorSession).where(this).values(seen_at=clock.now()))


def open_ones(session: Session, operator_id: str, limits: Limits) -> Sequence[OperatorSession]:
    """Where an operator is signed in, the browser used last first."""
    now = clock.now()
    wanted = (
        OperatorSession.operator_id == operator_id,
        OperatorSession.seen_at > now - limits.idle,
        OperatorSession.created_at > now - limits.longest,
    )
    return session.scalars(select(OperatorSession).where(*wanted).order_by(OperatorSession.seen_at.desc())).all()


def ref_of(token: str) -> str:
    """By what a session is called in an address: the beginning of its token's hash, which opens nothing."""
    return hash_of(token)[:REF_LENGTH]


def end_one(session: Session, operator: Operator, ref: str) -> None:
    """End the operator's own session that is called so, if there is one."""
    this = func.substr(OperatorSession.token_hash, 1, REF_LENGTH) == ref
    session.execute(delete(OperatorSession).where(OperatorSession.operator_id == operator.id, this))


def end(session: Session, token: str) -> None:
    session.execute(delete(OperatorSession).where(OperatorSession.token_hash == hash_of(token)))


def is_by_openid(session: Session, token: str) -> bool:
    held = session.get(OperatorSession, hash_of(token))
    return held is not None and held.by_openid


def end_by_openid(session: Session, operator: Operator) -> None:
    """Sign an operator out where the OpenID provider has let her in."""
    theirs = OperatorSession.operator_id == operator.id, OperatorSession.by_openid
    session.execute(delete(OperatorSession).where(*theirs))
    session.execute(delete(HalfLogIn).where(HalfLogIn.operator_id == operator.id, HalfLogIn.by_openid))


def end_all(session: Session, operator: Operator, but: str | None = None) -> None:
    """Sign an operator out everywhere, except from the browser that holds the token `but`."""
    wanted = OperatorSession.operator_id == operator.id
    if but is not None:
        wanted &= OperatorSession.token_hash != hash_of(but)
    session.execute(delete(OperatorSession).where(wanted))
    session.execute(delete(HalfLogIn).where(HalfLogIn.operator_id == operator.id))


def sweep(session: Session, longest: timedelta) -> None:
    """Drop what no longer opens or refuses anything."""
    now = clock.now()
    session.execute(delete(OperatorSession).where(OperatorSession.created_at < now - longest))
    session.execute(delete(HalfLogIn).where(HalfLogIn.created_at < now - HALF_LASTS))
