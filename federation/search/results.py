"""What a search answers."""

from dataclasses import dataclass, field

from federation.search.counting import Facets

MAX_WINDOW = 5_000
"""Nobody reads further; a page beyond so many groups has its total and its facets, and no hits."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A vacancy of the page. `distance_km`: from `near` to its nearest place, None without `near`.

    `score` is comparable within one answer, and 0 where the order is not by relevance. `also`: the same vacancy as
    others posted it, or elsewhere; they answer the same question.
    """

    origin: str
    id: str
    score: float
    distance_km: float | None
    also: "tuple[Hit, ...]" = ()


@dataclass(frozen=True, slots=True)
class Results:
    """`facets`: by name of `FACETS`, (code, count) pairs over all matches, the 500 most frequent first.

    `groups`: how many vacancies there are when the same one posted several times counts once; pages hold groups, and
    beyond `counting.GROUPED_EXACTLY` matches it is their number. `stems`: what to mark, for `text.highlight` and
    `text.snippet`. `relaxed`: no vacancy has all the words, these have some. `corrections`: typed word to the word
    searched instead. `unknown`: typed words that no vacancy has. `meant`: the text in a much likelier spelling,
    although what was typed finds something. `close`: behind few hits, others that have less of what is wanted, which no
    count counts.
    """

    total: int
    groups: int
    facets: Facets
    hits: list[Hit]
    page: int
    page_size: int
    took_ms: float
    stems: frozenset[str] = frozenset()
    relaxed: bool = False
    corrections: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    meant: str | None = None
    close: list[Hit] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages can be read, at least one."""
        return max(1, min(-(-self.groups // self.page_size), MAX_WINDOW // self.page_size))
