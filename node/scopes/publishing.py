"""What the worker does for whoever wants to be seen: it shows as much of her as hides her among others, and looks again each day.

It needs three rooms that an action does not have: the copies of the other desks, for whom she hides among; the roster, for
the keys of the comuni that she named; and time. A choice that is due stays due until this has gone well.
"""

from datetime import datetime
from typing import NamedTuple

from federation import lease, register
from federation.lease import Leases
from federation.members import Roster
from federation.sealing import SEALED, Address, seal, sealed_to
from federation.trust import key_to
from node.core import clock
from node.core.actors import NODE
from node.core.db import transaction
from node.desks.queries import all_desks
from node.scopes import queries
from node.scopes.actions import RESTORED, audiences_of, end_scope, withdraw_profile
from node.scopes.coarsening import coarsened
from node.scopes.models import PublishedProfile
from node.scopes.profile import counts_of, document_of, profile_of
from schemas.codes.scopes import RETE

KIND = "candidate"
NO_TRADE, NO_DESK, NO_KEY = "no-trade", "no-desk", "no-key"
"""Why nothing is told at all; `no-key:ispra`: nothing to that comune."""


class Network(NamedTuple):
    """Whom our persons meet there: `own` is our id, `others` the profiles of the other desks that may be shown now."""

    own: str
    roster: Roster | None
    others: tuple
    now: datetime


def publish_due(desk, replica, roster, own):
    """Bring the register up to what the persons want, as far as it is due."""
    with desk.reading() as session:
        if not queries.is_anything_due(session, clock.today()):
            return
    network = network_of(replica, roster, own)
    with transaction(desk) as session:
        counts = counts_of(queries.seen_by_the_network(session), network.others)
        for choice, candidate in queries.due_choices(session, clock.today()):
            show(session, network, counts, choice, candidate)


def network_of(replica, roster, own):
    """The network as this node knows it now."""
    now, current = clock.now(), roster.current()
    with replica.reading() as session:
        leases = Leases(session, own, now, is_closed=current is not None and current.expired)
        copies = [copy for copy in lease.shown(session, KIND, leases) if copy.origin != own]
        open_ones = tuple(copy.body for copy in copies if not copy.audience.startswith(f"{SEALED}:"))
    return Network(own, current, open_ones, now)


def show(session, network, counts, choice, candidate):
    """Publish what may be told of one person, or withdraw what may not; the choice remembers why it is less than all."""
    profiles = {profile.audience: profile for profile in queries.profiles_of(session, candidate.ref)}
    if len(register.living(session, [each.id for each in profiles.values()])) < len(profiles):
        # She was withdrawn after the backup from which this desk was restored: she has to be asked again.
        end_scope(session, NODE, candidate, choice, RESTORED)
        return
    document, reasons = document_for(session, counts, candidate, choice.scope)
    for audience in sorted(audiences_of(choice)):
        if document is None:
            if audience in profiles:
                withdraw_profile(session, profiles[audience])
        elif audience == register.MEMBERS:
            _publish_open(session, network, candidate, document, profiles.get(audience))
        elif not _publish_sealed(session, network, candidate, document, audience, profiles.get(audience)):
            reasons.append(f"{NO_KEY}:{audience.partition(':')[2]}")
    choice.reasons, choice.due, choice.reviewed_on = reasons, False, clock.today()
    session.flush()


def document_for(session, counts, candidate, scope):
    """(what others would read of her under that scope, why it is less than all); (None, why) for nothing.

    `counts` are those of the persons whom the network may see; who is not among them counts for herself.
    """
    profile = profile_of(candidate)
    desks = all_desks(session)
    if not profile["occupations"]:
        return None, [NO_TRADE]
    if not desks:
        return None, [NO_DESK]
    told, reasons = coarsened(profile, counts if scope == RETE else counts.including(profile))
    return (document_of(told, desks[0].ref) if told else None), reasons


def _publish_open(session, network, candidate, document, profile):
    profile = profile or _opened(candidate, register.MEMBERS, network.now)
    if profile.document != document:
        register.publish(session, KIND, profile.id, register.MEMBERS, document)
        _keep(session, profile, document, None)


def _publish_sealed(session, network, candidate, document, audience, profile):
    """False when that comune has no key to seal to: then nothing of hers stands there."""
    member = network.roster.members.get(audience.partition(":")[2]) if network.roster else None
    key = key_to(session, member, network.now) if member is not None else None
    if key is None:
        if profile is not None:
            withdraw_profile(session, profile)
        return False
    profile = profile or _opened(candidate, sealed_to(member.id), network.now)
    if (profile.document, profile.kid) != (document, key.kid):
        body = seal(document, Address(network.own, member.id, KIND, profile.id), key)
        register.publish(session, KIND, profile.id, audience, body)
        _keep(session, profile, document, key.kid)
    return True


def _opened(candidate, audience, now):
    return PublishedProfile(id=register.new_id(), person=candidate.ref, audience=audience, opened_at=now)


def _keep(session, profile, document, kid):
    profile.document, profile.kid = document, kid
    session.add(profile)
    session.flush()
