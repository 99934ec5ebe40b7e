"""What is asked about the agenda."""

from sqlalchemy import func, or_, select

from node.appointments.models import LEAVES_ITS_SLOT, Appointment, Closing, Letter, Opening
from node.candidates.models import Candidate
from node.core.actors import ADMINISTRATOR, OPERATOR
from node.core.audit import Deed
from node.operators.models import Operator
from schemas.codes.agenda import BOOKED, REQUESTED
from schemas.days import closing_instant, opening_instant

HISTORY = 50


def receivers(session):
    """Who may receive people: the active operators and administrators, by name."""
    wanted = (Operator.disabled_at.is_(None), Operator.role.in_((OPERATOR, ADMINISTRATOR)))
    return list(session.scalars(select(Operator).where(*wanted).order_by(Operator.display_name, Operator.id)))


def openings(session, desk_ref=None):
    """The weekly hours, of all desks or of one, as the week goes."""
    found = select(Opening).order_by(Opening.weekday, Opening.starts, Opening.ref)
    return list(session.scalars(found.where(Opening.desk_ref == desk_ref) if desk_ref else found))


def served_openings(session, desk_ref=None):
    """The weekly hours of operators who still work here."""
    here = {each.id for each in receivers(session)}
    return [each for each in openings(session, desk_ref) if each.operator in here]


def openings_of_operator(session, operator, weekday):
    return list(session.scalars(select(Opening).where(Opening.operator == operator, Opening.weekday == weekday)))


def opening_with(session, ref):
    return session.get(Opening, ref)


def closings_of(session, desk_ref):
    """When a desk is closed, the first day first."""
    return list(session.scalars(select(Closing).where(Closing.desk_ref == desk_ref).order_by(Closing.first_day)))


def closing_with(session, ref):
    return session.get(Closing, ref)


def taken_between(session, first, last):
    """(operator, begins, ends) of whatever holds a slot on these days."""
    found = select(Appointment).where(
        Appointment.starts_at >= opening_instant(first),
        Appointment.starts_at < closing_instant(last),
        Appointment.state.not_in(LEAVES_ITS_SLOT),
    )
    return [(each.operator, each.starts_at, each.ends_at) for each in session.scalars(found)]


def hold_operator(session, operator):
    """Nobody else gives this operator an appointment until the transaction ends."""
    session.execute(select(Operator.id).where(Operator.id == operator).with_for_update())


def appointment_with(session, ref):
    """The appointment, or None."""
    return session.get(Appointment, ref)


def appointment_to_change(session, ref):
    """The appointment with its row locked until the transaction ends, or None."""
    found = select(Appointment).where(Appointment.ref == ref).with_for_update(of=Appointment)
    return session.scalars(found).one_or_none()


def appointments_on(session, day, desk_ref):
    """Those of one day at one desk that are neither moved away nor cancelled, by hour."""
    theirs = (
        Appointment.desk_ref == desk_ref,
        Appointment.starts_at >= opening_instant(day),
        Appointment.starts_at < closing_instant(day),
        Appointment.state.not_in(LEAVES_ITS_SLOT),
    )
    return list(session.scalars(select(Appointment).where(*theirs).order_by(Appointment.starts_at, Appointment.ref)))


def first_after(session, day, desk_ref):
    """When the first appointment of the days after `day` at a desk begins, or None."""
    later = (
        Appointment.desk_ref == desk_ref,
        Appointment.starts_at >= closing_instant(day),
        Appointment.state.not_in(LEAVES_ITS_SLOT),
    )
    return session.scalar(select(func.min(Appointment.starts_at)).where(*later))


def count_on(session, day):
    """How many are expected on a day, at all desks."""
    that_day = (Appointment.starts_at >= opening_instant(day), Appointment.starts_at < closing_instant(day))
    expected = select(func.count()).select_from(Appointment).where(*that_day, Appointment.state == BOOKED)
    return session.scalar(expected)


def appointments_of(session, person, limit=HISTORY):
    """A person's, the latest first; all of them without a limit."""
    theirs = select(Appointment).where(Appointment.person == person)
    return list(session.scalars(theirs.order_by(Appointment.starts_at.desc(), Appointment.ref).limit(limit)))


def still_to_come(session, persons, now):
    """[(person's ref, when)] of what is fixed with these persons, the nearest first."""
    wanted = select(Appointment.person, Appointment.starts_at).where(Appointment.person.in_(persons))
    ahead = wanted.where(Appointment.state == BOOKED, Appointment.starts_at >= now)
    return session.execute(ahead.order_by(Appointment.starts_at)).all()


def moved_to(session, ref):
    """The appointment that took the place of this one, or None."""
    return session.scalars(select(Appointment).where(Appointment.moved_from == ref)).first()


