"""What is asked about who may see whom."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select

from federation import register
from node.candidates.models import Candidate
from node.core import clock
from node.scopes.models import AwaitedViews, PublishedProfile, ReportedView, ScopeChoice, SentViews
from schemas.codes.scopes import COMUNE, RETE
from schemas.days import ROME

SOON = timedelta(days=14)

ON_ITS_WAY = timedelta(hours=12)
"""So long after midnight nobody is called silent about the day before."""

_CURRENT = ScopeChoice.ended_at.is_(None)
_BEYOND = (_CURRENT, ScopeChoice.scope != COMUNE)


def choice_of(session, person):
    """Her choice of now; None while she has made none, which is like `comune`."""
    return session.scalars(select(ScopeChoice).where(ScopeChoice.person == person, _CURRENT)).one_or_none()


def choices_of(session, person):
    """All that she has chosen, the newest first."""
    found = select(ScopeChoice).where(ScopeChoice.person == person)
    return list(session.scalars(found.order_by(ScopeChoice.given_at.desc(), ScopeChoice.id.desc())))


def profiles_of(session, person):
    """Her records that are not withdrawn."""
    open_ones = (PublishedProfile.person == person, PublishedProfile.withdrawn_at.is_(None))
    return list(session.scalars(select(PublishedProfile).where(*open_ones).order_by(PublishedProfile.id)))


def seen_by_the_network(session):
    """Our persons who want the whole network to see them."""
    wanted = select(Candidate).join(ScopeChoice, ScopeChoice.person == Candidate.ref)
    return list(session.scalars(wanted.where(_CURRENT, ScopeChoice.scope == RETE)))


class SeenOn(NamedTuple):
    """One day: what the others told of it, by comune and hour, and of whom nothing has come although they could see her."""

    day: date
    views: list
    silent: list


def days_seen(session, person):
    """The days on which somebody looked at her, or may have: the newest first."""
    views, silent = {}, {}
    told = select(ReportedView).where(ReportedView.person == person)
    for view in session.scalars(told.order_by(ReportedView.member, ReportedView.hour, ReportedView.id)):
        views.setdefault(view.day, []).append(view)
    records = session.scalars(select(PublishedProfile).where(PublishedProfile.person == person)).all()
    last = clock.day_of(clock.now() - ON_ITS_WAY) - timedelta(days=1)
    missing = select(AwaitedViews).where(AwaitedViews.told_at.is_(None), AwaitedViews.day <= last)
    for awaited in session.scalars(missing.order_by(AwaitedViews.member)):
        if any(could_see(awaited.member, record, awaited.day) for record in records):
            silent.setdefault(awaited.day, []).append(awaited.member)
    return [
        SeenOn(day, views.get(day, []), silent.get(day, []))
        for day in sorted(views.keys() | silent.keys(), reverse=True)
    ]


def could_see(member, record, day):
    """Whether that member could read that record of hers on that day."""
    is_for_them = bool(seen_by_members(record.audience, {member}))
    return is_for_them and stood_on(record.opened_at, record.withdrawn_at, day)


def stood_on(opened_at, withdrawn_at, day):
    """Whether a record stood in the network at some moment of that day."""
    return opened_at < start_of(day + timedelta(days=1)) and (withdrawn_at is None or withdrawn_at >= start_of(day))


def seen_by_members(audience, members):
    """Which of the members may read what has this audience."""
    if audience == register.MEMBERS:
        return set(members)
    return {audience.partition(":")[2]} & set(members)


def refused_views(session, limit):
    """What we have told of views and its origin has not taken, the latest day first."""
    refused = select(SentViews).where(SentViews.refused.is_not(None))
    return list(session.scalars(refused.order_by(SentViews.day.desc(), SentViews.origin).limit(limit)))


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Italy."""
    return datetime.combine(day, time(), ROME)


def is_anything_due(session, today):
    """Whether a choice waits for the register, or has not been looked at since yesterday."""
    return session.scalar(select(exists().where(*_due(today))))


def due_choices(session, today):
    """[(choice, person)] of those, in the order in which they were made; ours until the transaction ends.

    Who withdraws in that very moment waits for it, and then finds the record that it has made.
    """
    return session.execute(_ours().where(*_due(today)).order_by(ScopeChoice.id)).all()


def _due(today):
    is_old = or_(ScopeChoice.reviewed_on.is_(None), ScopeChoice.reviewed_on < today)
    return (*_BEYOND, or_(ScopeChoice.due, is_old))


def run_out(session, today):
    """[(choice, person)] of those whose last day is over, ours until the transaction ends."""
    return session.execute(_ours().where(*_BEYOND, ScopeChoice.until < today)).all()


def to_reconfirm(session, today):
    """[(choice, person)] of those whose last day is near, the nearest first."""
    return session.execute(_with_person().where(*_near(today)).order_by(ScopeChoice.until, Candidate.folded_name)).all()


def count_to_reconfirm(session, today):
    return session.scalar(select(func.count()).select_from(ScopeChoice).where(*_near(today)))


def _near(today):
    return (*_BEYOND, ScopeChoice.until <= today + SOON)


def _with_person():
    return select(ScopeChoice, Candidate).join(Candidate, Candidate.ref == ScopeChoice.person)


def _ours():
    return _with_person().with_for_update(of=ScopeChoice)
