"""Which statement wins, decided over one page in sight of what is held.

One order decides, `(epoch, seq)`, and nothing else does: no clock, no arrival, no sender. What is older or equal is
ignored without a word, because lines arrive twice by design. Two different statements with one `(epoch, seq)` prove
that two machines speak for one origin (a cloned disk, a restored backup); the proof is kept, and nothing more is taken
from that origin until it speaks from a higher epoch.

Once our copies were found equal to a head, what is not above that head is ignored, also for an id never seen: the origin
has told what it had at that order, and a relay cannot add to it.

A record that was dropped when its time ran out is still remembered by its order, or else any relay could bring an
older statement with a longer life back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, text, tuple_
from sqlalchemy.orm import Session

from federation.database import json_text
from federation.replica import Copy, ForkProof, Match
from federation.statement import Refused, Statement

FORGOTTEN = (0, 0)
"""The order of a record of which nothing is remembered: any statement is greater."""


class Quota(NamedTuple):
    """How much one origin may have us keep: a hostile or broken member must not fill everybody's disk."""

    records: int = 50_000
    size: int = 256 * 1024 * 1024


class Known(NamedTuple):
    """What is held of a record. `size` is 0 when no body is held any more."""

    order: tuple[int, int]
    audience: str
    size: int


class Intake:
    """The statements of a page that are taken, each record once; what was ignored; what was proved."""

    def __init__(self, session: Session, statements: Sequence[Statement], now: datetime, quota: Quota | None) -> None:
        self._session = session
        self._now = now
        self._quota = quota
        self._known: dict[tuple[str, str], Known] = {}
        self._digests: dict[tuple[str, int, int], str] = {}
        self._in_page: dict[tuple[str, int, int], Statement] = {}
        self.taken: dict[tuple[str, str], Statement] = {}
        self.proofs: dict[str, ForkProof] = {}
        self.ignored = 0
        self._read_copies(statements)
        asked = {"origins": list({statement.origin for statement in statements})}
        self._barred = dict(session.execute(_BARRED, asked).all())
        self._vouched = self._vouched_of(asked)
        self._usage = self._usage_of(asked) if quota else {}

    def take(self, statement: Statement) -> None:
        """Take the statement or ignore it. Raises Refused (`fork`, `audience`, `quota`)."""
        key = statement.origin, statement.id
        place = statement.origin, statement.epoch, statement.seq
        known = self._known.get(key, Known(FORGOTTEN, statement.audience, 0))
        if self._digests.get(place, statement.digest) != statement.digest:
            self._prove_fork(statement)
        is_settled = statement.order <= self._vouched.get((statement.origin, statement.audience), FORGOTTEN)
        if statement.order <= known.order or is_settled or (self.has_expired(statement) and not known.size):
            self.ignored += 1
            return
        if statement.epoch <= self._barred.get(statement.origin, -1):
            raise Refused("fork", "two machines speak for this origin: a higher epoch must end it", statement.origin)
        if statement.audience != known.audience and known.order != FORGOTTEN:
            told = f"{statement.id} was for {known.audience}, now it says {statement.audience}"
            raise Refused("audience", told, statement.origin)
        size = 0 if self.has_expired(statement) else len(statement.line)
        self._count(statement, known.size, size)
        self._known[key] = Known(statement.order, statement.audience, size)
        self._digests[place] = statement.digest
        self._in_page[place] = statement
        self.taken.pop(key, None)
        self.taken[key] = statement

    def has_expired(self, statement: Statement) -> bool:
        """Whether the statement only ends the life of what is held."""
        return statement.not_after <= self._now

    def _read_copies(self, statements: Sequence[Statement]) -> None:
        keys = [(statement.origin, statement.id) for statement in statements]
        places = [(statement.origin, statement.epoch, statement.seq) for statement in statements]
        touched = _TOUCHED[self._session.get_bind().dialect.name]
        for held in self._session.execute(touched, {"keys": json_text(keys), "places": json_text(places)}):
            self._known[held.origin, held.id] = Known((held.epoch, held.seq), held.audience, held.size)
            self._digests[held.origin, held.epoch, held.seq] = held.digest

    def _vouched_of(self, asked: dict[str, list[str]]) -> dict[tuple[str, str], tuple[int, int]]:
        """By origin and audience, the order up to which the origin has vouched for what we hold."""
        matches = self._session.execute(_MATCHES, asked)
        return {(origin, audience): (epoch, seq) for origin, audience, epoch, seq in matches}

    def _usage_of(self, asked: dict[str, list[str]]) -> dict[str, tuple[int, int]]:
        return {origin: (records, size) for origin, records, size in self._session.execute(_USAGE, asked)}

    def _count(self, statement: Statement, before: int, after: int) -> None:
        if self._quota is None:
            return
        records, size = self._usage.get(statement.origin, (0, 0))
        records += (after > 0) - (before > 0)
        size += after - before
        # What shrinks us, and the one head of what all may read, is taken even from an origin that is too big.
        is_welcome = (statement.body is None and before > 0) or statement.id in ("head:public", "head:members")
        if not is_welcome and after and (records > self._quota.records or size > self._quota.size):
            told = f"at most {self._quota.records} records and {self._quota.size} bytes of an origin are held"
            raise Refused("quota", told, statement.origin)
        self._usage[statement.origin] = records, size

    def _prove_fork(self, statement: Statement) -> None:
        """Keep both statements and raise Refused; without the other's bytes nothing is proved and nothing raised."""
        place = statement.origin, statement.epoch, statement.seq
        other = self._in_page.get(place) or self._held_at(place)
        if other is None:
            return
        if statement.epoch > self._barred.get(statement.origin, -1):
            self._barred[statement.origin] = statement.epoch
            self.proofs[statement.origin] = ForkProof(
                origin=statement.origin,
                epoch=statement.epoch,
                seq=statement.seq,
                kid=statement.kid,
                other_kid=other.kid,
                line=statement.line,
                other_line=other.line,
                found_at=self._now,
            )
        told = f"another statement of this origin has epoch {statement.epoch} and seq {statement.seq}"
        raise Refused("fork", told, statement.origin)

    def _held_at(self, place: tuple[str, int, int]) -> Any:
        held = select(Copy.kid, Copy.line).where(tuple_(Copy.origin, Copy.epoch, Copy.seq) == place, Copy.size > 0)
        return self._session.execute(held).first()


