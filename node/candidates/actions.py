"""What can be done for a person at the counter.

What the network sees of her is decided later in the reading order (`scopes`), which asks here to be told of every change.
"""

from sqlalchemy.exc import IntegrityError

from node.candidates import queries
from node.candidates.models import Candidate
from node.candidates.trades import recognised
from node.core import clock
from node.core.audit import note
from node.core.errors import Refused
from schemas.messages import Message

NOTICE_VERSION = "2026-11"
"""Which text of the notice the desk hands out; its words stand in the template `candidates/notice.html`."""

_listeners = []


def tell_of_changes(listener):
    """Call `listener(session, actor, candidate)` in the transaction of every change to a person; a decorator."""
    _listeners.append(listener)
    return listener


def take_in(session, actor, data, codes_folder, submitted_as=None, notice_given_at=None):
    """Add a person who has been given the notice; `data` is what `CandidateForm` loads.

    `submitted_as` is the form's token: sent twice, it gives the same person. `notice_given_at`: now, unless she was given
    the notice before.
    """
    now = clock.now()
    candidate = Candidate(
        created_at=now,
        notice_version=NOTICE_VERSION,
        notice_given_at=notice_given_at or now,
        notice_given_by=actor.id,
        submitted_as=submitted_as,
    )
    _write(session, actor, candidate, data, codes_folder)
    try:
        with session.begin_nested():
            session.add(candidate)
            session.flush()
    except IntegrityError:
        known = queries.candidate_submitted_as(session, submitted_as)
        if known is None:
            raise
        return known
    note(session, actor, "candidate.taken-in", candidate)
    return candidate


def update_candidate(session, actor, candidate, data, codes_folder):
    """Change what is known of a person; what the network sees of her follows in the same transaction."""
    _write(session, actor, candidate, data, codes_folder)
    session.flush()
    note(session, actor, "candidate.changed", candidate)
    _tell(session, actor, candidate)
    return candidate


def stop_following(session, actor, candidate):
    """The desk follows her no longer: nobody finds her any more, her record waits for its end.

    Raises Refused when that is so already.
    """
    if not candidate.is_followed:
        raise Refused(Message("Il percorso di {name} è già chiuso.", name=candidate.name))
    candidate.followed_until = candidate.changed_at = clock.now()
    candidate.changed_by = actor.id
    session.flush()
    note(session, actor, "candidate.closed", candidate)
    _tell(session, actor, candidate)


def follow_again(session, actor, candidate):
    """She is back. Raises Refused when the desk follows her already."""
    if candidate.is_followed:
        raise Refused(Message("{name} è già tra le persone seguite.", name=candidate.name))
    candidate.followed_until, candidate.changed_at, candidate.changed_by = None, clock.now(), actor.id
    session.flush()
    note(session, actor, "candidate.reopened", candidate)
    _tell(session, actor, candidate)


def note_view(session, actor, candidate):
    """Who has looked at her record, and when: hers to read, on paper if she wants."""
    note(session, actor, "candidate.viewed", candidate, role=actor.role)


def _write(session, actor, candidate, data, codes_folder):
    given = {name: value for name, value in data.items() if name not in {"trades", "experiences", "notice_given"}}
    for name, value in given.items():
        setattr(candidate, name, value)
    if "trades" in data:
        candidate.trades = [recognised(session, codes_folder, title) for title in data["trades"]]
    if "experiences" in data:
        candidate.experiences = [_experience(session, codes_folder, row) for row in data["experiences"]]
    candidate.changed_at, candidate.changed_by = clock.now(), actor.id


def _experience(session, codes_folder, row):
    found = recognised(session, codes_folder, row["trade"])
    return {"trade": found["title"], "code": found["code"], "years": float(row["years"]), "until": row["until"]}


def _tell(session, actor, candidate):
    for listener in _listeners:
        listener(session, actor, candidate)
