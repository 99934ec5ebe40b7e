"""Who is a member, since when and with which keys: the one thing the network takes from its capofila.

The roster is a single file distributed with The Update Framework (python-tuf): a copy is believed because of its
signatures and never because of where it came from, so every member may serve it to every other. TUF refuses what is
older than what we hold (rollback) and lets what is held too long expire (freeze). This module reads; `capofila.py`
writes. The door that faces the Internet reads the copy on disk and never refreshes it: only the worker does.
"""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from federation import durable
from federation.members import Member, Roster, RosterFault
from federation.statement import strict_json

__all__ = ["Member", "NotServed", "Roster", "RosterFault", "RosterStore", "Source", "network_id"]

TARGET = "roster.json"
ROSTER_VERSION = "Roster-Version"
"""The header in which every answer of a member says which version it has."""
ONLINE_ROLES = ("targets", "snapshot", "timestamp")
MAX_METADATA_BYTES = 512 * 1024
MAX_ROSTER_BYTES = 8 * 1024 * 1024
SERVED = re.compile(
    r"metadata/timestamp\.json|metadata/[1-9][0-9]{0,8}\.(?:root|snapshot|targets)\.json|targets/[0-9a-f]{64}\.roster\.json"
)

Source = Callable[[str, int], bytes]
"""Gives the bytes of a path below `/federation/roster/` (`metadata/timestamp.json`), at most so many of them.

Raises NotServed when the server has no such file and any other exception when it cannot be asked.
"""


class NotServed(Exception):
    """The server answered that it has no such file; for a root version this means: the newest is already held."""


def network_id(root_v1: bytes) -> str:
    """The name of a network in audiences: the first 16 hex digits of the SHA-256 of its first root metadata."""
    return hashlib.sha256(root_v1).hexdigest()[:16]


class RosterStore:
    """A node's copy of the roster: a folder that one worker refreshes and any process of the node reads.

    `root_v1.json` is the anchor of trust, checked against the invitation's hash when the node joined; `tuf/` is
    python-tuf's own memory; `copy/` holds what was verified, under the names by which it is served to others. A node
    that joined nothing has an empty folder: `current()` is then the roster of `myself` alone, or None where nobody
    told who that is.
    """

    def __init__(
        self, directory: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC), myself: Member | None = None
    ) -> None:
        self.directory = directory
        self.answers = directory / "joins"
        self._newest = directory / "copy" / "metadata" / "timestamp.json"
        self._clock = clock
        self._alone = Roster.alone(myself) if myself else None
        self._held: tuple[tuple[int, int], Roster] | None = None
        self._refreshing = threading.Lock()

    def current(self) -> Roster | None:
        """The roster in force; reads the files again when they have changed.

        Raises RosterFault when the folder holds something that is not a roster.
        """
        try:
            stat = self._newest.stat()
        except FileNotFoundError:
            return self._alone
        stamp, held = (stat.st_mtime_ns, stat.st_ino), self._held
        if held is None or held[0] != stamp:
            held = (stamp, read_copy(self.directory / "copy", network_id(self._anchor())))
            self._held = held
        roster = held[1]
        has_expired = roster.expires_at is not None and self._clock() >= roster.expires_at
        return roster if has_expired == roster.expired else replace(roster, expired=has_expired)

    def network(self) -> str | None:
        """The id of the network, None while the node stands alone; the publisher asks this."""
        roster = self.current()
        return roster.network if roster else None

    def adopt(self, root_v1: bytes) -> None:
        """Take `root_v1` as the anchor of trust; the caller has checked it against the invitation's hash.

        Raises RosterFault when the node already trusts another network.
        """
        anchor = self.directory / "root_v1.json"
        if anchor.exists() and anchor.read_bytes() != root_v1:
            raise RosterFault("this node already belongs to another network")
        self.directory.mkdir(parents=True, exist_ok=True)
        durable.write(anchor, root_v1)

    def refresh(self, source: Source) -> Roster:
        """Do one TUF round against `source` and return the roster then in force.

        Raises RosterFault when the source cannot be asked, or what it offers is older, expired, or not signed by
        the keys that the last root names; the copy that we hold is not touched then.
        """
        with self._refreshing:
            try:
                self._update(source)
            except (RepositoryError, DownloadError, OSError, ValueError) as fault:
                raise RosterFault(f"the roster was not refreshed: {_reasons(fault)}") from fault
        roster = self.current()
        if roster is None:
            raise RosterFault("the network has no roster yet")
        return roster

    def root(self) -> Metadata[Root]:
        """The newest root that was verified. Raises RosterFault where this node has joined no network."""
        try:
            return newest_root(self.directory / "copy")
        except (OSError, ValueError, RepositoryError) as fault:
            raise RosterFault(f"the root of the roster cannot be read: {_reasons(fault)}") from fault

    def served(self, path: str) -> bytes | None:
        """The bytes of one file of our copy by its name in the repository, None for a name that we do not hold."""
        if not SERVED.fullmatch(path):
            return None
        try:
            return (self.directory / "copy" / path).read_bytes()
        except FileNotFoundError:
            return None

    def _anchor(self) -> bytes:
        try:
            return (self.directory / "root_v1.json").read_bytes()
        except FileNotFoundError as absent:
            raise RosterFault("this node has joined no network") from absent

    def _update(self, source: Source) -> None:
        memory = self.directory / "tuf"
        anchor = self._anchor()
        memory.mkdir(exist_ok=True)
        updater = Updater(
            str(memory),
            "metadata/",
            str(memory),
            "targets/",
            fetcher=_Fetcher(source),
            config=UpdaterConfig(root_max_length=MAX_METADATA_BYTES, targets_max_length=MAX_METADATA_BYTES),
            bootstrap=anchor,
        )
        updater.refresh()
        target = updater.get_targetinfo(TARGET)
        if target is None or target.length > MAX_ROSTER_BYTES:
            raise ValueError("the network's metadata names no roster.json of a bearable size")
        if updater.find_cached_target(target) is None:
            updater.download_target(target)
        self._publish(memory)

    def _publish(self, memory: Path) -> None:
        """Show what python-tuf has verified under its public names, the timestamp last: it makes the rest current."""
        for root in (memory / "root_history").glob("*.root.json"):
            self._show(f"metadata/{root.name}", root.read_bytes())
        timestamp = (memory / "timestamp.json").read_bytes()
        if self.served("metadata/timestamp.json") == timestamp:
            return
        roster = (memory / TARGET).read_bytes()
        _document(roster)
        self._show(f"targets/{hashlib.sha256(roster).hexdigest()}.{TARGET}", roster)
        for role in ("targets", "snapshot"):
            version = Metadata.from_file(str(memory / f"{role}.json")).signed.version
            self._show(f"metadata/{version}.{role}.json", (memory / f"{role}.json").read_bytes())
        durable.write(self.directory / "copy" / "metadata" / "timestamp.json", timestamp, settled=False)
        forget_older(self.directory / "copy")

    def _show(self, name: str, data: bytes) -> None:
        """Write a file whose name says its version or its hash: once there, it never changes."""
        path = self.directory / "copy" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            durable.write(path, data, settled=False)


