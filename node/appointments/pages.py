"""The agenda of the day: who is expected when, what became of it, and where there is still room."""

from datetime import date, timedelta

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup

from node.appointments import actions, queries
from node.appointments.calendar import calendar_file, where
from node.appointments.days import why_closed
from node.appointments.slots import AHEAD_DAYS, free_slot_with, free_slots
from node.appointments.words import LETTERS, VERBS
from node.candidates.parts import by_person, handover_column, page_part
from node.candidates.queries import candidate_with
from node.core import clock, doors, menu
from node.core.forms import form
from node.core.i18n import day as in_words
from node.core.i18n import gettext as _
from node.core.i18n import lazy, moment
from node.core.rooms import rooms
from node.desks.queries import all_desks
from node.operators.queries import operator
from schemas.appointment import AppointmentForm, MoveForm, PersonAppointmentForm
from schemas.codes.agenda import APPOINTMENT_STATES, BOOKED, KEPT, MISSED, PURPOSES
from schemas.messages import Message

agenda = doors.desk("agenda", "/desk/agenda")
menu.link(lazy("Agenda"), "agenda.day", "it-calendar", order=35)

OUTCOMES = {"venuto": KEPT, "non-venuto": MISSED, "atteso": BOOKED}
"""What the buttons of the day send."""


@agenda.context_processor
def words():
    return {"states": APPOINTMENT_STATES, "purposes": PURPOSES}


@menu.tile
def expected_today(session, _operator):
    count = queries.count_on(session, clock.today())
    return menu.Tile(_("Appuntamenti di oggi"), count, url_for("agenda.day"), "it-calendar") if count else None


@page_part(order=20)
def of_a_person(session, candidate):
    drawn = render_template(
        "appointments/part.html",
        candidate=candidate,
        appointments=queries.appointments_of(session, candidate.ref),
        states=APPOINTMENT_STATES,
        purposes=PURPOSES,
        now=clock.now(),
    )
    return Markup(drawn)  # noqa: S704 - our own template


@handover_column("appointments", lazy("Appuntamenti"))
def appointments_ahead(session, persons):
    return by_person(queries.still_to_come(session, persons, clock.now()), moment)


@agenda.get("")
def day():
    """`?giorno=2026-10-05&sportello=…`; without them today at the first desk."""
    desks, when = all_desks(g.session), asked_day()
    desk = next((each for each in desks if each.ref == request.args.get("sportello")), desks[0] if desks else None)
    closings = queries.closings_of(g.session, desk.ref) if desk else []
    appointments = queries.appointments_on(g.session, when, desk.ref) if desk else []
    next_one = queries.first_after(g.session, when, desk.ref) if desk and not appointments else None
    return render_template(
        "appointments/day.html",
        desks=desks,
        desk=desk,
        desk_choices=[(each.ref, each.name) for each in desks],
        when=when,
        before=when - timedelta(days=1),
        after=when + timedelta(days=1),
        next_day=clock.day_of(next_one) if next_one else None,
        closed=why_closed(when, closings),
        appointments=appointments,
        free=free_slots(g.session, when, when, desk.ref) if desk else [],
        has_hours=bool(desk and queries.openings(g.session, desk.ref)),
        people={each.id: each.display_name for each in queries.receivers(g.session)},
    )


@agenda.get("/nuovo")
def new():
    """`?persona=…` for somebody whom the desk follows, `?ora=…` for a slot chosen on the page of the day, `?da=…` for whoever
    asked for an appointment that came to nothing.
    """
    before = queries.appointment_with(g.session, request.args.get("da", ""))
    known = {name: getattr(before, name) for name in ("name", "phone", "email", "purpose")} if before else {}
    return form_page(asked_person(), known | {"slot": request.args.get("ora", "")}, {})


@agenda.post("")
def create():
    person = asked_person()
    schema = PersonAppointmentForm if person else AppointmentForm
    data = form(schema, lambda values, errors: form_page(person, values, errors))
    if free_slot_with(g.session, data["slot"]) is None:
        return form_page(person, request.form.to_dict(), {"slot": [actions.GONE]}), 422
    appointment = actions.book(g.session, g.operator, data, person)
    flash(_("Appuntamento fissato: %(day)s.", day=in_words(appointment.starts_at)), "success")
    return redirect(url_for(".show", ref=appointment.ref), 303)


