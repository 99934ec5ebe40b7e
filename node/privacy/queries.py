"""Who is to be erased and when, and how far an erasure has come."""

from typing import NamedTuple

from sqlalchemy import func, select

from federation import register
from federation.receipts import Erasure
from node.candidates.models import Candidate
from node.privacy.models import Ending, Forgotten


class Progress(NamedTuple):
    """Of one erasure: who has confirmed and when, who has not, and when the copies of those have ended by themselves.

    `ends_at` is None where nobody can hold anything of the person; `is_waiting` while that is still to be signed.
    """

    confirmed: list
    missing: list
    ends_at: object
    is_waiting: bool


def forgotten_with(session, ref):
    """The erasure of that number, or None."""
    return session.get(Forgotten, ref)


def progress_of(session, gone):
    erasures = list(session.scalars(select(Erasure).where(Erasure.record_id.in_(gone.records))))
    missing = sorted({holder.member for each in erasures for holder in each.missing})
    confirmed = {holder.member: holder.confirmed_at for each in erasures for holder in each.confirmed}
    return Progress(
        confirmed=sorted((member, at) for member, at in confirmed.items() if member not in missing),
        missing=missing,
        ends_at=max((each.ends_at for each in erasures), default=None),
        is_waiting=register.is_any_waiting(session, gone.records),
    )


def ending(session):
    """[(ending, person)], the nearest day first."""
    return session.execute(_endings().order_by(Ending.erase_on, Candidate.folded_name)).all()


def ending_of(session, ref):
    """(ending, person), or None for whom the program does not mean to erase."""
    return session.execute(_endings().where(Ending.person == ref)).one_or_none()


def count_ending(session):
    return session.scalar(select(func.count()).select_from(Ending).join(Candidate).where(_IS_CLOSED))


def _endings():
    return select(Ending, Candidate).join(Candidate, Candidate.ref == Ending.person).where(_IS_CLOSED)


_IS_CLOSED = Candidate.followed_until.is_not(None)
