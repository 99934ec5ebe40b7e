"""The second factor at the door, in the own profile, and in the hands of the administrator."""

import segno
from flask import abort, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup

from node.core import doors
from node.core.errors import Refused
from node.core.forms import FormRejected, form
from node.core.i18n import gettext as _
from node.core.i18n import translate
from node.core.limits import limiter
from node.core.rooms import rooms
from node.operators import cookies, factors, log_in, passwords, queries
from node.operators.log_in import Entry
from node.operators.pages import index_page
from schemas.messages import Message
from schemas.operator import CodeForm, FactorDemandForm, OwnPasswordForm

step = doors.entrance("access_code")
factor = doors.signed_in("factor", "/desk/profilo/secondo-fattore")
demands = doors.administrator("factors", "/desk/operatori")

QR_SCALE, QR_BORDER = 5, 4


@step.get("/accesso/codice")
def ask():
    if not log_in.is_half_in(rooms().desk, half_token()):
        return back_to_the_password()
    return code_page({}, {})


@step.post("/accesso/codice")
@limiter.limit("30 per minute", key_func=cookies.counted_as)
def take():
    typed = form(CodeForm, code_page)
    here = rooms()
    try:
        token = log_in.give_code(here.desk, here.vault, half_token(), typed["code"], cookies.visitor())
    except Refused as refusal:
        if refusal.status == 410:
            return back_to_the_password()
        return code_page({}, {"code": [refusal.message]}), refusal.status
    return cookies.let_on(Entry(token, owes_code=False), request.form.get("next", ""))


def half_token():
    return request.cookies.get(cookies.half_cookie(), "")


def back_to_the_password():
    flash(translate(log_in.TOO_LATE), "info")
    return redirect(url_for("access.sign_in", next=request.values.get("next") or None), 303)


def code_page(_values, errors):
    return render_template("operators/code.html", values={}, errors=errors, next=request.values.get("next", ""))


@factor.get("")
def show():
    return factor_page({}, {})


@factor.post("")
def begin():
    factors.begin(g.session, rooms().vault, own_account())
    return redirect(url_for(".show"), 303)


@factor.post("/conferma")
def confirm():
    data = form(CodeForm, factor_page)
    try:
        codes = factors.confirm(g.session, rooms().vault, g.operator, own_account(), data["code"])
    except Refused as refusal:
        return factor_page({}, {"code": [refusal.message]}), refusal.status
    return told_once(codes)


@factor.post("/codici")
def renew_codes():
    account = with_own_password()
    if queries.factor_of(g.session, account.id) is None:
        raise Refused(Message("Prima attiva il secondo fattore."))
    return told_once(factors.renew_codes(g.session, rooms().vault, g.operator, account))


@factor.post("/spegni")
def switch_off():
    factors.switch_off(g.session, g.operator, with_own_password())
    flash(_("Il secondo fattore è spento: per entrare basta la password."), "success")
    return redirect(url_for(".show"), 303)


def with_own_password():
    """The own account, once its password was typed again. Raises FormRejected."""
    account = own_account()
    data = form(OwnPasswordForm, factor_page)
    if not passwords.is_right(account.password_hash, data["current"]):
        raise FormRejected(factor_page, {}, {"current": [passwords.WRONG]})
    return account


def factor_page(_values, errors):
    account = own_account()
    secret = factors.secret_in_making(g.session, rooms().vault, account)
    return render_template(
        "operators/factor.html",
        values={},
        errors=errors,
        in_use=queries.factor_of(g.session, account.id),
        codes_left=queries.recovery_codes_left(g.session, account.id),
        is_demanded=account.role in queries.roles_that_need_a_factor(g.session),
        groups=passwords.grouped(secret) if secret else None,
        qr=drawn(factors.address_for_app(secret, account.username, rooms().config.name)) if secret else None,
    )


def drawn(address):
    """A QR code as SVG with attributes alone: no style that our Content-Security-Policy would refuse."""
    made = segno.make(address, error="m")
    return Markup(made.svg_inline(scale=QR_SCALE, border=QR_BORDER, dark="#000", light="#fff"))  # noqa: S704


def told_once(codes):
    """The codes in the answer itself: only their marks are stored, so no address can show them again."""
    return render_template("operators/recovery_codes.html", codes=codes), 200, {"Cache-Control": "no-store"}


def own_account():
    return queries.operator(g.session, g.operator.id)


@demands.post("/secondo-fattore")
def demand():
    data = form(FactorDemandForm, index_page)
    factors.demand(g.session, g.operator, set(data["roles"]))
    flash(_("Salvato. Chi ne ha bisogno e non ce l’ha lo attiva alla prossima pagina che apre."), "success")
    return redirect(url_for("operators.index"), 303)


@demands.post("/<id>/secondo-fattore")
def reset(id):
    account = queries.operator(g.session, id) or abort(404)
    factors.reset(g.session, g.operator, account)
    flash(_("Il secondo fattore è azzerato e ogni accesso di quell’account è chiuso."), "success")
    return redirect(url_for("operators.edit", id=id), 303)
