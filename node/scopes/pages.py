"""Who may see a person: the box on her page, the form of her choice, the sheet that she signs, and whom to ask again."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, url_for
from markupsafe import Markup

from federation.erasures import Ledger
from node.candidates.actions import NOTICE_VERSION
from node.candidates.parts import list_of_persons, side_part
from node.candidates.queries import candidate_to_change, candidate_with
from node.core import clock, doors, menu
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.core.rooms import member_names, rooms
from node.operators.queries import operator
from node.scopes import actions, publishing, queries, words
from node.scopes.profile import counts_of
from schemas.codes.scopes import CHANNELS, COMUNE, SCOPES, VIEW_PURPOSES
from schemas.scope import ReconfirmForm, ScopeForm, longest_from

scopes = doors.desk("scopes", "/desk/persone")
list_of_persons(lazy("Da riconfermare"), "scopes.to_reconfirm")

LABELS = {
    "scope": lazy("Chi può vedere il profilo"),
    "comuni": lazy("Quali comuni"),
    "channel": lazy("Come l’ha detto"),
    "until": lazy("Fino a quando"),
}


@menu.tile
def near_their_end(session, _operator):
    count = queries.count_to_reconfirm(session, clock.today())
    if not count:
        return None
    return menu.Tile(_("Profili da riconfermare"), count, url_for("scopes.to_reconfirm"), "it-clock", "warning")


@side_part(order=10)
def box(session, candidate):
    choice, names = queries.choice_of(session, candidate.ref), member_names()
    nothing, less, keyless = words.why_less(choice.reasons if choice else [], names)
    drawn = render_template(
        "scopes/box.html",
        candidate=candidate,
        choice=choice,
        goes_beyond=goes_beyond(choice),
        seen_by=words.seen_by(choice, names),
        nothing=nothing,
        less=less,
        keyless=keyless,
    )
    return Markup(drawn)  # noqa: S704 - our own template


@scopes.get("/<ref>/diffusione")
def edit(ref):
    candidate = wanted(ref)
    choice = queries.choice_of(g.session, candidate.ref)
    values = {"scope": choice.scope, "comuni": choice.comuni} if choice else {"scope": COMUNE}
    return form_page(candidate, values | {"until": longest_from(clock.today()).isoformat()}, {})


@scopes.post("/<ref>/diffusione")
def choose(ref):
    candidate = wanted_to_change(ref)
    data = form(ScopeForm(clock.today), partial(form_page, candidate))
    if set(data["comuni"]) - set(member_names()):
        abort(400)
    actions.choose_scope(g.session, g.operator, candidate, data)
    flash(_("La scelta è scritta. Stampa il foglio, se la persona vuole firmarlo."), "success")
    return redirect(url_for("candidates.show", ref=ref), 303)


@scopes.post("/<ref>/diffusione/ritira")
def withdraw(ref):
    actions.withdraw_scope(g.session, g.operator, wanted_to_change(ref), Ledger(rooms().config.erasures))
    flash(_("Ritirato: nessun altro comune vede più il profilo, e a tutti è chiesto di confermarlo."), "success")
    return redirect(url_for("candidates.show", ref=ref), 303)


@scopes.post("/<ref>/diffusione/riconferma")
def reconfirm(ref):
    candidate = wanted_to_change(ref)
    data = form(ReconfirmForm, lambda _values, _errors: reminder_page())
    choice = actions.reconfirm_scope(g.session, g.operator, candidate, data["channel"])
    told = {"name": candidate.name, "day": choice.until.strftime("%d/%m/%Y")}
    flash(_("%(name)s ha riconfermato: vale fino al %(day)s.", **told), "success")
    return redirect(url_for(".to_reconfirm"), 303)


@scopes.get("/<ref>/diffusione/storia")
def history(ref):
    """What she has chosen, and when it ended."""
    candidate = wanted(ref)
    choices, names = queries.choices_of(g.session, candidate.ref), member_names()
    return render_template(
        "scopes/history.html",
        candidate=candidate,
        choices=[(choice, words.seen_by(choice, names)) for choice in choices],
        people={choice.operator: operator(g.session, choice.operator) for choice in choices},
        channels=CHANNELS,
        ends=words.ENDS,
    )


@scopes.get("/<ref>/diffusione/viste")
def views(ref):
    """Who has looked at her profile, as the other desks tell it, on a sheet that can be handed to her."""
    candidate = wanted(ref)
    return render_template(
        "scopes/views.html",
        candidate=candidate,
        days=queries.days_seen(g.session, candidate.ref),
        names=member_names(),
        role_told=words.role_told,
        purposes=VIEW_PURPOSES,
        now=clock.now(),
    )


@scopes.get("/<ref>/diffusione/foglio")
def sheet(ref):
    """The notice and the choice on one sheet, with a line to sign on."""
    candidate = wanted(ref)
    choice = queries.choice_of(g.session, candidate.ref)
    document, reasons = published(candidate, choice)
    nothing, _less, _keyless = words.why_less(reasons, {})
    return render_template(
        "scopes/sheet.html",
        candidate=candidate,
        choice=choice,
        seen_by=words.seen_by(choice, member_names()),
        goes_beyond=goes_beyond(choice),
        lines=words.lines(document, language()) if document else [],
        nothing=nothing,
        channels=CHANNELS,
        version=NOTICE_VERSION,
    )


@scopes.get("/da-riconfermare")
def to_reconfirm():
    return reminder_page()


def reminder_page():
    names = member_names()
    found = queries.to_reconfirm(g.session, clock.today())
    return render_template(
        "scopes/reconfirm.html",
        found=[(choice, candidate, words.seen_by(choice, names)) for choice, candidate in found],
    )


def form_page(candidate, values, errors):
    document, reasons = preview(candidate, queries.choice_of(g.session, candidate.ref))
    nothing, less, _keyless = words.why_less(reasons, {})
    return render_template(
        "scopes/form.html",
        candidate=candidate,
        values=values,
        errors=errors,
        warnings={},
        labels=LABELS,
        scopes=SCOPES.choices(language()),
        channels=CHANNELS.choices(language()),
        members=sorted(member_names().items(), key=lambda each: each[1]),
        longest=longest_from(clock.today()),
        lines=words.lines(document, language()) if document else [],
        nothing=nothing,
        less=less,
    )


def published(candidate, choice):
    """What others read of her since the last look, and why it is less than all; before the first look, what they will."""
    if choice is None or choice.due:
        return preview(candidate, choice)
    profile = next(iter(queries.profiles_of(g.session, candidate.ref)), None)
    return (profile.document if profile else None), choice.reasons


def preview(candidate, choice):
    """What others would read of her at this moment, and why it is less than all."""
    network = publishing.network_of(rooms().replica, rooms().roster, rooms().config.id)
    counts = counts_of(queries.seen_by_the_network(g.session), network.others)
    return publishing.document_for(g.session, counts, candidate, choice.scope if choice else COMUNE)


def goes_beyond(choice):
    return choice is not None and choice.scope != COMUNE


def wanted(ref):
    return candidate_with(g.session, ref) or abort(404)


def wanted_to_change(ref):
    return candidate_to_change(g.session, ref) or abort(404)
