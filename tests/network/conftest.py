"""Nine real nodes on loopback: built once by the demo's own command, started again for whoever wants to hurt them."""

import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.demo.nodes import DemoNode, nine
from deploy.demo.processes import is_answered
from tests.network.nursery import Nursery

CHECKOUT = Path(__file__).parent.parent.parent
BUILD_PATIENCE_S = 300


@dataclass
class Demo:
    """What `make demo` left behind: the folder of the nine nodes and what it said."""

    root: Path
    nodes: tuple[DemoNode, ...]
    said: str


@pytest.fixture(scope="package")
def demo(tmp_path_factory):
    """The demo, built and synced by its command, then ended by itself."""
    root = tmp_path_factory.mktemp("demo") / "nodes"
    nodes = nine(free_ports())
    command = [
        sys.executable,
        "-m",
        "deploy.demo",
        "--exit-when-synced",
        "--data",
        str(root),
        "--first-port",
        str(nodes[0].port),
    ]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=BUILD_PATIENCE_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    yield Demo(root, nodes, done.stdout)
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="package")
def running(demo):
    """The processes of the nine nodes, all accepting connections."""
    processes = Nursery(demo.root)
    for node in demo.nodes:
        processes.start(node)
    try:
        for node in demo.nodes:
            processes.wait_for(node)
        yield processes
    finally:
        processes.stop_all()


def free_ports() -> int:
    """The first of nine neighbouring ports on which nobody answers."""
    for _try in range(50):
        first = random.randrange(20_000, 30_000)
        if not any(is_answered(node) for node in nine(first)):
            return first
    raise AssertionError("no nine free ports in a row")
