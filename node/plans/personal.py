"""A person's plans, given to her and forgotten with their steps and with what she answered later."""

from sqlalchemy import delete, select, update

from node.candidates.merging import goes_over
from node.candidates.models import Candidate
from node.core.i18n import gettext as _
from node.core.i18n import lazy, short_day
from node.core.personal import Keeper, rows_of
from node.plans import queries
from node.plans.actions import end_plan
from node.plans.models import FollowUp, Plan, PlanStep
from schemas.codes.plans import FOLLOW_UP_OUTCOMES, STEP_STATES

PARTS = (PlanStep, FollowUp)
TABLES = (Plan, *PARTS)


def export(session, ref):
    """Each plan with its own columns, its steps and its follow-ups."""
    return {
        "plans": [
            {
                **rows_of([plan])[0],
                "steps": rows_of(queries.steps_of(session, plan)),
                "follow_ups": rows_of(queries.follow_ups_of(session, plan)),
            }
            for plan in queries.plans_of(session, ref)
        ]
    }


def erase(session, ref):
    """Of these rows the network knows nothing."""
    theirs = select(Plan.ref).where(Plan.person == ref)
    for table in PARTS:
        session.execute(delete(table).where(table.plan.in_(theirs)))
    session.execute(delete(Plan).where(Plan.person == ref))
    session.expire_all()
    return ()


@goes_over(*(table.__tablename__ for table in TABLES))
def move(session, actor, gone, kept):
    """Of two plans that go on the one begun later does; all are hers."""
    open_ones = [plan for ref in (gone, kept) if (plan := queries.plan_to_change(session, ref)) is not None]
    for plan in sorted(open_ones, key=lambda each: each.started_on)[:-1]:
        end_plan(session, actor, session.get(Candidate, plan.person), plan)
    session.execute(update(Plan).where(Plan.person == gone).values(person=kept))
    session.expire_all()


def read_out(values, lang):
    """Line by line, as it was agreed and as it went."""
    return [line for plan in values["plans"] for line in _of_plan(plan, lang)]


def _of_plan(plan, lang):
    lasted = [short_day(plan["started_on"]), *([short_day(plan["ended_on"])] if plan["ended_on"] else [])]
    told = [(_("Piano di accompagnamento"), " – ".join(lasted)), (_("Obiettivo"), plan["goal"])]
    told += [(_("Passo: %(state)s", state=STEP_STATES.label(row["state"], lang)), _step(row)) for row in plan["steps"]]
    told += [(_("Documento da portare"), _paper(row)) for row in plan["papers"]]
    told += [(_("A chi rivolgersi"), _joined(row["who"], row["reach"], row["why"])) for row in plan["contacts"]]
    told += [
        (
            _("Ricontatto del %(day)s", day=short_day(row["asked_on"])),
            _joined(FOLLOW_UP_OUTCOMES.label(row["outcome"], lang), row["note"]),
        )
        for row in plan["follow_ups"]
        if row["outcome"]
    ]
    return [(label, text) for label, text in told if text]


def _step(row):
    return _joined(row["words"], row["due_on"] and short_day(row["due_on"]))


def _paper(row):
    return _joined(row["words"], row["brought_on"] and _("portato il %(day)s", day=short_day(row["brought_on"])))


def _joined(*parts):
    return " · ".join(part for part in parts if part)


KEEPER = Keeper(
    lazy("Piano di accompagnamento"),
    frozenset(table.__tablename__ for table in TABLES),
    export,
    erase,
    read_out,
)
