"""The demo as a measured whole: built, filled and synced by its own command, then started again for its readers."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from deploy.bench.measuring import BenchFault
from deploy.bench.programs import MODULE, end, free_ports
from deploy.demo.interruptions import postponed
from deploy.demo.nodes import DemoNode, nine
from deploy.demo.processes import Processes

COUNT = 9
SYNCED = "Ogni nodo ha tutti i dati"
"""How the demo's line begins that says it."""


@dataclass(frozen=True)
class Synced:
    """What the demo left behind. `took_s`: from its start, with empty hands, until all nodes held all records."""

    root: Path
    nodes: tuple[DemoNode, ...]
    took_s: float


def sync(root: Path, say: Callable[[str], None]) -> Synced:
    """Run the demo until it is synced. Raises BenchFault when it does not get there."""
    nodes = nine(free_ports(COUNT))
    told = ["--exit-when-synced", "--data", str(root), "--first-port", str(nodes[0].port)]
    started = perf_counter()
    process = took_s = None
    line = ""
    try:
        with postponed():
            process = subprocess.Popen(
                [*MODULE, "deploy.demo", *told],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        for line in process.stdout:
            if line.startswith(SYNCED):
                took_s = perf_counter() - started
            say(f"demo: {line.strip()}")
        process.wait()
    finally:
        if process:
            end(process)
            process.stdout.close()
    if took_s is None or process.returncode:
        raise BenchFault(f"the demo did not get to the end; the last that it said: {line.strip()}")
    return Synced(root, nodes, took_s)


@contextmanager
def started(synced: Synced) -> Iterator[tuple[DemoNode, ...]]:
    """The nine nodes at work."""
    processes = Processes(synced.root)
    try:
        for node in synced.nodes:
            processes.start(node)
        for node in synced.nodes:
            processes.wait_for(node)
        yield synced.nodes
    finally:
        processes.stop_all()
