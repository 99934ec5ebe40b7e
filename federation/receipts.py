"""Who has confirmed that what we erased is gone there too, and what becomes of those who never do.

An erasure is a withdrawal with a question behind it. From then on the heads of its audience carry `ask`, and each holder
whose copies such a head describes rightly sends us one sealed receipt: "of this audience I hold what your head of this
order says". One sentence covers everything below it, so a holder has one receipt for each origin, replaced and never
multiplied. Whoever was a member when the erasure was published is waited for: until the receipt, or until the copies that
it may still hold have ended by themselves. A person's copies end with the lease, which no head has prolonged since; all
others end with their own time.

A receipt is its member's word. Who wants to keep a copy keeps it; this shows who has fallen behind, not who lies.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from marshmallow import ValidationError
from sqlalchemy import BigInteger, ForeignKey, String, bindparam, case, delete, exists, func, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from federation import register
from federation.database import Database, UtcDateTime
from federation.members import Member, Roster
from federation.register import RegisterBase, RegisterRow
from federation.replica import USED, Copy, Match
from federation.roster import RosterStore
from federation.sealing import SEALED, Address, NotOpened, seal, sealed_to
from federation.trust import key_to
from schemas.kinds import LEASED_KINDS
from schemas.sealed import COVERS_MAX, ReceiptDocument
from schemas.statement import RECORD_LIFE

KIND = "receipt"
HEAD = "head"
AFTER_LEASE = timedelta(hours=1)
"""Within so long after the end of its lease every holder has deleted the bytes of a copy."""
KEPT = timedelta(days=90)
"""So long a closed erasure can still be looked up."""

_RECEIPT = ReceiptDocument()


class Erasure(RegisterBase):
    """An erased record of ours: the order from which on a head covers its withdrawal, and until when copies can outlive it.

    `is_listed`: the members to be waited for have been written down.
    """

    __tablename__ = "erasure"

    record_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    audience: Mapped[str] = mapped_column(String(64))
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_listed: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    holders: Mapped[list["ErasureHolder"]] = relationship(
        cascade="all, delete-orphan", order_by="ErasureHolder.member", lazy="selectin"
    )

    @property
    def confirmed(self) -> list["ErasureHolder"]:
        return [holder for holder in self.holders if holder.confirmed_at is not None]

    @property
    def missing(self) -> list["ErasureHolder"]:
        """Those who have not confirmed; empty once all have."""
        return [holder for holder in self.holders if holder.confirmed_at is None]


class ErasureHolder(RegisterBase):
    """A member that could hold a copy of what was erased, and when its receipt came."""

    __tablename__ = "erasure_holder"

    record_id: Mapped[str] = mapped_column(ForeignKey("erasure.record_id", ondelete="CASCADE"), primary_key=True)
    member: Mapped[str] = mapped_column(String(40), primary_key=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReceiptGiven(RegisterBase):
    """What our receipt to an origin says of one audience."""

    __tablename__ = "receipt_given"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    audience: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Matched(NamedTuple):
    """A head that our copies were found equal to, and the `ask` in it."""

    origin: str
    audience: str
    epoch: int
    seq: int
    ask: int


def note(session: Session, row: RegisterRow, order: tuple[int, int], erased_at: datetime, lease: timedelta) -> None:
    """Note the erasure of a record that was withdrawn at that moment, covered by heads from this order on.

    The same withdrawal is noted once. A caller commits.
    """
    known = session.get(Erasure, row.id)
    if known is not None and known.erased_at == erased_at:
        return
    if known is not None:
        session.delete(known)
        session.flush()
    longest = lease + AFTER_LEASE if row.kind in LEASED_KINDS else RECORD_LIFE
    epoch, seq = order
    erasure = Erasure(record_id=row.id, audience=row.audience, epoch=epoch, seq=seq, erased_at=erased_at)
    erasure.ends_at = erased_at + longest
    session.add(erasure)
    session.flush()


def asked(session: Session, audience: str, epoch: int) -> int | None:
    """What a head of this audience and epoch asks for: receipts from this `seq` on; None when nobody is waited for.

    What was erased in an epoch before is covered by any head of this one.
    """
    return session.scalar(_ASKED, {"audience": audience, "epoch": epoch})


def outstanding(session: Session) -> Sequence[Erasure]:
    """The erasures for which somebody is still waited for, the oldest first."""
    wanted = select(Erasure).where(_IS_OPEN, Erasure.is_listed)
    return session.scalars(wanted.order_by(Erasure.erased_at, Erasure.record_id)).all()


def latest_closed(session: Session, limit: int) -> Sequence[Erasure]:
    """The erasures for which nobody is waited for any more, the latest first."""
    wanted = select(Erasure).where(~_IS_OPEN).order_by(Erasure.closed_at.desc(), Erasure.record_id)
    return session.scalars(wanted.limit(limit)).all()


def receipt_for(origin: str) -> str:
    """The id of a holder's receipt to an origin."""
    return f"{KIND}:{origin}"


