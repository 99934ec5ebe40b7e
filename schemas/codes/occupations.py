"""Occupations of ISCO-08: what a job is called in statistics, in ESCO and in every job centre of Europe.

A vacancy carries a unit group (four digits); the groups above it (one to three digits) serve facets and figures. The
code of a group is the beginning of the codes below it, so parents need no column.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from schemas.codes import tables, typed
from schemas.codes.codelist import UNKNOWN, CodeList, Label

UNIT_GROUP_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Occupation:
    """A group of ISCO-08 of any level: `code` has one digit (major group) to four (unit group)."""

    code: str
    title_it: str
    title_en: str

    @property
    def parent(self) -> str | None:
        """The code of the group above; None for a major group."""
        return self.code[:-1] or None

    def title(self, lang: str = "it") -> str:
        """The title for a language tag, as `CodeList.label`."""
        return Label(self.title_it, self.title_en).in_language(lang)


@cache
def _groups() -> dict[str, Occupation]:
    """Groups of all four levels by code, in the order of the classification."""
    return {code: Occupation(code, it, en) for code, it, en in tables.rows("occupations.csv")}


def occupation(code: str) -> Occupation | None:
    """The group with this code, of any level (one to four digits), or None."""
    return _groups().get(code)


def label(code: str | None, lang: str = "it") -> str:
    """The title of a group of any level; "altro" or "other" for an unknown code."""
    found = occupation(code or "")
    return found.title(lang) if found else UNKNOWN.in_language(lang)


def groups(digits: int, parent: str = "") -> Iterator[Occupation]:
    """The groups whose code has so many digits, optionally those below `parent` only, in order."""
    return (each for each in _groups().values() if len(each.code) == digits and each.code.startswith(parent))


def find(text: str, limit: int = 10) -> list[Occupation]:
    """Unit groups for what a person types into the occupation field: a code, its first digits, or words of a title.

    Words are understood as `typed.best` says.
    """
    if text.strip().isdigit():
        return list(groups(UNIT_GROUP_DIGITS, text.strip()))[:limit]
    titles = ((each.code, (each.title_it, each.title_en)) for each in groups(UNIT_GROUP_DIGITS))
    return [_groups()[code] for code in typed.best(text, titles, limit)]


# The unit groups alone: what a vacancy may carry.
OCCUPATIONS = CodeList(
    "occupations", lambda: {each.code: (each.title_it, each.title_en) for each in groups(UNIT_GROUP_DIGITS)}
)
