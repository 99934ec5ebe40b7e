"""What citizens report about our vacancies, from the inbox until somebody has looked into it.

A report names no person and needs none. It comes from a door that everybody may knock on, so it is read again here as a
stranger's; and a flood of reports of one vacancy fills a list that has an end, not the database.
"""

from datetime import timedelta

from marshmallow import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from node.core import clock
from node.core.audit import note
from node.core.errors import Refused
from node.vacancies.models import Report, Vacancy
from schemas.messages import Message
from schemas.report import TOGETHER_MAX, ReportForm

PAGE_SIZE = 25
KEPT_CLOSED = timedelta(days=180)

_FORM = ReportForm()


def receive_report(session, ref, told):
    """Keep a report of the inbox; returns it, or None for one that says nothing about a vacancy of ours.

    The same one collected twice (the worker died over it) is kept once.
    """
    vacancy = session.get(Vacancy, str(told.get("vacancy")))
    if vacancy is None or vacancy.state == "draft" or session.get(Report, ref) is not None:
        return None
    if open_reports_of(session, vacancy.ref) >= TOGETHER_MAX:
        return None
    try:
        data = _FORM.load({name: value for name, value in told.items() if value is not None})
    except ValidationError:
        return None
    report = Report(ref=ref, vacancy_ref=vacancy.ref, received_at=clock.now(), **data)
    session.add(report)
    session.flush()
    return report


def close_reports(session, actor, vacancy, data):
    """Say how the reports of a vacancy named in `data` ended; returns how many.

    `data` is what `ReportOutcomeForm` loads. Raises Refused when a colleague has closed them all already.
    """
    named = (Report.ref.in_(data["report"]), Report.vacancy_ref == vacancy.ref, Report.closed_at.is_(None))
    found = session.scalars(select(Report).where(*named).order_by(Report.ref).with_for_update()).all()
    if not found:
        raise Refused(Message("Queste segnalazioni sono già chiuse: le ha viste prima una collega o un collega."))
    now = clock.now()
    for report in found:
        report.closed_at, report.closed_by = now, actor.id
        report.outcome, report.note = data["outcome"], data["note"]
        report.email = None
        note(session, actor, "report.closed", report, outcome=report.outcome)
    session.flush()
    return len(found)


def sweep_reports(session, now):
    """Forget what was closed long ago: nobody knows what people wrote into it."""
    session.execute(delete(Report).where(Report.closed_at < now - KEPT_CLOSED))


def open_reports(session):
    """How many wait for somebody."""
    return session.scalar(select(func.count()).select_from(Report).where(Report.closed_at.is_(None)))


def open_reports_of(session, vacancy_ref):
    """How many of one vacancy wait."""
    theirs = (Report.vacancy_ref == vacancy_ref, Report.closed_at.is_(None))
    return session.scalar(select(func.count()).select_from(Report).where(*theirs))


def reported(session, are_open, page):
    """([(vacancy, its reports)] of a page, how many vacancies on all): open or closed ones, the latest first."""
    wanted = Report.closed_at.is_(None) if are_open else Report.closed_at.is_not(None)
    latest = func.max(Report.received_at if are_open else Report.closed_at)
    grouped = select(Report.vacancy_ref).where(wanted).group_by(Report.vacancy_ref)
    total = session.scalar(select(func.count()).select_from(grouped.subquery()))
    ordered = grouped.order_by(latest.desc(), Report.vacancy_ref)
    shown = session.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    reports = (
        select(Report).where(wanted, Report.vacancy_ref.in_(shown)).order_by(Report.received_at.desc(), Report.ref)
    )
    found = {ref: [] for ref in shown}
    for report in session.scalars(reports.options(joinedload(Report.vacancy).joinedload(Vacancy.employer))):
        found[report.vacancy_ref].append(report)
    return [(theirs[0].vacancy, theirs) for theirs in found.values()], total
