"""Planned rows are done to the desk: new vacancies by the hundred, changes one by one through the verbs of the form."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from node.core import clock, meanwhile
from node.core.actors import Actor
from node.core.errors import Refused
from node.vacancies import actions
from node.vacancies.bringing import ARCHIVED, DRAFT, PUBLISHED, Brought, bring_in
from node.vacancies.importing.draft import Draft, Note
from node.vacancies.importing.employers import Employers
from node.vacancies.importing.planning import ENDS, Plan
from node.vacancies.models import Vacancy
from schemas.days import ROME

NOON = time(12)
KINDS = {"imported": PUBLISHED, "draft": DRAFT, "expired": ARCHIVED}


@dataclass
class Done:
    """What became of a row, and its vacancy if there is one."""

    draft: Draft
    plan: Plan
    vacancy: Vacancy | None = None

    @property
    def is_new(self) -> bool:
        return self.plan.vacancy is None and self.plan.outcome in KINDS


def write(session: Session, actor: Actor, employers: Employers, rows: list[Done]) -> None:
    """Carry out the plans of some rows. One that the desk refuses after all leaves no trace and says why."""
    for row in rows:
        if row.is_new:
            _prepare(session, actor, employers, row.plan)
        elif row.plan.vacancy is not None and row.plan.outcome != "refused":
            _change(session, actor, employers, row)
    new = [row for row in rows if row.is_new]
    for row, vacancy in zip(new, bring_in(session, actor, [_brought(row) for row in new]), strict=True):
        row.vacancy = vacancy
    for row in rows:
        if row.vacancy is not None:
            _remember(row)
    session.flush()


def _prepare(session: Session, actor: Actor, employers: Employers, plan: Plan) -> None:
    if plan.party.data and plan.party.known is None:
        plan.data["employer"] = employers.ref_of_new(actor, plan.party.data)
    if plan.replaced:
        plan.replaced.external_ref = plan.replaced.content_key = None
        session.flush()


def _brought(row: Done) -> Brought:
    shown_on = row.draft.published_on or (row.draft.closes_on if row.plan.outcome == "expired" else None)
    return Brought(KINDS[row.plan.outcome], row.plan.data, shown_on and _noon(shown_on), row.draft.outcome)


def _change(session: Session, actor: Actor, employers: Employers, row: Done) -> None:
    row.vacancy = row.plan.vacancy
    if row.plan.outcome == "unchanged":
        return
    try:
        with session.begin_nested():
            if row.plan.party.data:
                row.plan.data["employer"] = employers.ref_of_new(actor, row.plan.party.data)
            _carry_out(session, actor, row.draft, row.plan)
    except Refused as refusal:
        row.plan = Plan("refused", [Note(refusal.message, True), *row.plan.notes])
        row.vacancy = None


def _carry_out(session: Session, actor: Actor, draft: Draft, plan: Plan) -> None:
    known = plan.vacancy
    if plan.how == ENDS and draft.outcome:
        actions.close_vacancy(session, actor, known, {"outcome": draft.outcome})
    elif plan.how == ENDS:
        actions.expire_vacancy(session, actor, known, min(draft.closes_on, clock.today()))
    elif plan.outcome == "imported":
        actions.publish_vacancy(session, actor, plan.data, draft=known)
    elif known.is_live:
        actions.update_vacancy(session, actor, known, plan.data)
    elif known.archived_at:
        actions.correct_archived(session, actor, known, plan.data)
    else:
        actions.save_draft(session, actor, plan.data, draft=known)


def _remember(row: Done) -> None:
    """By what the row will be known again, and how its fields stood in the file."""
    vacancy, draft, plan = row.vacancy, row.draft, row.plan
    if draft.ref != vacancy.ref:
        vacancy.external_ref = draft.ref
    vacancy.content_key = draft.content_key
    told = draft.told | ({"employer": vacancy.employer_ref} if plan.party.known or plan.party.data else {})
    vacancy.import_seen = meanwhile.prints(told)


def _noon(day: date) -> datetime:
    """The middle of that day in Italy, or now if that is later."""
    return min(datetime.combine(day, NOON, tzinfo=ROME), clock.now())
