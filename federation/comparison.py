"""Whether our copies are what their origin says it has: a head held against them, and what is done when they differ.

An origin's head sums up all its records of one audience (head.py). Once a reader has come to the end of a feed, and the
head is the last word of that origin, the same sum over our copies is the same, or something went missing or was kept
from us. Then whole buckets are fetched (repair.py) and adopted here: a list that hashes to what the origin has signed
is the truth about that bucket, so what it names comes in on that one signature, and what it does not name goes.

Of a record whose time ran out after the head was issued only its line is left, and counts like the record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from federation import replica
from federation.apply import row_of, write_copies
from federation.database import insert_for, table_of
from federation.head import Line, Summary, summary
from federation.order import FORGOTTEN
from federation.replica import Copy, ForkProof, Match
from federation.statement import Statement
from federation.upkeep import BODILESS, move

HEAD = "head"


@dataclass(frozen=True)
class Head:
    """What an origin says about all its records of one audience below `order`."""

    origin: str
    audience: str
    order: tuple[int, int]
    issued_at: datetime
    received_at: datetime
    count: int
    root: str
    lease_until: datetime

    @classmethod
    def of(cls, copy: Copy) -> "Head":
        body = copy.body
        return cls(
            origin=copy.origin,
            audience=copy.audience,
            order=(copy.epoch, copy.seq),
            issued_at=copy.issued_at,
            received_at=copy.received_at,
            count=body["count"],
            root=body["root"],
            lease_until=datetime.fromisoformat(body["lease_until"]),
        )

    def lends_until(self, longest: timedelta) -> datetime:
        """Until when copies of persons' records may be shown on the strength of this head."""
        return min(self.lease_until, self.issued_at + longest, self.received_at + longest)


class Bucket(NamedTuple):
    """What a source lists of one bucket: records, and the bare lines of those whose time has run out."""

    statements: Sequence[Statement]
    lines: Sequence[Line]


def lines_of(session: Session, origin: str, audience: str, at: datetime) -> list[Line]:
    """What a head issued `at` that instant would describe, were our copies the origin's own."""
    told = {"origin": origin, "audience": audience, "at": at}
    return [Line._make(line) for line in session.execute(_LINES, told)]


def summed_up(session: Session, head: Head) -> Summary:
    """Our copies as the head would describe them."""
    return summary(lines_of(session, head.origin, head.audience, head.issued_at))


def unproved(session: Session, origins: Collection[str], now: datetime) -> list[Head]:
    """The heads of these origins that our copies can be, and were not yet found equal to, or lack bodies of.

    Only a head that is the origin's last word about its audience, as far as we have heard: one that speaks of what we
    are still to be told, or that lies behind us, would differ without anything being wrong.
    """
    told = {"origins": list(origins), "now": now}
    return [Head.of(copy) for copy in session.scalars(_UNPROVED, told)]


def all_proved(session: Session, origins: Collection[str]) -> bool:
    """Whether our copies were found equal to the latest head of every audience of these origins."""
    return session.execute(_OPEN_ONE, {"origins": list(origins)}).first() is None


def lacking(session: Session, head: Head, now: datetime) -> set[str]:
    """The buckets with records that live and of which only the line is left here: their lease had ended.

    None while the head lends nothing: they could not be shown.
    """
    return set(session.scalars(_LACKING, {"origin": head.origin, "audience": head.audience, "now": now}))


def prove(session: Session, head: Head, now: datetime, longest: timedelta) -> bool | None:
    """Whether our copies equal the head now; if so, it is noted, and with it the lease. A caller commits.

    None when the head is no longer the last word. `longest` is the longest time for which the network lends copies of
    persons' records.
    """
    replica.lock(session)
    if not _is_last_word(session, head):
        return None
    if summed_up(session, head).root != head.root:
        return False
    epoch, seq = head.order
    told = {
        "epoch": epoch,
        "seq": seq,
        "issued_at": head.issued_at,
        "matched_at": now,
        "lease_until": head.lends_until(longest),
    }
    noting = _noting(session.get_bind().dialect.name)
    session.execute(noting, {"origin": head.origin, "audience": head.audience, **told})
    return True


def is_whole(session: Session, head: Head, now: datetime, longest: timedelta) -> bool:
    """Whether our copies equal the head, which is noted, and none lacks its body. A caller commits.

    A head that was overtaken since it was read leaves nothing to mend: the next one will speak.
    """
    is_equal = prove(session, head, now, longest)
    return is_equal is None or (is_equal and not lacking(session, head, now))


class Adopted(NamedTuple):
    """How many records came in, and how many went."""

    new: int
    dropped: int


def adopt(session: Session, head: Head, bucket: str, listed: Bucket, source: str, now: datetime) -> Adopted | None:
    """Make our copies of a bucket what a list says that hashes to the head's digest of it. A caller commits.

    None when the head is no longer the last word: something arrived meanwhile, and the next head will speak of it.
    No order ever falls: what we hold in a higher one stays, whatever is listed.
    """
    counter = replica.lock(session)
    if not _is_last_word(session, head):
        return None
    held = _held(session, head, bucket)
    missing = [each for each in listed.statements if each.order > _order(held.get(each.id)) or _lacks(held, each)]
    rows = [row_of(each, place, source, now) for place, each in enumerate(missing, start=counter.position + 1)]
    counter.position += len(rows)
    bare = [line for line in listed.lines if (line.epoch, line.seq) > _order(held.get(line.id))]
    rows += [
        _bare_row(head, bucket, line, place, source, now) for place, line in enumerate(bare, start=counter.position + 1)
    ]
    counter.position += len(bare)
    write_copies(session, rows)
    named = {each.id for each in listed.statements} | {line.id for line in listed.lines}
    gone = [
        (head.origin, name)
        for name, copy in held.items()
        if name not in named and not copy.withdrawn and copy.seq > 0 and copy.not_after > head.issued_at
    ]
    move(session, counter, gone, {**BODILESS, "withdrawn": True})
    session.flush()
    return Adopted(len(missing), len(gone))


