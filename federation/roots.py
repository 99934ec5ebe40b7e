"""What needs the root keys, which lie in no computer of the network: moving the capofila, and naming a deputy.

Both issue a new version of the TUF root, signed by as many of the old root's keys as it asks for. Whoever holds the
older root believes the newer one because of those signatures, wherever it comes from; so the one from which a node takes
over may be lost.

Two roots of one version would part the network for good, and an old list of members would bring back who was removed.
Therefore a node that takes over asks the others for the newest first.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Signed, Timestamp

from federation import durable
from federation.members import CAPOFILA, MEMBER, Member, Roster, RosterFault
from federation.repository import LIFE, PRIVATE, ROOT_LIFE, Repository, expiry, write_metadata
from federation.roster import MAX_METADATA_BYTES, ONLINE_ROLES, NotServed, RosterStore, Source
from federation.transport import PeerFault

SILENT = timedelta(days=1)
"""So long the capofila may be silent before its deputy vouches for the list."""
ASKED = 20
"""So many members at most are asked for the newest list, the capofila first."""

_log = logging.getLogger(__name__)


class RootFault(Exception):
    """What needs the root keys cannot be done. `code` is one word, the text says why and what would be right."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def take_over(
    directory: Path,
    store: RosterStore,
    me: str,
    root_keys: Sequence[Path],
    now: datetime,
    source_at: Callable[[str], Source],
    alone: bool = False,
) -> Roster:
    """Make the node `me` the capofila, whose repository is to lie in `directory`; returns the roster that says so.

    `source_at` gives the roster files of the node at an address: the newest of what the others have is taken first.
    `alone`: nobody need answer. The new online keys are made here and never leave the machine. A repository that lies
    there from an earlier time as capofila is moved aside. Raises RootFault, RosterFault, OSError; no more than a newer
    roster is taken then.
    """
    if store.network() is None:
        raise RootFault("no-network", f"{me} is a member of no network")
    _signers(store.root(), root_keys)
    is_heard = _have_newest(store, me, source_at)
    roster = _successor(store.current(), me)
    if not is_heard and not alone:
        raise RootFault("unheard", "no member has answered that could have a newer list, or a newer root")
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


def _successor(roster: Roster | None, me: str) -> Roster:
    """The roster in which `me` may become the capofila. Raises RootFault."""
    member = roster.members.get(me) if roster else None
    if roster is None or roster.network is None or member is None:
        raise RootFault("no-network", f"{me} is a member of no network")
    if member.is_capofila:
        raise RootFault("capofila", f"{me} is the capofila already")
    if member.url is None:
        raise RootFault("no-address", "the capofila needs an address that the others can reach")
    return roster


def _have_newest(store: RosterStore, me: str, source_at: Callable[[str], Source]) -> bool:
    """Take the newest list and root of those who answer; whether anybody does. Raises RootFault (`behind`).

    The capofila alone is not enough: another may have taken over from it, and it not have heard of that.
    """
    is_heard = False
    for member, source in _others(store, me, source_at):
        _take_newer(store, member, source)
        told = _vouched_for(store.root(), source)
        is_heard |= told is not None
        if _has_newer_root(store.root(), source) or (told is not None and told > _snapshot_of(store)):
            raise RootFault("behind", f"{member.id} has a newer list or root, which could not be taken from it")
    return is_heard


def _others(store: RosterStore, me: str, source_at: Callable[[str], Source]) -> list[tuple[Member, Source]]:
    """Whom to ask for a newer list, the capofila first, and where each has its files."""
    roster = store.current()
    others = [(each, each.url) for each in (roster.members.values() if roster else ()) if each.id != me]
    told = [(each, source_at(url)) for each, url in others if url is not None]
    return sorted(told, key=lambda each: not each[0].is_capofila)[:ASKED]


def _take_newer(store: RosterStore, member: Member, source: Source) -> None:
    try:
        store.refresh(source)
    except RosterFault as fault:
        _log.info("%s has no newer roster for us: %s", member.id, fault)


