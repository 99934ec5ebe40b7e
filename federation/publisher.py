"""The only signer: it turns the register's wishes into statements, and hands them to the replica.

Three steps, each of which may be the last before a power cut:

1. One desk transaction numbers, signs and stores the exact bytes. From its commit on, these bytes are what this origin
   has said; nothing is ever signed again under the same `seq`.
2. The witness file notes, outside the database, the last statement. It is written before anyone else can see that
   statement, so a database that is behind its witness has been restored from a backup.
3. One replica transaction per page copies the bytes, with a cursor of its own. Only now they are served.

Each run begins by asking what the last one left undone, so a crash between two steps needs no repair. A leased row
keeps two publishers from working at once; were one to wake up after its lease has ended, the locked row still keeps it
from signing, and steps 2 and 3 only ever repeat what the register says.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, bindparam, delete, select, tuple_, update
from sqlalchemy.orm import Session

from federation import register, replica
from federation.apply import store
from federation.comparison import summed_up, unproved
from federation.database import Database
from federation.keys import SigningKey
from federation.register import RegisterRow, RegisterState, locked_state
from federation.replica import Copy
from federation.signing import HEAD, Periods, Round, is_anything_due
from federation.statement import Statement, parse_line, read
from federation.upkeep import BODILESS, move
from federation.witness import Witness

_log = logging.getLogger(__name__)

LEASE_S = 10
"""So long a publisher that died keeps the next one waiting."""
COPY_PAGE = 500


class Publisher:
    """Signs for one origin. `network` gives the id of the network, None while the node belongs to none."""

    def __init__(
        self,
        desk: Database,
        replica: Database,
        key: SigningKey,
        origin: str,
        witness: Path,
        network: Callable[[], str | None],
        clock: Callable[[], datetime],
        periods: Callable[[], Periods] = Periods,
    ) -> None:
        self.desk = desk
        self.replica = replica
        self.key = key
        self.origin = origin
        self.witness = witness
        self._witness = Witness(witness, origin)
        self.network = network
        self.clock = clock
        self.periods = periods
        self._name = secrets.token_hex(8)

    def run_once(self) -> int:
        """Sign all that is due and bring witness and replica up to the register; the number of statements signed.

        Raises OSError when the witness cannot be written: nothing is served then, and the next run tries again.
        """
        total, is_more = 0, True
        while is_more:
            done = self._sign()
            if done is None:
                break
            signed, is_more = done
            total += signed
            self._write_witness()
            self._copy()
        if total:
            self._mend()
        return total

    def release(self) -> None:
        """Give the lease back at an orderly end, so that the next publisher need not wait for it to run out."""
        with self.desk.writing() as session:
            ours = update(RegisterState).where(RegisterState.publisher == self._name)
            session.execute(ours.values(publisher=None, leased_until=None))
            session.commit()

    def _sign(self) -> tuple[int, bool] | None:
        """One desk transaction: how many were signed, and whether more is due. None: another publisher is at work."""
        now, network, periods = self.clock(), self.network(), self.periods()
        with self.desk.reading() as session:
            if self._is_leased_to_another(register.state(session), now):
                return None
            if not is_anything_due(session, now, network, periods):
                return 0, False
        with self.desk.writing() as session:
            state = locked_state(session, now)
            if self._is_leased_to_another(state, now):
                return None
            state.publisher = self._name
            state.leased_until = now + timedelta(seconds=LEASE_S)
            work = Round(session, state, self.origin, self.key, now, network, periods)
            is_more = work.sign_due()
            session.commit()
        return work.signed, is_more

    def _is_leased_to_another(self, state: RegisterState | None, now: datetime) -> bool:
        if state is None or state.leased_until is None or state.publisher == self._name:
            return False
        # A lease that ends too far ahead was taken by a clock that has been set back since.
        return now < state.leased_until <= now + timedelta(seconds=LEASE_S)

    def _write_witness(self) -> None:
        with self.desk.reading() as session:
            said = register.said(session)
        if said.digest is not None:
            self._witness.note(said)

    def _copy(self) -> None:
        """Bring the replica up to the register, in pages, all from one snapshot of the register."""
        with self.desk.reading() as session:
            state = register.state(session)
            if state is None:
                return
            with self.replica.reading() as copies:
                held = replica.state(copies)
                cursor = held.published_epoch, held.published_seq
            last = state.epoch, state.seq
            while cursor < last:
                statements = _signed_after(session, cursor)
                cursor = statements[-1].order if len(statements) == COPY_PAGE else last
                self._store(statements, cursor)

    def _mend(self) -> None:
        """Our own copies are held against our own heads, too: lost rows are copied again from the register.

        No record that was withdrawn can come back so: the register has nothing of it but the withdrawal. What is still
        too much then was said once by a machine that is no more, and brought to us by others: it is dropped.
        """
        is_torn, bodiless = self._torn()
        if not is_torn:
            return
        _log.warning("the copies of our own records are not what we have signed: all are copied again")
        with self.replica.writing() as session:
            counter = replica.lock(session)
            counter.published_epoch, counter.published_seq = 0, 0
            session.execute(delete(Copy).where(Copy.origin == self.origin, Copy.id.in_(bodiless)))
            session.commit()
        self._copy()
        if self._torn()[0]:
            self._drop_surplus()

    def _torn(self) -> tuple[bool, Sequence[str]]:
        """Whether our own copies are not what we have signed; and those live records of ours whose copies lost their
        bytes while our clock stood wrong: counted, and served to nobody.
        """
        with self.replica.reading() as session:
            heads = unproved(session, {self.origin}, self.clock())
            is_different = any(summed_up(session, head).root != head.root for head in heads)
            ids = session.scalars(_BODILESS, {"origin": self.origin, "now": self.clock()}).all()
        if ids:
            with self.desk.reading() as session:
                signed = select(RegisterRow.id).where(RegisterRow.id.in_(ids), RegisterRow.line.is_not(None))
                ids = session.scalars(signed).all()
        return is_different or bool(ids), ids

    def _drop_surplus(self) -> None:
        """Of our own copies, what the register knows nothing of. Its order is remembered: it does not come back."""
        with self.desk.reading() as session:
            known = set(session.scalars(select(RegisterRow.id).where(RegisterRow.line.is_not(None))))
        with self.replica.writing() as session:
            counter = replica.lock(session)
            held = select(Copy.origin, Copy.id).where(Copy.origin == self.origin, Copy.seq > 0, ~Copy.withdrawn)
            held = held.order_by(Copy.id)
            surplus = [key for key in session.execute(held.where(Copy.kind != HEAD)).all() if key.id not in known]
            move(session, counter, surplus, {**BODILESS, "withdrawn": True})
            session.commit()

    def _store(self, statements: Sequence[Statement], cursor: tuple[int, int]) -> None:
        with self.replica.writing() as session:
            store(session, statements, self.origin, self.clock())
            counter = replica.lock(session)
            counter.published_epoch, counter.published_seq = max(
                cursor, (counter.published_epoch, counter.published_seq)
            )
            session.commit()


def _signed_after(session: Session, cursor: tuple[int, int]) -> list[Statement]:
    epoch, seq = cursor
    rows = session.execute(_SIGNED, {"epoch": epoch, "seq": seq, "page": COPY_PAGE})
    return [read(parse_line(line), kid) for line, kid in rows if line and kid]


# Asked in every run, and built once: SQLAlchemy takes longer to put them together than the database to answer.
_BODILESS = select(Copy.id).where(
    Copy.origin == bindparam("origin"), Copy.line.is_(None), ~Copy.withdrawn, Copy.not_after > bindparam("now")
)
_IS_AFTER = tuple_(RegisterRow.epoch, RegisterRow.seq) > tuple_(
    bindparam("epoch", type_=BigInteger), bindparam("seq", type_=BigInteger)
)
_SIGNED = (
    select(RegisterRow.line, RegisterRow.kid)
    .where(RegisterRow.line.is_not(None), _IS_AFTER)
    .order_by(RegisterRow.epoch, RegisterRow.seq)
    .limit(bindparam("page"))
)
