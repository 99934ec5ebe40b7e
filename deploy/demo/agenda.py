"""The agenda of a demo node: weekly hours, who came in the past days and who did not, who is expected in the next ones.

Today's is whole, whatever the hour at which the demo is built.
"""

import random
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.appointments.actions import book, note_outcome, open_weekly
from node.appointments.models import Appointment
from node.appointments.slots import free_slots
from node.candidates.models import Candidate
from node.core import clock
from node.core.actors import NODE
from node.desks.queries import all_desks
from node.operators.models import Operator
from schemas.appointment import OpeningForm
from schemas.codes.agenda import KEPT, MISSED
from schemas.days import ROME

RECEIVES = "operatore"
MORNINGS, AFTERNOONS = ("9", "12:30"), ("14:30", "17")
WEEK = {0: (MORNINGS,), 1: (MORNINGS, AFTERNOONS), 2: (MORNINGS,), 3: (MORNINGS, AFTERNOONS), 4: (MORNINGS,)}
MINUTES = 30
PAST_DAYS, COMING_DAYS = 10, 6
TAKEN, CAME = 0.35, 0.8
WHY = ("lavoro", "lavoro", "curriculum", "corsi", "documenti")


def fill_agenda(session: Session, node: str) -> None:
    """Some of the slots of these days are, or were, given to persons whom the desk follows."""
    told = random.Random(f"agenda of {node}")
    today = clock.today()
    first = today - timedelta(days=PAST_DAYS)
    with clock.at(hour_of(first, 7)):
        open_hours(session)
    followed = select(Candidate).where(Candidate.followed_until.is_(None)).order_by(Candidate.ref)
    persons = list(session.scalars(followed))
    for days in range(PAST_DAYS):
        day = first + timedelta(days=days)
        with clock.at(hour_of(day, 7)):
            given = give(session, told, persons, day)
        with clock.at(hour_of(day, 20)):
            for appointment in given:
                note_outcome(session, NODE, appointment, KEPT if told.random() < CAME else MISSED)
    with clock.at(min(clock.now(), hour_of(today, 7))):
        give(session, told, persons, today)
    for days in range(1, COMING_DAYS):
        give(session, told, persons, today + timedelta(days=days))


def open_hours(session: Session) -> None:
    desk, *_others = all_desks(session)
    operator = session.scalars(select(Operator).where(Operator.username == RECEIVES)).one()
    for weekday, parts in WEEK.items():
        for starts, ends in parts:
            typed = {"desk": desk.ref, "operator": operator.id, "weekday": str(weekday), "starts": starts, "ends": ends}
            open_weekly(session, NODE, OpeningForm().load(typed | {"minutes": str(MINUTES), "bookable": "true"}))


def give(session: Session, told: random.Random, persons: list[Candidate], day: date) -> list[Appointment]:
    """Each of a day's free slots to somebody or to nobody."""
    taken = [slot for slot in free_slots(session, day, day) if told.random() < TAKEN]
    return [
        book(session, NODE, {"slot": slot.key, "purpose": told.choice(WHY)}, told.choice(persons)) for slot in taken
    ]


def hour_of(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ROME)