def _vouched_for(root: Metadata[Root], source: Source) -> int | None:
    """Which snapshot a source's timestamp names, old or expired as it may be; None for one that our root has not signed."""
    told = _signed_by(root, "timestamp", source, "timestamp.json")
    return told.snapshot_meta.version if isinstance(told, Timestamp) else None


def _has_newer_root(root: Metadata[Root], source: Source) -> bool:
    """Whether a source has the next root, signed by the keys of ours."""
    following = root.signed.version + 1
    told = _signed_by(root, "root", source, f"{following}.root.json")
    return isinstance(told, Root) and told.version == following


def _signed_by(root: Metadata[Root], role: str, source: Source, name: str) -> Signed | None:
    """A file of metadata as its source has it; None where it has none that this root's keys for the role have signed."""
    try:
        told: Metadata[Any] = Metadata.from_bytes(source(f"metadata/{name}", MAX_METADATA_BYTES))
        root.signed.verify_delegate(role, told.signed_bytes, told.signatures)
    except (NotServed, PeerFault, OSError, ValueError, RepositoryError):
        return None
    signed: Signed = told.signed
    return signed


def _snapshot_of(store: RosterStore) -> int:
    """Which snapshot our own timestamp names; 0 where there is none."""
    held = _held(store)
    return 0 if held is None else held.snapshot_meta.version


def _held(store: RosterStore) -> Timestamp | None:
    """The newest timestamp of our copy; None where there is none."""
    data = store.served("metadata/timestamp.json")
    return None if data is None else Metadata[Timestamp].from_bytes(data).signed


def name_deputy(
    directory: Path, store: RosterStore, deputy: str, root_keys: Sequence[Path], key: Path, now: datetime
) -> Roster:
    """Let a second key re-issue the timestamp, and write its private half to the file `key`, for the member `deputy` alone.

    For the capofila, whose repository lies in `directory`. The deputy of before, if there was one, is none any more. Nobody
    reads a member without an address, so it cannot be one. Raises RootFault, OSError.
    """
    repository = Repository(directory, lambda: now)
    roster = store.current()
    if not repository.exists or roster is None:
        raise RootFault("no-network", "this node is the capofila of no network")
    member = roster.members.get(deputy)
    if member is None:
        raise RootFault("no-member", f"{deputy} is not a member")
    if member.is_capofila:
        raise RootFault("own-deputy", f"{deputy} is the capofila: its deputy has to be another member")
    if member.url is None:
        raise RootFault("deputy-address", f"{deputy} has no address at which others could read the list")
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


def stand_in(store: RosterStore, key: Path, me: str, now: datetime, source_at: Callable[[str], Source]) -> bool:
    """For the deputy `me`, hourly: vouch for the list if the capofila has not for a day. Whether it did.

    Others may have heard the capofila later: they are asked first, so that what is vouched for is newer for all of them.
    Raises RootFault, RosterFault, OSError.
    """
    if not key.exists() or not _is_silent(_held(store), now):
        return False
    for member, source in _others(store, me, source_at):
        _take_newer(store, member, source)
    timestamp = _held(store)
    if timestamp is None or not _is_silent(timestamp, now):
        return False
    timestamp.version, timestamp.expires = timestamp.version + 1, expiry(now, LIFE["timestamp"])
    metadata = Metadata(timestamp)
    metadata.sign(signer_of(key.read_bytes()))
    data = metadata.to_bytes()

    def ours(path: str, _cap: int) -> bytes:
        told = data if path == "metadata/timestamp.json" else store.served(path)
        if told is None:
            raise NotServed(path)
        return told

    store.refresh(ours)
    return True


def _is_silent(newest: Timestamp | None, now: datetime) -> bool:
    """Whether a timestamp was issued more than a day ago; False for None."""
    return newest is not None and newest.expires - LIFE["timestamp"] + SILENT <= now


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
    signers = _signers(newest, keys)
    root = deepcopy(newest.signed)
    root.version, root.expires = root.version + 1, expiry(now, ROOT_LIFE)
    change(root)
    write_metadata(served, "root", Metadata(root), signers)


def _signers(newest: Metadata[Root], keys: Iterable[Path]) -> list[CryptoSigner]:
    """Those of the keys that this root names as root keys. Raises RootFault for fewer than it asks for."""
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
    return list(signers.values())
