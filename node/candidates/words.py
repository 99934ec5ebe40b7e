"""What the pages of a person call her fields and offer in their lists."""

from functools import cache

from node.core.i18n import gettext as _
from node.core.i18n import lazy, number, short_day
from schemas import amounts
from schemas.candidate import SEXES
from schemas.codes import (
    BENEFITS,
    CEFR,
    CONTRACTS,
    DID_SOURCES,
    EDUCATION,
    HOURS,
    LANGUAGES,
    LICENCES,
    PERMITS,
    RESERVED,
    SECTORS,
    SITUATIONS,
    SKILLS,
    comuni,
)

COMUNI = ("residence", "domicile")
"""Fields that hold an ISTAT code."""

DAYS = ("born_on", "permit_until", "situation_since", "did_on")
FLAGS = ("phone_is_shared", "own_transport", "shifts", "nights", "weekends")
"""Fields that a form shows ticked or not."""

LABELS = {
    "given_name": lazy("Nome"),
    "family_name": lazy("Cognome"),
    "phone": lazy("Telefono"),
    "phone_is_shared": lazy("È il telefono di famiglia o di altri"),
    "email": lazy("E-mail"),
    "reach": lazy("Come si raggiunge"),
    "trades": lazy("Che lavoro cerca"),
    "notice_given": lazy("Informativa"),
    "tax_code": lazy("Codice fiscale"),
    "tax_code_reason": lazy("Perché va bene così"),
    "born_on": lazy("Data di nascita"),
    "sex": lazy("Sesso"),
    "birthplace": lazy("Luogo di nascita"),
    "residence": lazy("Comune di residenza"),
    "address": lazy("Indirizzo"),
    "domicile": lazy("Comune di domicilio"),
    "domicile_address": lazy("Indirizzo del domicilio"),
    "guardian_name": lazy("Chi ne ha la responsabilità"),
    "guardian_phone": lazy("Il suo telefono"),
    "permit": lazy("Permesso di soggiorno"),
    "permit_until": lazy("Scade il"),
    "situation": lazy("Situazione"),
    "situation_since": lazy("Dal"),
    "benefit": lazy("Sostegno"),
    "did_on": lazy("DID dichiarata il"),
    "did_source": lazy("Da chi lo sappiamo"),
    "education": lazy("Titolo di studio"),
    "education_title": lazy("Quale"),
    "experiences": lazy("Esperienze"),
    "languages": lazy("Lingue"),
    "skills": lazy("Competenze"),
    "licences": lazy("Patenti e abilitazioni"),
    "own_transport": lazy("Si muove con un mezzo suo, anche negli orari dei turni"),
    "hours": lazy("Orario"),
    "contracts": lazy("Contratti che accetta"),
    "shifts": lazy("Disponibile ai turni"),
    "nights": lazy("Disponibile di notte"),
    "weekends": lazy("Disponibile nei fine settimana"),
    "radius_km": lazy("Fino a quanti km"),
    "excluded_employers": lazy("Aziende che esclude"),
    "excluded_sectors": lazy("Settori che esclude"),
    "reserved": lazy("Collocamento mirato (L. 68/99)"),
    "notes": lazy("Note"),
}

VERBS = {
    "candidate.taken-in": lazy("Presa in carico"),
    "candidate.changed": lazy("Scheda modificata"),
    "candidate.viewed": lazy("Scheda aperta"),
    "candidate.closed": lazy("Percorso chiuso"),
    "candidate.reopened": lazy("Percorso riaperto"),
    "candidate.merged": lazy("Unita un’altra scheda della stessa persona"),
    "candidate.merged-into": lazy("Scheda unita a un’altra"),
    "candidate.exported": lazy("Dati consegnati alla persona"),
    "candidate.ending": lazy("Avviso: la scheda sarà cancellata"),
    "candidate.prolonged": lazy("Cancellazione prorogata"),
}
"""What the history of a person says for a verb of the audit; another verb stands as it is."""


def tell_in_history(verbs):
    """What later slices do with a person, in words: verb of the audit -> a lazy text."""
    VERBS.update(verbs)


@cache
def lists(lang):
    """field -> (code, label) pairs of the closed lists, in this language."""
    return {
        "sex": SEXES.choices(lang),
        "permit": PERMITS.choices(lang),
        "situation": SITUATIONS.choices(lang),
        "benefit": BENEFITS.choices(lang),
        "did_source": DID_SOURCES.choices(lang),
        "education": EDUCATION.choices(lang),
        "language": LANGUAGES.choices(lang),
        "level": CEFR.choices(lang),
        "licences": LICENCES.choices(lang),
        "skills": SKILLS.choices(lang),
        "hours": HOURS.choices(lang),
        "contracts": CONTRACTS.choices(lang),
        "excluded_sectors": SECTORS.choices(lang),
        "reserved": RESERVED.choices(lang),
    }


def in_words(name, value, lang):
    """What people read for a value that a field of a saved person has, as it is kept or as `as_typed` gives it."""
    if isinstance(value, list):
        return ", ".join(str(in_words(name, each, lang)) for each in value)
    if isinstance(value, dict):
        return _row_in_words(value, lang)
    if name in COMUNI and (place := comuni.comune(value)):
        return place.full_name
    if name in DAYS:
        return short_day(value)
    if name in FLAGS:
        return _("sì")
    return dict(lists(lang).get(name, ())).get(value, value)


def years_in_words(years):
    """ "un anno", "2,5 anni"; what cannot be a number stays as it was typed."""
    count = amounts.read(str(years))
    if count is None:
        return str(years)
    return _("un anno") if count == 1 else _("%(years)s anni", years=number(count))


def _row_in_words(row, lang):
    """A row of trades, of experiences or of languages."""
    if "title" in row:
        return row["title"]
    if "trade" in row:
        until = _("fino al %(year)s", year=row["until"]) if row.get("until") else None
        told = (row["trade"], years_in_words(row["years"]) if row.get("years") else None, until)
        return " · ".join(part for part in told if part)
    return " ".join(part for part in (LANGUAGES.label(row.get("code"), lang), row.get("level")) if part)
