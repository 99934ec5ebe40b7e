"""What a vacancy asks and offers, as the matching reads it from the document that the network sees.

Nights, weekends and one's own car have no field: they are read from the text, as the search reads them, and so are hours,
experience and licences where an operator wrote them there.
"""

import re
from dataclasses import dataclass

from federation.search import conditions, employers, places, text, trades
from schemas.codes import sectors

TEXTS = ("description", "tasks", "requirements", "offer")
REMOTE = "remoto"
_SAID = (conditions.YES, conditions.ONLY)
_OWN_TRANSPORT = re.compile(
    r"(?<!\w)(?:automunit[oaie]|(?:auto|macchina) propria|(?:mezzo|mezzi)(?: di trasporto)? propri[oi])(?!\w)"
)
_NOT_NEEDED = re.compile(r"(?<!\w)(?:non|no|senza|gradit\w|preferi\w+|preferenzial\w+|meglio se)(?!\w)")
_SIGNS = ("automunit", "propri")
_CLAUSE_END = re.compile(r"[.;:!?\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`occupations` are unit groups: the one given, or what the title alone says. `places` are codes as `places.code_of`
    gives them. `experience` is a band, `languages` pairs of (code, level or None), `sectors` its section and division.
    `employer` is a folded name, blank where it stays unnamed.
    """

    occupations: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    is_remote: bool = False
    contract: str | None = None
    hours: str | None = None
    shifts: bool = False
    nights: bool = False
    weekends: bool = False
    experience: str | None = None
    education: str | None = None
    languages: tuple[tuple[str, str | None], ...] = ()
    licences: tuple[str, ...] = ()
    own_transport: bool = False
    employer: str = ""
    sectors: frozenset[str] = frozenset()


def opening_of(document):
    """The opening that a vacancy document describes."""
    texts = [document.get(name, "") for name in TEXTS]
    said = conditions.told(document.get("title", ""), *texts)
    sector = document.get("sector", "")
    return Opening(
        occupations=occupations_of(document),
        places=tuple(map(places.code_of, document.get("places", ()))),
        is_remote=document.get("remote") == REMOTE,
        contract=document.get("contract"),
        hours=document.get("hours") or _only(said.codes.get("hours")),
        shifts=bool(document.get("shifts")) or said.times.get(conditions.SHIFTS) in _SAID,
        nights=said.times.get(conditions.NIGHTS) in _SAID,
        weekends=said.times.get(conditions.WEEKENDS) in _SAID,
        experience=document.get("experience") or _only(said.codes.get("experience")),
        education=document.get("education"),
        languages=tuple((each["code"], each.get("level")) for each in document.get("languages", ())),
        licences=tuple(sorted({*document.get("licences", ()), *said.codes.get("licence", ())})),
        own_transport=any(map(asks_own_transport, texts)),
        employer=employers.folded((document.get("employer") or {}).get("name", "")),
        sectors=frozenset({sector, sectors.section_of(sector) or ""} - {""}),
    )


def occupations_of(document):
    """Its unit group; of a vacancy that names none, what its title says, if that is one trade only."""
    if document.get("occupation"):
        return frozenset({document["occupation"]})
    named = trades.recognise(list(text.words(document.get("title", ""))))
    return named[0].codes if named and len(named[0].codes) == 1 else frozenset()


def asks_own_transport(told):
    """Whether a text asks for a car or motorbike of one's own; where that is merely welcome it does not."""
    told = told.lower()
    if not any(sign in told for sign in _SIGNS):
        return False
    clauses = _CLAUSE_END.split(told)
    return any(_OWN_TRANSPORT.search(clause) and not _NOT_NEEDED.search(clause) for clause in clauses)


def _only(codes):
    """What a text says; nothing where it says several things."""
    return next(iter(codes)) if codes and len(codes) == 1 else None
