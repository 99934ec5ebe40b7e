"""Which hours citizens may ask for, in a file that the public process reads: it opens no database of the desk.

The file tells desks and times, and nothing of who receives or who has taken the rest.
"""

import json
from datetime import timedelta

from federation import durable
from node.appointments.slots import AHEAD_DAYS, free_slots
from node.core import clock
from schemas.appointment import read_instant

_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def show_free_hours(desk, path):
    """Write what is free from tomorrow on; returns whether that was news."""
    first = clock.today() + timedelta(days=1)
    with desk.reading() as session:
        free = free_slots(session, first, first + timedelta(days=AHEAD_DAYS), bookable=True)
    hours = {}
    for slot in free:
        hours.setdefault(slot.desk_ref, set()).add(slot.starts_at.strftime(_INSTANT))
    content = json.dumps({ref: sorted(times) for ref, times in sorted(hours.items())}).encode()
    if path.exists() and path.read_bytes() == content:
        return False
    durable.write(path, content, settled=False)
    return True


def free_hours(path, desk_ref):
    """The instants that a citizen may ask for at a desk, by time; none where nothing was written yet."""
    try:
        known = json.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    return [when for when in map(read_instant, known.get(desk_ref, ())) if when > clock.now()]
