"""What is asked about plans."""

from sqlalchemy import func, select

from node.candidates.models import Candidate
from node.plans.models import FollowUp, Plan, PlanStep
from schemas.codes.plans import TO_DO


def plan_of(session, person):
    """Her plan of now, or the last one that ended; None if she never had one."""
    return next(iter(plans_of(session, person)), None)


def plans_of(session, person):
    """All of hers: the one of now first, then the ended ones, the newest first."""
    found = select(Plan).where(Plan.person == person)
    return list(session.scalars(found.order_by(Plan.ended_on.is_not(None), Plan.started_on.desc(), Plan.ref)))


def plan_to_change(session, person):
    """Her plan of now with its row locked until the transaction ends, or None."""
    return session.scalars(select(Plan).where(Plan.person == person, Plan.ended_on.is_(None)).with_for_update()).first()


def steps_of(session, plan):
    """The steps by their day, those without one last, as they were written down."""
    order = (PlanStep.due_on.is_(None), PlanStep.due_on, PlanStep.position)
    return list(session.scalars(select(PlanStep).where(PlanStep.plan == plan.ref).order_by(*order)))


def step_with(session, plan, ref):
    """The step of this plan, or None."""
    return session.scalars(select(PlanStep).where(PlanStep.plan == plan.ref, PlanStep.ref == ref)).one_or_none()


def last_position(session, plan):
    return session.scalar(select(func.max(PlanStep.position)).where(PlanStep.plan == plan.ref)) or 0


def follow_ups_of(session, plan):
    return list(session.scalars(select(FollowUp).where(FollowUp.plan == plan.ref).order_by(FollowUp.due_on)))


def follow_up_with(session, plan, ref):
    """The follow-up of this plan, or None."""
    return session.scalars(select(FollowUp).where(FollowUp.plan == plan.ref, FollowUp.ref == ref)).one_or_none()


def to_ask_again(session, today):
    """[(follow-up, person)] whose day has come, of plans and persons that the desk follows, the oldest first."""
    wanted = select(FollowUp, Candidate).select_from(FollowUp)
    return session.execute(_due(wanted, today).order_by(FollowUp.due_on, Candidate.folded_name)).all()


def count_to_ask_again(session, today):
    return session.scalar(_due(select(func.count()).select_from(FollowUp), today))


def _due(wanted, today):
    joined = wanted.join(Plan, Plan.ref == FollowUp.plan).join(Candidate, Candidate.ref == Plan.person)
    is_followed = (Plan.ended_on.is_(None), Candidate.followed_until.is_(None))
    return joined.where(FollowUp.outcome.is_(None), FollowUp.due_on <= today, *is_followed)


def open_steps(session, persons):
    """[(person's ref, step)] still to do in the plans of now of these persons, the nearest first."""
    wanted = select(Plan.person, PlanStep).join(PlanStep, PlanStep.plan == Plan.ref)
    still = (Plan.person.in_(persons), Plan.ended_on.is_(None), PlanStep.state == TO_DO)
    return session.execute(wanted.where(*still).order_by(PlanStep.due_on.is_(None), PlanStep.due_on)).all()


def next_follow_ups(session, persons):
    """[(person's ref, day)] of each follow-up that still waits, the nearest first."""
    wanted = select(Plan.person, FollowUp.due_on).join(FollowUp, FollowUp.plan == Plan.ref)
    still = (Plan.person.in_(persons), Plan.ended_on.is_(None), FollowUp.outcome.is_(None))
    return session.execute(wanted.where(*still).order_by(FollowUp.due_on)).all()


def leaders(session):
    """person's ref -> the operator who leads her plan of now."""
    return dict(session.execute(select(Plan.person, Plan.led_by).where(Plan.ended_on.is_(None))).all())
