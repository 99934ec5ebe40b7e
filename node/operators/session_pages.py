"""Where one is signed in, and ending it: the own sessions, and all those of a colleague."""

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.core import doors
from node.core.i18n import gettext as _
from node.core.rooms import rooms
from node.operators import actions, queries, sessions

own = doors.signed_in("own_sessions", "/desk/profilo/accessi")
colleagues = doors.administrator("colleague_sessions", "/desk/operatori")


@own.get("")
def index():
    limits = sessions.limits_of(rooms().config)
    found = sessions.open_ones(g.session, g.operator.id, limits)
    return render_template("operators/sessions.html", sessions=found, here=sessions.ref_of(own_token()))


@own.post("/chiudi")
def end_others():
    actions.end_sessions(g.session, g.operator, own_account(), but=own_token())
    flash(_("Gli altri accessi sono chiusi."), "success")
    return redirect(url_for(".index"), 303)


@own.post("/<ref>/chiudi")
def end(ref):
    actions.end_session(g.session, g.operator, own_account(), ref)
    flash(_("L’accesso è chiuso."), "success")
    return redirect(url_for(".index"), 303)


@colleagues.post("/<id>/accessi/chiudi")
def end_all(id):
    account = queries.operator(g.session, id) or abort(404)
    actions.end_sessions(g.session, g.operator, account)
    flash(_("Ogni accesso di quell’account è chiuso."), "success")
    return redirect(url_for("operators.edit", id=id), 303)


def own_token():
    return request.cookies[doors.session_cookie()]


def own_account():
    return queries.operator(g.session, g.operator.id)
