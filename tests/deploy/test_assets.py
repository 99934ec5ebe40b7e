"""The browser's files as they were built: complete for the pages that name them, and from nowhere but npm's lock."""

import json
import re
from pathlib import Path

import pytest

from deploy import assets

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "node" / "templates"


@pytest.fixture(scope="module", autouse=True)
def built():
    assets.build()


def test_the_lock_names_no_registry_and_pins_every_package_by_its_bytes():
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = {name: package for name, package in packages.items() if name}
    assert all("integrity" in package and "resolved" not in package for package in fetched.values())


def classes_of(page):
    """The words of class attributes in a template or in Python, without what is put among them."""
    attributes = re.findall(r'class="([^"]*)"', re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{\w+\}", " ", page.read_text("utf-8")))
    return {word for attribute in attributes for word in attribute.split()}


def test_the_public_stylesheet_keeps_every_class_that_the_public_pages_use():
    whole, kept = ((assets.VENDOR / name).read_text("utf-8") for name in ("bootstrap-italia.css", "public.css"))
    pages = [page for pattern in assets.PUBLIC_PAGES for page in TEMPLATES.glob(pattern)]
    used = {name for page in [*pages, *assets.PUBLIC_MARKUP.glob("*.py")] for name in classes_of(page)}
    styled = {name for name in used if f".{name}{{" in whole}
    assert {"container", "it-card-body", "it-card-footer", "btn-primary"} <= styled
    assert {name for name in styled if f".{name}{{" not in kept} == set()
    assert len(kept) < len(whole) / 5


def test_every_icon_that_is_named_is_in_the_sprite():
    templates = "".join(page.read_text("utf-8") for page in TEMPLATES.rglob("*.html"))
    code = "".join(page.read_text("utf-8") for page in (ROOT / "node").rglob("*.py"))
    named = {*re.findall(r'icon\("(it-[a-z-]+)"', templates), *re.findall(r'(?<!class=)"(it-[a-z-]+)"', code)}
    drawn = set(re.findall(r'id="(it-[a-z-]+)"', (assets.VENDOR / "icons.svg").read_text("utf-8")))
    assert "it-map-marker" in named
    assert named - drawn == set()


def test_every_font_that_the_stylesheet_names_was_copied():
    sheet = (ROOT / "node" / "static" / "css" / "fonts.css").read_text("utf-8")
    files = re.findall(r'url\("\.\./vendor/fonts/([^"]+)"\)', sheet)
    assert files
    assert [file for file in files if not (assets.VENDOR / "fonts" / file).is_file()] == []


def test_nothing_built_asks_for_a_source_map_or_a_font_that_our_policy_refuses():
    for name in ("bootstrap-italia.css", "bootstrap-italia.js", "public.css", "chart.js", "htmx.js"):
        content = (assets.VENDOR / name).read_text("utf-8")
        assert "sourceMappingURL" not in content
        assert name.endswith(".js") or "@font-face" not in content


def test_building_again_touches_nothing():
    before = {path: path.stat().st_mtime_ns for path in assets.VENDOR.rglob("*")}
    assets.install()
    assets.build()
    assert {path: path.stat().st_mtime_ns for path in assets.VENDOR.rglob("*")} == before
