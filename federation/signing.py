"""What there is to sign at this moment, and as what: the content of the publisher's desk transaction.

Three things make a row due: the desk has changed its mind (dirty), half the life of its statement is over (renewal),
or its time has run out. And an audience is due for a head when its changes have been quiet for a while, so that other
nodes compare states that last, or when its last head grows old, so that they know we are still there.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, delete, exists, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from federation import receipts, register
from federation.database import table_of
from federation.head import Line, summary
from federation.keys import SigningKey
from federation.register import (
    MEMBERS,
    RegisterRow,
    RegisterState,
    Signed,
    members_audience,
    record,
    retire,
    settle,
)
from federation.statement import instant, parse_line, sign
from schemas.head import head_id
from schemas.statement import RECORD_LIFE, VERSION, WITHDRAWAL_LIFE

BATCH = 500
HEAD = "head"
HEAD_QUIET_S = 5
HEAD_APART_S = 60
CLOCK_DOUBT = timedelta(days=1)
"""What ended less long ago by our clock may be alive by that of a holder."""


class Periods(NamedTuple):
    """What the roster prescribes to every publisher."""

    head_every_s: int = 900
    lease_h: int = 96


class AudienceState(NamedTuple):
    """Of one audience: its latest record (or kept withdrawal) and its last head, if any."""

    audience: str
    changed_seq: int
    changed_at: datetime
    head_seq: int | None
    head_at: datetime | None


def is_anything_due(session: Session, now: datetime, network: str | None, periods: Periods) -> bool:
    """Whether `Round` would find something; cheap, because it is asked every second."""
    if session.scalar(_IS_DUE[network is None], {"now": now}):
        return True
    if session.scalar(_OWES_HEAD):
        return True
    state = register.state(session)
    return state is not None and any(_is_head_due(each, now, periods) for each in _audiences(session, state.epoch))


@dataclass
class Round:
    """One desk transaction's worth of signing. The caller holds the state row locked, and commits."""

    session: Session
    state: RegisterState
    origin: str
    key: SigningKey
    now: datetime
    network: str | None
    periods: Periods

    def __post_init__(self) -> None:
        self.issued_at = self.now.replace(microsecond=0)
        self.signed = 0
        self._lease = timedelta(hours=self.periods.lease_h)

    def sign_due(self) -> bool:
        """Sign what is due, heads last. Whether more is waiting than fits into one transaction."""
        rows = self.session.scalars(_DUE[self.network is None], {"now": self.now, "batch": BATCH}).all()
        record(self.session, [signed for row in rows if (signed := self._settle(row))])
        hasty = {row.audience for row in rows if row.erased and row.document is None}
        self._drop_what_nobody_remembers()
        if len(rows) == BATCH:
            return True
        in_use = _audiences(self.session, self.state.epoch)
        for state in in_use:
            if state.audience in hasty or _is_head_due(state, self.now, self.periods):
                self._sign_head(state.audience)
        for audience in sorted(set(self.session.scalars(_OWED)) - {state.audience for state in in_use}):
            self._sign_head(audience)
        return False

    def _settle(self, row: RegisterRow) -> Signed | None:
        ends_at = None if row.not_after is None else row.not_after.replace(microsecond=0)
        is_wanted = row.document is not None and (ends_at is None or ends_at > self.issued_at)
        # A wish of the desk is not taken for done because our clock says so: it may have been ahead, or be so now.
        since = self.now - CLOCK_DOUBT if row.dirty else self.now
        is_alive = row.expires_at is not None and row.expires_at > since
        if is_wanted:
            return self._sign_document(row, ends_at)
        if is_alive and not row.is_withdrawal:
            signed = self._sign(row, row.audience, None, self.issued_at + WITHDRAWAL_LIFE, None)
            if row.erased:
                receipts.note(self.session, row, (signed.epoch, signed.seq), signed.issued_at, self._lease)
            return signed
        if is_alive:
            if row.erased:
                self._note_erased_again(row)
            settle(self.session, row)
        else:
            retire(self.session, row)
        return None

    def _note_erased_again(self, row: RegisterRow) -> None:
        """What is erased was withdrawn before: it is asked for from the next head on, since a receipt from before is not sent
        again. Where a restore has lost the withdrawal, any head of the new epoch covers it.
        """
        order = (self.state.epoch, 0 if row.seq is None else self.state.seq + 1)
        receipts.note(self.session, row, order, row.issued_at or self.issued_at, self._lease)

    def _sign_document(self, row: RegisterRow, ends_at: datetime | None) -> Signed:
        audience = row.audience
        if audience == MEMBERS and self.network is not None:
            audience = members_audience(self.network)
        longest = self.issued_at + RECORD_LIFE
        is_last = ends_at is not None and ends_at <= longest
        not_after = ends_at if is_last and ends_at is not None else longest
        renew_at = None if is_last else self.issued_at + RECORD_LIFE / 2
        return self._sign(row, audience, json.loads(row.document or "null"), not_after, renew_at)

    def _sign(
        self, row: RegisterRow, audience: str, body: Any, not_after: datetime, renew_at: datetime | None
    ) -> Signed:
        self.state.seq += 1
        payload = {
            "v": VERSION,
            "origin": self.origin,
            "kind": row.kind,
            "id": row.id,
            "epoch": self.state.epoch,
            "seq": self.state.seq,
            "audience": audience,
            "issued_at": instant(self.issued_at),
            "not_after": instant(not_after),
            "body": body,
        }
        line = sign(payload, self.key)
        self.state.digest = parse_line(line).digest
        self.signed += 1
        return Signed(
            number=row.number,
            revision=row.revision,
            audience=audience,
            epoch=self.state.epoch,
            seq=self.state.seq,
            issued_at=self.issued_at,
            expires_at=not_after,
            renew_at=renew_at,
            is_withdrawal=body is None,
            kid=self.key.kid,
            digest=self.state.digest,
            line=line,
        )

    def _sign_head(self, audience: str) -> None:
        not_after = self.issued_at + RECORD_LIFE
        body = summary(_live(self.session, audience, self.issued_at)).body(
            lease_until=self.issued_at + self._lease, ask=receipts.asked(self.session, audience, self.state.epoch)
        )
        row = self.session.scalars(_ROW, {"id": head_id(audience)}).one_or_none()
        if row is None:
            row = RegisterRow(id=head_id(audience), kind=HEAD, audience=audience, dirty=False)
            self.session.add(row)
            self.session.flush()
        record(self.session, [self._sign(row, audience, body, not_after, None)])

    def _drop_what_nobody_remembers(self) -> None:
        self.session.execute(_FORGET, {"ended_at": self.now - RECORD_LIFE})


