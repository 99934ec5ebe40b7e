"""An employer named in a search: "autista presso Rossi Trasporti".

Who is an employer the caller knows, since it changes with every notice. Here it is decided which typed words may be asked
about. A name of one word that belongs to the language of trades ("Forno") is asked about only behind "presso" and the
like, because as a filter it would hide every other bakery.
"""

from collections.abc import Callable
from functools import cache

from federation.search import text
from federation.search.asking.reading import Found, Meant, Reading
from schemas.codes import SECTORS, occupations
from schemas.codes.phrases import BREAK
from schemas.codes.trades import trades

Employers = Callable[[str], str | None]

_MOST_WORDS = 5
_SHORTEST_ALONE = 4
_LEADS = frozenset(("presso", "da", "ditta", "azienda", "impresa", "societa", "gruppo"))


def employer_at(reading: Reading, at: int, employers: Employers) -> Found | None:
    """The employer whose name, as typed, begins with token `at` or behind a word that announces one."""
    first = at + (reading.form(at) in _LEADS)
    for length in range(min(_MOST_WORDS, len(reading) - first), 0, -1):
        named = reading.forms[first : first + length]
        if BREAK in named or named[0] in text.STOP_WORDS or named[-1] in text.STOP_WORDS:
            continue
        known = employers(reading.written(first, first + length))
        if known and (length > 1 or first > at or not _is_common(named[0])):
            return Found(at, first + length, (Meant("employer", known),))
    return None


def _is_common(word: str) -> bool:
    return len(word) < _SHORTEST_ALONE or not _stems_of_trades().isdisjoint(text.stems(word))


@cache
def _stems_of_trades() -> frozenset[str]:
    """The words of the names of all trades, groups of occupations and sectors."""
    names = [name for trade in trades() for name in trade.names]
    names += [group.title_it for group in occupations.groups(occupations.UNIT_GROUP_DIGITS)]
    names += [label for _code, label in SECTORS.choices()]
    return frozenset(stem for name in names for stem in text.stems(name))
