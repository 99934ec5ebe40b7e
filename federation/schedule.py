"""When each peer is to be asked next: a heap, because a timer for each of 2,000 peers would cost a core.

A failing peer is asked after a random time out of a range that doubles (full jitter: peers that failed together must
not come back together), a working one after the roster's period, spread by a fifth. One request at a time goes to a
peer: who was given out as due is not due again until it is put back.
"""

import heapq
import random
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

FIRST_BACKOFF_S = 30.0
LONGEST_BACKOFF_S = 6 * 3600.0
SPREAD = 0.2


def after_success(period_s: float, jitter: random.Random) -> timedelta:
    return timedelta(seconds=period_s * jitter.uniform(1 - SPREAD, 1 + SPREAD))


def after_failure(failures: int, retry_after_s: float | None, jitter: random.Random) -> timedelta:
    """How long to leave a peer alone that failed `failures` times in a row; what it asked for is the least."""
    longest = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2 ** min(failures - 1, 20))
    return timedelta(seconds=max(1.0, retry_after_s or 0.0, jitter.uniform(0, longest)))


class Schedule:
    """Peers and their times. Safe to use from several threads."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str]] = []
        self._next_at: dict[str, datetime] = {}
        self._out: set[str] = set()
        self._woken: set[str] = set()
        self._guard = threading.Lock()

    def know(self, peers: Iterable[str], at: dict[str, datetime]) -> set[str]:
        """Keep exactly these peers; new ones are due at the time given for them. Returns those that left."""
        with self._guard:
            wanted = set(peers)
            left = set(self._next_at) - wanted
            for peer in left:
                del self._next_at[peer]
            for peer in wanted - set(self._next_at):
                self._put(peer, at[peer])
            return left

    def wake(self, peer: str, now: datetime) -> None:
        """Make a peer due now; one that is being asked at this moment is asked again afterwards."""
        with self._guard:
            if peer in self._out:
                self._woken.add(peer)
            elif peer in self._next_at and self._next_at[peer] > now:
                self._put(peer, now)

    def take(self, now: datetime) -> list[str]:
        """Give out the peers that are due; each must be put back."""
        due = []
        with self._guard:
            while self._heap and self._heap[0][0] <= now:
                at, peer = heapq.heappop(self._heap)
                if self._next_at.get(peer) == at and peer not in self._out:
                    self._out.add(peer)
                    due.append(peer)
        return due

    def put_back(self, peer: str, next_at: datetime, now: datetime) -> None:
        with self._guard:
            self._out.discard(peer)
            is_woken = peer in self._woken
            self._woken.discard(peer)
            if peer in self._next_at:
                self._put(peer, now if is_woken else next_at)

    def _put(self, peer: str, at: datetime) -> None:
        self._next_at[peer] = at
        heapq.heappush(self._heap, (at, peer))
