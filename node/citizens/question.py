"""What somebody asks: words in which a place, a contract, an hour may hide, and the filters chosen beside them.

A filter chosen expressly wins over the same one in the words, and then the words stay words: who ticks "tempo pieno"
and writes "part time" gets full time offers that speak of part time, and sees why. Everything that is in force is a
`Narrowing` that can be taken away by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from federation.search import employers, places
from federation.search.conditions import wishes
from federation.search.request import DEFAULT_RADIUS_KM, SearchRequest
from federation.search.understanding import Exclusion, Part, Understood, nobody, understand
from federation.search.words import looks_for_anything

PAGE_SIZE = 20
FILTERS = (
    "place", "province", "region", "contract", "hours", "shifts", "experience", "licence", "sector", "occupation",
    "employer", "reserved", "remote", "since", "origin",
)  # fmt: skip
"""The filters in the order in which people read them; the names of the parameters of page and API."""

SINGLE = ("shifts", "since")
"""Filters of one value."""

WHERE = ("near", "radius_km")
CALLED_HERE = {"comune": "place"}
"""Understood parts that go by another name here."""

MEASURES = ("radius_km", "since")
"""Understood parts whose words ("entro 10 km") look for nothing when something else is chosen."""


class Narrowing(NamedTuple):
    """One thing in force. `name`: "q" for the words, "comune" for the place with its radius, "excluded" for what is not
    wanted, or a filter. `values`: several only where the same words mean them all.

    `said`: what of the typed text it was understood from; nothing where it was chosen.
    """

    name: str
    values: tuple[str, ...]
    said: tuple[Part | Exclusion, ...] = ()

    @property
    def words(self) -> str:
        return self.said[0].words if self.said else ""


@dataclass(frozen=True)
class Asked:
    """A search. `typed`: as written. `near`: the code of the place chosen, with `radius_km` around it; 0 is only there.

    `chosen`: filter -> values, those picked from lists. What is in force, with what the words say, is in `text`,
    `centre`, `reach_km`, `filters`. `employers`: who is an employer, as `understand` asks it. `here`: the code of the
    comune that is asked; of places with the same name the nearest to it is meant.
    """

    typed: str = ""
    near: str | None = None
    radius_km: int | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str | None = None
    page: int = 1
    page_size: int = PAGE_SIZE
    employers: Callable[[str], str | None] = field(default=nobody, compare=False, repr=False)
    here: str | None = field(default=None, compare=False, repr=False)

    @cached_property
    def understood(self) -> Understood:
        return understand(self.typed, self.employers)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The understood parts that are in force."""
        has_place = self.near is not None or any(part.name == "near" for part in self.understood.parts)
        return tuple(part for part in self.understood.parts if self.is_in_force(part, has_place))

    def is_in_force(self, part: Part, has_place: bool) -> bool:
        match part.name:
            case "near":
                return self.near is None
            case "radius_km":
                return self.radius_km is None and has_place
            case _:
                return filter_of(part) in FILTERS and filter_of(part) not in self.chosen

    @cached_property
    def text(self) -> str:
        """The words to look for: those that mean no filter, and those whose filter was overruled.

        Nothing where they say no more than "offerte di lavoro". "Tre turni" are shifts, and one of them is at night.
        """
        overruled = [
            part.words
            for part in self.understood.parts
            if part not in self.parts and part.name not in MEASURES and not self.says_the_same(part)
        ]
        at_night = [part.words for part in self.parts if part.name == "shifts" and wishes(part.words)]
        text = " ".join([self.understood.rest, *dict.fromkeys((*overruled, *at_night))]).strip()
        return text if looks_for_anything(text) else ""

    def says_the_same(self, part: Part) -> bool:
        """Whether what was chosen is what the words say."""
        chosen = (self.near,) if part.name == "near" else self.chosen.get(filter_of(part), ())
        return str(part.value) in chosen

    @property
    def centre(self) -> str | None:
        """The code of the place around which is searched."""
        return self.near or next((self.namesakes(part)[0] for part in self.parts if part.name == "near"), None)

    def namesakes(self, part: Part) -> list[str]:
        """The codes of the places that a part may mean, the likeliest first."""
        codes = [str(part.value), *part.ambiguous]
        here = self.here
        if here is None or not part.ambiguous:
            return codes
        return sorted(codes, key=lambda code: places.distance_km(here, code) or 0.0)

    @property
    def reach_km(self) -> int:
        """How far around the centre; 0 is only there."""
        if self.radius_km is not None:
            return self.radius_km
        return next((int(part.value) for part in self.parts if part.name == "radius_km"), int(DEFAULT_RADIUS_KM))

    @cached_property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """Filter -> values in force, chosen and understood."""
        found = dict(self.chosen)
        for part in self.parts:
            if part.name not in WHERE:
                found[filter_of(part)] = (*found.get(filter_of(part), ()), str(part.value))
        return found

    @property
    def excluded(self) -> tuple[Exclusion, ...]:
        """What the words do not want, unless just that was chosen."""
        refused = self.understood.excluded
        return tuple(
            each for each in refused if not any(CALLED_HERE.get(name, name) in self.chosen for name in each.filters)
        )

    @property
    def usual_sort(self) -> str:
        """What is meant by no sort: the best matches for words, the nearest for a place, else the newest."""
        if self.text or len(self.filters.get("licence", ())) > 1:
            return "relevance"
        return "distance" if self.centre and self.reach_km else "recent"

    def request(self, now: datetime, stale: frozenset[str]) -> SearchRequest:
        """The search itself, without origins unheard of for too long."""
        asked: dict[str, Any] = dict(self.filters)
        comuni = asked.pop("place", ())
        is_around = self.centre is not None and self.reach_km > 0
        return SearchRequest(
            now=now,
            text=self.text,
            near=self.centre,
            radius_km=float(self.reach_km) if is_around else None,
            comuni=comuni if is_around or self.centre is None else (*comuni, self.centre),
            shifts=bool(asked.pop("shifts", ())),
            since=next(iter(asked.pop("since", ())), None),
            employer=tuple(map(employers.folded, asked.pop("employer", ()))),
            excluded=self.excluded_codes(),
            excluded_words=tuple(stems for each in self.excluded for stems in each.stems),
            stale_origins=stale,
            sort=self.sort or self.usual_sort,
            page=self.page,
            page_size=self.page_size,
            **asked,
        )

    def excluded_codes(self) -> dict[str, tuple[str, ...]]:
        codes: dict[str, tuple[str, ...]] = {}
        for each in self.excluded:
            for name, values in each.filters.items():
                codes[name] = (*codes.get(name, ()), *values)
        return codes

    def narrowings(self) -> list[Narrowing]:
        """What narrows this search, in the order in which people read it."""
        found = [Narrowing("q", (self.text,))] if self.text else []
        if self.centre:
            found.append(Narrowing("comune", (self.centre,), tuple(part for part in self.parts if part.name in WHERE)))
        for name in FILTERS:
            found += [Narrowing(name, (value,)) for value in self.chosen.get(name, ())]
            found += said_together(name, [part for part in self.parts if filter_of(part) == name])
        return found + [Narrowing("excluded", (each.words,), (each,)) for each in self.excluded]

    def without(self, narrowing: Narrowing) -> "Asked":
        """The same search without one of the things that narrow it."""
        if narrowing.name == "q":
            return replace(self.respelled(""), sort=None)
        if narrowing.name == "comune":
            typed = self.typed_without(narrowing.said)
            return replace(self, typed=typed, near=None, radius_km=None, sort=None, page=1)
        if narrowing.said:
            return replace(self, typed=self.typed_without(narrowing.said), page=1)
        kept = (value for value in self.chosen[narrowing.name] if value not in narrowing.values)
        return self.changed(narrowing.name, kept)

    def changed(self, name: str, values: Iterable[str]) -> "Asked":
        """The same search with other values of a filter."""
        chosen = {**self.chosen, name: tuple(values)}
        return replace(self, chosen={each: told for each, told in chosen.items() if told}, page=1)

    def respelled(self, text: str) -> "Asked":
        """The same search with other words to look for."""
        kept, behind = text, 0
        for start, end in sorted({(part.start, part.end) for part in (*self.parts, *self.excluded)}):
            joint = " " if kept and behind and not self.typed[behind:start].strip() else ", "
            kept, behind = f"{kept}{joint if kept else ''}{self.typed[start:end]}", end
        return replace(self, typed=kept, page=1)

    def at(self, code: str, instead_of: Part) -> "Asked":
        """The same search around another place than the one that the words were taken for."""
        return replace(self, typed=self.typed_without([instead_of]), near=code, page=1)

    def settled(self, understood: Iterable[str]) -> "Asked":
        """A form that was sent with choices ticked only because the words said them, each as "filter:value".

        What is still ticked stays in the words; what was unticked leaves them; what left the words is unticked.
        """
        asked, unsaid = self, []
        for name, said in by_filter(understood).items():
            parts = [part for part in self.understood.parts if filter_of(part) == name]
            saying = {str(part.value) for part in parts}
            ticked = [value for value in self.chosen.get(name, ()) if value in saying or value not in said]
            if saying == set(ticked):
                asked = asked.changed(name, ())
            else:
                asked = asked.changed(name, ticked)
                unsaid += parts
        return replace(asked, typed=self.typed_without(unsaid))

    def typed_without(self, said: Iterable[Part | Exclusion]) -> str:
        """What was typed, tidy, without the words of some parts."""
        left = self.understood
        for part in said:
            again = next((each for each in left.said() if each.words == part.words), None)
            if again is not None:
                left = understand(left.without(again), self.employers)
        return left.typed


def filter_of(part: Part) -> str:
    """The filter that an understood part sets."""
    return CALLED_HERE.get(part.name, part.name)


def said_together(name: str, parts: Iterable[Part]) -> list[Narrowing]:
    """Parts of one filter; those that the same words say are one."""
    by_words: dict[tuple[int, int], list[Part]] = {}
    for part in parts:
        by_words.setdefault((part.start, part.end), []).append(part)
    return [Narrowing(name, tuple(str(part.value) for part in those), tuple(those[:1])) for those in by_words.values()]


def by_filter(told: Iterable[str]) -> dict[str, set[str]]:
    """ "filter:value" pairs by filter; anything else is passed over."""
    found: dict[str, set[str]] = {}
    for each in told:
        name, _, value = each.partition(":")
        if name in FILTERS:
            found.setdefault(name, set()).add(value)
    return found


def place_name(code: str) -> str:
    """What a sentence calls a place: "Varese", "Lugano"."""
    abroad = places.abroad(code)
    return abroad.locality if abroad else places.name(code) or code
