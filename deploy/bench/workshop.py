"""What the benchmarks share: a temporary folder, what is built in it once, and somebody to tell how far they are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from deploy.bench import large_network, large_node, nine_nodes
from deploy.bench.large_network import LargeNetwork
from deploy.bench.nine_nodes import Synced


def sized(default: float, told: str) -> Any:
    return field(default=default, metadata={"help": told})


@dataclass(frozen=True)
class Sizes:
    """How much is measured: less for a trial, more for a quiet night."""

    vacancies: int = sized(2000, "vacancies of the large node")
    runs: int = sized(3, "runs whose median counts")
    rounds: int = sized(3, "times that each client asks each question in a run")
    publications: int = sized(10, "vacancies published in the demo")
    judged: int = sized(20_000, "vacancies among which the judged questions look, beside the demo's")
    size: int = sized(100_000, "vacancies of the large network; 1000000 for the whole of Italy")
    records: int = sized(5000, "vacancies that a node reads from another")
    polls: int = sized(900, "polls without news in a run; more than 1000 at once are refused")
    persons: int = sized(20_000, "persons of the large desk")
    settle_s: float = sized(5.0, "seconds between the start and the look at the memory")


class Workshop:
    """`say` gets a line for each step that takes a while."""

    def __init__(self, folder: Path, sizes: Sizes, say: Callable[[str], None]):
        self.folder, self.sizes, self.say = folder, sizes, say

    @cached_property
    def large_node(self) -> Path:
        """The folder of a node with many vacancies, which is off."""
        return large_node.build(self.folder, self.sizes.vacancies, self.say)

    @cached_property
    def large_network(self) -> LargeNetwork:
        """A node's folder with what it holds of a large network; the node is off."""
        return large_network.build(self.folder / "network", self.sizes.size, self.say)

    @cached_property
    def synced(self) -> Synced:
        """The demo, run until every node held every record; its nodes are off."""
        return nine_nodes.sync(self.folder / "demo", self.say)
