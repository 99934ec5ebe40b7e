"""What the desk does with its agenda.

Whoever takes a slot first holds its operator until the transaction ends, and the unique index stands behind: two operators
who give away the same time at once cannot both succeed.
"""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from node.appointments import letters, queries
from node.appointments.days import working_day_after
from node.appointments.models import Appointment, Closing, Letter, Opening
from node.appointments.slots import free_slot_with, free_slots, is_taken, slots_on
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.core.errors import Refused
from schemas.codes.agenda import BOOKED, CANCELLED, KEPT, MISSED, MOVED, REQUESTED
from schemas.days import closing_instant, opening_instant
from schemas.messages import Message

CALL_BEFORE_DAYS = 2
"""So many working days before an appointment, whoever has no e-mail is called."""
STRANGERS_KEPT = timedelta(days=90)
GONE = Message("Quest’ora non è più libera: l’ha presa qualcun altro un momento fa. Scegline un’altra.")


def open_weekly(session, actor, data):
    """Let an operator receive in these hours of every week; `data` is what `OpeningForm` loads.

    Raises Refused where she receives already.
    """
    queries.hold_operator(session, data["operator"])
    weekday = int(data["weekday"])
    for known in queries.openings_of_operator(session, data["operator"], weekday):
        if known.starts < data["ends"] and data["starts"] < known.ends:
            told = {"from_hour": f"{known.starts:%H:%M}", "to_hour": f"{known.ends:%H:%M}"}
            raise Refused(Message("In quel giorno riceve già dalle {from_hour} alle {to_hour}.", **told))
    opening = Opening(
        desk_ref=data["desk"],
        operator=data["operator"],
        weekday=weekday,
        **{name: data[name] for name in ("starts", "ends", "minutes", "bookable")},
    )
    session.add(opening)
    session.flush()
    note(session, actor, "opening.added", opening)
    return opening


def end_opening(session, actor, opening):
    """No slots any more in these hours; who has an appointment keeps it."""
    note(session, actor, "opening.ended", opening)
    session.delete(opening)
    session.flush()


def close_days(session, actor, data):
    """Receive nobody on these days; `data` is what `ClosingForm` loads. Returns the closing.

    Appointments that stand on them are for the desk to move: it is told how many (`struck`).
    """
    closing = Closing(
        desk_ref=data["desk"],
        first_day=data["first_day"],
        last_day=data["last_day"] or data["first_day"],
        reason=data["reason"],
        is_yearly=data["is_yearly"],
    )
    session.add(closing)
    session.flush()
    note(session, actor, "closing.added", closing)
    return closing


def reopen_days(session, actor, closing):
    """The desk receives on these days after all."""
    note(session, actor, "closing.ended", closing)
    session.delete(closing)
    session.flush()


def book(session, actor, data, person=None):
    """Give a slot to a candidate, or to whoever `data` names; what `AppointmentForm` or `PersonAppointmentForm` loads.

    Raises Refused when the slot is free no more.
    """
    reach = {} if person else {name: data[name] for name in ("name", "phone", "email")}
    appointment = _take(
        session,
        actor,
        _wanted_slot(session, data["slot"]),
        Appointment(state=BOOKED, purpose=data["purpose"], candidate=person, **reach),
    )
    note(session, actor, "appointment.booked", appointment)
    letters.announce(session, appointment)
    return appointment


def move(session, actor, appointment, key):
    """Give the same person another slot, named by `key`; returns the new appointment.

    Raises Refused when this one is over already, or that slot is free no more.
    """
    _refuse_unless_open(appointment)
    slot = _wanted_slot(session, key)
    was_booked = appointment.state == BOOKED
    appointment.state, appointment.hold_until = MOVED, None
    session.flush()
    same = ("purpose", "person", "name", "phone", "email", "vacancy")
    told = {name: getattr(appointment, name) for name in same}
    moved = _take(session, actor, slot, Appointment(state=BOOKED, moved_from=appointment.ref, **told))
    letters.hush(session, appointment)
    letters.announce(session, moved)
    note(session, actor, "appointment.moved", appointment, to=moved.ref, was_booked=was_booked)
    return moved


def cancel(session, actor, appointment):
    """Nobody is expected then. Raises Refused when it is over already."""
    _refuse_unless_open(appointment)
    was_booked = appointment.is_expected
    appointment.state, appointment.hold_until = CANCELLED, None
    session.flush()
    if was_booked:
        letters.call_off(session, appointment)
    else:
        letters.decline(session, appointment, letters.REFUSED)
    note(session, actor, "appointment.cancelled", appointment)


def note_outcome(session, actor, appointment, outcome):
    """She came (KEPT), she did not (MISSED), or that was a slip of the hand and she is expected still (BOOKED).

    Raises Refused before the day, and for what was moved, cancelled or never confirmed.
    """
    if appointment.state not in (BOOKED, KEPT, MISSED) or outcome not in (BOOKED, KEPT, MISSED):
        raise Refused(Message("Questo appuntamento non è più aperto: ricarica la pagina."))
    if clock.day_of(appointment.starts_at) > clock.today():
        raise Refused(Message("L’appuntamento è in un altro giorno: com’è andata si segna quel giorno."))
    appointment.state = outcome
    session.flush()
    note(session, actor, "appointment.corrected" if outcome == BOOKED else f"appointment.{outcome}", appointment)


