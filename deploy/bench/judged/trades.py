"""The trades of the province: the unit in which a judge thinks, finer than ISCO groups and coarser than titles.

ISCO puts the kitchen help, the dishwasher and the canteen worker into one group and splits the warehouse worker over
three; a person who looks for work does neither. `near` are the trades that the same person would certainly take, in
the order of their liking; `family` is where the person would look next.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Trade:
    """One line of trades.jsonl.

    `titles` mark the words that follow gender and number with a star: "Addetto* alle pulizie". `licences`: code to the
    share of ads that ask for it. `setting` is where the work is done, a key of settings.json.
    """

    key: str
    family: str
    near: tuple[str, ...]
    weight: float
    setting: str
    occupations: tuple[str, ...]
    sectors: tuple[str, ...]
    licences: dict[str, float]
    titles: tuple[str, ...]
    qualifiers: tuple[str, ...]
    tasks: tuple[str, ...]


@cache
def trades() -> dict[str, Trade]:
    """All trades by key, in the order of the file."""
    lines = (FOLDER / "trades.jsonl").read_text("utf-8").splitlines()
    return {trade.key: trade for trade in map(_read, lines)}


def _read(line: str) -> Trade:
    return Trade(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(line).items()}
    )


@cache
def families() -> frozenset[str]:
    return frozenset(trade.family for trade in trades().values())


@cache
def settings() -> dict[str, dict[str, Any]]:
    """How work is arranged in each setting."""
    told: dict[str, dict[str, Any]] = json.loads((FOLDER / "settings.json").read_text("utf-8"))
    return told
