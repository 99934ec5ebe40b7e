"""Nobody is kept for longer than the desk has said: who is followed no longer is named thirty days before, and then forgotten.

The time runs from the end of her path or the last change to her record, whichever is later. Who is taken up again, or whose
record is changed meanwhile, is not erased: her time begins anew. An operator may put the day off, with a reason. What erases
is the same as at the counter, with the same certificate.
"""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from node.candidates.models import Candidate
from node.candidates.queries import candidate_to_change
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.privacy.actions import forget
from node.privacy.models import Ending
from schemas.days import months_after

NOTICED_BEFORE = timedelta(days=30)


class Due(NamedTuple):
    """What is to be done today, as ids of persons: `name` on the list, take off the list again (`spare`), `erase`."""

    name: list
    spare: list
    erase: list


def carry_out(transaction, ledger, months):
    """Do what is due; `transaction()` opens one that is committed at its end. Each erasure is one by itself.

    Raises OSError when the ledger cannot be written: then who is left is erased the next time.
    """
    with transaction() as session:
        due = due_today(session, months)
        for ref in due.spare:
            session.delete(session.get_one(Ending, ref))
        session.flush()
        for ref in due.name:
            _name(session, session.get_one(Candidate, ref), months)
    for ref in due.erase:
        with transaction() as session:
            candidate = candidate_to_change(session, ref)
            if candidate is not None and _is_to_erase(candidate, session.get(Ending, ref)):
                forget(session, NODE, ledger, candidate)
    return due


def due_today(session, months):
    """What `carry_out` would do now; nothing is changed."""
    endings = {ending.person: ending for ending in session.scalars(select(Ending))}
    closed = session.scalars(select(Candidate).where(Candidate.followed_until.is_not(None)).order_by(Candidate.ref))
    persons = {candidate.ref: candidate for candidate in closed}
    spare = [ref for ref, ending in endings.items() if ref not in persons or _has_moved(persons[ref], ending)]
    listed = endings.keys() - set(spare)
    soon = clock.today() + NOTICED_BEFORE
    name = [ref for ref, each in persons.items() if ref not in listed and ends_on(each, months) <= soon]
    erase = [ref for ref in sorted(listed) if _is_to_erase(persons[ref], endings[ref])]
    return Due(name, sorted(spare), erase)


def prolong(session, actor, candidate, data):
    """Put off the day on which she is erased; `data` is what `ProlongForm` loads. The audit keeps no word of the reason."""
    ending = session.get_one(Ending, candidate.ref)
    ending.erase_on, ending.reason = data["until"], data["reason"]
    ending.prolonged_at, ending.prolonged_by = clock.now(), actor.id
    session.flush()
    note(session, actor, "candidate.prolonged", candidate, until=data["until"].isoformat())


def ends_on(candidate, months):
    """The day on which her time is over."""
    return months_after(clock.day_of(max(candidate.followed_until, candidate.changed_at)), months)


def _name(session, candidate, months):
    """Thirty whole days are left from now on, however long ago her time was over."""
    erase_on = max(ends_on(candidate, months), clock.today() + NOTICED_BEFORE)
    session.add(Ending(person=candidate.ref, noticed_at=clock.now(), erase_on=erase_on))
    note(session, NODE, "candidate.ending", candidate, until=erase_on.isoformat())


def _is_to_erase(candidate, ending):
    is_over = ending is not None and ending.erase_on <= clock.today()
    return is_over and not candidate.is_followed and not _has_moved(candidate, ending)


def _has_moved(candidate, ending):
    """Whether somebody has worked on her record since the list named her."""
    return candidate.changed_at > ending.noticed_at or candidate.followed_until > ending.noticed_at
