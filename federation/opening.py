"""Whether the publisher may sign: it stays shut until somebody outside the database has agreed that nothing is missing.

Two witnesses are asked. The file beside the database (witness.py) notices that the database was put back. The peers
notice that the whole machine was, file and all: each tells the greatest statement that it holds of us. Where either knows
more than the register, or something else under the same number, the register begins anew (recovery.py) with what the
peers hold. A peer that claims more than there is can make us begin anew once more than needed, and nothing else.

The desk is open all the while; only what it publishes waits, and the page of the network says so. Later the peers are
asked again from time to time, but then only a head that our own key has signed counts: it proves that another machine
speaks with our key, or that this one was put back while it ran. Then the publisher shuts, and people have to decide.
"""

import logging
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from federation import erasures, recovery, register, replica, upkeep
from federation.database import Database
from federation.erasures import Ledger
from federation.members import Member, Roster
from federation.recovery import Asks, Found, Lost
from federation.register import locked_state, members_audience
from federation.roster import RosterStore
from federation.standing import Standing
from federation.statement import Keyring
from federation.transport import PeerFault
from federation.witness import Said, Verdict, Witness
from schemas.kinds import LEASED_KINDS

ASKED = 60
ASKED_AT_ONCE = 8
PATIENCE_S = 5.0
"""So long the slowest peers are waited for; one answer is enough to go on."""
SOURCES = 8
"""So many peers are asked for what we have lost, those that know most first."""

UNHEARD, DOUBLED = "unheard", "doubled"
"""Why the publisher is shut: no peer has answered yet; somebody else speaks with our key."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """What `sportello restore` has left for the node's next start: whether it may open without any peer."""

    alone: bool = False


