"""What is asked about persons on their way."""

from sqlalchemy import func, select

from node.transfers.models import SENT, UNREADABLE, WAITING, Arrival, Transfer

RECENT = 50


def latest_of(session, person):
    """Her last transfer, or None."""
    hers = select(Transfer).where(Transfer.person == person).order_by(Transfer.asked_at.desc(), Transfer.ref)
    return session.scalars(hers.limit(1)).one_or_none()


def under_way(session, person):
    """Her transfer that nobody has decided yet, or None."""
    hers = select(Transfer).where(Transfer.person == person, Transfer.state.in_((SENT, WAITING)))
    return session.scalars(hers).one_or_none()


def transfer_of(session, question, member):
    """The transfer that this letter to that member has begun, or None."""
    return session.scalars(
        select(Transfer).where(Transfer.question == question, Transfer.member == member)
    ).one_or_none()


def arrivals(session):
    """Who waits, the first to come first; then what was decided lately."""
    waiting = select(Arrival).where(Arrival.state == WAITING).order_by(Arrival.received_at, Arrival.ref)
    decided = select(Arrival).where(Arrival.state != WAITING).order_by(Arrival.received_at.desc(), Arrival.ref)
    return list(session.scalars(waiting)), list(session.scalars(decided.limit(RECENT)))


def count_waiting(session):
    return session.scalar(select(func.count()).select_from(Arrival).where(Arrival.state == WAITING))


def arrival_of(session, origin, question):
    """What that letter has brought, or None."""
    return session.scalars(select(Arrival).where(Arrival.origin == origin, Arrival.question == question)).one_or_none()


def arrival_with(session, ref):
    """The arrival that still waits, or None."""
    return session.scalars(select(Arrival).where(Arrival.ref == ref, Arrival.state == WAITING)).one_or_none()


def arrival_to_decide(session, ref):
    """The same with its row locked until the transaction ends."""
    wanted = select(Arrival).where(Arrival.ref == ref, Arrival.state == WAITING)
    return session.scalars(wanted.with_for_update()).one_or_none()


def waited_since(session, moment):
    """Arrivals that nobody has decided and that came before."""
    return list(session.scalars(select(Arrival).where(Arrival.state == WAITING, Arrival.received_at < moment)))


def is_old_trouble(moment):
    """What could not be read and came before."""
    return (Arrival.state == UNREADABLE, Arrival.received_at < moment)
