"""What the migrations build is what the models say, on both databases."""

import importlib
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from federation.database import Database
from federation.register import RegisterBase
from node.core import db
from node.core.db import Base
from node.migrations.upgrade import upgrade

NODE = Path(db.__file__).parent.parent
for models in sorted(NODE.rglob("models.py")):
    importlib.import_module(".".join(models.relative_to(NODE.parent).with_suffix("").parts))
for others in ("federation.letters", "federation.receipts"):
    importlib.import_module(others)
METADATA = [RegisterBase.metadata, Base.metadata]
VERSIONS = Path(db.VERSIONS)


@pytest.fixture
def opened():
    """`opened(url)`: a database that is closed at the end."""
    databases = []

    def open_one(url):
        databases.append(Database(url, durable=False))
        return databases[-1]

    yield open_one
    for database in databases:
        database.dispose()


@pytest.fixture
def migrated(opened, new_database_url):
    database = opened(new_database_url("migrated"))
    with database.setting_up() as connection:
        upgrade(connection)
    return database


def test_no_difference_between_migrations_and_models(migrated):
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def rules(database):
    """Every named check constraint, and the condition of every partial index, which Alembic does not compare."""
    seen = inspect(database.engine)
    found = {}
    for table in seen.get_table_names():
        for check in seen.get_check_constraints(table):
            found[table, check["name"]] = check["sqltext"]
        for index in seen.get_indexes(table):
            options = index.get("dialect_options", {})
            found[table, index["name"]] = str(next((v for k, v in options.items() if k.endswith("_where")), None))
    return found


def test_no_rule_of_the_models_is_missing_in_the_migrations(migrated, opened, new_database_url):
    modelled = opened(new_database_url("modelled"))
    for metadata in METADATA:
        metadata.create_all(modelled.engine)
    assert rules(migrated) == rules(modelled)


def test_the_database_says_the_programs_version_afterwards(migrated):
    assert db.database_version(migrated) == db.program_version()
    assert re.fullmatch(r"\d{4}", db.program_version())


def test_migrating_twice_changes_nothing(migrated):
    with migrated.setting_up() as connection:
        upgrade(connection)
    assert db.database_version(migrated) == db.program_version()


def test_an_empty_database_is_migrated_by_a_process_of_its_own(opened, new_database_url):
    url = new_database_url("empty")
    database = opened(url)
    db.bring_up_to_date(database, url)
    assert db.database_version(database) == db.program_version()
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM operator")) == 0


def test_a_database_that_cannot_be_opened_is_told_in_one_line(tmp_path):
    with pytest.raises(db.SchemaFault) as caught:
        db.migrate(f"sqlite:///{tmp_path}/nowhere/desk.sqlite")
    assert len(str(caught.value).splitlines()) == 1
    assert "Traceback" not in str(caught.value)


def test_migrations_are_numbered_without_gaps_and_know_no_model():
    files = sorted(path for path in VERSIONS.glob("*.py") if path.name != "__init__.py")
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        text = path.read_text("utf-8")
        assert f'revision = "{path.name[:4]}"' in text
        assert not re.search(r"^(from|import) (node|federation|schemas)", text, re.MULTILINE)
