"""How a member that nobody can reach makes itself read: it brings its pages to its relays.

The relays keep account, not we: after a start the first page is an empty one, and the answer says how far the relay has
come. A relay that has lost its copies, or one that is new, says so by the same answer, and everything is brought again.
What it wants whole it gets whole, once in a visit.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import buckets, replica
from federation.bringing import MAX_DIGESTED, Brought, BroughtBucket, BroughtPage, Digests, Receipt
from federation.burst import Burst
from federation.client import PeerClient
from federation.comparison import Head, summed_up, unproved
from federation.database import Database
from federation.lease import Leases
from federation.members import Member, Roster
from federation.page import MAX_LINES, page_of
from federation.replica import Copy
from federation.roster import RosterStore
from federation.schedule import Schedule, after_failure, after_success
from federation.statement import parse_line, protected_header
from federation.topology import pushes_to
from federation.transport import PeerFault
from schemas.head import BUCKETS, head_id

MAX_PAGES = 200
TARGET = "/federation/changes"
WITHOUT_ROSTER = timedelta(minutes=1)

_log = logging.getLogger(__name__)


@dataclass
class Delivery:
    """What one visit to a relay brought there. `fault` is None when it went well."""

    relay: str
    pages: int = 0
    buckets: int = 0
    fault: PeerFault | None = None


class Pusher:
    """Brings what `origin` publishes to its relays, if it has any. `note` and `push` may come from any thread, `due` from
    one tick.
    """

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
        self._burst = Burst(clock)
        self._schedule = Schedule()
        self._failures: dict[str, int] = {}
        self._acknowledged: dict[str, int] = {}

    def note(self) -> None:
        """Something was published."""
        self._burst.note()

    def due(self, now: datetime) -> list[str]:
        """The relays to go to now; each that is returned must be given to `push`."""
        roster = self._roster.current()
        relays = [relay.id for relay in pushes_to(roster, self._origin)] if roster else []
        self._schedule.know(relays, dict.fromkeys(relays, now))
        if self._burst.is_over(now):
            for relay in relays:
                self._schedule.wake(relay, now)
        return self._schedule.take(now)

    def push(self, relay: str) -> Delivery:
        """Bring a relay what it lacks. Its fault is noted and returned, never raised."""
        delivery = Delivery(relay)
        next_at = self._clock() + WITHOUT_ROSTER
        try:
            roster = self._roster.current()
            members = {member.id: member for member in pushes_to(roster, self._origin)} if roster else {}
            if roster is None or relay not in members:
                return delivery
            try:
                self._bring(members[relay], roster, delivery)
            except PeerFault as fault:
                _log.info("%s does not take what we bring: %s", relay, fault)
                delivery.fault = fault
            next_at = self._clock() + self._pause(delivery, roster.poll_every_s)
        finally:
            self._schedule.put_back(relay, next_at, self._clock())
        return delivery

    def _pause(self, delivery: Delivery, period_s: int) -> timedelta:
        if delivery.fault is None:
            self._failures.pop(delivery.relay, None)
            return after_success(period_s, self._jitter)
        failures = self._failures[delivery.relay] = self._failures.get(delivery.relay, 0) + 1
        return after_failure(failures, delivery.fault.retry_after_s, self._jitter)

    def _bring(self, relay: Member, roster: Roster, delivery: Delivery) -> None:
        """Page after page, each behind what the relay has acknowledged; then the buckets that it wants."""
        for number in count():
            page = self._page(self._acknowledged.get(relay.id), roster)
            receipt = self._send(relay, page)
            delivery.pages += 1
            is_ours = receipt.feed == page.feed
            self._acknowledged[relay.id] = receipt.acknowledged if is_ours else 0
            if is_ours and receipt.acknowledged >= page.next and not page.remaining:
                break
            if number == MAX_PAGES:
                raise PeerFault("receipt", f"after {MAX_PAGES} pages the relay has not come to the end")
        for audience, bucket in dict.fromkeys(receipt.wanted):
            pages = self._bucket(audience, bucket)
            for each in pages:
                self._send(relay, each)
            delivery.buckets += bool(pages)

    def _send(self, relay: Member, brought: Brought) -> Receipt:
        return Receipt.of(self._client.send(relay.url or "", TARGET, brought.encoded()).json())

    def _page(self, after: int | None, roster: Roster) -> BroughtPage:
        """Our statements behind this place. None: an empty page from the end, whose answer tells where to begin."""
        now = self._clock()
        with self._replica.reading() as session:
            state = replica.state(session)
            if after is None:
                return BroughtPage((), state.position, state.position, state.feed, 0, self._digests(session, now))
            if after > state.position:
                after = 0
            mine, audiences, leases = (
                (self._origin,),
                self._audiences(session, roster),
                Leases(session, self._origin, now),
            )
            page = page_of(session, after, MAX_LINES, audiences, mine, now, leases)
            digests = {} if page.remaining else self._digests(session, now)
        # What a key has signed that is ours no more, nobody takes from us.
        headers = {protected_header(kid) for kid in roster.keys_of(self._origin)}
        lines = tuple(line for line in page.lines if parse_line(line).protected in headers)
        return BroughtPage(lines, after, page.next, page.feed, page.remaining, digests)

    def _audiences(self, session: Session, roster: Roster) -> list[str]:
        """All of ours but those of a network in which we once were."""
        ours = session.scalars(select(Copy.audience).where(Copy.origin == self._origin).distinct())
        return [name for name in ours if not name.startswith("members:") or name == f"members:{roster.network}"]

    def _digests(self, session: Session, now: datetime) -> dict[str, Digests]:
        """By audience, of the heads that are our last word about it."""
        heads = unproved(session, {self._origin}, now)[:MAX_DIGESTED]
        sums = {head.audience: (head.root, summed_up(session, head)) for head in heads}
        return {audience: found.digests for audience, (root, found) in sums.items() if found.root == root}

    def _bucket(self, audience: str, bucket: str) -> list[BroughtBucket]:
        """The pages of a bucket; none of what we have not, or not as our head says: there is a newer one to come."""
        if bucket not in tuple(BUCKETS):
            return []
        now = self._clock()
        with self._replica.reading() as session:
            held = session.get(Copy, (self._origin, head_id(audience)))
            if held is None or not held.used:
                return []
            head = Head.of(held)
            found = summed_up(session, head)
            if found.root != head.root:
                return []
            leases = Leases(session, self._origin, now)
            pages: list[BroughtBucket] = []
            after: str | None = ""
            while after is not None:
                page = buckets.page_of(session, self._origin, audience, bucket, after, MAX_LINES, False, now, leases)
                whose = audience, bucket, head.order, found.digests
                pages.append(BroughtBucket(page.lines, *whose, after, page.next))
                after = page.next
        return pages
