"""The checklist says of each row how it was tried; the tests that it names exist, and what nobody did says so."""

import re
from pathlib import Path

import pytest

from tests.federation.test_threats import existing_tests

CHECKLIST = (Path(__file__).parent / "ACCESSIBILITY.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in CHECKLIST.splitlines()
    if line.startswith("|") and not re.match(r"\|\s*(-+|who)\s*\|", line)
]
WHO = {"everybody", "citizen", "operator", "coordinator"}
WAYS = {"keyboard", "screen reader", "axe", "by hand"}
TRIED = re.compile(r"`test_\w+`|not performed|by hand, \d{4}-\d{2}-\d{2}: .+")


def test_every_way_is_thought_of_for_everybody():
    assert {row[0] for row in ROWS} == WHO
    assert {row[3] for row in ROWS} == WAYS
    assert {row[0] for row in ROWS if row[3] == "screen reader"} >= WHO - {"everybody"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2][:50])
def test_every_row_says_how_it_was_tried(row):
    _who, page, act, _how, tried = row
    assert page
    assert act
    assert TRIED.fullmatch(tried)


def test_every_test_that_is_named_exists():
    assert set(re.findall(r"`(test_\w+)`", CHECKLIST)) - existing_tests() == set()
