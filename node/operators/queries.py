"""Who is who at the desk."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from node.core.actors import ADMINISTRATOR, Actor
from node.operators.models import FactorDemand, Operator, RecoveryCode, SecondFactor


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def operators(session: Session) -> Sequence[Operator]:
    """All accounts, the active ones first."""
    return session.scalars(select(Operator).order_by(Operator.disabled_at.is_not(None), Operator.username)).all()


def operator(session: Session, id: str) -> Operator | None:
    return session.get(Operator, id)


def named(session: Session, username: str) -> Operator | None:
    return session.scalar(select(Operator).where(Operator.username == username.strip().lower()))


def linked(session: Session, external_name: str) -> Operator | None:
    """Whom the OpenID provider calls so."""
    return session.scalar(select(Operator).where(Operator.external_name == external_name))


def active_administrators(session: Session) -> int:
    wanted = (Operator.role == ADMINISTRATOR, Operator.disabled_at.is_(None))
    return session.scalar(select(func.count()).select_from(Operator).where(*wanted)) or 0


def factor_of(session: Session, operator_id: str) -> SecondFactor | None:
    """The second factor in use."""
    factor = session.get(SecondFactor, operator_id)
    return factor if factor is not None and factor.confirmed_at is not None else None


def with_factor(session: Session) -> set[str]:
    """The ids of the operators who have a second factor."""
    return set(session.scalars(select(SecondFactor.operator_id).where(SecondFactor.confirmed_at.is_not(None))))


def recovery_codes_left(session: Session, operator_id: str) -> int:
    unused = RecoveryCode.operator_id == operator_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def roles_that_need_a_factor(session: Session) -> set[str]:
    return set(session.scalars(select(FactorDemand.role)))


def owes_factor(session: Session, operator: Operator) -> bool:
    """Whether the operator's role needs a second factor and she has none."""
    return session.get(FactorDemand, operator.role) is not None and factor_of(session, operator.id) is None


def as_actor(operator: Operator) -> Actor:
    return Actor(
        operator.id,
        operator.username,
        operator.display_name,
        operator.role,
        operator.language,
        operator.must_change_password,
    )
