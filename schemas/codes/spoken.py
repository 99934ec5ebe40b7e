"""How people say the codes of work: in the cell of a spreadsheet, in a search, in a title.

"T. det.", "a termine" and "CTD" are one contract. Whoever imports last year's Excel and whoever types into the search
speaks the same language, so it is understood in one place, at two strengths: in running text a phrase must mean its code
also among other words; a cell stands under a heading that says what it is about, and may be shorter.

The phrases are data in `schemas.codes.sayings`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from schemas.codes import phrases, sayings, spoken_amounts, spoken_licences
from schemas.codes.person import EXPERIENCE
from schemas.codes.phrases import BREAK, Phrases, Said, Token
from schemas.codes.work import CONTRACTS, HOURS, REMOTE, RESERVED

__all__ = ["YES", "contract", "experience", "hours", "licences", "remote", "reserved", "said_at", "shifts"]

YES = "si"

# What is said for how long or in which way matters less than what kind of contract it is.
_LESS_TELLING = ("determinato", "indeterminato")
_SHORTEST_IN_CELL = 4
_LONGEST_CELL = 300
_FIGURE = re.compile(r"(\d{1,2})(?:[.,]\d+)?")
_NO = frozenset(("no", "n", "non", "senza", "nessuno", "giornata", "giornaliero", "centrale", "0", "false", "falso"))
_YES = frozenset(("si", "s", "x", "1", "true", "vero", "yes", "ciclo"))

_Patterns = Mapping[str, tuple[str, ...]] | Mapping[tuple[str, ...], tuple[str, ...]]
_TABLES: dict[str, _Patterns] = {
    "contract": sayings.CONTRACT,
    "hours": sayings.HOURS,
    "shifts": {YES: sayings.SHIFTS},
    "experience": sayings.EXPERIENCE,
    "reserved": sayings.RESERVED,
    "remote": sayings.REMOTE,
    "since": sayings.SINCE,
}
_CELLS: dict[str, _Patterns] = {
    "contract": sayings.CONTRACT_CELL,
    "hours": sayings.HOURS_CELL,
    "experience": sayings.EXPERIENCE_CELL,
    "reserved": sayings.RESERVED_CELL,
    "remote": sayings.REMOTE_CELL,
}
_LISTS = {"contract": CONTRACTS, "hours": HOURS, "experience": EXPERIENCE, "reserved": RESERVED, "remote": REMOTE}

_Codes = tuple[str, ...]
_OTHERWISE: tuple[str, _Codes] = ("", ())


def _phrases(table: _Patterns) -> Iterator[tuple[tuple[str, ...], _Codes]]:
    for codes, patterns in table.items():
        for pattern in patterns:
            for phrase in phrases.spread(pattern):
                yield phrase, (codes,) if isinstance(codes, str) else codes


@cache
def _in_text() -> Phrases[tuple[str, _Codes]]:
    said = [(phrase, (name, codes)) for name, table in _TABLES.items() for phrase, codes in _phrases(table)]
    otherwise = [(phrase, _OTHERWISE) for each in sayings.MEANT_OTHERWISE for phrase in phrases.spread(each)]
    return Phrases([*said, *otherwise])


@cache
def _in_cell(name: str) -> tuple[Phrases[_Codes], Phrases[_Codes]]:
    """(what a whole cell may say, what may stand in it among other words)."""
    codes = _LISTS[name]
    labels = [
        (phrases.forms(text), (code,)) for code in codes for text in (code, codes.label(code), codes.label(code, "en"))
    ]
    said = [*_phrases(_CELLS[name]), *_phrases(_TABLES[name]), *labels]
    return Phrases(said), Phrases(pair for pair in said if len("".join(pair[0])) >= _SHORTEST_IN_CELL)


def said_at(text: str, found: Sequence[Token], forms: Sequence[str], at: int) -> Said | None:
    """The longest of what a running text says from token `at` on; `found` are its tokens, `forms` their forms."""
    if forms[at] == BREAK:
        return None
    best = spoken_licences.licences_at(text, found, forms, at)
    for said in (spoken_amounts.hours_at(forms, at), spoken_amounts.experience_at(forms, at), _phrase_at(forms, at)):
        if said is not None and (best is None or said.length > best.length):
            best = said
    return best


def _phrase_at(forms: Sequence[str], at: int) -> Said | None:
    told = _in_text().longest(forms, at)
    return Said(told[0], *told[1]) if told else None


def contract(cell: str) -> str | None:
    """The contract that a cell means: "T. determinato", "CTD", "stage"; the kind wins over the duration."""
    found = _all_in_cell("contract", cell)
    return next((code for code in found if code not in _LESS_TELLING), found[0] if found else None)


def hours(cell: str) -> str | None:
    """Full or part time: "P.Time", "20 ore", "37,5"; None when the cell offers both."""
    found = set(_all_in_cell("hours", cell))
    if not found:
        weekly = _FIGURE.fullmatch(cell.strip())
        forms = (weekly[1], "ore", "settimanali") if weekly else phrases.forms(cell[:_LONGEST_CELL])
        told = (spoken_amounts.hours_at(forms, at) for at in range(len(forms)))
        found = {code for said in told if said for code in said.codes}
    return found.pop() if len(found) == 1 else None


def experience(cell: str) -> str | None:
    """The band of experience: "anche prima esperienza", "almeno 3 anni", "2-3 anni", "6 mesi"."""
    found = _all_in_cell("experience", cell)
    return found[0] if found else spoken_amounts.years_said(phrases.forms(cell[:_LONGEST_CELL]))


def reserved(cell: str) -> str | None:
    """To whom the law reserves it: "art. 18", "disabili". Law 68 without an article is given the first."""
    found = _all_in_cell("reserved", cell)
    return found[0] if found else None


def remote(cell: str) -> str | None:
    """Where one works: "smart working" is in part from home, unless the cell says all of it."""
    found = _all_in_cell("remote", cell)
    return "ibrido" if set(found) == {"remoto", "ibrido"} else found[0] if found else None


def shifts(cell: str) -> bool | None:
    """Whether there are shifts: "su 3 turni", "sì", "no", "turni: no", "giornata"; None when the cell does not say."""
    forms = phrases.forms(cell[:_LONGEST_CELL])
    if not _NO.isdisjoint(forms):
        return False
    return True if not _YES.isdisjoint(forms) or any(form.startswith("turn") for form in forms) else None


def licences(cell: str) -> tuple[str, ...]:
    """The licences that a cell names, in its order: "B, muletto", "C+E / CQC"; a plain "sì" is the ordinary one."""
    cell = cell[:_LONGEST_CELL]
    found = phrases.tokens(cell)
    return spoken_licences.named_in_cell(cell, found, [token.form for token in found])


def _all_in_cell(name: str, cell: str) -> list[str]:
    """The codes that a cell says, in its order."""
    forms = phrases.forms(cell[:_LONGEST_CELL])
    whole, among = _in_cell(name)
    if forms and (told := whole.longest(forms, 0)) and told[0] == len(forms):
        return list(told[1])
    codes: list[str] = []
    at = 0
    while at < len(forms):
        told = among.longest(forms, at)
        codes += told[1] if told else ()
        at += told[0] if told else 1
    return codes
