"""Asking a desk for an appointment: an hour from those that are free, a name, and one way to be reached.

This process knows the free hours from a file that the worker writes, and hands what is asked to the inbox, which it only
writes. The hour is held until the citizen presses the link in her letter, or the desk has called her.
"""

import secrets
from functools import partial
from itertools import groupby
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from federation import replica
from federation.inbox import InboxFull
from node.appointments.showcase import free_hours
from node.appointments.writing import BOOKING_PATH, CONFIRM_PATH
from node.citizens.offers import Shelf
from node.citizens.report_page import TRAP, sent_token, was_sent_from_here
from node.core import clock, doors, limits
from node.core.errors import Refused
from node.core.forms import form
from node.core.i18n import language
from node.core.rooms import rooms
from schemas.appointment import CONFIRMATION_KIND, REQUEST_KIND, RequestForm
from schemas.codes.agenda import PURPOSES
from schemas.messages import Message
from schemas.shapes import RECORD_ID, SHA256

booking = doors.public("booking", BOOKING_PATH)

REQUESTS_AT_MOST = "5 per minute;20 per hour"
"""Of one address, as for reports."""


@booking.get("/<desk>")
def choose(desk):
    """`?offerta=` is the vacancy of ours that she was reading."""
    return page_of(desk, wanted(desk), {"vacancy": request.args.get("offerta", "")}, {})


@booking.post("/<desk>")
@limits.limiter.limit(REQUESTS_AT_MOST)
def send(desk):
    refuse_strangers()
    document = wanted(desk)
    data = form(RequestForm, partial(page_of, desk, document))
    if data["starts_at"] not in free_hours(rooms().config.free_hours, desk):
        gone = Message("Quest’ora non è più libera: scegline un’altra.")
        return page_of(desk, document, request.form.to_dict(), {"starts_at": [gone]}), 422
    if not request.form.get(TRAP):
        told = data | {"desk": desk, "starts_at": data["starts_at"].strftime("%Y-%m-%dT%H:%M:%SZ")}
        keep(REQUEST_KIND, told, sent_token() or secrets.token_hex(16))
    return redirect(url_for(".thanks", desk=desk, come="email" if data["email"] else "telefono"), 303)


@booking.get("/<desk>/chiesto")
def thanks(desk):
    by_mail = request.args.get("come") == "email" and bool(rooms().config.smtp_host)
    return render_template("citizens/booking_asked.html", desk=wanted(desk), by_mail=by_mail)


@booking.get(CONFIRM_PATH.removeprefix(booking.url_prefix) + "/<ref>/<mark>")
def ask_to_confirm(ref, mark):
    """A page with a button: programs that read letters before people do follow links, but press nothing."""
    return render_template("citizens/booking_confirm.html", ref=ref, mark=mark, is_done="fatto" in request.args)


@booking.post(CONFIRM_PATH.removeprefix(booking.url_prefix) + "/<ref>/<mark>")
@limits.limiter.limit(REQUESTS_AT_MOST)
def confirm(ref, mark):
    refuse_strangers()
    if not RECORD_ID.fullmatch(ref) or ":" in ref or not SHA256.fullmatch(mark):
        abort(404)
    keep(CONFIRMATION_KIND, {"mark": mark}, ref)
    return redirect(url_for(".ask_to_confirm", ref=ref, mark=mark, fatto=1), 303)


def page_of(desk, document, values, errors):
    hours = free_hours(rooms().config.free_hours, desk)
    return render_template(
        "citizens/booking.html",
        ref=desk,
        desk=document,
        days=[(day, list(times)) for day, times in groupby(hours, clock.day_of)],
        purposes=PURPOSES.choices(language()),
        values=values,
        errors=errors,
        token=sent_token() or secrets.token_hex(16),
        trap=TRAP,
    )


def bookable_desks(session) -> list[tuple[str, str]]:
    """(ref, name) of the desks of this node that have an hour for citizens."""
    ours = replica.live(session, "desk", rooms().config.id)
    return [(copy.id, copy.body["name"]) for copy in ours if is_bookable(copy.id)]


def booking_address(origin: str, desk: str, vacancy: str) -> str | None:
    """Where an hour at the desk of a vacancy is asked for; None where this node knows of none."""
    if origin != rooms().config.id or not is_bookable(desk):
        return None
    return url_for("booking.choose", desk=desk, offerta=vacancy)


def is_bookable(desk: str) -> bool:
    return bool(free_hours(rooms().config.free_hours, desk))


def wanted(desk):
    """The desk of this node as the network reads it."""
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        return shelf.desk(rooms().config.id, desk) or abort(404)


def refuse_strangers() -> None:
    if not was_sent_from_here():
        abort(400, Message("Questa richiesta non viene dalla nostra pagina: aprila e riprova da lì."))


def keep(kind: str, told: dict[str, Any], name: str) -> None:
    """Raises Refused when the desk has not collected the others for too long."""
    try:
        rooms().inbox.drop(kind, told, name)
    except InboxFull as full:
        refused = Message("Ora non possiamo prendere altre richieste: riprova più tardi, o chiama lo sportello.")
        raise Refused(refused, status=503) from full
