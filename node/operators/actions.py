"""What can be done to an operator's account."""

from sqlalchemy.orm import Session

from node.core import clock
from node.core.actors import ADMINISTRATOR, Actor
from node.core.audit import note
from node.core.errors import Refused
from node.operators import passwords, queries, sessions
from node.operators.models import Operator
from schemas.messages import Message


def add_operator(session: Session, actor: Actor, data: dict, password: str | None = None) -> tuple[Operator, str]:
    """Open an account; returns it with its password.

    A password made here (none given) has to be changed after the first log-in. Raises Refused when the username is taken.
    """
    username = data["username"]
    if queries.named(session, username) is not None:
        raise Refused(Message("Il nome utente «{username}» c’è già: scegline un altro.", username=username))
    chosen = password or passwords.generated()
    operator = Operator(
        username=username,
        display_name=data["display_name"],
        role=data["role"],
        password_hash=passwords.hashed(chosen),
        must_change_password=password is None,
    )
    session.add(operator)
    session.flush()
    note(session, actor, "operator.added", operator, role=operator.role)
    return operator, chosen


def change_operator(session: Session, actor: Actor, operator: Operator, data: dict) -> None:
    """A new shown name or role. Raises Refused when the node would be left without an administrator."""
    if data["role"] != ADMINISTRATOR:
        keep_an_administrator(session, operator)
    operator.display_name, operator.role = data["display_name"], data["role"]
    note(session, actor, "operator.changed", operator, role=operator.role)


def link_operator(session: Session, actor: Actor, operator: Operator, external_name: str | None) -> None:
    """What the OpenID provider calls the operator, None: she comes in no more by it; her sessions from there end.

    Raises Refused when it calls another one so.
    """
    other = queries.linked(session, external_name) if external_name else None
    if other is not None and other.id != operator.id:
        raise Refused(Message("Questo nome è già di «{username}»: toglilo prima di lì.", username=other.username))
    if external_name == operator.external_name:
        return
    operator.external_name = external_name
    sessions.end_by_openid(session, operator)
    note(session, actor, "operator.linked" if external_name else "operator.unlinked", operator)


def disable_operator(session: Session, actor: Actor, operator: Operator) -> None:
    """Sign the operator out everywhere, for good until enabled. Raises Refused for the last administrator."""
    keep_an_administrator(session, operator)
    operator.disabled_at = operator.disabled_at or clock.now()
    sessions.end_all(session, operator)
    note(session, actor, "operator.disabled", operator)


def enable_operator(session: Session, actor: Actor, operator: Operator) -> None:
    operator.disabled_at = None
    note(session, actor, "operator.enabled", operator)


def reset_password(session: Session, actor: Actor, operator: Operator) -> str:
    """A new password, to be told once and changed at the next log-in; the operator is signed out everywhere."""
    password = passwords.generated()
    operator.password_hash = passwords.hashed(password)
    operator.must_change_password = True
    sessions.end_all(session, operator)
    note(session, actor, "operator.password_reset", operator)
    return password


def change_password(session: Session, actor: Actor, operator: Operator, old: str, new: str, token: str | None) -> None:
    """The operator's own choice; every other browser is signed out. Raises Refused when `old` is not the present one."""
    if not passwords.is_right(operator.password_hash, old):
        raise Refused(passwords.WRONG, 422)
    operator.password_hash = passwords.hashed(new)
    operator.must_change_password = False
    sessions.end_all(session, operator, but=token)
    note(session, actor, "operator.password_changed", operator)


def end_session(session: Session, actor: Actor, operator: Operator, ref: str) -> None:
    """End one of an operator's sessions."""
    sessions.end_one(session, operator, ref)
    note(session, actor, "operator.session_ended", operator)


def end_sessions(session: Session, actor: Actor, operator: Operator, but: str | None = None) -> None:
    """Sign an operator out everywhere, except from the browser that holds the token `but`."""
    sessions.end_all(session, operator, but=but)
    note(session, actor, "operator.sessions_ended", operator)


def choose_language(session: Session, actor: Actor, operator: Operator, language: str | None) -> None:
    """`None`: as the browser asks."""
    operator.language = language
    note(session, actor, "operator.language_chosen", operator)


def keep_an_administrator(session: Session, operator: Operator) -> None:
    if operator.role == ADMINISTRATOR and operator.is_active and queries.active_administrators(session) == 1:
        raise Refused(Message("È l’unico amministratore: prima nominane un altro."))