def take(session: Session, holder: str, content: dict[str, Any], now: datetime) -> None:
    """Note what a member's receipt, already opened, confirms. A caller commits. Raises NotOpened."""
    try:
        covers = _RECEIPT.load(content)["covers"]
    except ValidationError as fault:
        raise NotOpened("content", f"not a receipt: {fault.normalized_messages()}") from fault
    state = register.state(session)
    last = (0, 0) if state is None else (state.epoch, state.seq)
    if any((cover["epoch"], cover["seq"]) > last for cover in covers):
        raise NotOpened("content", "it speaks of a head that we have not issued")
    for cover in covers:
        is_covered = tuple_(Erasure.epoch, Erasure.seq) <= tuple_(cover["epoch"], cover["seq"])
        waiting = (
            select(ErasureHolder)
            .join(Erasure)
            .where(ErasureHolder.member == holder, ErasureHolder.confirmed_at.is_(None))
        )
        for each in session.scalars(waiting.where(Erasure.audience == cover["audience"], is_covered)):
            each.confirmed_at = now


class Receipts:
    """Gives the receipts that others ask of this node, and keeps the list of those that it waits for.

    `transaction` opens one that writes on the desk's database, committed at its end.
    """

    def __init__(
        self,
        origin: str,
        desk: Database,
        replica: Database,
        roster: RosterStore,
        clock: Callable[[], datetime],
        transaction: Callable[[Database], AbstractContextManager[Session]],
    ) -> None:
        self._origin = origin
        self._desk = desk
        self._replica = replica
        self._roster = roster
        self._clock = clock
        self._transaction = transaction
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}
        self._scrubbed_for: list[Matched] = []

    def run_once(self) -> None:
        """Only to be called while the register may be published.

        No receipt goes out before what was erased has left the files as well; while a reader is in the way, it waits.
        """
        roster = self._roster.current()
        if roster is None:
            return
        newly_matched = self._newly_matched()
        if newly_matched and self._has_scrubbed(newly_matched):
            for matched in newly_matched:
                member = roster.members.get(matched.origin)
                if member is None or self._give(matched, member):
                    self._seen[matched.origin, matched.audience] = matched.epoch, matched.seq
        self._follow_up(roster)

    def _has_scrubbed(self, matched: list[Matched]) -> bool:
        """Whether what these heads leave out has left the files, once for each set of heads: it is a lot of work."""
        if matched != self._scrubbed_for and self._replica.scrub():
            self._scrubbed_for = matched
        return matched == self._scrubbed_for

    def _newly_matched(self) -> list[Matched]:
        """The heads with an `ask` that were matched since the last round; those without are passed over for good."""
        found = []
        with self._replica.reading() as session:
            for origin, audience, name, epoch, seq in session.execute(_MATCHED):
                if self._seen.get((origin, audience)) == (epoch, seq):
                    continue
                head = session.get_one(Copy, (origin, name))
                ask = head.body.get("ask")
                if ask is None:
                    self._seen[origin, audience] = epoch, seq
                else:
                    found.append(Matched(origin, audience, epoch, seq, ask))
        return found

    def _give(self, matched: Matched, to: Member) -> bool:
        """Whether the origin has its receipt; False while it has no key to which we may seal one."""
        with self._transaction(self._desk) as session:
            given = session.get(ReceiptGiven, (matched.origin, matched.audience))
            if given is not None and (given.epoch, given.seq) >= (matched.epoch, matched.ask):
                return True
            now = self._clock()
            key = key_to(session, to, now)
            if key is None:
                return False
            session.merge(
                ReceiptGiven(
                    origin=matched.origin,
                    audience=matched.audience,
                    epoch=matched.epoch,
                    seq=matched.seq,
                    given_at=now,
                )
            )
            session.flush()
            address = Address(self._origin, matched.origin, KIND, receipt_for(matched.origin))
            body = seal(_covers(session, matched.origin), address, key)
            register.publish(session, KIND, address.id, sealed_to(matched.origin), body, now + RECORD_LIFE)
        return True

    def _follow_up(self, roster: Roster) -> None:
        """Write down who is waited for, and close what nobody is waited for any more."""
        now = self._clock()
        with self._desk.reading() as session:
            has_old = session.scalar(select(exists().where(Erasure.closed_at <= now - KEPT)))
            if not has_old and not any(_needs_work(each, roster, now) for each in session.scalars(_OPEN)):
                return
        with self._transaction(self._desk) as session:
            for erasure in session.scalars(_OPEN):
                if not erasure.is_listed:
                    erasure.holders = [ErasureHolder(member=each) for each in self._holders(erasure.audience, roster)]
                    erasure.is_listed = True
                if _is_over(erasure, roster, now):
                    erasure.closed_at = now
            session.execute(delete(Erasure).where(Erasure.closed_at <= now - KEPT))

    def _holders(self, audience: str, roster: Roster) -> list[str]:
        """The members that may hold copies of what was for this audience."""
        word, _, only = audience.partition(":")
        others = [member for member in roster.members if member != self._origin]
        return [member for member in others if word != SEALED or member == only]


