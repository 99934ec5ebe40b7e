"""The names that ESCO gives to occupations, out of the file `occupations_XX.csv` of its official bundle.

ESCO has some three thousand occupations, each in one unit group of ISCO-08, with one preferred label a language and many
alternative ones. An alternative label that several unit groups claim tells nothing about a title, so it is left out; a
preferred label always counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.codes import spelling
from schemas.codes.imported import Label, is_unit_group

OCCUPATIONS_FILE = "occupations_"
NEEDED = ("conceptUri", "iscoGroup", "preferredLabel", "altLabels")
LONGEST_LABEL = 120

_RELEASED = "released"


@dataclass
class Found:
    """The labels, and what was left out: names that several groups claim, occupations without a group that we know."""

    labels: list[Label] = field(default_factory=list)
    occupations: int = 0
    ambiguous: int = 0
    unplaced: int = 0


def labels(rows: Iterable[Mapping[str, str | None]], source: str) -> Found:
    """The labels of the rows of `occupations_XX.csv`, which have at least the columns NEEDED."""
    found = Found()
    preferred: dict[str, Label] = {}
    others: dict[str, set[Label]] = defaultdict(set)
    for row in rows:
        if (row.get("status") or _RELEASED) != _RELEASED:
            continue
        code = (row["iscoGroup"] or "").strip().removeprefix("C").zfill(4)
        if not is_unit_group(code):
            found.unplaced += 1
            continue
        found.occupations += 1
        for name in _names(row["preferredLabel"]):
            preferred.setdefault(spelling.compact(name), Label(name, code, source))
        for name in (*_names(row["altLabels"]), *_names(row.get("hiddenLabels"))):
            others[spelling.compact(name)].add(Label(name, code, source))
    found.labels = list(preferred.values())
    for form, claims in others.items():
        if form in preferred:
            continue
        if len({each.isco for each in claims}) > 1:
            found.ambiguous += 1
        else:
            found.labels.append(min(claims))
    return found


def _names(cell: str | None) -> list[str]:
    """The names in a cell, one a line."""
    lines = (" ".join(line.split()) for line in (cell or "").splitlines())
    return [line for line in lines if 1 < len(line) <= LONGEST_LABEL and spelling.compact(line)]
