"""The table of contents of the API: which address asks what and is answered with what.

Routes, refusals and the OpenAPI description are all made from it, so that none of them can forget an address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from node.citizens import asked
from node.citizens.api import lookups, vacancies
from schemas import answers


@dataclass(frozen=True)
class Operation:
    """`view` gets what was sent and the blanks of `path`; it returns what `answer` writes, and may raise BadQuestion."""

    path: str
    view: Callable[..., dict[str, Any]]
    query: Schema
    answer: Schema
    may_be_gone: bool = False

    @property
    def name(self) -> str:
        return self.view.__name__


OPERATIONS = (
    Operation("/vacancies", vacancies.vacancies, asked.QUERY, answers.VacanciesAnswer()),
    Operation(
        "/vacancies/<origin>/<id>", vacancies.vacancy, vacancies.VACANCY, answers.VacancyAnswer(), may_be_gone=True
    ),
    Operation("/suggestions", lookups.suggestions, lookups.SUGGESTIONS, answers.SuggestionsAnswer()),
    Operation("/comuni", lookups.comuni, lookups.COMUNI, answers.ComuniAnswer()),
    Operation("/occupations", lookups.occupations, lookups.OCCUPATIONS, answers.OccupationsAnswer()),
    Operation("/desks", lookups.desks, lookups.DESKS, answers.DesksAnswer()),
)
