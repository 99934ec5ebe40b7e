"""When a node asks for a newer roster, and whom.

The capofila is asked now and then, and at once when it has pinged; anybody else only when the capofila has long been
out of reach. A line with an unknown key asks too, but not again and again: a peer that sends forgeries must not have us
fetch the roster for each of them.
"""

import logging
import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from federation.client import PeerClient
from federation.members import Member, Roster, RosterFault
from federation.roster import RosterStore
from federation.transport import PeerFault

ROSTER_EVERY_S = 600
ROSTER_ELSEWHERE_S = 1_800
ROSTER_AT_MOST_EVERY_S = 30

_log = logging.getLogger(__name__)


class Renewal:
    """Keeps this node's roster new. `asked` are the peers that have pinged since they were last read."""

    def __init__(self, origin: str, roster: RosterStore, client: PeerClient, clock: Callable[[], datetime]) -> None:
        self._origin = origin
        self._roster = roster
        self._client = client
        self._clock = clock
        self._guard = threading.Lock()
        self.refreshed_at = datetime.min.replace(tzinfo=UTC)
        self.asked: set[str] = set()

    def ask(self, peer: str) -> None:
        """Note that a peer has pinged: if it is the capofila, the roster may have changed."""
        self.asked.add(peer)

    def when_old(self, roster: Roster, member: Member) -> None:
        """Refresh the roster from its capofila now and then; from anybody else when that one is not to be had."""
        is_asked = member.id in self.asked
        self.asked.discard(member.id)
        is_old = self._age_s() >= (ROSTER_EVERY_S if member.is_capofila else ROSTER_ELSEWHERE_S)
        if not self._has_capofila_elsewhere(roster) or not (is_old or (is_asked and member.is_capofila)):
            return
        try:
            self._refresh(member)
        except RosterFault as fault:
            _log.warning("the roster is still the one of before: %s", fault)

    def when_told(self, member: Member, version: int) -> None:
        """Refresh because a peer says that it has a newer roster: so a capofila, too, learns that it is none any more."""
        roster = self._roster.current()
        is_newer = roster is not None and roster.network is not None and version > roster.version
        if not is_newer or self._age_s() < ROSTER_AT_MOST_EVERY_S:
            return
        self._look_for_newer(member)

    def for_unknown_key(self, member: Member, version: int) -> None:
        """Refresh because a line bears an unknown key. Raises PeerFault: the cursor waits until it could be done.

        Who is the capofila asks as well: another may have taken over and admitted that key. For the same reason the peer is
        asked, too, where it says that it has a `version` newer than the capofila that we know.
        """
        roster = self._roster.current()
        if roster is None or roster.network is None:
            return None
        if (age_s := self._age_s()) < ROSTER_AT_MOST_EVERY_S:
            raise PeerFault(
                "roster",
                "a line bears an unknown key, and the roster was refreshed only now",
                ROSTER_AT_MOST_EVERY_S - age_s,
            )
        if not self._has_capofila_elsewhere(roster):
            return self._look_for_newer(member)
        faults = []
        sources = [source for source in (roster.capofila(), member) if source is not None]
        for source in sources:
            try:
                self._refresh(source)
            except RosterFault as fault:
                faults.append(str(fault))
            else:
                if self._version() >= version:
                    return None
        if len(faults) == len(sources):
            raise PeerFault("roster", f"a line bears an unknown key: {'; '.join(faults)}")
        return None

    def _look_for_newer(self, member: Member) -> None:
        """Refresh from a peer, if it has anything newer."""
        try:
            self._refresh(member)
        except RosterFault as fault:
            _log.warning("%s has no newer roster: %s", member.id, fault)
            self.refreshed_at = self._clock()

    def _refresh(self, member: Member) -> None:
        if member.url is None:
            raise RosterFault(f"{member.id} has no address")
        with self._guard:
            self._roster.refresh(self._client.roster_source(member.url))
            self.refreshed_at = self._clock()

    def _version(self) -> int:
        roster = self._roster.current()
        return roster.version if roster else 0

    def _age_s(self) -> float:
        """Seconds since the last refresh. A clock that was set back must not keep us from it: what lies ahead is long ago."""
        age_s = (self._clock() - self.refreshed_at).total_seconds()
        return age_s if age_s >= 0 else math.inf

    def _has_capofila_elsewhere(self, roster: Roster) -> bool:
        me = roster.members.get(self._origin)
        return roster.network is not None and not (me is not None and me.is_capofila)
