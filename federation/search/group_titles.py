"""A typed word looked up in the titles of the 436 unit groups, so that no vacancy has to carry the title of its own.

Who types "magazzino" means also the vacancy that says "muletto e bolle" and bears the code of the warehouse clerks. The
titles are the same on every node and every vacancy of a group has the same, hence the word leads to codes, and the
codes, which are indexed anyway, to the vacancies.
"""

from collections.abc import Iterator
from functools import cache

from federation.search import text
from schemas.codes import occupations
from schemas.codes.occupations import Occupation
from schemas.codes.trades import trades
from schemas.codes.workplaces import workplaces

# Words that stand in titles to draw the line between groups, and say nothing about a trade.
_BOUNDARIES = frozenset(
    text.stems(
        "altra altre altri altro analoghe assimilate assimilati classificate classificati altrove professioni occupazioni "
        "not elsewhere classified other related workers"
    )
)


def codes(stem: str) -> frozenset[str]:
    """The unit groups whose title, in Italian or English, has this stem; of a place of work those at home there."""
    return _at_work().get(stem) or _by_stem().get(stem, frozenset())


@cache
def words() -> dict[str, frozenset[str]]:
    """The folded words by which a unit group or one of its trades is called, each with the codes of those groups."""
    called = [(group.code, title) for group in _groups() for title in (group.title_it, group.title_en)]
    called += [(trade.isco, name) for trade in trades() for name in trade.names]
    found: dict[str, set[str]] = {}
    for code, name in called:
        for form in text.forms(name):
            found.setdefault(form, set()).add(code)
    return {form: frozenset(groups) for form, groups in found.items()}


def _groups() -> Iterator[Occupation]:
    return occupations.groups(occupations.UNIT_GROUP_DIGITS)


@cache
def _at_work() -> dict[str, frozenset[str]]:
    return {text.stems(place)[0]: codes for place, codes in workplaces().items()}


@cache
def _by_stem() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _groups():
        for stem in set(text.stems(f"{group.title_it} {group.title_en}")) - _BOUNDARIES:
            found.setdefault(stem, set()).add(group.code)
    return {stem: frozenset(groups) for stem, groups in found.items()}