class Opening:
    """Decides for the one publisher of `origin`. `recover` gives the desk what was lost, in the same transaction; what
    stands in the `ledger` is erased again, should others still have known it.

    `transaction` opens one that writes, committed at its end. `order` reads what an administrator has ordered, None when
    nothing; `carried_out` takes the order away.
    """

    def __init__(
        self,
        origin: str,
        desk: Database,
        replica: Database,
        witness: Path,
        roster: RosterStore,
        client: Asks,
        clock: Callable[[], datetime],
        transaction: Callable[[Database], AbstractContextManager[Session]],
        recover: Callable[[Session, Sequence[Lost]], None],
        ledger: Ledger,
        order: Callable[[], Order | None] = lambda: None,
        carried_out: Callable[[], None] = lambda: None,
        choice: random.Random | None = None,
    ) -> None:
        self._origin = origin
        self._desk = desk
        self._replica = replica
        self._witness = Witness(witness, origin)
        self._roster = roster
        self._client = client
        self._clock = clock
        self._transaction = transaction
        self._recover = recover
        self._ledger = ledger
        self._order = order
        self._carried_out = carried_out
        self._choice = choice or random.Random()
        self.is_open = False
        self._is_doubled = False

    def attempt(self) -> bool:
        """Ask whoever can be asked, and open; False while nobody answers: to be tried again.

        Once somebody else was found to speak with our key, this process opens no more: people start it again.
        """
        if self._is_doubled:
            return False
        roster = self._roster.current()
        order = self._order()
        peers = self._peers(roster)
        heard = self._ask(peers)
        if peers and not heard and not (order and order.alone):
            self._shut(UNHEARD)
            return False
        said = self._said()
        if order is not None or self._is_put_back(said, heard.values()):
            self._begin_anew(roster, heard)
            self._carried_out()
        self._unshut()
        self.is_open = True
        return True

    def check(self) -> bool:
        """Whether nobody else speaks with our key, as far as the peers' heads prove; shut if somebody does."""
        roster = self._roster.current()
        heard = self._ask(self._peers(roster))
        found = Found()
        for standing in heard.values():
            recovery.fetch_heads(found, standing, self._origin, self._keyring(roster))
        said = self._said()
        if any(head.order > said.order for head in found.heads):
            _log.error("another machine signs with the key of this node, or this one was put back while it ran")
            self.is_open, self._is_doubled = False, True
            self._shut(DOUBLED)
            return False
        return True

    def _peers(self, roster: Roster | None) -> list[Member]:
        """Whom to ask: every other member that can be reached, in a big network some of them."""
        members = roster.members.values() if roster else ()
        peers = [member for member in members if member.is_active and member.url and member.id != self._origin]
        return self._choice.sample(peers, ASKED) if len(peers) > ASKED else peers

    def _ask(self, peers: Sequence[Member]) -> dict[str, Standing]:
        """What the peers say, by id; of those that do not answer in time, nothing."""
        if not peers:
            return {}
        pool = ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="opening")
        try:
            asked = {pool.submit(self._standing_of, peer): peer.id for peer in peers}
            done, _ = wait(asked, PATIENCE_S)
            return {peer: told for each, peer in asked.items() if each in done and (told := each.result()) is not None}
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _standing_of(self, peer: Member) -> Standing | None:
        try:
            return Standing.decoded(self._client.get(peer.url or "", "/federation/heads").body)
        except PeerFault as fault:
            _log.info("%s cannot say what it holds of us: %s", peer.id, fault)
            return None

    def _said(self) -> Said:
        with self._desk.reading() as session:
            return register.said(session)

    def _is_put_back(self, said: Said, heard: Collection[Standing]) -> bool:
        verdict = self._witness.verdict(said)
        if verdict in (Verdict.CONTRADICTS, Verdict.MISSING):
            _log.warning("the witness %s: the register was put back", verdict.value)
            return True
        for standing in heard:
            theirs = standing.greatest.get(self._origin)
            if theirs is None:
                continue
            is_other = theirs.order == said.order and theirs.digest != said.digest
            if theirs.order > said.order or is_other:
                _log.warning("a peer holds %s of us, the register says %s: it was put back", theirs, said)
                return True
            if theirs.fork is not None and theirs.fork >= said.epoch:
                _log.warning("a peer has proof that two machines spoke for us: a new epoch ends it")
                return True
        return False

    def _begin_anew(self, roster: Roster | None, heard: Mapping[str, Standing]) -> None:
        found = self._fetch(roster, heard)
        noted = self._witness.last()
        with self._transaction(self._replica) as session:
            # Our own copies come from the register alone: what it does not say any more must not stay there.
            upkeep.purge_origin(session, self._origin, self._clock())
            counter = replica.lock(session)
            counter.published_epoch, counter.published_seq = 0, 0
        with self._transaction(self._desk) as session:
            state = locked_state(session, self._clock())
            lost = recovery.begin_anew(
                session, state, found, noted.epoch if noted else 0, self._clock(), _common(roster)
            )
            for each in lost:
                if each.kind in LEASED_KINDS and not each.was_known:
                    register.withdraw(session, each.id)  # a person whom our backup does not know
            self._recover(session, lost)
            erasures.replay(session, self._ledger)
        _log.warning("the register begins anew with epoch %d; %d records came back", state.epoch, len(lost))

    def _fetch(self, roster: Roster | None, heard: Mapping[str, Standing]) -> Found:
        found = Found()
        if roster is None:
            return found
        members = {peer: roster.members[peer] for peer in heard if peer in roster.members}
        knowing_most = sorted(members, key=lambda peer: _greatest(heard[peer], self._origin), reverse=True)
        common = _common(roster)
        for place, peer in enumerate(knowing_most):
            audiences = {f"sealed:{peer}"} | (common if place < SOURCES else set())
            try:
                recovery.fetch(
                    found,
                    self._client,
                    members[peer].url or "",
                    heard[peer],
                    self._origin,
                    audiences,
                    self._keyring(roster),
                )
            except PeerFault as fault:
                _log.warning("%s cannot give back what it holds of us: %s", peer, fault)
        return found

    def _keyring(self, roster: Roster | None) -> Keyring:
        member = roster.members.get(self._origin) if roster else None
        return Keyring({self._origin: member.keys if member else ()})

    def _shut(self, why: str) -> None:
        with self._transaction(self._desk) as session:
            state = locked_state(session, self._clock())
            if state.shut_why != why:
                state.shut_since, state.shut_why = self._clock(), why

    def _unshut(self) -> None:
        with self._desk.reading() as session:
            state = register.state(session)
        if state is None or state.shut_why is None:
            return
        with self._transaction(self._desk) as session:
            state = locked_state(session, self._clock())
            state.shut_since = state.shut_why = None


def _common(roster: Roster | None) -> set[str]:
    """The audiences of which more than one other may hold something."""
    return {"public"} | ({members_audience(roster.network)} if roster and roster.network else set())


def _greatest(standing: Standing, origin: str) -> tuple[int, int]:
    theirs = standing.greatest.get(origin)
    return theirs.order if theirs else (0, 0)
