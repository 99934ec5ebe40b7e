"""What a list of results is worth, by the standard measures of information retrieval.

nDCG with the gain 2^grade − 1 and the discount log2(rank + 1), as Burges et al. (2005) and trec_eval's users have it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import mean

DEPTH = 10
DEEP = 100
RELEVANT = 2
"""From this grade on, a vacancy is one that the person would want to see."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The measures of one answer, or their means. `zero`: nothing was found (as a share, for means)."""

    ndcg: float
    hit: float
    recall: float
    zero: float


def worth(found: Sequence[str], grades: Mapping[str, int]) -> Worth:
    """`found`: keys, best first, at least `DEEP` of them if there are so many. `grades`: all keys of a grade above 0."""
    told = [grades.get(key, 0) for key in found]
    best = sorted(grades.values(), reverse=True)
    wanted = sum(grade >= RELEVANT for grade in best)
    return Worth(
        ndcg=gain(told) / gain(best) if best else 0.0,
        hit=float(bool(told) and told[0] == best[0]) if best else 0.0,
        recall=sum(grade >= RELEVANT for grade in told[:DEEP]) / min(DEEP, wanted) if wanted else 0.0,
        zero=float(not found),
    )


def gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))


def means(answers: Collection[Worth]) -> Worth:
    return Worth(
        ndcg=mean(each.ndcg for each in answers),
        hit=mean(each.hit for each in answers),
        recall=mean(each.recall for each in answers),
        zero=mean(each.zero for each in answers),
    )
