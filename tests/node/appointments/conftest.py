"""A desk with Maria's hours: Monday and Tuesday from 9 to 11, half an hour each; it is a Friday morning."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from node.appointments import actions
from node.appointments.slots import free_slots
from node.core import clock
from node.core.actors import NODE
from node.core.db import transaction
from node.desks.actions import create_desk
from schemas.appointment import OpeningForm
from schemas.desk import DeskForm
from tests.node.candidates.conftest import taken_in  # noqa: F401 - a fixture, asked for by name

FRIDAY = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 10, 12), date(2026, 10, 13)
DESK = {
    "name": "Sportello di Gavirate",
    "comune": "Gavirate",
    "address": "piazza Matteotti 8",
    "phone": "0332 748278",
    "opening_hours": "lunedì 9-12",
}
ROSSI = {"name": "Anna Rossi", "phone": "333 1234567", "email": None, "purpose": "lavoro"}


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture(autouse=True)
def friday():
    with clock.at(FRIDAY):
        yield


@pytest.fixture
def counter(desk, actor):
    """The ref of the desk, which receives on Mondays and Tuesdays."""
    with transaction(desk) as session:
        ref = create_desk(session, NODE, DeskForm().load(DESK)).ref
        for weekday in ("0", "1"):
            hours = {"desk": ref, "operator": actor.id, "weekday": weekday, "starts": "9", "ends": "11"}
            actions.open_weekly(session, actor, OpeningForm().load(hours | {"minutes": "30", "bookable": "true"}))
    return ref


@pytest.fixture
def free(desk, counter):
    """`free()`: the free slots of the Monday and the Tuesday to come."""

    def found():
        with desk.reading() as session:
            return free_slots(session, MONDAY, TUESDAY)

    return found


@pytest.fixture
def booked(desk, actor, free):
    """`booked(…)`: an appointment in the first free slot, detached."""

    def book(person=None, **changes):
        with transaction(desk) as session:
            data = ROSSI | {"slot": free()[0].key} | changes
            candidate = session.get(type(person), person.ref) if person else None
            made = actions.book(session, actor, data, candidate)
            return SimpleNamespace(ref=made.ref, starts_at=made.starts_at)

    return book
