"""How a node reads what the others have published.

Reading is the only direction that carries records, so it has to survive everything: the cursor is stored in the same
transaction as the page that it follows, hence a kill at any moment costs one page read twice and never one not read.
A page is fetched outside of any transaction: a slow peer must not hold the counter that all writers wait for.

A first visit, and one to a feed that begins anew, reads on where one page holds all of it. Otherwise it takes the heads
and starts behind what they describe: that is copied by the repair (repair.py), which at the end of every visit holds our
copies against the heads.

When a line bears a key that the roster does not know, the roster may be old or the line a forgery. The page is then
laid aside, the roster renewed (renewal.py), and the page decided with what is known afterwards.
"""

import logging
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from federation.apply import Applied, apply_lines
from federation.client import PeerClient
from federation.comparison import all_proved
from federation.database import Database
from federation.inbox import Inbox
from federation.members import Member, Roster
from federation.page import MAX_LINES, Page
from federation.relays import Relays
from federation.renewal import ROSTER_AT_MOST_EVERY_S, Renewal
from federation.repair import Repairer
from federation.replica import Copy, Peer
from federation.roster import ROSTER_VERSION, RosterStore
from federation.schedule import Schedule, after_failure, after_success
from federation.standing import Standing
from federation.topology import ALL, Reading, directly
from federation.transport import NOT_REACHED, PeerFault
from federation.upkeep import purge_key, purge_origin

MAX_PAGES = 200
FIRST_LINES = 100
"""Of a feed not known yet: a longer one is not read from its beginning, so the page would come for nothing."""
FIRST_VISITS_S = 0.05
T = TypeVar("T")
PROGRAM = re.compile(r"sportello/([0-9A-Za-z.+-]{1,20})")

_log = logging.getLogger(__name__)


@dataclass
class Round:
    """What one visit to a peer brought. `fault` is None when it went well, `version` when the peer did not say its own.

    `roster` is the version of the roster that the peer has. `differing`: why our copies are not what the heads say, None when they are, as far as they could be compared.
    """

    peer: str
    pages: int = 0
    new: int = 0
    refused: int = 0
    verified: int = 0
    held: int = 0
    dropped: int = 0
    version: str | None = None
    differing: str | None = None
    roster: int = 0
    fault: PeerFault | None = None

    def count(self, applied: Applied) -> None:
        self.new += applied.new
        self.refused += applied.refused
        self.verified += applied.new + applied.ignored
        self.held += applied.held


class _OtherFeed(Exception):
    """The peer has made its replica anew (another feed id), or it does not know our cursor (410)."""


