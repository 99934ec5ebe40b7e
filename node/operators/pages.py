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
from node.operators import actions, cookies, log_in, passwords, queries, sessions
from schemas.messages import Message
from schemas.operator import (
    INTERFACE_LANGUAGES,
    ROLES,
    LanguageForm,
    OperatorChangeForm,
    OperatorForm,
    PasswordForm,
    SignInForm,
)
from schemas.passwords import LEAST_ALONE, LEAST_WITH_FACTOR

access = doors.entrance("access")
profile = doors.signed_in("profile", "/desk/profilo")
operators = doors.administrator("operators", "/desk/operatori")

menu.link(lazy("Operatori"), "operators.index", "it-settings", roles=(ADMINISTRATOR,), order=90)


@access.get("/accesso")
def sign_in():
    return sign_in_page({}, {}, has_left="uscita" in request.args)


@access.post("/accesso")
@limiter.limit("30 per minute", key_func=cookies.counted_as)
def begin():
    if not rooms().config.password_log_in:
        raise Refused(
            Message("Qui si entra con {provider}, non con la password.", provider=rooms().config.openid_label), 403
        )
    typed = form(SignInForm, sign_in_page)
    least = 0 if rooms().config.demo else LEAST_ALONE
    try:
        entry = log_in.log_in(rooms().desk, typed["username"], typed["password"], cookies.visitor(), least)
    except Refused as refusal:
        return sign_in_page(typed, {"_schema": [refusal.message]}), refusal.status
    return cookies.let_on(entry, request.form.get("next", ""))


def sign_in_page(values, errors, next=None, refusal=None, has_left=False):
    """`refusal`: why whoever comes from the OpenID provider is not in; `has_left`: it is told how to leave that too."""
    here = rooms()
    return render_template(
        "operators/sign_in.html",
        values={name: value for name, value in values.items() if name != "password"},
        errors=errors,
        next=request.values.get("next", "") if next is None else next,
        refusal=refusal,
        openid=here.openid and here.config.openid_label,
        by_password=here.config.password_log_in,
        may_leave=has_left and here.openid and here.openid.way_out() is not None,
    )


@profile.get("")
def show():
    return profile_page({}, {})


def profile_page(values, errors):
    has_factor = queries.factor_of(g.session, g.operator.id) is not None
    return render_template(
        "operators/profile.html",
        has_factor=has_factor,
        least=LEAST_WITH_FACTOR if has_factor else LEAST_ALONE,
        values={"language": g.operator.language} | values,
        errors=errors,
        role=ROLES.label(g.operator.role, language()),
        language_choices=INTERFACE_LANGUAGES.choices(language()),
    )


@profile.post("/password")
def change_password():
    has_factor = queries.factor_of(g.session, g.operator.id) is not None
    fault = passwords.fault_for(rooms().config, g.operator.username, g.operator.display_name, has_factor)
    data = form(PasswordForm(fault), lambda _values, errors: profile_page({}, errors))
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
    token = request.cookies[doors.session_cookie()]
    has_left = "openid" if sessions.is_by_openid(g.session, token) else None
    sessions.end(g.session, token)
    response = redirect(url_for("access.sign_in", uscita=has_left), 303)
    response.delete_cookie(doors.session_cookie())
    return response


def own_account():
    return queries.operator(g.session, g.operator.id)


@operators.get("")
def index():
    return index_page({"roles": queries.roles_that_need_a_factor(g.session)}, {})


def index_page(values, errors):
    return render_template(
        "operators/index.html",
        operators=queries.operators(g.session),
        roles=ROLES,
        with_factor=queries.with_factor(g.session),
        values=values,
        errors=errors,
    )


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
    return edit_page(operator, values_of(operator), {})


def values_of(operator):
    return {name: getattr(operator, name) for name in ("display_name", "role", "external_name")}


def edit_page(operator, values, errors):
    return render_template(
        "operators/edit.html",
        account=operator,
        values=values,
        errors=errors,
        roles=ROLES,
        openid=rooms().openid and rooms().config.openid_label,
        claim=rooms().config.openid_claim,
        has_factor=queries.factor_of(g.session, operator.id) is not None,
        open_sessions=len(sessions.open_ones(g.session, operator.id, sessions.limits_of(rooms().config))),
    )


@operators.post("/<id>")
def change(id):
    operator = wanted(id)
    data = form(OperatorChangeForm, lambda values, errors: edit_page(operator, values_of(operator) | values, errors))
    try:
        actions.change_operator(g.session, g.operator, operator, data)
    except Refused as refusal:
        return edit_page(operator, values_of(operator) | data, {"role": [refusal.message]}), 422
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
