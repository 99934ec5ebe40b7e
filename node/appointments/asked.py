"""What citizens ask for from the public pages, from the inbox into the agenda.

It comes from a door that everybody may knock on, so it is read again here as a stranger's; and nobody can fill the agenda:
one telephone or e-mail holds two hours at most, and all requests together have an end. Nor can anybody be written to or called
without end: of hours that are gone, too, an address or a telephone is told twice a day at most.
"""

import hmac
from datetime import timedelta

from marshmallow import ValidationError

from node.appointments import actions, letters, queries
from node.appointments.days import working_day_after
from node.appointments.models import Appointment
from node.appointments.writing import mark_of
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.core.errors import Refused
from node.desks.queries import desk_with
from schemas.appointment import RequestForm
from schemas.codes.agenda import CANCELLED, REQUESTED
from schemas.days import closing_instant

EACH_AT_MOST = 2
ALL_AT_MOST = 100
LINK_HOLDS = timedelta(hours=24)
TOLD_WITHIN = timedelta(hours=24)

_FORM = RequestForm()


def receive_request(session, ref, told):
    """Hold the hour that a citizen asked for; returns the appointment, or None for what is no request of ours.

    Where the hour is gone, whoever asked is told, or to be called, and it is None as well.

    The same one collected twice (the worker died over it) is kept once.
    """
    desk = desk_with(session, str(told.get("desk")))
    if desk is None or queries.appointment_with(session, ref) is not None:
        return None
    try:
        data = _FORM.load({name: value for name, value in told.items() if value is not None})
    except ValidationError:
        return None
    if is_too_much(session, data):
        return None
    return _hold(session, desk, ref, data)


def receive_confirmation(session, vault, ref, told):
    """She has pressed the link of her letter; whether that made the request an appointment."""
    appointment = queries.appointment_to_change(session, ref)
    if appointment is None or appointment.state != REQUESTED:
        return False
    if not hmac.compare_digest(str(told.get("mark")).encode(), mark_of(ref, vault).encode()):
        return False
    actions.confirm(session, NODE, appointment)
    return True


def is_too_much(session, data):
    has_enough = queries.requests_from(session, data["phone"], data["email"]) >= EACH_AT_MOST
    return has_enough or queries.count_requests(session) >= ALL_AT_MOST


def _hold(session, desk, ref, data):
    known = {"ref": ref} | {name: data[name] for name in ("name", "phone", "email", "purpose", "vacancy")}
    asked = Appointment(state=REQUESTED, hold_until=held_until(session, desk, data), **known)
    try:
        appointment = actions.take_requested(session, desk.ref, data["starts_at"], asked)
    except Refused:
        appointment = None
    if appointment is not None:
        note(session, NODE, "appointment.asked", appointment)
        letters.ask_to_confirm(session, appointment)
    elif is_worth_knowing(data["starts_at"]) and not is_told_enough(session, data["phone"], data["email"]):
        gone = Appointment(state=CANCELLED, starts_at=data["starts_at"], **known)
        actions.keep_declined(session, desk.ref, gone)
    return appointment


def is_worth_knowing(starts_at):
    """Of an hour long past nobody need be told."""
    return clock.now() < starts_at + letters.WORTH_KNOWING


def is_told_enough(session, phone, email):
    """Whether that telephone or address, or all together, were told often enough today of hours that are gone."""
    since = clock.now() - TOLD_WITHIN
    count, who = (queries.count_letters, email) if email else (queries.count_untold, phone)
    is_enough = count(session, letters.TAKEN, since, who) >= EACH_AT_MOST
    return is_enough or count(session, letters.TAKEN, since) >= ALL_AT_MOST


def held_until(session, desk, data):
    """A letter is answered within a day; a telephone call needs a working day of the desk."""
    working_day = closing_instant(working_day_after(session, clock.today(), desk.ref, 1))
    return min(data["starts_at"], clock.now() + LINK_HOLDS if data["email"] else working_day)
