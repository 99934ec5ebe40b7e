"""Vacancies as long as real ones: the texts of seven judged ads make one. No text is used twice."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from random import Random
from string import ascii_lowercase, digits
from typing import Any

from deploy.bench.judged import corpus

SEED = 2011
SECTIONS = ("tasks", "requirements", "offer")
TEXTS_EACH = 2
ORIGIN = "varese"

Vacancy = tuple[str, Mapping[str, Any]]
"""Id and document."""


def vacancies(count: int, today: date) -> Iterator[Vacancy]:
    """The same ones each time, with ids as hard to compress as those that nodes give."""
    chance = Random(SEED)
    ads = corpus.generated(count * (1 + len(SECTIONS) * TEXTS_EACH), today=today)
    for ad in ads:
        texts = {name: "\n".join(each.document["description"] for each in islice(ads, TEXTS_EACH)) for name in SECTIONS}
        yield (
            "".join(chance.choices(ascii_lowercase + digits, k=26)),
            {**ad.document, **texts, "desk": f"desk-{ORIGIN}"},
        )


def changed(some: Iterable[Vacancy], revision: int) -> Iterator[Vacancy]:
    """The same with another title, as if their desk had changed them."""
    for name, document in some:
        yield name, {**document, "title": f"{document['title'][:100]} (rev. {revision})"}
