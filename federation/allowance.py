"""How often one peer may ask, so that a broken or hostile one does not take the pace of all the others.

Kept in memory and for each process: it protects this machine, it is not an account. An allowance fills steadily up to
its size, so a reader that fetches a whole network in one go is not hindered, and one that never stops is.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

PEERS_REMEMBERED = 4_096


class Allowance:
    """At most `burst` requests at once and `per_second` in the long run, for each name."""

    def __init__(self, burst: float, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def spend(self, name: str) -> int:
        """Take one request from the allowance of `name`; 0 when there was one, else after how many seconds there is."""
        now = self._monotonic()
        with self._guard:
            left, seen_at = self._left.pop(name, (self._burst, now))
            left = min(self._burst, left + (now - seen_at) * self._per_second)
            is_granted = left >= 1
            self._left[name] = (left - 1 if is_granted else left, now)
            if len(self._left) > PEERS_REMEMBERED:
                self._left.popitem(last=False)
        return 0 if is_granted else math.ceil((1 - left) / self._per_second)
