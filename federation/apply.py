"""What becomes of a page of lines that somebody handed us: refused, ignored, held, used.

A page is decided as a whole and written as a whole: signatures first (they cost most and need no database), then the
counter row is locked, the copies that the page touches are read at once, and what is new is written by one statement.
From the lock on nobody else writes copies, so what was read stays true.

Nothing is committed here: whoever read the page commits it together with its cursor.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, delete, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from federation import replica
from federation.database import UtcDateTime, insert_for, insert_into, table_of
from federation.head import bucket_of
from federation.members import Member, Roster
from federation.order import Intake, Quota
from federation.replica import Copy, Refusal, Staged
from federation.statement import Keyring, Refused, Statement, parse_line, verify
from schemas.kinds import DOCUMENTS, LEASED_KINDS, problem_with
from schemas.statement import KNOWN_CRIT, VERSION

CLOCK_TOLERANCE = timedelta(minutes=5)
REFUSALS_KEPT = 200
"""Of each source: enough to see what is wrong, too few to fill a disk."""
DETAIL_MAX = 500
USUAL_QUOTA = Quota()
MAX_PARTS, PART_LINES = 4, 32
"""A page is verified by so many threads at most, and by one for so many lines at least."""


@dataclass(frozen=True)
class Applied:
    """What became of the lines. `held` counts those among `new` that are kept and relayed but not used.

    `unknown_origin`: a line bears a key that the roster does not have; refresh it before the cursor moves.
    """

    new: int
    ignored: int
    refused: int
    held: int
    unknown_origin: bool = False


def apply_lines(
    session: Session, lines: Iterable[bytes], roster: Roster, source: str, now: datetime, quota: Quota = USUAL_QUOTA
) -> Applied:
    """Verify the lines that the node `source` sent and hold what is new. One bad line harms no other."""
    statements: list[Statement] = []
    refusals: list[dict[str, Any]] = []
    unknown_origin = False
    for line, found in _looked_at(list(lines), roster):
        if isinstance(found, Refused):
            unknown_origin = unknown_origin or found.code == "key"
            refusals.append(_refusal(line, found))
        else:
            statements.append(found)
    return store(session, statements, source, now, quota, refusals, unknown_origin)


def _looked_at(lines: Sequence[bytes], roster: Roster) -> list[tuple[bytes, Statement | Refused]]:
    """Each line with the statement in it, or why it is refused.

    To verify a signature takes longer than all the rest, and lets other threads work meanwhile: a page is shared out
    among the processors.
    """
    keyring, network = keyring_of(roster.members), roster.network

    def look(some: Sequence[bytes]) -> list[tuple[bytes, Statement | Refused]]:
        return [(line, _statement_or_refusal(line, keyring, network)) for line in some]

    parts = min(os.cpu_count() or 1, MAX_PARTS, len(lines) // PART_LINES)
    if parts < 2:
        return look(lines)
    size = -(-len(lines) // parts)
    with ThreadPoolExecutor(parts, "verify") as threads:
        shares = threads.map(look, [lines[first : first + size] for first in range(0, len(lines), size)])
        return [each for share in shares for each in share]


def _statement_or_refusal(line: bytes, keyring: Keyring, network: str | None) -> Statement | Refused:
    try:
        return verified(line, keyring, network)
    except Refused as refused:
        return refused


def store(
    session: Session,
    statements: Sequence[Statement],
    source: str,
    now: datetime,
    quota: Quota | None = None,
    refusals: Sequence[dict[str, Any]] = (),
    unknown_origin: bool = False,
) -> Applied:
    """Hold verified statements (our own know no quota), and note the refusals of the page."""
    if not statements and not refusals:
        return Applied(0, 0, 0, 0, unknown_origin)
    counter = replica.lock(session)
    page = Intake(session, statements, now, quota)
    noted = list(refusals)
    for statement in statements:
        try:
            page.take(statement)
        except Refused as refused:
            noted.append(_refusal(statement.line, refused))
    rows = [
        row_of(statement, place, source, now)
        for place, statement in enumerate(page.taken.values(), start=counter.position + 1)
    ]
    write_copies(session, rows)
    _let_go_of_staged(session, rows)
    counter.position += len(rows)
    for proof in page.proofs.values():
        session.merge(proof)
    _write_refusals(session, noted, source, now)
    session.flush()
    held = sum(row["problem"] is not None for row in rows)
    return Applied(len(rows), page.ignored, len(noted), held, unknown_origin)


def problem_of(statement: Statement, now: datetime) -> str | None:
    """Why this version cannot use a valid statement, `reason: detail`; None when it can."""
    if statement.body is None:
        return None
    if statement.v != VERSION:
        return f"version: {statement.v}"
    if unknown := [name for name in statement.crit if name not in KNOWN_CRIT]:
        return _short(f"crit: {', '.join(unknown)}")
    if statement.kind not in DOCUMENTS:
        return f"kind: {statement.kind}"
    if statement.kind in LEASED_KINDS and statement.audience == "public":
        return "audience: a person's record is never public"
    if statement.kind == "head" and statement.issued_at > now + CLOCK_TOLERANCE:
        return f"ahead: {statement.issued_at.isoformat()}"
    problem = problem_with(statement.kind, statement.body, statement.audience)
    return None if problem is None else _short(f"body: {problem}")


_keyrings: list[tuple[Mapping[str, Member], Keyring]] = []


def keyring_of(members: Mapping[str, Member]) -> Keyring:
    """The keyring of a roster's members; the last one is kept, because building it costs more than a page of a big network."""
    for known, keyring in _keyrings:
        if known is members:
            return keyring
    keyring = Keyring({member.id: member.keys for member in members.values()})
    _keyrings[:] = [(members, keyring)]
    return keyring


