"""What the text of a notice says of its conditions: nights, weekends, shifts, journeys; hours, licences, experience.

Most of it has no field, or stands in the text where the field was left empty. Whoever wants no nights must not get
"turno di notte 22-6", gets "orario diurno" first, and does not lose "non è richiesto lavoro notturno".

A text is read clause by clause, since a "non" reaches no farther, and only those clauses are read in which anything is
said at all; notices repeat themselves, so what was read is remembered.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import NamedTuple

from federation.search import text
from schemas.codes import phrases, spoken, spoken_amounts
from schemas.codes.phrases import Phrases, Token, spread

NO, YES, ONLY = "no", "si", "solo"
_SAID_MORE = (NO, YES, ONLY)
NIGHTS, WEEKENDS, SHIFTS, JOURNEYS = "notte", "fine-settimana", "turni", "trasferte"
CODED = ("hours", "experience", "licence")
"""The filters whose codes are read from a text."""

_LONGEST_CLAUSE = 400

# What is said (a sign) and what follows from it; the first sign that fits counts. Small letters, accents kept.
_SIGNS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (r"(?:solo|soltanto|esclusivamente|fisso)(?: \w+){0,2} (?:nott[ei]|nottur\w+)\b", {NIGHTS: ONLY}),
    (r"(?:orari\w*|lavoro) nottur\w+|turn[oi] nottur\w+ fiss[oi]", {NIGHTS: ONLY}),
    (
        r"(?:solo|soltanto|esclusivamente)(?: \w+){0,3} (?:week ?-?ends?|fine settimana|sabat[oi]|domenic\w+)\b",
        {WEEKENDS: ONLY},
    ),
    (
        r"(?:tre|3|quattro|4) turni|ciclo continuo|h ?24\b|24/24|(?:tutte le|sulle|su) 24 ore|24 ore su",
        {NIGHTS: YES, SHIFTS: YES},
    ),
    (r"(?:due|2) turni|turni\w* diurn\w+", {NIGHTS: NO, SHIFTS: YES}),
    (r"turn[oi] (?:di notte|nottur\w+)", {NIGHTS: YES, SHIFTS: YES}),
    (r"nott[ei]\b|nottur\w+|(?:22|23)(?:[.:]00)? ?(?:[-–/]|alle) ?0?[5-7]\b", {NIGHTS: YES}),
    (r"orari\w* (?:\w+ )?(?:diurn\w+|centrale|(?:di |d['’])ufficio)|(?:a|in) giornata\b", {NIGHTS: NO, SHIFTS: NO}),
    (r"diurn[oi]\b", {NIGHTS: NO}),
    (r"(?:da|dal )?lun\w*ì? ?(?:al?|[-–/]) ?ven\w*", {WEEKENDS: NO}),
    (r"week ?-?ends?\b|fine settimana|sabat[oi]\b|domenic\w+|festiv[oi]\b|7 (?:giorni )?su 7|7/7", {WEEKENDS: YES}),
    (r"turn[io]\b|turnazion\w+|turnist\w", {SHIFTS: YES}),
    (r"trasfert[ae]\b|pernottament\w+", {JOURNEYS: YES}),
)
_SIGN = re.compile(rf"(?<!\w)(?:{'|'.join(f'(?P<s{number}>{sign})' for number, (sign, _says) in enumerate(_SIGNS))})")
_CODED_SIGN = re.compile(r"(?<!\w)(?:patent|cqc|automun|part.?tim|full.?tim|temp[oi] |ore\b|esperien|armi\b|giornat)")
_ANY_SIGN = re.compile(f"{_SIGN.pattern}|{_CODED_SIGN.pattern}")

_END_OF_CLAUSE = re.compile(r"[.;:!?\n]+(?!\d)")
_DENIED_BEFORE = re.compile(
    r"(?<!\w)(?:no|non|senza|niente|nessun[oa]?|né|mai|esclus[oaie]|tranne|eccetto)(?!\w)[^,()]{0,45}\Z"
)
_DENIED_BEHIND = re.compile(
    r" ?[ (](?:\w+ ){0,3}?(?:liber[oaie]|esclus[oaie]|no|non (?:\w+ )?(?:richiest\w|necessari\w|previst\w|lavora))(?!\w)"
)
_WELCOME = re.compile(r"(?<!\w)(?:gradit|preferi|preferenz|plus\b|vantaggio|costitui)")

# How people who look for work say that they want it then; a stop word is none of the words of a search.
_WISHES = {
    NIGHTS: (
        "turno|turni|lavoro|orario|- notte|notti|notturno|notturna|notturni|notturne",
        "turnista notturno",
        "tre|3|quattro|4 turni",
        "ciclo continuo",
    ),
    WEEKENDS: ("solo|- weekend|weekends", "solo|- week end", "solo|- fine settimana|settimane", "sabato|- domenica"),
}

Times = dict[str, str]


class Conditions(NamedTuple):
    """`times`: aspect to YES, ONLY or NO. `codes`: filter to the codes that the text names."""

    times: Times
    codes: dict[str, set[str]]

    @property
    def marks(self) -> list[str]:
        """The times as the index keeps them."""
        return [mark for aspect, said in self.times.items() for mark in marks((aspect,), said)]


def marks(aspects: Iterable[str], *said: str) -> list[str]:
    """The words of the index for what is said of any of these aspects."""
    return [f"{aspect}:{each}" for aspect in aspects for each in said]


def told(title: str, *texts: str) -> Conditions:
    """What title and texts of one notice say; where they say yes and no of the same thing, it is there at times: yes.

    What stands in the title is all there is: "OSS, turno di notte".
    """
    times: Times = {}
    codes: dict[str, set[str]] = {}
    for clause, is_title in chain(zip(_clauses((title,)), repeat(True)), zip(_clauses(texts), repeat(False))):
        in_clause = _read(clause)
        said = {aspect: ONLY if is_title and each == YES else each for aspect, each in in_clause.times.items()}
        times = _most_said(times, said)
        for name, named in in_clause.codes.items():
            codes.setdefault(name, set()).update(named)
    return Conditions(times, codes)


def _most_said(one: Times, other: Times) -> Times:
    return {
        aspect: max((said[aspect] for said in (one, other) if aspect in said), key=_SAID_MORE.index)
        for aspect in {**one, **other}
    }


def _clauses(texts: Sequence[str]) -> Iterator[str]:
    for each in texts:
        for clause in _END_OF_CLAUSE.split(each.lower()):
            if _ANY_SIGN.search(clause):
                yield clause[:_LONGEST_CLAUSE]


@lru_cache(maxsize=16_384)
def _read(clause: str) -> Conditions:
    times: Times = {}
    for found in _SIGN.finditer(clause):
        says = _SIGNS[int(str(found.lastgroup)[1:])][1]
        denied = _is_denied(clause, *found.span())
        for aspect, said in says.items():
            if denied and said == ONLY and found[0].startswith("sol"):
                said = YES  # "non solo di notte"
            elif denied and said == NO:
                continue
            elif denied:
                said = NO
            times = _most_said(times, {aspect: said})
    return Conditions(times, _codes(clause) if _CODED_SIGN.search(clause) else {})


def _is_denied(clause: str, start: int, end: int) -> bool:
    return bool(_DENIED_BEFORE.search(clause[:start]) or _DENIED_BEHIND.match(clause, end))


def _codes(clause: str) -> dict[str, set[str]]:
    """The codes that a clause asks for; a licence that is merely welcome is not needed."""
    found = phrases.tokens(clause)
    forms = [token.form for token in found]
    codes: dict[str, set[str]] = {}
    at = 0
    while at < len(found):
        said = spoken.said_at(clause, found, forms, at)
        if said and said.filter in CODED and not _is_needless(clause, said.filter, found[at : at + said.length]):
            codes.setdefault(said.filter, set()).update(said.codes)
        at += said.length if said else 1
    if "esperien" in clause and "experience" not in codes and (band := spoken_amounts.years_said(forms)):
        codes["experience"] = {band}  # "esperienza consolidata di 3-4 anni"
    return codes


def _is_needless(clause: str, name: str, tokens: Sequence[Token]) -> bool:
    """Whether a licence is denied or merely welcome."""
    return name == "licence" and (_is_denied(clause, tokens[0].start, tokens[-1].end) or bool(_WELCOME.search(clause)))


@cache
def _wishes() -> Phrases[str]:
    return Phrases((phrase, aspect) for aspect, said in _WISHES.items() for each in said for phrase in spread(each))


def wished_at(forms: Sequence[str], at: int) -> tuple[int, str] | None:
    """How many words from `at` on, stop words left out, wish for a time, and for which."""
    return _wishes().longest(forms, at)


def wishes(said: str) -> bool:
    """Whether words wish for a time: "tre turni"."""
    forms = text.forms(said)
    return any(wished_at(forms, at) for at in range(len(forms)))


@cache
def _aspects() -> Mapping[tuple[str, ...], str]:
    """Refused stems to the aspect that they refuse."""
    said = {
        NIGHTS: ("notte", "notturno", "ciclo continuo", "h24"),
        WEEKENDS: ("weekend", "fine settimana", "sabato", "domenica", "festivi"),
        JOURNEYS: ("trasferte",),
    }
    return {tuple(text.stems(each)): aspect for aspect, words in said.items() for each in words}


def refused(stems: Sequence[str]) -> str | None:
    """The aspect that is refused with these stems, as in "no notti"."""
    return _aspects().get(tuple(stems))
