"""What only the capofila's node does: it signs the list of members, and nothing else of anybody's.

It keeps a TUF repository: versions of the roster, each signed with online keys that the root metadata names, and the
root itself signed with keys that lie in no computer of the network (exported once, at `create`). Whoever steals the
capofila's disk can add members until the root keys' holders answer, and cannot sign one record of a member.

Everything is files, replaced one by one in an order in which a reader may stop anywhere: the timestamp comes last and
makes the rest current. One lock keeps the administrator's command and the worker apart.
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from federation import durable, rekeying
from federation.inbox import Inbox
from federation.joining import INVITATION_LIFE, Invitation, JoinRequest, check_request, digest_of
from federation.keys import VerifyKey
from federation.members import CAPOFILA, MAX_MEMBERS, MEMBER, RELAY, Member, Roster
from federation.rekeying import KeyChange, KeysRefused
from federation.repository import Repository, create_repository
from federation.roster import RosterStore
from federation.signatures import BadSignature, Stranger
from federation.statement import instant
from federation.topology import periods_of
from schemas.shapes import NODE_ID

REMEMBERED = timedelta(days=30)
"""So long after its end an invitation can still say why it no longer serves."""

_log = logging.getLogger(__name__)


class CapofilaFault(Exception):
    """What was asked of the capofila cannot be done. `code` is one word, the text says why and what would be right."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Capofila:
    """The capofila's half of a node: `directory` holds repository, online keys and invitations, `store` its own copy.

    Opening a directory that holds no network is allowed; `exists` tells.
    """

    def __init__(
        self,
        directory: Path,
        store: RosterStore,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        allow_private: bool = False,
    ) -> None:
        self.directory = directory
        self._store = store
        self._clock = clock
        self._allow_private = allow_private
        self._repository = Repository(directory, clock)
        self._invitations = directory / "invitations"

    @property
    def exists(self) -> bool:
        """Whether this node is the capofila of a network, and no other has taken over."""
        return self._repository.exists and self._repository.is_named_by(self._store.root().signed)

    def create_network(
        self, name: str, founder: Member, root_keys: Path, keys: int = 3, threshold: int = 2, **periods: int
    ) -> Roster:
        """Found a network whose only member is `founder`, and export the private root keys to the folder `root_keys`.

        The root keys are needed again only to replace online keys; the caller tells the administrator to move them to
        `keys` different safe places. `periods`: lease_h, head_every_s, poll_every_s. Raises CapofilaFault.
        """
        if self._repository.exists or self._store.network() is not None:
            raise CapofilaFault("in-network", "this node already belongs to a network")
        if not 1 <= threshold <= keys <= 9:
            raise CapofilaFault("threshold", f"{threshold} of {keys} root keys make no sense; 2 of 3 are recommended")
        if founder.url is None:
            raise CapofilaFault("no-address", "the capofila needs an address that the others can reach")
        founder = replace(founder, role=CAPOFILA)
        roster = Roster(1, "", {founder.id: founder}, name, **periods)  # type: ignore[arg-type]
        Roster.from_json(roster.as_json(), 1, "", self._clock())
        root_v1 = create_repository(self.directory, roster.as_json(), root_keys, keys, threshold, self._clock())
        self._store.adopt(root_v1)
        return self._store.refresh(self._repository.source)

    def invite(self, id: str, name: str, comuni: tuple[str, ...]) -> Invitation:
        """Invite a node; whoever holds the invitation's token may enter once, under this id, within 72 hours.

        Raises CapofilaFault when the id is malformed, reserved or taken.
        """
        roster = self._roster()
        if not NODE_ID.fullmatch(id):
            raise CapofilaFault("id", f"{id!r} is not a node id: 3 to 40 of a-z, 0-9 and -, not public or members")
        if id in roster.members:
            raise CapofilaFault("taken", f"{id} is already a member")
        return self._invitation_for(id, name, comuni, is_again=False)

    def _invitation_for(self, id: str, name: str, comuni: tuple[str, ...], is_again: bool) -> Invitation:
        host = self._roster().capofila()
        if host is None or host.url is None:
            raise CapofilaFault("no-address", "the roster names no capofila with an address")
        invitation = Invitation(
            url=host.url,
            root=hashlib.sha256(self._repository.root_v1()).hexdigest(),
            id=id,
            name=name,
            comuni=comuni,
            secret=secrets.token_urlsafe(32),
            expires_at=self._clock().replace(microsecond=0) + INVITATION_LIFE,
        )
        kept = {
            "id": id,
            "name": name,
            "comuni": list(comuni),
            "expires_at": instant(invitation.expires_at),
            "kid": None,
            "again": is_again,
        }
        with self._locked():
            self._keep(invitation.digest, kept)
            self._answer(invitation.digest, "pending")
        return invitation

    def invite_again(self, id: str) -> Invitation:
        """Invite a member to come with new keys, because somebody else may have its old ones: they end as it enters.

        Raises CapofilaFault for one who is no member.
        """
        member = self._roster().members.get(id)
        if member is None:
            raise CapofilaFault("no-member", f"{id} is not a member")
        return self._invitation_for(member.id, member.name, member.comuni, is_again=True)

    def collect(self, inbox: Inbox) -> None:
        """Deal with all that the door was handed for the capofila; who is it no longer only throws it away."""
        exists = self.exists
        for kind, receive in (("join", self.receive), ("keys", self.receive_keys)):
            for _, asked in inbox.collect(kind):
                if exists:
                    receive(asked)

    def receive_keys(self, data: dict[str, Any]) -> Roster | None:
        """Carry out what a member has asked of the door about its keys, checked again from the start."""
        with self._locked():
            roster = self._roster()
            host = roster.capofila()
            url = f"{host.url if host else ''}{data.get('target')}"
            try:
                headers, body = dict(data["headers"]), str(data["body"]).encode()
                member = rekeying.check_request(url, headers, body, roster)
            except (ValueError, KeyError, TypeError, BadSignature, Stranger, KeysRefused) as fault:
                _log.warning("a change of keys is not carried out: %s", fault)
                return None
            return roster if member == roster.members[member.id] else self._put(member)

    def change_keys(self, change: KeyChange, kid: str) -> Roster:
        """What the capofila itself asks for with its key `kid`. Raises KeysRefused, Stranger."""
        with self._locked():
            return self._put(rekeying.changed(self._roster(), change, kid))

    def replace_keys(self, id: str, key: VerifyKey, sealing: Mapping[str, str]) -> Roster:
        """Name this key alone for the member, which is the capofila itself. Raises CapofilaFault."""
        with self._locked():
            member = self._roster().members.get(id)
            if member is None:
                raise CapofilaFault("no-member", f"{id} is not a member")
            return self._put(replace(member, keys=(key,), sealing=sealing))

    def receive(self, data: dict[str, Any]) -> Roster | None:
        """Redeem what the door put into the inbox: checked again from the start, for the door is not trusted.

        Returns the new roster, or None when the request was refused; the joiner reads the answer at the door.
        """
        try:
            host = self._roster().capofila()
            url = f"{host.url if host else ''}{data['target']}"
            wanted = check_request(url, dict(data["headers"]), str(data["body"]).encode(), None)
        except (ValueError, KeyError, TypeError, AttributeError, BadSignature, Stranger) as fault:
            _log.warning("a request to join that the door should not have taken is dropped: %s", fault)
            return None
        return self.redeem(wanted)

    def redeem(self, wanted: JoinRequest) -> Roster | None:
        """Take in the node whose proven request this is, or answer why not. The same key again is answered alike."""
        digest = digest_of(wanted.secret)
        with self._locked():
            invitation = self._invitation(digest)
            if invitation is None:
                return None
            roster = self._roster()
            if not self._is_in(roster, wanted, invitation):
                reason = self._objection(roster, wanted, invitation)
                if reason is not None:
                    self._answer(digest, "refused", reason)
                    return None
                roster = self._take_in(wanted, invitation)
            self._keep(digest, {**invitation, "kid": wanted.key.kid})
            self._answer(digest, "accepted")
            return roster

    def remove_member(self, id: str) -> Roster:
        """Issue a roster without this member: it is no longer served, and every holder drops its records.

        Raises CapofilaFault for one who is no member and for the capofila itself (hand the role over first).
        """
        with self._locked():
            member = self._roster().members.get(id)
            if member is None:
                raise CapofilaFault("no-member", f"{id} is not a member")
            if member.is_capofila:
                raise CapofilaFault("capofila", f"{id} is the capofila: its role has to be handed over first")
            return self._issue(lambda members: {other: members[other] for other in members if other != id})

    def appoint_relay(self, id: str, is_relay: bool = True) -> Roster:
        """Issue a roster in which this member is a relay, which all read in a big network, or is one no more.

        Raises CapofilaFault for one who is no member, for the capofila, and for a relay without address.
        """
        with self._locked():
            member = self._roster().members.get(id)
            if member is None:
                raise CapofilaFault("no-member", f"{id} is not a member")
            if member.is_capofila:
                raise CapofilaFault("relay", f"{id} is the capofila: another member has to be the relay")
            if is_relay and member.url is None:
                raise CapofilaFault("relay-address", f"{id} has no address at which others could read it")
            appointed = replace(member, role=RELAY if is_relay else MEMBER)
            return self._issue(lambda members: {**members, id: appointed})

    def reissue_timestamp(self) -> Roster:
        """Say once more that the roster is the newest (hourly; valid for 7 days). Raises RosterFault, OSError."""
        with self._locked():
            self._forget_invitations()
            self._repository.renew()
            return self._store.refresh(self._repository.source)

    def _take_in(self, wanted: JoinRequest, invitation: dict[str, Any]) -> Roster:
        known = self._roster().members.get(wanted.id)
        if known is not None:
            return self._put(replace(known, url=wanted.url, via=wanted.via, keys=(wanted.key,), sealing=wanted.sealing))
        member = Member(
            wanted.id,
            invitation["name"],
            tuple(invitation["comuni"]),
            wanted.url,
            wanted.via,
            (wanted.key,),
            wanted.sealing,
        )
        return self._put(member)

    def _put(self, member: Member) -> Roster:
        return self._issue(lambda members: {**members, member.id: member})

    def _issue(self, change: Callable[[dict[str, Member]], dict[str, Member]]) -> Roster:
        roster = self._roster()
        members = change(dict(roster.members))
        changed = replace(roster, members=members, **periods_of(roster, len(members)))  # type: ignore[arg-type]
        self._repository.publish(changed.as_json())
        return self._store.refresh(self._repository.source)

    def _is_in(self, roster: Roster, wanted: JoinRequest, invitation: dict[str, Any]) -> bool:
        """Whether this very node was taken in before: its answer may have been lost, or we died before giving it."""
        return wanted.id == invitation["id"] and wanted.key.kid in roster.keys_of(wanted.id)

    def _objection(self, roster: Roster, wanted: JoinRequest, invitation: dict[str, Any]) -> str | None:
        """Which of joining.REASONS stands against the request, None when none does."""
        objections = {
            "used": invitation["kid"] is not None,
            "expired": self._clock() > datetime.fromisoformat(invitation["expires_at"]),
            "other-id": wanted.id != invitation["id"],
            "taken": wanted.id in roster.members and not invitation.get("again"),
            "gone": wanted.id not in roster.members and bool(invitation.get("again")),
            "key-taken": roster.member_of_kid(wanted.key.kid) is not None,
            "no-address": not self._is_reachable(wanted, roster),
            "address-taken": wanted.url is not None
            and wanted.url in {member.url for member in roster.members.values() if member.id != wanted.id},
            "full": len({*roster.members, wanted.id}) > MAX_MEMBERS,
        }
        return next((reason for reason, stands in objections.items() if stands), None)

    def _is_reachable(self, wanted: JoinRequest, roster: Roster) -> bool:
        if wanted.url is None:
            return bool(wanted.via) and set(wanted.via) <= set(roster.members)
        return self._allow_private or wanted.url.startswith("https://")

    def _forget_invitations(self) -> None:
        for path in self._invitations.glob("*.json"):
            ended_at = datetime.fromisoformat(json.loads(path.read_text("utf-8"))["expires_at"])
            if self._clock() > ended_at + REMEMBERED:
                (self._store.answers / path.name).unlink(missing_ok=True)
                path.unlink()

    def _roster(self) -> Roster:
        roster = self._store.current()
        if roster is None or roster.network is None or not self.exists:
            raise CapofilaFault("no-network", "this node is the capofila of no network")
        return roster

    def _invitation(self, digest: str) -> dict[str, Any] | None:
        try:
            kept: dict[str, Any] = json.loads((self._invitations / f"{digest}.json").read_text("utf-8"))
        except FileNotFoundError:
            return None
        return kept

    def _keep(self, digest: str, invitation: dict[str, Any]) -> None:
        self._invitations.mkdir(mode=0o700, exist_ok=True)
        durable.write(self._invitations / f"{digest}.json", json.dumps(invitation).encode(), mode=0o600)

    def _answer(self, digest: str, state: str, reason: str | None = None) -> None:
        """Where the door, which knows nothing of invitations, finds what to tell the joiner."""
        told = {"state": state, **({} if reason is None else {"reason": reason})}
        self._store.answers.mkdir(exist_ok=True)
        durable.write(self._store.answers / f"{digest}.json", json.dumps(told).encode(), settled=False)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self.exists:
            raise CapofilaFault("no-network", "this node is the capofila of no network")
        with durable.locked(self.directory / "lock"):
            yield
