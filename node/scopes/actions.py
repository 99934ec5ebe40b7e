"""What a person decides about who may see her, and what the network is told of it.

To take away is done here and at once: the record is withdrawn in the transaction of the decision. To show is done a moment
later by the worker (publishing.py), which knows whom she would hide among; the choice is only marked as due.
"""

from federation import erasures, register
from federation.sealing import sealed_to
from node.candidates.actions import NOTICE_VERSION, tell_of_changes
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.core.errors import Refused
from node.scopes import queries
from node.scopes.models import PURPOSE, ProfileView, ScopeChoice
from schemas.codes.scopes import COMUNE, COMUNI, RETE
from schemas.messages import Message
from schemas.scope import longest_from

REPLACED, WITHDRAWN, EXPIRED, CLOSED, RESTORED = "replaced", "withdrawn", "expired", "closed", "restored"
MERGED = "merged"


def choose_scope(session, actor, candidate, data):
    """Write down her choice; `data` is what `ScopeForm` loads. What she no longer wants to show is withdrawn at once.

    Raises Refused when the desk does not follow her any more.
    """
    if not candidate.is_followed:
        raise Refused(Message("Il percorso di {name} è già chiuso.", name=candidate.name))
    before = queries.choice_of(session, candidate.ref)
    if before is not None:
        end_choice(session, before, REPLACED)
    goes_beyond = data["scope"] != COMUNE
    choice = ScopeChoice(
        person=candidate.ref,
        scope=data["scope"],
        comuni=data["comuni"] if data["scope"] == COMUNI else [],
        purpose=PURPOSE,
        notice_version=NOTICE_VERSION,
        channel=data["channel"],
        operator=actor.id,
        given_at=clock.now(),
        until=(data["until"] or longest_from(clock.today())) if goes_beyond else None,
        due=goes_beyond,
        reasons=[],
    )
    session.add(choice)
    session.flush()
    _withdraw(session, candidate.ref, apart_from=audiences_of(choice))
    note(session, actor, "scope.chosen", candidate, scope=choice.scope, channel=choice.channel)
    return choice


def reconfirm_scope(session, actor, candidate, channel):
    """The same choice again, from today. Raises Refused when there is none that others see."""
    choice = _beyond(session, candidate)
    return choose_scope(
        session, actor, candidate, {"scope": choice.scope, "comuni": choice.comuni, "channel": channel, "until": None}
    )


def withdraw_scope(session, actor, candidate, ledger):
    """She wants nobody to see her any more, and every copy gone: all holders are asked to confirm it.

    Raises Refused when nobody sees her already.
    """
    choice = _beyond(session, candidate)
    end_choice(session, choice, WITHDRAWN)
    for profile in queries.profiles_of(session, candidate.ref):
        erasures.erase(session, ledger, profile.id, clock.now())
        _close(profile)
    session.flush()
    note(session, actor, "scope.withdrawn", candidate)


def expire_due(session):
    """End what has run past its last day."""
    for choice, candidate in queries.run_out(session, clock.today()):
        end_scope(session, NODE, candidate, choice, EXPIRED)


def end_scope(session, actor, candidate, choice, why):
    """Nobody but this desk sees her from now on."""
    end_choice(session, choice, why)
    _withdraw(session, candidate.ref)
    note(session, actor, f"scope.{why}", candidate)


@tell_of_changes
def follow(session, actor, candidate):
    """What others see of her is what the desk knows of her, and nothing once her path is closed."""
    choice = queries.choice_of(session, candidate.ref)
    if choice is None or choice.scope == COMUNE:
        return
    if not candidate.is_followed:
        end_scope(session, actor, candidate, choice, CLOSED)
    else:
        choice.due = True
        session.flush()


def note_profile_view(session, actor, origin, record, purpose):
    """Another desk's profile was looked at: by whom, and what for."""
    session.add(
        ProfileView(at=clock.now(), operator=actor.id, role=actor.role, origin=origin, record=record, purpose=purpose)
    )


def audiences_of(choice):
    """For whom she wants records to stand."""
    if choice.scope == RETE:
        return {register.MEMBERS}
    return {sealed_to(member) for member in choice.comuni}


def withdraw_profile(session, profile):
    """Take one record of hers from the network."""
    register.withdraw(session, profile.id)
    _close(profile)
    session.flush()


def _beyond(session, candidate):
    choice = queries.choice_of(session, candidate.ref)
    if choice is None or choice.scope == COMUNE:
        raise Refused(Message("Il profilo di {name} lo vede già solo questo comune.", name=candidate.name))
    return choice


def end_choice(session, choice, why):
    """The choice holds no longer. What stands in the network for it is the caller's."""
    choice.ended_at, choice.ended_why, choice.due = clock.now(), why, False
    session.flush()


def _withdraw(session, person, apart_from=frozenset()):
    for profile in queries.profiles_of(session, person):
        if profile.audience not in apart_from:
            withdraw_profile(session, profile)


def _close(profile):
    profile.document, profile.withdrawn_at = None, clock.now()
