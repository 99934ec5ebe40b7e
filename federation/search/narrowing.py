"""The filters of a question as queries of the engine. They never score: they only let through or hold back."""

from collections.abc import Iterable
from functools import cache, cached_property
from math import ceil

import tantivy

from federation.search import conditions, documents, places
from federation.search.request import SearchRequest
from federation.search.snapshot import Snapshot, any_of
from schemas.codes import comuni, occupations, sectors, spoken_licences
from schemas.days import ROME

_SAID_IN = ("title", "names", "body")


class Narrowing:
    """`chosen`: by the name of its facet, what each filter lets through; a facet is counted without its own."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest) -> None:
        self.snapshot, self.request = snapshot, request
        # Rounded up to the minute: one answer for everybody within it, and never what has just run out.
        self.minute = ceil(request.now.timestamp() / 60)
        self.today = documents.day_number(request.now.astimezone(ROME).date())
        self.chosen = {name: self._filter(name, values) for name, values in request.filters().items()}
        self._always = self._places()
        self._never = self._withheld()

    def of(self, matching: tantivy.Query | None, without: str = "") -> tantivy.Query:
        """The matches under all filters, or under all but one; None matches everything."""
        passing = [query for name, query in self.chosen.items() if name != without] + self._always
        clauses = [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in passing]
        clauses.append((tantivy.Occur.Must, matching or tantivy.Query.all_query()))
        clauses += [(tantivy.Occur.MustNot, query) for query in self._never]
        return tantivy.Query.boolean_query(clauses)

    @cached_property
    def fitting_licences(self) -> list[tantivy.Query]:
        """What makes a vacancy fit who holds some licences: it asks for each of them, and for no heavier one."""
        held = self.request.licence
        fitting = [self.snapshot.having("licence", [each]) for each in held] if len(held) > 1 else []
        if any(each in spoken_licences.ROAD for each in held):
            heavier = set(spoken_licences.HEAVY).difference(*map(spoken_licences.within, held))
            asking = self.snapshot.having("licence", sorted(heavier))
            fitting.append(
                tantivy.Query.boolean_query(
                    [(tantivy.Occur.Must, tantivy.Query.all_query()), (tantivy.Occur.MustNot, asking)]
                )
            )
        return fitting

    def _filter(self, name: str, values: Iterable[str]) -> tantivy.Query:
        """Vacancies that one of the values of a filter lets through."""
        snapshot = self.snapshot
        match name:
            case "employer":
                return snapshot.of_employers(values)
            case "region":
                return snapshot.marked("province", provinces_of(values))
            case "since":
                return self._published([documents.SINCE[value] for value in values])
            case "comune" | "province" | "shifts":
                return snapshot.marked(name, values)
            case "sector":
                sections = [value for value in values if sectors.section_of(value) == value]
                return any_of([snapshot.marked("section", sections), snapshot.marked("sector", values)])
            case "occupation":
                groups = [value for value in values if len(value) == 2]
                units = [code for value in values for code in unit_groups(value)]
                return any_of([snapshot.marked("occupation_group", groups), snapshot.marked("occupation", units)])
            case _:
                return snapshot.having(name, values)

    def _published(self, days_ago: Iterable[int]) -> tantivy.Query:
        first = self.today - max(days_ago)
        return tantivy.Query.range_query(self.snapshot.schema, "published", tantivy.FieldType.Integer, first)

    def _places(self) -> list[tantivy.Query]:
        asked = []
        if self.request.near is not None and self.request.radius_km is not None:
            near = places.within(self.request.near, self.request.radius_km, self.snapshot.places_abroad)
            asked.append(self.snapshot.marked("comune", near))
        if self.request.shifts:
            asked.append(self.snapshot.marked("shifts", ["si"]))
        return asked

    def _withheld(self) -> list[tantivy.Query]:
        never = [
            tantivy.Query.range_query(
                self.snapshot.schema, "until", tantivy.FieldType.Integer, None, self.minute, use_inverted_index=True
            )
        ]
        stale = sorted(self.request.stale_origins.difference(self.request.origin))
        if stale:
            never.append(self.snapshot.having("origin", stale))
        never += [self._filter(name, values) for name, values in self.request.excluded.items() if values]
        if refused := self.refused_times:
            never.append(self.snapshot.marked("times", conditions.marks(refused, conditions.YES, conditions.ONLY)))
        said = (stems for stems in self.request.excluded_words if stems and not conditions.refused(stems))
        return never + [self._saying(stems) for stems in said]

    @cached_property
    def refused_times(self) -> list[str]:
        """The aspects of `conditions` that are not wanted."""
        refused = {conditions.refused(stems) for stems in self.request.excluded_words}
        if "shifts" in self.request.excluded:
            refused.add(conditions.SHIFTS)
        return sorted(filter(None, refused))

    def _saying(self, stems: Iterable[str]) -> tantivy.Query:
        """Vacancies that say all of these stems, and do not only deny them."""
        wanted = list(dict.fromkeys(stems))
        schema = self.snapshot.schema
        said = [
            (tantivy.Occur.Must, any_of([tantivy.Query.term_query(schema, field, stem, "freq") for field in _SAID_IN]))
            for stem in wanted
        ]
        denied = [(tantivy.Occur.Must, self.snapshot.marked("denied", [stem])) for stem in wanted]
        return tantivy.Query.boolean_query([*said, (tantivy.Occur.MustNot, tantivy.Query.boolean_query(denied))])


@cache
def _regions() -> dict[str, frozenset[str]]:
    """The sigle of the provinces by region."""
    found: dict[str, set[str]] = {}
    for each in comuni.ALL:
        found.setdefault(each.region, set()).add(each.sigla)
    return {region: frozenset(sigle) for region, sigle in found.items()}


def provinces_of(regions: Iterable[str]) -> list[str]:
    """The sigle of the provinces of regions given by name, "estero" for itself."""
    return sorted({sigla for region in regions for sigla in _regions().get(region, {region} & {places.ABROAD})})


def unit_groups(digits: str) -> list[str]:
    """The unit groups that begin with these digits, and what was given, should it be a code of a later version."""
    known = occupations.groups(occupations.UNIT_GROUP_DIGITS, digits) if digits else ()
    return [digits, *(group.code for group in known if group.code != digits)]
