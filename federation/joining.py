"""How a comune enters a network: an invitation in its hand, one signed request, and patience.

The invitation is a secret of 72 hours that travels outside the network (the capofila's administrator gives it to the
new member's). It names the hash of the network's first root metadata, so the new node trusts nothing that it fetches
on the way in: not the address, not the certificate, only what hashes to what it was told.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from federation.client import PeerClient
from federation.keys import SigningKey, VerifyKey, base64url, from_base64url
from federation.members import Roster, RosterFault
from federation.roster import MAX_METADATA_BYTES, RosterStore
from federation.signatures import Request, verify
from federation.statement import instant, strict_json
from federation.transport import PeerFault, check_url
from schemas.shapes import NODE_ID

INVITATION_LIFE = timedelta(hours=72)
TARGET = "/federation/join"
POLL_S = 1.0
REASONS = {
    "used": "the invitation was already used with another key",
    "expired": "the invitation has expired; ask the capofila for a new one",
    "other-id": "the invitation is for another node id",
    "taken": "a member of this id exists already, with another key",
    "key-taken": "this key already belongs to a member",
    "no-address": "a node needs an https address of its own, or relays that are members",
    "address-taken": "this address already belongs to a member",
    "gone": "the member that was invited again is in the network no more",
    "full": "the roster is full",
    "other-network": "the address of the invitation serves another network than the invitation names",
}


class JoinRefused(Exception):
    """The node is not taken in. `code` is one of REASONS or `http-<status>`, the text explains it in English."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class BadRequest(ValueError):
    """A request to join that is not well formed or not signed by the key that it brings."""


