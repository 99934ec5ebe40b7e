"""What is done with a plan. The audit learns that it was done, and to whose plan; never a word of it."""

from datetime import timedelta

from node.core import clock
from node.core.audit import note
from node.core.errors import Refused
from node.plans import queries
from node.plans.models import FollowUp, Plan, PlanStep
from schemas.codes.plans import DONE, TO_DO
from schemas.messages import Message

FOLLOW_UP_DAYS = (30, 90, 180)
"""So long after the beginning the desk asks how she is."""


def start_plan(session, actor, candidate, proposal=None):
    """Begin a plan today, with the steps, papers and contacts of `proposal` (`words.usual_plan`) or with nothing.

    Raises Refused when she has a plan already, or the desk does not follow her any more.
    """
    if not candidate.is_followed:
        raise Refused(Message("Il percorso di {name} è già chiuso.", name=candidate.name))
    if queries.plan_to_change(session, candidate.ref) is not None:
        raise Refused(Message("{name} ha già un piano: aprilo dalla sua scheda.", name=candidate.name))
    offered = proposal or {"steps": [], "papers": [], "contacts": []}
    today = clock.today()
    plan = Plan(
        person=candidate.ref,
        led_by=actor.id,
        started_on=today,
        papers=[{"words": words, "brought_on": None} for words in offered["papers"]],
        contacts=offered["contacts"],
    )
    session.add(plan)
    session.flush()
    for step in offered["steps"]:
        add_step(session, actor, candidate, plan, step)
    for days in FOLLOW_UP_DAYS:
        session.add(FollowUp(plan=plan.ref, days=days, due_on=today + timedelta(days=days)))
    note(session, actor, "plan.started", candidate, plan=plan.ref)
    return plan


def change_plan(session, actor, candidate, plan, data):
    """Write down what `PlanForm` loads; a paper that keeps its words stays brought."""
    brought = {paper["words"]: paper["brought_on"] for paper in plan.papers}
    plan.goal, plan.contacts = data["goal"], data["contacts"]
    plan.papers = [{"words": row["words"], "brought_on": brought.get(row["words"])} for row in data["papers"]]
    session.flush()
    note(session, actor, "plan.changed", candidate, plan=plan.ref)


def add_step(session, actor, candidate, plan, data):
    """One more step, as `StepForm` loads it."""
    step = PlanStep(plan=plan.ref, position=queries.last_position(session, plan) + 1, state=TO_DO)
    _write(step, data)
    session.add(step)
    session.flush()
    note(session, actor, "plan.step-added", candidate, plan=plan.ref, step=step.ref)
    return step


def change_step(session, actor, candidate, step, data):
    """Other words, another day, or how far it is."""
    _write(step, data)
    session.flush()
    note(session, actor, "plan.step-changed", candidate, plan=step.plan, step=step.ref)


def mark_step(session, actor, candidate, step, state):
    """It is done today, or it is not done after all."""
    change_step(session, actor, candidate, step, {"state": state})


def mark_paper(session, actor, candidate, plan, words, is_brought):
    """She has brought it today, or has not after all. Raises Refused when the plan knows no such paper."""
    if words not in {paper["words"] for paper in plan.papers}:
        raise Refused(Message("Questo documento non è più nel piano: ricarica la pagina."))
    day = clock.today().isoformat() if is_brought else None
    plan.papers = [paper | ({"brought_on": day} if paper["words"] == words else {}) for paper in plan.papers]
    session.flush()
    note(session, actor, "plan.changed", candidate, plan=plan.ref)


def answer_follow_up(session, actor, candidate, follow_up, data):
    """How she is, as `FollowUpForm` loads it; a later answer takes the place of an earlier one."""
    follow_up.outcome, follow_up.note = data["outcome"], data["note"]
    follow_up.asked_on, follow_up.asked_by = clock.today(), actor.id
    session.flush()
    note(session, actor, "plan.followed-up", candidate, plan=follow_up.plan, follow_up=follow_up.ref)


def end_plan(session, actor, candidate, plan):
    """It is over: nobody is reminded of it any more, and a new one may begin."""
    plan.ended_on = clock.today()
    session.flush()
    note(session, actor, "plan.ended", candidate, plan=plan.ref)


def _write(step, data):
    for name in ("words", "due_on", "doer"):
        if name in data:
            setattr(step, name, data[name])
    state = data.get("state") or step.state
    if state != step.state or state != DONE:
        step.done_on = clock.today() if state == DONE else None
    step.state = state
