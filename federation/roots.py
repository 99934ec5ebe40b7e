"""What needs the root keys, which lie in no computer of the network: moving the capofila, and naming a deputy.

Both issue a new version of the TUF root, signed by as many of the old root's keys as it asks for. Whoever holds the
older root believes the newer one because of those signatures, wherever it comes from; so the node that takes over asks
nobody, and the one that it takes over from may be lost.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Timestamp

from federation import durable
from federation.members import CAPOFILA, MEMBER, Roster
from federation.repository import LIFE, PRIVATE, ROOT_LIFE, Repository, expiry, numbered, write_metadata
from federation.roster import ONLINE_ROLES, NotServed, RosterStore

SILENT = timedelta(days=1)
"""So long the capofila may be silent before its deputy vouches for the list."""


class RootFault(Exception):
    """What needs the root keys cannot be done. `code` is one word, the text says why and what would be right."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def take_over(directory: Path, store: RosterStore, me: str, root_keys: Sequence[Path], now: datetime) -> Roster:
    """Make the node `me` the capofila, whose repository is to lie in `directory`; returns the roster that says so.

    The new online keys are made here and never leave the machine. A repository that lies there from an earlier time as
    capofila is moved aside. Raises RootFault, RosterFault, OSError; nothing is changed then.
    """
    roster = store.current()
    member = roster.members.get(me) if roster else None
    if roster is None or roster.network is None or member is None:
        raise RootFault("no-network", f"{me} is a member of no network")
    if member.is_capofila:
        raise RootFault("capofila", f"{me} is the capofila already")
    if member.url is None:
        raise RootFault("no-address", "the capofila needs an address that the others can reach")
    unfinished = directory.with_name(f".{directory.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(store.directory / "copy", unfinished / "repository")
    (unfinished / "keys").mkdir(mode=0o700)
    online = {role: CryptoSigner.generate_ed25519() for role in ONLINE_ROLES}
    for role, signer in online.items():
        durable.write(unfinished / "keys" / f"{role}.pem", signer.private_bytes, PRIVATE)

    def hand_over(root: Root) -> None:
        for role, signer in online.items():
            for kid in list(root.roles[role].keyids):
                root.revoke_key(kid, role)
            root.add_key(signer.public_key, role)

    _issue_root(unfinished / "repository", store.root(), root_keys, hand_over, now)
    members = {
        name: replace(each, role=CAPOFILA if name == me else MEMBER if each.is_capofila else each.role)
        for name, each in roster.members.items()
    }
    Repository(unfinished, lambda: now).publish(replace(roster, members=members).as_json())
    if directory.exists():
        directory.rename(directory.with_name(f"{directory.name}-{int(now.timestamp())}"))
    unfinished.rename(directory)
    return store.refresh(Repository(directory, lambda: now).source)


def name_deputy(directory: Path, store: RosterStore, root_keys: Sequence[Path], key: Path, now: datetime) -> Roster:
    """Let a second key re-issue the timestamp, and write its private half to the file `key`, for the deputy alone.

    For the capofila, whose repository lies in `directory`. The deputy of before, if there was one, is none any more.
    Raises RootFault, OSError.
    """
    repository = Repository(directory, lambda: now)
    if not repository.exists:
        raise RootFault("no-network", "this node is the capofila of no network")
    if key.exists():
        raise RootFault("exists", f"{key} exists: keys are never overwritten")
    signer = CryptoSigner.generate_ed25519()
    ours = signer_of((directory / "keys" / "timestamp.pem").read_bytes()).public_key.keyid

    def admit(root: Root) -> None:
        for kid in [kid for kid in root.roles["timestamp"].keyids if kid != ours]:
            root.revoke_key(kid, "timestamp")
        root.add_key(signer.public_key, "timestamp")

    with durable.locked(directory / "lock"):
        _issue_root(directory / "repository", store.root(), root_keys, admit, now)
        durable.write(key, signer.private_bytes, PRIVATE)
        repository.renew()
        return store.refresh(repository.source)


def may_stand_in(store: RosterStore, key: bytes) -> bool:
    """Whether the root lets the holder of this private key re-issue the timestamp. Raises RootFault for no key."""
    return signer_of(key).public_key.keyid in store.root().signed.roles["timestamp"].keyids


def stand_in(store: RosterStore, key: Path, now: datetime) -> bool:
    """For the deputy, hourly: vouch for the list if the capofila has not for a day. Whether it did.

    Raises RootFault, RosterFault, OSError.
    """
    newest = store.served("metadata/timestamp.json")
    if newest is None or not key.exists():
        return False
    timestamp = Metadata[Timestamp].from_bytes(newest).signed
    if timestamp.expires - LIFE["timestamp"] + SILENT > now:
        return False
    timestamp.version, timestamp.expires = numbered(timestamp.version, now), expiry(now, LIFE["timestamp"])
    metadata = Metadata(timestamp)
    metadata.sign(signer_of(key.read_bytes()))
    data = metadata.to_bytes()

    def source(path: str, _cap: int) -> bytes:
        told = data if path == "metadata/timestamp.json" else store.served(path)
        if told is None:
            raise NotServed(path)
        return told

    store.refresh(source)
    return True


def signer_of(pem: bytes) -> CryptoSigner:
    """Raises RootFault for what is no Ed25519 private key."""
    try:
        private = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as fault:
        raise RootFault("key", f"not a private key in PEM: {fault}") from fault
    if not isinstance(private, Ed25519PrivateKey):
        raise RootFault("key", "not an Ed25519 private key")
    return CryptoSigner(private)


def _issue_root(
    served: Path, newest: Metadata[Root], keys: Iterable[Path], change: Callable[[Root], None], now: datetime
) -> None:
    named = newest.signed.roles["root"]
    signers = {}
    for path in keys:
        try:
            signer = signer_of(path.read_bytes())
        except OSError as fault:
            raise RootFault("root-keys", f"{path}: {fault.strerror}") from fault
        if signer.public_key.keyid in named.keyids:
            signers[signer.public_key.keyid] = signer
    if len(signers) < named.threshold:
        raise RootFault(
            "root-keys", f"{len(signers)} of this network's root keys were given, {named.threshold} are needed"
        )
    root = deepcopy(newest.signed)
    root.version, root.expires = root.version + 1, expiry(now, ROOT_LIFE)
    change(root)
    write_metadata(served, "root", Metadata(root), list(signers.values()))
