"""Everybody's copies, ours included, in the order in which they reached this node.

The replica is a cache in a database of its own: it may be deleted at any time and refills from the network, and no
backup holds it, so an erased person cannot return from a neighbour's backup. For the same reason its tables know no
migrations: `create` makes them anew when their version is not the one of this program.

`position` numbers what happened to the copies, and each record stands at the place of its latest happening. It comes
from one locked counter row, hence no reader ever sees a position appear below one that it has already read. Readers of
two sorts follow it: peers through the feed, who see only statements, and the search index, which must also learn that
a copy was *dropped* (its time ran out, or its origin left). A dropped row keeps no body; it remembers the order of the
last statement, so that a relay cannot bring an older one back to life.
"""

import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Index,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.selectable import TextualSelect

from federation.database import NAMING, Database, UtcDateTime, table_of
from schemas.kinds import LEASED_KINDS

SCHEMA_VERSION = 7
PAGE_SIZE = 16_384
"""Bytes of a page of the SQLite file: it halves time and size for records of 2 KB."""
STATE_ID = 1

HIDDEN = timedelta(days=21)
"""Vacancies of an origin that has confirmed nothing for so long leave the default results."""
TOGETHER = 32
"""So many documents are asked for in one statement."""


class ReplicaBase(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Copy(ReplicaBase):
    """What this node holds of one record.

    `bucket` is the one in which a head of its origin counts it. `problem` says why a held statement is not used; None
    for those that are. `line` is the statement as it travels, None once the copy was dropped.
    """

    __tablename__ = "copy"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(64))
    bucket: Mapped[str] = mapped_column(String(1))
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    position: Mapped[int] = mapped_column(BigInteger, unique=True)
    withdrawn: Mapped[bool]
    problem: Mapped[str | None] = mapped_column(String(500))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(40))
    kid: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    line: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_copy_origin_epoch_seq", "origin", "epoch", "seq"),
        Index("ix_copy_origin_position", "origin", "position"),
        Index("ix_copy_kind_origin_audience", "kind", "origin", "audience"),
        Index("ix_copy_origin_size", "origin", "size"),
        Index("ix_copy_origin_audience_bucket", "origin", "audience", "bucket", "id"),
        Index(
            "ix_copy_bodiless",
            "origin",
            "audience",
            "not_after",
            sqlite_where=text("line IS NULL"),
            postgresql_where=text("line IS NULL"),
        ),
    )

    @property
    def dropped(self) -> bool:
        return self.line is None

    @property
    def used(self) -> bool:
        """Whether people may see it: held, not withdrawn, and understood by this version."""
        return self.line is not None and not self.withdrawn and self.problem is None

    @property
    def payload(self) -> dict[str, Any]:
        """What the origin signed; empty once the copy was dropped. Its signature was verified on arrival."""
        return {} if self.line is None else _signed(self.line)

    @property
    def body(self) -> dict[str, Any]:
        """The document; empty for a withdrawn or dropped record."""
        return self.payload.get("body") or {}


class Document(NamedTuple):
    """What people see of a copy."""

    origin: str
    id: str
    body: dict[str, Any]


class Match(ReplicaBase):
    """The last head of an origin and audience that our copies were found equal to.

    What comes later and is not above it says nothing new: the origin has vouched for all that it had at that order.
    Until `lease_until` its copies of persons' records may be shown here.
    """

    __tablename__ = "match"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    audience: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    matched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)


class ReplicaState(ReplicaBase):
    """The one row that orders all writers. `published_*` is how far our own register was copied here."""

    __tablename__ = "replica_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    schema_version: Mapped[int]
    feed: Mapped[str] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    published_epoch: Mapped[int] = mapped_column(BigInteger, default=0)
    published_seq: Mapped[int] = mapped_column(BigInteger, default=0)


