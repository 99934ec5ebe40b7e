"""What the Internet hands us, kept apart until the worker looks at it.

The process that faces the Internet has neither the desk's database nor a key. Whatever it accepts for later (a ping,
a request to join) becomes a file in a folder that it only writes and that the worker only empties. Files carry names
chosen by what they mean, so a hundred pings of one peer are one file; and the folder is bounded, so a flood fills it
and nothing else.
"""

import json
import logging
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from federation import durable
from federation.statement import strict_json

MAX_FILES = 2_000
MAX_BYTES = 64 * 1024

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_log = logging.getLogger(__name__)


class InboxFull(Exception):
    """The folder holds as much as it may; the sender is asked to come back."""


class Inbox:
    """A spool folder with one folder below it for each kind of thing."""

    def __init__(self, path: Path, max_files: int = MAX_FILES) -> None:
        self._path = path
        self._max_files = max_files

    def drop(self, kind: str, data: dict[str, Any], name: str | None = None) -> None:
        """Keep `data` until the worker collects it. The same name again takes the place of the first.

        Raises InboxFull when the folder of this kind is full, ValueError when the data is too big or the name unfit.
        """
        name = name or secrets.token_urlsafe(16)
        if not _NAME.fullmatch(kind) or not _NAME.fullmatch(name):
            raise ValueError(f"{kind!r} / {name!r} cannot name a file of the inbox")
        content = json.dumps(data, ensure_ascii=False).encode()
        if len(content) > MAX_BYTES:
            raise ValueError(f"{len(content)} bytes are too many for the inbox, at most {MAX_BYTES} fit")
        path = self._path / kind / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() and sum(1 for _ in path.parent.iterdir()) >= self._max_files:
            raise InboxFull(f"the inbox holds {self._max_files} files of the kind {kind}")
        durable.write(path, content, settled=False)

    def holds(self, kind: str, name: str) -> bool:
        """Whether something of this name waits to be collected, or is being looked at."""
        folder = self._path / kind
        return bool(_NAME.fullmatch(name)) and any((folder / f"{name}{end}").exists() for end in (".json", ".taken"))

    def collect(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what waits, oldest first, as (name, data).

        A file is taken aside under another name, so that the next one of its name is not lost, and goes only when the
        next is asked for: a worker that dies over it finds it again. One that is not readable goes at once.
        """
        folder = self._path / kind
        for path in sorted([*folder.glob("*.taken"), *folder.glob("[!.]*.json")], key=_arrived_at):
            taken = path.with_suffix(".taken")
            try:
                path.replace(taken)
                data = _object(taken)
            except FileNotFoundError:
                continue
            except ValueError as fault:
                _log.warning("the inbox file %s is not readable and is dropped: %s", path.name, fault)
            else:
                yield path.stem, data
            taken.unlink(missing_ok=True)


def _object(path: Path) -> dict[str, Any]:
    """Raises ValueError: whoever wrote the file is not trusted to have written JSON."""
    data = strict_json(path.read_text("utf-8"))
    if not isinstance(data, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the content's fault, not the caller's
    return data


def _arrived_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
