"""How long a citizen waits for a page of results, alone and among four, over connections kept alive.

Beside it: /healthz of the same node under the same load, which is all that HTTP and Flask cost; and for the search
alone, without page and HTTP, the same question to plain SQLite.
"""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from time import perf_counter
from typing import NamedTuple

from deploy.bench.measuring import Figure, p50, p95, timed_ms
from deploy.bench.plain_search import PlainSearch
from deploy.bench.programs import Client, node_process
from deploy.bench.questions import QUESTIONS, api_address, page_address
from deploy.bench.workshop import Workshop

AIM_P95_MS = 40.0
CROWD = 4
HEALTHZ = "/healthz of the same node"
FLOOR = ["/healthz"] * len(QUESTIONS)
PAGES = [page_address(question) for question in QUESTIONS]

Times = list[float]


class Run(NamedTuple):
    """Milliseconds of each request, and how many were answered in a second."""

    times: Times
    per_second: float


def measure(workshop: Workshop) -> list[Figure]:
    sizes = workshop.sizes
    folder = workshop.large_node
    runs = []
    with node_process(folder) as program, PlainSearch(folder / "replica.sqlite") as plain:
        ask(program.port, PAGES, 1)  # templates and catalogues are read at the first request
        for run in range(sizes.runs):
            workshop.say(f"results page {run + 1} of {sizes.runs}")
            runs.append(one_run(program.port, plain, sizes.rounds))

    def of(name: str) -> list[Run]:
        return [each[name] for each in runs]

    many = f"{CROWD} clients"
    return [
        *waits("results page, 1 client", of("page"), of("floor"), HEALTHZ, AIM_P95_MS),
        *waits(f"results page, {many}", of("pages"), of("floors"), f"{HEALTHZ}, {many}"),
        rate(f"results pages to {many}", of("pages"), of("floors")),
        *waits("the search alone", of("search"), of("plain"), "SQLite LIKE, in process"),
    ]


def one_run(port: int, plain: PlainSearch, rounds: int) -> dict[str, Run]:
    return {
        "page": ask(port, PAGES, rounds),
        "floor": ask(port, FLOOR, rounds),
        "pages": ask(port, PAGES, rounds, CROWD),
        "floors": ask(port, FLOOR, rounds, CROWD),
        "search": searches(port, rounds),
        "plain": timed(lambda question: timed_ms(lambda: plain.search(question)), rounds),
    }


def ask(port: int, paths: Sequence[str], rounds: int, clients: int = 1) -> Run:
    """Every client asks for all paths so many times, each in an order of its own."""

    def one(seed: int) -> Times:
        chance = random.Random(seed)
        with Client(port) as client:
            return [
                timed_ms(partial(client.get, path))
                for _round in range(rounds)
                for path in chance.sample(paths, len(paths))
            ]

    began = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = [each for found in pool.map(one, range(clients)) for each in found]
    return Run(times, len(times) / (perf_counter() - began))


def searches(port: int, rounds: int) -> Run:
    """What the node itself says that each search took, which is neither page nor HTTP."""
    with Client(port) as client:
        return timed(lambda question: json.loads(client.get(api_address(question)))["took_ms"], rounds)


def timed(took_ms: Callable[[dict[str, str]], float], rounds: int) -> Run:
    began = perf_counter()
    times = [took_ms(question) for _round in range(rounds) for question in QUESTIONS]
    return Run(times, len(times) / (perf_counter() - began))


def waits(what: str, runs: Iterable[Run], beside: Iterable[Run], name: str, aim: float | None = None) -> list[Figure]:
    """Median and 95th percentile of each run, beside the same of the reference."""
    runs, beside = list(runs), list(beside)
    return [
        figure_of(f"{what}: {told}", taken, runs, beside, name, limit)
        for told, taken, limit in (("median", p50, None), ("p95", p95, aim))
    ]


def figure_of(
    what: str, taken: Callable[[Times], float], runs: list[Run], beside: list[Run], name: str, aim: float | None
) -> Figure:
    return Figure(
        what, "ms", tuple(taken(run.times) for run in runs), aim, median(taken(run.times) for run in beside), name
    )


def rate(what: str, runs: Iterable[Run], beside: Iterable[Run]) -> Figure:
    told = tuple(run.per_second for run in runs)
    return Figure(what, "/s", told, None, median(run.per_second for run in beside), f"{HEALTHZ}, {CROWD} clients")
