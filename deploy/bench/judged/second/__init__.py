"""A second set of questions over the same vacancies, graded alike, written when the search had been tuned on the first.

Whoever tunes on a set learns it. These hundred questions have other trades, places and slips, their writer saw neither
the search nor its answers, and nothing may be tuned on them: they say what is left of a figure among questions that nobody
has worked on. Frozen like the first.
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from deploy.bench.judged.queries import Query

_FILE = Path(__file__).with_name("queries.jsonl")
_FROZEN = "cc8f8692a06e5e64472367a1a14d628426f2a74660cc3a339617044aa190c1bf"


@cache
def queries() -> tuple[Query, ...]:
    """All queries of the second set in the order of the file."""
    return tuple(Query(**json.loads(line)) for line in _FILE.read_text("utf-8").splitlines())


def is_unchanged() -> bool:
    return sha256(_FILE.read_bytes()).hexdigest() == _FROZEN