@agenda.get("/<ref>")
def show(ref):
    appointment = wanted(ref)
    return render_template(
        "appointments/show.html",
        appointment=appointment,
        letters=queries.letters_of(g.session, [appointment]),
        before=queries.appointment_with(g.session, appointment.moved_from) if appointment.moved_from else None,
        after=queries.moved_to(g.session, ref),
        deeds=queries.history_of(g.session, appointment),
        who_did=lambda actor: operator(g.session, actor),
        is_due=is_due(appointment),
        day=clock.day_of(appointment.starts_at).isoformat(),
        letter_words=LETTERS,
        verbs=VERBS,
    )


@agenda.get("/<ref>/foglietto")
def slip(ref):
    """For whoever has no e-mail: a small sheet to take home."""
    appointment = wanted(ref)
    return render_template("appointments/slip.html", appointment=appointment, place=where(appointment.desk))


@agenda.get("/<ref>/appuntamento.ics")
def calendar(ref):
    content = calendar_file(wanted(ref), rooms().config)
    headers = {"Content-Disposition": f'attachment; filename="appuntamento-{ref}.ics"'}
    return Response(content, mimetype="text/calendar", headers=headers)


@agenda.get("/<ref>/sposta")
def ask_to_move(ref):
    return moving_page(wanted(ref), {}, {})


@agenda.post("/<ref>/sposta")
def move(ref):
    appointment = wanted_to_change(ref)
    data = form(MoveForm, lambda values, errors: moving_page(appointment, values, errors))
    if free_slot_with(g.session, data["slot"]) is None:
        return moving_page(appointment, data, {"slot": [actions.GONE]}), 422
    moved = actions.move(g.session, g.operator, appointment, data["slot"])
    flash(_("Spostato: %(day)s.", day=in_words(moved.starts_at)), "success")
    return redirect(url_for(".show", ref=moved.ref), 303)


@agenda.post("/<ref>/disdici")
def cancel(ref):
    appointment = wanted_to_change(ref)
    actions.cancel(g.session, g.operator, appointment)
    flash(_("Disdetto: l’ora è di nuovo libera."), "success")
    return to_day_of(appointment)


@agenda.post("/<ref>/esito")
def note_outcome(ref):
    outcome = OUTCOMES.get(request.form.get("esito", "")) or abort(400)
    appointment = wanted_to_change(ref)
    actions.note_outcome(g.session, g.operator, appointment, outcome)
    return to_day_of(appointment)


def form_page(person, values, errors):
    return render_template("appointments/form.html", person=person, values=values, errors=errors, times=times_by_day())


def moving_page(appointment, values, errors):
    return render_template(
        "appointments/move.html", appointment=appointment, values=values, errors=errors, times=times_by_day()
    )


def times_by_day():
    """[(day in words, [(slot, who receives, at which desk if there are several)])] of the weeks to come."""
    desks = {each.ref: each.name for each in all_desks(g.session)}
    people = {each.id: each.display_name for each in queries.receivers(g.session)}
    by_day = {}
    for slot in free_slots(g.session, clock.today(), clock.today() + timedelta(days=AHEAD_DAYS)):
        where = desks[slot.desk_ref] if len(desks) > 1 else None
        by_day.setdefault(clock.day_of(slot.starts_at), []).append((slot, people[slot.operator], where))
    return list(by_day.items())


def asked_day():
    asked = request.args.get("giorno")
    try:
        return date.fromisoformat(asked) if asked else clock.today()
    except ValueError:
        abort(400, Message("Il giorno si scrive così: 2026-12-31."))


def asked_person():
    ref = request.values.get("persona", "")
    return (candidate_with(g.session, ref) or abort(404)) if ref else None


def is_due(appointment):
    """Whether it is the day on which one can say how it went."""
    return clock.day_of(appointment.starts_at) <= clock.today()


def to_day_of(appointment):
    when = clock.day_of(appointment.starts_at).isoformat()
    return redirect(url_for(".day", giorno=when, sportello=appointment.desk_ref), 303)


def wanted(ref):
    return queries.appointment_with(g.session, ref) or abort(404)


def wanted_to_change(ref):
    return queries.appointment_to_change(g.session, ref) or abort(404)
