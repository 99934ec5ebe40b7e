"""Bad weather between real nodes: wires that are cut, slow or lying, and a disk without room.

Four nodes, each known to the others by the address of a proxy (proxy.py) whose faults are switched while they run. What
people were told is written down outside (ledger.py) and held against every replica once the weather is fair again.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest
import requests

from deploy.demo import watching
from deploy.demo.building import found_and_fill, invite, join
from deploy.demo.nodes import DemoNode, nine
from deploy.demo.people import Operator
from federation.replica import Peer
from node.commands import network as commands
from node.core.config import load
from tests.network.conftest import free_ports
from tests.network.ledger import MARK, titles_held, wait_until, wait_until_all_hold
from tests.network.nursery import Nursery
from tests.network.proxy import BlackHole, Drip, Late, Proxy, Short, holder_of

PERIODS = {"poll_every_s": 3, "head_every_s": 10}
PACE_S = 25
"""A record is everywhere within two or three seconds; this leaves a busy machine its time, and is less than the 30 s that a slow peer is given."""
DISK = "64m"
"""A replica's write-ahead log alone may take 16 MB."""
JOIN_PATIENCE_S = 60


@dataclass
class Network:
    """Four nodes, the proxies before them, and what their desks were told. The last node's replica has a disk of its own."""

    root: Path
    nodes: tuple[DemoNode, ...]
    processes: Nursery
    proxies: dict[str, Proxy] = field(default_factory=dict)
    operators: dict[str, Operator] = field(default_factory=dict)
    ledger: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: count = field(default_factory=count)

    def publish(self, *nodes):
        """One vacancy at each desk; their keys."""
        keys = []
        for node in nodes:
            operator, title = self.operators[node.id], f"{MARK} {next(self.numbers)}"
            keys.append((node.id, operator.publish(operator.vacancy(title))))
            self.ledger[keys[-1]] = title
        return keys

    def hold(self, nodes, keys):
        return all(set(keys) <= set(titles_held(self.root, node)) for node in nodes)

    def wait_for(self, nodes, keys, patience_s=PACE_S):
        until = time.monotonic() + patience_s
        while not self.hold(nodes, keys):
            assert time.monotonic() < until, f"not everywhere after {patience_s} s: {keys}"
            time.sleep(0.1)

    def recover(self):
        """Fair weather, and at each desk work goes on: all hold all, once."""
        for proxy in self.proxies.values():
            proxy.suffer()
        self.publish(*self.nodes)
        wait_until_all_hold(self.root, self.nodes, self.ledger)

    def fault_noted(self, node, peer):
        """What `node` last wrote down about `peer`: a code, None when all was well."""
        with watching.opened(node.folder(self.root) / "replica.sqlite") as session:
            place = session.get(Peer, peer.id)
            return place and place.last_error and place.last_error.partition(":")[0]

    def pids(self):
        return {name: [each.process.pid] for name, each in self.processes.running.items()}


@pytest.fixture(scope="module")
def small_disk():
    """A folder with little room, None where we may not make one."""
    folder = Path(f"/tmp/cdl-small-disk-{os.getpid()}")
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    yield folder if made.returncode == 0 else None
    if made.returncode == 0:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture(scope="module")
def network(tmp_path_factory, small_disk):
    root = tmp_path_factory.mktemp("faults") / "nodes"
    network = Network(root, nine(free_ports())[:4], Nursery(root))
    try:
        build(network, small_disk)
        yield network
    finally:
        network.processes.stop_all()
        for proxy in network.proxies.values():
            proxy.close()
        shutil.rmtree(root, ignore_errors=True)


def build(network, small_disk):
    """Found and join over the proxies: their addresses are those of the roster."""
    root, capofila = network.root, network.nodes[0]
    for node in network.nodes:
        network.proxies[node.id] = Proxy(node.port, lambda port: holder_of(port, network.pids()))
        found_and_fill(root, replace(node, port=network.proxies[node.id].own_port))
    if small_disk:
        copies = network.nodes[3].folder(root) / "replica.sqlite"
        shutil.move(copies, small_disk / copies.name)
        copies.symlink_to(small_disk / copies.name)
    commands.create(load(capofila.folder(root), {}), "Rete", root / "chiavi", 3, 2, PERIODS)
    network.processes.start(capofila)
    network.processes.wait_for(capofila)
    for node in network.nodes[1:]:
        join(root, node, invite(root, capofila, node))
        network.processes.start(node)
    for node in network.nodes:
        network.processes.wait_for(node)
        network.operators[node.id] = Operator(node)
    network.wait_for(network.nodes, network.publish(*network.nodes), JOIN_PATIENCE_S)


