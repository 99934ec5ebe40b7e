"""What the network still knows of us that we have forgotten, and how we begin anew with it.

A register that was put back has lost statements that others hold. What it would sign next would bear numbers that were
used already, and nobody could tell the two apart. So it speaks from a higher epoch, in which all that lives is said
again; and before that it takes back, record by record, the last that any peer has heard of it. Only what our own key has
signed counts: a peer can keep something from us, and cannot make us say anything.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from federation import buckets
from federation.client import Answer
from federation.database import json_text
from federation.head import Line, summary
from federation.register import RegisterRow, RegisterState
from federation.standing import Standing
from federation.statement import Keyring, Refused, Statement, verify
from federation.transport import PeerFault
from schemas.head import BUCKETS, head_id

HEAD = "head"
MAX_LINES_KEPT = 100_000
"""So many bare lines are believed to be ours: nobody has signed them."""


class Asks(Protocol):
    """Whoever fetches from a peer, signed in our name."""

    def get(self, url: str, target: str) -> Answer:
        """Raises PeerFault."""


class Lost(NamedTuple):
    """A record that a peer knows better than our register did; `body` is None when we had withdrawn it.

    `was_known`: the register had the record, in an older state.
    """

    kind: str
    id: str
    audience: str
    body: dict[str, Any] | None
    was_known: bool


@dataclass
class Found:
    """The greatest of our statements at any peer, by record, and of those without a body the bare lines."""

    statements: dict[str, Statement] = field(default_factory=dict)
    lines: dict[str, tuple[str, Line]] = field(default_factory=dict)
    heads: list[Statement] = field(default_factory=list)
    whole: dict[str, tuple[tuple[int, int], frozenset[str]]] = field(default_factory=dict)
    """By audience the order of our greatest head that a peer's copies equal, and the ids of what lived then."""

    @property
    def audiences(self) -> set[str]:
        """For whom all that was."""
        signed = [*self.statements.values(), *self.heads]
        return {statement.audience for statement in signed} | {audience for audience, _ in self.lines.values()}

    @property
    def epoch(self) -> int:
        """The highest epoch that our own signature proves; 0 where nothing was found."""
        signed = [*self.statements.values(), *self.heads]
        return max((statement.epoch for statement in signed), default=0)

    def take(self, statement: Statement) -> None:
        known = self.statements.get(statement.id)
        if known is None or known.order < statement.order:
            self.statements[statement.id] = statement


def fetch(
    found: Found, asker: Asks, url: str, standing: Standing, origin: str, audiences: Iterable[str], keyring: Keyring
) -> None:
    """Add all that the peer at `url` holds of us. Raises PeerFault; what came before it stays."""
    fetch_heads(found, standing, origin, keyring)
    heads = {head.audience: head for head in sorted(found.heads, key=lambda head: head.order)}
    for audience in sorted({*audiences, *heads}):
        listed: list[Line] = []
        for bucket in BUCKETS:
            for line in buckets.fetched(lambda target: asker.get(url, target).body, origin, audience, bucket):
                listed += _sort_in(found, line, audience, origin, keyring)
        if audience in heads:
            _compare(found, heads[audience], listed)


def fetch_heads(found: Found, standing: Standing, origin: str, keyring: Keyring) -> None:
    """Add the heads of ours that a peer has told."""
    for line in standing.heads_of({origin}):
        if isinstance(statement := _ours(line, origin, keyring), Statement):
            found.heads.append(statement)


def begin_anew(
    session: Session,
    state: RegisterState,
    found: Found,
    noted_epoch: int,
    now: datetime,
    common: Collection[str] = frozenset(),
) -> Sequence[Lost]:
    """Take back what was forgotten and go to a new epoch, in which all that lives is due to be signed again.

    `noted_epoch` is the witness's; `common` are the audiences of which anybody may hold something. The desk decides what
    becomes of each record that is returned; a caller commits.
    """
    lost = [each for statement in found.statements.values() if (each := _take_back(session, statement)) is not None]
    lost += [_withdraw_unseen(session, name, audience, line) for name, (audience, line) in _unseen(session, found, now)]
    lost += _withdrawn_meanwhile(session, found)
    is_living = RegisterRow.document.is_not(None)
    again = update(RegisterRow).where(is_living)
    session.execute(again.values(dirty=True, revision=RegisterRow.revision + 1))
    _owe_heads(session, {*common, *found.audiences})
    highest = max(found.epoch, noted_epoch, state.epoch, session.scalar(select(func.max(RegisterRow.epoch))) or 0)
    state.epoch, state.seq, state.digest = max(highest + 1, int(now.timestamp())), 0, None
    state.restored_at = now
    session.flush()
    return lost


