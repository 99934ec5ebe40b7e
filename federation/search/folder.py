"""How indexes lie on the disk.

    v1.current            the name of the folder that readers open, written last and atomically
    v1.3f2a…/             an index of that version; a second one only while it is built anew beside the first
    writer.lock           held by the one process that writes

A version of the program that keeps other things in its index has another number here: it leaves what it finds alone
until its own index is there, and then sweeps it away.
"""

import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import tantivy

from federation import durable
from federation.search import documents

POINTER = f"v{documents.VERSION}.current"

# Tantivy makes these files for their owner alone; a reader under another user has to read two and lock the third.
_MODES = {"meta.json": 0o644, ".managed.json": 0o644, ".tantivy-meta.lock": 0o664}


def in_use(directory: Path) -> Path | None:
    """The index that readers open; None before there is one of this version."""
    try:
        folder = directory / (directory / POINTER).read_text("utf-8")
    except FileNotFoundError:
        return None
    return folder if folder.parent == directory and folder.is_dir() else None


def put_in_use(directory: Path, folder: Path) -> None:
    """Let readers open this index from now on; those that have another one open go on until they look again."""
    durable.write(directory / POINTER, folder.name.encode())


def new(directory: Path) -> Path:
    """An empty index that nobody reads yet."""
    folder = directory / f"v{documents.VERSION}.{secrets.token_hex(8)}"
    folder.mkdir()
    tantivy.Index(documents.schema(), path=str(folder))
    return folder


def salt(folder: Path) -> bytes:
    """What makes the numbers of keys different in every index."""
    return folder.name.encode()


def opened(folder: Path) -> tantivy.Index:
    """Raises ValueError or OSError when it is damaged or was swept away."""
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def sweep(directory: Path, kept: Path) -> None:
    """Remove indexes of other versions, unfinished ones and replaced ones."""
    for path in directory.glob("v*.*"):
        if path.is_dir() and path not in (kept, in_use(directory)):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.endswith(".current") and path.name != POINTER:
            path.unlink()


def clear_half_written(directory: Path, folder: Path) -> None:
    """Remove what a crash left of files that were about to get their name. Only before a writer works in `folder`."""
    for leftover in (*folder.glob(".tmp*"), *directory.glob(f".{POINTER}.*")):
        leftover.unlink()


def open_to_readers(folder: Path) -> None:
    """Let the public door read, which runs under a user of its own: an index holds nothing that is not public."""
    for name, mode in _MODES.items():
        path = folder / name
        with suppress(FileNotFoundError):
            if path.stat().st_mode & 0o777 != mode:
                path.chmod(mode)
