"""Who is who at the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.core.actors import ADMINISTRATOR, Actor
from node.operators.models import FailedLogIn, Operator

FREE_FAILURES = 5
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 15 * 60


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def pair_hash(username: str, address: str) -> str:
    return hash_of(f"{username.strip().lower()}\n{address}")


def operators(session: Session) -> Sequence[Operator]:
    """All accounts, the active ones first."""
    return session.scalars(select(Operator).order_by(Operator.disabled_at.is_not(None), Operator.username)).all()


def operator(session: Session, id: str) -> Operator | None:
    return session.get(Operator, id)


def named(session: Session, username: str) -> Operator | None:
    return session.scalar(select(Operator).where(Operator.username == username.strip().lower()))


def active_administrators(session: Session) -> int:
    wanted = (Operator.role == ADMINISTRATOR, Operator.disabled_at.is_(None))
    return session.scalar(select(func.count()).select_from(Operator).where(*wanted)) or 0


def as_actor(operator: Operator) -> Actor:
    return Actor(
        operator.id,
        operator.username,
        operator.display_name,
        operator.role,
        operator.language,
        operator.must_change_password,
    )


def wait_until(session: Session, username: str, address: str) -> datetime | None:
    """Until when this account refuses log-ins from this address: after five failures 30 s, doubled each time, 15 min at most.

    The pair counts, not the account: nobody can lock a colleague out from elsewhere.
    """
    failed = session.get(FailedLogIn, pair_hash(username, address))
    if failed is None or failed.failures < FREE_FAILURES:
        return None
    wait_s = min(FIRST_WAIT_S * 2 ** min(failed.failures - FREE_FAILURES, 10), LONGEST_WAIT_S)
    return failed.last_at + timedelta(seconds=wait_s)
