"""The nine processes: started here, watched here, and ended here, together with nothing else.

Each is its own process, started as an administrator would start it, writing its log into its own folder. They stand in
a group of their own, so that Ctrl-C in this terminal reaches only us and we end them in order.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from deploy.demo.interruptions import postponed
from deploy.demo.nodes import HOST, DemoNode

LOG = "node.log"
START_PATIENCE_S = 60.0
STOP_PATIENCE_S = 8.0


class DemoFault(Exception):
    """The demo cannot go on; the text is for the person who started it."""


class Processes:
    """The running nodes of the demo whose folders lie in `root`."""

    def __init__(self, root: Path):
        self.root = root
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def check_ports(self, nodes: Iterable[DemoNode]) -> None:
        """Raises DemoFault naming the addresses that another program holds."""
        taken = [str(node.port) for node in nodes if is_answered(node)]
        if taken:
            raise DemoFault(
                f"Porte già in uso: {', '.join(taken)}. Un’altra dimostrazione è accesa? Oppure usa --first-port."
            )

    def start(self, node: DemoNode) -> None:
        """Start a node's process; it may take a moment until it answers."""
        folder = node.folder(self.root)
        with postponed():
            self.running[node.id] = self.launch(["run", "--data", str(folder), "--port", str(node.port)], folder / LOG)

    def launch(self, words: list[str], log: Path) -> "subprocess.Popen[bytes]":
        """A process of `sportello` with these words; what it says goes to the end of the log."""
        with log.open("ab") as told:
            return subprocess.Popen(
                [sys.executable, "-m", "node", *words],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )

    def wait_for(self, node: DemoNode) -> None:
        """Return when the node accepts connections. Raises DemoFault when it ends instead, or takes too long."""
        until = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < until:
            if self.running[node.id].poll() is not None:
                break
            if is_answered(node):
                return
            time.sleep(0.05)
        raise DemoFault(f"{node.id} non si è acceso. L’ultima riga del suo log: {self.last_line(node)}")

    def last_line(self, node: DemoNode) -> str:
        lines = (node.folder(self.root) / LOG).read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "(il log è vuoto)"

    def is_running(self, node: DemoNode) -> bool:
        process = self.running.get(node.id)
        return process is not None and process.poll() is None

    def kill(self, node: DemoNode) -> None:
        """Without a word (kill -9); wait until it is gone."""
        self.running[node.id].kill()
        self.running[node.id].wait()

    def stop_all(self) -> None:
        """Ask every node that we started to end, and end those that do not."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_PATIENCE_S
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def is_answered(node: DemoNode) -> bool:
    """Whether some program accepts connections at the node's address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, node.port)) == 0