def history_of(session, appointment):
    """What was done with it, as rows of the audit, the first deed first."""
    deeds = select(Deed).where(Deed.kind == Appointment.__tablename__, Deed.ref == appointment.ref)
    return list(session.scalars(deeds.order_by(Deed.at, Deed.id)))


def requests(session):
    """What citizens have asked for and nobody has confirmed, the oldest first."""
    waiting = select(Appointment).where(Appointment.state == REQUESTED)
    return list(session.scalars(waiting.order_by(Appointment.created_at, Appointment.ref)))


def count_requests(session):
    return session.scalar(select(func.count()).select_from(Appointment).where(Appointment.state == REQUESTED))


def requests_from(session, phone, email):
    """How many unconfirmed requests came with this telephone or e-mail."""
    same = [column == told for column, told in ((Appointment.phone, phone), (Appointment.email, email)) if told]
    theirs = select(func.count()).select_from(Appointment).where(Appointment.state == REQUESTED, or_(*same))
    return session.scalar(theirs)


def run_out(session, now):
    """The requests that hold their slot no longer."""
    ended = (Appointment.state == REQUESTED, Appointment.hold_until <= now)
    return list(session.scalars(select(Appointment).where(*ended).with_for_update(of=Appointment)))


def not_called(session, desk_ref, first_instant, last_instant):
    """Who is expected at a desk between the two, has no e-mail, and was not called."""
    found = (
        select(Appointment)
        .outerjoin(Candidate, Candidate.ref == Appointment.person)
        .where(
            Appointment.desk_ref == desk_ref,
            Appointment.state == BOOKED,
            Appointment.called_at.is_(None),
            func.coalesce(Candidate.email, Appointment.email).is_(None),
            Appointment.starts_at >= first_instant,
            Appointment.starts_at < last_instant,
        )
        .order_by(Appointment.starts_at, Appointment.ref)
    )
    return list(session.scalars(found))


def count_open(session, desk_ref, first_instant, last_instant):
    """How many appointments of a desk may still be moved between the two."""
    open_ones = (Appointment.desk_ref == desk_ref, Appointment.state.in_((BOOKED, REQUESTED)))
    then = (Appointment.starts_at >= first_instant, Appointment.starts_at < last_instant)
    return session.scalar(select(func.count()).select_from(Appointment).where(*open_ones, *then))


def strangers_before(session, instant):
    """The refs of the appointments of people whom the desk does not follow, of before."""
    theirs = (Appointment.person.is_(None), Appointment.starts_at < instant)
    return list(session.scalars(select(Appointment.ref).where(*theirs)))


def letter_of(session, appointment, kind):
    wanted = (Letter.appointment == appointment.ref, Letter.kind == kind)
    return session.scalars(select(Letter).where(*wanted)).one_or_none()


def count_letters(session, kind, since, email=None):
    """How many of a kind were due since; with `email`, those to whoever gave this address."""
    found = select(func.count()).select_from(Letter).where(Letter.kind == kind, Letter.due_at >= since)
    if email is not None:
        found = found.join(Appointment, Appointment.ref == Letter.appointment).where(Appointment.email == email)
    return session.scalar(found)


def count_untold(session, why, since, phone=None):
    """How many requests with a telephone alone came to nothing for that reason since; with `phone`, those that left it."""
    found = (
        select(func.count()).select_from(Appointment).where(Appointment.untold == why, Appointment.created_at >= since)
    )
    return session.scalar(found if phone is None else found.where(Appointment.phone == phone))


def untold(session):
    """The requests that came to nothing of those who left a telephone alone, and have not been called."""
    waiting = (Appointment.untold.is_not(None), Appointment.called_at.is_(None))
    return list(session.scalars(select(Appointment).where(*waiting).order_by(Appointment.created_at, Appointment.ref)))


def letters_of(session, appointments):
    theirs = Letter.appointment.in_([each.ref for each in appointments])
    return list(session.scalars(select(Letter).where(theirs).order_by(Letter.due_at, Letter.ref)))


def next_letter(session, now):
    """One letter whose turn it is, or None."""
    waiting = (Letter.sent_at.is_(None), Letter.given_up_at.is_(None), Letter.due_at <= now)
    return session.scalars(select(Letter).where(*waiting).order_by(Letter.due_at, Letter.ref).limit(1)).first()


def letters_in_trouble(session):
    """What was given up, and what a mail server has not taken so far."""
    troubled = (Letter.sent_at.is_(None), Letter.problem.is_not(None))
    return list(session.scalars(select(Letter).where(*troubled).order_by(Letter.due_at, Letter.ref)))


def letter_with(session, ref):
    return session.get(Letter, ref)
