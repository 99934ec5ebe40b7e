"""What a node of a big network has seen of its relays, and for whom their word is not enough.

A relay can lie about nothing, but it can be silent, for all or for one. Silent for all: it does not answer, and others
are read in its place. Silent for one: each origin confirms its records every few hours, so one whose head grows too old
although the relays were read to their end is read directly, for a day; so is one whose copies could not be made equal to
its head. A withheld record is late by some hours, then, and never lost.
"""

import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import replica, topology
from federation.database import Database
from federation.members import Roster
from federation.replica import Peer
from federation.topology import Reading

SILENT_AFTER = 2
"""So many failures in a row make a relay silent."""
LATE = 3
"""A head is late after so many of the roster's periods, and so is a visit."""
DOUBT = timedelta(days=1)
LOOK_EVERY = timedelta(minutes=1)


class Relays:
    """Decides whom the node `own` reads. `look` belongs to one tick, the rest to any thread."""

    def __init__(self, own: str, replica: Database, clock: Callable[[], datetime]) -> None:
        self._own = own
        self._replica = replica
        self._clock = clock
        self._looked_at: datetime | None = None
        self._doubted: dict[str, datetime] = {}
        self._silent: frozenset[str] = frozenset()
        self._guard = threading.Lock()

    def is_due(self, roster: Roster, now: datetime) -> bool:
        """Whether it is time to look how the relays are doing."""
        if topology.reads_everybody(roster, self._own):
            return False
        # What lies too far ahead was noted by a clock that has been set back since.
        return self._looked_at is None or not now - LOOK_EVERY < self._looked_at <= now

    def look(self, roster: Roster, now: datetime) -> None:
        """See how the relays are doing, where this node has any."""
        if topology.reads_everybody(roster, self._own):
            return
        self._looked_at = now
        with self._replica.reading() as session:
            peers = session.scalars(select(Peer)).all()
            self._silent = frozenset(peer.id for peer in peers if peer.failures >= SILENT_AFTER)
            if any(_is_read(peer, roster, now) for peer in peers):
                self.doubt(self._late(session, roster, now) - self._in_doubt(now))

    def readings(self, roster: Roster) -> dict[str, Reading]:
        """How the peers are to be read, after what was seen."""
        return topology.readings(roster, self._own, self._silent, self._in_doubt(self._clock()))

    def doubt(self, origins: Collection[str]) -> None:
        """Have these origins read directly from now on, for a day."""
        until = self._clock() + DOUBT
        with self._guard:
            self._doubted |= dict.fromkeys(origins, until)

    def _in_doubt(self, now: datetime) -> frozenset[str]:
        with self._guard:
            self._doubted = {origin: until for origin, until in self._doubted.items() if until > now}
            return frozenset(self._doubted)

    def _late(self, session: Session, roster: Roster, now: datetime) -> set[str]:
        """The members that have not confirmed their records for so long that a relay may be keeping it from us."""
        since = now - LATE * timedelta(seconds=roster.head_every_s)
        recent = {origin for origin, issued_at in replica.confirmed_at(session).items() if issued_at > since}
        return {member.id for member in roster.members.values() if member.is_active} - recent - {self._own}


def _is_read(peer: Peer, roster: Roster, now: datetime) -> bool:
    """Whether this relay was lately read to its end for everybody's records."""
    since = now - LATE * timedelta(seconds=roster.poll_every_s)
    is_for_all = peer.view is not None and peer.view.startswith(f"{topology.ALL} ")
    return is_for_all and not peer.remaining and peer.last_ok_at is not None and peer.last_ok_at > since
