"""What people were told, written down outside the nodes, and held against what every node holds afterwards."""

import random
import threading
import time
from contextlib import suppress
from functools import partial

import requests
from sqlalchemy import select

from deploy.demo import watching
from deploy.demo.processes import DemoFault
from federation import replica

MARK = "Custode di fari"
PATIENCE_S = 240


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


def wait_until(is_so, told):
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, told()
        time.sleep(0.1)


def titles_held(root, node):
    """(origin, ref) -> title of our vacancies, as the node's replica holds them."""
    with watching.opened(node.folder(root) / "replica.sqlite") as session:
        copies = [copy for copy in replica.live(session, "vacancy") if copy.body["title"].startswith(MARK)]
    return {(copy.origin, copy.id): copy.body["title"] for copy in copies}


def holds(root, node, ledger):
    return titles_held(root, node) == ledger


def told_of(root, node, ledger):
    """What a node holds too little or too much, and how it gets on with the others: for the message of a failure."""
    held = titles_held(root, node)
    with watching.opened(node.folder(root) / "replica.sqlite") as session:
        peers = [
            f"{peer.id}: tried {peer.last_tried_at}, next {peer.next_at}, {peer.failures} failures ({peer.last_error})"
            for peer in session.scalars(select(replica.Peer))
        ]
    missing = {key: title for key, title in ledger.items() if key not in held}
    strange = {key: title for key, title in held.items() if ledger.get(key) != title}
    return "\n".join([f"{node.id} lacks {missing}, holds besides {strange}", *peers])


def wait_until_all_hold(root, nodes, ledger):
    """Every node holds exactly what people were told: nothing is lost, nothing is there twice."""
    assert len(set(ledger.values())) == len(ledger), "a form sent twice was acknowledged under two refs"
    for node in nodes:
        wait_until(partial(holds, root, node, ledger), partial(told_of, root, node, ledger))
