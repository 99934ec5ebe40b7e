"""The backup of a node and its way back.

A backup is one file: the desk's database at one instant, the settings, the keys, the roster and, at the capofila, what
signs it; with a list of all of them and their hashes. It leaves out whatever comes back by itself (the copies of the
others, the index) and the witness, which must not be put back: by it the node notices that it was.

A restore never overwrites: what lies in the node's folder is moved aside, whole. What was erased since the backup stays
erased, because the ledger that lies there is kept.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.engine import URL

from node import __version__
from node.commands.faults import Trouble
from node.core import chain, clock, db, restoring
from node.core.actors import NODE
from node.core.audit import note
from node.core.chain import Link
from node.core.claim import claim_of
from node.core.config import FILE, Config, load
from node.core.identity import PUBLIC
from node.core.outside import write_outside

MANIFEST = "backup.json"
FORMAT = 1
SQLITE_DUMP, POSTGRESQL_DUMP = "desk.sqlite", "desk.pgdump"
ALSO = (FILE, PUBLIC, "keys", "roster", "capofila", "codes")
"""What is kept beside the database; what a node does not have is left out."""
LEDGER, WITNESS = "erasures.ndjson", "witness"
MODE = 0o600
CHAINED_FROM = "0018"
"""The version of the database from which the audit is a chain."""
SHORTEST_REASON = 10

Say = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """The node itself, as the audit names what a deed was done to."""

    ref: str
    __tablename__ = "node"


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself."""

    id: str
    name: str
    made_at: datetime
    program: str
    database: str
    files: dict[str, str]
    audit: Link | None = None
    """How far the audit had come before the backup was made."""

    def as_json(self) -> dict[str, Any]:
        return {
            "v": FORMAT,
            "id": self.id,
            "name": self.name,
            "made_at": self.made_at.isoformat(),
            "program": self.program,
            "database": self.database,
            "files": self.files,
            "audit": self.audit._asdict() if self.audit else None,
        }

    @classmethod
    def read(cls, data: bytes) -> "Backup":
        """Raises Trouble for what is none, or one of a newer program."""
        try:
            told = json.loads(data)
            version = told["v"]
            found = cls(
                told["id"],
                told["name"],
                datetime.fromisoformat(told["made_at"]),
                told["program"],
                told["database"],
                dict(told["files"]),
                Link(**told["audit"]) if told.get("audit") else None,
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise Trouble("Il file non è una copia di sicurezza di un nodo, o è rovinato.") from fault
        if version != FORMAT or found.database > db.program_version():
            raise Trouble(
                f"La copia è di un programma più nuovo ({found.program}): installa il programma aggiornato e riprova."
            )
        return found


def back_up(config: Config, target: Path) -> tuple[Path, Backup]:
    """Write a backup to `target`, a new file or a folder in which it gets a name; the node may be running.

    Raises Trouble when the file is there already or a tool is missing, OSError. A file is there whole or not at all.
    """
    now = clock.now()
    if target.is_dir():
        target = target / f"{config.id}-{now:%Y%m%d-%H%M%S}.tar.gz"
    if target.exists():
        raise Trouble(f"{target} c’è già: scegli un altro nome, una copia non si sovrascrive.")
    if not target.parent.is_dir():
        raise Trouble(f"La cartella {target.parent} non c’è.")
    with tempfile.TemporaryDirectory(prefix=".backup.", dir=target.parent) as made:
        folder = Path(made)
        with db.opened(db.desk_of(config)) as desk:
            version = db.database_version(desk) or ""
            head = audit_head(desk, version)
        dump(config, folder)
        for name in (*ALSO, LEDGER):
            copy(config.data / name, folder / name)
        files = {str(path.relative_to(folder)): sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}
        told = Backup(config.id, config.name, now, __version__, version, files, head)
        (folder / MANIFEST).write_text(json.dumps(told.as_json(), ensure_ascii=False, indent=1), "utf-8")
        unfinished = folder / "unfinished.tar.gz"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                for name in (MANIFEST, *files):
                    archive.add(folder / name, name)
            file.flush()
            os.fsync(file.fileno())
        checked(unfinished)
        unfinished.rename(target)
    return target, told


def checked(file: Path) -> Backup:
    """Read a backup to its end: each file that it lists is there with its hash. Raises Trouble, OSError."""
    try:
        with tarfile.open(file, "r:*") as archive:
            first = archive.next()
            data = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
            if data is None:
                raise Trouble("Il file non è una copia di sicurezza di un nodo.")
            told = Backup.read(data.read())
            found = {}
            for member in archive:
                inside = archive.extractfile(member)
                if inside is not None:
                    found[member.name] = hashlib.file_digest(inside, "sha256").hexdigest()
    except (tarfile.TarError, EOFError, ValueError) as fault:
        raise Trouble("Il file è rovinato: prova con una copia precedente.") from fault
    missing = sorted(name for name, digest in told.files.items() if found.get(name) != digest)
    if missing:
        raise Trouble(f"La copia è rovinata ({missing[0]}): prova con una precedente.")
    return told


def restore(data: Path, file: Path, alone: bool, reason: str, say: Say) -> Config:
    """Put the node in `file` at `data`; what was there is moved aside, and its name said.

    Raises Trouble before anything is changed: a backup that is damaged or of another node, a node that is running,
    `alone` without a reason.
    """
    if alone and len(reason.strip()) < SHORTEST_REASON:
        raise Trouble('Con --alone serve un motivo scritto: --reason "perché gli altri nodi non si possono sentire".')
    told = checked(file)
    say(f"La copia è intera: {told.name} ({told.id}), fatta il {told.made_at:%d/%m/%Y alle %H:%M} UTC.")
    older = check_place(data, told)
    data.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{data.name}.", dir=data.parent))
    try:
        unpack(file, told, unfinished)
        if older is not None:
            keep_what_is_newer(data, unfinished)
        config = load(unfinished, {})
        load_dump(config, unfinished, say)
        with db.opened(db.desk_of(config)) as desk:
            db.bring_up_to_date(desk, config.desk_url)
            note_restore(desk, told, alone)
        if told.audit is not None:
            write_outside(config, told.audit)
        if alone:
            restoring.remember(config, told.id, reason.strip(), clock.now())
        restoring.leave(config, alone, clock.now())
        unfinished.chmod(0o750)
        if older is not None:
            aside = place_beside(data)
            data.rename(aside)
            say(f"Quello che c’era in {data} è in {aside}: cancellalo quando tutto va bene.")
        elif data.exists():
            data.rmdir()
        unfinished.rename(data)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return load(data, {})


def audit_head(desk: db.Database, version: str) -> Link | None:
    """The last entry of the audit; None where the database is older than its chain."""
    if version < CHAINED_FROM:
        return None
    with desk.reading() as session:
        return chain.head(session)


def note_restore(desk: db.Database, told: Backup, alone: bool) -> None:
    """What was put back, and whether anybody was asked, stays in the audit of the node itself."""
    facts = {"made_at": told.made_at.isoformat(), "alone": alone}
    with db.transaction(desk) as session:
        note(session, NODE, "node.restored", Restored(told.id), **facts)


def check_place(data: Path, told: Backup) -> Config | None:
    """The node that lies at `data`, None for an empty place. Raises Trouble where the backup must not go."""
    if not data.exists() or (data.is_dir() and not any(data.iterdir())):
        return None
    if not (data / FILE).exists():
        raise Trouble(f"{data} contiene altro, non un nodo: scegli una cartella vuota.")
    older = load(data, {})
    if older.id != told.id:
        raise Trouble(f"La copia è del nodo {told.id}, in {data} c’è {older.id}: è la cartella sbagliata.")
    claim = claim_of(older)
    if not claim.take():
        raise Trouble("Il nodo è acceso: fermalo, poi ripeti lo stesso comando.")
    claim.release()
    return older


def keep_what_is_newer(old: Path, new: Path) -> None:
    """The witness and the ledger outlive a restore: by one the node notices it, by the other the erased stay erased."""
    copy(old / WITNESS, new / WITNESS)
    lines = [*read_lines(old / LEDGER), *read_lines(new / LEDGER)]
    if lines:
        (new / LEDGER).write_bytes(b"".join(line + b"\n" for line in dict.fromkeys(lines)))
        (new / LEDGER).chmod(MODE)


def read_lines(path: Path) -> Iterable[bytes]:
    return path.read_bytes().splitlines() if path.exists() else ()


def unpack(file: Path, told: Backup, folder: Path) -> None:
    """The files that the backup lists and no others; no name leads out of the folder."""
    with tarfile.open(file, "r:*") as archive:
        members = [member for member in archive if member.name in told.files and member.isreg()]
        archive.extractall(folder, members, filter="data")
    for private in (folder / "keys", folder / "capofila"):
        if private.is_dir():
            private.chmod(0o700)


def dump(config: Config, folder: Path) -> None:
    """The desk's database as it is at this instant. Raises Trouble."""
    url = make_url(config.desk_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(f"file:{url.database}?mode=rw", uri=True)) as source:
            source.execute("VACUUM INTO ?", (str(folder / SQLITE_DUMP),))
    else:
        run_tool("pg_dump", url, "--format=custom", "--no-owner", f"--file={folder / POSTGRESQL_DUMP}")


def load_dump(config: Config, folder: Path, say: Say) -> None:
    """Give the restored node its database. A PostgreSQL must be there, empty or with the node's older tables."""
    url = make_url(config.desk_url)
    pg_dump = folder / POSTGRESQL_DUMP
    if url.get_backend_name() != "sqlite":
        if not pg_dump.exists():
            raise Trouble(
                "La copia è di un nodo con SQLite, le impostazioni vogliono PostgreSQL: non si corrispondono."
            )
        say("Rimetto i dati nel database PostgreSQL…")
        run_tool("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(pg_dump))
        pg_dump.unlink()
    elif not (folder / SQLITE_DUMP).exists():
        raise Trouble("La copia è di un nodo con PostgreSQL, le impostazioni vogliono SQLite: non si corrispondono.")
    else:
        (folder / SQLITE_DUMP).chmod(MODE)
        put_in_place(folder / SQLITE_DUMP, Path(url.database or ""), say)


def place_beside(path: Path) -> Path:
    """A name that nothing bears yet, for what has to make room."""
    wanted = path.with_name(f"{path.name}.prima-del-ripristino-{clock.now():%Y%m%d-%H%M%S}")
    names = (wanted, *(wanted.with_name(f"{wanted.name}-{number}") for number in range(2, 100)))
    return next(name for name in names if not name.exists())


def put_in_place(dumped: Path, place: Path, say: Say) -> None:
    """Where the settings want the database elsewhere than in the node's folder; what lies there is moved aside."""
    if place == dumped:
        return
    aside = place_beside(place)
    for end in ("", "-wal", "-shm"):
        if place.with_name(place.name + end).exists():
            place.with_name(place.name + end).rename(aside.with_name(aside.name + end))
            say(f"Il database che c’era è in {aside}{end}.")
    shutil.move(dumped, place)


def run_tool(tool: str, url: URL, *arguments: str) -> None:
    """A tool of PostgreSQL on the database at `url`; the password travels in the environment, where nobody lists it."""
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    words = [tool, f"--dbname={plain}", *arguments]
    try:
        subprocess.run(words, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    except FileNotFoundError as fault:
        raise Trouble(f"Manca il programma {tool}: installa il pacchetto postgresql-client.") from fault
    except subprocess.CalledProcessError as fault:
        reason = (fault.stderr or "").strip().splitlines()
        raise Trouble(f"{tool} non riesce: {reason[-1] if reason else fault}") from fault


def copy(source: Path, target: Path) -> None:
    """A file or a folder with its modes; nothing where there is none."""
    if source.is_dir():
        shutil.copytree(source, target, symlinks=False)
    elif source.exists():
        shutil.copy2(source, target)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