def confirm(session, actor, appointment):
    """A citizen's request becomes an appointment. Raises Refused when it is none any more."""
    if appointment.state != REQUESTED:
        raise Refused(Message("Questa richiesta è già stata confermata o è scaduta."))
    appointment.state, appointment.hold_until = BOOKED, None
    if actor is not NODE:
        _called(appointment, actor)
    session.flush()
    letters.hush(session, appointment)
    letters.announce(session, appointment)
    note(session, actor, "appointment.confirmed", appointment)


def tie(session, actor, appointment, person):
    """Whoever was a name alone is a person whom the desk follows; of what she had typed, only what her record lacks is kept.

    Raises Refused when it is somebody's already.
    """
    if appointment.person is not None:
        raise Refused(Message("Questo appuntamento è già collegato a una scheda: ricarica la pagina."))
    appointment.candidate, appointment.name = person, None
    appointment.phone = None if person.phone else appointment.phone
    appointment.email = None if person.email else appointment.email
    session.flush()
    note(session, actor, "appointment.tied", appointment, person=person.ref)


def note_call(session, actor, appointment):
    """Somebody spoke with her by telephone. Raises Refused when there is nothing to tell her any more."""
    if appointment.state != BOOKED and not appointment.untold:
        raise Refused(Message("Questo appuntamento non è più aperto: ricarica la pagina."))
    _called(appointment, actor)
    session.flush()
    note(session, actor, "appointment.called", appointment)


def to_call(session, desks):
    """Who is expected soon and gets no e-mail: [(desk, appointments)] of the desks where there is somebody."""
    found = []
    for desk in desks:
        last = working_day_after(session, clock.today(), desk.ref, CALL_BEFORE_DAYS)
        theirs = queries.not_called(session, desk.ref, clock.now(), closing_instant(last))
        found += [(desk, theirs)] if theirs else []
    return found


def struck(session, closing):
    """How many appointments stand on the days of a closing that lie ahead."""
    first = max(closing.first_day, clock.today())
    if first > closing.last_day:
        return 0
    return queries.count_open(session, closing.desk_ref, opening_instant(first), closing_instant(closing.last_day))


def expire_requests(session):
    """A request that nobody confirmed in time leaves its slot to others, and whoever made it is told, or to be called."""
    for appointment in queries.run_out(session, clock.now()):
        appointment.state, appointment.hold_until = CANCELLED, None
        _tell_or_call(session, appointment, letters.EXPIRED)
        note(session, NODE, "appointment.expired", appointment)
    session.flush()


def forget_strangers(session, now):
    """What is known of people whom the desk does not follow goes some time after they were expected."""
    old = queries.strangers_before(session, now - STRANGERS_KEPT)
    session.execute(delete(Letter).where(Letter.appointment.in_(old)))
    session.execute(delete(Appointment).where(Appointment.ref.in_(old)))


def take_requested(session, desk_ref, starts_at, appointment):
    """Hold a slot that citizens may ask for; the appointment, or None when none is free at that time any more."""
    day = clock.day_of(starts_at)
    for slot in free_slots(session, day, day, desk_ref, bookable=True):
        if slot.starts_at == starts_at:
            return _take(session, NODE, slot, appointment)
    return None


def keep_declined(session, desk_ref, appointment):
    """Write down a request whose hour has gone meanwhile, and tell whoever made it, or have her called.

    None, and nothing is written, for an hour at which that desk receives no citizen at all.
    """
    day = clock.day_of(appointment.starts_at)
    bookable = (each for each in queries.served_openings(session, desk_ref) if each.bookable)
    hours = (slot for opening in bookable for slot in slots_on(opening, day, []))
    slot = next((each for each in hours if each.starts_at == appointment.starts_at), None)
    if slot is None:
        return None
    _put_into(slot, appointment, NODE)
    session.add(appointment)
    session.flush()
    _tell_or_call(session, appointment, letters.TAKEN)
    note(session, NODE, "appointment.gone", appointment)
    return appointment


def _wanted_slot(session, key):
    slot = free_slot_with(session, key)
    if slot is None:
        raise Refused(GONE)
    return slot


def _take(session, actor, slot, appointment):
    """Raises Refused when somebody else has taken it a moment ago."""
    queries.hold_operator(session, slot.operator)
    day = clock.day_of(slot.starts_at)
    if is_taken(slot, queries.taken_between(session, day, day)):
        raise Refused(GONE)
    _put_into(slot, appointment, actor)
    try:
        with session.begin_nested():
            session.add(appointment)
            session.flush()
    except IntegrityError as taken:
        raise Refused(GONE) from taken
    return appointment


def _put_into(slot, appointment, actor):
    appointment.desk_ref, appointment.operator = slot.desk_ref, slot.operator
    appointment.starts_at, appointment.minutes = slot.starts_at, slot.minutes
    appointment.created_at, appointment.created_by = clock.now(), actor.id


def _refuse_unless_open(appointment):
    if not appointment.is_open:
        raise Refused(Message("Questo appuntamento non è più aperto: ricarica la pagina."))


def _tell_or_call(session, appointment, why):
    """Her request came to nothing: by a letter, or on the list of calls where she left a telephone alone."""
    letters.decline(session, appointment, why)
    appointment.untold = None if appointment.reach_email else why


def _called(appointment, actor):
    appointment.called_at, appointment.called_by = clock.now(), actor.id
