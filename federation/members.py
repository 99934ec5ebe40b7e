"""The members of a network as a document: what `roster.json` says, checked field by field.

How the document travels and why it is believed is the business of `roster.py`; here it is only read. A roster that is
wrong in one member is refused as a whole: a network in which two nodes hold different halves of it has no roster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from federation.keys import VerifyKey
from schemas.shapes import NODE_ID

MAX_MEMBERS = 2_000
MAX_KEYS = 2
CAPOFILA, MEMBER, RELAY = "capofila", "membro", "relay"
SMALL = 60
"""Up to so many members everybody reads everybody."""
PERIODS = {"lease_h": (24, 168), "head_every_s": (10, 86_400), "poll_every_s": (1, 86_400)}
PERIODS_BY_TIER = {
    True: {"head_every_s": 900, "poll_every_s": 120},
    False: {"head_every_s": 7_200, "poll_every_s": 300},
}
"""What a network of the small tier, and one of the big tier, is given where its administrator says nothing else."""


class RosterFault(Exception):
    """The roster could not be refreshed, or what was offered is not one. What we hold stays in use."""


@dataclass(frozen=True)
class Member:
    """One node of the network as the roster describes it."""

    id: str
    name: str
    comuni: tuple[str, ...]
    url: str | None
    via: tuple[str, ...]
    keys: tuple[VerifyKey, ...]
    sealing: Mapping[str, str] | None
    role: str = MEMBER
    state: str = "active"

    @property
    def is_capofila(self) -> bool:
        return self.role == CAPOFILA

    @property
    def is_relay(self) -> bool:
        """Whether the node carries everybody's records: it is shown all of them, and read for all of them."""
        return self.role == RELAY

    @property
    def is_active(self) -> bool:
        """Whether the node is to be asked. The keys of any other state still verify what it published before."""
        return self.state == "active"

    def as_json(self) -> dict[str, Any]:
        """The member as it stands in `roster.json`."""
        return {
            "id": self.id,
            "name": self.name,
            "comuni": list(self.comuni),
            "url": self.url,
            "via": list(self.via),
            "keys": [key.jwk() for key in self.keys],
            "sealing": None if self.sealing is None else dict(self.sealing),
            "role": self.role,
            "state": self.state,
        }

    @classmethod
    def from_json(cls, told: Any) -> "Member":
        """Raises RosterFault when a field is missing or not of its type; unknown fields are ignored."""
        try:
            member = cls(
                id=_text(told["id"]),
                name=_text(told["name"]),
                comuni=tuple(map(_text, told["comuni"])),
                url=None if told["url"] is None else _text(told["url"]),
                via=tuple(map(_text, told["via"])),
                keys=tuple(VerifyKey.from_jwk(jwk) for jwk in told["keys"]),
                sealing=None if told["sealing"] is None else {_text(k): _text(v) for k, v in told["sealing"].items()},
                role=_text(told["role"]),
                state=_text(told["state"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise RosterFault(f"a member of the roster is not well formed: {fault!r}") from fault
        if not NODE_ID.fullmatch(member.id):
            raise RosterFault(f"the member id {member.id!r} is not [a-z0-9-]{{3,40}}, or it is public or members")
        if not 1 <= len(member.keys) <= MAX_KEYS:
            raise RosterFault(f"member {member.id} has {len(member.keys)} keys; 1 or {MAX_KEYS} are allowed")
        return member


@dataclass(frozen=True)
class Roster:
    """The members of a network at one version. `network` is None for a node that stands alone.

    `lease_h` is in hours, the periods in seconds; `expired` says that TUF's protection against a withheld newer
    version has run out, after which vacancies are still shown (as not confirmed) and persons' records are not.
    """

    version: int
    network: str | None
    members: Mapping[str, Member]
    name: str = ""
    lease_h: int = 96
    head_every_s: int = 900
    poll_every_s: int = 120
    expires_at: datetime | None = None
    expired: bool = False
    _owners: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        owners = {key.kid: member.id for member in self.members.values() for key in member.keys}
        object.__setattr__(self, "_owners", owners)

    @classmethod
    def alone(cls, member: Member) -> "Roster":
        """The roster of a node that belongs to no network: itself, for ever."""
        return cls(version=0, network=None, members={member.id: member})

    def keys_of(self, origin: str) -> dict[str, VerifyKey]:
        """The keys by kid that may sign for `origin` now; empty for one who is no member."""
        member = self.members.get(origin)
        return {key.kid: key for key in member.keys} if member else {}

    def member_of_kid(self, kid: str) -> Member | None:
        owner = self._owners.get(kid)
        return self.members[owner] if owner is not None else None

    def key(self, kid: str) -> VerifyKey | None:
        """The key of that name, whoever's it is; None where no member has it."""
        member = self.member_of_kid(kid)
        return self.keys_of(member.id)[kid] if member else None

    def capofila(self) -> Member | None:
        return next((member for member in self.members.values() if member.is_capofila), None)

    def served_by(self, node: str) -> tuple[str, ...]:
        """The origins whose records `node` answers for: its own and those that are reached only through it."""
        return (node, *(member.id for member in self.members.values() if node in member.via and member.id != node))

    def as_json(self) -> dict[str, Any]:
        """The content of `roster.json`; version and expiry belong to the TUF metadata around it."""
        return {
            "v": 1,
            "name": self.name,
            "lease_h": self.lease_h,
            "head_every_s": self.head_every_s,
            "poll_every_s": self.poll_every_s,
            "members": [member.as_json() for member in self.members.values()],
        }

    @classmethod
    def from_json(cls, told: Any, version: int, network: str, expires_at: datetime) -> "Roster":
        """Raises RosterFault when the document is not a roster of version 1."""
        if not isinstance(told, dict) or told.get("v") != 1 or not isinstance(told.get("members"), list):
            raise RosterFault("roster.json is not a roster of format 1")
        members = [Member.from_json(member) for member in told["members"]]
        kids = [key.kid for member in members for key in member.keys]
        if len({member.id for member in members}) != len(members) or len(set(kids)) != len(kids):
            raise RosterFault("two members of the roster share an id or a key")
        if len(members) > MAX_MEMBERS:
            raise RosterFault(f"the roster has {len(members)} members; at most {MAX_MEMBERS} are allowed")
        try:
            periods: dict[str, Any] = {name: _within(told[name], *PERIODS[name]) for name in PERIODS}
            name = _text(told["name"])
        except (KeyError, TypeError) as fault:
            raise RosterFault(f"roster.json lacks a setting or it is out of range: {fault}") from fault
        return cls(version, network, {member.id: member for member in members}, name, expires_at=expires_at, **periods)


def is_small(members: int) -> bool:
    """Whether a network of so many members needs no relays."""
    return members <= SMALL


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError(f"a text was expected, not {told!r}")
    return told


def _within(told: Any, least: int, most: int) -> int:
    if type(told) is not int or not least <= told <= most:
        raise TypeError(f"{told!r} does not lie between {least} and {most}")
    return told
