"""Each threat that THREATS.md claims to be met names a test, and that test exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THREATS = (ROOT / "federation" / "THREATS.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in THREATS.splitlines()
    if line.startswith("|") and not re.match(r"\|\s*(-+|who)\s*\|", line)
]
ATTACKERS = {"stranger", "peer", "road", "disk", "door", "bad luck"}


def existing_tests():
    paths = (ROOT / "tests").rglob("test_*.py")
    trees = [ast.parse(path.read_text("utf-8")) for path in paths]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {function.name for function in functions if function.name.startswith("test_")}


def test_there_are_threats_of_every_kind():
    assert len(ROWS) >= 35
    assert {row[0] for row in ROWS} == ATTACKERS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:50])
def test_every_threat_has_a_defence_and_names_one_test(row):
    who, threat, defence, test = row
    assert who in ATTACKERS
    assert threat
    assert defence
    assert re.fullmatch(r"`test_\w+`", test)


def test_every_test_that_is_named_exists_and_is_named_once():
    named = [row[3].strip("`") for row in ROWS]
    existing = existing_tests()
    assert [name for name in named if name not in existing] == []
    assert sorted(named) == sorted(set(named))