def _owe_heads(session: Session, audiences: Collection[str]) -> None:
    """A head is due of each of these audiences, and of each that ever had one, also where nothing lives any more.

    Whoever was not heard may hold of it what nobody else remembers, and nothing but a head tells it that this is gone.
    """
    heads = RegisterRow.kind == HEAD
    session.execute(update(RegisterRow).where(heads).values(epoch=None, seq=None, line=None, expires_at=None))
    known = set(session.scalars(select(RegisterRow.id).where(heads)))
    missing = {head_id(audience): audience for audience in sorted(audiences) if head_id(audience) not in known}
    session.add_all(
        RegisterRow(id=name, kind=HEAD, audience=audience, dirty=False) for name, audience in missing.items()
    )
    session.flush()


def _ours(line: bytes, origin: str, keyring: Keyring) -> Statement | Line | None:
    """What a line says of us; a bare line is believed to, None is what another has said or nobody."""
    try:
        told = buckets.read(line)
        if isinstance(told, Line):
            return told
        statement = verify(told, keyring)
    except Refused:
        return None
    return statement if statement.origin == origin else None


def _sort_in(found: Found, line: bytes, audience: str, origin: str, keyring: Keyring) -> list[Line]:
    """Keep what a line says of us; the line by which a head counts the record, where it is a living one."""
    told = _ours(line, origin, keyring)
    if isinstance(told, Line):
        if len(found.lines) >= MAX_LINES_KEPT:
            raise PeerFault("quota", f"more than {MAX_LINES_KEPT} bare lines")
        found.lines[told.id] = audience, told
        return [told]
    if told is None or told.kind == HEAD:
        return []
    found.take(told)
    return [] if told.body is None else [Line(told.id, told.epoch, told.seq, told.not_after, told.digest)]


def _compare(found: Found, head: Statement, listed: Iterable[Line]) -> None:
    """A list that equals our head is whole: what it does not name had been withdrawn when the head was signed."""
    told = [line for line in listed if line.not_after > head.issued_at]
    known = found.whole.get(head.audience)
    if (known is None or known[0] < head.order) and summary(told).root == (head.body or {}).get("root"):
        found.whole[head.audience] = head.order, frozenset(line.id for line in told)


def _take_back(session: Session, statement: Statement) -> Lost | None:
    """Put a statement in the place of what the register knew; None where that was not older.

    What the desk has withdrawn and nobody has signed yet stays withdrawn: it may have done so since it was put back.
    The row keeps no bytes: they are of an epoch that is over, and what lives is signed again.
    """
    row = session.scalars(select(RegisterRow).where(RegisterRow.id == statement.id)).one_or_none()
    if row is not None and row.seq is not None and (row.epoch or 0, row.seq) >= statement.order:
        return None
    if row is not None and row.dirty and row.document is None and statement.body is not None:
        return None
    was_known = row is not None
    if row is None:
        row = RegisterRow(id=statement.id, kind=statement.kind, audience=statement.audience)
        session.add(row)
    row.document = None if statement.body is None else json_text(statement.body)
    row.not_after = None
    row.dirty = statement.body is not None or bool(row.erased)
    row.is_withdrawal = statement.body is None
    row.expires_at = statement.not_after
    _without_bytes(row)
    session.flush()
    return Lost(statement.kind, statement.id, statement.audience, statement.body, was_known)


def _withdrawn_meanwhile(session: Session, found: Found) -> list[Lost]:
    """What the register believes to live although a later head of ours no longer counted it."""
    lost = []
    for audience, (order, names) in found.whole.items():
        rows = session.scalars(
            select(RegisterRow).where(
                RegisterRow.audience == audience,
                RegisterRow.kind != HEAD,
                RegisterRow.line.is_not(None),
                ~RegisterRow.is_withdrawal,
                tuple_(RegisterRow.epoch, RegisterRow.seq) < tuple_(*order),
            )
        )
        for row in [row for row in rows if row.id not in names and row.id not in found.statements]:
            row.document, row.is_withdrawal, row.dirty = None, True, False
            _without_bytes(row)
            lost.append(Lost(row.kind, row.id, row.audience, None, was_known=True))
    session.flush()
    return lost


def _unseen(session: Session, found: Found, now: datetime) -> list[tuple[str, tuple[str, Line]]]:
    """The living bare lines of records of which neither the register nor any peer's statement knows anything."""
    named = [
        (name, told) for name, told in found.lines.items() if name not in found.statements and told[1].not_after > now
    ]
    known = set(session.scalars(select(RegisterRow.id).where(RegisterRow.id.in_([name for name, _ in named]))))
    return [each for each in named if each[0] not in known]


def _withdraw_unseen(session: Session, id: str, audience: str, line: Line) -> Lost:
    """A record of which nothing but the order is left anywhere cannot be taken back: it is withdrawn."""
    session.add(RegisterRow(id=id, kind="unknown", audience=audience, document=None, expires_at=line.not_after))
    session.flush()
    return Lost("unknown", id, audience, None, was_known=False)


def _without_bytes(row: RegisterRow) -> None:
    row.epoch = row.seq = row.issued_at = row.renew_at = row.kid = row.digest = row.line = None


def of_kind(lost: Iterable[Lost], kind: str) -> Mapping[str, Lost]:
    """Those of one kind, by id."""
    return {each.id: each for each in lost if each.kind == kind}
