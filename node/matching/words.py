"""Why a person and a vacancy fit, and what stands between them, in words that can be read to her."""

from node.core.i18n import gettext as _
from node.core.i18n import km as written_km
from node.core.i18n import language, lazy, ngettext
from node.matching.rules import CLOSE, DONE, RELATED, SAME, years_towards
from schemas.codes import CONTRACTS, EDUCATION, EXPERIENCE, HOURS, LANGUAGES, LICENCES, SKILLS
from schemas.codes.spoken_licences import ROAD

SKILLS_NAMED = 2
"""So many of the skills that she has and the work uses are named; the score counts them all."""

FIXED = {
    SAME: lazy("stessa professione"),
    CLOSE: lazy("professione vicina"),
    DONE: lazy("l’ha già fatto"),
    "hours": lazy("orario che cerca"),
    "contract": lazy("contratto che accetta"),
    "education": lazy("ha il titolo di studio"),
}
FIXED_GAPS = {
    RELATED: lazy("altra professione dello stesso settore"),
    "own_transport": lazy("serve un mezzo suo"),
    "shifts": lazy("è a turni"),
    "nights": lazy("si lavora di notte"),
    "weekends": lazy("si lavora nel fine settimana"),
}
"""What reads the same for every pair."""


def reasons_of(pair):
    """The reasons of a `Pair`, as short tags."""
    told = [reason(pair, code) for code in pair.match.reasons]
    skills = [SKILLS.label(code, language()).lower() for code in pair.match.skills[:SKILLS_NAMED]]
    return told + [_("sa fare: %(skill)s", skill=skill) for skill in skills]


def gaps_of(pair):
    """What is missing between the two, as short tags."""
    return [gap(pair, code) for code in pair.match.gaps]


def reason(pair, code):
    if code in FIXED:
        return str(FIXED[code])
    opening, lang = pair.opening, language()
    match code:
        case "distance":
            return _("a %(km)s da casa", km=written_km(pair.match.km)) if pair.match.km else _("nel suo Comune")
        case "experience":
            return experienced(int(years_towards(pair.profile, opening)))
        case "licences":
            return licences_held(opening.licences, lang)
        case "languages":
            named = ", ".join(language_name(each, lang) for each, _level in opening.languages)
            return _("parla %(languages)s", languages=named)
    raise LookupError(code)


def experienced(years):
    if years < 1:
        return _("ha un po’ di esperienza")
    return ngettext("ha %(num)s anno di esperienza", "ha %(num)s anni di esperienza", years)


def licences_held(codes, lang):
    """ "ha la patente C", or by their names, if any of them is no driving licence."""
    if len(codes) == 1 and codes[0] in ROAD:
        return _("ha la patente %(code)s", code=codes[0])
    return _("ha: %(licences)s", licences=", ".join(LICENCES.label(code, lang) for code in codes))


def gap(pair, code):
    if code in FIXED_GAPS:
        return str(FIXED_GAPS[code])
    opening, lang = pair.opening, language()
    kind, _colon, named = code.partition(":")
    match kind:
        case "licence" if named in ROAD:
            return _("manca la patente %(code)s", code=named)
        case "licence":
            return _("manca: %(licence)s", licence=LICENCES.label(named, lang))
        case "language":
            level = dict(opening.languages)[named]
            return _("serve: %(language)s", language=" ".join(filter(None, (language_name(named, lang), level))))
        case "education":
            return _("serve il titolo: %(title)s", title=EDUCATION.label(opening.education, lang))
        case "experience":
            return _("serve esperienza: %(band)s", band=EXPERIENCE.label(opening.experience, lang).lower())
        case "too_far":
            return _("più lontano di quanto vuole: %(km)s", km=written_km(pair.match.km))
        case "hours":
            return _("altro orario: %(hours)s", hours=HOURS.label(opening.hours, lang).lower())
        case "contract":
            return _("altro contratto: %(contract)s", contract=CONTRACTS.label(opening.contract, lang).lower())
    raise LookupError(code)


def language_name(code, lang):
    return LANGUAGES.label(code, lang).lower() if lang == "it" else LANGUAGES.label(code, lang)
