"""A small map of where the work is: its comune among the neighbours, with names enough to know one's way.

It refers to the same drawings as the map of the results (`node/citizens/map.py`), which the browser has already. The
distances stand beside it as text; whoever cannot see the picture misses nothing.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import cos, radians
from typing import NamedTuple

from federation.search import places
from node.citizens.map import KM_PER_DEGREE, UNITS_PER_DEGREE, drawn, on_paper
from schemas.codes import comuni

LEAST_KM = 9
"""From the middle to the edge, so that a single comune does not stand alone."""
MOST_KM = 45
"""What lies further from the first place is not shown: the picture would say nothing about where that one is."""
MARGIN_KM = 5
SHAPE = 1.5
"""Width by height."""
TEXT_SHARE = 22
"""How many times the size of the text goes into the width."""
NAMED = 7
LETTER, LINE, DOT = 0.52, 1.2, 0.35
"""Width of a letter, height of a line, radius of a dot, by the size of the text."""
SIDES = ((0, -1.0), (0, 1.1), (-1, 0.0), (1, 0.0))
"""Where a name may stand beside its dot, the best place first."""


class Mark(NamedTuple):
    """A place on the map. `kind`: work, home, or other, which is only a name.

    `name` is blank where it would lie on another; its middle is at `name_x`, `name_y`. `drawing`: the province and the name
    of the outline there.
    """

    kind: str
    name: str
    x: int
    y: int
    name_x: int
    name_y: int
    drawing: tuple[str, str] | None


class Surroundings(NamedTuple):
    """What the template draws; `narrowed`: the factor of the drawings' x, `text`: the size of names, `dot`: a radius."""

    view: str
    narrowed: float
    text: int
    dot: int
    provinces: tuple[str, ...]
    marks: tuple[Mark, ...]


@lru_cache(maxsize=512)
def surroundings(work: tuple[str, ...], home: str | None) -> Surroundings | None:
    """The map of some codes of places; None where no border is known around the first of them."""
    centre = places.point(work[0])
    if centre is None:
        return None
    near = [code for code in work if within_sight(code, work[0])]
    home = home if home and within_sight(home, work[0]) and home not in near else None
    points = [point for code in [*near, home] if code and (point := places.point(code))]
    box = Box.around(points, round(cos(radians(centre[0])), 3))
    seen = comuni.around(*centre, MOST_KM * 2)
    inside = [comune for comune, _km in seen if box.holds(*box.paper(comune.lat, comune.lon))]
    provinces = tuple(sorted({comune.sigla for comune in inside} & drawn()))
    if not provinces:
        return None
    return Surroundings(
        box.view, box.narrowed, box.text, round(DOT * box.text), provinces, tuple(marks_of(box, near, home, inside))
    )


def marks_of(box: "Box", work: list[str], home: str | None, inside: list[comuni.Comune]) -> list[Mark]:
    """The places of work, the reader's, then the names of the largest comuni, as many as find room."""
    marks: list[Mark] = []
    for kind, code in [*(("work", code) for code in work), *([("home", home)] if home else [])]:
        tried = [box.mark(kind, code, *side) for side in SIDES]
        free = next((mark for mark in tried if not box.collides(mark, marks)), None)
        marks.append(free or tried[0]._replace(name="" if marks else tried[0].name))
    places_of_work = len(marks)
    for comune in sorted(inside, key=lambda each: -each.population):
        mark = box.mark("other", comune.istat, 0, 0)
        if len(marks) - places_of_work < NAMED and not box.collides(mark, marks):
            marks.append(mark)
    return marks


def within_sight(code: str, centre: str) -> bool:
    km = places.distance_km(code, centre)
    return km is not None and km <= MOST_KM


class Box(NamedTuple):
    """The part of the drawings that is shown, in their units."""

    left: float
    top: float
    width: float
    height: float
    narrowed: float

    @classmethod
    def around(cls, points: Iterable[tuple[float, float]], narrowed: float) -> "Box":
        """All the points with a margin, in the shape of the picture."""
        paper = [(x * narrowed, y) for x, y in (on_paper(lat, lon) for lat, lon in points)]
        unit = UNITS_PER_DEGREE / KM_PER_DEGREE
        xs, ys = [x for x, _y in paper], [y for _x, y in paper]
        height = max(max(ys) - min(ys) + 2 * MARGIN_KM * unit, 2 * LEAST_KM * unit)
        width = max(max(xs) - min(xs) + 2 * MARGIN_KM * unit, height * SHAPE)
        height = max(height, width / SHAPE)
        return cls((max(xs) + min(xs) - width) / 2, (max(ys) + min(ys) - height) / 2, width, height, narrowed)

    @property
    def view(self) -> str:
        return " ".join(str(round(each)) for each in (self.left, self.top, self.width, self.height))

    @property
    def text(self) -> int:
        return round(self.width / TEXT_SHARE)

    def paper(self, lat: float, lon: float) -> tuple[float, float]:
        x, y = on_paper(lat, lon)
        return x * self.narrowed, y

    def holds(self, x: float, y: float) -> bool:
        return self.left < x < self.left + self.width and self.top < y < self.top + self.height

    def mark(self, kind: str, code: str, aside: int, lines_down: float) -> Mark:
        """`aside`: -1 with its name at the left, 1 at the right; `lines_down`: how far below the place the name stands."""
        x, y = self.paper(*(places.point(code) or (0, 0)))
        comune, name = comuni.comune(code), places.name(code) or ""
        drawing = (comune.sigla, f"c{code}") if comune and comune.sigla in drawn() else None
        name_x = x + aside * (self.half(name) + DOT * 2 * self.text)
        return Mark(kind, name, round(x), round(y), round(name_x), round(y + lines_down * self.text), drawing)

    def collides(self, mark: Mark, others: Iterable[Mark]) -> bool:
        """Whether its name would lie on another name or a dot, or be cut off at the edge."""
        half, text = self.half(mark.name), self.text
        if not self.holds(mark.name_x - half, mark.name_y - text) or not self.holds(
            mark.name_x + half, mark.name_y + text
        ):
            return True
        return any(self.overlap(mark, half, other) for other in others)

    def overlap(self, mark: Mark, half: float, other: Mark) -> bool:
        beside = abs(mark.name_x - other.name_x) >= half + self.half(other.name)
        is_on_name = not beside and abs(mark.name_y - other.name_y) < LINE * self.text
        is_on_dot = other.kind != "other" and abs(mark.name_x - other.x) < half + DOT * self.text
        return is_on_name or (is_on_dot and abs(mark.name_y - other.y) < self.text)

    def half(self, name: str) -> float:
        return len(name) * self.text * LETTER / 2
