"""The profiles that other desks show to this one: searched by trade, read without a name, and every look written down."""

from flask import abort, g, redirect, render_template, request, url_for
from marshmallow import ValidationError

from federation.lease import Leases
from node.candidates.parts import list_of_persons
from node.candidates.trades import recognised
from node.core import clock, doors, identity
from node.core.db import transaction
from node.core.forms import flattened, typed, without_blanks
from node.core.i18n import language, lazy
from node.core.parameters import asked_page
from node.core.rooms import rooms
from node.scopes import actions, neighbours, words
from node.scopes.pages import member_names
from node.vacancies.choices import suggested_occupations, suggested_places
from schemas.codes import HOURS, OCCUPATIONS, SKILLS
from schemas.codes.scopes import VIEW_PURPOSES
from schemas.profiles import ProfileSearchForm

profiles = doors.desk("profiles", "/desk/persone/rete")
list_of_persons(lazy("Profili della rete"), "profiles.index")

PAGE_SIZE = 25
LABELS = {
    "purpose": lazy("Perché cerchi"),
    "trade": lazy("Che lavoro"),
    "skill": lazy("Una competenza"),
    "area": lazy("Dove abita"),
    "hours": lazy("Orario"),
    "own_transport": lazy("Solo chi si muove con un mezzo suo"),
}


@profiles.get("")
def index():
    """Nothing is looked for before the operator has said what for."""
    values = typed(ProfileSearchForm(), request.args)
    if not any(request.args.values()):
        return page_of(values, {}, None)
    try:
        data = ProfileSearchForm().load(without_blanks(values))
    except ValidationError as wrong:
        return page_of(values, flattened(wrong.normalized_messages()), None), 422
    trade = recognised(g.session, rooms().config.codes, data["trade"]) if data["trade"] else {"code": None}
    if data["trade"] and trade["code"] is None:
        return page_of(values, {}, [], unknown_trade=True)
    wish = data | {"occupation": trade["code"]}
    with rooms().replica.reading() as session:
        all_of_them = neighbours.neighbours(session, *ours(session))
    found = [each for each in all_of_them if neighbours.fits(each, wish)]
    return page_of(values, {}, sorted(found, key=lambda each: neighbours.closeness(each, wish)), trade=trade["code"])


@profiles.get("/<origin>/<id>")
def show(origin, id):
    """One profile; whoever comes without a purpose is sent to say it."""
    purpose = request.args.get("purpose")
    if purpose not in VIEW_PURPOSES:
        return redirect(url_for(".index"), 303)
    with rooms().replica.reading() as session:
        profile = neighbours.neighbour(session, *ours(session), origin, id) or abort(404)
        desk = neighbours.desk_of(session, profile)
    with transaction(rooms().desk) as session:
        actions.note_profile_view(session, g.operator, origin, id, purpose)
    return render_template(
        "scopes/profile.html",
        profile=profile,
        lines=words.lines(profile.body, language()),
        desk=desk,
        comune=member_names().get(origin, origin),
        purpose=VIEW_PURPOSES.label(purpose, language()),
    )


def ours(session):
    """(what may be shown now, who we are, the key that opens what is sealed to us)."""
    config, roster = rooms().config, rooms().roster.current()
    leases = Leases(session, config.id, clock.now(), is_closed=roster is not None and roster.expired)
    return leases, config.id, identity.sealing_key(config)


def page_of(values, errors, found, trade=None, unknown_trade=False):
    """`found` is None while nothing was asked."""
    page = asked_page()
    shown = (found or [])[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    asked = {name: value for name, value in values.items() if value}
    return render_template(
        "scopes/network.html",
        values=values,
        errors=errors,
        warnings={},
        labels=LABELS,
        purposes=VIEW_PURPOSES.choices(language()),
        hours=HOURS.choices(language()),
        skills=SKILLS.choices(language()),
        occupations=suggested_occupations(language()),
        places=suggested_places(rooms().config.comuni[0]),
        trade=OCCUPATIONS.label(trade, language()) if trade else None,
        unknown_trade=unknown_trade,
        found=None if found is None else [(each, dict(words.lines(each.body, language()))) for each in shown],
        total=len(found or []),
        page=page,
        pages=max(1, -(-len(found or []) // PAGE_SIZE)),
        link=lambda number: url_for(".index", pagina=number, **asked),
        comuni=member_names(),
    )
