"""How long a node takes from its start to its first answer, and to its first page of results."""

from time import perf_counter

from deploy.bench.measuring import Figure
from deploy.bench.programs import Client, bare_process, node_process
from deploy.bench.workshop import Workshop

AIM_S = 3.0


def measure(workshop: Workshop) -> list[Figure]:
    node, bare, page = [], [], []
    folder = workshop.large_node
    for run in range(workshop.sizes.runs):
        workshop.say(f"start {run + 1} of {workshop.sizes.runs}")
        with bare_process(workshop.folder) as program:
            bare.append(program.alive_s)
        with node_process(folder) as program, Client(program.port) as client:
            began = perf_counter()
            client.get("/lavoro")
            node.append(program.alive_s)
            page.append(program.alive_s + perf_counter() - began)
    floor = Figure("", "s", tuple(bare)).measured
    beside = "bare Flask + waitress"
    return [
        Figure("start to first answer", "s", tuple(node), AIM_S, floor, beside),
        Figure("start to first results page", "s", tuple(page), None, floor, beside),
    ]
