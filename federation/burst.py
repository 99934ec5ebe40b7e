"""When to tell the others: people publish in bursts, and each burst is told once.

A publication waits for a moment of quiet, but not for long.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

QUIET = timedelta(seconds=1)
PATIENCE = timedelta(seconds=5)


class Burst:
    """Publications since the last that was told; safe to use from several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None
        self._guard = threading.Lock()

    def note(self) -> None:
        """Something was published."""
        with self._guard:
            self._last_at = self._clock()
            self._first_at = self._first_at or self._last_at

    def is_over(self, now: datetime) -> bool:
        """Whether there was one that is to be told now: a second of quiet has followed, or it has waited for five."""
        with self._guard:
            if self._first_at is None or self._last_at is None:
                return False
            if now - self._last_at < QUIET and now - self._first_at < PATIENCE:
                return False
            self._first_at = self._last_at = None
            return True
