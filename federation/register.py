"""Our own records, one row each: what the desk wants the network to see, and what it last told the network.

A desk action writes its domain row and calls `publish` or `withdraw` in the same transaction; it never signs and never
waits for anybody. The row only remembers that it is *dirty*, and the publisher, alone and later, signs whatever stands
there then. Ten changes between two of its rounds become one statement.

There is no history of content: a row holds the newest document and the bytes that were last signed, and a withdrawn
record keeps neither. `revision` counts the wishes, so that a change that arrives while the publisher is signing is not
taken for signed. Only the publisher decides whether a withdrawal needs a statement, because only it knows whether
anybody has ever seen the record.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    Update,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from federation.database import NAMING, UtcDateTime, insert_into, json_text, table_of
from federation.statement import strict_json
from federation.witness import Said
from schemas.kinds import LEASED_KINDS
from schemas.shapes import AUDIENCE, RECORD_ID
from schemas.statement import PAYLOAD_MAX_BYTES

DOCUMENT_MAX_BYTES = PAYLOAD_MAX_BYTES - 1024
"""What the envelope leaves of a payload."""
MEMBERS = "members"
IDS_AT_ONCE = 500
STATE_ID = 1


class RegisterBase(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class RegisterRow(RegisterBase):
    """One record of ours.

    `document` and `not_after` are the desk's wish (None: withdrawn; None: no end). From `epoch` on stands what was last
    signed, and `expires_at` is its `not_after`. `erased`: a head is to follow its withdrawal at once.
    """

    __tablename__ = "register"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(64))
    document: Mapped[str | None] = mapped_column(Text)
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(BigInteger, default=1)
    dirty: Mapped[bool] = mapped_column(default=True)
    erased: Mapped[bool] = mapped_column(default=False, server_default=false())

    epoch: Mapped[int | None] = mapped_column(BigInteger)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    renew_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    is_withdrawal: Mapped[bool] = mapped_column(default=False)
    kid: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))
    line: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_register_epoch_seq", "epoch", "seq", unique=True),
        Index("ix_register_dirty", "dirty", sqlite_where=dirty == true(), postgresql_where=dirty == true()),
        Index("ix_register_audience", "audience", "kind", "seq", "issued_at"),
        CheckConstraint("(seq IS NULL) = (line IS NULL)", name="signed_rows_keep_their_bytes"),
    )


class RegisterState(RegisterBase):
    """The one row that orders publishers: the last statement that was signed, and who may sign until when.

    `shut_since` and `shut_why` say since when nothing may be signed, and why (a code of opening.py); None while it may.
    `restored_at` is when the register last began anew after it had been put back.
    """

    __tablename__ = "register_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    digest: Mapped[str | None] = mapped_column(String(64))
    publisher: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shut_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shut_why: Mapped[str | None] = mapped_column(String(20))
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AudienceChanged(ValueError):
    """An id keeps its audience for ever; to narrow or widen it, withdraw the id and publish under a new one."""


class Signed(NamedTuple):
    """What the publisher made of the wish that it read at `revision`."""

    number: int
    revision: int
    audience: str
    epoch: int
    seq: int
    issued_at: datetime
    expires_at: datetime
    renew_at: datetime | None
    is_withdrawal: bool
    kid: str
    digest: str
    line: bytes


def locked_state(session: Session, now: datetime) -> RegisterState:
    """The one row, made when it is missing, and ours until the transaction ends."""
    state = session.scalars(_LOCKED).one_or_none()
    if state is None:
        # The first epoch is the clock's: a node that lost everything and began anew must not speak from below itself.
        first = insert_into(session, table_of(RegisterState)).values(id=STATE_ID, epoch=int(now.timestamp()), seq=0)
        session.execute(first.on_conflict_do_nothing())
        state = session.scalars(_LOCKED).one()
    return state


def new_id() -> str:
    """A random id for a record: 26 characters of [a-z0-9], which say nothing about the record."""
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(26))


def members_audience(network: str) -> str:
    """The audience of all members of the network whose root v1 has this id (16 hex digits)."""
    return f"{MEMBERS}:{network}"


def publish(
    session: Session,
    kind: str,
    id: str,
    audience: str,
    document: dict[str, Any],
    not_after: datetime | None = None,
) -> None:
    """Show this document to the audience, from soon after the caller's commit until `not_after` (None: until withdrawn).

    The audience `members` means the members of the network that the node belongs to; while it belongs to none, the
    record waits. Raises AudienceChanged when the id was published for others, ValueError for an id, an audience or a
    document that no other node would accept.
    """
    _check(kind, id, audience)
    wish = {"kind": kind, "document": _acceptable(document), "not_after": not_after, "dirty": True}
    row = _row(session, id)
    if row is None:
        session.execute(_NEW, {"id": id, "audience": audience, **wish})
    elif not _same_audience(row.audience, audience):
        raise AudienceChanged(f"{id} was published for {row.audience}, not for {audience}: use a new id")
    else:
        _wish(session, row, wish)


def publish_new(
    session: Session, kind: str, audience: str, records: Iterable[tuple[str, dict[str, Any], datetime | None]]
) -> None:
    """The same for many records that are new, each (id, document, not_after): one statement instead of two for each.

    Raises ValueError as `publish` does, IntegrityError for an id that is known.
    """
    rows = []
    for new, document, not_after in records:
        _check(kind, new, audience)
        text = _acceptable(document)
        rows.append(RegisterRow(id=new, kind=kind, audience=audience, document=text, not_after=not_after))
    session.add_all(rows)
    session.flush()


def withdraw(session: Session, id: str) -> None:
    """Take the record from the network; its document leaves the register at once. Unknown ids are passed over."""
    row = _row(session, id)
    if row is not None:
        _wish(session, row, {"document": None, "not_after": None, "dirty": True})


def erase(session: Session, id: str) -> None:
    """Withdraw a record so that everybody hears of it at once. Unknown ids are passed over."""
    row = _row(session, id)
    if row is not None:
        _wish(session, row, {"document": None, "not_after": None, "dirty": True, "erased": True})


def living(session: Session, ids: Collection[str]) -> list[str]:
    """Those of the records that the desk wants the network to see."""
    asked = sorted(set(ids))
    found: list[str] = []
    for first in range(0, len(asked), IDS_AT_ONCE):
        some = asked[first : first + IDS_AT_ONCE]
        found += session.scalars(_LIVING, {"ids": some})
    return found


def is_any_waiting(session: Session, ids: Collection[str]) -> bool:
    """Whether the publisher has still to carry out the last wish about one of these records."""
    return bool(session.scalar(select(exists().where(RegisterRow.id.in_(ids), RegisterRow.dirty))))


def known(session: Session, kind: str, ids: Collection[str]) -> set[str]:
    """Those of the ids under which we have, or ever had, a record of that kind."""
    asked = select(RegisterRow.id).where(RegisterRow.kind == kind, RegisterRow.id.in_(ids))
    return set(session.scalars(asked))


def count_living(session: Session, kind: str) -> int:
    """How many records of a kind the desk wants the network to see."""
    wanted = select(func.count()).where(RegisterRow.kind == kind, RegisterRow.document.is_not(None))
    return session.scalar(wanted) or 0


def status_of(session: Session, id: str) -> str | None:
    """What the network knows of the record: `waiting` (nothing yet), `published` or `withdrawn`; None: unknown id.

    `withdrawn` is also what the desk has just asked for, and what has run past its closing instant.
    """
    is_out = RegisterRow.line.is_not(None) & ~RegisterRow.is_withdrawal
    told = session.execute(select(RegisterRow.document.is_(None), is_out).where(RegisterRow.id == id)).first()
    if told is None:
        return None
    is_withdrawn, is_shown = told
    if is_withdrawn:
        return "withdrawn"
    return "published" if is_shown else "waiting"


def state(session: Session) -> RegisterState | None:
    """The one row, read only; None before anything was signed."""
    return session.scalars(_STATE).one_or_none()


def said(session: Session) -> Said:
    """The last statement that was signed; (0, 0) for none.

    The epoch of a state that has only been shut so far is nothing that was said: it would pass for newer than all that the
    others hold of us. One that has begun anew has chosen its epoch in sight of that.
    """
    last = state(session)
    if last is None or (last.seq == 0 and last.restored_at is None):
        return Said(0, 0, None)
    return Said(last.epoch, last.seq, last.digest)


def is_shut(session: Session) -> bool:
    """Whether nothing is signed at present, because nobody has agreed yet that the register is whole."""
    return session.scalar(select(RegisterState.shut_why)) is not None


def is_published(session: Session, id: str) -> bool:
    """Whether a signed statement of this record is out and nobody has asked to withdraw it."""
    return status_of(session, id) == "published"


def record(session: Session, signed: Iterable[Signed]) -> None:
    """Keep what was signed. A row whose wish has changed since it was read stays dirty."""
    rows = [each._asdict() for each in signed]
    if not rows:
        return
    for row in rows:
        row["read_number"], row["read_revision"] = row.pop("number"), row.pop("revision")
    session.execute(_KEEP, rows)


def settle(session: Session, row: RegisterRow) -> None:
    """Nothing has to be signed for this wish, unless it has changed since the row was read."""
    session.execute(_SETTLE, _as_read(row))


def retire(session: Session, row: RegisterRow) -> None:
    """Keep of an ended record only that its id was used, and for whom; of one that nobody ever saw, nothing.

    A wish that has changed since the row was read is left alone.
    """
    if row.expires_at is None:
        session.execute(_DROP, _as_read(row))
        if row in session:
            session.expunge(row)
    else:
        session.execute(_EMPTY, _as_read(row))


def _as_read(row: RegisterRow) -> dict[str, int]:
    return {"read_number": row.number, "read_revision": row.revision}


def _check(kind: str, id: str, audience: str) -> None:
    if kind in LEASED_KINDS and audience == "public":
        raise ValueError(f"a record of the kind {kind} speaks of a person: it is never public")
    if not RECORD_ID.fullmatch(id) or id.startswith("head:"):
        raise ValueError(f"{id!r} is no id of a record: {RECORD_ID.pattern}, and not head:…")
    if audience != MEMBERS and not AUDIENCE.fullmatch(audience):
        raise ValueError(f"{audience!r} is no audience: {MEMBERS}|{AUDIENCE.pattern}")


def _acceptable(document: dict[str, Any]) -> str:
    """The document as JSON. Raises ValueError for what other nodes would refuse: once signed, it is too late."""
    text = json_text(document)
    size = len(text.encode("utf-8"))
    if size > DOCUMENT_MAX_BYTES:
        raise ValueError(f"the document has {size} bytes, at most {DOCUMENT_MAX_BYTES} fit into a statement")
    strict_json(f'{{"body":{text}}}')
    return text


def _row(session: Session, id: str) -> RegisterRow | None:
    # Locked where rows can be: two actions on one record follow one another, and neither overtakes the publisher.
    return session.scalars(_ROW, {"id": id}).one_or_none()


def _wish(session: Session, row: RegisterRow, wish: dict[str, Any]) -> None:
    """Write the desk's new wish over the old one; the database counts, since the row in memory may be old."""
    session.execute(_wishing(tuple(wish)), {"read_number": row.number, **wish})
    session.expire(row)


