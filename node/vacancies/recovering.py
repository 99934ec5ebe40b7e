"""Vacancies that the network knows better than our backup does.

What was published after the backup comes back from the document that the other nodes hold; what was closed after it is
closed again. Neither is whole: the employer that wanted no name, the outcome, who wrote it were never published. So each
is marked, and the desk completes it.
"""

from datetime import datetime, time

from federation import register
from federation.recovery import of_kind
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.desks.queries import all_desks, desk_with
from node.employers.models import Employer
from node.vacancies.actions import attend_employer
from node.vacancies.document import SAME
from node.vacancies.models import Vacancy
from schemas.days import ROME
from schemas.kinds import DOCUMENTS, problem_with


def take_back(session, lost):
    """Bring the vacancies among `lost` to where the network has them, each marked as incomplete."""
    touched = set()
    for each in of_kind(lost, "vacancy").values():
        vacancy = session.get(Vacancy, each.id)
        if each.body is not None and problem_with("vacancy", each.body) is None:
            vacancy = _from_document(session, each, vacancy)
        elif vacancy is not None and vacancy.is_live:
            _end(vacancy)
            register.withdraw(session, vacancy.ref)
        else:
            register.withdraw(session, each.id)
            continue
        vacancy.incomplete_since = clock.now()
        session.flush()
        note(session, NODE, "vacancy.recovered", vacancy, state=vacancy.state)
        if vacancy.is_live:
            register.publish(session, "vacancy", vacancy.ref, each.audience, each.body, vacancy.closes_at)
        touched.add(vacancy.employer_ref)
    for employer in (session.get(Employer, ref) for ref in touched if ref):
        attend_employer(session, employer)


def _from_document(session, lost, vacancy):
    """The vacancy as the document tells it; one that had ended here lives again, since the network never heard of it."""
    told = DOCUMENTS["vacancy"].load(lost.body)
    if vacancy is None:
        vacancy = Vacancy(ref=lost.id, created_at=clock.now())
    for name in SAME:
        setattr(vacancy, name, told.get(name, _EMPTY.get(name)))
    vacancy.places, vacancy.languages = lost.body["places"], lost.body.get("languages", [])
    vacancy.shifts = bool(told.get("shifts"))
    pay = told.get("pay") or {}
    vacancy.pay_min, vacancy.pay_max, vacancy.pay_period = pay.get("min"), pay.get("max"), pay.get("period")
    _set_parties(session, vacancy, lost.body)
    vacancy.state, vacancy.outcome, vacancy.positions_filled, vacancy.ended_at = "published", None, None, None
    vacancy.published_at = vacancy.published_at or datetime.combine(told["published_on"], time(), ROME)
    vacancy.changed_at = clock.now()
    session.add(vacancy)
    return vacancy


_EMPTY = {"positions": 1, "licences": [], "languages": []}
"""What a vacancy has where its document says nothing."""


def _set_parties(session, vacancy, document):
    desk = desk_with(session, document["desk"]) or next(iter(all_desks(session)), None)
    vacancy.desk_ref = desk.ref if desk else None
    named = (document.get("employer") or {}).get("id")
    if named and session.get(Employer, named) is not None:
        vacancy.employer_ref, vacancy.employer_hidden = named, False


def _end(vacancy):
    """How it ended is not known: it ran out if its day has passed, else it is taken for withdrawn."""
    if vacancy.closes_at <= clock.now():
        vacancy.state, vacancy.ended_at = "expired", vacancy.closes_at
    else:
        vacancy.state, vacancy.outcome, vacancy.positions_filled = "closed", "ritirata", 0
        vacancy.ended_at = clock.now()
    vacancy.changed_at = clock.now()
