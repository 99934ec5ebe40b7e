"""A desk that files are imported into, and what the worker does to them."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from node.core import clock
from node.core.db import transaction
from node.desks.actions import create_desk
from node.vacancies.importing import actions, queries, work
from node.vacancies.importing.messages import unpacked
from node.vacancies.importing.tables import open_table
from node.vacancies.models import Vacancy
from node.vacancies.typed import USUAL_WAY_TO_APPLY
from schemas.days import ROME
from schemas.desk import DeskForm
from tests.node.vacancies.conftest import MARIA


@pytest.fixture
def counter(desk):
    """The ref of the only desk."""
    told = {"name": "Sportello di Piazza Matteotti", "comune": "Gavirate", "address": "Piazza Matteotti 8"}
    with transaction(desk) as session:
        data = DeskForm().load(told | {"phone": "0332 748201", "opening_hours": "lunedì 9-12"})
        return create_desk(session, MARIA, data).ref


TODAY = clock.today()
"""Taken once: the same sheet is made again in a test that runs after midnight."""


@pytest.fixture
def noon():
    """It is noon of that day, also when the test runs after midnight."""
    with clock.at(datetime.combine(TODAY, time(12), ROME)):
        yield


def day(days_from_now):
    """A day as an office writes it."""
    return f"{TODAY + timedelta(days=days_from_now):%d/%m/%Y}"


def sheet(*rows, heads="Rif;Titolo;Azienda;Comune;Contratto;Scadenza"):
    return "\r\n".join([heads, *rows]).encode()


class Report(dict):
    """What the report says: `outcomes` by row number, and of each row its notes."""

    @property
    def outcomes(self):
        return {number: row["outcome"] for number, row in self.items()}

    def notes(self, number):
        return " ".join(self[number]["notes"])


@pytest.fixture
def bring(desk, config, counter):
    """`bring(content, **defaults)`: the report of a file that was imported; with `only="check"`, of its preview."""

    def bring(content, only=None, mapping=None, **defaults):
        with transaction(desk) as session:
            begun = actions.begin_import(session, MARIA, "offerte.csv", content, open_table(content))
            usual = {"desk": counter, "how_to_apply": USUAL_WAY_TO_APPLY}
            actions.choose_columns(session, begun, mapping or begun.mapping, usual | defaults)
            ref = begun.ref
        work.check(desk, ref, config)
        if only != "check":
            with transaction(desk) as session:
                actions.confirm_import(session, MARIA, queries.import_to_change(session, ref))
            work.apply(desk, ref, config)
        return report_of(desk, ref)

    return bring


def report_of(desk, ref):
    with desk.reading() as session:
        begun = queries.import_with(session, ref)
        report = Report(
            (row.number, {"outcome": row.outcome, "vacancy": row.vacancy_ref, "is_warned": row.is_warned,
                          "notes": [str(unpacked(text)) for text, _ in row.notes]})
            for row in queries.all_rows_of(session, ref)
        )  # fmt: skip
        report.state, report.counts, report.ref = begun.state, begun.counts, ref
        report.problem = begun.problem and str(unpacked(begun.problem))
    return report


@pytest.fixture
def found(desk):
    """`found(title)`: the vacancies of that title, the oldest first; all of them without one."""

    def found(title=None):
        wanted = select(Vacancy).order_by(Vacancy.created_at)
        with desk.reading() as session:
            return list(session.scalars(wanted.where(Vacancy.title == title) if title else wanted))

    return found
