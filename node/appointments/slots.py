"""Which times are free: reckoned from the weekly hours, less what is taken, closed or past."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from node.appointments import queries
from node.appointments.days import why_closed
from node.core import clock
from schemas.days import ROME

AHEAD_DAYS = 28
"""So far ahead a slot is offered."""
_KEY = "%Y%m%d%H%M"


class Slot(NamedTuple):
    """A time at which one operator is free at one desk."""

    opening: str
    desk_ref: str
    operator: str
    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def key(self) -> str:
        """By which a form names it."""
        return f"{self.opening}:{self.starts_at.strftime(_KEY)}"


def free_slots(session, first, last, desk_ref=None, bookable=False):
    """The slots of these days that are still to come and free, by hour; `bookable`: only those offered to citizens."""
    offered = [each for each in queries.served_openings(session, desk_ref) if each.bookable or not bookable]
    closings = {each.desk_ref: queries.closings_of(session, each.desk_ref) for each in offered}
    taken = queries.taken_between(session, first, last)
    found = [
        slot
        for number in range((last - first).days + 1)
        for opening in offered
        for slot in slots_on(opening, first + timedelta(days=number), closings[opening.desk_ref])
        if slot.starts_at > clock.now() and not is_taken(slot, taken)
    ]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.operator))


def slots_on(opening, day, closings):
    """The slots of some weekly hours on one day, taken or not; none on a day on which the desk is closed."""
    if day.weekday() != opening.weekday or why_closed(day, closings) is not None:
        return []
    length = timedelta(minutes=opening.minutes)
    begins = datetime.combine(day, opening.starts, ROME)
    ends = datetime.combine(day, opening.ends, ROME)
    made = []
    while begins + length <= ends:
        made.append(Slot(opening.ref, opening.desk_ref, opening.operator, begins.astimezone(UTC), opening.minutes))
        begins += length
    return made


def free_slot_with(session, key):
    """The free slot that a form names, or None."""
    ref, _colon, _begins = key.partition(":")
    opening = queries.opening_with(session, ref)
    last = clock.today() + timedelta(days=AHEAD_DAYS)
    free = free_slots(session, clock.today(), last, opening.desk_ref) if opening else []
    return next((slot for slot in free if slot.key == key), None)


def is_taken(slot, taken):
    return any(
        whose == slot.operator and begins < slot.ends_at and slot.starts_at < ends for whose, begins, ends in taken
    )
