"""`kill -9` of any node at any moment: what a desk was told is published stays published, once.

The ledger is outside the nodes: it writes a vacancy down when the node has answered, and an operator whose node died
under her sends the same form again until it answers, as a person would.
"""

import random
import threading
import time
from contextlib import suppress
from functools import partial

import requests
from sqlalchemy import select

from deploy.demo import watching
from deploy.demo.people import Operator
from deploy.demo.processes import DemoFault, is_answered
from federation import replica

KILLS = 50
AT_ONCE = 4
AWAKE = 5
"""So many nodes must be answering before the next blow: a network in which nobody ever works would prove nothing."""
OPERATORS = 4
MARK = "Custode di fari"
PAUSE_S = (0.5, 1.5)
"""Between two blows: long enough for somebody to publish now and then."""
PATIENCE_S = 120


class Clerk(threading.Thread):
    """Publishes one vacancy after the other at random nodes, and keeps the ledger: ref -> title."""

    def __init__(self, number, operators, stop, seed):
        super().__init__(daemon=True)
        self.number, self.operators, self.stop = number, operators, stop
        self.random = random.Random(seed)
        self.ledger = {}

    def run(self):
        count = 0
        while not self.stop.is_set():
            operator = self.random.choice(self.operators)
            count += 1
            self.publish(operator, f"{MARK} {self.number}-{count}")
            self.stop.wait(0.5)

    def publish(self, operator, title):
        typed = None
        while True:
            with suppress(requests.RequestException, DemoFault):
                typed = typed or operator.vacancy(title)
                self.ledger[operator.node.id, operator.publish(typed)] = title
                return
            time.sleep(0.2)


def kill_and_start(running, nodes, chance):
    """Several processes at once, at random moments, some of them still starting; how many died."""
    victims = chance.sample(nodes, chance.randint(1, AT_ONCE))
    for node in victims:
        time.sleep(chance.random() * 0.2)
        running.kill(node)
    for node in victims:
        running.start(node)
    return len(victims)


def wait_until(is_so, told):
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, told()
        time.sleep(0.1)


def titles_held(demo, node):
    """(origin, ref) -> title of our vacancies, as the node's replica holds them."""
    with watching.opened(node.folder(demo.root) / "replica.sqlite") as session:
        copies = [copy for copy in replica.live(session, "vacancy") if copy.body["title"].startswith(MARK)]
    return {(copy.origin, copy.id): copy.body["title"] for copy in copies}


def holds(demo, node, ledger):
    return titles_held(demo, node) == ledger


def told_of(demo, node, ledger):
    """What a node holds too little or too much, and how it gets on with the others: for the message of a failure."""
    held = titles_held(demo, node)
    with watching.opened(node.folder(demo.root) / "replica.sqlite") as session:
        peers = [
            f"{peer.id}: tried {peer.last_tried_at}, next {peer.next_at}, {peer.failures} failures ({peer.last_error})"
            for peer in session.scalars(select(replica.Peer))
        ]
    missing = {key: title for key, title in ledger.items() if key not in held}
    strange = {key: title for key, title in held.items() if ledger.get(key) != title}
    return "\n".join([f"{node.id} lacks {missing}, holds besides {strange}", *peers])


def test_fifty_kills_lose_no_acknowledged_vacancy_and_double_none(demo, running):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, stop = random.Random(seed), threading.Event()
    operators = [Operator(node) for node in demo.nodes]
    clerks = [Clerk(number, operators, stop, seed + number) for number in range(OPERATORS)]
    for clerk in clerks:
        clerk.start()
    killed = 0
    while killed < KILLS:
        killed += kill_and_start(running, demo.nodes, chance)
        wait_until(lambda: sum(map(is_answered, demo.nodes)) >= AWAKE, lambda: "the nodes do not come back")
        time.sleep(chance.uniform(*PAUSE_S))
    stop.set()
    for node in demo.nodes:
        running.wait_for(node)
    for clerk in clerks:
        clerk.join(PATIENCE_S)
        assert not clerk.is_alive()
    ledger = {key: title for clerk in clerks for key, title in clerk.ledger.items()}
    assert len(ledger) > OPERATORS, "the operators must have published while nodes died"
    assert len(set(ledger.values())) == len(ledger), "a form sent twice was acknowledged under two refs"
    for node in demo.nodes:
        wait_until(partial(holds, demo, node, ledger), partial(told_of, demo, node, ledger))
