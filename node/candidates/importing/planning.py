"""What will become of each row: the desk is asked who is here already, and nobody comes in twice."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from node.candidates import queries
from node.candidates.importing.columns import LABELS
from node.candidates.importing.queries import last_told
from node.candidates.importing.reading import Person, about
from node.candidates.models import Candidate, digits_of
from node.candidates.typed import as_typed
from schemas.codes import spelling
from schemas.messages import Message

SHOWN = 60


class Known(NamedTuple):
    """Somebody who is here, or comes from a row above (`number`)."""

    ref: str | None
    number: int | None
    folded_name: str
    tax_code: str | None
    born_on: Any
    phone_digits: str | None
    phone_is_shared: bool
    email: str | None


@dataclass
class Plan:
    """`changes`: fields of the form that the desk's record takes from the row; `doubles`: refs of whom it may be."""

    outcome: str
    notes: list[Message] = field(default_factory=list)
    known: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    doubles: list[str] = field(default_factory=list)


class Planner:
    """Plans the rows of one file in order and remembers whom it has met."""

    def __init__(self, session: Session) -> None:
        self._session = session
        columns = [getattr(Candidate, name) for name in Known._fields if name != "number"]
        rows = session.execute(select(*columns)).mappings()
        self._known = [Known(number=None, **row) for row in rows]
        self._names = [_sorted(each.folded_name) for each in self._known]

    def plan(self, person: Person) -> Plan:
        if person.problems:
            return Plan("refused", [*person.problems, *person.notes])
        row = _of_row(person)
        alike = self._alike(row)
        same = next((each for each in alike if _is_surely(each, row)), None)
        if same is not None and same.number is not None:
            return Plan("unchanged", [Message("È la stessa persona della riga {number}: vale una volta sola.", number=same.number)])  # fmt: skip
        if same is not None:
            return compared(self._session, person, self._session.get_one(Candidate, same.ref))
        if alike:
            above = [each.number for each in alike if each.number is not None]
            notes = [Message("Somiglia alla riga {number}.", number=number) for number in above]
            return Plan("double", [*notes, *person.notes], doubles=[each.ref for each in alike if each.ref])
        return Plan("imported", list(person.notes))

    def took(self, person: Person) -> None:
        """A row above has become a person."""
        row = _of_row(person)
        self._known.append(row)
        self._names.append(_sorted(row.folded_name))

    def _alike(self, row: Known) -> list[Known]:
        near = process.extract(_sorted(row.folded_name), self._names, scorer=fuzz.ratio, score_cutoff=queries.ALIKE, limit=None)  # fmt: skip
        by_name = {at for _name, _score, at in near}
        told = {"born_on": row.born_on, "tax_code": row.tax_code, "phone_is_shared": row.phone_is_shared}
        return [
            each
            for at, each in enumerate(self._known)
            if (at in by_name or _shares(each, row)) and queries.may_be(each, told, row.folded_name, row.phone_digits)
        ]


def compared(session: Session, person: Person, candidate: Candidate) -> Plan:
    """What a row changes of a record: blanks are filled, and what the last file said gives way to what this one says.

    What somebody has written at the desk since then stays as it is, and is told of.
    """
    saved, before = as_typed(candidate), last_told(session, candidate.ref)
    plan = Plan("unchanged", list(person.notes), candidate.ref)
    for name in sorted(person.shown):
        mine, theirs = person.shown[name], saved.get(name)
        if _folded(mine) == _folded(theirs) or (theirs and name not in person.typed):
            continue
        if theirs and _folded(theirs) != _folded(before.get(name)):
            told = Message("allo sportello c'è «{theirs}»: resta così.", theirs=_in_short(theirs))
            plan.notes.append(about(name, told))
        else:
            plan.changes[name] = mine
    if plan.changes:
        plan.outcome = "updated"
        fields = ", ".join(str(LABELS[name]) for name in plan.changes)
        plan.notes.insert(0, Message("Cambia: {fields}.", fields=fields))
    return plan


def _of_row(person: Person) -> Known:
    data = person.data
    name = " ".join(spelling.words(f"{data['family_name']} {data['given_name']}"))
    digits = digits_of(data.get("phone")) or None
    told = (data.get("tax_code"), data.get("born_on"), digits, bool(data.get("phone_is_shared")), data.get("email"))
    return Known(None, person.number, name, *told)


def _shares(known: Known, row: Known) -> bool:
    return any(mine and mine == theirs for mine, theirs in ((known.tax_code, row.tax_code), (known.phone_digits, row.phone_digits)))  # fmt: skip


def _is_surely(known: Known, row: Known) -> bool:
    """The same tax code, or the very same name and something else that is hers, and nothing that speaks against it."""
    if known.tax_code and row.tax_code:
        return known.tax_code == row.tax_code
    hers = ((known.born_on, row.born_on), (known.phone_digits, row.phone_digits), (known.email, row.email))
    return _sorted(known.folded_name) == _sorted(row.folded_name) and any(mine and mine == theirs for mine, theirs in hers)  # fmt: skip


def _sorted(folded_name: str) -> str:
    return " ".join(sorted(folded_name.split()))


def _folded(value: Any) -> Any:
    return [_folded(each) for each in value] if isinstance(value, list) else spelling.words(value) if isinstance(value, str) else value  # fmt: skip


def _in_short(value: Any) -> str:
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value))[:SHOWN]