def _due(is_alone: bool) -> ColumnElement[bool]:
    """`is_alone`: the node belongs to no network, and what is for members waits."""
    is_wanted: ColumnElement[bool] = RegisterRow.dirty.is_(True)
    if is_alone:
        is_wanted = and_(is_wanted, or_(RegisterRow.audience != MEMBERS, RegisterRow.document.is_(None)))
    has_ended = and_(RegisterRow.expires_at <= bindparam("now"), RegisterRow.line.is_not(None))
    return or_(is_wanted, RegisterRow.renew_at <= bindparam("now"), has_ended)


def _audiences(session: Session, epoch: int) -> list[AudienceState]:
    """The audiences in use: those that have a live record or a kept withdrawal.

    What was signed before this epoch began counts as before its first number: its heads describe nothing any more.
    """
    records: dict[str, list[Any]] = {}
    heads: dict[str, list[Any]] = {}
    for audience, is_of_heads, *told in session.execute(_LATEST, {"epoch": epoch}):
        (heads if is_of_heads else records)[audience] = told
    return [
        AudienceState(audience, *records[audience], *heads.get(audience, (None, None))) for audience in sorted(records)
    ]


def _is_head_due(state: AudienceState, now: datetime, periods: Periods) -> bool:
    has_rested = _elapsed_s(state.changed_at, now) >= HEAD_QUIET_S
    if state.head_seq is None or state.head_at is None:
        return has_rested
    age_s = _elapsed_s(state.head_at, now)
    has_changed = state.changed_seq > state.head_seq
    return age_s >= periods.head_every_s or (has_changed and has_rested and age_s >= HEAD_APART_S)


def _elapsed_s(then: datetime, now: datetime) -> float:
    """Seconds since then. A clock that was set back must not silence us: what lies ahead counts as long ago."""
    elapsed_s = (now - then).total_seconds()
    return elapsed_s if elapsed_s > -1 else float("inf")


def _live(session: Session, audience: str, at: datetime) -> Sequence[Line]:
    return [Line._make(told) for told in session.execute(_LIVE, {"audience": audience, "at": at})]


# Asked every second, and built once: SQLAlchemy takes longer to put them together than the database to answer.
_IS_DUE = {is_alone: select(exists().where(_due(is_alone))) for is_alone in (True, False)}
_DUE = {
    # A row within an open action is passed over: it comes next time, and nobody waits for anybody.
    is_alone: select(RegisterRow)
    .where(_due(is_alone))
    .order_by(RegisterRow.number)
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True)
    for is_alone in (True, False)
}
_IS_HEAD = RegisterRow.kind == HEAD
_LATEST = (
    select(
        RegisterRow.audience,
        _IS_HEAD,
        func.max(case((RegisterRow.epoch == bindparam("epoch"), RegisterRow.seq), else_=0)),
        func.max(RegisterRow.issued_at),
    )
    .where(RegisterRow.seq.is_not(None))
    .group_by(RegisterRow.audience, _IS_HEAD)
)
_OWED = select(RegisterRow.audience).where(_IS_HEAD, RegisterRow.seq.is_(None), RegisterRow.expires_at.is_(None))
"""The audiences that had a head before everything began anew, or may have had one: a new one has to say what is left."""
_OWES_HEAD = select(_OWED.exists())
_ROW = select(RegisterRow).where(RegisterRow.id == bindparam("id"))
_LIVE = select(RegisterRow.id, RegisterRow.epoch, RegisterRow.seq, RegisterRow.expires_at, RegisterRow.digest).where(
    RegisterRow.audience == bindparam("audience"),
    RegisterRow.kind != HEAD,
    RegisterRow.seq.is_not(None),
    ~RegisterRow.is_withdrawal,
    RegisterRow.expires_at > bindparam("at"),
)
_ROWS = table_of(RegisterRow).c
_FORGET = delete(table_of(RegisterRow)).where(
    _ROWS.expires_at <= bindparam("ended_at"), _ROWS.line.is_(None), ~_ROWS.dirty
)
