"""What the pages say about who may see a person, and about what is read there."""

from node.candidates.words import tell_in_history
from node.core.actors import ADMINISTRATOR, COORDINATOR, OPERATOR
from node.core.i18n import gettext as _
from node.core.i18n import lazy, ngettext
from node.scopes import actions, coarsening, publishing
from schemas.codes import CEFR, EDUCATION, EXPERIENCE, HOURS, LANGUAGES, LICENCES, SKILLS, comuni, occupations
from schemas.codes.scopes import COMUNI, RETE, VIEW_PURPOSES

ENDS = {
    actions.REPLACED: lazy("sostituita da una scelta nuova"),
    actions.WITHDRAWN: lazy("ritirata: chiesta la cancellazione di tutte le copie"),
    actions.EXPIRED: lazy("finita: nessuno l’ha riconfermata"),
    actions.CLOSED: lazy("finita con il percorso"),
    actions.MERGED: lazy("finita: due schede della stessa persona sono diventate una"),
    actions.RESTORED: lazy("sospesa dopo un ripristino del computer: va chiesta di nuovo"),
}

tell_in_history(
    {
        "scope.chosen": lazy("Scelto chi può vedere il profilo"),
        "scope.withdrawn": lazy("Profilo ritirato dalla rete"),
        "scope.expired": lazy("Profilo ritirato: il termine è passato"),
        "scope.closed": lazy("Profilo ritirato: percorso chiuso"),
        "scope.restored": lazy("Profilo ritirato dopo un ripristino"),
    }
)

NOT_SHOWN = {
    coarsening.FEW: lazy(
        "Per ora non è visibile: nella rete meno di cinque persone hanno un profilo simile, e la si potrebbe riconoscere. Ogni giorno si ricontrolla."
    ),
    publishing.NO_TRADE: lazy(
        "Per ora non è visibile: nessuno dei lavori che cerca è tra quelli conosciuti. Prova con un’altra parola."
    ),
    publishing.NO_DESK: lazy("Per ora non è visibile: manca la scheda dello sportello a cui rivolgersi."),
}
LESS = {
    coarsening.OCCUPATION: lazy("il lavoro è detto in modo più generale"),
    coarsening.AREA: lazy("il comune non è detto, o solo la zona"),
    coarsening.EXPERIENCE: lazy("gli anni di esperienza non sono detti"),
    coarsening.LANGUAGE: lazy("le lingue che pochi parlano non sono dette"),
}
ROLES = {OPERATOR: lazy("operatore"), ADMINISTRATOR: lazy("amministratore"), COORDINATOR: lazy("coordinatore")}
NO_EXPERIENCE = lazy("Nessuna, in questo lavoro")


def seen_by(choice, names):
    """Who sees her now, in one sentence. `names`: member -> its name."""
    if choice is None or choice.scope not in (COMUNI, RETE):
        return _("Solo gli operatori di questo comune.")
    if choice.scope == RETE:
        return _("Gli sportelli di tutta la rete: un profilo senza nome.")
    named = ", ".join(names.get(each, each) for each in choice.comuni)
    return _("Gli sportelli di %(comuni)s: un profilo senza nome.", comuni=named)


def why_less(reasons, names):
    """(why nothing is seen or None, what is told less exactly, at which comuni nothing stands)."""
    nothing = next((NOT_SHOWN[each] for each in reasons if each in NOT_SHOWN), None)
    less = [str(LESS[each]) for each in reasons if each in LESS]
    keyless = [each.partition(":")[2] for each in reasons if each.startswith(f"{publishing.NO_KEY}:")]
    return nothing, less, [names.get(each, each) for each in keyless]


def view_told(view, comune, lang):
    """One line of what another desk has told: where, when, who, what for, how often."""
    told = [
        comune,
        _("alle %(hour)s", hour=f"{view.hour:02}"),
        role_told(view.role),
        VIEW_PURPOSES.label(view.purpose, lang),
        ngettext("%(num)s volta", "%(num)s volte", view.count),
    ]
    return " · ".join(map(str, told))


def role_told(role):
    """A role of another desk; one that this version does not know is somebody else."""
    return ROLES.get(role, _("altro"))


def lines(document, lang):
    """A profile as people read it: [(label, text)]."""
    told = [
        (_("Lavoro"), ", ".join(occupations.label(each, lang) for each in document["occupations"])),
        (_("Dove abita"), area_named(document.get("area"))),
        (_("Esperienza"), _band(document.get("experience"), lang)),
        (_("Titolo di studio"), document.get("education") and EDUCATION.label(document["education"], lang)),
        (_("Lingue"), ", ".join(_language(each, lang) for each in document.get("languages", ()))),
        (_("Patenti e abilitazioni"), _several(LICENCES, document.get("licences", ()), lang)),
        (_("Competenze"), _several(SKILLS, document.get("skills", ()), lang)),
        (_("Orario"), document.get("hours") and HOURS.label(document["hours"], lang)),
        (_("Turni"), _("sì") if document.get("shifts") else None),
        (_("Mezzo suo"), _("sì") if document.get("own_transport") else None),
    ]
    return [(label, text) for label, text in told if text]


def area_named(area):
    """The comune or the zone; for nothing, or an area that this version does not know, the network."""
    if not area:
        return _("nella rete")
    if centre := comuni.centre_of(area):
        return _("%(comune)s e dintorni", comune=centre.full_name)
    found = comuni.comune(area)
    return found.full_name if found else _("nella rete")


def _band(band, lang):
    return str(NO_EXPERIENCE) if band == "nessuna" else band and EXPERIENCE.label(band, lang)


def _language(told, lang):
    return " ".join([LANGUAGES.label(told["code"], lang), *([told["level"]] if told.get("level") in CEFR else [])])


def _several(codes, chosen, lang):
    return ", ".join(codes.label(each, lang) for each in chosen)
