"""An employer that our backup does not know and the network does."""

from federation.recovery import of_kind
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.employers.models import Employer


def take_back(session, lost):
    """Add the employers among `lost` that this desk does not know, with the four facts that the network has."""
    for each in of_kind(lost, "employer").values():
        if each.body is None or session.get(Employer, each.id) is not None:
            continue
        employer = Employer(
            ref=each.id,
            name=each.body["name"],
            comune=each.body["comune"]["istat"],
            sector=each.body.get("sector"),
            website=each.body.get("website"),
            created_at=clock.now(),
        )
        session.add(employer)
        session.flush()
        note(session, NODE, "employer.recovered", employer)
