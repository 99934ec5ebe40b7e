"""Whom an operator follows, for the colleague who takes over."""

from collections import Counter

from sqlalchemy import select

from node.candidates.models import Candidate
from node.plans.queries import leaders


def followed_by(session, operator_id=None):
    """[(person, id of the operator who follows her)] by name: all that the desk follows, or those of one operator.

    Who leads her plan follows her; without a plan, who took her in.
    """
    followed = select(Candidate).where(Candidate.followed_until.is_(None))
    persons = list(session.scalars(followed.order_by(Candidate.folded_name, Candidate.ref)))
    leading = leaders(session)
    found = [(each, leading.get(each.ref, each.notice_given_by)) for each in persons]
    return [(each, leader) for each, leader in found if operator_id in (None, leader)]


def counts_by_operator(session):
    """How many persons each operator follows, by her id."""
    return Counter(leader for _each, leader in followed_by(session))
