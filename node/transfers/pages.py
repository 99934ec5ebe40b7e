"""A person asks to be followed by another comune, and one who asked so elsewhere arrives here."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup

from node.candidates.parts import list_of_persons, side_part
from node.candidates.queries import candidate_to_change, candidate_with, possible_duplicates
from node.candidates.words import LABELS as FIELDS
from node.candidates.words import VERBS, in_words
from node.core import doors, menu
from node.core.audit import note
from node.core.db import transaction
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.core.rooms import member_names, rooms
from node.transfers import actions, queries
from schemas.codes import comuni
from schemas.codes.scopes import CHANNELS
from schemas.transfer import RefusalForm, TransferForm

transfers = doors.desk("transfers", "/desk/persone")
list_of_persons(lazy("In arrivo"), "transfers.arrivals")

LABELS = {"member": lazy("A quale comune"), "channel": lazy("Come l’ha chiesto"), "reason": lazy("Perché no")}
STATES = {
    "sent": lazy("Inviata: si aspetta che arrivi."),
    "waiting": lazy("È arrivata: uno di loro deve ancora decidere."),
    "accepted": lazy("La segue quel comune."),
    "refused": lazy("Non l’hanno presa."),
    "cancelled": lazy("Annullato."),
    "unreadable": lazy("Non si è potuta leggere: lo sportello che l’ha mandata lo sa."),
}
VERBS.update(
    {
        "transfer.sent": lazy("Chiesto il trasferimento a un altro comune"),
        "transfer.cancelled": lazy("Trasferimento annullato"),
        "transfer.accepted": lazy("Arrivata da un altro comune"),
        "transfer.left": lazy("Trasferita: la segue un altro comune"),
        "transfer.refused": lazy("Trasferimento rifiutato dall’altro comune"),
    }
)


@menu.tile
def waiting_here(session, _operator):
    count = queries.count_waiting(session)
    return menu.Tile(_("In arrivo da altri comuni"), count, url_for("transfers.arrivals"), "it-user", "warning") if count else None  # fmt: skip


@side_part(order=40)
def box(session, candidate):
    transfer = queries.latest_of(session, candidate.ref)
    lost = transfer is not None and transfer.state == "sent" and actions.is_lost(session, transfer)
    drawn = render_template(
        "transfers/box.html", candidate=candidate, transfer=transfer, lost=lost, names=member_names(), states=STATES
    )
    return Markup(drawn)  # noqa: S704 - our own template


@transfers.get("/<ref>/trasferimento")
def ask(ref):
    return form_page(candidate_with(g.session, ref) or abort(404), {}, {})


@transfers.post("/<ref>/trasferimento")
def send(ref):
    candidate = candidate_to_change(g.session, ref) or abort(404)
    data = form(TransferForm, partial(form_page, candidate))
    actions.send_transfer(g.session, g.operator, rooms().roster.current(), rooms().config.id, candidate, data)
    flash(_("La scheda è partita, sigillata. Resta seguita qui finché l’altro comune non dice di sì."), "success")
    return redirect(url_for("candidates.show", ref=candidate.ref), 303)


@transfers.post("/<ref>/trasferimento/annulla")
def cancel(ref):
    candidate = candidate_to_change(g.session, ref) or abort(404)
    actions.cancel_transfer(g.session, g.operator, candidate)
    flash(_("Trasferimento annullato."), "success")
    return redirect(url_for("candidates.show", ref=candidate.ref), 303)


@transfers.get("/<ref>/trasferimento/foglio")
def sheet(ref):
    """Her request, to be signed."""
    candidate = candidate_with(g.session, ref) or abort(404)
    transfer = queries.latest_of(g.session, candidate.ref)
    return render_template("transfers/sheet.html", candidate=candidate, transfer=transfer, names=member_names())


@transfers.get("/in-arrivo")
def arrivals():
    waiting, decided = queries.arrivals(g.session)
    return render_template(
        "transfers/arrivals.html", waiting=waiting, decided=decided, names=member_names(), states=STATES
    )


@transfers.get("/in-arrivo/<ref>")
def arrival(ref):
    """Her whole record; that somebody has looked at it is noted."""
    arrived = queries.arrival_with(g.session, ref) or abort(404)
    with transaction(rooms().desk) as session:
        note(session, g.operator, "arrival.viewed", arrived, role=g.operator.role)
    return arrival_page(arrived, {}, {})


@transfers.post("/in-arrivo/<ref>/accetta")
def accept(ref):
    """She comes in, after somebody has looked whether she is here already."""
    arrived = queries.arrival_to_decide(g.session, ref) or abort(404)
    doubles = [] if "confirmed" in request.form else doubles_of(arrived)
    if doubles:
        return arrival_page(arrived, {}, {}, doubles), 422
    own = rooms().config
    candidate = actions.accept(g.session, g.operator, rooms().roster.current(), own.id, arrived, own.codes)
    flash(_("%(name)s è tra le persone seguite: lo sportello di prima lo saprà.", name=candidate.name), "success")
    return redirect(url_for("candidates.show", ref=candidate.ref), 303)


@transfers.post("/in-arrivo/<ref>/rifiuta")
def refuse(ref):
    arrived = queries.arrival_to_decide(g.session, ref) or abort(404)
    data = form(RefusalForm, partial(arrival_page, arrived))
    actions.refuse(g.session, g.operator, rooms().roster.current(), rooms().config.id, arrived, data["reason"])
    flash(_("Rifiutata: lo sportello di prima ne legge il motivo."), "success")
    return redirect(url_for(".arrivals"), 303)


def form_page(candidate, values, errors):
    return render_template(
        "transfers/form.html",
        candidate=candidate,
        values=values,
        errors=errors,
        warnings={},
        labels=LABELS,
        members=sorted(member_names().items(), key=lambda each: each[1]),
        channels=CHANNELS.choices(language()),
    )


def arrival_page(arrived, values, errors, doubles=()):
    person = arrived.document["person"]
    return render_template(
        "transfers/arrival.html",
        arrival=arrived,
        name=f"{person['given_name']} {person['family_name']}",
        facts=[(FIELDS[name], told(name, person[name])) for name in FIELDS if person.get(name)],
        names=member_names(),
        doubles=doubles,
        comune=comuni.comune,
        decided_within=actions.DECIDED_WITHIN.days,
        values=values,
        errors=errors,
        warnings={},
        labels=LABELS,
    )


def told(name, value):
    return _("sì") if value == "true" else in_words(name, value, language())


def doubles_of(arrived):
    data = actions.fitted(arrived.document["person"])
    return possible_duplicates(g.session, data)
