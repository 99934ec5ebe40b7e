"""A session that nobody has used for a while is locked, not ended: it opens again with the password, where it stood.

The page that asks stands at the address that was asked for. What a form had sent to it is carried along in the page and
sent on with the password, so that whoever comes back from a telephone call has lost nothing of what she had typed.
"""

from flask import redirect, render_template, request, url_for

from node.core import doors
from node.core.errors import Refused
from node.core.limits import limiter
from node.core.rooms import rooms
from node.operators import log_in, queries
from node.operators.cookies import counted_as, visitor

LOCKED = 423
OPENS = "sblocca"
"""The field of the password, beside those of whichever form was being sent."""

NOT_CARRIED = {OPENS, "csrf_token"}

lock = doors.entrance("lock")


@lock.post("/accesso/sblocca")
@limiter.limit("30 per minute", key_func=counted_as)
def unlock():
    """For a page that was only to be looked at: open the lock and go there."""
    actor = doors.recognised()
    wanted = request.form.get("next", "")
    if actor is None:
        return redirect(url_for("access.sign_in", next=wanted or None), 303)
    if actor.is_locked and (answer := at_the_lock(actor)) is not None:
        return answer
    return redirect(doors.own_page(wanted) or url_for("desk.today"), 303)


def at_the_lock(actor):
    """None when this request brought what opens the lock; otherwise the page that asks for it.

    A piece of a page (htmx) is refused without a word, lest the form around it is left with what was typed.
    """
    if request.headers.get("HX-Request"):
        return "", 401
    if request.method != "POST" or OPENS not in request.form:
        return lock_page(actor, {}), LOCKED
    here = rooms()
    token = request.cookies[doors.session_cookie()]
    try:
        log_in.unlock(here.desk, here.vault, token, request.form[OPENS], visitor(), here.config.password_log_in)
    except Refused as refusal:
        return lock_page(actor, {OPENS: [refusal.message]}), refusal.status
    return None


def lock_page(actor, errors):
    here, is_sent = rooms(), request.method == "POST"
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]
    with here.desk.reading() as session:
        has_factor = queries.factor_of(session, actor.id) is not None
    return render_template(
        "operators/locked.html",
        account=actor,
        has_factor=has_factor,
        by_password=here.config.password_log_in,
        openid=here.openid and here.config.openid_label,
        next=doors.way_back() or request.form.get("next", ""),
        is_sent=is_sent,
        action=request.full_path.rstrip("?") if is_sent else url_for("lock.unlock"),
        carried=carried if is_sent else [("next", doors.way_back() or "")],
        has_files=any(file.filename for file in request.files.values()),
        opens=OPENS,
        values={},
        errors=errors,
    )
