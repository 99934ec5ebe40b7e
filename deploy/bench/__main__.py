"""`make bench`: measure what was asked for, say how far it is, print one table, leave nothing behind."""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from time import monotonic
from types import FrameType

from deploy.bench import (
    counter,
    erasing,
    federation,
    matching,
    memory,
    quality,
    results,
    scale,
    start,
    sync,
    visibility,
)
from deploy.bench.measuring import BenchFault, Figure
from deploy.bench.table import table
from deploy.bench.workshop import Sizes, Workshop
from deploy.demo.processes import DemoFault

BENCHMARKS = {
    "start": start,
    "memory": memory,
    "results": results,
    "sync": sync,
    "visibility": visibility,
    "erasing": erasing,
    "quality": quality,
    "scale": scale,
    "federation": federation,
    "matching": matching,
    "counter": counter,
}
FAULT, STOPPED = 2, 130


def main(typed: Sequence[str] | None = None) -> int:
    asked = arguments(typed)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
            figures = measure(asked, Path(folder))
    except (BenchFault, DemoFault, OSError) as fault:
        print(f"bench: {fault}", file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        print("\nbench: stopped; all that it started is ended and its folder gone", file=sys.stderr)
        return STOPPED
    show(figures, asked.json)
    return 0


def arguments(typed: Sequence[str] | None) -> argparse.Namespace:
    known = "".join(f"\n  {name:11} {benchmark.__doc__.splitlines()[0]}" for name, benchmark in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="make bench",
        description=f"Measures what the program costs. The benchmarks:\n{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks; all, if none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too, with each run")
    for size in fields(Sizes):
        parser.add_argument(
            f"--{size.name.replace('_', '-')}", type=size.type, default=size.default, metavar="N",
            help=f"{size.metadata['help']} (usually {size.default:g})",
        )  # fmt: skip
    asked = parser.parse_args(typed)
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"{', '.join(unknown)}: no such benchmark; there are {', '.join(BENCHMARKS)}")
    if asked.json and not asked.json.parent.is_dir():
        parser.error(f"{asked.json.parent} is no folder to write into")
    wrong = [size.name for size in fields(Sizes) if getattr(asked, size.name) <= 0]
    if wrong:
        parser.error(f"{', '.join(wrong)}: must be more than 0")
    return asked


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Once: a second Ctrl-C must not disturb the tidying up after the first."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def measure(asked: argparse.Namespace, folder: Path) -> list[Figure]:
    began = monotonic()

    def say(line: str) -> None:
        print(f"{monotonic() - began:5.0f} s  {line}", file=sys.stderr, flush=True)

    workshop = Workshop(folder, Sizes(**{size.name: getattr(asked, size.name) for size in fields(Sizes)}), say)
    chosen = [benchmark for name, benchmark in BENCHMARKS.items() if not asked.names or name in asked.names]
    return [figure for benchmark in chosen for figure in benchmark.measure(workshop)]


def show(figures: Iterable[Figure], json_file: Path | None) -> None:
    figures = list(figures)
    print("", *table(figures), "", machine(), sep="\n")
    if json_file:
        told = {"machine": machine(), "figures": [figure.as_json() for figure in figures]}
        json_file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def machine() -> str:
    """What the milliseconds belong to; a load above the number of processors means that others worked too."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} processors, Python {platform.python_version()}, load over 1, 5, 15 minutes: {load}"


if __name__ == "__main__":
    sys.exit(main())
