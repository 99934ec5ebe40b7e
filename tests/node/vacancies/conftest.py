"""A desk, two employers, and what an operator types about a vacancy of theirs."""

from datetime import timedelta

import pytest

from node.core import clock
from node.core.actors import NODE, Actor
from node.core.db import transaction
from node.desks.actions import create_desk
from node.employers.actions import create_employer
from node.vacancies.actions import MAY_LACK
from schemas.desk import DeskForm
from schemas.employer import EmployerForm
from schemas.vacancy import VacancyForm

MARIA = Actor("maria", "maria", "Maria", "operatore")


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def parties(desk):
    """The refs of a desk, of an employer, and of one that the desk follows; committed."""
    counter = {"name": "Sportello Lavoro di Gavirate", "comune": "Gavirate", "address": "Piazza Matteotti 8"}
    with transaction(desk) as session:
        made = {
            "desk": create_desk(
                session, NODE, DeskForm().load(counter | {"phone": "0332 748201", "opening_hours": "lunedì 9-12"})
            ),
            "employer": create_employer(
                session, NODE, EmployerForm().load({"name": "Officine Brebbia", "comune": "Brebbia", "sector": "28"})
            ),
            "followed": create_employer(
                session,
                NODE,
                EmployerForm().load({"name": "Albergo del Lago", "comune": "Gavirate", "followed_by_desk": "true"}),
            ),
        }
        return {name: each.ref for name, each in made.items()}


@pytest.fixture
def typed(parties):
    """What an operator types: the mandatory fields."""
    return {
        "title": "Magazziniere/a",
        "employer": parties["employer"],
        "desk": parties["desk"],
        "places": ["Vergiate"],
        "contract": "determinato",
        "closes_on": in_twenty_days(),
        "how_to_apply": "Vieni allo sportello con il curriculum.",
    }


def in_twenty_days():
    return (clock.today() + timedelta(days=20)).isoformat()


@pytest.fixture
def data(typed):
    """`data(title=…)`: what the form loads, with changes to what is typed; `lacking`: fields left blank.

    The closing day goes by the clock that the caller holds.
    """

    def load(*lacking, **changes):
        usual = typed | {"closes_on": in_twenty_days()} | changes
        given = {name: value for name, value in usual.items() if name not in lacking}
        return VacancyForm(clock.today, partial=MAY_LACK if lacking else None).load(given)

    return load
