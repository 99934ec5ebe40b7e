"""What a browser keeps of a log-in: tokens that mean something only to this node, out of reach for scripts and other sites."""

import hmac
import secrets

from flask import Response, g, redirect, request, url_for

from node.core import doors
from node.core.rooms import rooms
from node.operators.log_in import Entry
from node.operators.sessions import HALF_LASTS
from node.operators.throttle import BROWSER_IS_KNOWN_FOR
from node.operators.visitor import Visitor, browser_in_words

HALF_PATH = "/desk/accesso"
DEVICE = "browser"
MARK_LENGTH = 32


def visitor() -> Visitor:
    """Who has sent this request. A browser that has no token of ours yet gets one when it signs in."""
    if "device" not in g:
        g.device = own_device() or new_device()
    held = request.cookies.get(doors.session_cookie())
    return Visitor(request.remote_addr or "", browser_in_words(request.user_agent.string), g.device, held)


def counted_as() -> str:
    """Under what a flood of requests is counted: a browser of ours for itself, all others by their address."""
    return own_device() or request.remote_addr or ""


def own_device() -> str | None:
    """The browser's token, if we have made it: a made-up one counts for nothing."""
    given = request.cookies.get(device_cookie(), "")
    name, _, mark = given.partition(".")
    return given if hmac.compare_digest(mark.encode(), mark_of(name).encode()) else None


def new_device() -> str:
    name = secrets.token_urlsafe(24)
    return f"{name}.{mark_of(name)}"


def mark_of(name: str) -> str:
    return rooms().vault.mark(name, DEVICE)[:MARK_LENGTH]


def device_cookie() -> str:
    return f"{doors.session_cookie()}-{DEVICE}"


def half_cookie() -> str:
    return f"{doors.session_cookie()}-codice"


def let_on(entry: Entry, next: str) -> Response:
    """Lead on whoever has shown a password or a code: to `next` if it is a page of this node, or to the code first."""
    if entry.owes_code:
        response = redirect(url_for("access_code.ask", next=next or None), 303)
        return keep(response, half_cookie(), entry.token, HALF_LASTS.total_seconds(), HALF_PATH)
    response = redirect(doors.own_page(next) or url_for("desk.today"), 303)
    if half_cookie() in request.cookies:
        response.delete_cookie(half_cookie(), path=HALF_PATH)
    keep(response, device_cookie(), g.device, BROWSER_IS_KNOWN_FOR.total_seconds())
    return keep(response, doors.session_cookie(), entry.token, rooms().config.session_max_h * 3600)


def keep(response: Response, name: str, token: str, lasts_s: float, path: str = "/") -> Response:
    response.set_cookie(
        name,
        token,
        max_age=int(lasts_s),
        path=path,
        secure=rooms().config.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response
