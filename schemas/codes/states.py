"""States and territories by the Belfiore code (Z…) that stands in the codice fiscale of who was born abroad.

A code lives as long as who bears it: old ones name states that are no more (Jugoslavia, URSS), and the same birthplace is
called by today's name in newer papers. So each former state knows those of today.
"""

from dataclasses import dataclass
from functools import cache

from schemas.codes import spelling, tables
from schemas.codes.codelist import CodeList

BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class State:
    """A state or territory; `now` holds the codes of the states of today in whose land a former one lay."""

    code: str
    name_it: str
    name_en: str
    variants: tuple[str, ...]
    now: tuple[str, ...]


@cache
def _states() -> dict[str, State]:
    """All states by code, in the order of the codes, which goes by continent."""
    return {
        code: State(code, it, en, tuple(variants.split(BETWEEN)), tuple(filter(None, now.split(BETWEEN))))
        for code, it, en, variants, now in tables.rows("states.csv")
    }


def state(code: str) -> State | None:
    """The state with this Belfiore code, or None."""
    return _states().get(code)


@cache
def _by_name() -> dict[str, frozenset[str]]:
    """Codes by the compact form of every name and of the code itself."""
    found: dict[str, frozenset[str]] = {}
    for each in _states().values():
        for name in {spelling.compact(name) for name in (each.code, each.name_it, each.name_en, *each.variants)} - {""}:
            found[name] = found.get(name, frozenset()) | {each.code}
    return found


def meant(text: str) -> frozenset[str]:
    """The codes of the state named in `text`, and of those that it was part of or that it was parted into."""
    named = _by_name().get(spelling.compact(text), frozenset())
    later = {code for name in named for code in _states()[name].now}
    former = {each.code for each in _states().values() if named.intersection(each.now)}
    return named | later | former


STATES = CodeList("states", lambda: {each.code: (each.name_it, each.name_en) for each in _states().values()})
