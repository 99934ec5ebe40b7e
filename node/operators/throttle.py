"""How guesses at a log-in are slowed down, without giving anybody the means to lock a colleague out.

A browser in which the account was signed in before has an allowance of its own (OWASP, "device cookies"): whatever is
tried elsewhere does not touch it. All other browsers share three: that of the account from one network address, that of
the address, that of the account. An attempt is counted before it is looked at, so that many at once gain nothing, and
given back when it was right. The counts lie in the desk database, which all processes share, under hashes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from federation.database import insert_into, table_of
from node.core import clock
from node.core.errors import Refused
from node.operators.models import FailedLogIn, KnownBrowser, Operator
from node.operators.queries import hash_of, named
from node.operators.visitor import Visitor
from schemas.messages import Message

FIRST_WAIT_S = 30
LONGEST_WAIT_S = 15 * 60
MOST_DOUBLINGS = 10
ONE_IS_FORGIVEN_EVERY = timedelta(minutes=10)
BROWSER_IS_KNOWN_FOR = timedelta(days=180)


class Allowance(NamedTuple):
    """`free` attempts; then 30 s of waiting, doubled with each failure, 15 minutes at most. `is_own`: a success clears it."""

    key: str
    free: int
    is_own: bool


def allowances(session: Session, username: str, visitor: Visitor) -> list[Allowance]:
    """Those that an attempt to sign in under this name uses up; always in one order, as rows are locked."""
    name = username.strip().lower()
    operator = named(session, name)
    if operator and visitor.device and session.get(KnownBrowser, (hash_of(visitor.device), operator.id)):
        return [Allowance(hash_of(f"browser\n{name}\n{visitor.device}"), 5, True)]
    return [
        Allowance(hash_of(f"pair\n{name}\n{visitor.network}"), 5, True),
        Allowance(hash_of(f"address\n{visitor.network}"), 30, False),
        Allowance(hash_of(f"account\n{name}"), 50, False),
    ]


def allowances_of_strangers(session: Session, visitor: Visitor) -> list[Allowance]:
    """Those of whoever comes from the OpenID provider, before it is known who that is."""
    known = select(KnownBrowser.token_hash).where(KnownBrowser.token_hash == hash_of(visitor.device or ""))
    if session.scalar(known.limit(1)):
        return [Allowance(hash_of(f"browser\n\n{visitor.device}"), 5, True)]
    return [Allowance(hash_of(f"address\n{visitor.network}"), 30, False)]


def refuse_while_waiting(session: Session, used: Sequence[Allowance]) -> None:
    """Raises Refused (429) when one of them is used up for now."""
    refuse_until(max(wait_until(session.get(FailedLogIn, each.key), each.free) for each in used))


def attempt(session: Session, username: str, visitor: Visitor) -> list[Allowance]:
    """Count an attempt as failed until it proves right. Raises Refused (429)."""
    return use_up(session, allowances(session, username, visitor))


def use_up(session: Session, used: list[Allowance]) -> list[Allowance]:
    """Count one failure more in each. Raises Refused (429)."""
    counts = [locked(session, each.key) for each in used]
    refuse_until(max(wait_until(failed, each.free) for failed, each in zip(counts, used, strict=True)))
    now = clock.now()
    for failed in counts:
        forgiven = min(failed.failures, (now - failed.last_at) // ONE_IS_FORGIVEN_EVERY)
        failed.failures, failed.last_at = failed.failures - forgiven + 1, now
    return used


def locked(session: Session, key: str) -> FailedLogIn:
    """The count, which nobody else moves until this transaction ends."""
    first = insert_into(session, table_of(FailedLogIn)).values(key_hash=key, failures=0, last_at=clock.now())
    session.execute(first.on_conflict_do_update(index_elements=["key_hash"], set_={"failures": FailedLogIn.failures}))
    return session.get_one(FailedLogIn, key)


def wait_until(failed: FailedLogIn | None, free: int) -> datetime:
    if failed is None or failed.failures < free:
        return clock.now()
    wait_s = min(FIRST_WAIT_S * 2 ** min(failed.failures - free, MOST_DOUBLINGS), LONGEST_WAIT_S)
    return failed.last_at + timedelta(seconds=wait_s)


def refuse_until(moment: datetime) -> None:
    if (left_s := (moment - clock.now()).total_seconds()) > 0:
        raise Refused(Message("Troppi tentativi sbagliati. Riprova tra {minutes} min.", minutes=ceil(left_s / 60)), 429)


def give_back(session: Session, used: Sequence[Allowance]) -> None:
    """The attempt was right, as far as it went."""
    keys = FailedLogIn.key_hash.in_([each.key for each in used])
    session.execute(update(FailedLogIn).where(keys, FailedLogIn.failures > 0).values(failures=FailedLogIn.failures - 1))


def clear(session: Session, used: Sequence[Allowance]) -> None:
    """Whoever has tried is in: her own failures are forgotten, those that she shares with others are not."""
    give_back(session, used)
    own = FailedLogIn.key_hash.in_([each.key for each in used if each.is_own])
    session.execute(delete(FailedLogIn).where(own))


def remember_browser(session: Session, operator: Operator, device: str) -> None:
    """The account was signed in with this browser: it has an allowance of its own from now on."""
    session.merge(KnownBrowser(token_hash=hash_of(device), operator_id=operator.id, seen_at=clock.now()))


def sweep(session: Session) -> None:
    """Drop what refuses nothing any more, and browsers that were not seen for half a year."""
    now = clock.now()
    session.execute(delete(FailedLogIn).where(FailedLogIn.last_at < now - timedelta(seconds=LONGEST_WAIT_S * 4)))
    session.execute(delete(KnownBrowser).where(KnownBrowser.seen_at < now - BROWSER_IS_KNOWN_FOR))
