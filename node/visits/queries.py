"""What is asked about visits."""

from sqlalchemy import select

from node.visits.models import Visit
from schemas.days import closing_instant, opening_instant


def visits_on(session, day, desk_ref):
    """Those of one day at one desk, the latest first."""
    theirs = (Visit.desk_ref == desk_ref, Visit.at >= opening_instant(day), Visit.at < closing_instant(day))
    return list(session.scalars(select(Visit).where(*theirs).order_by(Visit.at.desc(), Visit.ref)))


def visit_with(session, ref):
    """The visit, or None."""
    return session.get(Visit, ref)


def visits_of(session, person):
    """Those of a person, the latest first."""
    return list(session.scalars(select(Visit).where(Visit.person == person).order_by(Visit.at.desc(), Visit.ref)))
