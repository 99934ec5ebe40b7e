"""Signing in: the one action whose failure must be kept, and which works for long without holding the database.

A password takes some 30 ms to check; in a transaction that would lock every other writer out, and a flood of guesses
would stop the desk. So it is checked between two transactions: the first counts the attempt, the second gives it back.

Whoever has a second factor gets half a log-in for the password, and a session for the code.
"""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.orm import Session

from federation.database import Database
from node.core.audit import note
from node.core.db import transaction
from node.core.errors import Refused
from node.core.vault import Vault
from node.operators import factors, passwords, queries, sessions, throttle
from node.operators.models import Operator
from node.operators.openid import ProviderFault, Vouched
from node.operators.sessions import BY_PASSWORD, Way
from node.operators.throttle import Allowance
from node.operators.visitor import Visitor
from schemas.messages import Message

WRONG = Message("Nome utente o password non sono giusti. Controlla maiuscole e minuscole, poi riprova.")
DISABLED = Message("Il tuo account è disabilitato. Se devi lavorare qui, chiedi all’amministratore di abilitarlo.")
STAYS_LOCKED = Message("Non è giusto. Controlla maiuscole e minuscole, poi riprova: quello che hai scritto c’è ancora.")
TOO_LATE = Message("È passato troppo tempo: scrivi di nuovo nome utente e password.")


class Entry(NamedTuple):
    """What a log-in has opened: a session, or half a log-in that still owes the code."""

    token: str
    owes_code: bool


def log_in(desk: Database, username: str, password: str, visitor: Visitor, least: int = 0) -> Entry:
    """Whoever comes in by a password alone that has fewer than `least` characters has to choose another.

    Raises Refused: 422 when name and password do not fit, 429 after too many failures.
    """
    used, found = begin_attempt(desk, username, visitor)
    if not (passwords.is_right(found.password_hash if found else None, password) and found.is_active):
        raise Refused(WRONG, 422)
    with transaction(desk) as session:
        operator = session.get_one(Operator, found.id)
        if passwords.needs_rehash(operator.password_hash):
            operator.password_hash = passwords.hashed(password)
        if queries.factor_of(session, operator.id) is not None:
            throttle.give_back(session, used)
            return Entry(sessions.begin_half(session, operator), owes_code=True)
        if len(password) < least:
            operator.must_change_password = True
        return Entry(welcome(session, operator, visitor, used), owes_code=False)


def give_code(desk: Database, vault: Vault, half: str, code: str, visitor: Visitor) -> str:
    """The token of the session that the code opens for the half log-in with the token `half`.

    Raises Refused: 410 when that one is over, 422 for a wrong code, 429 after too many failures.
    """
    with transaction(desk) as session:
        begun = sessions.half_of(session, half)
        if begun is None:
            raise Refused(TOO_LATE, 410)
        operator, way = begun.operator, Way(by_openid=begun.by_openid)
        used = throttle.attempt(session, operator.username, visitor)
        if factors.accept(session, vault, operator, code):
            sessions.end_half(session, half)
            return welcome(session, operator, visitor, used, way)
    raise Refused(factors.WRONG_CODE, 422)


def is_half_in(desk: Database, half: str) -> bool:
    """Whether the code may still be given."""
    with desk.reading() as session:
        return sessions.half_of(session, half) is not None


def come_from(desk: Database, ask: Callable[[], Vouched], visitor: Visitor, provider: str) -> Entry:
    """Let in whom the OpenID provider, called `provider` on the pages, vouches for when it is asked: nobody is created.

    Raises Refused: 403 for whom no administrator has linked or who is disabled, 429 after too many failures;
    ProviderFault.
    """
    with desk.reading() as session:
        throttle.refuse_while_waiting(session, throttle.allowances_of_strangers(session, visitor))
    with transaction(desk) as session:
        used = throttle.use_up(session, throttle.allowances_of_strangers(session, visitor))
    try:
        vouched = ask()
    except ProviderFault as fault:
        if fault.is_down:
            with transaction(desk) as session:
                throttle.give_back(session, used)
        raise
    with transaction(desk) as session:
        operator = queries.linked(session, vouched.name)
        if operator is None:
            raise Refused(unknown(provider, vouched.name), 403)
        if not operator.is_active:
            raise Refused(DISABLED, 403)
        if not vouched.is_strong and queries.factor_of(session, operator.id) is not None:
            throttle.give_back(session, used)
            return Entry(sessions.begin_half(session, operator, by_openid=True), owes_code=True)
        way = Way(by_openid=True, is_strong=vouched.is_strong)
        return Entry(welcome(session, operator, visitor, used, way), owes_code=False)


def unknown(provider: str, name: str) -> Message:
    return Message(
        "{provider} ti conosce come «{name}», ma qui nessun account ha questo nome. "
        "Chiedi all’amministratore di scriverlo nella pagina del tuo account.",
        provider=provider,
        name=name,
    )


def unlock(desk: Database, vault: Vault, token: str, typed: str, visitor: Visitor, by_password: bool = True) -> None:
    """Open the locked session with this token by the password (if `by_password`), or by a code of the second factor.

    Raises Refused: 410 when the session has ended, 422 for what is wrong, 429 after too many failures.
    """
    with desk.reading() as session:
        holder = sessions.holder(session, token)
    if holder is None:
        raise Refused(TOO_LATE, 410)
    used, found = begin_attempt(desk, holder.username, visitor)
    right = by_password and passwords.is_right(found.password_hash, typed)
    with transaction(desk) as session:
        if right or factors.accept(session, vault, session.get_one(Operator, found.id), typed):
            throttle.clear(session, used)
            return sessions.touch(session, token)
    raise Refused(STAYS_LOCKED, 422)


def begin_attempt(desk: Database, username: str, visitor: Visitor) -> tuple[list[Allowance], Operator | None]:
    """What the attempt uses up, and whose it is. Raises Refused (429); whoever must wait does not make others wait."""
    with desk.reading() as session:
        throttle.refuse_while_waiting(session, throttle.allowances(session, username, visitor))
    with transaction(desk) as session:
        return throttle.attempt(session, username, visitor), queries.named(session, username)


def welcome(
    session: Session, operator: Operator, visitor: Visitor, used: list[Allowance], way: Way = BY_PASSWORD
) -> str:
    """The token of a new session for whoever has shown all that there is to show; it takes the place of the browser's old one."""
    throttle.clear(session, used)
    if visitor.session:
        sessions.end(session, visitor.session)
    if visitor.device:
        throttle.remember_browser(session, operator, visitor.device)
    note(
        session,
        queries.as_actor(operator),
        "operator.signed_in",
        operator,
        by="openid" if way.by_openid else "password",
    )
    return sessions.begin(session, operator, visitor.browser, way)