def _needs_work(erasure: Erasure, roster: Roster, now: datetime) -> bool:
    return not erasure.is_listed or _is_over(erasure, roster, now)


def _is_over(erasure: Erasure, roster: Roster, now: datetime) -> bool:
    """Whether nobody is waited for: all have confirmed or left the network, or no copy can be left."""
    return erasure.ends_at <= now or not any(holder.member in roster.members for holder in erasure.missing)


def _covers(session: Session, origin: str) -> dict[str, Any]:
    wanted = select(ReceiptGiven).where(ReceiptGiven.origin == origin)
    newest = session.scalars(wanted.order_by(ReceiptGiven.given_at.desc(), ReceiptGiven.audience).limit(COVERS_MAX))
    return {"covers": [{"audience": each.audience, "epoch": each.epoch, "seq": each.seq} for each in newest]}


_IS_OPEN = Erasure.closed_at.is_(None)
_OF_THIS_EPOCH = case((Erasure.epoch == bindparam("epoch"), Erasure.seq), else_=0)
_ASKED = select(func.max(_OF_THIS_EPOCH)).where(Erasure.audience == bindparam("audience"), _IS_OPEN)
_OPEN = select(Erasure).where(_IS_OPEN)
_MATCHED = (
    select(Copy.origin, Copy.audience, Copy.id, Copy.epoch, Copy.seq)
    .join(Match, (Match.origin == Copy.origin) & (Match.audience == Copy.audience))
    .where(Copy.kind == HEAD, *USED, Match.epoch == Copy.epoch, Match.seq == Copy.seq)
)
