"""A process that reads when it is told to, and says what that took."""

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import psutil

from deploy.bench.measuring import BenchFault
from deploy.bench.programs import Program, end
from deploy.demo.interruptions import postponed


@dataclass(frozen=True)
class Read:
    """What a reader took to read so many records; `server_cpu_s` is what its server spent meanwhile."""

    records: int
    seconds: float
    cpu_s: float
    server_cpu_s: float = 0.0

    @property
    def per_s(self) -> float:
        return self.records / self.seconds

    @property
    def cpu_us(self) -> float:
        """Processor time a record, of the reader alone."""
        return self.cpu_s * 1e6 / self.records

    @property
    def both_cpu_us(self) -> float:
        return (self.cpu_s + self.server_cpu_s) * 1e6 / self.records


class Reader:
    """The parent's end."""

    def __init__(self, process: subprocess.Popen, log: Path, server: Program | None):
        self._process, self._log, self._server = process, log, server

    def does(self, word: str, expected: int) -> Read:
        """Let it do what the word says. Raises BenchFault when it does not come to `expected` records."""
        before = cpu_of(self._server)
        try:
            self._process.stdin.write(f"{word}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # why it ended stands in its log
        told = self._process.stdout.readline()
        if not told:
            said = self._log.read_text("utf-8", "replace").strip().splitlines() or ["nothing"]
            raise BenchFault(f"a reader ended; the last that it said: {said[-1]}")
        read = Read(**json.loads(told), server_cpu_s=cpu_of(self._server) - before)
        if read.records != expected:
            raise BenchFault(f"a reader was to {word} {expected} records and came to {read.records}: {told.strip()}")
        return read


@contextmanager
def reader(command: Sequence[str], log: Path, server: Program | None = None) -> Iterator[Reader]:
    process = None
    try:
        with log.open("ab") as errors, postponed():
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        yield Reader(process, log, server)
    finally:
        if process:
            end(process)
            process.stdin.close()
            process.stdout.close()


def cpu_of(program: Program | None) -> float:
    """Seconds of processor time of a server so far."""
    if program is None:
        return 0.0
    times = psutil.Process(program.process.pid).cpu_times()
    return times.user + times.system


def listen(does: Callable[[str], int]) -> None:
    """The child's end: do each word that comes; `does` returns how many records there were.

    As in a node (node/commands/serving.py), the program itself is no garbage: to look through it once took a tenth of
    the time of a first start.
    """
    gc.freeze()
    for line in sys.stdin:
        began, cpu = perf_counter(), process_time()
        records = does(line.strip())
        told: dict[str, Any] = {"records": records, "seconds": perf_counter() - began, "cpu_s": process_time() - cpu}
        print(json.dumps(told), flush=True)
