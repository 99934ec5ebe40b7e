"""The processes that are measured: started as an administrator would, and ended here, whatever happens in between."""

import random
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, perf_counter, sleep

from deploy.bench.measuring import PROBLEM, BenchFault
from deploy.demo.interruptions import postponed

HOST = "127.0.0.1"
ANSWER_S = 30.0
START_PATIENCE_S = 120.0
STOP_PATIENCE_S = 15.0
RETRY_S = 0.005
MODULE = [sys.executable, "-m"]


class Program:
    """A process that serves HTTP on `port`; `alive_s` is what it took from its start to the first good answer."""

    def __init__(self, command: Sequence[str], port: int, log: Path):
        self.port, self.log = port, log
        started = perf_counter()
        self.process: subprocess.Popen | None = None
        try:
            with log.open("ab") as output, postponed():
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
                )
            self.await_answer()
        except BaseException:
            self.end()
            raise
        self.alive_s = perf_counter() - started

    def await_answer(self) -> None:
        """A node takes its address before it can answer: the first connection waits there, and loses no moment."""
        until = monotonic() + START_PATIENCE_S
        while monotonic() < until and self.process.poll() is None:
            try:
                with Client(self.port) as client:
                    client.get("/healthz")
            except ConnectionError:
                sleep(RETRY_S)
            else:
                return
        said = self.log.read_text("utf-8", "replace").strip().splitlines() or ["nothing"]
        raise BenchFault(f"a program did not start; the last that it said: {said[-1]}")

    def end(self) -> None:
        if self.process:
            end(self.process)


class Client:
    """One connection kept alive, which adds as little of its own as Python can."""

    def __init__(self, port: int):
        self.connection = HTTPConnection(HOST, port, timeout=ANSWER_S)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str) -> bytes:
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """The body of a good answer. Raises BenchFault for one that says no, ConnectionError."""
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status >= PROBLEM:
            raise BenchFault(f"{method} {path} was answered {answer.status}")
        return told


@contextmanager
def node_process(folder: Path, port: int | None = None, serve: str | None = None) -> Iterator[Program]:
    """The node of this folder at work, pages and background jobs in one process; or only the doors in `serve`."""
    port = port or free_port()
    command = [*MODULE, "node", "run", "--data", str(folder), "--port", str(port)]
    if serve:
        command += ["--serve", serve]
    yield from running(command, port, folder / "node.log")


@contextmanager
def bare_process(folder: Path, port: int | None = None) -> Iterator[Program]:
    """The reference: Flask and waitress, and nothing of ours."""
    port = port or free_port()
    yield from running([*MODULE, "deploy.bench.bare", str(port)], port, folder / f"bare-{port}.log")


def running(command: Sequence[str], port: int, log: Path) -> Iterator[Program]:
    program = Program(command, port, log)
    try:
        yield program
    finally:
        program.end()


def end(process: subprocess.Popen) -> None:
    """Ask it to end, then see to it."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return probe.getsockname()[1]


def free_ports(count: int) -> int:
    """The first of `count` free neighbouring ports, below those that the system gives to connections."""
    for first in random.sample(range(20_000, 32_000 - count), 100):
        if all(is_free(port) for port in range(first, first + count)):
            return first
    raise BenchFault(f"no {count} free ports in a row")


def is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
