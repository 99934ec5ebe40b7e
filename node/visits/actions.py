"""What the reception writes down."""

from datetime import timedelta

from sqlalchemy import update

from node.core import clock
from node.core.audit import note
from node.visits.models import Visit

NAMES_KEPT = timedelta(days=90)


def note_visit(session, actor, data, person=None):
    """Somebody is here; `data` is what `VisitForm` loads, `person` the candidate if she is one."""
    visit = Visit(
        desk_ref=data["desk"],
        at=clock.now(),
        purpose=data["purpose"],
        name=None if person else data["name"],
        person=person.ref if person else None,
        noted_by=actor.id,
    )
    session.add(visit)
    session.flush()
    note(session, actor, "visit.noted", visit, purpose=visit.purpose)
    return visit


def take_back_visit(session, actor, visit):
    """It was written down by mistake."""
    note(session, actor, "visit.taken-back", visit)
    session.delete(visit)
    session.flush()


def forget_names(session, now):
    """What remains of an old visit of a passer-by is that there was one."""
    old = (Visit.at < now - NAMES_KEPT, Visit.person.is_(None), Visit.name.is_not(None))
    session.execute(update(Visit).where(*old).values(name=None))
