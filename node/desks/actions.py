"""What can be done to a desk; only administrators do it, and the network reads every change."""

from federation import register
from node.core import clock
from node.core.audit import note
from node.desks.document import desk_document
from node.desks.models import Desk


def create_desk(session, actor, data):
    """Open a desk and show it to the network; `data` is what `DeskForm` loads."""
    desk = Desk(created_at=clock.now(), **data)
    session.add(desk)
    session.flush()
    note(session, actor, "desk.created", desk)
    _show(session, desk)
    return desk


def update_desk(session, actor, desk, data):
    """Change a desk; its vacancies need no new statement, for they carry only its id."""
    for name, value in data.items():
        setattr(desk, name, value)
    session.flush()
    note(session, actor, "desk.changed", desk)
    _show(session, desk)
    return desk


def _show(session, desk):
    register.publish(session, "desk", desk.ref, "public", desk_document(desk))
