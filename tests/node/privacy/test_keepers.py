"""No column says something about a person unless somebody gives it to her and forgets it."""

import importlib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import TypeDecorator, func, insert, select

from node.candidates.models import Candidate
from node.core import clock, db
from node.core.actors import OPERATOR
from node.core.db import Base, transaction
from node.privacy.keepers import KEEPERS

HERS = {"person", "candidate_ref", "kept"}
"""The columns that hold the `ref` of a person."""

VALID = {
    ("operator", "role"): OPERATOR,
    ("appointment", "state"): "requested",
    ("appointment_letter", "given_up_at"): None,
    ("arrival", "state"): "waiting",
    ("person_import", "state"): "done",
    ("person_import", "content"): None,
    ("plan_step", "doer"): "persona",
    ("plan_step", "state"): "fatto",
    ("published_profile", "withdrawn_at"): None,
    ("scope_choice", "channel"): "persona",
    ("scope_choice", "scope"): "rete",
    ("transfer", "channel"): "persona",
    ("transfer", "state"): "accepted",
}
"""What the tables themselves do not take any word for."""


@pytest.fixture(scope="module")
def personal():
    """By table, its personal columns."""
    folder = Path(db.__file__).parent.parent
    for path in sorted(folder.rglob("models.py")):
        importlib.import_module(".".join(path.relative_to(folder.parent).with_suffix("").parts))
    marked = {
        table.name: {column.name for column in table.columns if column.info.get("personal")}
        for table in Base.metadata.sorted_tables
    }
    return {table: columns for table, columns in marked.items() if columns}


@pytest.fixture
def told(desk, taken_in, personal):
    """The ref of a person of whom each personal table has a row with something in each column, made as the tables want it."""
    with transaction(desk) as session:
        ref = taken_in(session).ref
        made = {Candidate.__table__: {"ref": ref}}
        for table in Base.metadata.sorted_tables:
            if table.name in personal:
                _made(session, table, ref, made)
    return ref


def test_every_personal_column_has_somebody_who_gives_it_to_her(desk, told, personal):
    assert Counter(table for keeper in KEEPERS for table in keeper.tables if table in personal) == Counter(
        list(personal)
    )
    with desk.reading() as session:
        for keeper in KEEPERS:
            given = _names(keeper.export(session, told))
            for table in keeper.tables & set(personal):
                assert personal[table] - given == set(), table


def test_who_is_forgotten_leaves_no_row_in_any_personal_table(desk, told, personal):
    with transaction(desk) as session:
        before = {table: _count(session, table) for table in personal}
        assert min(before.values()) == 1
        for keeper in reversed(KEEPERS):
            list(keeper.erase(session, told))
        assert {table: kept for table in personal if (kept := _count(session, table))} == {}


def _made(session, table, ref, made):
    """Put one row into `table` and first into those that it points at; `made` has the key of each row."""
    if table in made:
        return made[table]
    values = {}
    for column in table.columns:
        target = next(iter(column.foreign_keys), None)
        if column.name in HERS:
            values[column.name] = ref
        elif target is not None and (target.column.table is not table):
            values[column.name] = _made(session, target.column.table, ref, made)[target.column.name]
        elif target is None:
            values[column.name] = _value(table.name, column)
    session.execute(insert(table).values(values))
    made[table] = values
    return values


def _value(table, column):
    if (table, column.name) in VALID:
        return VALID[table, column.name]
    plain = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    made = {str: column.name, bytes: b"", bool: True, datetime: clock.now(), date: date(2026, 11, 2), int: 1}
    value = made.get(plain.python_type, [])
    return value[: plain.length] if isinstance(value, str) else value


def _names(told):
    if isinstance(told, dict):
        return set(told).union(*(_names(each) for each in told.values()))
    return set().union(*(_names(each) for each in told)) if isinstance(told, list) else set()


def _count(session, table):
    return session.scalar(select(func.count()).select_from(Base.metadata.tables[table]))
