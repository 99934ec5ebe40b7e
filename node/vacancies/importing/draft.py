"""What one row of a table comes to while it is read: the fields as they would be typed, and what to say about the row."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from node.vacancies.importing.columns import LABELS
from node.vacancies.importing.messages import packed, unpacked
from schemas.codes import OUTCOMES
from schemas.messages import Message

DAYS = ("published_on", "closes_on")
SHOWN = 60
"""Characters of a cell that the report repeats."""

KEPT_AS = {
    "reserved": Message("Categoria"),
    "employer": Message("Azienda"),
    "pay_min": Message("Retribuzione da"),
    "pay_max": Message("Retribuzione fino a"),
}
"""How a kept line begins, where the label of the column is too long for it."""


class Note(NamedTuple):
    """A line of the report about a row. Not every one is a warning: some tell what was understood."""

    text: Message
    is_warning: bool


@dataclass
class Draft:
    """`typed`: fields of `VacancyForm`. `state`: `draft`, `expired` or an outcome, as the table tells; else blank.

    `told`: the fields of which the row itself speaks, as the form would show them after saving.
    `assumed`: fields that the row does not tell, filled from what holds for all rows or guessed: they never change a
    vacancy that is there already. `content_key` tells the row where it has no reference. `problems`: why the row cannot
    become a vacancy.
    """

    number: int
    typed: dict[str, Any] = field(default_factory=dict)
    ref: str | None = None
    employer: str | None = None
    employer_vat: str | None = None
    published_on: date | None = None
    closes_on: date | None = None
    state: str = ""
    notes: list[Note] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    kept: dict[str, list[str]] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)
    told: dict[str, Any] = field(default_factory=dict)
    content_key: str = ""
    refused: set[str] = field(default_factory=set)

    def put(self, name: str, value: Any) -> None:
        """Set a field, if there is a value."""
        if value:
            self.typed[name] = value

    def offer(self, name: str, value: Any) -> None:
        """Set a field, if there is a value and the field has none yet."""
        if value and not self.typed.get(name):
            self.typed[name] = value

    def assume(self, name: str, value: Any) -> None:
        """Fill a field of which the row says nothing."""
        if value and not self.typed.get(name):
            self.typed[name] = value
            self.assumed.add(name)

    def keep(self, where: str, name: str, text: str, is_warning: bool | None = True) -> None:
        """Write a cell that has no field of its own as a line of the text `where`; None: the report is silent."""
        label = KEPT_AS.get(name, LABELS[name])
        self.kept.setdefault(where, []).append(f"{label}: {text}")
        if is_warning is not None:
            told = Message("«{text}» non è tra i valori dell'elenco: resta scritto nel testo.", text=text[:SHOWN])
            self.say(name, told, is_warning)

    def warn(self, name: str, told: Message) -> None:
        self.say(name, told, True)

    def say(self, name: str, told: Message, is_warning: bool = False) -> None:
        self.notes.append(Note(about(name, told), is_warning))

    def refuse(self, name: str, told: Message) -> None:
        self.problems.append(about(name, told))
        self.refused.add(name)

    @property
    def is_over(self) -> bool:
        """Whether the table itself says that the offer is over, whatever its closing day."""
        return self.state not in ("", "draft")

    @property
    def outcome(self) -> str | None:
        """How the table says that it was closed; None for one that ran out, or is not over."""
        return self.state if self.state in OUTCOMES else None

    def as_json(self) -> dict[str, Any]:
        """What the second comparison with the desk needs; the rest of the report's row stands beside it."""
        told = {
            name: getattr(self, name)
            for name in ("typed", "told", "ref", "employer", "employer_vat", "state", "content_key")
        }
        days = {name: (day := getattr(self, name)) and day.isoformat() for name in DAYS}
        return (
            told
            | days
            | {
                "assumed": sorted(self.assumed),
                "notes": [[packed(note.text), note.is_warning] for note in self.notes],
                "problems": [packed(problem) for problem in self.problems],
            }
        )

    @classmethod
    def from_json(cls, number: int, told: dict[str, Any]) -> "Draft":
        given = dict(told)
        for name in DAYS:
            given[name] = given[name] and date.fromisoformat(given[name])
        given["assumed"] = set(given["assumed"])
        given["notes"] = [Note(unpacked(text), is_warning) for text, is_warning in given["notes"]]
        given["problems"] = [unpacked(problem) for problem in given["problems"]]
        return cls(number, **given)


def about(name: str, told: Message) -> Message:
    """`Luogo di lavoro: «Marte» non è …`."""
    return Message("{field}: {told}", field=LABELS[name], told=told) if name in LABELS else told