def verified(line: bytes, keyring: Keyring, network: str | None) -> Statement:
    """The statement of a line that somebody of this network has signed for it. Raises Refused."""
    statement = verify(parse_line(line), keyring)
    name, _, told = statement.audience.partition(":")
    if name == "members" and told != network:
        raise Refused("audience", f"for the members of network {told}, which is not ours", statement.origin)
    return statement


def row_of(statement: Statement, place: int, source: str, now: datetime) -> dict[str, Any]:
    """The row of a copy at a position; one whose time has run out keeps no bytes."""
    has_expired = statement.not_after <= now
    return {
        "origin": statement.origin,
        "id": statement.id,
        "kind": statement.kind,
        "audience": statement.audience,
        "bucket": bucket_of(statement.id),
        "epoch": statement.epoch,
        "seq": statement.seq,
        "issued_at": statement.issued_at,
        "not_after": statement.not_after,
        "position": place,
        "withdrawn": statement.body is None,
        "problem": None if has_expired else problem_of(statement, now),
        "received_at": now,
        "source": source,
        "kid": statement.kid,
        "digest": statement.digest,
        "size": 0 if has_expired else len(statement.line),
        "line": None if has_expired else statement.line,
    }


def write_copies(session: Session, rows: list[dict[str, Any]]) -> None:
    """Put the rows in the place of those that were held of the same records."""
    dialect = session.get_bind().dialect.name
    if rows and dialect == "sqlite":
        written, values_of = _replacing_quickly()
        session.connection().exec_driver_sql(written, values_of(rows))
    elif rows:
        session.execute(_replacing(dialect), rows)


@cache
def _replacing(dialect: str) -> Any:
    upsert = insert_for(dialect, table_of(Copy))
    changed = {name: each for name, each in upsert.excluded.items() if name not in ("origin", "id")}
    return upsert.on_conflict_do_update(index_elements=["origin", "id"], set_=changed)


@cache
def _replacing_quickly() -> tuple[str, Callable[[list[dict[str, Any]]], list[tuple[Any, ...]]]]:
    """The same as SQLite's SQL, and what turns rows into what its driver takes.

    On their way through SQLAlchemy the values of a row take longer than the database needs for them; and the instants
    of a page, which are what has to be changed, are few.
    """
    dialect: Dialect = sqlite.dialect()
    compiled = _replacing(dialect.name).compile(dialect=dialect)
    names, told = compiled.positiontup, table_of(Copy).columns
    change: Any = told.issued_at.type.dialect_impl(dialect).bind_processor(dialect)
    instants = [name for name in names if type(told[name].type) is UtcDateTime]
    values = itemgetter(*names)

    def values_of(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        written = {when: change(when) for when in {row[name] for row in rows for name in instants}}
        return [values(row | {name: written[row[name]] for name in instants}) for row in rows]

    return str(compiled), values_of


def _refusal(line: bytes, refused: Refused) -> dict[str, Any]:
    digest = hashlib.sha256(line).hexdigest()
    return {"origin": refused.origin, "code": refused.code, "detail": _short(refused.detail), "digest": digest}


def _let_go_of_staged(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Who withdraws something may have brought it in a bucket of which the end is still to come: it is begun anew."""
    if withdrawing := {row["origin"] for row in rows if row["withdrawn"]}:
        session.execute(delete(Staged).where(Staged.origin.in_(withdrawing)))


def _write_refusals(session: Session, refusals: Sequence[dict[str, Any]], source: str, now: datetime) -> None:
    """One row per line, however often it came, and the latest of each source only."""
    if not refusals:
        return
    upsert = insert_into(session, table_of(Refusal))
    upsert = upsert.on_conflict_do_update(
        index_elements=["source", "digest"],
        set_={
            "times": Refusal.times + 1,
            "refused_at": upsert.excluded.refused_at,
            "code": upsert.excluded.code,
            "detail": upsert.excluded.detail,
        },
    )
    latest = refusals[-REFUSALS_KEPT:]
    session.execute(upsert, [{**refusal, "source": source, "times": 1, "refused_at": now} for refusal in latest])
    newest_first = select(Refusal.number).where(Refusal.source == source)
    newest_first = newest_first.order_by(Refusal.refused_at.desc(), Refusal.number.desc())
    session.execute(delete(Refusal).where(Refusal.number.in_(newest_first.offset(REFUSALS_KEPT))))


def _short(told: str) -> str:
    """A reason that fits its column; PostgreSQL stores no NUL, and the sender may have chosen the words."""
    return told.replace("\0", "�")[:DETAIL_MAX]
