"""What is asked about desks."""

from sqlalchemy import func, select

from node.desks.models import Desk


def all_desks(session):
    """Every desk of this node, by name."""
    return list(session.scalars(select(Desk).order_by(Desk.name, Desk.ref)))


def desk_with(session, ref):
    """The desk, or None."""
    return session.get(Desk, ref)


def desk_to_change(session, ref):
    """The desk with its row locked until the transaction ends, or None."""
    return session.scalars(select(Desk).where(Desk.ref == ref).with_for_update()).one_or_none()


def count_of_unauthorised(session):
    """How many desks lack the details of their authorisation; a node without any desk lacks them once."""
    lacking = select(func.count()).select_from(Desk).where((Desk.authorisation == None) | (Desk.authorised_on == None))  # noqa: E711
    has_any = session.scalar(select(func.count()).select_from(Desk))
    return session.scalar(lacking) if has_any else 1
