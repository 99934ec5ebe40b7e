"""One worker a node, also when two are started by mistake or a second one stands by on another machine."""

from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from node.core.config import Config


class Claim(Protocol):
    def take(self) -> bool:
        """Whether the claim is ours now; False when somebody else holds it."""

    def is_held(self) -> bool:
        """Whether what was taken is still ours."""

    def release(self) -> None: ...


def claim_of(config: Config) -> Claim:
    if make_url(config.desk_url).get_backend_name() == "sqlite":
        return FileClaim(config.data / "worker.lock")
    return AdvisoryClaim(config.desk_url, config.id)


class FileClaim:
    """A lock on a file: the kernel drops it with the process, however that ends."""

    def __init__(self, path: Path):
        self._path = path
        self._file: BinaryIO | None = None

    def take(self) -> bool:
        file = self._path.open("ab")
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def is_held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class AdvisoryClaim:
    """A lock of a PostgreSQL session: the server drops it with the connection."""

    def __init__(self, url: str, node: str):
        self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._number = int.from_bytes(sha256(f"sportello worker {node}".encode()).digest()[:8], signed=True)
        self._connection: Connection | None = None

    def take(self) -> bool:
        with suppress(DBAPIError):
            connection = self._engine.connect()
            if connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number}):
                self._connection = connection
                return True
            connection.close()
        return False

    def is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
            self._connection = None
