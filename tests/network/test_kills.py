"""`kill -9` of any process at any moment: what a desk was told is published stays published, once.

Most nodes are one process, which is reader, server, publisher and worker in one; some are three, as behind a proxy that
faces the Internet: what serves, the desk, and a worker beside it; whoever of the last two has the claim does the jobs.

The ledger is outside the nodes: it writes a vacancy down when the node has answered, and an operator whose node died
under her sends the same form again until it answers, as a person would.
"""

import os
import random
import threading
import time
from dataclasses import dataclass, replace

import pytest

from deploy.demo.nodes import DemoNode
from deploy.demo.people import Operator
from deploy.demo.processes import LOG, is_answered
from tests.network.conftest import free_ports
from tests.network.ledger import PATIENCE_S, Clerk, wait_until, wait_until_all_hold

KILLS = 60
SOAK_KILLS = int(os.environ.get("KILLS", "10000"))
AT_ONCE = 4
AWAKE = 5
"""So many nodes must be answering before the next blow: a network in which nobody ever works would prove nothing."""
SPLIT = 3
"""So many nodes run as three processes each."""
OPERATORS = 4
PAUSE_S = (0.5, 1.5)
"""Between two blows: long enough for somebody to publish now and then."""


@dataclass(frozen=True)
class Part:
    """One process of a node. `words` are those of `sportello`, `name` is what it is started and killed under."""

    name: str
    node: DemoNode
    words: tuple[str, ...]

    def start(self, running):
        folder = self.node.folder(running.root)
        running.running[self.name] = running.launch([*self.words, "--data", str(folder)], folder / LOG)

    def kill(self, running):
        running.running[self.name].kill()
        running.running[self.name].wait()


def whole(node):
    return [Part(node.id, node, ("run", "--port", str(node.port)))]


def split(node, desk_port):
    """What serves citizens and peers, the desk, and a worker."""
    return [
        Part(node.id, node, ("run", "--serve", "public,feed", "--port", str(node.port))),
        Part(f"{node.id} desk", node, ("run", "--serve", "desk", "--port", str(desk_port))),
        Part(f"{node.id} worker", node, ("worker",)),
    ]


@pytest.fixture
def parts(demo, running):
    """The processes of the nine nodes, three of them split; afterwards each is one process again."""
    apart, ports = demo.nodes[-SPLIT:], free_ports()
    found = [part for node in demo.nodes[:-SPLIT] for part in whole(node)]
    for number, node in enumerate(apart):
        running.kill(node)
        found += split(node, ports + number)
    for part in found[-3 * SPLIT :]:
        part.start(running)
    yield found
    for part in found[-3 * SPLIT :]:
        part.kill(running)
        del running.running[part.name]
    for node in apart:
        running.start(node)
    for node in apart:
        running.wait_for(node)


def desk_of(parts, node):
    """The node with the port at which its desk answers."""
    words = next(part.words for part in reversed(parts) if part.node == node and "--port" in part.words)
    return replace(node, port=int(words[-1]))


def kill_and_start(running, parts, chance):
    """Several processes at once, at random moments, some of them still starting; how many died."""
    victims = chance.sample(parts, chance.randint(1, AT_ONCE))
    for part in victims:
        time.sleep(chance.random() * 0.2)
        part.kill(running)
    for part in victims:
        part.start(running)
    return len(victims)


def endure(demo, running, parts, kills):
    """Kill so many processes while operators publish; afterwards every node holds what they were told, once."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, stop = random.Random(seed), threading.Event()
    desks = [desk_of(parts, node) for node in demo.nodes]
    wait_until(lambda: all(map(is_answered, desks)), lambda: "a desk does not answer")
    operators = [Operator(desk) for desk in desks]
    clerks = [Clerk(number, operators, stop, seed + number) for number in range(OPERATORS)]
    for clerk in clerks:
        clerk.start()
    killed = 0
    while killed < kills:
        killed += kill_and_start(running, parts, chance)
        wait_until(lambda: sum(map(is_answered, demo.nodes)) >= AWAKE, lambda: "the nodes do not come back")
        time.sleep(chance.uniform(*PAUSE_S))
    stop.set()
    wait_until(lambda: all(map(is_answered, [*demo.nodes, *desks])), lambda: "a node does not come back")
    for clerk in clerks:
        clerk.join(PATIENCE_S)
        assert not clerk.is_alive()
    ledger = {key: title for clerk in clerks for key, title in clerk.ledger.items()}
    assert len(ledger) > OPERATORS, "the operators must have published while nodes died"
    wait_until_all_hold(demo.root, demo.nodes, ledger)


def test_sixty_kills_lose_no_acknowledged_vacancy_and_double_none(demo, running, parts):
    endure(demo, running, parts, KILLS)


@pytest.mark.soak
def test_ten_thousand_kills_lose_no_acknowledged_vacancy_and_double_none(demo, running, parts):
    endure(demo, running, parts, SOAK_KILLS)
