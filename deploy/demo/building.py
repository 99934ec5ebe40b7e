"""From nothing to nine nodes that know each other: folders, sample data, a network founded and joined over HTTP."""

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from deploy.demo.agenda import fill_agenda
from deploy.demo.nodes import NETWORK, PASSWORD, PEOPLE, DemoNode
from deploy.demo.persons import take_in_persons
from deploy.demo.processes import Processes
from deploy.demo.sample import load_sample
from federation.database import Database
from node.commands import administration, founding, network
from node.core.config import load
from node.core.db import opened, transaction

COMPLETE = "complete"
"""A file in the demo's folder that says that all of it was built."""

PERIODS = {"poll_every_s": 30, "head_every_s": 60}
GREY_AFTER_MIN = 3
"""Everything sooner than in a real network, where a comune in silence goes grey after three days: people watch."""
JOIN_PATIENCE_S = 60.0
Say = Callable[[str], None]


def is_built(root: Path) -> bool:
    return (root / COMPLETE).exists()


def build(root: Path, nodes: Sequence[DemoNode], processes: Processes, say: Say) -> None:
    """Make all nodes, start the capofila, let the others join, and start them. What half a demo left behind goes first.

    Nobody waits for what it does not need: the capofila starts while the others are made, and each joins when it is.
    """
    if root.exists():
        shutil.rmtree(root)
    capofila, *others = nodes
    say(found_and_fill(root, capofila))
    config = load(capofila.folder(root), {})
    network.create(config, NETWORK, root / "chiavi-di-radice", 3, 2, PERIODS)
    processes.start(capofila)
    with ThreadPoolExecutor(os.cpu_count()) as makers, ThreadPoolExecutor(len(others)) as joiners:
        joining = []
        for node, told in zip(others, makers.map(partial(found_and_fill, root), others), strict=True):
            say(told)
            processes.wait_for(capofila)
            joining.append(joiners.submit(join, root, node, invite(root, capofila, node)))
        for each in joining:
            each.result()
    say(f"Rete «{NETWORK}» con {len(nodes)} membri")
    for node in others:
        processes.start(node)
    for node in others:
        processes.wait_for(node)
    (root / COMPLETE).touch()


def found_and_fill(root: Path, node: DemoNode) -> str:
    found(root, node)
    return f"{node.id}: {fill(root, node)} offerte aperte"


def found(root: Path, node: DemoNode) -> None:
    """`sportello init`, with the settings of a demo and its log-ins."""
    more = ("demo=true", "allow_private_addresses=true", "rate_limits=false", f"grey_after_min={GREY_AFTER_MIN}")
    settings = founding.settings_for(node.comuni, node.id, None, node.url) | founding.more_settings(more)
    founding.found_node(node.folder(root), settings, PASSWORD)
    config = load(node.folder(root), {})
    for username, (name, role) in PEOPLE.items():
        administration.add_operator(config, username, name, role, PASSWORD)


def fill(root: Path, node: DemoNode) -> int:
    """How many vacancies are open afterwards."""
    config = load(node.folder(root), {})
    with opened(Database(config.desk_url, durable=True)) as desk:
        with transaction(desk) as session:
            take_in_persons(session, node.id, config.comuni[0], config.codes)
        count = load_sample(desk, node.id)
        with transaction(desk) as session:
            fill_agenda(session, node.id)
        return count


def invite(root: Path, capofila: DemoNode, node: DemoNode) -> str:
    """The token with which `node` may join."""
    wanted = load(node.folder(root), {})
    return network.invite(load(capofila.folder(root), {}), node.id, wanted.name, wanted.comuni).token()


def join(root: Path, node: DemoNode, token: str) -> None:
    network.join(load(node.folder(root), {}), token, JOIN_PATIENCE_S)
