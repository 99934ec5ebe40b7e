"""Coming in from the OpenID provider, and leaving it; and the administrator's word on who is who there.

What a browser has to come back with is sealed in its own cookie: whoever is led here with an answer that another browser
asked for (log-in CSRF) has none that fits. The way in is a link, not a form: our policy lets no form end elsewhere.
"""

import hmac
import json
from functools import partial

import structlog
from flask import abort, flash, g, make_response, redirect, request, url_for

from node.core import doors
from node.core.errors import Refused
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.limits import limiter
from node.core.rooms import rooms
from node.core.vault import Unsealable
from node.operators import actions, cookies, log_in, openid, queries
from node.operators.openid import Errand, ProviderFault
from node.operators.pages import edit_page, sign_in_page, values_of
from schemas.messages import Message
from schemas.operator import ExternalNameForm

OWNER = "openid"
MOST_NEXT = 1000
STALE = Message("È passato troppo tempo, oppure questo accesso è cominciato in un altro browser: riprova da qui.")

entrance = doors.entrance("openid", "/desk/accesso/openid")
links = doors.administrator("openid_links", "/desk/operatori")

log = structlog.get_logger("node.openid")


@entrance.get("")
@limiter.limit("30 per minute", key_func=cookies.counted_as)
def begin():
    asked, wanted = provider(), request.args.get("next", "")
    errand = openid.new_errand(wanted if len(wanted) <= MOST_NEXT else "")
    try:
        address = asked.way_in(errand, back_here())
    except ProviderFault as fault:
        return not_vouched(fault, errand.next)
    sealed = rooms().vault.seal(json.dumps(errand), OWNER)
    lasts_s = openid.ERRAND_LASTS.total_seconds()
    return cookies.keep(redirect(address, 303), errand_cookie(), sealed, lasts_s, cookies.HALF_PATH)


@entrance.get("/ritorno")
@limiter.limit("30 per minute", key_func=cookies.counted_as)
def arrive():
    here, asked, errand = rooms(), provider(), own_errand()
    if errand is None or not hmac.compare_digest(request.args.get("state", "").encode(), errand.state.encode()):
        return refused(STALE, 410, "")
    vouch = partial(asked.vouched, request.args, errand, back_here())
    try:
        entry = log_in.come_from(here.desk, vouch, cookies.visitor(), here.config.openid_label)
    except Refused as refusal:
        return refused(refusal.message, refusal.status, errand.next)
    except ProviderFault as fault:
        return not_vouched(fault, errand.next)
    return without_errand(cookies.let_on(entry, errand.next))


@entrance.get("/uscita")
@limiter.limit("30 per minute", key_func=cookies.counted_as)
def leave():
    """Out of the provider too, for whoever has left the desk."""
    return redirect(provider().way_out() or url_for("access.sign_in"), 303)


def provider():
    return rooms().openid or abort(404)


def back_here():
    """The address that the provider sends browsers back to, as it is registered there."""
    return url_for("openid.arrive", _external=True, _scheme="https" if rooms().config.is_https else "http")


def errand_cookie():
    return f"{doors.session_cookie()}-openid"


def own_errand():
    """What this browser was sent to the provider with, if that was a short while ago."""
    try:
        errand = Errand(*json.loads(rooms().vault.unseal(request.cookies.get(errand_cookie(), ""), OWNER)))
    except (Unsealable, ValueError):
        return None
    return None if errand.is_over else errand


def without_errand(response):
    """An errand is run once, however it ends."""
    response.delete_cookie(errand_cookie(), path=cookies.HALF_PATH)
    return response


def not_vouched(fault, next):
    log.warning("openid", code=fault.code, detail=fault.detail)
    label = rooms().config.openid_label
    if fault.is_down and rooms().config.password_log_in:
        told = Message("{provider} non risponde. Entra con nome utente e password, o riprova tra poco.", provider=label)
    elif fault.is_down:
        told = Message("{provider} non risponde. Riprova tra poco; se dura, avvisa l’amministratore.", provider=label)
    elif fault.code == "denied":
        told = Message("L’accesso con {provider} è stato annullato. Se vuoi entrare, riprova.", provider=label)
    else:
        told = Message(
            "La risposta di {provider} non è valida e non sei dentro. Riprova; se succede ancora, avvisa l’amministratore.",
            provider=label,
        )
    return refused(told, 503 if fault.is_down else 403, next)


def refused(message, status, next):
    return without_errand(make_response(sign_in_page({}, {}, next, refusal=message), status))


@links.post("/<id>/openid")
def link(id):
    provider()
    account = queries.operator(g.session, id) or abort(404)
    data = form(ExternalNameForm, lambda typed, errors: edit_page(account, values_of(account) | typed, errors))
    name = data["external_name"] and openid.plain_name(rooms().config.openid_claim, data["external_name"])
    try:
        actions.link_operator(g.session, g.operator, account, name)
    except Refused as refusal:
        return edit_page(account, values_of(account) | data, {"external_name": [refusal.message]}), 422
    flash(_("Salvato."), "success")
    return redirect(url_for("operators.edit", id=id), 303)
