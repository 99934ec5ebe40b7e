"""When the desk receives: the hours of every week, and the days on which it is closed."""

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.appointments import actions, queries
from node.appointments.days import national_holidays
from node.core import clock, doors
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import ngettext
from node.desks.queries import all_desks, desk_with
from schemas.appointment import ClosingForm, OpeningForm
from schemas.codes.agenda import WEEKDAYS

hours = doors.desk("hours", "/desk/agenda/orari")

USUAL_MINUTES = 30


@hours.get("")
def index():
    return page(usual(), {})


@hours.post("/settimana")
def add_opening():
    data = form(OpeningForm, page)
    known = {each.id for each in queries.receivers(g.session)}
    if desk_with(g.session, data["desk"]) is None or data["operator"] not in known:
        abort(404)
    actions.open_weekly(g.session, g.operator, data)
    flash(_("Orario aggiunto: i posti liberi si vedono nell’agenda."), "success")
    return redirect(url_for(".index", sportello=data["desk"]), 303)


@hours.post("/settimana/<ref>/togli")
def end_opening(ref):
    opening = queries.opening_with(g.session, ref) or abort(404)
    desk = opening.desk_ref
    actions.end_opening(g.session, g.operator, opening)
    flash(_("Orario tolto. Gli appuntamenti già fissati restano."), "success")
    return redirect(url_for(".index", sportello=desk), 303)


@hours.post("/chiusure")
def add_closing():
    data = form(ClosingForm, page)
    if desk_with(g.session, data["desk"]) is None:
        abort(404)
    closing = actions.close_days(g.session, g.operator, data)
    flash(_("Chiusura scritta."), "success")
    if count := actions.struck(g.session, closing):
        flash(
            ngettext(
                "In quei giorni c’è %(num)s appuntamento: spostalo.",
                "In quei giorni ci sono %(num)s appuntamenti: spostali.",
                count,
            ),
            "warning",
        )
    return redirect(url_for(".index", sportello=data["desk"]), 303)


@hours.post("/chiusure/<ref>/togli")
def end_closing(ref):
    closing = queries.closing_with(g.session, ref) or abort(404)
    desk = closing.desk_ref
    actions.reopen_days(g.session, g.operator, closing)
    flash(_("Chiusura tolta."), "success")
    return redirect(url_for(".index", sportello=desk), 303)


def usual():
    return {"operator": g.operator.id, "minutes": str(USUAL_MINUTES), "bookable": "true"}


def page(values, errors):
    desks = all_desks(g.session)
    asked = values.get("desk") or request.args.get("sportello")
    desk = next((each for each in desks if each.ref == asked), desks[0] if desks else None)
    people = {each.id: each.display_name for each in queries.receivers(g.session)}
    today = clock.today()
    return render_template(
        "appointments/hours.html",
        desks=desks,
        desk=desk,
        desk_choices=[(each.ref, each.name) for each in desks],
        openings=queries.openings(g.session, desk.ref) if desk else [],
        closings=queries.closings_of(g.session, desk.ref) if desk else [],
        weekdays=WEEKDAYS,
        people=people,
        holidays=sorted((when, name) for when, name in national_holidays(today.year).items() if when >= today),
        values=usual() | values | ({"desk": desk.ref} if desk else {}),
        errors=errors,
    )
