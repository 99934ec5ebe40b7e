"""The roster from the command line: found a network, invite, join, list, appoint relays, remove."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from federation import joining, replica
from federation.capofila import Capofila
from federation.client import PeerClient
from federation.joining import Invitation
from federation.keys import SealingKey
from federation.members import Roster
from federation.roster import RosterStore
from node.commands.faults import Trouble
from node.core import clock, db, identity
from node.core.config import Config
from node.core.partition import is_cut


def store_of(config: Config) -> RosterStore:
    return RosterStore(config.roster, clock.now, identity.myself(config))


def capofila_of(config: Config) -> Capofila:
    return Capofila(config.capofila, store_of(config), clock.now, config.allow_private_addresses)


@contextmanager
def client_of(config: Config) -> Iterator[PeerClient]:
    client = PeerClient(
        identity.signing_key(config), config.allow_private_addresses, clock.now, is_cut=partial(is_cut, config)
    )
    try:
        yield client
    finally:
        client.close()


def create(config: Config, name: str, root_keys: Path, keys: int, threshold: int, periods: dict[str, int]) -> Roster:
    """Found a network with this node as capofila. Raises CapofilaFault, OSError."""
    return capofila_of(config).create_network(name, identity.myself(config), root_keys, keys, threshold, **periods)


def invite(config: Config, id: str, name: str, comuni: tuple[str, ...]) -> Invitation:
    """Raises CapofilaFault."""
    return capofila_of(config).invite(id, name, comuni)


def join(config: Config, token: str, patience_s: float, via: tuple[str, ...] = ()) -> Roster:
    """Enter the network of the invitation, `via` relays where nobody can reach this node. Raises Trouble, JoinRefused, PeerFault, RosterFault, TimeoutError."""
    try:
        invitation = Invitation.read(token)
    except ValueError as fault:
        raise Trouble("L’invito non è intero: copialo di nuovo, tutto su una riga.") from fault
    if invitation.id != config.id:
        raise Trouble(f"L’invito è per il nodo {invitation.id}, questo è {config.id}.")
    sealing = SealingKey.load(config.keys / identity.SEALING).jwk()
    with client_of(config) as client:
        key = identity.signing_key(config)
        url = None if via else config.url
        return joining.join(invitation, store_of(config), client, key, sealing, url, via, patience_s)


def appoint_relay(config: Config, id: str, is_relay: bool) -> Roster:
    """Raises CapofilaFault."""
    return capofila_of(config).appoint_relay(id, is_relay)


def remove(config: Config, id: str) -> Roster:
    """Raises CapofilaFault."""
    return capofila_of(config).remove_member(id)


def members(config: Config) -> list[dict[str, Any]]:
    """All members with how many of their records are held here and when they were last confirmed."""
    roster = store_of(config).current()
    with db.opened(db.replica_of(config)) as copies, copies.reading() as session:
        held, confirmed = replica.counts(session), replica.confirmed_at(session)
    return [
        {
            "id": member.id,
            "name": member.name,
            "role": member.role,
            "url": member.url,
            "via": list(member.via),
            "records": held.get(member.id, 0),
            "confirmed_at": confirmed[member.id].isoformat() if member.id in confirmed else None,
        }
        for member in roster.members.values()
    ]
