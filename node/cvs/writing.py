"""What stands in a CV, drawn from the person's record. What is not named here is not in it.

The named one tells who she is and what she can do; what never leaves the desk (L. 68/99, notes, situation, permit, whom
she excludes) and what no employer may ask (birth, sex) is not in it. The blind one is made of codes alone, as the network
would read them (`scopes.profile`): a word that somebody typed could name her, and "commessa" says more than "commessi".
"""

from typing import NamedTuple

from node.candidates.words import LABELS, in_words, years_in_words
from node.core.i18n import gettext as _
from node.scopes.profile import profile_of
from node.scopes.words import lines
from schemas.codes import OCCUPATIONS, comuni

AVAILABLE = ("shifts", "nights", "weekends", "own_transport")


class Cv(NamedTuple):
    """`name` is blank on a blind one; `sections` are (heading, lines)."""

    name: str
    contacts: list[str]
    trades: list[str]
    sections: list[tuple[str, list[str]]]


def named_cv(candidate, lang):
    """With name and contacts, in the words that she used; for English beside the name of the trade."""
    home = comuni.comune(candidate.lives_in) if candidate.lives_in else None
    studies = [in_words("education", candidate.education, lang) if candidate.education else None]
    sections = [
        (_("Esperienze"), [_experience(row, lang) for row in candidate.experiences]),
        (_("Studi"), [candidate.education_title, *studies]),
        (_("Lingue"), [in_words("languages", row, lang) for row in candidate.languages]),
        (_("Competenze"), [in_words("skills", code, lang) for code in candidate.skills]),
        (_("Patenti e abilitazioni"), [in_words("licences", code, lang) for code in candidate.licences]),
        (_("Disponibilità"), _availability(candidate, lang)),
    ]
    return Cv(
        candidate.name,
        [each for each in (home and home.full_name, candidate.phone, candidate.email) if each],
        [_trade(trade["title"], trade["code"], lang) for trade in candidate.trades],
        _filled(sections),
    )


def blind_cv(candidate, lang):
    """Without anything that says who she is: where she lives is a comune, or the zone of a small one."""
    profile = profile_of(candidate)
    told = dict(lines(profile, lang))
    trades = told.pop(_("Lavoro"), "")
    place = told.pop(_("Dove abita")) if profile["area"] else None
    worked = {row["code"]: None for row in candidate.experiences if row["code"]}
    experiences = [f"{OCCUPATIONS.label(code, lang)} · {years_in_words(candidate.years_in(code))}" for code in worked]
    unsaid = {_("Esperienza"), _("Dove abita")}
    others = [(label, [text]) for label, text in told.items() if label not in unsaid]
    sections = [(_("Esperienze"), experiences), *others, (_("Zona"), [place])]
    return Cv("", [], [trades] if trades else [], _filled(sections))


def _filled(sections):
    kept = ((heading, [text for text in texts if text]) for heading, texts in sections)
    return [(heading, texts) for heading, texts in kept if texts]


def _trade(title, code, lang):
    """Her own word; for who reads another language the name of the trade before it."""
    return title if lang == "it" or not code else f"{OCCUPATIONS.label(code, lang)} ({title})"


def _experience(row, lang):
    told = in_words("experiences", row | {"trade": _trade(row["trade"], row["code"], lang)}, lang)
    return told[:1].upper() + told[1:]


def _availability(candidate, lang):
    return [
        candidate.hours and in_words("hours", candidate.hours, lang),
        in_words("contracts", candidate.contracts, lang),
        *(str(LABELS[name]) for name in AVAILABLE if getattr(candidate, name)),
        candidate.radius_km and _("Fino a %(km)s km da casa", km=candidate.radius_km),
    ]
