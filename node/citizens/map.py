"""The map of the members' comuni, shaded by how many offers each has: a picture whose every area is a link.

The outlines lie in static drawings, one a province (`deploy/borders.py` makes them), and a page only names what it
shows of them: it stays light, and the browser fetches them once a year. Italy is drawn as if it were flat, in units of
55 metres; where the meridians draw near each other, the whole picture is narrowed by one factor.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from math import ceil, cos, radians
from pathlib import Path
from typing import NamedTuple, Protocol

from markupsafe import Markup, escape

from node.core.i18n import gettext as _
from node.core.i18n import language, ngettext, number
from node.core.markup import joined, safe
from schemas.codes import comuni

FOLDER = Path(__file__).parent.parent / "static" / "borders"

UNITS_PER_DEGREE = 2000
WEST, NORTH = 6, 48
MARGIN_KM = 4.5
KM_PER_DEGREE = 111.2
MOST_MEMBERS = 80
MOST_OTHERS = 40
SHADES = 4
TEXT_SHARE = 26
"""How many times the size of the text goes into the wider side of the picture."""


class Area(NamedTuple):
    """A comune with its offers. `shade`: 0 for none, up to SHADES. `x`, `y`: where its number stands.

    `outline`: the address of its drawing, None where no borders are known. `told`: what the picture shows, in words.
    """

    name: str
    count: int
    number: str
    told: str
    url: str
    shade: int
    x: int
    y: int
    outline: str | None
    is_member: bool
    is_chosen: bool

    def shape(self, narrowed: float, text: int) -> str:
        """The area as a link of the drawing, whose text is so large."""
        told, where = safe(self.told), f'x="{self.x}" y="{self.y}"'
        classes = f"map-area map-shade-{self.shade}{' map-member' * self.is_member}{' map-chosen' * self.is_chosen}"
        drawn = f'<circle cx="{self.x}" cy="{self.y}" r="{text}"/>'
        if self.outline:
            drawn = f'<use href="{safe(self.outline)}" transform="scale({narrowed} 1)"/>'
        if self.count or self.is_member:
            drawn += f'<text {where} aria-hidden="true">{self.number}</text>'
        return f'<a class="{classes}" href="{escape(self.url)}" aria-label="{told}"><title>{told}</title>{drawn}</a>\n'


class Row(Protocol):
    """A comune with how many offers it has, written for people."""

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def number(self) -> str: ...


class Shade(NamedTuple):
    """A colour of the legend: from `least` to `most` offers."""

    number: int
    least: int
    most: int


class Picture(NamedTuple):
    """What the template draws. `narrowed`: the factor of the drawings' x. `is_part`: more members than are shown.

    `lands`: the drawings of whole provinces, behind the areas. `rows`: the areas with offers, most offers first.
    """

    view: str
    narrowed: float
    text: int
    lands: list[str]
    areas: list[Area]
    rows: list[Area]
    shades: list[Shade]
    is_part: bool

    @property
    def shapes(self) -> Markup:
        """All areas."""
        return joined(*(area.shape(self.narrowed, self.text) for area in self.areas))

    @property
    def names(self) -> Markup:
        """What the members are called, below their numbers."""
        members = [area for area in self.areas if area.is_member]
        return joined(*map(self.name, members))

    def name(self, area: Area) -> str:
        """A name below its number."""
        return f'<text class="map-name" x="{area.x}" y="{area.y + self.text * 0.6}">{safe(area.name)}</text>'


class Spot(NamedTuple):
    istat: str
    name: str
    sigla: str
    x: int
    y: int


class Sheet(NamedTuple):
    """What of a picture depends on the members alone; left, top, width and height are those of the view."""

    spots: tuple[Spot, ...]
    provinces: tuple[str, ...]
    narrowed: float
    left: int
    top: int
    width: int
    height: int
    is_part: bool

    @property
    def view(self) -> str:
        return f"{self.left} {self.top} {self.width} {self.height}"

    def shows(self, spot: Spot) -> bool:
        """Whether a number there would be seen whole."""
        edge = max(self.width, self.height) // TEXT_SHARE
        inside = edge <= spot.x - self.left <= self.width - edge
        return inside and edge <= spot.y - self.top <= self.height - edge


class Links(NamedTuple):
    """`comune`: where a click on one leads, by its code. `drawing`: the file of a province, by its sigla."""

    comune: Callable[[str], str]
    drawing: Callable[[str], str]


def draw(
    members: tuple[str, ...], centre: str, counts: Mapping[str, int], chosen: Collection[str], links: Links
) -> Picture | None:
    """The members' comuni, and those in sight that have offers; None where there is nothing to show.

    `members`: ISTAT codes; where they are too many for one picture, the nearest to `centre` are shown. `counts`: offers
    by code. `chosen`: the codes searched in.
    """
    sheet = sheet_of(members, centre)
    if sheet is None:
        return None
    own = {spot.istat for spot in sheet.spots}
    spots = (*others_in_sight(sheet, counts, own), *sheet.spots)
    most = max(counts.get(spot.istat, 0) for spot in spots)
    if not most and own.isdisjoint(chosen):
        return None
    shades = shades_of(most)
    files = {sigla: links.drawing(sigla) for sigla in sheet.provinces}
    areas, spoken = [], language()
    for spot in spots:
        count, is_chosen = counts.get(spot.istat, 0), spot.istat in chosen
        areas.append(
            Area(
                name=spot.name,
                count=count,
                number=number(count, spoken),
                told=f"{spot.name}: {offers(count, is_chosen, spoken)}",
                url=links.comune(spot.istat),
                shade=shade_of(count, shades),
                x=spot.x,
                y=spot.y,
                outline=f"{files[spot.sigla]}#c{spot.istat}" if spot.sigla in files else None,
                is_member=spot.istat in own,
                is_chosen=is_chosen,
            )
        )
    rows = sorted((area for area in areas if area.count or area.is_chosen), key=lambda area: -area.count)
    text = max(sheet.width, sheet.height) // TEXT_SHARE
    return Picture(sheet.view, sheet.narrowed, text, list(files.values()), areas, rows, shades, sheet.is_part)


def rows_of(rows: Iterable[Row]) -> Markup:
    """The lines of a table that tells what a map shows."""
    return joined(
        *(
            f'<tr><th scope="row"><a href="{escape(row.url)}">{safe(row.name)}</a></th><td class="text-end">{row.number}</td></tr>'
            for row in rows
        )
    )


@cache
def offers(count: int, is_chosen: bool, _language: str) -> str:
    """Called while the request speaks that language; a page says it of every comune."""
    told = ngettext("%(num)s offerta", "%(num)s offerte", count)
    return _("%(offers)s, scelto: togli", offers=told) if is_chosen else told


@lru_cache(maxsize=32)
def sheet_of(members: tuple[str, ...], centre: str) -> Sheet | None:
    known = [comune for comune in map(comuni.comune, members) if comune is not None]
    if not known:
        return None
    middle = comuni.comune(centre) or known[0]
    known.sort(key=lambda each: comuni.great_circle_km(middle.lat, middle.lon, each.lat, each.lon))
    shown = known[:MOST_MEMBERS]
    narrowed = round(cos(radians(sum(each.lat for each in shown) / len(shown))), 3)
    spots = tuple(spot_of(each, narrowed) for each in sorted(shown, key=lambda each: each.name))
    margin = round(MARGIN_KM / KM_PER_DEGREE * UNITS_PER_DEGREE)
    left, top = min(spot.x for spot in spots) - margin, min(spot.y for spot in spots) - margin
    width, height = max(spot.x for spot in spots) + margin - left, max(spot.y for spot in spots) + margin - top
    provinces = tuple(sorted({spot.sigla for spot in spots} & drawn()))
    return Sheet(spots, provinces, narrowed, left, top, width, height, len(known) > len(shown))


@lru_cache(maxsize=4096)
def spot_of(comune: comuni.Comune, narrowed: float) -> Spot:
    x, y = on_paper(comune.lat, comune.lon)
    return Spot(comune.istat, comune.name, comune.sigla, round(x * narrowed), round(y))


def others_in_sight(sheet: Sheet, counts: Mapping[str, int], own: Collection[str]) -> list[Spot]:
    """The comuni of no member that have offers and lie within the view, those with most offers first."""
    found: list[Spot] = []
    for code in counts:
        comune = comuni.comune(code) if code not in own else None
        spot = spot_of(comune, sheet.narrowed) if comune and counts[code] else None
        if spot and sheet.shows(spot):
            found.append(spot)
        if len(found) == MOST_OTHERS:
            break
    return found


def on_paper(lat: float, lon: float) -> tuple[float, float]:
    """Where a point in degrees stands in the drawings, before they are narrowed."""
    return (lon - WEST) * UNITS_PER_DEGREE, (NORTH - lat) * UNITS_PER_DEGREE


@cache
def drawn() -> frozenset[str]:
    """The provinces whose borders are there."""
    return frozenset(path.stem for path in FOLDER.glob("*.svg"))


def shades_of(most: int) -> list[Shade]:
    """The legend: each shade reaches a little further than the one before, because a few comuni have most offers."""
    ends = sorted({ceil(most * (step / SHADES) ** 2) for step in range(1, SHADES + 1)}) if most else []
    first = SHADES - len(ends)
    return [Shade(first + order, before + 1, end) for order, (before, end) in enumerate(pairwise([0, *ends]), start=1)]


def shade_of(count: int, shades: list[Shade]) -> int:
    """0 without offers."""
    return next((shade.number for shade in shades if shade.least <= count <= shade.most), 0)
