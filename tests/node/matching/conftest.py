import pytest

from tests.node.candidates.conftest import taken_in
from tests.node.citizens.conftest import network, saturday_morning
from tests.node.vacancies.conftest import data, parties, typed

__all__ = ["data", "network", "parties", "saturday_morning", "taken_in", "typed"]


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")
