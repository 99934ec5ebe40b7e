"""What the form of a vacancy calls its fields, offers in its lists, and says for a value in words."""

from functools import cache
from types import SimpleNamespace

from node.core.i18n import lazy
from node.desks.queries import desk_with
from node.employers.queries import employer_with
from schemas.codes import (
    CEFR,
    CONTRACTS,
    EDUCATION,
    EXPERIENCE,
    HOURS,
    LANGUAGES,
    LICENCES,
    OCCUPATIONS,
    OUTCOMES,
    PAY_PERIODS,
    REMOTE,
    RESERVED,
    SECTORS,
    comuni,
    ticino,
)
from schemas.occupation import suggestion

NEARBY_KM = 45
"""How far the suggested comuni lie; any other can be typed. From Gavirate it reaches Malpensa, Lugano and Lecco."""

LABELS = {
    "title": lazy("Titolo"),
    "employer": lazy("Azienda"),
    "employer_hidden": lazy("Non mostrare il nome dell’azienda"),
    "desk": lazy("Sportello"),
    "places": lazy("Luogo di lavoro"),
    "foreign_places": lazy("Altre località estere"),
    "contract": lazy("Contratto"),
    "closes_on": lazy("Candidature fino al"),
    "how_to_apply": lazy("Come candidarsi"),
    "occupation": lazy("Professione"),
    "description": lazy("Descrizione"),
    "tasks": lazy("Cosa si fa"),
    "requirements": lazy("Cosa serve"),
    "offer": lazy("Cosa offre l’azienda"),
    "remote": lazy("Da casa o in sede"),
    "hours": lazy("Orario"),
    "shifts": lazy("Lavoro a turni"),
    "weekly_hours": lazy("Ore alla settimana"),
    "positions": lazy("Posti"),
    "pay_min": lazy("Retribuzione lorda da"),
    "pay_max": lazy("a"),
    "pay_period": lazy("Per"),
    "education": lazy("Titolo di studio"),
    "experience": lazy("Esperienza"),
    "licences": lazy("Patenti e abilitazioni"),
    "languages": lazy("Lingue"),
    "reserved": lazy("Riservata (L. 68/99)"),
    "sector": lazy("Settore"),
    "starts_on": lazy("Inizio"),
    "ccnl": lazy("Contratto collettivo (CCNL)"),
    "override_reason": lazy("Perché il testo è ammesso"),
}

LISTS = {
    "contract": CONTRACTS,
    "hours": HOURS,
    "remote": REMOTE,
    "pay_period": PAY_PERIODS,
    "education": EDUCATION,
    "experience": EXPERIENCE,
    "licences": LICENCES,
    "reserved": RESERVED,
    "sector": SECTORS,
}


CODES = SimpleNamespace(
    contracts=CONTRACTS, hours=HOURS, remote=REMOTE, pay_periods=PAY_PERIODS, education=EDUCATION, experience=EXPERIENCE,
    licences=LICENCES, languages=LANGUAGES, reserved=RESERVED, sectors=SECTORS, outcomes=OUTCOMES, cefr=CEFR,
)  # fmt: skip
"""The lists by which the templates turn codes into words."""


def choices(lang):
    """The code lists of the form in a language: field -> [(code, label)]."""
    offered = {name: codes.choices(lang) for name, codes in LISTS.items()}
    return offered | {"language": LANGUAGES.choices(lang), "level": CEFR.choices(lang)}


@cache
def suggested_occupations(lang):
    return [suggestion(code, lang) for code in OCCUPATIONS]


@cache
def suggested_places(home):
    """Names to offer for a place of work: the comuni around the node's, nearest first, then Ticino."""
    around = [comuni.comune(istat).full_name for istat, _km in comuni.within(home, NEARBY_KM)]
    return around + [place.full_name for place in ticino.PLACES]


def in_words(session, lang):
    """A function (field, typed value) -> what people read for it."""

    def words(name, value):
        if isinstance(value, list):
            return ", ".join(words(name, each) for each in value)
        if isinstance(value, dict):
            return " ".join(value.values())
        if name in LISTS:
            return LISTS[name].label(value, lang)
        known = {"employer": employer_with, "desk": desk_with}.get(name)
        found = known(session, value) if known else None
        return found.name if found else value

    return words