class Puller:
    """Reads the feeds of all peers into the replica. `due` and `hear` belong to one tick, `pull` to any thread."""

    def __init__(
        self,
        origin: str,
        replica: Database,
        roster: RosterStore,
        client: PeerClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: random.Random | None = None,
    ) -> None:
        self._origin = origin
        self._replica = replica
        self._roster = roster
        self._client = client
        self._clock = clock
        self._jitter = jitter or random.Random()
        self._schedule = Schedule()
        self._etags: dict[str, tuple[int, str]] = {}
        self._known: Roster | None = None
        self._readings: dict[str, Reading] = {}
        self._relays = Relays(origin, replica, clock)
        self._renewal = Renewal(origin, roster, client, clock)
        self._repairer = Repairer(origin, replica, roster, client, clock, self._write)

    def due(self, now: datetime) -> list[str]:
        """The peers to be pulled now; each that is returned must be given to `pull`."""
        self._follow_roster(now)
        return self._schedule.take(now)

    def hear(self, inbox: Inbox) -> None:
        """Wake the peers that have pinged. The capofila pings also when the roster has changed."""
        for peer, _ in inbox.collect("ping"):
            self.wake(peer)

    def wake(self, peer: str) -> None:
        """Make a peer due now."""
        if self._known is not None and peer in self._known.members:
            self._renewal.ask(peer)
            self._schedule.wake(peer, self._clock())

    def answered(self, peer: str) -> None:
        """Make a peer due now that could not be reached and has just answered something else, such as our ping.

        It may have pinged while this node was away, and will not ping again before it has something new.
        """
        with self._replica.reading() as session:
            place = _known(session, peer)
        if place is not None and place.last_error is not None and place.last_error.partition(":")[0] in NOT_REACHED:
            self._schedule.wake(peer, self._clock())

    def pull(self, peer: str) -> Round:
        """Read a peer's feed to its end. A peer's fault is noted and returned, never raised."""
        round_ = Round(peer)
        next_at = self._clock() + timedelta(seconds=ROSTER_AT_MOST_EVERY_S)
        try:
            roster = self._roster.current()
            member = roster.members.get(peer) if roster else None
            if roster is None or member is None or member.url is None or not member.is_active:
                return round_
            try:
                self._renewal.when_old(roster, member)
                self._read(member, member.url, self._reading(roster, peer), round_)
            except PeerFault as fault:
                round_.fault = fault
            self._renewal.when_told(member, round_.roster)
            next_at = self._note(round_, member.url, roster.poll_every_s)
        finally:
            self._schedule.put_back(peer, next_at, self._clock())
        return round_

    def _reading(self, roster: Roster, peer: str) -> Reading:
        """As was decided for this roster; who is asked by hand all the same is read directly."""
        is_decided = self._known is not None and self._known.version == roster.version
        readings = self._readings if is_decided else self._relays.readings(roster)
        return readings.get(peer) or directly(roster, self._origin)[peer]

    def _read(self, member: Member, url: str, reading: Reading, round_: Round) -> None:
        cursor, feed = self._place(member.id, reading.view)
        try:
            is_end = self._read_from(cursor, feed, member, url, reading, round_)
        except _OtherFeed:
            _log.info("the feed of %s begins anew", member.id)
            try:
                is_end = self._read_from(0, None, member, url, reading, round_)
            except _OtherFeed:
                raise PeerFault("page", "the peer's feed begins anew again and again") from None
        if is_end:
            self._heal(member, reading, round_)

    def _read_from(
        self, cursor: int, feed: str | None, member: Member, url: str, reading: Reading, round_: Round
    ) -> bool:
        """Whether the end of the feed was reached. Of a feed that we do not know yet the first page decides how."""
        is_new, pages = feed is None, 0
        while pages < MAX_PAGES:
            page = self._page(cursor, feed, url, reading, round_, min(FIRST_LINES, MAX_LINES) if is_new else MAX_LINES)
            if page is None:
                return True
            if is_new and page.remaining:
                is_new = False
                cursor, feed = self._begin(member, url, reading, round_)
                continue
            self._keep(page, member, reading, round_)
            is_new, pages = False, pages + 1
            round_.pages += 1
            cursor, feed = page.next, page.feed
            if not page.remaining:
                return True
        self._schedule.wake(member.id, self._clock())
        return False

    def _begin(self, member: Member, url: str, reading: Reading, round_: Round) -> tuple[int, str]:
        """Where to begin in a long feed: behind all that its heads describe, once that is repaired.

        A peer whose heads are refused, or whose copies cannot be made equal to them, is read from the start of its feed.
        Not so a relay: of hundreds of origins some are always ahead of their heads, and those are read directly.
        """
        standing = Standing.decoded(self._client.get(url, "/federation/heads").body)
        roster = self._roster.current()
        if roster is None:
            raise PeerFault("roster", "this node has no roster")
        with self._replica.writing() as session:
            applied = apply_lines(session, standing.heads_of(reading.origins), roster, member.id, self._clock())
            session.commit()
        round_.count(applied)
        self._heal(member, reading, round_)
        with self._replica.writing() as session:
            peer = _peer(session, member.id)
            is_whole = not applied.refused and all_proved(session, reading.origins)
            peer.cursor = standing.next if is_whole or reading.scope == ALL else 0
            peer.feed, peer.view, peer.remaining = standing.feed, reading.view, 0
            cursor = peer.cursor
            session.commit()
        return cursor, standing.feed

    def _heal(self, member: Member, reading: Reading, round_: Round) -> None:
        healed = self._repairer.heal(member, reading.origins)
        if reading.scope == ALL:
            self._relays.doubt(healed.unhealed)
        round_.new += healed.new
        round_.dropped += healed.dropped
        round_.differing = "; ".join(healed.faults)[:500] or None

    def _page(
        self, cursor: int, feed: str | None, url: str, reading: Reading, round_: Round, limit: int
    ) -> Page | None:
        """The page after the cursor, None when nothing has changed since it was last asked for.

        Raises _OtherFeed when the cursor belongs to a feed that the peer no longer has, PeerFault otherwise.
        """
        asked, etag = self._etags.get(round_.peer, (None, None))
        target = f"/federation/changes?after={cursor}&limit={limit}" + "&scope=all" * (reading.scope == ALL)
        try:
            answer = self._client.get(url, target, etag=etag if asked == cursor else None)
        except PeerFault as fault:
            if fault.code == "http-410":
                raise _OtherFeed from fault
            raise
        round_.version = _version_in(answer.headers)
        round_.roster = _roster_in(answer.headers)
        if answer.status == 304:
            return None
        page = Page.decoded(answer.body, cursor)
        if feed not in {None, page.feed}:
            raise _OtherFeed
        if page.next == cursor and "etag" in answer.headers:
            self._etags[round_.peer] = (cursor, answer.headers["etag"])
        return page

    def _keep(self, page: Page, member: Member, reading: Reading, round_: Round) -> None:
        """Apply a page and move the cursor past it, in one transaction."""
        applied = self._apply(page, member, reading, is_final=False)
        if applied is None:
            self._renewal.for_unknown_key(member, round_.roster)
            applied = self._apply(page, member, reading, is_final=True)
        if applied is not None:
            round_.count(applied)

    def _apply(self, page: Page, member: Member, reading: Reading, is_final: bool) -> Applied | None:
        """None when the page has to wait for a newer roster; nothing of it was kept then."""
        roster = self._roster.current()
        if roster is None:
            raise PeerFault("roster", "this node has no roster")
        with self._replica.writing() as session:
            applied = apply_lines(session, page.lines, roster, member.id, self._clock())
            if applied.unknown_origin and not is_final:
                return None
            peer = _peer(session, member.id)
            peer.cursor, peer.feed, peer.remaining = page.next, page.feed, page.remaining
            peer.view = reading.view
            session.commit()
        return applied

    def _write(self, do: Callable[[Session], T], /) -> T:
        with self._replica.writing() as session:
            answer = do(session)
            session.commit()
        return answer

    def _place(self, peer: str, view: str) -> tuple[int, str | None]:
        """How far the peer was read; a cursor of another view of it says nothing of this one."""
        with self._replica.reading() as session:
            held = _known(session, peer)
            return (held.cursor, held.feed) if held and held.view == view else (0, None)

    def _note(self, round_: Round, url: str, period_s: int) -> datetime:
        """Write down how the visit went, and when the next is."""
        now = self._clock()
        with self._replica.writing() as session:
            peer = _peer(session, round_.peer)
            peer.last_tried_at = now
            peer.rounds += 1
            peer.bytes_read += self._client.taken_from(url)
            peer.verified += round_.verified
            if round_.fault is None:
                peer.last_ok_at, peer.failures, peer.last_error = now, 0, None
                peer.version = round_.version
                peer.differing_since = (peer.differing_since or now) if round_.differing else None
                peer.differing_why = round_.differing
                peer.next_at = now + after_success(period_s, self._jitter)
            else:
                peer.failures += 1
                peer.last_error = str(round_.fault)[:500]
                peer.next_at = now + after_failure(peer.failures, round_.fault.retry_after_s, self._jitter)
            next_at = peer.next_at
            session.commit()
        return next_at

    def _follow_roster(self, now: datetime) -> None:
        """Learn of new peers, forget those that left with all that they and their dropped keys have published.

        In a big network the peers change with what becomes of the relays, too.
        """
        roster = self._roster.current()
        if roster is None:
            return
        is_newer = self._known is None or roster.version != self._known.version
        if not is_newer and not self._relays.is_due(roster, now):
            return
        self._relays.look(roster, now)
        readings = self._relays.readings(roster)
        if is_newer or set(readings) != set(self._readings):
            self._meet(set(readings), now, roster if is_newer else None)
        self._readings, self._known = readings, roster

    def _meet(self, peers: set[str], now: datetime, newer: Roster | None) -> None:
        with self._replica.writing() as session:
            # Who fails is left alone as long as was said; the others may have pinged while nobody was here to hear it.
            waiting = {peer.id: peer.next_at for peer in session.scalars(select(Peer)) if peer.failures}
            session.execute(delete(Peer).where(Peer.id.not_in(peers)))
            if newer is not None and newer.network is not None:
                self._purge(session, newer, now)
            session.commit()
        spread_s = FIRST_VISITS_S * len(peers)
        first_at = {peer: now + timedelta(seconds=self._jitter.uniform(0, spread_s)) for peer in peers}
        self._schedule.know(peers, {peer: waiting.get(peer) or first_at[peer] for peer in peers})

    def _purge(self, session: Session, roster: Roster, now: datetime) -> None:
        held = session.execute(select(Copy.origin, Copy.kid).where(Copy.epoch > 0).distinct()).all()
        for origin in {origin for origin, _ in held} - set(roster.members) - {self._origin}:
            _log.info("%s is no member any more: its records are dropped", origin)
            purge_origin(session, origin, now)
        # A bare line, adopted from a bucket (§10 of the protocol), has come without a key.
        for kid in {kid for origin, kid in held if kid and origin in roster.members and origin != self._origin}:
            if roster.member_of_kid(kid) is None:
                _log.info("the key %s is in the roster no more: what it signed is dropped", kid)
                purge_key(session, kid, now)


def _version_in(headers: Mapping[str, str]) -> str | None:
    """The version that an answer's `Server` names; None when that is something else, as behind most proxies."""
    told = PROGRAM.fullmatch(headers.get("server", ""))
    return told[1] if told else None


def _roster_in(headers: Mapping[str, str]) -> int:
    """The version of the roster that a peer says it has; 0 when it says none."""
    told = headers.get(ROSTER_VERSION.lower(), "")
    return int(told) if re.fullmatch(r"[0-9]{1,9}", told) else 0


def _known(session: Session, id: str) -> Peer | None:
    return session.scalars(_PEER, {"id": id}).one_or_none()


def _peer(session: Session, id: str) -> Peer:
    peer = _known(session, id)
    if peer is None:
        peer = Peer(id=id, cursor=0, remaining=0, failures=0, rounds=0, bytes_read=0, verified=0)
        session.add(peer)
    return peer


# Asked several times in every visit, and built once: SQLAlchemy takes longer to put it together than the database to answer.
_PEER = select(Peer).where(Peer.id == bindparam("id"))
