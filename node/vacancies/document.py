"""What the network reads about a vacancy, made from the vacancy and nothing else.

What stays at the desk has no line here: the employer that wants no name, why an operator kept a wording, who changed it.
"""

from node.core import clock
from schemas.kinds import DOCUMENTS, problem_with

SAME = (
    "title", "places", "contract", "closes_on", "how_to_apply", "occupation", "description", "tasks", "requirements",
    "offer", "remote", "hours", "weekly_hours", "positions", "education", "experience", "licences", "languages",
    "reserved", "sector", "starts_on", "ccnl",
)  # fmt: skip
CURRENCY = "EUR"


def vacancy_document(vacancy):
    """The vacancy as `schemas.vacancy.VacancyDocument` dumps it; the employer is null where it stays unnamed.

    Raises ValueError for a document that no peer would use.
    """
    document = vacancy_sketch(vacancy)
    problem = problem_with("vacancy", document)
    if problem:
        raise ValueError(f"vacancy {vacancy.ref}: {problem}")
    return document


def vacancy_sketch(vacancy):
    """The same of something that is not complete yet: what is missing is left out. For previews; never published."""
    members = {name: getattr(vacancy, name, None) for name in SAME}
    members["employer"] = _employer(vacancy)
    members["desk"] = vacancy.desk_ref
    members["published_on"] = clock.day_of(vacancy.published_at) if vacancy.published_at else None
    members["shifts"] = getattr(vacancy, "shifts", None) or None
    members["pay"] = _pay(vacancy)
    return DOCUMENTS["vacancy"].dump(members)


def _employer(vacancy):
    return {"name": vacancy.employer.name, "id": vacancy.employer_ref} if vacancy.names_employer else None


def _pay(vacancy):
    lowest, highest, period = (getattr(vacancy, name, None) for name in ("pay_min", "pay_max", "pay_period"))
    if lowest is None and highest is None:
        return None
    return {"min": lowest, "max": highest, "period": period, "currency": CURRENCY}
