"""The reception: who is here without an appointment, written down while she takes off her coat."""

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.candidates.queries import candidate_with
from node.core import clock, doors
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import language
from node.desks.queries import all_desks, desk_with
from node.visits import actions, queries
from schemas.codes.agenda import PURPOSES
from schemas.visit import VisitForm

visits = doors.desk("visits", "/desk/accoglienza")


@visits.get("")
def index():
    return page({"desk": request.args.get("sportello", ""), "person": request.args.get("persona", "")}, {})


@visits.post("")
def create():
    data = form(VisitForm, page)
    if desk_with(g.session, data["desk"]) is None:
        abort(404)
    actions.note_visit(g.session, g.operator, data, person_of(request.form))
    flash(_("Scritto nel registro di oggi."), "success")
    return redirect(url_for(".index", sportello=data["desk"]), 303)


@visits.post("/<ref>/togli")
def take_back(ref):
    visit = queries.visit_with(g.session, ref) or abort(404)
    desk = visit.desk_ref
    actions.take_back_visit(g.session, g.operator, visit)
    flash(_("Tolto dal registro."), "success")
    return redirect(url_for(".index", sportello=desk), 303)


def page(values, errors):
    desks = all_desks(g.session)
    desk = next((each for each in desks if each.ref == values.get("desk")), desks[0] if desks else None)
    found = queries.visits_on(g.session, clock.today(), desk.ref) if desk else []
    return render_template(
        "visits/index.html",
        desks=desks,
        desk=desk,
        desk_choices=[(each.ref, each.name) for each in desks],
        visits=found,
        persons={each.person: candidate_with(g.session, each.person) for each in found if each.person},
        person=person_of(request.values),
        purposes=PURPOSES.choices(language()),
        purpose=PURPOSES.label,
        values=values | ({"desk": desk.ref} if desk else {}),
        errors=errors,
    )


def person_of(sent):
    """The candidate whom the address or the form names, if any."""
    ref = sent.get("persona", "")
    return (candidate_with(g.session, ref) or abort(404)) if ref else None
