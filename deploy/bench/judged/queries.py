"""The queries, as people of the area type them."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from deploy.bench.judged.trades import FOLDER

KINDS = ("plain", "gender", "plural", "synonym", "typo", "place", "condition", "negation", "sentence", "mixed")


@dataclass(frozen=True, slots=True)
class Query:
    """`q` is what was typed; `place` what was chosen in the field beside it, {"comune": name, "km": n}, or None.

    `wants` is explained in `grading`; a chosen place is part of it.
    """

    id: str
    q: str
    kind: str
    wants: dict[str, Any]
    place: dict[str, Any] | None = None


@cache
def queries() -> tuple[Query, ...]:
    """All queries in the order of the file."""
    return tuple(Query(**json.loads(line)) for line in (FOLDER / "queries.jsonl").read_text("utf-8").splitlines())