@dataclass(frozen=True)
class Invitation:
    """What an invitation says. `comuni` are ISTAT codes, `root` the SHA-256 (hex) of the first root metadata."""

    url: str
    root: str
    id: str
    name: str
    comuni: tuple[str, ...]
    secret: str
    expires_at: datetime

    @property
    def digest(self) -> str:
        """All that the capofila keeps of the secret, and the name under which the answer is looked up."""
        return digest_of(self.secret)

    def token(self) -> str:
        """One line to be copied: base64url of JSON."""
        told = {
            "v": 1,
            "url": self.url,
            "root": self.root,
            "id": self.id,
            "name": self.name,
            "comuni": list(self.comuni),
            "secret": self.secret,
            "expires_at": instant(self.expires_at),
        }
        return base64url(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def read(cls, token: str) -> Self:
        """Raises ValueError when the token was not copied whole or is not an invitation."""
        try:
            told = strict_json(from_base64url(token.strip()).decode("utf-8"))
            return cls(
                url=str(told["url"]),
                root=str(told["root"]),
                id=str(told["id"]),
                name=str(told["name"]),
                comuni=tuple(map(str, told["comuni"])),
                secret=str(told["secret"]),
                expires_at=datetime.strptime(told["expires_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise ValueError(f"this is not an invitation, or not all of it: {fault}") from fault


@dataclass(frozen=True)
class JoinRequest:
    """What a new node tells the capofila. The request that carries it is signed with `key`: proof of possession."""

    id: str
    url: str | None
    via: tuple[str, ...]
    secret: str
    key: VerifyKey
    sealing: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "id": self.id,
            "url": self.url,
            "via": list(self.via),
            "secret": self.secret,
            "key": self.key.jwk(),
            "sealing": dict(self.sealing),
        }

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Raises BadRequest naming the field that is wrong."""
        try:
            told = strict_json(body.decode("utf-8"))
        except ValueError as fault:
            raise BadRequest(f"the body is not strict JSON in UTF-8: {fault}") from fault
        if not isinstance(told, dict) or told.get("v") != 1:
            raise BadRequest("the body is not a request to join of version 1")
        if not isinstance(told.get("id"), str) or not NODE_ID.fullmatch(told["id"]):
            raise BadRequest("id must be a node id, [a-z0-9-]{3,40}, not public or members")
        if not isinstance(told.get("secret"), str) or not 16 <= len(told["secret"]) <= 128:
            raise BadRequest("secret must be the one from the invitation")
        try:
            return cls(
                told["id"],
                _url(told.get("url")),
                _via(told.get("via", [])),
                told["secret"],
                VerifyKey.from_jwk(told["key"]),
                _sealing(told["sealing"]),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as fault:
            raise BadRequest(f"a field is missing or wrong: {fault}") from fault


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def check_request(url: str, headers: dict[str, str], body: bytes, now: datetime | None) -> JoinRequest:
    """Read a request to join and check that it is signed with the key that it brings.

    `url` is the capofila's own address of this request. `now` None leaves the time out (see signatures.verify).
    Raises BadRequest, BadSignature or Stranger (signed with another key).
    """
    wanted = JoinRequest.read(body)
    verify(Request("POST", url, headers), body, lambda kid: wanted.key if kid == wanted.key.kid else None, now)
    return wanted


def fetch_root(client: PeerClient, invitation: Invitation) -> bytes:
    """The network's first root metadata. Raises JoinRefused when it is not the one that the invitation names."""
    root_v1 = client.roster_source(invitation.url)("metadata/1.root.json", MAX_METADATA_BYTES)
    if hashlib.sha256(root_v1).hexdigest() != invitation.root:
        raise JoinRefused("other-network", REASONS["other-network"])
    return root_v1


def join(
    invitation: Invitation,
    store: RosterStore,
    client: PeerClient,
    key: SigningKey,
    sealing: Mapping[str, str],
    url: str | None,
    via: tuple[str, ...] = (),
    patience_s: float = 120.0,
    poll_s: float = POLL_S,
) -> Roster:
    """Redeem an invitation and return the roster that has this node in it; asking again with the same key is safe.

    Raises JoinRefused (the capofila's reason), PeerFault (it cannot be asked), TimeoutError (it has not answered yet:
    its worker may be down; call again) and RosterFault (this node already belongs to another network).
    """
    root_v1 = fetch_root(client, invitation)
    request = JoinRequest(invitation.id, url, via, invitation.secret, key.public, sealing)
    try:
        client.post(invitation.url, TARGET, request.as_json())
    except PeerFault as fault:
        if fault.code in {"http-400", "http-401", "http-403", "http-404"}:
            raise JoinRefused(fault.code, fault.detail) from fault
        raise
    patience = _Patience(time.monotonic() + patience_s, poll_s)
    _await_answer(client, invitation, patience)
    store.adopt(root_v1)
    return _await_membership(client, invitation.url, store, key.kid, patience)


def await_key(client: PeerClient, url: str, store: RosterStore, kid: str, patience_s: float) -> Roster:
    """The roster once it names this key, read from the capofila at `url`. Raises TimeoutError, PeerFault."""
    return _await_membership(client, url, store, kid, _Patience(time.monotonic() + patience_s, POLL_S))


@dataclass(frozen=True)
class _Patience:
    until: float
    poll_s: float


def _await_answer(client: PeerClient, invitation: Invitation, patience: _Patience) -> None:
    def answer() -> bool:
        told = client.get(invitation.url, f"{TARGET}/{invitation.digest}", signed=False).json()
        if told.get("state") == "refused":
            reason = str(told.get("reason"))
            raise JoinRefused(
                reason, REASONS.get(reason, "the capofila gives a reason that this version does not know")
            )
        return bool(told.get("state") == "accepted")

    _poll(answer, patience, "the capofila has not answered yet")


def _await_membership(client: PeerClient, url: str, store: RosterStore, kid: str, patience: _Patience) -> Roster:
    rosters: list[Roster] = []

    def is_in() -> bool:
        try:
            rosters.append(store.refresh(client.roster_source(url)))
        except RosterFault:
            return False
        return rosters[-1].member_of_kid(kid) is not None

    _poll(is_in, patience, "the roster does not name this node yet")
    return rosters[-1]


def _poll(is_done: Callable[[], bool], patience: _Patience, complaint: str) -> None:
    while not _asked(is_done):
        if time.monotonic() + patience.poll_s > patience.until:
            raise TimeoutError(complaint)
        time.sleep(patience.poll_s)


def _asked(is_done: Callable[[], bool]) -> bool:
    """Whether it is done; a capofila that is busy or being restarted is asked again."""
    try:
        return is_done()
    except PeerFault as fault:
        if fault.code in {"http-400", "http-404", "address", "url"}:
            raise
        return False


def _url(told: Any) -> str | None:
    """A base URL in its one form: what signatures cover is this text followed by the target."""
    if told is None:
        return None
    if not isinstance(told, str) or len(told) > 200 or told.endswith("/"):
        raise ValueError("url must be an address without a slash at its end, at most 200 characters")
    try:
        check_url(told, allow_private=True)
    except PeerFault as fault:
        raise ValueError(fault.detail) from fault
    return told


def _via(told: Any) -> tuple[str, ...]:
    if (
        not isinstance(told, list)
        or len(told) > 4
        or not all(isinstance(relay, str) and NODE_ID.fullmatch(relay) for relay in told)
    ):
        raise ValueError("via must be a list of at most 4 node ids")
    return tuple(told)


def _sealing(told: Any) -> dict[str, str]:
    if told.get("kty") != "OKP" or told.get("crv") != "X25519" or len(from_base64url(told["x"])) != 32 or "d" in told:
        raise ValueError("sealing must be a public X25519 key as a JWK")
    return {"kty": "OKP", "crv": "X25519", "x": told["x"]}
