"""Every blueprint is made here, with its guard: a page cannot be written that somebody forgot to close.

A stranger at a desk door is sent to sign in (and comes back to where he was going); a wrong role gets a page that says so;
whoever was away for long is asked for the password on the spot.
"""

import re
from collections.abc import Callable

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from node.core import errors, limits
from node.core.actors import ADMINISTRATOR, COORDINATOR, OPERATOR, ROLES, Actor
from node.core.db import open_session
from node.core.rooms import rooms
from schemas.messages import Message

OWN_PAGE = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")

DOORS: dict[str, tuple[str, frozenset[str] | None]] = {
    "public": ("", None),
    "entrance": ("/desk", None),
    "signed_in": ("/desk", frozenset(ROLES)),
    "desk": ("/desk", frozenset({ADMINISTRATOR, OPERATOR})),
    "administrator": ("/desk", frozenset({ADMINISTRATOR})),
    "coordinator": ("/coordinamento", frozenset({ADMINISTRATOR, COORDINATOR})),
}
"""door -> (where its addresses begin, the roles that may pass; None: everybody, without signing in)."""


def public(name: str, url_prefix: str | None = None, rate: Callable[[], str] = limits.pages) -> Blueprint:
    """For citizens and programs: no operator, no desk session, so many requests an address (`limits.api` for an API)."""
    made = blueprint("public", name, url_prefix)
    limits.limiter.limit(rate)(made)
    return made


def entrance(name: str, url_prefix: str | None = None) -> Blueprint:
    """Pages of the desk that a stranger must reach: signing in."""
    return blueprint("entrance", name, url_prefix)


def signed_in(name: str, url_prefix: str | None = None) -> Blueprint:
    """For whoever works here, whatever the role: the own profile."""
    return blueprint("signed_in", name, url_prefix)


def desk(name: str, url_prefix: str | None = None) -> Blueprint:
    return blueprint("desk", name, url_prefix)


def administrator(name: str, url_prefix: str | None = None) -> Blueprint:
    return blueprint("administrator", name, url_prefix)


def coordinator(name: str, url_prefix: str | None = None) -> Blueprint:
    return blueprint("coordinator", name, url_prefix)


def blueprint(door: str, name: str, url_prefix: str | None) -> Blueprint:
    """A blueprint whose every route asks for one of the door's roles; `url_prefix` begins where the door stands."""
    start, roles = DOORS[door]
    prefix = start if url_prefix is None else url_prefix
    if not prefix.startswith(start):
        raise ValueError(f"{name}: addresses of this door begin with {start}, got {prefix}")
    made = Blueprint(name, "node", url_prefix=prefix or None)
    made.door = door
    if roles is not None:
        made.before_request(guard(roles))
    return made


def guard(roles: frozenset[str]) -> Callable[[], ResponseReturnValue | None]:
    def ask() -> ResponseReturnValue | None:
        g.operator = recognised()
        if g.operator is None:
            return errors.to_sign_in(url_for("access.sign_in", next=way_back()))
        if g.operator.is_locked:
            if (answer := rooms().at_the_lock(g.operator)) is not None:
                return answer
            g.operator = recognised()
        if g.operator.role not in roles:
            abort(403, Message("Il ruolo «{role}» non apre questa pagina.", role=g.operator.role))
        if (first := owed_first(g.operator)) is not None:
            return redirect(first, 303)
        open_session(rooms().desk)
        return None

    return ask


def owed_first(operator: Actor) -> str | None:
    """The page to which whoever still owes a password or a second factor is led from any other."""
    if operator.must_change_password:
        return None if request.blueprint == "profile" else url_for("profile.show")
    if operator.must_set_up_factor:
        return None if request.blueprint in ("profile", "factor") else url_for("factor.show")
    return None


def recognised() -> Actor | None:
    """The operator whose cookie this is."""
    token = request.cookies.get(session_cookie())
    return rooms().recognise(token) if token else None


def session_cookie() -> str:
    """Browsers send a host's cookies to all its ports: the name keeps nodes on one host apart."""
    return f"sportello-{rooms().config.id}"


def way_back() -> str | None:
    """The page to return to after signing in: only one that can be asked for again."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def own_page(address: str) -> str | None:
    """`address` if it leads to a page of this node: what a form or a link brings back must not lead elsewhere.

    Browsers read `//host`, `/\\host` and, dropping the tab, `/<tab>/host` as another host.
    """
    return address if OWN_PAGE.fullmatch(address) else None
