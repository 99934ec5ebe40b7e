"""The API does what its description says: schemathesis reads the description and asks what nobody would think of.

Good questions must be answered and bad ones refused, each with a status, a type, headers and a body that the description
has; every check of schemathesis is on. Two kinds of rule cannot be said in OpenAPI, and are told to it here: what a value
of the formats `comune`, `isco-08` and `nodo` looks like, and that a circle and the order by distance need a centre.
"""

from dataclasses import replace
from itertools import count

import pytest
import schemathesis
from hypothesis import strategies as some
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation.meta import CoverageScenario

from schemas.codes import comuni, occupations
from tests.node.citizens.conftest import NAMES

SETTINGS = {
    "seed": 20111110,
    "generation": {"deterministic": True, "max-examples": 25, "database": "none"},
    "phases": {"stateful": {"max-steps": 3, "generation": {"max-examples": 5}}},
    # Words found in the program's own text would be sent as values without a look at their format.
    "analysis": {"constants": {"enabled": False}},
}
PHASES = {"examples", "coverage", "fuzzing", "stateful"}

FORMATS = {
    "comune": [*(each.istat for each in comuni.ALL[::50]), "Gavirate", "Sesto C.de", "Lugano (CH)"],
    "isco-08": [each.code for digits in (1, 2, 3, 4) for each in occupations.groups(digits)],
    "nodo": sorted(NAMES),
}
ENUMERATED = {CoverageScenario.ENUM_VALUE, CoverageScenario.ENUM_VALUE_ITEMS_ARRAY}
LONG = {name: count() for name in ("province", "sector", "licence", "region")}

for name, values in FORMATS.items():
    schemathesis.openapi.format(name, some.sampled_from(values))


@pytest.fixture
def config(config):
    """With limits that nobody reaches here, so that their headers are there to be checked."""
    return replace(config, rate_limits=True, api_limit="1000000 per hour")


@pytest.fixture
def described(shelves, app):
    settings = SchemathesisConfig.from_dict(SETTINGS)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=settings)
    for rule in (has_its_centre, is_not_one_more_of_many):
        schema.hook("filter_case")(rule)
    return schema


def has_its_centre(context, case):
    """What OpenAPI cannot say of the parameters together."""
    query = case.query or {}
    places = query.get("comune")
    given = [place for place in (places if isinstance(places, list) else [places]) if place]
    wants_one = query.get("radius_km") not in (None, "") or query.get("sort") == "distance"
    return len(given) == 1 or not wants_one


def is_not_one_more_of_many(context, case):
    """Every value of every list would be asked for: of the long lists a tenth is enough."""
    asks_for = case.meta.phase.data
    if getattr(asks_for, "scenario", None) not in ENUMERATED or asks_for.parameter not in LONG:
        return True
    return next(LONG[asks_for.parameter]) % 10 == 0


def test_the_api_does_what_its_description_says(described):
    asked, faults = dict.fromkeys(PHASES, 0), []
    for event in from_schema(described).execute():
        assert not isinstance(event, events.NonFatalError | events.FatalError), event
        if isinstance(event, events.ScenarioFinished):
            asked[event.phase.value] += len(event.recorder.cases)
            faults += faults_of(event.recorder)
    assert faults == []
    assert asked["coverage"] > 400
    assert all(asked.values()), asked


def faults_of(recorder):
    """What failed and how to ask it again."""
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info:
                failure = check.failure_info.failure
                yield f"{check.name}: {failure.title}\n{failure.message}\n{check.failure_info.code_sample}"
