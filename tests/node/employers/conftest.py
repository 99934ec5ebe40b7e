import pytest

from node.core.actors import NODE
from node.employers.actions import create_employer
from schemas.employer import EmployerForm


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def added():
    """`added(session, name, …)`: an employer as the form would give it."""

    def add(session, name, **typed):
        return create_employer(session, NODE, EmployerForm().load({"name": name, "comune": "Brebbia"} | typed))

    return add
