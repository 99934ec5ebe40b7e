"""What a node keeps in memory: a while after its start, and after people have searched.

RSS is what the aim speaks of; USS leaves out what is shared with other processes, as nine nodes on one machine do.
"""

from collections.abc import Iterable
from statistics import median
from time import sleep

import psutil

from deploy.bench.measuring import Figure
from deploy.bench.programs import Client, Program, bare_process, node_process
from deploy.bench.questions import QUESTIONS, page_address
from deploy.bench.workshop import Workshop

AIM_MB = 150.0
MB = 1_000_000
BARE_SETTLE_S = 0.5

Taken = tuple[float, float]
"""(RSS, USS) in MB."""


def measure(workshop: Workshop) -> list[Figure]:
    sizes = workshop.sizes
    rested, used, bare = [], [], []
    folder = workshop.large_node
    for run in range(sizes.runs):
        workshop.say(f"memory {run + 1} of {sizes.runs}")
        with bare_process(workshop.folder) as program:
            sleep(BARE_SETTLE_S)
            bare.append(memory_of(program))
        with node_process(folder) as program, Client(program.port) as client:
            sleep(sizes.settle_s)
            rested.append(memory_of(program))
            search_all(client, sizes.rounds)
            used.append(memory_of(program))
    return [
        *figures("after the start", rested, bare),
        *figures(f"after {sizes.rounds * len(QUESTIONS)} searches", used, bare),
    ]


def memory_of(program: Program) -> Taken:
    told = psutil.Process(program.process.pid).memory_full_info()
    return told.rss / MB, told.uss / MB


def search_all(client: Client, rounds: int) -> None:
    for _round in range(rounds):
        for question in QUESTIONS:
            client.get(page_address(question))


def figures(when: str, node: Iterable[Taken], bare: Iterable[Taken]) -> list[Figure]:
    rss, uss = zip(*node, strict=True)
    bare_rss, bare_uss = zip(*bare, strict=True)
    beside = "bare Flask + waitress"
    return [
        Figure(f"resident memory (RSS) {when}", "MB", rss, AIM_MB, median(bare_rss), beside),
        Figure(f"own memory (USS) {when}", "MB", uss, None, median(bare_uss), beside),
    ]
