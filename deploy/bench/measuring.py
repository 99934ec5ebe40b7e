"""How a figure is taken and what is said of it: medians over runs, percentiles within one, a reference beside it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

PROBLEM = 400
"""From this HTTP status on, an answer is not what was asked for."""


class BenchFault(Exception):
    """A measurement that would mean nothing; the text is for the person who started it."""


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    `runs`: the value of each run, whose median counts. `aim`: what it should not exceed, or with `at_least` not fall
    short of; None where it is only told.
    `reference`: the same of something simpler, in the same unit; `beside` says of what.
    """

    what: str
    unit: str
    runs: tuple[float, ...]
    aim: float | None = None
    reference: float | None = None
    beside: str = ""
    at_least: bool = False

    @property
    def measured(self) -> float:
        return median(self.runs)

    @property
    def ratio(self) -> float | None:
        return self.measured / self.reference if self.reference else None

    @property
    def is_reached(self) -> bool | None:
        """None without an aim."""
        if self.aim is None:
            return None
        return self.measured >= self.aim if self.at_least else self.measured <= self.aim

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"measured": self.measured, "ratio": self.ratio, "is_reached": self.is_reached}


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that at least `percent` in a hundred do not exceed."""
    if not values:
        raise BenchFault("there is nothing to take a percentile of")
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def p50(values: Sequence[float]) -> float:
    return percentile(values, 50)


def p95(values: Sequence[float]) -> float:
    return percentile(values, 95)


def timed_ms(action: Callable[[], object]) -> float:
    started = perf_counter()
    action()
    return (perf_counter() - started) * 1000