def read_copy(copy: Path, network: str) -> Roster:
    """The roster that a folder of verified metadata describes, following timestamp, snapshot and targets.

    Raises RosterFault when a file is missing or is not what its name says.
    """
    try:
        timestamp = Metadata[Timestamp].from_file(str(copy / "metadata" / "timestamp.json")).signed
        number = timestamp.snapshot_meta.version
        snapshot = Metadata[Snapshot].from_file(str(copy / "metadata" / f"{number}.snapshot.json")).signed
        number = snapshot.meta["targets.json"].version
        targets = Metadata[Targets].from_file(str(copy / "metadata" / f"{number}.targets.json")).signed
        root = newest_root(copy).signed
        digest = targets.targets[TARGET].hashes["sha256"]
        told = _document((copy / "targets" / f"{digest}.{TARGET}").read_bytes())
    except (OSError, KeyError, ValueError, RepositoryError) as fault:
        raise RosterFault(f"the copy of the roster in {copy} cannot be read: {_reasons(fault)}") from fault
    expires_at = min(signed.expires for signed in (timestamp, snapshot, targets, root))
    return Roster.from_json(told, targets.version, network, expires_at)


def newest_root(copy: Path) -> Metadata[Root]:
    """Raises ValueError where the folder holds none."""
    return Metadata[Root].from_file(str(max((copy / "metadata").glob("*.root.json"), key=_version)))


def forget_older(copy: Path, kept: int = 3) -> None:
    """Drop all but the newest versions of a repository: a reader in the middle of its round still finds its files."""
    for role in ("snapshot", "targets"):
        versions = sorted((copy / "metadata").glob(f"*.{role}.json"), key=_version)
        for path in versions[:-kept]:
            path.unlink(missing_ok=True)
    rosters = sorted((copy / "targets").glob(f"*.{TARGET}"), key=lambda path: path.stat().st_mtime_ns)
    for path in rosters[:-kept]:
        path.unlink(missing_ok=True)


class _Fetcher(FetcherInterface):
    """Lets python-tuf ask through our client, which checks addresses, follows nothing and caps what it reads."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def _fetch(self, url: str) -> Iterator[bytes]:
        cap = MAX_ROSTER_BYTES if url.startswith("targets/") else MAX_METADATA_BYTES
        try:
            return iter((self._source(url, cap),))
        except NotServed as absent:
            raise DownloadHTTPError(f"{url} is not served", 404) from absent


def _version(path: Path) -> int:
    return int(path.name.partition(".")[0])


def _document(data: bytes) -> Any:
    """The JSON of roster.json; raises ValueError when it is not strict JSON or not a roster."""
    told = strict_json(data.decode())
    try:
        Roster.from_json(told, 0, "", datetime.max.replace(tzinfo=UTC))
    except RosterFault as fault:
        raise ValueError(str(fault)) from fault
    return told


def _reasons(fault: BaseException) -> str:
    """A fault with the one that caused it: python-tuf wraps ours, and ours is the one that explains."""
    return f"{fault} ({fault.__cause__})" if fault.__cause__ else str(fault)
