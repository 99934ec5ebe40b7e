"""One spelling for names that people type in many ways.

An operator writes Cantù as "CANTU'", Sant'Angelo with three kinds of apostrophe or none, Travedona-Monate with a dash,
a blank or both. Names are compared in the forms made here and shown as they officially are.
"""

import re
import unicodedata

# No name of a place comes near this length, not even with its second name and its province.
LONGEST_NAME = 120

_MARKS = re.compile(r"[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a name in lower case, without accents; apostrophes, dashes and slashes separate words."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return tuple(_NOT_WORD.sub(" ", plain).split())


def compact(text: str) -> str:
    """The letters and digits alone: equal for all spellings of a name that differ in case, accents, blanks or signs."""
    return "".join(words(text))
