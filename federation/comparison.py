"""Whether our copies are what their origin says it has: a head held against them, and what is done when they differ.

An origin's head sums up all its records of one audience (head.py). Once a reader has come to the end of a feed, and the
head is the last word of that origin, the same sum over our copies is the same, or something went missing or was kept
from us. Then whole buckets are fetched (repair.py) and adopted here: a list that hashes to what the origin has signed
is the truth about that bucket, so what it names comes in on that one signature, and what it does not name goes.

Of a record whose time ran out after the head was issued only its line is left, and counts like the record.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from federation import replica
from federation.apply import row_of, write_copies
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
    columns = (Copy.id, Copy.epoch, Copy.seq, Copy.not_after, Copy.digest)
    wanted = select(*columns).where(Copy.origin == origin, Copy.audience == audience, Copy.kind != HEAD)
    wanted = wanted.where(~Copy.withdrawn, Copy.not_after > at, Copy.seq > 0)
    return [Line._make(told) for told in session.execute(wanted)]


def summed_up(session: Session, head: Head) -> Summary:
    """Our copies as the head would describe them."""
    return summary(lines_of(session, head.origin, head.audience, head.issued_at))


def unproved(session: Session, origins: Collection[str], now: datetime) -> list[Head]:
    """The heads of these origins that our copies can be, and were not yet found equal to, or lack bodies of.

    Only a head that is the origin's last word about its audience, as far as we have heard: one that speaks of what we
    are still to be told, or that lies behind us, would differ without anything being wrong.
    """
    other = aliased(Copy)
    is_above = tuple_(other.epoch, other.seq) > tuple_(Copy.epoch, Copy.seq)
    is_of_the_same = and_(other.origin == Copy.origin, other.audience == Copy.audience, is_above)
    is_barred = and_(ForkProof.origin == Copy.origin, ForkProof.epoch >= Copy.epoch)
    heads = select(Copy).where(
        Copy.origin.in_(origins),
        Copy.kind == HEAD,
        Copy.line.is_not(None),
        Copy.problem.is_(None),
        ~select(other.id).where(is_of_the_same).exists(),
        or_(~_is_proved(), _lacks_bodies(now)),
        ~select(ForkProof.origin).where(is_barred).exists(),
    )
    return [Head.of(copy) for copy in session.scalars(heads.order_by(Copy.origin, Copy.audience))]


def all_proved(session: Session, origins: Collection[str]) -> bool:
    """Whether our copies were found equal to the latest head of every audience of these origins."""
    open_ones = select(Copy.id).where(
        Copy.origin.in_(origins),
        Copy.kind == HEAD,
        Copy.line.is_not(None),
        ~_is_proved(),
    )
    return session.execute(open_ones.limit(1)).first() is None


def lacking(session: Session, head: Head, now: datetime) -> set[str]:
    """The buckets with records that live and of which only the line is left here: their lease had ended.

    None while the head lends nothing: they could not be shown.
    """
    wanted = select(Copy.bucket).where(*_within(head), *_bodiless(Copy, now), _is_lent(Copy, now))
    return set(session.scalars(wanted.distinct()))


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
    session.merge(
        Match(
            origin=head.origin,
            audience=head.audience,
            epoch=epoch,
            seq=seq,
            issued_at=head.issued_at,
            matched_at=now,
            lease_until=head.lends_until(longest),
        )
    )
    session.flush()
    return True


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


def _is_proved() -> ColumnElement[bool]:
    """Whether a head, as it stands in Copy, is the one that was last found equal."""
    place = (Match.origin == Copy.origin, Match.audience == Copy.audience)
    return select(Match.origin).where(*place, Match.epoch == Copy.epoch, Match.seq == Copy.seq).exists()


def _lacks_bodies(now: datetime) -> ColumnElement[bool]:
    """Whether bodies are missing of what a head, as it stands in Copy, describes and lends."""
    other = aliased(Copy)
    place = (other.origin == Copy.origin, other.audience == Copy.audience)
    return select(other.id).where(*place, *_bodiless(other, now), _is_lent(other, now)).exists()


def _bodiless(copy: Any, now: datetime) -> Iterable[ColumnElement[bool]]:
    return copy.line.is_(None), ~copy.withdrawn, copy.seq > 0, copy.not_after > now


def _is_lent(copy: Any, now: datetime) -> ColumnElement[bool]:
    place = (Match.origin == copy.origin, Match.audience == copy.audience)
    return select(Match.origin).where(*place, Match.lease_until > now).exists()


def _held(session: Session, head: Head, bucket: str) -> Mapping[str, Any]:
    columns = (Copy.id, Copy.epoch, Copy.seq, Copy.digest, Copy.withdrawn, Copy.not_after, Copy.size)
    wanted = select(*columns).where(*_within(head), Copy.bucket == bucket, Copy.kind != HEAD)
    return {copy.id: copy for copy in session.execute(wanted)}


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
    is_above = tuple_(Copy.epoch, Copy.seq) > tuple_(epoch, seq)
    here = select(Copy.id).where(*_within(head), Copy.kind == HEAD, Copy.epoch == epoch, Copy.seq == seq)
    return (
        session.execute(here).first() is not None
        and session.execute(select(Copy.id).where(*_within(head), is_above).limit(1)).first() is None
    )


def _within(head: Head) -> Iterable[ColumnElement[bool]]:
    return Copy.origin == head.origin, Copy.audience == head.audience
