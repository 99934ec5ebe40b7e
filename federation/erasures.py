"""Who was erased stays erased, also when yesterday's database comes back.

The ledger is a file outside the databases, one line for each erased record: its random id and the moment, nothing else.
It is written and flushed before the erasure is carried out, no restore overwrites it, and at every start of the node it
is carried out once more.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from federation import register
from federation.durable import flush_folder, locked
from federation.statement import instant

MODE = 0o600


class Ledger:
    """The file at `path`; it may not exist yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, id: str, when: datetime) -> None:
        """Note an erasure. Raises OSError when it cannot be noted; then nothing may be erased."""
        line = json.dumps({"id": id, "erased_at": instant(when)}).encode() + b"\n"
        with locked(self._path):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
            try:
                if not _ends_with_newline(self._path):
                    os.write(descriptor, b"\n")  # a power cut left half a line
                os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        flush_folder(self._path.parent)

    def ids(self) -> list[str]:
        """All that were ever erased, the first first. A line that a power cut left unfinished is passed over."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                found.append(str(json.loads(line)["id"]))
            except (ValueError, KeyError, TypeError):
                continue
        return found


def erase(session: Session, ledger: Ledger, id: str, when: datetime) -> None:
    """Note that the record is erased and take it from the network at once. A caller commits."""
    ledger.add(id, when)
    register.erase(session, id)


def replay(session: Session, ledger: Ledger) -> list[str]:
    """Erase again whatever has come back; the ids. A caller commits."""
    back = register.living(session, ledger.ids())
    for each in back:
        register.erase(session, each)
    return back


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"
