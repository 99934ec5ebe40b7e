"""The roster from the command line: found a network, invite, join, list, appoint relays, remove."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from federation import durable, joining, replica, roots
from federation.capofila import Capofila
from federation.client import PeerClient
from federation.joining import Invitation
from federation.keys import PRIVATE_MODE, SigningKey
from federation.members import Roster
from federation.roster import RosterStore
from node.commands.faults import Trouble
from node.core import clock, db, identity
from node.core.config import Config
from node.core.partition import is_cut

T = TypeVar("T")


def store_of(config: Config) -> RosterStore:
    return RosterStore(config.roster, clock.now, identity.myself(config))


def capofila_of(config: Config) -> Capofila:
    return Capofila(config.capofila, store_of(config), clock.now, config.allow_private_addresses)


@contextmanager
def client_of(config: Config, key: SigningKey | None = None) -> Iterator[PeerClient]:
    """Asks others in the name of this node, signed with `key` where that is not yet the one in its folder."""
    signing = key or identity.signing_key(config)
    client = PeerClient(signing, config.allow_private_addresses, clock.now, is_cut=partial(is_cut, config))
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
    """Enter the network of the invitation, `via` relays where nobody can reach this node.

    Raises Trouble, JoinRefused, PeerFault, RosterFault, TimeoutError.
    """
    invitation = invitation_in(token, config.id)
    sealing = identity.sealing_key(config).jwk()
    with client_of(config) as client:
        key = identity.signing_key(config)
        url = None if via else config.url
        return joining.join(invitation, store_of(config), client, key, sealing, url, via, patience_s)


def invitation_in(token: str, id: str) -> Invitation:
    """Raises Trouble for a token that is not whole, or not for this node."""
    try:
        invitation = Invitation.read(token)
    except ValueError as fault:
        raise Trouble("L’invito non è intero: copialo di nuovo, tutto su una riga.") from fault
    if invitation.id != id:
        raise Trouble(f"L’invito è per il nodo {invitation.id}, questo è {id}.")
    return invitation


def invite_again(config: Config, id: str) -> Invitation:
    """Raises CapofilaFault."""
    return capofila_of(config).invite_again(id)


def appoint_relay(config: Config, id: str, is_relay: bool) -> Roster:
    """Raises CapofilaFault."""
    return capofila_of(config).appoint_relay(id, is_relay)


def take_over(config: Config, root_keys: Sequence[Path], alone: bool = False) -> Roster:
    """Make this node the capofila; `alone`: also when nobody answers. Raises RootFault, RosterFault, OSError."""
    with client_of(config) as client:
        ours = config.capofila, store_of(config), config.id
        return roots.take_over(*ours, root_keys, clock.now(), client.roster_source, alone)


def name_deputy(config: Config, deputy: str, root_keys: Sequence[Path], key: Path) -> Roster:
    """Write the key of a deputy of this capofila to a new file. Raises RootFault, OSError."""
    return roots.name_deputy(config.capofila, store_of(config), deputy, root_keys, key, clock.now())


def stand_in(config: Config, key: Path) -> None:
    """Keep the deputy's key in this node. Raises RootFault, RosterFault, OSError; Trouble when it is not the right one."""
    data = key.read_bytes()
    if not roots.may_stand_in(store_of(config), data):
        raise Trouble(
            "Questa chiave non è del vice di questa rete, o l’elenco dei membri non è ancora arrivato fin qui."
        )
    durable.write(config.deputy_key, data, PRIVATE_MODE)


def remove(config: Config, id: str) -> Roster:
    """Raises CapofilaFault."""
    return capofila_of(config).remove_member(id)


def in_copies(config: Config, ask: Callable[[Session], T], absent: T) -> T:
    """What the copies answer; `absent` where there are none yet: the node was put back, and has not been started since."""
    with db.opened(db.replica_of(config)) as copies:
        if not replica.is_made(copies):
            return absent
        with copies.reading() as session:
            return ask(session)


def members(config: Config) -> list[dict[str, Any]]:
    """All members with how many of their records are held here and when they were last confirmed."""
    roster = store_of(config).current()
    held, confirmed = in_copies(
        config, lambda session: (replica.counts(session), replica.confirmed_at(session)), ({}, {})
    )
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
