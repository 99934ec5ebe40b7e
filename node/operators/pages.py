"""Signing in and out, the own profile, and the administrator's pages about accounts."""

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.core import doors, i18n, menu
from node.core.actors import ADMINISTRATOR
from node.core.errors import Refused
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.core.limits import limiter
from node.core.rooms import rooms
from node.operators import actions, log_in, queries, sessions
from schemas.operator import (
    INTERFACE_LANGUAGES,
    ROLES,
    LanguageForm,
    OperatorChangeForm,
    OperatorForm,
    PasswordForm,
    SignInForm,
)

access = doors.entrance("access")
profile = doors.signed_in("profile", "/desk/profilo")
operators = doors.administrator("operators", "/desk/operatori")

menu.link(lazy("Operatori"), "operators.index", "it-settings", roles=(ADMINISTRATOR,), order=90)


@access.get("/accesso")
def sign_in():
    return sign_in_page({}, {})


@access.post("/accesso")
@limiter.limit("30 per minute")
def begin():
    typed = form(SignInForm, sign_in_page)
    try:
        token = log_in.log_in(rooms().desk, typed["username"], typed["password"], request.remote_addr or "")
    except Refused as refusal:
        return sign_in_page(typed, {"_schema": [refusal.message]}), refusal.status
    response = redirect(doors.own_page(request.form.get("next", "")) or url_for("desk.today"), 303)
    config = rooms().config
    response.set_cookie(
        doors.session_cookie(),
        token,
        max_age=config.session_max_h * 3600,
        secure=config.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def sign_in_page(values, errors):
    shown = {name: value for name, value in values.items() if name != "password"}
    return render_template("operators/sign_in.html", values=shown, errors=errors, next=request.values.get("next", ""))


@profile.get("")
def show():
    return profile_page({}, {})


def profile_page(values, errors):
    return render_template(
        "operators/profile.html",
        values={"language": g.operator.language} | values,
        errors=errors,
        role=ROLES.label(g.operator.role, language()),
        language_choices=INTERFACE_LANGUAGES.choices(language()),
    )


@profile.post("/password")
def change_password():
    data = form(PasswordForm, lambda _values, errors: profile_page({}, errors))
    token = request.cookies.get(doors.session_cookie())
    try:
        actions.change_password(g.session, g.operator, own_account(), data["current"], data["password"], token)
    except Refused as refusal:
        return profile_page({}, {"current": [refusal.message]}), refusal.status
    flash(_("La password è cambiata. Gli altri accessi aperti a tuo nome sono stati chiusi."), "success")
    return redirect(url_for(".show"), 303)


@profile.post("/lingua")
def choose_language():
    data = form(LanguageForm, profile_page)
    actions.choose_language(g.session, g.operator, own_account(), data["language"])
    response = redirect(url_for(".show"), 303)
    response.delete_cookie(i18n.COOKIE)  # it would come before the choice just made
    return response


@profile.post("/esci")
def sign_out():
    sessions.end(g.session, request.cookies[doors.session_cookie()])
    response = redirect(url_for("access.sign_in"), 303)
    response.delete_cookie(doors.session_cookie())
    return response


def own_account():
    return queries.operator(g.session, g.operator.id)


@operators.get("")
def index():
    return render_template("operators/index.html", operators=queries.operators(g.session), roles=ROLES)


@operators.get("/nuovo")
def new():
    return new_page({}, {})


def new_page(values, errors):
    return render_template("operators/new.html", values=values, errors=errors, roles=ROLES)


@operators.post("")
def create():
    data = form(OperatorForm, new_page)
    try:
        operator, password = actions.add_operator(g.session, g.operator, data)
    except Refused as refusal:
        return new_page(data, {"username": [refusal.message]}), 422
    return told_once(operator, password)


@operators.get("/<id>")
def edit(id):
    operator = wanted(id)
    return edit_page(operator, {"display_name": operator.display_name, "role": operator.role}, {})


def edit_page(operator, values, errors):
    return render_template("operators/edit.html", account=operator, values=values, errors=errors, roles=ROLES)


@operators.post("/<id>")
def change(id):
    operator = wanted(id)
    data = form(OperatorChangeForm, lambda values, errors: edit_page(operator, values, errors))
    try:
        actions.change_operator(g.session, g.operator, operator, data)
    except Refused as refusal:
        return edit_page(operator, data, {"role": [refusal.message]}), 422
    flash(_("Salvato."), "success")
    return redirect(url_for(".index"), 303)


@operators.post("/<id>/disabilita")
def disable(id):
    actions.disable_operator(g.session, g.operator, wanted(id))
    flash(_("L’account è disabilitato e ogni suo accesso è chiuso."), "success")
    return redirect(url_for(".index"), 303)


@operators.post("/<id>/abilita")
def enable(id):
    actions.enable_operator(g.session, g.operator, wanted(id))
    flash(_("L’account è di nuovo abilitato."), "success")
    return redirect(url_for(".index"), 303)


@operators.post("/<id>/password")
def reset_password(id):
    operator = wanted(id)
    return told_once(operator, actions.reset_password(g.session, g.operator, operator))


def told_once(operator, password):
    """The new password, in the answer itself: it is stored nowhere, so no address can show it again."""
    page = render_template("operators/password.html", account=operator, password=password)
    return page, 200, {"Cache-Control": "no-store"}


def wanted(id):
    return queries.operator(g.session, id) or abort(404)