def _same_audience(held: str, wanted: str) -> bool:
    return held == wanted or (wanted == MEMBERS and held.startswith(f"{MEMBERS}:"))


# Asked at every change and at every signature: SQLAlchemy takes longer to put a statement together than to ask it.
_TABLE = table_of(RegisterRow)
_IS_IT = _TABLE.c.number == bindparam("read_number")
_IS_AS_READ = _TABLE.c.revision == bindparam("read_revision")


@cache
def _wishing(names: tuple[str, ...]) -> Update:
    """An update of these columns."""
    wish: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(_TABLE).where(_IS_IT).values({"revision": _TABLE.c.revision + 1, **wish})


def _keep() -> Update:
    kept: dict[str, Any] = {name: bindparam(name) for name in Signed._fields if name not in {"number", "revision"}}
    is_dirty = case((_IS_AS_READ, False), else_=_TABLE.c.dirty)
    return update(_TABLE).where(_IS_IT).values({"dirty": is_dirty, **kept})


_STATE = select(RegisterState)
_LOCKED = _STATE.with_for_update()
_ROW = select(RegisterRow).where(RegisterRow.id == bindparam("id")).with_for_update()
_LIVING = (
    select(RegisterRow.id)
    .where(RegisterRow.id.in_(bindparam("ids", expanding=True)), RegisterRow.document.is_not(None))
    .order_by(RegisterRow.id)
)
_NEW = insert(_TABLE)
_KEEP = _keep()
_SETTLE = update(_TABLE).where(_IS_IT, _IS_AS_READ).values(dirty=False)
_DROP = delete(_TABLE).where(_IS_IT, _IS_AS_READ)
_EMPTY = _SETTLE.values(dict.fromkeys(("document", "epoch", "seq", "renew_at", "kid", "digest", "line")))
