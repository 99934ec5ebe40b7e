"""What an administrator has imported on this node: the labels of ESCO, the professions of ISTAT's CP2021.

Both are too large and too much their publishers' to be shipped, and a node works without them. Of the official files
only what is used is kept, in two small tables in the node's folder `codes/`: labels of unit groups, by which trades are
recognised, and the professions of CP2021, which public job centres write beside their vacancies.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from schemas.codes import occupations, spelling

LABELS, PROFESSIONS = "labels.csv", "cp2021.csv"
ESCO_IT, ESCO_EN, CP2021 = "esco-it", "esco-en", "cp2021"

_PROFESSION_CODE = re.compile(r"(?P<code>[1-9](?:\.\d{1,3}){4,5}|[1-9]\d{4})(?![\d.]*\d)(?:[\s:–-]+\S.*)?")


class Label(NamedTuple):
    """A name of a trade, the unit group it belongs to, and which of the sources above says so."""

    label: str
    isco: str
    source: str


class Profession(NamedTuple):
    """A profession of CP2021: a unit of five digits, or one of the names listed under it, which have a sixth.

    `minor` is what ISTAT's table of correspondence says, groups of ISCO-08 of usually three digits, separated by blanks;
    `isco` the one unit group that was found for it. Both are blank when nothing is known.
    """

    code: str
    label: str
    minor: str = ""
    isco: str = ""

    @property
    def unit(self) -> str:
        """The code of the unit, to which a name of six digits belongs."""
        return ".".join(self.code.split(".")[:5])


def load(folder: Path) -> list[Label]:
    """The imported labels whose unit group this version knows; none when nothing was imported."""
    return [each for each in map(Label._make, _rows(folder / LABELS, len(Label._fields))) if is_unit_group(each.isco)]


def professions(folder: Path) -> list[Profession]:
    """The imported professions of CP2021; none when they were not imported."""
    return list(map(Profession._make, _rows(folder / PROFESSIONS, len(Profession._fields))))


def is_unit_group(code: str) -> bool:
    return len(code) == occupations.UNIT_GROUP_DIGITS and occupations.occupation(code) is not None


class Professions:
    """The way from a profession of CP2021, as a file names it, to a unit group of ISCO-08."""

    def __init__(self, known: Iterable[Profession]) -> None:
        self._by_code: dict[str, str] = {}
        self._by_label: dict[str, str] = {}
        for each in sorted(known, key=lambda each: len(each.code)):
            if is_unit_group(each.isco):
                self._by_code.setdefault(each.code.replace(".", ""), each.isco)
                self._by_label.setdefault(spelling.compact(each.label), each.isco)

    def unit_group(self, text: str) -> str | None:
        """The unit group of "5.2.2.1.0", "52210", "5.2.2.1.0 Cuochi …" or of the title alone; None when unknown."""
        written = _PROFESSION_CODE.fullmatch(text.strip())
        if written:
            digits = written["code"].replace(".", "")
            return self._by_code.get(digits) or self._by_code.get(digits[:5])
        return self._by_label.get(spelling.compact(text))


def as_table(kind: type[Label] | type[Profession], rows: Iterable[Sequence[str]]) -> bytes:
    """The content of a table for `load` or `professions` to read."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(kind._fields)
    writer.writerows(rows)
    return text.getvalue().encode()


def _rows(path: Path, width: int) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8", newline="") as table:
            reader = csv.reader(table)
            next(reader, None)
            yield from (row for row in reader if len(row) == width)
    except FileNotFoundError:
        return
