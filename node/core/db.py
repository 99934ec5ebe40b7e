"""The desk database: its models' common ground, its schema's version, and where a transaction ends.

One request is one transaction: the door opens the session, `end_request` commits it, and nothing else on the web side
does. Migrations run in a child process: Alembic costs 10 MB and a third of a second that a running node never gets back.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from flask import Flask, Response, g, request
from sqlalchemy import inspect, text
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.schema import MetaData

from federation.database import NAMING, Database
from node.core.config import Config

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"
REPLICA_PAGE_BYTES = 16_384
T = TypeVar("T")
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class SchemaFault(Exception):
    """The database does not fit this program; the text says what to do."""


def desk_of(config: Config) -> Database:
    """What is acknowledged here survives a power cut."""
    return Database(config.desk_url, durable=True)


def replica_of(config: Config) -> Database:
    """A cache; large pages halve its time and size."""
    return Database(config.replica_url, durable=False, page_size=REPLICA_PAGE_BYTES)


@contextmanager
def opened(database: Database) -> Iterator[Database]:
    """For commands: the database is closed at the end."""
    try:
        yield database
    finally:
        database.dispose()


def register(app: Flask) -> None:
    app.after_request(end_request)
    app.teardown_request(close_session)


def open_session(desk: Database) -> Session:
    """The session of this request: reading for a GET, else one that holds the write lock until the end."""
    if "session" not in g:
        g.session_exit = ExitStack()
        opened = desk.reading() if request.method in READS else desk.writing()
        g.session = g.session_exit.enter_context(opened)
    return g.session


def end_request(response: Response) -> Response:
    """What succeeded is kept; a refusal, a form with errors or a failure leaves no trace."""
    if "session" in g and request.method not in READS and response.status_code < 400:
        g.session.commit()
    return response


def close_session(_failure: BaseException | None) -> None:
    stack = g.pop("session_exit", None)
    if stack is not None:
        g.pop("session", None)
        stack.close()


@contextmanager
def transaction(database: Database) -> Iterator[Session]:
    """A transaction of its own, kept if the block ends well: for jobs, commands and a log-in that must be counted."""
    with database.writing() as session:
        yield session
        session.commit()


def written(database: Database, do: Callable[[Session], T], /) -> T:
    """What this does, in a transaction of its own, as the federation asks for it."""
    with transaction(database) as session:
        return do(session)


def program_version() -> str:
    """The number of the newest migration this program knows, e.g. `0003`."""
    return max(re.match(r"\d{4}", path.name).group() for path in VERSIONS.glob("[0-9]*.py"))


def database_version(desk: Database) -> str | None:
    """None for a database without our tables."""
    with desk.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(url: str) -> None:
    """Bring the desk database at `url` to this program's version. Raises SchemaFault when that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "node.migrations.upgrade"],
        env=os.environ | {"SPORTELLO_MIGRATE": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SchemaFault(f"Non riesco ad aggiornare il database: {done.stderr.strip().splitlines()[-1]}")


def bring_up_to_date(desk: Database, url: str) -> None:
    """Migrate an older database; refuse a newer one, which this program would damage. Raises SchemaFault."""
    found, known = database_version(desk), program_version()
    if found is not None and found > known:
        raise SchemaFault(
            f"Il database è alla versione {found}, questo programma arriva alla {known}: installa il programma aggiornato."
        )
    if found != known:
        migrate(url)
