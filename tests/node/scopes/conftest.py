import pytest

from node.core.actors import NODE
from node.desks.actions import create_desk
from node.scopes.actions import choose_scope
from schemas.desk import DeskForm
from schemas.scope import ScopeForm
from tests.node.candidates.conftest import taken_in  # noqa: F401 - a fixture, asked for by name

DESK = {
    "name": "Sportello di Gavirate",
    "comune": "Gavirate",
    "address": "piazza Matteotti 8",
    "phone": "0332 748278",
    "opening_hours": "lunedì 9-12",
}
LIVES = "Gavirate (VA)"
"""More than 5,000 live there."""


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def counter():
    """`counter(session)`: the desk to ask."""
    return lambda session: create_desk(session, NODE, DeskForm().load(DESK))


@pytest.fixture
def several(taken_in):  # noqa: F811
    """`several(session, 5, …)`: so many persons who could be each other, whom the network may see."""

    def add(session, count, scope="rete", **typed):
        found = []
        for number in range(count):
            told = {"residence": LIVES, "experiences": [{"trade": "commessa", "years": "2"}]} | typed
            candidate = taken_in(session, f"Cognome{number}", f"Nome{number}", **told)
            if scope:
                chosen(session, candidate, scope)
            found.append(candidate)
        return found

    return add


def chosen(session, candidate, scope, actor=NODE, **typed):
    """What the form would write down."""
    return choose_scope(session, actor, candidate, ScopeForm().load({"scope": scope, "channel": "persona"} | typed))