class Peer(ReplicaBase):
    """How far we have read a peer's feed, and how it went. `view` says for whose records (topology.py): the cursor is of it.

    `differing_since`: from when on our copies of what it serves could not be made equal to the heads; None when they are.
    `version` is the program that it says it runs, if it says so. `rounds`, `bytes_read` (bodies, as they came over the wire)
    and `verified` (statements whose signature held) count since the peer became known.
    """

    __tablename__ = "peer"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    feed: Mapped[str | None] = mapped_column(String(64))
    view: Mapped[str | None] = mapped_column(String(32))
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    remaining: Mapped[int] = mapped_column(BigInteger, default=0)
    last_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_ok_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    differing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    differing_why: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[str | None] = mapped_column(String(20))
    rounds: Mapped[int] = mapped_column(BigInteger, default=0)
    bytes_read: Mapped[int] = mapped_column(BigInteger, default=0)
    verified: Mapped[int] = mapped_column(BigInteger, default=0)


class Pushed(ReplicaBase):
    """How far in its own feed a member has come that brings its pages itself, having no address."""

    __tablename__ = "pushed"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    feed: Mapped[str] = mapped_column(String(64))
    cursor: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Staged(ReplicaBase):
    """A page of a bucket that a member brings in several, until the last has come (staging.py). `next`: the id it ends with."""

    __tablename__ = "staged"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audience: Mapped[str] = mapped_column(String(64))
    bucket: Mapped[str] = mapped_column(String(1))
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    next: Mapped[str] = mapped_column(String(64))
    lines: Mapped[bytes] = mapped_column(LargeBinary)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Refusal(ReplicaBase):
    """A line that was not taken, remembered so that the desk can show who sends rubbish and why it is rubbish."""

    __tablename__ = "refusal"

    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    origin: Mapped[str | None] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))
    times: Mapped[int] = mapped_column(default=1)
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("source", "digest"),)


class ForkProof(ReplicaBase):
    """Two statements of an origin with one `(epoch, seq)`: somebody runs a clone of that node. Anyone can verify it."""

    __tablename__ = "fork_proof"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    kid: Mapped[str] = mapped_column(String(64))
    other_kid: Mapped[str] = mapped_column(String(64))
    line: Mapped[bytes] = mapped_column(LargeBinary)
    other_line: Mapped[bytes] = mapped_column(LargeBinary)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)


def create(database: Database) -> None:
    """Make the tables, or make them anew and empty when another version of the program made them.

    A new replica has a new feed id, by which every reader learns that its cursor means nothing here any more.
    """
    with database.setting_up() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtext('replica'))")
            )  # two processes starting at once
        if _version_of(connection) == SCHEMA_VERSION:
            return
        ReplicaBase.metadata.drop_all(connection)
        ReplicaBase.metadata.create_all(connection)
        connection.execute(
            insert(ReplicaState).values(id=STATE_ID, schema_version=SCHEMA_VERSION, feed=secrets.token_hex(8))
        )


def is_made(database: Database) -> bool:
    """Whether its tables are there and those of this version of the program."""
    if database.url.get_backend_name() == "sqlite" and not Path(database.url.database or "").exists():
        return False
    with database.engine.connect() as connection:
        return _version_of(connection) == SCHEMA_VERSION


def lock(session: Session) -> ReplicaState:
    """The counter row, ours until the transaction ends: the first thing that whoever writes copies must ask for."""
    return session.scalars(_LOCKED).one()


def state(session: Session) -> ReplicaState:
    """The feed id, the greatest position, and how far our own register was copied."""
    return session.scalars(_STATE).one()


def end(session: Session) -> tuple[str, int]:
    """The feed id and the greatest position: asked by every peer every few minutes."""
    feed, position = session.execute(_END).one()
    return feed, position


def position(session: Session) -> int:
    """The greatest position."""
    return session.scalars(_POSITION).one()


def get(session: Session, origin: str, id: str) -> Copy | None:
    """The copy of one record, also when it is withdrawn or not usable; None when nothing is held (any more)."""
    copy = session.get(Copy, (origin, id))
    return None if copy is None or copy.dropped else copy


def many(session: Session, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Copy]:
    """The copies of the records named by `(origin, id)`, as far as they are held."""
    ids = defaultdict(list)
    for origin, record in keys:
        ids[origin].append(record)
    if not ids:
        return {}
    # Origin by origin: for pairs, `(origin, id) IN (…)`, SQLite reads the whole table.
    named = [and_(Copy.origin == origin, Copy.id.in_(those)) for origin, those in ids.items()]
    wanted = select(Copy).where(or_(*named), Copy.line.is_not(None))
    return {(copy.origin, copy.id): copy for copy in session.scalars(wanted)}


