"""Who looked at whose profile, told from desk to desk: each morning a sealed letter about the day before, also an empty one.

That nobody looked is told too, so that a day of which nothing came can be seen: it is written down beforehand from whom a
letter is awaited. What was told once stays told: another letter about the same day can add to it and take nothing away.
"""

import logging
from collections import Counter
from datetime import timedelta

from marshmallow import ValidationError
from sqlalchemy import delete, func, or_, select

from federation import letters, register, replica
from federation.letters import FORGOTTEN, NEW_KEY, NotAsked, Question
from federation.mailbox import Topic
from federation.sealing import NotOpened
from node.core import clock
from node.core.db import transaction
from node.scopes.models import AwaitedViews, ProfileView, PublishedProfile, ReportedView, SentViews
from node.scopes.queries import days_between, seen_by_members, start_of, stood_on
from schemas.days import ROME
from schemas.views import COUNT_MAX, VIEWS_MAX, ViewsAnswer, ViewsDocument

VIEWS = "profile-views"
KIND = "candidate"
DAYS_BACK = 14
"""So many days are made up for after a pause, and so long a letter waits for its origin."""
OLDEST = timedelta(days=31)
"""A letter about a day before that is not taken: it waited longer than any letter waits."""
SETTLES = timedelta(minutes=10)
"""So long after midnight a view of the day before may still be on its way into the log."""
ROWS_MAX = 5_000
"""Of one comune and one day."""
FUTURE, PAST, RECORD, MANY = "future", "past", "record", "many"
"""Why a letter is not taken."""

_VIEWS, _ANSWER = ViewsDocument(), ViewsAnswer()
_log = logging.getLogger(__name__)


def tell_of_views(desk, copies, roster, own):
    """Send what is owed to the others, and write down what they owe to us. Does nothing while all of it is done."""
    current = roster.current()
    if current is None or current.network is None:
        return
    last = clock.day_of(clock.now() - SETTLES) - timedelta(days=1)
    with copies.reading() as session:
        origins = replica.origins_of(session, KIND) - {own}
    others = current.members.keys() - {own}
    with desk.reading() as session:
        owed = sorted(_owed(session, (origins | _looked_at(session, last)) & others, last))
        awaited = sorted(_awaited(session, own, others, last))
    if not owed and not awaited:
        return
    with transaction(desk) as session:
        _await(session, own, awaited)
        for origin, day in owed:
            _send(session, current, own, origin, day)


def take(session, letter):
    """What another desk tells us of our profiles. Of somebody who was forgotten meanwhile nothing is kept.

    Raises NotOpened for what is no such letter.
    """
    told = _read(_VIEWS, letter.content)
    refused = _why_refused(session, letter.member, told)
    if refused is None:
        _keep(session, letter.member, told)
    return _ANSWER.dump({"refused": refused})


def note_taken(session, letter):
    """What the origin says of our letter: a refusal stays with the day that it is about. Raises NotOpened."""
    refused = _read(_ANSWER, letter.content).get("refused")
    if refused is not None:
        _log.warning("%s does not take what we told of views: %s", letter.member, refused)
        for sent in session.scalars(select(SentViews).where(SentViews.origin == letter.member)):
            if letter.question in sent.questions:
                sent.refused = refused
        session.flush()


def sweep_views(session, before):
    """Forget what was looked at before that moment, here and as others have told it."""
    session.execute(delete(ProfileView).where(ProfileView.at < before))
    for table in (SentViews, AwaitedViews, ReportedView):
        session.execute(delete(table).where(table.day < clock.day_of(before)))


TOPICS = (Topic(VIEWS, take, note_taken),)


def _owed(session, origins, last):
    """(origin, day) of which a letter is still to be sent, or to be sent again because a key has changed."""
    earliest = last - timedelta(days=DAYS_BACK - 1)
    sent = list(session.scalars(select(SentViews).where(SentViews.origin.in_(origins), SentViews.day >= earliest)))
    latest = {}
    for each in sent:
        latest[each.origin] = max(each.day, latest.get(each.origin, each.day))
    owed = {
        (origin, day)
        for origin in origins
        for day in days_between(latest[origin] + timedelta(days=1) if origin in latest else last, last)
    }
    lost = select(Question.id).where(Question.topic == VIEWS, Question.outcome.in_((NEW_KEY, FORGOTTEN)))
    again = set(session.scalars(lost))
    return owed | {(each.origin, each.day) for each in sent if again.intersection(each.questions)}


