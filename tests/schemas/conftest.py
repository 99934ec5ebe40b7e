"""Forms as people fill them in, and the refusals that they get."""

from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from marshmallow import ValidationError

from schemas.vacancy import VacancyForm

# How long one example takes says more about the machine's other work than about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

TODAY = date(2026, 10, 3)


@pytest.fixture
def vacancy_form():
    return VacancyForm(today=lambda: TODAY)


@pytest.fixture
def typed():
    """The least that makes a vacancy, as typed."""
    return {
        "title": "Magazziniere/a",
        "desk": "desk-7f3a",
        "places": ["Somma Lombardo"],
        "contract": "determinato",
        "closes_on": "31/12/2026",
        "how_to_apply": "Porta il curriculum allo sportello, dal lunedì al venerdì.",
    }


@pytest.fixture
def refusals():
    """What a schema answers to `data`: {member: [sentences]}, or {} when it takes them."""

    def ask(schema, data):
        try:
            schema.load(data)
        except ValidationError as error:
            return error.normalized_messages()
        return {}

    return ask
