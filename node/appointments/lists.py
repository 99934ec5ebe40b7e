"""What waits for somebody at the desk: citizens' requests, telephone calls, and e-mails that do not get through."""

from flask import abort, flash, g, redirect, render_template, url_for

from node.appointments import actions, letters, queries
from node.appointments.words import LETTERS, UNTOLD
from node.core import doors, menu
from node.core.forms import form
from node.core.i18n import gettext as _
from node.desks.queries import all_desks
from schemas.appointment import CallForm
from schemas.codes.agenda import PURPOSES

requests = doors.desk("requests", "/desk/agenda/richieste")
calls = doors.desk("calls", "/desk/agenda/da-telefonare")


@menu.tile
def requested(session, _operator):
    count = queries.count_requests(session)
    if not count:
        return None
    return menu.Tile(_("Richieste di appuntamento"), count, url_for("requests.index"), "it-calendar", "warning")


@menu.tile
def to_call(session, _operator):
    count = sum(len(theirs) for _desk, theirs in actions.to_call(session, all_desks(session)))
    count += len(queries.untold(session))
    return menu.Tile(_("Da telefonare"), count, url_for("calls.index"), "it-telephone", "warning") if count else None


@menu.tile
def letters_in_trouble(session, _operator):
    count = len(queries.letters_in_trouble(session))
    return menu.Tile(_("E-mail non partite"), count, url_for("calls.index"), "it-mail", "danger") if count else None


@requests.get("")
def index():
    return render_template("appointments/requests.html", found=queries.requests(g.session), purposes=PURPOSES)


@requests.post("/<ref>/conferma")
def confirm(ref):
    """By telephone: whoever confirms here has spoken with her."""
    appointment = queries.appointment_to_change(g.session, ref) or abort(404)
    actions.confirm(g.session, g.operator, appointment)
    flash(_("Confermato: %(name)s è nell’agenda.", name=appointment.who), "success")
    return redirect(url_for(".index"), 303)


@calls.get("", endpoint="index")
def calls_page():
    return render_calls({}, {})


@calls.post("")
def note_call():
    data = form(CallForm, render_calls)
    appointment = queries.appointment_to_change(g.session, data["appointment"]) or abort(404)
    actions.note_call(g.session, g.operator, appointment)
    flash(_("Segnato: %(name)s è avvisata.", name=appointment.who), "success")
    return redirect(url_for(".index"), 303)


@calls.post("/posta/<ref>/riprova")
def try_again(ref):
    letter = queries.letter_with(g.session, ref) or abort(404)
    if letter.sent_at is None:
        letters.try_again(g.session, letter)
    return redirect(url_for(".index"), 303)


def render_calls(_values, errors):
    return render_template(
        "appointments/calls.html",
        found=actions.to_call(g.session, all_desks(g.session)),
        untold=queries.untold(g.session),
        untold_words=UNTOLD,
        letters=queries.letters_in_trouble(g.session),
        letter_words=LETTERS,
        purposes=PURPOSES,
        errors=errors,
    )
