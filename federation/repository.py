"""The capofila's TUF repository on disk: metadata that python-tuf made, signed and numbered.

Four roles. `root` names the keys of all roles and is signed offline. `targets` says what roster.json hashes to,
`snapshot` which version of targets is current, `timestamp` which snapshot; it is short-lived, so that a network whose
capofila is silenced notices. Each version is a file of its own, hence a reader in the middle of its round never meets
files of two versions; and a writer that dies before the timestamp has changed nothing.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Signed, Snapshot, TargetFile, Targets, Timestamp

from federation import durable
from federation.roster import ONLINE_ROLES, TARGET, NotServed, forget_older

ROOT_LIFE = timedelta(days=5 * 365)
LIFE = {"timestamp": timedelta(days=7), "snapshot": timedelta(days=365), "targets": timedelta(days=365)}
RENEW_BEFORE = timedelta(days=60)
PRIVATE = 0o600
DEPUTYS_NUMBERS = 1_000
"""How many numbers above its last timestamp the capofila leaves to its deputy, which needs one a day."""


class Repository:
    """A folder with `repository/` (what is served) and `keys/` (the online private keys, one for each role)."""

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self._served = directory / "repository"
        self._keys = directory / "keys"
        self._clock = clock

    @property
    def exists(self) -> bool:
        return (self._served / "metadata" / "timestamp.json").exists()

    def is_named_by(self, root: Root) -> bool:
        """Whether this root lets our keys say who is a member: another may have taken over."""
        private = load_pem_private_key((self._keys / "targets.pem").read_bytes(), None)
        return CryptoSigner(private).public_key.keyid in root.roles["targets"].keyids

    def root_v1(self) -> bytes:
        return (self._served / "metadata" / "1.root.json").read_bytes()

    def source(self, path: str, _cap: int) -> bytes:
        """A roster.Source that reads our own disk."""
        try:
            return (self._served / path).read_bytes()
        except FileNotFoundError as absent:
            raise NotServed(path) from absent

    def publish(self, roster: dict[str, Any]) -> None:
        """Sign a roster as the newest version. Raises OSError; the version before it then stays current."""
        timestamp, snapshot, targets = self._current()
        data = json.dumps(roster, ensure_ascii=False, separators=(",", ":")).encode()
        targets.version += 1
        targets.targets[TARGET] = TargetFile.from_data(TARGET, data, ["sha256"])
        write_target(self._served, data)
        self._sign("targets", targets)
        self._point(timestamp, snapshot, targets)

    def renew(self) -> None:
        """Sign the timestamp anew, and before they expire the roles that it vouches for."""
        timestamp, snapshot, targets = self._current()
        soon = self._clock() + RENEW_BEFORE
        if min(snapshot.expires, targets.expires) > soon:
            self._sign("timestamp", timestamp)
            return
        targets.version += 1
        self._sign("targets", targets)
        self._point(timestamp, snapshot, targets)

    def _point(self, timestamp: Timestamp, snapshot: Snapshot, targets: Targets) -> None:
        snapshot.version += 1
        snapshot.meta["targets.json"] = MetaFile(targets.version)
        self._sign("snapshot", snapshot)
        timestamp.snapshot_meta = MetaFile(snapshot.version)
        self._sign("timestamp", timestamp)
        forget_older(self._served)

    def _current(self) -> tuple[Timestamp, Snapshot, Targets]:
        metadata = self._served / "metadata"
        timestamp = Metadata[Timestamp].from_file(str(metadata / "timestamp.json")).signed
        snapshot = (
            Metadata[Snapshot].from_file(str(metadata / f"{timestamp.snapshot_meta.version}.snapshot.json")).signed
        )
        version = snapshot.meta["targets.json"].version
        targets = Metadata[Targets].from_file(str(metadata / f"{version}.targets.json")).signed
        return timestamp, snapshot, targets

    def _sign(self, role: str, signed: Signed) -> None:
        if role == "timestamp":
            signed.version = numbered(signed.version, self._clock())
        signed.expires = expiry(self._clock(), LIFE[role])
        private = load_pem_private_key((self._keys / f"{role}.pem").read_bytes(), None)
        write_metadata(self._served, role, Metadata(signed), [CryptoSigner(private)])


def create_repository(
    directory: Path,
    roster: dict[str, Any],
    root_keys: Path,
    keys: int,
    threshold: int,
    now: datetime,
    new_key: Callable[[], CryptoSigner] = CryptoSigner.generate_ed25519,
) -> bytes:
    """Make keys, root and first versions; returns the bytes of root v1, whose hash names the network.

    The private root keys are written to `root_keys`, nowhere else. Raises FileExistsError when that folder holds any.
    """
    served = directory / "repository"
    for folder in (directory / "keys", served / "metadata", served / "targets", root_keys):
        folder.mkdir(mode=0o755 if folder.is_relative_to(served) else 0o700, parents=True, exist_ok=True)
    online = {role: new_key() for role in ONLINE_ROLES}
    offline = [new_key() for _ in range(keys)]
    exported = [root_keys / f"root-{number}.pem" for number in range(1, keys + 1)]
    for path in exported:
        if path.exists():
            raise FileExistsError(f"{path} exists: root keys are never overwritten")
    for path, signer in zip(exported, offline, strict=True):
        durable.write(path, signer.private_bytes, PRIVATE)
    for role, signer in online.items():
        durable.write(directory / "keys" / f"{role}.pem", signer.private_bytes, PRIVATE)
    root_v1 = write_metadata(served, "root", Metadata(first_root(online, offline, threshold, now)), offline)
    data = json.dumps(roster, ensure_ascii=False, separators=(",", ":")).encode()
    write_target(served, data)
    first: dict[str, Signed] = {
        "targets": Targets(targets={TARGET: TargetFile.from_data(TARGET, data, ["sha256"])}),
        "snapshot": Snapshot(),
        "timestamp": Timestamp(),
    }
    for role, signed in first.items():
        signed.expires = expiry(now, LIFE[role])
        write_metadata(served, role, Metadata(signed), [online[role]])
    return root_v1


def first_root(online: dict[str, CryptoSigner], offline: list[CryptoSigner], threshold: int, now: datetime) -> Root:
    """One key for each online role; `threshold` of the offline ones for every later root."""
    root = Root(expires=expiry(now, ROOT_LIFE), consistent_snapshot=True)
    for role, signer in online.items():
        root.add_key(signer.public_key, role)
    for signer in offline:
        root.add_key(signer.public_key, "root")
    root.roles["root"].threshold = threshold
    return root


def write_metadata(served: Path, role: str, metadata: Metadata[Any], signers: list[CryptoSigner]) -> bytes:
    """Sign with each signer and write under the role's public name; returns the bytes as they are served."""
    for signer in signers:
        metadata.sign(signer, append=True)
    data = metadata.to_bytes()
    name = "timestamp.json" if role == "timestamp" else f"{metadata.signed.version}.{role}.json"
    durable.write(served / "metadata" / name, data)
    return data


def write_target(served: Path, data: bytes) -> None:
    durable.write(served / "targets" / f"{hashlib.sha256(data).hexdigest()}.{TARGET}", data)


def numbered(version: int, now: datetime) -> int:
    """The next number of the capofila's timestamp: the seconds since 1970, and above all that a deputy has come to.

    A deputy counts on by one from what it holds. So they need not tell each other, and where the deputy's clock is ahead its
    timestamps do not stand in the way of the capofila's.
    """
    return max(version + DEPUTYS_NUMBERS, int(now.timestamp()))


def expiry(now: datetime, life: timedelta) -> datetime:
    """TUF writes times in whole seconds."""
    return (now + life).replace(microsecond=0)