def documents(
    session: Session, kind: str, audience: str, keys: Iterable[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], Document]:
    """What the used copies named by `(origin, id)` say, those of this kind and audience whose time has not run out.

    A page of results needs twenty: a statement that stands ready costs a tenth of one put together for them. Raises
    ValueError for persons' records, as `live` does.
    """
    _refuse_lent(kind)
    found = {}
    for some in _batches(list(dict.fromkeys(keys))):
        asked = {
            f"{name}_{place}": told for place, key in enumerate(some) for name, told in zip(_NAMES, key, strict=True)
        }
        for origin, record, line, *told, not_after in session.execute(_named(len(some)), asked):
            if told == [kind, audience] and not_after > now:
                found[origin, record] = Document(origin, record, _signed(line).get("body") or {})
    return found


def live(session: Session, kind: str, origin: str | None = None) -> Sequence[Copy]:
    """The used copies of a kind, of one origin or of all, by origin and id.

    Raises ValueError for persons' records: only `lease.shown` knows which of them may be seen.
    """
    _refuse_lent(kind)
    wanted = select(Copy).where(Copy.kind == kind, *USED).order_by(Copy.origin, Copy.id)
    if origin is not None:
        wanted = wanted.where(Copy.origin == origin)
    return session.scalars(wanted).all()


def changes(
    session: Session,
    after: int,
    limit: int,
    audiences: Collection[str] | None = None,
    origins: Collection[str] | None = None,
    dropped: bool = False,
) -> Sequence[Copy]:
    """The records to which something happened after position `after`, each once, at its latest place.

    None means all audiences, all origins. `dropped` adds those of which no body is left: the index must forget them,
    the feed has nothing of them to say.
    """
    told = _asked(after, audiences, origins) | {"limit": limit}
    return session.scalars(_changes(audiences is not None, origins is not None, dropped), told).all()


def statements(
    session: Session, after: int, limit: int, audiences: Collection[str] | None, origins: Collection[str] | None
) -> Sequence[Row[Any]]:
    """The same of what the feed says: `position`, `origin`, `kind`, `audience`, `not_after`, `withdrawn`, `line` of each."""
    told = _asked(after, audiences, origins) | {"limit": limit}
    return session.execute(_statements(audiences is not None, origins is not None), told).all()


def remaining(
    session: Session,
    after: int,
    audiences: Collection[str] | None = None,
    origins: Collection[str] | None = None,
) -> int:
    """How many statements `changes` would still give after that position."""
    told = _asked(after, audiences, origins)
    return session.scalar(_remaining(audiences is not None, origins is not None), told) or 0


def confirmed_at(session: Session) -> dict[str, datetime]:
    """When each origin last said, in a head, that what it has published is all that it stands by."""
    return dict(session.execute(_HEADS).all())


def silent_origins(confirmed: Mapping[str, datetime], now: datetime) -> frozenset[str]:
    """Those that, by what `confirmed_at` says, have been silent for so long that nobody should rely on them."""
    return frozenset(origin for origin, when in confirmed.items() if now - when > HIDDEN)


def counts(session: Session) -> dict[str, int]:
    """How many records of each origin are held, heads and withdrawn ones left out."""
    held = select(Copy.origin, func.count()).where(Copy.line.is_not(None), ~Copy.withdrawn, Copy.kind != "head")
    return dict(session.execute(held.group_by(Copy.origin)).all())


def origins_of(session: Session, kind: str) -> set[str]:
    """Of whom we hold a record of that kind, or its withdrawal."""
    return set(session.scalars(select(Copy.origin).where(Copy.kind == kind).distinct()))


def held(session: Session) -> Sequence[Copy]:
    """The statements that are kept and relayed but not used, latest first; `problem` says why."""
    return session.scalars(_UNUSABLE).all()


