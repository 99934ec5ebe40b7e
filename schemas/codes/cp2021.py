"""ISTAT's classification of professions CP2021, out of the workbooks that ISTAT publishes.

Three layouts are met. The classification has a sheet a level, the fifth with the columns `cod_5`, `nome_5`, `descr_5`;
the nomenclature adds a sheet of six digits with the names listed under each unit, below a line of title; the table of
correspondence has `codice_ISCO08`, `nome_ISCO08` and the code and name of the unit. What they share is read: a code with
its dots, and the name that stands to the right of it.
"""

import re
from collections.abc import Iterable, Sequence

from schemas.codes import occupations
from schemas.codes.imported import Profession

_CODE = re.compile(r"[1-9](?:\.\d{1,3}){4,5}")
_OTHER_EDITION = re.compile(r"cp\s*_?2011|\b2011\b", re.IGNORECASE)
_HEADS_WITHIN = 20
LONGEST_LABEL = 200


class OtherEdition(ValueError):
    """The table is of CP2011, whose codes mean other professions."""


def professions(rows: Iterable[Sequence[str]]) -> list[Profession]:
    """The professions of one sheet, in its order; none when it has none. Raises OtherEdition."""
    found: list[Profession] = []
    group_at: int | None = None
    for number, cells in enumerate(rows):
        at = next((at for at, cell in enumerate(cells) if _CODE.fullmatch(cell.strip())), None)
        if at is not None:
            group = _digits(cells[group_at]) if group_at is not None and group_at < len(cells) else ""
            found.append(Profession(cells[at].strip(), _name(cells[at + 1 :]), group))
        elif not found and number < _HEADS_WITHIN:
            if any(_OTHER_EDITION.search(cell) for cell in cells):
                raise OtherEdition
            group_at = next((at for at, cell in enumerate(cells) if "isco" in cell.casefold()), group_at)
    return _with_known_groups(found)


def merged(known: Iterable[Profession], more: Iterable[Profession]) -> list[Profession]:
    """Both lists as one, in the order of the codes; what `more` says of a profession counts, what it leaves blank not.

    A profession that the table of correspondence names twice lies in both groups.
    """
    new: dict[tuple[str, str], Profession] = {}
    for each in more:
        minor = sorted({*new.get(_key(each), each).minor.split(), *each.minor.split()})
        new[_key(each)] = Profession(each.code, new.get(_key(each), each).label or each.label, " ".join(minor))
    old = {_key(each): each for each in known}
    for key, each in new.items():
        before = old.get(key, each)
        old[key] = Profession(each.code, each.label or before.label, each.minor or before.minor)
    return sorted(each._replace(isco="") for each in old.values() if each.label)


def _key(each: Profession) -> tuple[str, str]:
    """A unit is known by its code; names with six digits may share one."""
    return each.code, "" if each.code == each.unit else each.label


def _name(cells: Sequence[str]) -> str:
    name = next((" ".join(cell.split()) for cell in cells if cell.strip()), "")
    return name if len(name) <= LONGEST_LABEL else ""


def _digits(cell: str) -> str:
    return re.sub(r"\D", "", cell)[: occupations.UNIT_GROUP_DIGITS]


def _with_known_groups(found: list[Profession]) -> list[Profession]:
    """A spreadsheet turns "011" into 11: all codes of a column have the same number of digits."""
    width = max((len(each.minor) for each in found), default=0)
    codes = {each.minor: each.minor.zfill(width) for each in found if each.minor}
    known = {minor: code for minor, code in codes.items() if occupations.occupation(code)}
    return [each._replace(minor=known.get(each.minor, "")) for each in found]