def _held(session: Session, head: Head, bucket: str) -> Mapping[str, Any]:
    told = {"origin": head.origin, "audience": head.audience, "bucket": bucket}
    return {copy.id: copy for copy in session.execute(_HELD, told)}


def _order(copy: Any) -> tuple[int, int]:
    return FORGOTTEN if copy is None else (copy.epoch, copy.seq)


def _lacks(held: Mapping[str, Any], statement: Statement) -> bool:
    """Whether we hold the line of this very statement, and not its body."""
    copy = held.get(statement.id)
    if copy is None or copy.size:
        return False
    return statement.order == _order(copy) and bool(statement.digest == copy.digest)


def _bare_row(head: Head, bucket: str, line: Line, place: int, source: str, now: datetime) -> dict[str, Any]:
    return {
        "origin": head.origin,
        "id": line.id,
        "kind": "",
        "audience": head.audience,
        "bucket": bucket,
        "epoch": line.epoch,
        "seq": line.seq,
        "issued_at": head.issued_at,
        "not_after": line.not_after,
        "position": place,
        "withdrawn": False,
        "problem": None,
        "received_at": now,
        "source": source,
        "kid": "",
        "digest": line.digest,
        "size": 0,
        "line": None,
    }


def _is_last_word(session: Session, head: Head) -> bool:
    epoch, seq = head.order
    told = {"origin": head.origin, "audience": head.audience, "epoch": epoch, "seq": seq}
    return session.execute(_LAST_WORD, told).first() is not None


# Asked of every head of every visit, and built once: SQLAlchemy takes longer to put them together than the database to
# answer. `origin`, `audience`, `now` and the like are bound when they are asked.

_WITHIN = (Copy.origin == bindparam("origin"), Copy.audience == bindparam("audience"))
_LINES = select(Copy.id, Copy.epoch, Copy.seq, Copy.not_after, Copy.digest).where(
    *_WITHIN, Copy.kind != HEAD, ~Copy.withdrawn, Copy.not_after > bindparam("at"), Copy.seq > 0
)
_HELD = select(Copy.id, Copy.epoch, Copy.seq, Copy.digest, Copy.withdrawn, Copy.not_after, Copy.size).where(
    *_WITHIN, Copy.bucket == bindparam("bucket"), Copy.kind != HEAD
)


@cache
def _noting(dialect: str) -> Any:
    upsert = insert_for(dialect, table_of(Match))
    told = {name: each for name, each in upsert.excluded.items() if name not in ("origin", "audience")}
    return upsert.on_conflict_do_update(index_elements=["origin", "audience"], set_=told)


def _same(one: Any, other: Any) -> tuple[ColumnElement[bool], ...]:
    return one.origin == other.origin, one.audience == other.audience


def _bodiless(copy: Any) -> tuple[ColumnElement[bool], ...]:
    """Whether the body of a live record is missing that its origin's last proved head lends."""
    is_lent = select(Match.origin).where(*_same(Match, copy), Match.lease_until > bindparam("now")).exists()
    return copy.line.is_(None), ~copy.withdrawn, copy.seq > 0, copy.not_after > bindparam("now"), is_lent


_other = aliased(Copy)
_IS_OF_NEWER_EPOCH = select(_other.id).where(*_same(_other, Copy), _other.epoch > Copy.epoch).exists()
_IS_BEHIND = select(_other.id).where(*_same(_other, Copy), _other.epoch == Copy.epoch, _other.seq > Copy.seq).exists()
_IS_OVERTAKEN = or_(_IS_OF_NEWER_EPOCH, _IS_BEHIND)
"""In two questions: of a pair of columns the databases look up the first alone, and read the whole epoch."""
_LAST_WORD = select(Copy.id).where(
    *_WITHIN, Copy.kind == HEAD, Copy.epoch == bindparam("epoch"), Copy.seq == bindparam("seq"), ~_IS_OVERTAKEN
)
_LACKING = select(Copy.bucket).where(*_WITHIN, *_bodiless(Copy)).distinct()
_IS_PROVED = select(Match.origin).where(*_same(Match, Copy), Match.epoch == Copy.epoch, Match.seq == Copy.seq).exists()
_IS_BARRED = select(ForkProof.origin).where(ForkProof.origin == Copy.origin, ForkProof.epoch >= Copy.epoch).exists()
_HEADS = select(Copy).where(
    Copy.origin.in_(bindparam("origins", expanding=True)), Copy.kind == HEAD, Copy.line.is_not(None)
)
_OPEN_ONE = _HEADS.with_only_columns(Copy.id).where(~_IS_PROVED).limit(1)
_UNPROVED = _HEADS.where(
    Copy.problem.is_(None),
    ~_IS_OVERTAKEN,
    or_(~_IS_PROVED, select(_other.id).where(*_same(_other, Copy), *_bodiless(_other)).exists()),
    ~_IS_BARRED,
).order_by(Copy.origin, Copy.audience)
