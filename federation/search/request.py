"""What can be asked of the search, checked once.

Pages and API validate what people send against the closed lists and name the allowed values; here only that is refused
without which no search can be made, so that no caller gets an empty page for a question that made no sense.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from federation.search import places
from federation.search.columns import COLUMNS
from federation.search.documents import SINCE

SORTS = ("relevance", "recent", "closing", "distance")
MAX_PAGE_SIZE = 100
MAX_RADIUS_KM = 500.0
DEFAULT_RADIUS_KM = 15.0
"""How far around a place somebody means who names only the place."""

ALL_FEATURES = frozenset(("synonyms", "occupation_code", "typos", "freshness", "fields", "proximity", "understanding"))
"""What can be switched off to measure what it is worth; "understanding" is for whoever reads the text first."""

EXCLUDABLE = frozenset(
    (*COLUMNS, "employer", "region", "shifts")  # a period is not refused: who wants the older ones sorts them
)


class BadRequest(ValueError):
    """The question makes no sense; `parameter` is the field of SearchRequest to blame."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"{parameter}: {detail}")
        self.parameter = parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A search. Values of one filter widen each other, filters narrow each other; an empty filter asks nothing.

    `now`: aware; what has closed or run out by then is not found.
    `text`: whatever was typed, of any length; its first 24 different words count.
    `prefix`: the last word may be unfinished (suggestions while typing).
    `comuni`: codes of places, as `places.code_of` gives them: ISTAT codes, or "estero/CH/Lugano/46.004/8.951".
    `near`, `radius_km`: only within so many km of a place (same codes); without a radius `near` serves the sort by
    distance and the distances of the hits.
    `province`: sigle, or "estero". `sector`: sections or divisions of ATECO. `occupation`: 1 to 4 digits of ISCO-08.
    `region`: regions by name, or "estero". `employer`: names as `employers.folded` folds them.
    `contract`, `hours`, `reserved`, `remote`, `experience`, `licence`: codes of their lists. `origin`: ids of nodes.
    `shifts`: only with shifts. `since`: published within a period of `documents.SINCE`.
    `excluded`: by filter, the codes that are not wanted. `excluded_words`: a vacancy that says all stems of one of
    these tuples is left out.
    `stale_origins`: nodes whose vacancies are left out, unless `origin` names them: those unheard of for too long.
    `sort`: relevance to the text with some favour for the fresh and, within a radius, the near (without text: recent),
    recent, closing, distance.
    `features`: those of `ALL_FEATURES` that are on.
    """

    now: datetime
    text: str = ""
    prefix: bool = False
    near: str | None = None
    radius_km: float | None = None
    comuni: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    contract: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    occupation: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    experience: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    employer: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    shifts: bool = False
    since: str | None = None
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    excluded_words: tuple[tuple[str, ...], ...] = ()
    stale_origins: frozenset[str] = frozenset()
    sort: str = "relevance"
    page: int = 1
    page_size: int = 20
    features: frozenset[str] = ALL_FEATURES

    def __post_init__(self) -> None:
        """Raises BadRequest."""
        if self.now.tzinfo is None:
            raise BadRequest("now", "needs a time zone")
        if self.sort not in SORTS:
            raise BadRequest("sort", f"{self.sort!r} is not one of {', '.join(SORTS)}")
        if self.page < 1:
            raise BadRequest("page", "pages count from 1")
        if not 1 <= self.page_size <= MAX_PAGE_SIZE:
            raise BadRequest("page_size", f"must be between 1 and {MAX_PAGE_SIZE}")
        if self.near is not None and places.point(self.near) is None:
            raise BadRequest("near", f"{self.near!r} is neither an ISTAT code nor the code of a place abroad")
        if self.near is None and (self.sort == "distance" or self.radius_km is not None):
            raise BadRequest("near", "a radius and the sort by distance need a place")
        if self.radius_km is not None and not 0 <= self.radius_km <= MAX_RADIUS_KM:
            raise BadRequest("radius_km", f"must be between 0 and {MAX_RADIUS_KM:.0f} km")
        if self.since is not None and self.since not in SINCE:
            raise BadRequest("since", f"{self.since!r} is not one of {', '.join(SINCE)}")
        if not self.excluded.keys() <= EXCLUDABLE:
            raise BadRequest("excluded", f"must be among {', '.join(sorted(EXCLUDABLE))}")
        if not self.features <= ALL_FEATURES:
            raise BadRequest("features", f"must be among {', '.join(sorted(ALL_FEATURES))}")

    def filters(self) -> dict[str, tuple[str, ...]]:
        """The filters that ask something, by the name of their facet."""
        asked = {
            "comune": self.comuni,
            "province": self.province,
            "contract": self.contract,
            "sector": self.sector,
            "hours": self.hours,
            "reserved": self.reserved,
            "occupation": self.occupation,
            "origin": self.origin,
            "remote": self.remote,
            "experience": self.experience,
            "licence": self.licence,
            "employer": self.employer,
            "region": self.region,
            "since": (self.since,) if self.since else (),
        }
        return {name: values for name, values in asked.items() if values}
