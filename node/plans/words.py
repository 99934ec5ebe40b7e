"""What the pages say of a plan, and the plan with which a desk usually begins."""

from datetime import date, timedelta
from typing import NamedTuple

from node.candidates.words import tell_in_history
from node.core import clock
from node.core.i18n import gettext as _
from node.core.i18n import hour, lazy, short_day
from schemas.codes.agenda import APPOINTMENT_STATES, BOOKED, KEPT, MISSED, PURPOSES
from schemas.codes.plans import DESK, DONE, FOLLOW_UP_OUTCOMES, PERSON, STEP_STATES, TO_DO

LABELS = {
    "words": lazy("Che cosa"),
    "due_on": lazy("Entro il"),
    "doer": lazy("Chi lo fa"),
    "state": lazy("A che punto è"),
    "goal": lazy("Obiettivo"),
    "papers": lazy("Documenti da portare"),
    "contacts": lazy("A chi rivolgersi"),
    "who": lazy("Chi"),
    "reach": lazy("Come si raggiunge"),
    "why": lazy("Per che cosa"),
    "outcome": lazy("Che cosa ha risposto"),
    "note": lazy("Nota"),
}

tell_in_history(
    {
        "plan.started": lazy("Piano di accompagnamento iniziato"),
        "plan.changed": lazy("Piano modificato"),
        "plan.step-added": lazy("Passo aggiunto al piano"),
        "plan.step-changed": lazy("Passo del piano modificato"),
        "plan.followed-up": lazy("Ricontatto annotato"),
        "plan.ended": lazy("Piano di accompagnamento concluso"),
    }
)

USUAL_STEPS = (
    (lazy("Completare insieme la scheda e preparare il curriculum"), DESK, 7),
    (lazy("Portare allo sportello i documenti della lista"), PERSON, 14),
    (lazy("Se non l’hai già fatto, dichiarare la disponibilità al lavoro (DID) al centro per l’impiego"), PERSON, 14),
    (lazy("Guardare insieme le offerte e scegliere quelle adatte"), DESK, 21),
    (lazy("Candidarti ad almeno tre offerte"), PERSON, 30),
    (lazy("Prepararti al colloquio con una prova allo sportello"), DESK, 30),
    (lazy("Vedere se un corso può servire"), DESK, 60),
)
"""(words, who, within so many days)."""

USUAL_PAPERS = (
    lazy("Documento d’identità"),
    lazy("Tessera sanitaria (codice fiscale)"),
    lazy("Titoli di studio e attestati dei corsi"),
    lazy("Patente e patentini, se ne hai"),
    lazy("Ultimo contratto o ultima busta paga, se ne hai"),
)


class Moment(NamedTuple):
    """One line of the timeline. `day` is None for a step without one; `is_late` when it should have been done."""

    day: date | None
    words: str
    state: str
    is_done: bool
    is_late: bool
    note: str | None = None


def usual_plan(desks):
    """The steps, papers and contacts that are offered with one press, in the language of who presses."""
    today = clock.today()
    steps = [
        {"words": str(words), "doer": doer, "due_on": today + timedelta(days=days)} for words, doer, days in USUAL_STEPS
    ]
    contacts = [{"who": desk.name, "reach": desk.phone, "why": _("per il piano")} for desk in desks[:1]]
    centre = {"who": _("Centro per l’impiego"), "reach": None, "why": _("DID, patto di servizio, misure regionali")}
    return {"steps": steps, "papers": [str(words) for words in USUAL_PAPERS], "contacts": [*contacts, centre]}


def timeline(plan, steps, follow_ups, appointments, lang):
    """[Moment] of a plan: its beginning, steps, follow-ups, appointments and end, by their day; what has none stands last."""
    today = clock.today()
    told = [Moment(plan.started_on, _("Inizio del piano"), "", is_done=True, is_late=False)]
    told += [_of_step(step, plan, today, lang) for step in steps]
    told += [_of_follow_up(each, plan, today, lang) for each in follow_ups if plan.is_open or each.outcome]
    told += [_of_appointment(each, lang) for each in during(plan, appointments)]
    if not plan.is_open:
        told.append(Moment(plan.ended_on, _("Fine del piano"), "", is_done=True, is_late=False))
    return sorted(told, key=lambda each: (each.day is None, each.day or today))


def during(plan, appointments):
    """Those of a person's appointments that took place, or will, while she follows this plan, the first one first."""
    days = ((clock.day_of(each.starts_at), each) for each in appointments if each.state in (BOOKED, KEPT, MISSED))
    theirs = [each for day, each in days if plan.started_on <= day and (plan.is_open or day <= plan.ended_on)]
    return sorted(theirs, key=lambda each: (each.starts_at, each.ref))


def _of_appointment(each, lang):
    words = _("Appuntamento alle %(hour)s: %(purpose)s", hour=hour(each.starts_at), purpose=PURPOSES.label(each.purpose, lang))  # fmt: skip
    is_unsaid = each.state == BOOKED and each.starts_at <= clock.now()
    state = _("da segnare com’è andato") if is_unsaid else APPOINTMENT_STATES.label(each.state, lang)
    return Moment(clock.day_of(each.starts_at), words, state, each.state == KEPT, is_unsaid or each.state == MISSED)


def _of_step(step, plan, today, lang):
    is_late = plan.is_open and step.state == TO_DO and step.due_on is not None and step.due_on < today
    state = _("in ritardo") if is_late else STEP_STATES.label(step.state, lang)
    return Moment(step.done_on or step.due_on, step.words, state, step.state == DONE, is_late)


def _of_follow_up(each, plan, today, lang):
    words = _("Ricontatto a %(days)s giorni", days=each.days)
    if each.outcome:
        return Moment(each.asked_on, words, FOLLOW_UP_OUTCOMES.label(each.outcome, lang), True, False, each.note)
    is_late = plan.is_open and each.due_on <= today
    return Moment(each.due_on, words, _("da fare ora") if is_late else _("previsto"), False, is_late)


def step_in_brief(step):
    """ "Candidarti ad almeno tre offerte (entro il 3 ott 2026)"."""
    return (
        _("%(words)s (entro il %(day)s)", words=step.words, day=short_day(step.due_on)) if step.due_on else step.words
    )
