"""Ctrl-C at a bad moment, or a terminal that is closed.

Between the start of a process and the line that notes it, an interruption leaves a process that nobody knows of and that
nobody will end. There it waits, some milliseconds, until the process is written down.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def postponed() -> Iterator[None]:
    """What interrupts the block takes effect at its end; only for the main thread (ValueError elsewhere)."""
    came: list[int] = []

    def keep(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    handlers = {number: signal.signal(number, keep) for number in INTERRUPTIONS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    for number in came[:1]:
        signal.raise_signal(number)
