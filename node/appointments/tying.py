"""Whoever came with a name alone may be a person whom the desk follows: her record is found, and the appointment becomes hers."""

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.appointments import actions, queries
from node.candidates.queries import candidate_to_change, search_candidates
from node.core import doors
from node.core.i18n import gettext as _
from schemas.codes import comuni

tying = doors.desk("tying", "/desk/agenda")

FEW = 10


@tying.get("/<ref>/collega")
def choose(ref):
    """`?q=` is the name or telephone that is looked for; without it, whoever has the telephone or the name that was typed."""
    appointment = queries.appointment_with(g.session, ref) or abort(404)
    if appointment.person is not None:
        return redirect(url_for("agenda.show", ref=ref), 303)
    text = request.args.get("q", "").strip()
    return render_template(
        "appointments/tie.html",
        appointment=appointment,
        found=search_candidates(g.session, text)[0][:FEW] if text else alike(appointment),
        text=text,
        comune=comuni.comune,
    )


@tying.post("/<ref>/collega")
def tie(ref):
    appointment = queries.appointment_to_change(g.session, ref) or abort(404)
    person = candidate_to_change(g.session, request.form.get("persona", "")) or abort(404)
    actions.tie(g.session, g.operator, appointment, person)
    flash(_("Collegato: l’appuntamento sta nella scheda di %(name)s.", name=person.name), "success")
    return redirect(url_for("agenda.show", ref=ref), 303)


def alike(appointment):
    """Persons who have the telephone, or else the name, that was typed with the appointment."""
    typed = (each for each in (appointment.phone, appointment.name) if each)
    return next((found[:FEW] for text in typed if (found := search_candidates(g.session, text)[0])), [])
