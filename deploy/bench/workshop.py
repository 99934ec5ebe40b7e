"""What the benchmarks share: a temporary folder, what is built in it once, and somebody to tell how far they are."""

import subprocess
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy.bench import large_node


@dataclass(frozen=True)
class Sizes:
    """How much is measured; a trial can do with less."""

    vacancies: int = 2000
    runs: int = 3
    rounds: int = 4
    publications: int = 10
    settle_s: float = 5.0
