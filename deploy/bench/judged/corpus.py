"""The judged vacancies: the demo's own, annotated by hand, and thousands that are written like them.

The generator draws the truth first and the wording after it, from one seeded `random.Random`, so the same seed gives
the same ads on any machine and a small corpus is the beginning of a large one.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

from deploy.bench.judged.ads import write
from deploy.bench.judged.annotated import annotated
from deploy.bench.judged.facts import Facts, Judged
from deploy.bench.judged.truth import draw

COUNT = 20_000
SEED = 21_100
TODAY = date(2026, 11, 20)
ORIGINS = (
    "gavirate", "golasecca", "ispra", "lonate-pozzolo-ferno", "sesto-calende", "somma-lombardo", "travedona-monate",
    "varese", "vergiate",
)  # fmt: skip


def generated(count: int = COUNT, seed: int = SEED, today: date = TODAY) -> Iterator[Judged]:
    """Vacancies published in the 90 days before `today` and open on it."""
    rng = Random(seed)
    for number in range(count):
        document, facts = write(rng, draw(rng), today)
        origin = rng.choice(ORIGINS)
        document["desk"] = f"desk-{origin}"
        yield Judged(origin, f"judged-{number:05d}", document, facts)


def demo(today: date = TODAY) -> list[Judged]:
    """The open vacancies of the demo, with what a person who read them knows."""
    return annotated(today)


__all__ = ["COUNT", "SEED", "TODAY", "Facts", "Judged", "demo", "generated"]