# Asked of every page, and built once: SQLAlchemy takes longer to put them together than the database to answer.
_ORIGINS: Any = bindparam("origins", expanding=True)
_BARRED = select(ForkProof.origin, ForkProof.epoch).where(ForkProof.origin.in_(_ORIGINS))
_MATCHES = select(Match.origin, Match.audience, Match.epoch, Match.seq).where(Match.origin.in_(_ORIGINS))
_USAGE = (
    select(Copy.origin, func.count(), func.sum(Copy.size))
    .where(Copy.origin.in_(_ORIGINS), Copy.size > 0)
    .group_by(Copy.origin)
)
_TOUCHED = {
    dialect: text(
        f"""
        SELECT copy.origin, copy.id, copy.epoch, copy.seq, copy.digest, copy.audience, copy.size
        FROM {told.format("keys")} JOIN copy ON copy.origin = {member.format(0)} AND copy.id = {member.format(1)}
        UNION
        SELECT copy.origin, copy.id, copy.epoch, copy.seq, copy.digest, copy.audience, copy.size
        FROM {told.format("places")} JOIN copy
        ON copy.origin = {member.format(0)} AND copy.epoch = {number.format(1)} AND copy.seq = {number.format(2)}
        """  # noqa: S608 - names that stand here
    )
    for dialect, told, member, number in (
        ("sqlite", "json_each(:{}) AS told", "json_extract(told.value, '$[{}]')", "json_extract(told.value, '$[{}]')"),
        (
            "postgresql",
            "json_array_elements(CAST(:{} AS json)) AS told(value)",
            "(told.value->>{})",
            "CAST(told.value->>{} AS bigint)",
        ),
    )
}
"""What is held of records, and at places, told as JSON: one statement for all pages, and each row looked up by its key. For
pairs, `(origin, id) IN (…)`, SQLite reads the whole table.
"""
