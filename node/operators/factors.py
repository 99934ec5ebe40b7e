"""The second factor: codes of an app on the operator's telephone (TOTP, RFC 6238), and recovery codes on paper.

A code counts once, and one that is older than the last accepted counts no more, so that whoever has looked over a
shoulder comes too late. What is kept is sealed or marked with keys that lie outside the database.
"""

import hmac
import re
from datetime import datetime

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from node.core import clock
from node.core.actors import Actor
from node.core.audit import note
from node.core.errors import Refused
from node.core.vault import Vault
from node.operators import passwords, queries, sessions
from node.operators.models import FactorDemand, Operator, RecoveryCode, SecondFactor
from schemas.messages import Message

DRIFT_STEPS = 1
"""Telephones are a little fast or slow: one step of 30 seconds either way."""

RECOVERY_CODES = 10
WRONG_CODE = Message("Il codice non è giusto o è già stato usato. Aspetta il prossimo e scrivilo.")


def secret_in_making(session: Session, vault: Vault, operator: Operator) -> str | None:
    """The secret that waits for its first code."""
    factor = session.get(SecondFactor, operator.id)
    return None if factor is None or factor.confirmed_at else vault.unseal(factor.sealed_secret, operator.id)


def begin(session: Session, vault: Vault, operator: Operator) -> None:
    """Make a secret that waits for its first code; one that waited before is forgotten. Raises Refused if one is in use."""
    if queries.factor_of(session, operator.id) is not None:
        raise Refused(Message("Il secondo fattore è già attivo."))
    sealed = vault.seal(pyotp.random_base32(), operator.id)
    session.merge(SecondFactor(operator_id=operator.id, sealed_secret=sealed, last_step=0))


def confirm(session: Session, vault: Vault, actor: Actor, operator: Operator, typed: str) -> list[str]:
    """Put the secret to use with its first code; returns the recovery codes. Raises Refused for a wrong code."""
    secret = secret_in_making(session, vault, operator)
    if secret is None:
        raise Refused(Message("Il secondo fattore è già attivo o non è ancora cominciato: riapri la pagina."))
    step = step_of(secret, typed, clock.now())
    if step is None:
        raise Refused(
            Message("Il codice non è giusto. Controlla che l’ora del telefono sia esatta, poi scrivi il prossimo."), 422
        )
    factor = session.get_one(SecondFactor, operator.id)
    factor.confirmed_at, factor.last_step = clock.now(), step
    note(session, actor, "operator.factor_on", operator)
    return _new_codes(session, vault, operator)


def renew_codes(session: Session, vault: Vault, actor: Actor, operator: Operator) -> list[str]:
    """Ten new recovery codes; the ones of before are worth nothing from now on."""
    note(session, actor, "operator.recovery_codes_renewed", operator)
    return _new_codes(session, vault, operator)


def switch_off(session: Session, actor: Actor, operator: Operator) -> None:
    """The operator's own choice. Raises Refused where the role needs it."""
    if session.get(FactorDemand, operator.role) is not None:
        raise Refused(Message("Per il tuo ruolo l’amministratore chiede il secondo fattore: non si può spegnere."))
    _forget(session, operator)
    note(session, actor, "operator.factor_off", operator)


def reset(session: Session, actor: Actor, operator: Operator) -> None:
    """Take the factor away from who has lost it, and sign her out everywhere."""
    _forget(session, operator)
    sessions.end_all(session, operator)
    note(session, actor, "operator.factor_reset", operator)


def demand(session: Session, actor: Actor, roles: set[str]) -> None:
    """Ask these roles, and no others, for a second factor."""
    present = {row.role: row for row in session.scalars(select(FactorDemand))}
    for role in sorted(roles - present.keys()):
        row = FactorDemand(role=role)
        session.add(row)
        note(session, actor, "factor.demanded", row)
    for role in sorted(present.keys() - roles):
        note(session, actor, "factor.no_longer_demanded", present[role])
        session.delete(present[role])


def accept(session: Session, vault: Vault, operator: Operator, typed: str) -> bool:
    """Use up a code of the app or a recovery code. Of two that bring the same one at once, one is let in."""
    factor = queries.factor_of(session, operator.id)
    if factor is None:
        return False
    code = plain(typed)
    if not re.fullmatch(r"[0-9]{6}", code):
        return _accept_recovery(session, vault, operator, code)
    step = step_of(vault.unseal(factor.sealed_secret, operator.id), code, clock.now())
    if step is None:
        return False
    newer = SecondFactor.operator_id == operator.id, SecondFactor.last_step < step
    return session.execute(update(SecondFactor).where(*newer).values(last_step=step)).rowcount == 1


def step_of(secret: str, typed: str, moment: datetime) -> int | None:
    """The time step to which this code belongs, if it is one of those around `moment`."""
    app = pyotp.TOTP(secret)
    now, code = app.timecode(moment), plain(typed)
    near = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    return next((step for step in near if hmac.compare_digest(app.generate_otp(step).encode(), code.encode())), None)


def address_for_app(secret: str, username: str, site: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=site)


def plain(typed: str) -> str:
    """Without the blanks and dashes that a code is read with."""
    return re.sub(r"[\s-]", "", typed).lower()


def _accept_recovery(session: Session, vault: Vault, operator: Operator, code: str) -> bool:
    unused = (
        RecoveryCode.operator_id == operator.id,
        RecoveryCode.mark == vault.mark(code, operator.id),
        RecoveryCode.used_at.is_(None),
    )
    return session.execute(update(RecoveryCode).where(*unused).values(used_at=clock.now())).rowcount == 1


def _new_codes(session: Session, vault: Vault, operator: Operator) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.operator_id == operator.id))
    codes = [passwords.in_groups(3) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(operator_id=operator.id, mark=vault.mark(plain(code), operator.id)) for code in codes)
    return codes


def _forget(session: Session, operator: Operator) -> None:
    for model in (SecondFactor, RecoveryCode):
        session.execute(delete(model).where(model.operator_id == operator.id))
