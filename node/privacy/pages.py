"""What a person asks for at the counter: her data on paper or in a file, and to be forgotten; and who is forgotten next."""

import json
from datetime import date, datetime
from functools import partial

from flask import Response, abort, flash, g, redirect, render_template, request, url_for

from federation.erasures import Ledger
from node.candidates.parts import list_of_persons
from node.candidates.queries import candidate_to_change, candidate_with
from node.core import clock, doors, menu
from node.core.db import transaction
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.core.rooms import rooms
from node.privacy import actions, queries, retention
from schemas.codes import spelling
from schemas.messages import Message
from schemas.retention import REASON_MAX, ProlongForm

privacy = doors.desk("privacy", "/desk/persone")
list_of_persons(lazy("Da cancellare"), "privacy.ending")

LABELS = {"until": lazy("Fino a quando serve ancora"), "reason": lazy("Perché")}


@menu.tile
def near_their_end(session, _operator):
    count = queries.count_ending(session)
    return (
        menu.Tile(_("Schede da cancellare"), count, url_for("privacy.ending"), "it-delete", "warning")
        if count
        else None
    )


@privacy.get("/da-cancellare")
def ending():
    """Who is erased by the program, and when, the nearest first."""
    return render_template("privacy/ending.html", found=queries.ending(g.session))


@privacy.get("/<ref>/proroga")
def ask_to_prolong(ref):
    return prolong_page(ending_one(ref), {}, {})


@privacy.post("/<ref>/proroga")
def prolong(ref):
    found = ending_one(ref)
    data = form(ProlongForm(clock.today), partial(prolong_page, found))
    retention.prolong(g.session, g.operator, candidate_to_change(g.session, ref), data)
    flash(_("Prorogata: la scheda resta fino al %(day)s.", day=data["until"].strftime("%d/%m/%Y")), "success")
    return redirect(url_for(".ending"), 303)


@privacy.get("/<ref>/dati")
def export(ref):
    """`?formato=json`: the same as a file that other programs read."""
    with transaction(rooms().desk) as desk:
        candidate = candidate_with(desk, ref) or abort(404)
        told = actions.export(desk, g.operator, candidate)
        name = candidate.name
    if request.args.get("formato") == "json":
        values = {str(keeper.title): values for keeper, values in told}
        text = json.dumps(values, ensure_ascii=False, indent=1, default=as_json)
        headers = {"Content-Disposition": f'attachment; filename="dati-{ref}.json"'}
        return Response(text, mimetype="application/json", headers=headers)
    parts = [(keeper.title, keeper.in_words(values, language())) for keeper, values in told]
    return render_template("privacy/export.html", ref=ref, name=name, parts=parts, now=clock.now())


@privacy.get("/<ref>/cancella")
def ask(ref):
    return erase_page(candidate_with(g.session, ref) or abort(404), {}, {})


@privacy.post("/<ref>/cancella")
def erase(ref):
    """She is erased when her family name was typed: a page left open, or a slip of the hand, erases nobody."""
    candidate = candidate_to_change(g.session, ref) or abort(404)
    typed = request.form.get("family_name", "")
    if spelling.words(typed) != spelling.words(candidate.family_name):
        wrong = Message(
            "Scrivi il cognome della persona, come sta nella scheda: serve a non cancellare quella sbagliata."
        )
        return erase_page(candidate, {"family_name": typed}, {"family_name": [wrong]}), 422
    gone = actions.forget(g.session, g.operator, Ledger(rooms().config.erasures), candidate)
    return redirect(url_for(".certificate", number=gone.ref), 303)


@privacy.get("/cancellazioni/<number>")
def certificate(number):
    """On paper her name is written by hand: here nobody knows it any more."""
    gone = queries.forgotten_with(g.session, number) or abort(404)
    roster = rooms().roster.current()
    return render_template(
        "privacy/certificate.html",
        gone=gone,
        progress=queries.progress_of(g.session, gone),
        names={member.id: member.name for member in roster.members.values()},
        now=clock.now(),
    )


def ending_one(ref):
    return queries.ending_of(g.session, ref) or abort(404)


def prolong_page(found, values, errors):
    ending, candidate = found
    return render_template(
        "privacy/prolong.html",
        ending=ending,
        candidate=candidate,
        values=values,
        errors=errors,
        warnings={},
        labels=LABELS,
        reason_max=REASON_MAX,
    )


def erase_page(candidate, values, errors):
    return render_template("privacy/erase.html", candidate=candidate, values=values, errors=errors)


def as_json(value):
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
