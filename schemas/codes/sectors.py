"""Branches of the economy: the sections (A to V) and two-digit divisions of ATECO 2025.

The desk asks for a division and accepts a section from who knows no more; figures are drawn by section. The Italian
titles are ISTAT's, the English ones those of NACE Rev. 2.1, of which ATECO 2025 is the Italian version.
"""

from functools import cache

from schemas.codes import tables
from schemas.codes.codelist import CodeList


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
