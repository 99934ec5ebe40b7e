"""The employer that a row names: one that the desk knows, or a new one.

Known is who has the same VAT number, else who is called the same apart from capitals, legal form and the order of words.
Likeness is not enough here, since nobody looks at each row as an operator does in the form.
"""

from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from node.core.actors import Actor
from node.core.forms import flattened
from node.employers.actions import create_employer
from node.employers.models import Employer
from node.employers.queries import telling_part
from node.vacancies.importing.draft import Draft
from schemas.codes import comuni, spelling
from schemas.employer import EmployerForm, read_vat_number
from schemas.messages import Message


@dataclass(frozen=True)
class Party:
    """`known` is the employer's record; for a new one, `data` is what makes it. Neither: the row names nobody."""

    known: Employer | None = None
    data: dict[str, Any] | None = None
    notes: tuple[Message, ...] = ()
    problem: Message | None = None


@dataclass
class Employers:
    """Everyone that the desk knows, read once; new ones are added while rows are written."""

    session: Session
    home: str
    _by_vat: dict[str, Employer] = field(default_factory=dict)
    _by_name: dict[str, list[Employer]] = field(default_factory=dict)
    _form: EmployerForm = field(default_factory=EmployerForm)

    def __post_init__(self) -> None:
        for each in self.session.scalars(select(Employer).order_by(Employer.created_at)):
            self._add(each)

    def of(self, draft: Draft) -> Party:
        """Who stands behind the row."""
        vat = _vat_number(draft.employer_vat)
        called = self._called(draft.employer, vat)
        if called:
            return Party(called[0], notes=tuple(_doubt(called)))
        return self._new(draft, vat) if draft.employer else Party()

    def ref_of_new(self, actor: Actor, data: dict[str, Any]) -> str:
        """The ref of the employer that `data` describes: made now, or a few rows above."""
        called = self._called(data["name"], data["vat_number"])
        if not called:
            called = [create_employer(self.session, actor, data)]
            self._add(called[0])
        return called[0].ref

    def _called(self, name: str | None, vat: str | None) -> list[Employer]:
        """Whoever has this number, else whoever has this name and not another number; the very name comes first."""
        if vat and vat in self._by_vat:
            return [self._by_vat[vat]]
        if not name:
            return []
        alike = [each for each in self._by_name.get(telling_part(name), []) if not (vat and each.vat_number)]
        exact = [each for each in alike if each.folded_name == " ".join(spelling.words(name))]
        return exact or alike

    def _add(self, employer: Employer) -> None:
        if employer.vat_number:
            self._by_vat.setdefault(employer.vat_number, employer)
        self._by_name.setdefault(telling_part(employer.name), []).append(employer)

    def _new(self, draft: Draft, vat: str | None) -> Party:
        """A new employer, placed where its first vacancy is: the one thing that its form asks for beside the name."""
        first = next(iter(draft.typed.get("places", ())), "")
        at = (comuni.find(first) if first else []) or [comuni.comune(self.home)]
        try:
            data = self._form.load(
                {"name": draft.employer, "comune": at[0].istat} | ({"vat_number": vat} if vat else {})
            )
        except ValidationError as wrong:
            return Party(problem=next(iter(flattened(wrong.normalized_messages()).values()))[0])
        return Party(data=data, notes=(Message("«{name}» è nuova: si aggiunge alle aziende.", name=data["name"]),))


def _doubt(called: list[Employer]) -> list[Message]:
    if len(called) == 1:
        return []
    return [Message("più aziende si chiamano «{name}»: presa la prima.", name=called[0].name)]


def _vat_number(text: str | None) -> str | None:
    try:
        return read_vat_number(text) if text else None
    except ValueError:
        return None
