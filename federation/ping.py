"""Telling the others that there is something to read, so that a vacancy is everywhere within seconds.

A ping carries nothing: whoever gets one reads the feed, and whoever misses one reads it at the next poll. It waits for
a moment of quiet, because people publish in bursts, but not for long. The same ping tells that the roster has changed
(from the capofila), "I know you now" (to a new member, which was turned away until then) and "I am back" (to all,
after a start: they may have given us up for hours).
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from federation.burst import Burst
from federation.client import PeerClient
from federation.members import Roster
from federation.roster import RosterStore
from federation.topology import readers
from federation.transport import PeerFault

DEADLINE_S = 5.0
TARGET = "/federation/ping"

_log = logging.getLogger(__name__)


class Pinger:
    """Collects reasons to ping and says whom. `note` and `ping` may come from any thread, `due` from one tick."""

    def __init__(
        self,
        origin: str,
        roster: RosterStore,
        client: PeerClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._origin = origin
        self._roster = roster
        self._client = client
        self._burst = Burst(clock)
        self._known: Roster | None = None

    def note(self) -> None:
        """Something was published."""
        self._burst.note()

    def due(self, now: datetime) -> list[str]:
        """Whom to ping now.

        Everybody who reads us when a publication has been followed by a second of quiet or has waited for five, when this node has
        just started, and when it is the capofila and the roster has changed; otherwise who is new in the roster.
        """
        roster = self._roster.current()
        if roster is None:
            return []
        peers = readers(roster, self._origin)
        before, self._known = self._known, roster
        me = roster.members.get(self._origin)
        if self._burst.is_over(now) or before is None:
            return sorted(peers)
        if before.version == roster.version:
            return []
        if me is not None and me.is_capofila:
            return sorted(peers)
        return sorted(peers - set(before.members))

    def ping(self, peer: str) -> bool:
        """Whether the peer took the ping. One that did not reads at its next poll: nothing is tried again."""
        roster = self._roster.current()
        member = roster.members.get(peer) if roster else None
        if member is None or member.url is None:
            return False
        try:
            self._client.post(member.url, TARGET, deadline_s=DEADLINE_S)
        except PeerFault as fault:
            _log.debug("%s did not take the ping: %s", peer, fault)
            return False
        return True
