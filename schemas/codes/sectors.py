"""Branches of the economy: the sections (A to V) and two-digit divisions of ATECO 2025.

The desk asks for a division and accepts a section from who knows no more; figures are drawn by section. The Italian
titles are ISTAT's, the English ones those of NACE Rev. 2.1, of which ATECO 2025 is the Italian version. What stands in
other people's files is finer, older or in words of their own: `recognise` leads it back to a division or section.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from schemas.codes import ateco_editions, spelling, tables
from schemas.codes.codelist import CodeList

_LONGEST = 400
_LONGEST_NAME = 4
_LONGEST_FULL_WORD = 3
_SURE_CODE = 4  # "56.1" and "5610" are codes whatever follows, "56" may be a number
_SMALL = frozenset(
    "a ad al alla alle con da dei del della delle di e ed i il in la le lo per su settore comparto ramo".split()  # noqa: SIM905
)
_WRITTEN = re.compile(
    r"(?P<called>(?:codice\s+)?(?:ateco|nace|istat)(?:\s*(?:20)?(?:07|22|25))?\s*[:.-]?\s*)?"
    r"(?:(?P<letter>[A-V])(?=[\s.:)–-]|\d|$))?[\s.]*"
    r"(?P<code>\d{1,2}(?:\.\d{1,2}){0,3}|\d{3,6})?(?![\d.]*\w)"
    r"(?:(?P<apart>[\s.:;,)–-]+)(?P<title>\S.*))?",
    re.IGNORECASE,
)


@cache
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    """(code, section, Italian title, English title), a section before its divisions."""
    return tuple((code, section, it, en) for code, section, it, en in tables.rows("sectors.csv"))


@cache
def _section_of_code() -> dict[str, str]:
    return {code: section for code, section, _it, _en in _rows()}


def section_of(code: str) -> str | None:
    """The section letter of a division; a section answers itself, an unknown code None."""
    return _section_of_code().get(code)


# Every section, followed by its divisions.
SECTORS = CodeList("sectors", lambda: {code: (it, en) for code, _section, it, en in _rows()})

# The sections alone, for figures and for the first step of a choice.
SECTIONS = CodeList("sections", lambda: {code: (it, en) for code, section, it, en in _rows() if code == section})


def recognise(text: str) -> str | None:
    """The division, or the section where no single one is meant, of what stands in somebody's column "settore".

    Understood: a code of ATECO 2025, 2022 or 2007 of any depth ("56.10.11", "C.28", "561011", "45.20"), alone or before
    its title; a title of any depth; a sector as people call it ("metalmeccanica", "Settore edile"). None for anything
    else, and for words that name sectors of more than one section. A lone letter is a section of 2025.
    """
    text = " ".join(text[:_LONGEST].split()).strip(" .,;:-–")
    written = _WRITTEN.fullmatch(text)
    if not written:
        return _titled(text)
    letter, code, title = written["letter"] or "", written["code"] or "", written["title"] or ""
    if not code:
        return _titled(title) or (letter.upper() if letter.upper() in SECTIONS else None)
    is_told = letter or written["called"] or (len(code) > 1 and (written["apart"] or "").strip())
    if title and len(code) < _SURE_CODE and not is_told:
        return _titled(title) or _titled(text)  # "24 ore" is no metallurgy
    return _agreed(ateco_editions.divisions(code), code[:2])


def _titled(title: str) -> str | None:
    by_key = _by_key()
    key = _key(title)
    if not key:
        return None
    exact = by_key.get(key) or _agreed(ateco_editions.titled(title))
    return exact or _agreed(_named_in(key))


def _named_in(words: tuple[str, ...]) -> list[str]:
    """The sectors named one after the other in a text, at each place by the longest name."""
    found, place = [], 0
    while place < len(words):
        ends = range(min(len(words), place + _LONGEST_NAME), place, -1)
        end = next((end for end in ends if words[place:end] in _names()), None)
        if end:
            found.append(_names()[words[place:end]])
        place = end or place + 1
    return found


@cache
def _names() -> dict[tuple[str, ...], str]:
    """Sectors as people call them, by key."""
    return {_key(name): sector for name, sector in tables.rows("sector_names.csv")}


@cache
def _by_key() -> dict[tuple[str, ...], str]:
    """Names and official titles in both languages by key; where a section has one division only, the division."""
    titles = {_key(title): code for code, _section, *both in _rows() for title in both}
    return titles | _names()


def _key(text: str) -> tuple[str, ...]:
    """The words that tell, without the ending that makes gender and number."""
    words = [word for word in spelling.words(text) if word not in _SMALL]
    return tuple(word.rstrip("aeio") if len(word) > _LONGEST_FULL_WORD else word for word in words)


def _agreed(codes: Sequence[str], former: str = "") -> str | None:
    """The one code that is meant, else the `former` one when it is among them, else the section that most lie in."""
    if len(set(codes)) <= 1 or former in codes:
        return former if former in codes else next(iter(codes), None)
    sections = Counter(section_of(code) for code in codes).most_common()
    if former or len(sections) == 1:
        return sections[0][0]
    return None
