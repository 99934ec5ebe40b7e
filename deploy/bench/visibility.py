"""From the operator's click on "Pubblica" until citizens find the vacancy on each of the other eight nodes.

The clock starts before the form is sent and stops at the first answer that contains the vacancy; in between each node
is asked every 50 ms. Beside it a bare round trip: one POST, and one GET that reads what was posted.
"""

import json
import random
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from statistics import median
from time import monotonic, perf_counter, sleep

from deploy.bench.measuring import BenchFault, Figure, p95, timed_ms
from deploy.bench.nine_nodes import started
from deploy.bench.programs import Client, bare_process
from deploy.bench.workshop import Workshop
from deploy.demo.nodes import DemoNode
from deploy.demo.people import Operator

AIM_S = 5.0
ASK_EVERY_S = 0.05
PATIENCE_S = 60.0
PAUSE_S = 2.0
"""At most so long between two publications, so that they meet the nodes' jobs at any moment of their pace."""

ROUND_TRIPS = 200
SEED = 2011
SYLLABLES = ("ba", "do", "fu", "gi", "lo", "mu", "ne", "po", "ri", "su", "ta", "ve", "zo")


def measure(workshop: Workshop) -> list[Figure]:
    seen = publications(workshop)
    workshop.say("bare round trips")
    with bare_process(workshop.folder) as program, Client(program.port) as client:
        trips = [timed_ms(partial(round_trip, client)) / 1000 for _trip in range(ROUND_TRIPS)]
    each = [seconds for one in seen for seconds in one]
    last = [max(one) for one in seen]
    beside = "bare HTTP POST + GET"
    typical, slow = median(trips), p95(trips)
    return [
        Figure("publication seen on another node: median", "s", tuple(each), None, typical, beside),
        Figure("publication seen on another node: p95", "s", (p95(each),), AIM_S, slow, beside),
        Figure("publication seen on all eight: median", "s", tuple(last), None, typical, beside),
        Figure("publication seen on all eight: slowest", "s", (max(last),), AIM_S, max(trips), beside),
    ]


def publications(workshop: Workshop) -> list[list[float]]:
    """For each publication the seconds until each of the other nodes showed it."""
    chance = random.Random(SEED)
    count = workshop.sizes.publications
    seen = []
    with started(workshop.synced) as nodes, ThreadPoolExecutor(len(nodes)) as pool, ExitStack() as stack:
        operators = {node: stack.enter_context(Operator(node)) for node in nodes}
        for number in range(count):
            author = chance.choice(nodes)
            readers = [node for node in nodes if node != author]
            seen.append(publish(operators[author], readers, new_word(chance), pool))
            told = f"publication {number + 1} of {count}, at {author.id}"
            workshop.say(f"{told}: on all others after {max(seen[-1]):.2f} s")
            sleep(chance.uniform(0, PAUSE_S))
    return seen


def publish(operator: Operator, readers: Sequence[DemoNode], word: str, pool: Executor) -> list[float]:
    """Publish a vacancy with this word in its title; seconds until each of the readers shows it."""
    typed = operator.vacancy(f"Collaudatore {word}")
    began = perf_counter()
    ref = operator.publish(typed)
    return [seen_at - began for seen_at in pool.map(lambda node: when_seen(node, word, ref), readers)]


def when_seen(node: DemoNode, word: str, ref: str) -> float:
    """The moment when the node's search showed the vacancy. Raises BenchFault after a minute."""
    until = monotonic() + PATIENCE_S
    with Client(node.port) as client:
        while monotonic() < until:
            asked = perf_counter()
            found = json.loads(client.get(f"/api/v1/vacancies?q={word}&page_size=5"))["items"]
            answered = perf_counter()
            if any(vacancy["id"] == ref for vacancy in found):
                return answered
            sleep(max(0.0, asked + ASK_EVERY_S - answered))
    raise BenchFault(f"{node.id} did not show a vacancy within {PATIENCE_S:.0f} s of its publication")


def new_word(chance: random.Random) -> str:
    """One that no vacancy has, so that a node without it has nothing to search in."""
    return "".join(chance.choices(SYLLABLES, k=6))


def round_trip(client: Client) -> None:
    client.ask("POST", "/note", b"Collaudatore")
    if client.get("/note") != b"Collaudatore":
        raise BenchFault("the bare program did not keep its note")
