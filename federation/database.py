"""How every room opens a database, so that SQLite and PostgreSQL keep the same promises.

Two promises matter to the federation. A reader sees one snapshot from its first statement to its last; and a writer
that has read a counter is the only one that can move it. SQLite gives both only when told so (`BEGIN IMMEDIATE`
instead of the driver's late, silent begin), PostgreSQL only at the right isolation level, and no caller should have
to remember which.

Times: SQLite forgets time zones, therefore `UtcDateTime` refuses naive values on the way in and returns aware UTC on
the way out.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, the same on both databases: a migration must be able to call each by its name."""

BUSY_TIMEOUT_MS = 15_000
SCRUB_PATIENCE_MS = 500
IDLE_CONNECTIONS = 5
BUSY_CONNECTIONS = 60
SQLITE_CACHE_KIB = 512
"""Of each connection, and a node has a dozen: what one forgets, the system's own cache keeps for all of them."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on both sides of the database, UTC when it comes back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs its time zone, got the naive {value.isoformat()}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Database:
    """One database of a node: the desk's or the replica's.

    `durable` asks for an fsync at each commit (the desk: an acknowledged record is never lost); without it a power cut
    may lose the last commits but never tear the file (the replica: a cache). `page_size` counts only for a SQLite file
    that does not exist yet.
    """

    def __init__(self, url: str, durable: bool, page_size: int | None = None, read_only: bool = False) -> None:
        self.url = make_url(url)
        self.read_only = read_only
        if self.url.get_backend_name() == "sqlite":
            self.engine = _sqlite_engine(self.url, durable, page_size, read_only)
            self._reader: Engine = self.engine
            self._writer: Engine = _writing(self.engine)
        else:
            self.engine = _postgresql_engine(self.url, durable)
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writer = self.engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One snapshot; whatever is changed in it is thrown away."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, rolled back unless the caller commits it."""
        if self.read_only:
            raise PermissionError(f"{self.url.render_as_string()} was opened for reading only")
        with Session(self._writer, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def setting_up(self) -> Iterator[Connection]:
        """A connection on which tables are made; what was made stays unless the caller raises."""
        with self._writer.begin() as connection:
            yield connection

    def scrub(self) -> bool:
        """Let what was deleted leave the files too, as far as the database can; False when readers were in the way.

        SQLite has overwritten it already, but older pages lie in the log that stands beside the file until the log is
        cut. PostgreSQL makes the space of dead rows free; its log and its archives keep them until they are recycled.
        """
        if self.url.get_backend_name() == "sqlite":
            with self.engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute(f"PRAGMA busy_timeout = {SCRUB_PATIENCE_MS}")
                try:
                    [is_busy, *_] = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                finally:
                    driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            return not is_busy
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
        return True

    def dispose(self) -> None:
        """Close every idle connection; one that is in use closes when it is given back."""
        self.engine.dispose()


def insert_into(session: Session, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that knows ON CONFLICT, in the dialect of the session's database."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """The same for a statement that is built once and kept."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def table_of(model: type[DeclarativeBase]) -> Table:
    """The bare table of a model: through it SQLAlchemy writes a page in half the time that it needs for objects."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells mypy what a declarative class always has
    return table


def _sqlite_engine(url: URL, durable: bool, page_size: int | None, read_only: bool) -> Engine:
    if read_only:
        # Without mode=ro SQLite would answer a wrong path with a new, empty file.
        url = url.set(database=f"file:{url.database}").update_query_dict({"mode": "ro", "uri": "true"})
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000},
        json_serializer=json_text,
        pool_size=IDLE_CONNECTIONS,
        max_overflow=BUSY_CONNECTIONS,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        if page_size is not None and not read_only:
            cursor.execute(f"PRAGMA page_size = {int(page_size)}")  # before the first page: WAL fixes it
        if not read_only:
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        cursor.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
        cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only forgotten
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    _begin_with("BEGIN", engine)
    return engine


def _writing(reader: Engine) -> Engine:
    """The same engine, for transactions that write: all that differs is how they begin."""
    writer = reader.execution_options()
    writer.dialect = create_engine(reader.url, pool=reader.pool, json_serializer=json_text).dialect
    _begin_with("BEGIN IMMEDIATE", writer)
    return writer


def _begin_with(statement: str, engine: Engine) -> None:
    """The driver would begin only before the first write: two readers would both believe they may move a counter.

    Not by an event of the engine, as SQLAlchemy's manual has it: an engine with one looks for listeners at each statement
    that it carries out, and a seventh of a node's time at its replica was spent on that.
    """

    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        driver: Any = dbapi_connection.driver_connection
        driver.execute(statement)

    engine.dialect.do_begin = begin  # type: ignore[method-assign]


def _postgresql_engine(url: URL, durable: bool) -> Engine:
    return create_engine(
        url,
        connect_args={"options": f"-c timezone=UTC -c synchronous_commit={'on' if durable else 'off'}"},
        json_serializer=json_text,
        pool_pre_ping=True,
        pool_size=IDLE_CONNECTIONS,
        max_overflow=BUSY_CONNECTIONS,
    )


def json_text(value: object) -> str:
    """JSON as this house writes it: compact, UTF-8, and no NaN, which is not JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
