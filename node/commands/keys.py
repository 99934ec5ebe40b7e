"""The node's own keys from the command line: another signing key, and new keys after a theft.

The node is off meanwhile. New keys are written down before anybody is asked, so that a command that was broken off is
simply given again; the old ones make room only when the network's list names the new ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from federation import joining, rekeying
from federation.capofila import Capofila
from federation.joining import Invitation
from federation.keys import SigningKey
from federation.members import Roster
from federation.rekeying import KeyChange, KeysRefused
from federation.transport import PeerFault
from node.commands import network
from node.commands.faults import Trouble
from node.core import clock, identity, restoring
from node.core.claim import claim_of
from node.core.config import Config

REFUSED = {
    "two-keys": "Nell’elenco ci sono già due chiavi di questo nodo: quella di prima si toglie da sola dopo una settimana.",
    "key-taken": "La chiave nuova è di un altro membro: cancella keys/signing.next.pem e ripeti.",
    "own-key": "Una chiave non può togliere se stessa.",
    "proof": "La chiave nuova non prova di essere di questo nodo: cancella keys/signing.next.pem e ripeti.",
}


def rotate(config: Config, patience_s: float) -> None:
    """Go over to a new signing key; the old one is named beside it for a week. Raises Trouble, PeerFault, RosterFault."""
    with switched_off(config):
        old, new = identity.signing_key(config), identity.next_signing_key(config)
        roster = network.store_of(config).current()
        if roster is not None and roster.network is not None:
            change = KeyChange.adding(new, roster.network, config.id, old.kid)
            try:
                put_in_roster(config, roster, change, old, new, patience_s)
            except KeysRefused as refused:
                raise Trouble(REFUSED[refused.reason], code=1) from refused
        identity.adopt_next(config, also=(old.public,))
        restoring.leave(config, alone=False, now=clock.now())


def put_in_roster(
    config: Config, roster: Roster, change: KeyChange, old: SigningKey, new: SigningKey, patience_s: float
) -> None:
    """Have the capofila name the new key, and wait until it does. Raises KeysRefused, PeerFault, TimeoutError."""
    host = network.capofila_of(config)
    if host.exists:
        host.change_keys(change, old.kid)
        return
    capofila = roster.capofila()
    if capofila is None or capofila.url is None:
        raise Trouble("L’elenco della rete non dice dove sta il capofila.", code=1)
    with network.client_of(config) as client:
        try:
            client.post(capofila.url, rekeying.TARGET, change.as_json())
        except PeerFault as fault:
            reason = next((each for each in rekeying.REASONS if f"{each}:" in fault.detail), None)
            if fault.code == "http-409" and reason is not None:
                raise KeysRefused(reason) from fault
            raise
        joining.await_key(client, capofila.url, network.store_of(config), new.kid, patience_s)


def replace(config: Config, token: str | None, patience_s: float) -> None:
    """Come with new keys after a theft: with the invitation of the capofila, or, at the capofila, without one.

    Raises Trouble, JoinRefused, PeerFault, RosterFault, TimeoutError.
    """
    host = network.capofila_of(config)
    with switched_off(config):
        invitation = None if token is None else network.invitation_in(token, config.id)
        if invitation is None and not host.exists:
            raise Trouble(
                "Serve un invito: lo fa il capofila con `sportello network invite --again`, e lo consegna a voce o di persona."
            )
        enter(config, host, invitation, patience_s)
        identity.adopt_next(config, also=())
        restoring.leave(config, alone=False, now=clock.now())


def enter(config: Config, host: Capofila, invitation: Invitation | None, patience_s: float) -> None:
    """Have the list name the new keys alone."""
    new, sealing = identity.next_signing_key(config), identity.next_sealing_key(config).jwk()
    if invitation is None:
        host.replace_keys(config.id, new.public, sealing)
        return
    with network.client_of(config, new) as client:
        store = network.store_of(config)
        roster = store.current()
        member = roster.members.get(config.id) if roster else None
        via = member.via if member else ()
        url = None if via else config.url
        joining.join(invitation, store, client, new, sealing, url, via, patience_s)


@contextmanager
def switched_off(config: Config) -> Iterator[None]:
    """The node cannot be started meanwhile. Raises Trouble while it is on."""
    claim = claim_of(config)
    if not claim.take():
        raise Trouble("Il nodo è acceso: fermalo, poi ripeti lo stesso comando.")
    try:
        yield
    finally:
        claim.release()
