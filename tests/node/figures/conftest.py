"""A desk with vacancies of several months, and Ispra, which tells its own figures."""

from datetime import UTC, datetime

import pytest

from node.core import clock
from node.core.db import transaction
from node.vacancies import actions
from schemas.figures import FiguresDocument, figures_id
from tests.node.peers import in_one_network
from tests.node.vacancies.conftest import MARIA, data, desk_url, parties, typed  # noqa: F401

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME = "012072"
"""Gavirate."""


@pytest.fixture(autouse=True)
def now():
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def publish(desk, data):  # noqa: F811
    """`publish(month, day, outcome=None, ended=NOW, **typed)`: a vacancy published then, closed at `ended` if so."""

    def published(month, day, outcome=None, ended=NOW, **changes):
        with transaction(desk) as session:
            with clock.at(datetime(2026, month, day, 9, tzinfo=UTC)):
                closes_on = {"closes_on": "2026-12-31"}
                vacancy = actions.publish_vacancy(session, MARIA, data(**closes_on | changes))
            if outcome:
                with clock.at(ended):
                    actions.close_vacancy(session, MARIA, vacancy, {"outcome": outcome})
            return vacancy.ref

    return published


@pytest.fixture
def ispra(tmp_path, config):
    with in_one_network(tmp_path, config) as other:
        yield other


@pytest.fixture
def told_by_ispra(ispra, copies, now):
    """`told_by_ispra(month, opened=3, …)`: Ispra's figures of that month reach the replica."""

    def tell(month, **counts):
        row = {"comune": "012084", "contract": "indeterminato", "sector": "72"} | counts
        document = FiguresDocument().dump({"month": month, "generated_at": now, "rows": [row]})
        ispra.tells(copies, figures_id(month), kind="figures", audience=ispra.members, body=document)

    return tell