def test_two_halves_of_a_network_work_on_and_become_one_again(network):
    sides = network.nodes[:2], network.nodes[2:]
    for side, other in (sides, sides[::-1]):
        for node in side:
            network.proxies[node.id].suffer(severed=[each.id for each in other])
    told = [network.publish(*side) for side in sides]
    for side, keys in zip(sides, told, strict=True):
        network.wait_for(side, keys)
    told = [keys + network.publish(*side) for side, keys in zip(sides, told, strict=True)]
    for side, keys, theirs in zip(sides, told, told[::-1], strict=True):
        network.wait_for(side, keys)
        for node in side:
            assert not set(titles_held(network.root, node)) & set(theirs), "nothing crosses the gap"
    network.recover()


@pytest.mark.parametrize("wire", [BlackHole(), Late(2), Drip(0.2)], ids=["black hole", "late", "drip"])
def test_the_others_keep_their_pace_while_one_cannot_be_read(network, wire):
    slow, honest = network.nodes[2], (network.nodes[0], network.nodes[1], network.nodes[3])
    network.proxies[slow.id].suffer(wire)
    calls = network.proxies[slow.id].calls
    network.publish(slow)
    wait_until(lambda: network.proxies[slow.id].calls > calls, lambda: "nobody has asked the slow one")
    network.wait_for(network.nodes, network.publish(*honest))
    network.recover()


@pytest.mark.parametrize("is_cut", [False, True], ids=["ends", "is reset"])
def test_pages_that_break_off_are_thrown_away_and_read_again(network, is_cut):
    """At any byte: in the head of an answer, in a page's first line or in its last."""
    torn, readers = network.nodes[1], (network.nodes[0], network.nodes[2], network.nodes[3])
    chance = random.Random(7)
    before = {node.id: titles_held(network.root, node) for node in network.nodes}
    network.proxies[torn.id].suffer(Short(lambda: chance.randrange(1, 1_200), is_cut))
    keys = network.publish(*[torn] * 6)
    codes = Counter()

    def is_noted():
        codes.update(network.fault_noted(reader, torn) for reader in readers)
        return all(network.fault_noted(reader, torn) or network.hold([reader], keys) for reader in readers)

    wait_until(is_noted, lambda: "the readers have not come")
    assert set(codes) <= {None, "truncated", "unreachable", "encoding", "page", "heads", "digests"}, codes
    for reader in readers:
        held = titles_held(network.root, reader)
        assert held == before[reader.id] or network.hold([reader], keys), "a page is kept whole or not at all"
    network.recover()


def test_a_node_without_room_for_copies_serves_its_citizens_and_catches_up(network, small_disk):
    if small_disk is None:
        pytest.skip("a small file system can be mounted by root only")
    full, others = network.nodes[3], network.nodes[:3]
    log = full.folder(network.root) / "node.log"
    known = next(iter(titles_held(network.root, full).values()))
    said = log.stat().st_size
    shorten_the_log(small_disk / "replica.sqlite")
    stuff(small_disk / "filler")
    while not is_complaining(log, said):
        network.publish(*others)
        time.sleep(0.3)
    keys = network.publish(full)
    for _question in range(3):
        answer = requests.get(f"{full.url}/api/v1/vacancies", params={"q": known, "page_size": "100"}, timeout=60)
        assert known in [item["title"] for item in answer.json()["items"]]
    network.wait_for(others, network.publish(others[0]))
    assert not network.hold(others, keys), "what has no room here cannot be read from here"
    (small_disk / "filler").unlink()
    network.recover()


def shorten_the_log(path):
    """The write-ahead log keeps the room that it once had, in which thousands of records find a place."""
    with closing(sqlite3.connect(path)) as copies:
        wait_until(
            lambda: copies.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0,
            lambda: "always somebody reads",
        )


def stuff(path):
    """Fill the disk to its last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass


def is_complaining(log, since):
    with log.open("rb") as file:
        file.seek(since)
        told = file.read()
    return b"job failed" in told and b"full" in told
