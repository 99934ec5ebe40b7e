"""Skills: what a person can do and a job asks for, in the words of a desk.

A closed list, so that what a citizen says of herself and what an employer asks for can be compared. Each skill names the
unit groups of ISCO-08 that use it, those first to whose core it belongs; a skill that half of all trades need (safety,
spreadsheets) names those that need it most. Nothing in the list tells who a person is: only what she has learnt to do.
"""

from dataclasses import dataclass
from functools import cache

from schemas.codes import occupations, tables, typed
from schemas.codes.codelist import CodeList, Label
from schemas.codes.trades import trades

BETWEEN_OCCUPATIONS = "|"


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill; `occupations` are the codes of unit groups, those to whose core it belongs first."""

    code: str
    title_it: str
    title_en: str
    occupations: tuple[str, ...]

    def title(self, lang: str = "it") -> str:
        """The title for a language tag, as `CodeList.label`."""
        return Label(self.title_it, self.title_en).in_language(lang)


@cache
def _skills() -> dict[str, Skill]:
    """All skills by code, in the order of the table, which goes field by field."""
    return {
        code: Skill(code, it, en, tuple(groups.split(BETWEEN_OCCUPATIONS)))
        for code, it, en, groups in tables.rows("skills.csv")
    }


def skill(code: str) -> Skill | None:
    """The skill with this code, or None."""
    return _skills().get(code)


@cache
def _by_occupation() -> dict[str, tuple[Skill, ...]]:
    """Unit group to its skills: those of its core first, of equals the one that fewer groups share."""
    found: dict[str, list[tuple[int, int, Skill]]] = {}
    for each in _skills().values():
        for place, group in enumerate(each.occupations):
            found.setdefault(group, []).append((place, len(each.occupations), each))
    return {group: tuple(each for *_, each in sorted(those, key=lambda one: one[:2])) for group, those in found.items()}


def skills_of(occupation: str) -> tuple[Skill, ...]:
    """The skills of a unit group, best first; none for a code that is no unit group or has no skills."""
    return _by_occupation().get(occupation, ())


def orphans() -> list[str]:
    """The unit groups that no skill names, in order."""
    return [code for code in occupations.OCCUPATIONS if code not in _by_occupation()]


def find(text: str, limit: int = 10) -> list[Skill]:
    """What to offer while `text` is being typed, best first: words are understood as `typed.best` says.

    The words of the code count as words of the Italian title: they hold the short name ("muletto") of a long title.
    Where few skills are called so, those of the trade that is follow ("badante").
    """
    titles = ((each.code, (f"{each.title_it} {each.code}", each.title_en)) for each in _skills().values())
    found = [_skills()[code] for code in typed.best(text, titles, limit)]
    if len(found) < limit:
        found += [each for each in _of_trade(text) if each not in found]
    return found[:limit]


def _of_trade(text: str) -> list[Skill]:
    groups = typed.best(text, ((each.isco, each.names) for each in trades()), 1)
    return [each for group in groups for each in skills_of(group)]


SKILLS = CodeList("skills", lambda: {each.code: (each.title_it, each.title_en) for each in _skills().values()})
