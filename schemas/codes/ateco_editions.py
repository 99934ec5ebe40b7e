"""Codes and titles of ATECO at any depth and of the editions in use since 2008, led back to the divisions of 2025.

The classification itself comes with the package `ateco`, which reads its tables when they are first asked for: about
12 MB, paid only by a process that meets such a code. A code that stands in more than one edition is read in the newest.
"""

import re
from functools import lru_cache

import ateco

from schemas.codes import spelling

NOW, BEFORE = "2025", "2022"
EVERY_NODE = 10_000
SHORTEST_CLUE = 4
LONGEST_TITLE = 400

_CODE = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}(?:\.\d)?|\d{3,6}")


@lru_cache(maxsize=1024)
def divisions(code: str) -> tuple[str, ...]:
    """The divisions of 2025, perhaps several, into which the activities of a code go; none for what is no code.

    Understood: "28", "28.11", "28.11.20", "281120", and "1.11", which is what a spreadsheet leaves of "01.11". Last
    digits that no edition knows are cut off, down to the class.
    """
    if not _CODE.fullmatch(code):
        return ()
    head, _dot, tail = code.partition(".")
    known = ateco.canonicalize(f"{head:0>2}.{tail}" if tail.strip("0.") else f"{head:0>2}")
    while known:
        if ateco.validate(known, edition=NOW):
            return (known[:2],)
        mapped = ateco.map_code(known, BEFORE, NOW).targets
        if mapped:
            return tuple(dict.fromkeys(each[:2] for each in mapped))
        known = _shorter(known)
    return ()


def _shorter(code: str) -> str:
    """The code one level up; blank above the class, since a wrong digit there leads anywhere."""
    left = code[:-1].rstrip(".")
    return left if len(left) >= len("28.11") else ""


@lru_cache(maxsize=256)
def titled(title: str) -> tuple[str, ...]:
    """The divisions of 2025 of the activity that has exactly this title in an edition, in any spelling; else none."""
    wanted = spelling.compact(title)
    clue = max(spelling.words(title), key=len, default="")
    if len(clue) < SHORTEST_CLUE or len(title) > LONGEST_TITLE:
        return ()
    for edition in (NOW, BEFORE):
        for node in ateco.search(clue[:-1], edition=edition, limit=EVERY_NODE):  # the last letter may bear an accent
            if spelling.compact(node.title) == wanted:
                return (node.code,) if node.code.isalpha() else divisions(node.code)
    return ()
