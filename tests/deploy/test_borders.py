"""Borders of other provinces become drawings like those that are shipped."""

import json
import sys

import pytest

from deploy import borders

SQUARE = [[8.70, 45.80], [8.75, 45.80], [8.75, 45.85], [8.70, 45.85], [8.70, 45.80]]
ISLAND = [[8.80, 45.80], [8.81, 45.80], [8.81, 45.81], [8.80, 45.80]]


def geojson(folder, *features, name="borders.geojson"):
    file = folder / name
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def feature(istat="012072", kind="Polygon", coordinates=(SQUARE,)):
    return {"id": istat, "geometry": {"type": kind, "coordinates": coordinates}}


@pytest.fixture
def run(monkeypatch, tmp_path):
    def run(*files):
        monkeypatch.setattr(sys, "argv", ["borders", "--into", str(tmp_path), *map(str, files)])
        return borders.main()

    return run


def test_a_province_is_one_drawing_of_its_comuni(tmp_path, run):
    two = [feature("012072"), feature("013075"), feature("012133", "MultiPolygon", [[SQUARE], [ISLAND]])]
    assert run(geojson(tmp_path, *two)) == 0
    varese = (tmp_path / "VA.svg").read_text("utf-8")
    assert '<path id="c012072" vector-effect="non-scaling-stroke" d="M5400 4400l100 0 0-100-100 0z"/>' in varese
    assert varese.index("c012072") < varese.index("c012133")
    assert "z" in varese.partition('id="c012133"')[2].partition("z")[2]
    assert 'id="c013075"' in (tmp_path / "CO.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (feature("999999"), "«999999» is not the ISTAT code"),
        (feature(kind="LineString"), "is a LineString, not an area"),
        ({"geometry": None}, "not a GeoJSON FeatureCollection"),
    ],
)
def test_what_is_no_border_is_refused_by_name(tmp_path, run, capsys, wrong, told):
    assert run(geojson(tmp_path, wrong)) == 2
    assert told in capsys.readouterr().err


def test_a_file_that_is_no_geojson_is_refused(tmp_path, run, capsys):
    file = tmp_path / "borders.txt"
    file.write_text("no borders")
    assert run(file) == 2
    assert "borders.txt: not a GeoJSON" in capsys.readouterr().err