def _looked_at(session, last):
    """Whose profiles were opened here in the days that can still be told."""
    since = start_of(last - timedelta(days=DAYS_BACK - 1))
    return set(session.scalars(select(ProfileView.origin).where(ProfileView.at >= since).distinct()))


def _send(session, roster, own, origin, day):
    """Left for the next time where nothing can be sealed to the origin."""
    views, now = _views_of(session, origin, day), clock.now()
    parts = [views[first : first + VIEWS_MAX] for first in range(0, len(views), VIEWS_MAX)] or [[]]
    until = now + timedelta(days=DAYS_BACK)
    try:
        asked = [
            letters.ask(session, roster, own, origin, VIEWS, _VIEWS.dump({"day": day, "views": part}), until, now)
            for part in parts
        ]
    except NotAsked:
        return
    session.merge(SentViews(origin=origin, day=day, questions=asked, refused=None))
    session.flush()


def _views_of(session, origin, day):
    during = (ProfileView.at >= start_of(day), ProfileView.at < start_of(day + timedelta(days=1)))
    found = session.scalars(select(ProfileView).where(ProfileView.origin == origin, *during))
    counted = Counter((each.record, each.role, each.purpose, each.at.astimezone(ROME).hour) for each in found)
    names = ("record", "role", "purpose", "hour")
    return [
        dict(zip(names, key, strict=True)) | {"count": min(count, COUNT_MAX)} for key, count in sorted(counted.items())
    ]


def _awaited(session, own, members, last):
    """(member, day) of whom a letter is to come, for the days not looked at yet; our own row says that a day was.

    A letter that came before is no reason to await it.
    """
    done = session.scalar(select(func.max(AwaitedViews.day)).where(AwaitedViews.member == own))
    first = max(done or last - timedelta(days=1), last - timedelta(days=DAYS_BACK)) + timedelta(days=1)
    days = list(days_between(first, last))
    if not days:
        return set()
    columns = (PublishedProfile.audience, PublishedProfile.opened_at, PublishedProfile.withdrawn_at)
    stands = or_(PublishedProfile.withdrawn_at.is_(None), PublishedProfile.withdrawn_at >= start_of(first))
    stood = session.execute(select(*columns).where(stands)).all()
    awaited = {(own, day) for day in days}
    for day in days:
        audiences = {audience for audience, opened_at, withdrawn_at in stood if stood_on(opened_at, withdrawn_at, day)}
        awaited |= {(member, day) for audience in audiences for member in seen_by_members(audience, members)}
    came = select(AwaitedViews.member, AwaitedViews.day).where(AwaitedViews.day >= first)
    return awaited - set(session.execute(came).all())


def _await(session, own, awaited):
    now = clock.now()
    session.add_all(
        AwaitedViews(member=member, day=day, told_at=now if member == own else None) for member, day in awaited
    )
    session.flush()


def _why_refused(session, member, told):
    today = clock.today()
    if told["day"] >= today:
        return FUTURE
    if told["day"] < today - OLDEST:
        return PAST
    records = {view["record"] for view in told["views"]}
    if records - register.known(session, KIND, records):
        return RECORD
    held = select(ReportedView.id).where(ReportedView.member == member, ReportedView.day == told["day"])
    if len(session.scalars(held.limit(ROWS_MAX)).all()) + len(told["views"]) > ROWS_MAX:
        return MANY
    return None


def _keep(session, member, told):
    day = told["day"]
    awaited = session.get(AwaitedViews, (member, day)) or AwaitedViews(member=member, day=day)
    awaited.told_at = awaited.told_at or clock.now()
    session.add(awaited)
    records = {view["record"] for view in told["views"]}
    whose = {
        profile.id: profile.person
        for profile in session.scalars(select(PublishedProfile).where(PublishedProfile.id.in_(records)))
    }
    known = {
        (each.record, each.role, each.purpose, each.hour): each
        for each in session.scalars(select(ReportedView).where(ReportedView.member == member, ReportedView.day == day))
    }
    for view in told["views"]:
        if view["record"] not in whose:
            continue
        key = (view["record"], view["role"], view["purpose"], view["hour"])
        if key not in known:
            known[key] = ReportedView(member=member, day=day, person=whose[view["record"]], **view)
            session.add(known[key])
        known[key].count = max(known[key].count, view["count"])
    session.flush()


def _read(schema, content):
    try:
        return schema.load(content)
    except ValidationError as fault:
        raise NotOpened("content", f"no letter about views: {fault.normalized_messages()}") from fault
