"""Which e-mails an appointment asks for: rows that wait for the worker, so that a mail server that is down loses none."""

from datetime import datetime, time, timedelta

from sqlalchemy import delete

from node.appointments import queries
from node.appointments.models import Letter
from node.core import clock
from schemas.days import ROME

REQUEST, CONFIRMATION, REMINDER, CANCELLATION = "request", "confirmation", "reminder", "cancellation"
TAKEN, EXPIRED, REFUSED = "taken", "expired", "refused"
NOT_TO_BE = (TAKEN, EXPIRED, REFUSED)
"""What tells a citizen that the hour she asked for is not hers."""
WORTH_KNOWING = timedelta(days=2)
"""So long after an hour that came to nothing one is still told how to ask for another."""
REMINDER_AT = time(9)
"""On the day before, in Italy."""


def ask_to_confirm(session, appointment):
    """A citizen's request waits for her to press the link."""
    _write(session, appointment, REQUEST, clock.now())


def announce(session, appointment):
    """The appointment stands: say so, and remind of it on the day before."""
    now, reminder = clock.now(), reminder_of(appointment)
    _write(session, appointment, CONFIRMATION, now)
    if reminder > now:
        _write(session, appointment, REMINDER, reminder)


def call_off(session, appointment):
    """It stands no more: nothing more is sent of it, and whoever was told of it is told."""
    was_told = (sent := queries.letter_of(session, appointment, CONFIRMATION)) is not None and sent.sent_at is not None
    hush(session, appointment)
    if was_told:
        _write(session, appointment, CANCELLATION, clock.now())


def decline(session, appointment, kind):
    """A citizen's request has come to nothing; `kind`, one of NOT_TO_BE, says why."""
    hush(session, appointment)
    _write(session, appointment, kind, clock.now())


def hush(session, appointment):
    """Take back what has not been sent."""
    waiting = (Letter.appointment == appointment.ref, Letter.sent_at.is_(None))
    session.execute(delete(Letter).where(*waiting))


def try_again(session, letter):
    """Somebody has looked at what was wrong."""
    letter.begun = letter.tries = 0
    letter.given_up_at = letter.problem = None
    letter.due_at = clock.now()
    session.flush()


def reminder_of(appointment):
    """When it is time to remind."""
    day_before = clock.day_of(appointment.starts_at) - timedelta(days=1)
    return datetime.combine(day_before, REMINDER_AT, ROME)


def _write(session, appointment, kind, due_at):
    if appointment.reach_email:
        session.add(Letter(appointment=appointment.ref, kind=kind, due_at=due_at))
        session.flush()
