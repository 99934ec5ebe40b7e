"""How the codes that are counted lie in the index: by facet, its columns and what stands in them.

Counting reads a column once for every match of every search, and a code of many values (the comune) would cost a look
into a dictionary for each value found: as a number it costs nothing. What has no number that every version of the
program would agree on is counted by name.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from federation.search import places

_LETTERS = 26
_ABROAD = 0

Counted = int | float | str


class Column(NamedTuple):
    """A field of the index, and how to read the code back from what is counted there."""

    field: str
    read: Callable[[Counted], str]


def of_places(codes: Sequence[str]) -> dict[str, list[int]]:
    """The numbers of places in Italy; places abroad are counted by name."""
    return {"place": [int(code) for code in codes if not places.abroad(code)]}


def of_provinces(sigle: Sequence[str]) -> dict[str, list[int]]:
    return {"province": [_ABROAD if each == places.ABROAD else _spelled(each) for each in sigle]}


def of_section(letter: str) -> dict[str, list[int]]:
    return {"section": [_spelled(letter)]} if letter else {}


def of_occupation(code: str) -> dict[str, list[int]]:
    """The number of the sub-major group; codes of a later version that are no digits are not counted."""
    digits = code[:2]
    return {"occupation_group": [int(digits)]} if len(digits) == 2 and digits.isascii() and digits.isdigit() else {}


def _spelled(letters: str) -> int:
    """The number of a word of capital letters: "A" is 1, "Z" is 26, "AA" is 27."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def _letters(counted: Counted) -> str:
    number, found = int(counted), ""
    while number:
        number, letter = divmod(number - 1, _LETTERS)
        found = chr(ord("A") + letter) + found
    return found


def _sigla(counted: Counted) -> str:
    return places.ABROAD if int(counted) == _ABROAD else _letters(counted)


def _istat(counted: Counted) -> str:
    return f"{int(counted):06}"


def _group(counted: Counted) -> str:
    return f"{int(counted):02}"


NUMBERS = ("place", "province", "section", "occupation_group")
"""The columns of numbers; all others are branches of one field."""

COLUMNS: dict[str, tuple[Column, ...]] = {
    "comune": (Column("place", _istat), Column("code.abroad", str)),
    "province": (Column("province", _sigla),),
    "contract": (Column("code.contract", str),),
    "sector": (Column("section", _letters),),
    "hours": (Column("code.hours", str),),
    "reserved": (Column("code.reserved", str),),
    "occupation": (Column("occupation_group", _group),),
    "origin": (Column("code.origin", str),),
    "remote": (Column("code.remote", str),),
    "experience": (Column("code.experience", str),),
    "licence": (Column("code.licence", str),),
}
"""By facet, the columns whose counts together are its own: no vacancy has one code in two of them."""
