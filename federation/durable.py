"""Files that are either wholly there or not at all.

The roster's copy, the capofila's state and the inbox are read by other processes while they are being written, and a
machine may lose its power between any two lines. A rename is the only step that the file system promises to be
atomic, and only what was flushed before it survives: every file of ours that somebody else reads is written here.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path


def write(path: Path, data: bytes, mode: int = 0o644, settled: bool = True) -> None:
    """Put `data` at `path`; readers see the old bytes or the new ones, never a part.

    `settled` False spares the folder: after a power cut the old file may be back, which does for a copy that is made
    again. Raises OSError when the disk is full or the folder may not be written; the old file then stands.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    if settled:
        flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut (a rename is durable only after this)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock on a file against other processes and threads; it falls with the process that holds it."""
    with path.open("ab") as file:
        flock(file, LOCK_EX)
        try:
            yield
        finally:
            flock(file, LOCK_UN)
