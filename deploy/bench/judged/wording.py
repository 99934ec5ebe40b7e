"""The sentences of which generated ads are made, read once."""

import json
from functools import cache
from typing import Any

from deploy.bench.judged.trades import FOLDER


@cache
def wording() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / "wording.json").read_text("utf-8"))
    return told
