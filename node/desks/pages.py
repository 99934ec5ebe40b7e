"""The desks of this node: a list and a card for whoever works here, the forms for administrators."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, url_for

from node.core import doors, menu
from node.core.actors import ADMINISTRATOR
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import lazy
from node.core.rooms import rooms
from node.desks import actions, queries
from node.desks.typed import as_typed
from schemas.codes import comuni
from schemas.desk import DeskForm

desks = doors.desk("desks", "/desk/sportelli")
settings = doors.administrator("desk_settings", "/desk/sportelli")
menu.link(lazy("Sportelli"), "desks.index", "it-pa", order=40)


@menu.tile
def without_authorisation(session, operator):
    """Only an administrator can mend it, so only administrators are told."""
    count = queries.count_of_unauthorised(session) if operator.role == ADMINISTRATOR else 0
    if not count:
        return None
    return menu.Tile(_("Sportelli senza autorizzazione"), count, url_for("desks.index"), "it-warning-circle", "danger")


@desks.get("")
def index():
    return render_template("desks/index.html", desks=queries.all_desks(g.session), comune=comuni.comune)


@desks.get("/<ref>")
def show(ref):
    return render_template("desks/show.html", desk=wanted(ref), comune=comuni.comune)


@settings.get("/nuovo")
def new():
    here = rooms().config.comuni
    return form_page(None, {"comune": full_name(here[0]), "comuni": [full_name(istat) for istat in here]}, {})


@settings.post("")
def create():
    data = form(DeskForm, partial(form_page, None))
    desk = actions.create_desk(g.session, g.operator, data)
    flash(_("Sportello aperto: «%(name)s».", name=desk.name), "success")
    return redirect(url_for("desks.show", ref=desk.ref), 303)


@settings.get("/<ref>/modifica")
def edit(ref):
    desk = wanted(ref)
    return form_page(desk, as_typed(desk), {})


@settings.post("/<ref>")
def change(ref):
    desk = queries.desk_to_change(g.session, ref) or abort(404)
    data = form(DeskForm, partial(form_page, desk))
    actions.update_desk(g.session, g.operator, desk, data)
    flash(_("Salvato: tra pochi secondi si legge in tutta la rete."), "success")
    return redirect(url_for("desks.show", ref=ref), 303)


def form_page(desk, values, errors):
    return render_template("desks/form.html", desk=desk, values=values, errors=errors)


def full_name(istat):
    return comuni.comune(istat).full_name


def wanted(ref):
    return queries.desk_with(g.session, ref) or abort(404)
