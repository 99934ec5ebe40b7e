"""A desk that the network knows better than our backup does."""

from federation.recovery import of_kind
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.desks.document import SAME
from node.desks.models import Desk
from schemas.kinds import DOCUMENTS, problem_with


def take_back(session, lost):
    """Bring the desks among `lost` to what the network reads; all of a desk is public, so nothing stays open."""
    for each in of_kind(lost, "desk").values():
        if each.body is None or problem_with("desk", each.body) is not None:
            continue
        desk = session.get(Desk, each.id)
        if desk is None:
            desk = Desk(ref=each.id, created_at=clock.now())
            session.add(desk)
        told = DOCUMENTS["desk"].load(each.body) | {"comune": each.body["comune"]["istat"]}
        for name in SAME:
            setattr(desk, name, told.get(name, [] if name == "comuni" else None))
        session.flush()
        note(session, NODE, "desk.recovered", desk)
