"""Signing in: the one action whose failure must be kept, and which works for long without holding the database.

A password takes some 30 ms to check; in a transaction that would lock every other writer out, and a flood of guesses
would stop the desk. So it is checked between two transactions, and the throttle bounds what that race could gain.
"""

from math import ceil

from federation.database import Database
from node.core import clock
from node.core.audit import note
from node.core.db import transaction
from node.core.errors import Refused
from node.operators import passwords, queries, sessions
from node.operators.models import FailedLogIn, Operator
from schemas.messages import Message


def log_in(desk: Database, username: str, password: str, address: str) -> str:
    """The token of a new session. Raises Refused: 422 when name and password do not fit, 429 after too many failures."""
    with desk.reading() as session:
        refuse_while_waiting(queries.wait_until(session, username, address))
        found = queries.named(session, username)
    right = passwords.is_right(found.password_hash if found else None, password) and found.is_active
    with transaction(desk) as session:
        if right:
            operator = session.get(Operator, found.id)
            forget_failures(session, username, address)
            if passwords.needs_rehash(operator.password_hash):
                operator.password_hash = passwords.hashed(password)
            note(session, queries.as_actor(operator), "operator.signed_in", operator)
            return sessions.begin(session, operator)
        count_failure(session, username, address)
    raise Refused(Message("Nome utente o password non sono giusti. Controlla maiuscole e minuscole, poi riprova."), 422)


def refuse_while_waiting(until) -> None:
    if until is not None and (left_s := (until - clock.now()).total_seconds()) > 0:
        raise Refused(Message("Troppi tentativi sbagliati. Riprova tra {minutes} min.", minutes=ceil(left_s / 60)), 429)


def count_failure(session, username: str, address: str) -> None:
    key = queries.pair_hash(username, address)
    failed = session.get(FailedLogIn, key)
    if failed is None:
        failed = FailedLogIn(pair_hash=key, failures=0)
        session.add(failed)
    failed.failures += 1
    failed.last_at = clock.now()


def forget_failures(session, username: str, address: str) -> None:
    failed = session.get(FailedLogIn, queries.pair_hash(username, address))
    if failed is not None:
        session.delete(failed)
