"""Telling the desk that something is wrong with its notice: without an account, without a name.

Only the origin of a vacancy can put it right, so every node leads to the origin's page, and the report stays there. It
goes into the inbox, which this process only writes. No cookie says anything about a citizen, so there is no session
whose token a form could carry: whether it was sent from our own page, the browser tells (`Sec-Fetch-Site`).
"""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request, url_for

from federation.inbox import InboxFull
from node.citizens.offers import Offer, Shelf
from node.core import clock, doors, limits
from node.core.errors import Refused
from node.core.forms import form
from node.core.i18n import language
from node.core.rooms import rooms
from schemas.codes import REPORT_REASONS
from schemas.messages import Message
from schemas.report import INBOX_KIND, ReportForm
from schemas.shapes import RECORD_ID

report = doors.public("report", "/lavoro")

REPORTS_AT_MOST = "5 per minute;30 per hour"
"""Of one address: a library with ten readers passes, a program that hides everything under reports does not."""
TRAP = "website"
"""A field that no person sees. Whoever fills it in is a program, and is thanked like everybody else."""


class Subject(NamedTuple):
    """The vacancy that is reported, and its desk as far as this node knows it."""

    offer: Offer
    desk: Mapping[str, Any] | None


@report.get("/<origin>/<id>/segnala")
def write(origin, id):
    elsewhere = report_address(origin, id)
    if origin != rooms().config.id and elsewhere:
        return redirect(elsewhere)
    found = subject(origin, id)
    return page_of(found, {}, {}) if found else redirect(url_for("citizens.vacancy", origin=origin, id=id))


@report.post("/<origin>/<id>/segnala")
@limits.limiter.limit(REPORTS_AT_MOST)
def send(origin, id):
    if origin != rooms().config.id:
        abort(404)
    if not was_sent_from_here():
        abort(400, Message("Questa segnalazione non viene dalla nostra pagina: apri l’offerta e riprova da lì."))
    found = subject(origin, id)
    if found is None:
        return redirect(url_for("citizens.vacancy", origin=origin, id=id), 303)
    data = form(ReportForm, partial(page_of, found))
    if not request.form.get(TRAP):
        keep(data | {"vacancy": id})
    return redirect(url_for(".thanks", origin=origin, id=id), 303)


@report.get("/<origin>/<id>/segnalata")
def thanks(origin, id):
    return render_template("citizens/reported.html", origin=origin, id=id)


def page_of(found: Subject, values, errors):
    return render_template(
        "citizens/report.html",
        offer=found.offer,
        desk=found.desk,
        is_ours=found.offer.origin == rooms().config.id,
        reasons=REPORT_REASONS.choices(language()),
        values=values,
        errors=errors,
        token=sent_token() or secrets.token_hex(16),
        trap=TRAP,
    )


def keep(data: dict[str, Any]) -> None:
    """Hand a report to the desk. The form's token is its name, so that one sent twice is one.

    Raises Refused when the desk has not collected the others for too long.
    """
    try:
        rooms().inbox.drop(INBOX_KIND, data, sent_token() or secrets.token_hex(16))
    except InboxFull as full:
        told = Message("Ora non possiamo prendere altre segnalazioni: riprova più tardi, o chiama lo sportello.")
        raise Refused(told, status=503) from full


def sent_token() -> str | None:
    token = request.form.get("token", "")
    return token if RECORD_ID.fullmatch(token) and ":" not in token else None


def was_sent_from_here() -> bool:
    """Whether our own page sent the form; a browser too old to say so names at least where it comes from."""
    if told := request.headers.get("Sec-Fetch-Site"):
        return told in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def subject(origin: str, id: str) -> Subject | None:
    """The vacancy, if it is open here."""
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        copy = shelf.vacancy(origin, id)
        if copy is None:
            return None
        offer = shelf.offer(copy)
        return Subject(offer, shelf.desk(origin, offer.document["desk"]))


def report_address(origin: str, id: str) -> str | None:
    """Where the vacancy is reported: here, or at its origin; None when that one has no address of its own."""
    path = url_for("report.write", origin=origin, id=id)
    if origin == rooms().config.id:
        return path
    member = rooms().roster.current().members.get(origin)
    return member.url + path if member and member.url else None
