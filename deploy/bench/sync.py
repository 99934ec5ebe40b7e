"""From empty hands to nine nodes that hold every record, as `make demo` does it once all is installed.

Beside it nine bare programs started at once: what the same machine needs merely to bring nine Python servers to life.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from deploy.bench.measuring import Figure
from deploy.bench.nine_nodes import COUNT
from deploy.bench.programs import bare_process, free_ports
from deploy.bench.workshop import Workshop

AIM_S = 60.0


def measure(workshop: Workshop) -> list[Figure]:
    took_s = workshop.synced.took_s
    workshop.say(f"{COUNT} bare programs at once")
    floor = bare_programs_s(workshop.folder)
    what = "demo: from nothing until all nodes hold all records"
    return [Figure(what, "s", (took_s,), AIM_S, floor, f"{COUNT} × bare Flask + waitress, at once")]


def bare_programs_s(folder: Path) -> float:
    """Until the last of them answers."""
    first = free_ports(COUNT)
    with ExitStack() as stack, ThreadPoolExecutor(COUNT) as pool:
        began = perf_counter()
        beginning = [
            pool.submit(stack.enter_context, bare_process(folder, port)) for port in range(first, first + COUNT)
        ]
        for each in beginning:
            each.result()
        return perf_counter() - began
