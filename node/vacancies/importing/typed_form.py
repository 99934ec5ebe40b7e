"""The form of a vacancy, asked for thousands of rows: what is typed, as data and as it would be opened again."""

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, NamedTuple

from marshmallow import ValidationError

from node.core import clock
from node.core.forms import WHOLE_FORM, flattened, without_blanks
from node.vacancies.actions import MAY_LACK
from node.vacancies.typed import as_typed
from schemas.messages import Message
from schemas.vacancy import VacancyForm


class Loaded(NamedTuple):
    """`data` as actions want it; `problems`: (field, what is wrong)."""

    data: dict[str, Any]
    problems: list[tuple[str, Message]]


class TypedForm:
    """One form for all rows, since making one costs more than reading with it. Not to be shared between threads."""

    def __init__(self) -> None:
        self._today = clock.today()
        self._form = VacancyForm(lambda: self._today)
        self._partial = VacancyForm(lambda: self._today, partial=MAY_LACK)

    def load(self, typed: Mapping[str, Any], today: date, is_partial: bool = False) -> Loaded:
        """`today`: the day from which on a closing day is right; `is_partial`: for a draft, which may lack things."""
        self._today = today
        try:
            form = self._partial if is_partial else self._form
            return Loaded(form.load(without_blanks(dict(typed))), [])
        except ValidationError as wrong:
            found = flattened(wrong.normalized_messages())
            told = [
                (name.partition("-")[0], each) for name, those in found.items() if name != WHOLE_FORM for each in those
            ]
            return Loaded(wrong.valid_data, told)


def reopened(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the form would show it after saving: so it compares with a saved vacancy."""
    return as_typed(SimpleNamespace(**data, employer_ref=data.get("employer"), desk_ref=data.get("desk")))
