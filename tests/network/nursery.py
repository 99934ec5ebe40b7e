"""Nodes that start in a blink: one process loads the program once, and forks for every node that is wanted.

What is spared is the loading alone, which is the same each time and touches no data: each node is a process of its own,
with its folder, port and databases, and runs `sportello run` from its first line. Fifty kills cost a minute less.
"""

import multiprocessing
import os
import subprocess
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from deploy.demo.processes import Processes
from node import cli

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["node.cli"])


class Forked:
    """A forked process, with what of `subprocess.Popen` the demo uses."""

    def __init__(self, process: ForkServerProcess):
        self.process = process

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> None:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.process.pid), timeout)

    def kill(self) -> None:
        self.process.kill()

    def terminate(self) -> None:
        self.process.terminate()


class Nursery(Processes):
    """The demo's nodes, forked."""

    def launch(self, words: list[str], log: Path) -> Forked:
        process = FORKING.Process(target=run, args=(words, log))
        process.start()
        return Forked(process)


def run(words: list[str], log: Path) -> None:
    """What the forked process does: become a session of its own, write to the log, be `sportello`."""
    os.setsid()
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for number in (1, 2):
        os.dup2(told, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    cli.cli.main(words, standalone_mode=False)
