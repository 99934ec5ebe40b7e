"""How a member gets another signing key.

Rotation, when all is well: the member asks the capofila with its old key, the new one proves that it is its own, and for
a while the roster names both. The member goes on in a new epoch, in which all that lives is signed again; when that has
been everywhere, it asks for the old key to be struck out.

When a key was stolen, its signature proves nothing any more. Then the capofila invites the member once again, by a way
that people trust, and the roster names the new key alone: every holder drops what the old one has signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation import register
from federation.joining import BadRequest
from federation.keys import SigningKey, VerifyKey, base64url, from_base64url
from federation.members import MAX_KEYS, Member, Roster
from federation.register import RegisterRow
from federation.signatures import Request, Stranger, verify
from federation.statement import strict_json

TARGET = "/federation/keys"
RETIRE_AFTER = timedelta(days=7)
"""So long both keys are named: whoever was away for less loses nothing by the end of the old one."""

REASONS = {
    "two-keys": "the roster names two keys of this member: one has to be struck out first",
    "key-taken": "this key belongs to another member",
    "own-key": "a key cannot strike itself out: another key of the member has to ask for it",
    "proof": "the new key has not signed what proves that it is this member's",
}


class KeysRefused(Exception):
    """The roster's keys stay as they are; `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


@dataclass(frozen=True)
class KeyChange:
    """What a member asks for: a new key with its proof, or the end of the key named by `drop`."""

    key: VerifyKey | None = None
    proof: bytes = b""
    drop: str | None = None

    @classmethod
    def adding(cls, key: SigningKey, network: str, member: str, old: str) -> Self:
        """Ask for `key` beside the key whose kid is `old`."""
        return cls(key.public, key.sign(_proven(network, member, old)))

    def as_json(self) -> dict[str, Any]:
        if self.key is None:
            return {"v": 1, "drop": self.drop}
        return {"v": 1, "key": self.key.jwk(), "proof": base64url(self.proof)}

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Raises BadRequest naming what is wrong."""
        try:
            told = strict_json(body.decode("utf-8"))
            if told.get("v") != 1 or ("key" in told) == ("drop" in told):
                raise BadRequest("the body must have v 1, and either key and proof, or drop")
            if "drop" in told:
                if not isinstance(told["drop"], str):
                    raise BadRequest("drop must be the kid of a key")
                return cls(drop=told["drop"])
            return cls(VerifyKey.from_jwk(told["key"]), from_base64url(told["proof"]))
        except (KeyError, TypeError, AttributeError, ValueError) as fault:
            raise BadRequest(f"a field is missing or wrong: {fault}") from fault


def changed(roster: Roster, change: KeyChange, asked_by: str) -> Member:
    """The member as it is to be, asked for by the key `asked_by`; the same member where that was done before.

    Raises KeysRefused, and Stranger for a key that nobody has.
    """
    member = roster.member_of_kid(asked_by)
    if member is None:
        raise Stranger("this key belongs to no member")
    if change.key is None:
        if change.drop == asked_by:
            raise KeysRefused("own-key")
        return replace(member, keys=tuple(key for key in member.keys if key.kid != change.drop))
    owner = roster.member_of_kid(change.key.kid)
    if owner is not None and owner.id == member.id:
        return member
    if owner is not None:
        raise KeysRefused("key-taken")
    if not change.key.verify(change.proof, _proven(roster.network or "", member.id, asked_by)):
        raise KeysRefused("proof")
    if len(member.keys) >= MAX_KEYS:
        raise KeysRefused("two-keys")
    return replace(member, keys=(change.key, *member.keys))


def check_request(url: str, headers: Mapping[str, str], body: bytes, roster: Roster) -> Member:
    """The member as a signed request wants it, whenever that was made: the door has looked at its time.

    Raises BadRequest, BadSignature, Stranger or KeysRefused.
    """
    kid = verify(Request("POST", url, dict(headers)), body, roster.key, None)
    return changed(roster, KeyChange.read(body), kid)


def retired(session: Session, roster: Roster, origin: str, kid: str, now: datetime) -> str | None:
    """The kid of our old key when it is time to strike it out; None while it is needed, or there is none.

    `kid` names the key with which we sign now.
    """
    old = next((other for other in roster.keys_of(origin) if other != kid), None)
    state = register.state(session)
    if old is None or state is None or state.restored_at is None or now - state.restored_at < RETIRE_AFTER:
        return None
    still_said = session.scalar(select(RegisterRow.id).where(RegisterRow.kid == old).limit(1))
    return old if still_said is None else None


def _proven(network: str, member: str, old: str) -> bytes:
    """What a new key signs: of which network, of whom, and in the place of which key."""
    return f"cdl-1 key {network} {member} {old}".encode()