def refusals(session: Session) -> Sequence[Refusal]:
    """What was not taken, latest first."""
    return session.scalars(select(Refusal).order_by(Refusal.refused_at.desc(), Refusal.number.desc())).all()


USED: tuple[ColumnElement[bool], ...] = (Copy.line.is_not(None), ~Copy.withdrawn, Copy.problem.is_(None))

# Statements of every page: put together once, because that takes SQLAlchemy longer than the database to answer.
_POSITION = select(ReplicaState.position)
_END = select(*(table_of(ReplicaState).c[name] for name in ("feed", "position")))
_STATE = select(ReplicaState)
_LOCKED = _STATE.with_for_update().execution_options(populate_existing=True)
_HEADS = select(Copy.origin, func.max(Copy.issued_at)).where(Copy.kind == "head", *USED).group_by(Copy.origin)
_UNUSABLE = select(Copy).where(Copy.problem.is_not(None), Copy.line.is_not(None)).order_by(Copy.position.desc())
_NAMES = ("origin", "id")


@cache
def _named(count: int) -> TextualSelect:
    """So many used records. Pair by pair: for `(origin, id) IN (…)`, SQLite reads the whole table; and nothing of kinds or
    times, for which it would leave the key for another index.
    """
    pairs = " OR ".join(f"origin = :origin_{place} AND id = :id_{place}" for place in range(count))
    read = (Copy.origin, Copy.id, Copy.line, Copy.kind, Copy.audience, Copy.not_after)
    asked = f"SELECT {', '.join(each.key for each in read)} FROM copy"  # noqa: S608 - names that stand here
    used = "line IS NOT NULL AND NOT withdrawn AND problem IS NULL"
    return text(f"{asked} WHERE ({pairs}) AND {used}").columns(*read)


def _batches(keys: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The keys in parts of a few sizes, so that few statements serve all: the last one is named again to fill a part."""
    for first in range(0, len(keys), TOGETHER):
        some = keys[first : first + TOGETHER]
        size = 1 << (len(some) - 1).bit_length()
        yield some + some[-1:] * (size - len(some))


def _signed(line: bytes) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(json.loads(line)["payload"])
    return payload


def _refuse_lent(kind: str) -> None:
    if kind in LEASED_KINDS:
        raise ValueError(f"copies of the kind {kind} are lent: ask lease.shown")


@cache
def _changes(of_audiences: bool, of_origins: bool, dropped: bool) -> Select[Copy]:
    happened = select(Copy).where(*_happened(of_audiences, of_origins, dropped))
    return happened.order_by(Copy.position).limit(bindparam("limit"))


@cache
def _statements(of_audiences: bool, of_origins: bool) -> Select[Any]:
    read = (Copy.position, Copy.origin, Copy.kind, Copy.audience, Copy.not_after, Copy.withdrawn, Copy.line)
    wanted: Select[Any] = _changes(of_audiences, of_origins, dropped=False).with_only_columns(*read)  # type: ignore[assignment]
    return wanted


@cache
def _remaining(of_audiences: bool, of_origins: bool) -> Select[int]:
    return select(func.count()).select_from(Copy).where(*_happened(of_audiences, of_origins, dropped=False))


def _happened(of_audiences: bool, of_origins: bool, dropped: bool) -> list[ColumnElement[bool]]:
    """Conditions on the parameters `after` and, where so said, `audiences` and `origins`."""
    conditions: list[ColumnElement[bool]] = [Copy.position > bindparam("after")]
    if of_audiences:
        conditions.append(Copy.audience.in_(bindparam("audiences", expanding=True)))
    if of_origins:
        conditions.append(Copy.origin.in_(bindparam("origins", expanding=True)))
    if not dropped:
        conditions.append(Copy.line.is_not(None))
    return conditions


def _asked(after: int, audiences: Collection[str] | None, origins: Collection[str] | None) -> dict[str, Any]:
    told = {"audiences": audiences, "origins": origins}
    return {"after": after, **{name: list(asked) for name, asked in told.items() if asked is not None}}


def _version_of(connection: Connection) -> int | None:
    if not inspect(connection).has_table(ReplicaState.__tablename__):
        return None
    return connection.scalar(select(ReplicaState.schema_version))
