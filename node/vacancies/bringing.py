"""Many vacancies at once, from a file instead of a form: the same records and the same lines of the audit, written together.

A form's verb asks the database a dozen questions for its one vacancy. While thousands are written in one transaction, a
desk on SQLite can write nothing else; here they are written by the hundred, which takes a tenth of the time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from federation import register
from node.core import clock
from node.core.actors import Actor
from node.core.audit import note
from node.employers.queries import employer_with
from node.vacancies.actions import COLUMNS, attend_employer
from node.vacancies.document import vacancy_document
from node.vacancies.models import Vacancy

PUBLISHED, DRAFT, ARCHIVED = "published", "draft", "archived"
VERBS = {PUBLISHED: "vacancy.published", DRAFT: "vacancy.drafted", ARCHIVED: "vacancy.archived"}


@dataclass(frozen=True)
class Brought:
    """`data` is what `VacancyForm` loads, held to `rules.check` by the caller if it is to be published.

    ARCHIVED is what was over before it came here: found at the desk, told to nobody. `outcome` says how it was closed;
    without one it ran out. `shown_at` is when it was first shown elsewhere, so that it is not taken for news.
    """

    kind: str
    data: dict[str, Any]
    shown_at: datetime | None = None
    outcome: str | None = None


def bring_in(session: Session, actor: Actor, brought: list[Brought]) -> list[Vacancy]:
    """Add vacancies that are new here, and show those to the network that are to be published."""
    now = clock.now()
    vacancies = [_vacancy(session, actor, each, now) for each in brought]
    session.add_all(vacancies)
    session.flush()
    for vacancy, each in zip(vacancies, brought, strict=True):
        note(session, actor, VERBS[each.kind], vacancy)
    live = [vacancy for vacancy in vacancies if vacancy.is_live]
    shown = ((vacancy.ref, vacancy_document(vacancy), vacancy.closes_at) for vacancy in live)
    register.publish_new(session, "vacancy", "public", shown)
    for ref in {vacancy.employer_ref for vacancy in live if vacancy.employer_ref}:
        attend_employer(session, employer_with(session, ref))
    return vacancies


def _vacancy(session: Session, actor: Actor, brought: Brought, now: datetime) -> Vacancy:
    values = {COLUMNS.get(name, name): value for name, value in brought.data.items()}
    employer = employer_with(session, values.get("employer_ref") or "")
    vacancy = Vacancy(created_at=now, changed_at=now, changed_by=actor.id, **values)
    vacancy.employer_hidden = bool(employer and vacancy.employer_hidden)
    if brought.kind == DRAFT:
        vacancy.state = "draft"
        return vacancy
    vacancy.sector = vacancy.sector or (employer and employer.sector)
    vacancy.state, vacancy.published_at = "published", brought.shown_at or now
    if brought.kind == ARCHIVED:
        vacancy.state, vacancy.outcome = ("closed", brought.outcome) if brought.outcome else ("expired", None)
        vacancy.archived_at, vacancy.ended_at = now, min(vacancy.closes_at, now)
    return vacancy
