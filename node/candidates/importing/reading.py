"""One row of a table becomes what an operator would have typed about that person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from marshmallow import ValidationError

from node.candidates.importing.columns import DAYS, LABELS, SEVERAL
from node.candidates.typed import as_typed
from node.core.forms import WHOLE_FORM, flattened, without_blanks
from node.vacancies.importing import days, markup
from node.vacancies.importing.draft import Draft
from node.vacancies.importing.heads import IGNORED
from node.vacancies.importing.rows import Row
from node.vacancies.importing.words import READERS
from schemas import fiscal_code
from schemas.candidate import OCCUPATIONS_MAX, SKILLS_MAX, CandidateForm
from schemas.codes import BENEFITS, CONTRACTS, PERMITS, SITUATIONS, CodeList, spelling, spoken
from schemas.messages import Message
from schemas.skill import read_skill

SHOWN = 60
CODED: dict[str, CodeList] = {"permit": PERMITS, "situation": SITUATIONS, "benefit": BENEFITS}
SPOKEN = ("education", "languages", "licences", "hours")
"""Cells that are read as in a table of vacancies."""
PLAIN = (
    "family_name", "given_name", "tax_code", "birthplace", "phone", "email", "reach", "residence", "address", "domicile",
    "domicile_address", "guardian_name", "guardian_phone", "education_title", "notes",
)  # fmt: skip

_PARTS = re.compile(r"\s*[;,/\n]\s*")
_WOMAN = re.compile(r"f|d|femmin\w*|donna|female", re.IGNORECASE)
_MAN = re.compile(r"m|u|maschi\w*|uomo|male", re.IGNORECASE)


@dataclass
class Person:
    """`typed`: fields of `CandidateForm`; `data` is what it loads, `shown` how the form would show that again.

    `problems`: why the row cannot come in.
    """

    number: int
    cells: tuple[str, ...]
    typed: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    notice_on: date | None = None
    notes: list[Message] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)

    @property
    def shown(self) -> dict[str, Any]:
        if not self.data:
            return {}
        trades = [{"title": title, "code": None} for title in self.data["trades"]]
        found = as_typed(SimpleNamespace(**(self.data | {"trades": trades, "experiences": []})))
        return {name: value for name, value in found.items() if name in LABELS}

    @property
    def title(self) -> str:
        """What the report calls the row."""
        named = " ".join(self.typed.get(name, "") for name in ("family_name", "given_name")).strip()
        return named or " · ".join([cell for cell in self.cells if cell.strip()][:2])

    def tell(self, name: str, told: Message) -> None:
        self.notes.append(about(name, told))

    def refuse(self, name: str, told: Message) -> None:
        self.problems.append(about(name, told))


class Reader:
    """Reads the rows of one table; `sample` are its first, by which the order of day and month is judged."""

    def __init__(self, heads: Sequence[str], mapping: Sequence[str], sample: Sequence[Row], is_text: bool, today: date):
        self._heads, self._is_text, self._today = heads, is_text, today
        self._columns = [(at, name) for at, name in enumerate(mapping) if name != IGNORED]
        cells = {
            name: [row.cells[at] for row in sample if not row.problem] for at, name in self._columns if name in DAYS
        }
        self._month_first = {name for name, column in cells.items() if days.is_month_first(column)}
        self._form = CandidateForm(lambda: today)

    def read(self, row: Row) -> Person:
        person = Person(row.number, row.cells)
        if row.problem is not None:
            person.problems.append(row.problem)
            return person
        cells = self._cells(person, row)
        for name in PLAIN:
            if name in cells:
                person.typed[name] = cells[name] if name == "notes" else " ".join(cells[name].split())
        self._read_name(person, cells)
        self._read_days(person, cells)
        _read_codes(person, cells)
        _read_lists(person, cells)
        self._check(person)
        return person

    def _cells(self, person: Person, row: Row) -> dict[str, str]:
        """Field -> its text; formulas, which nobody has computed for us, are left out and told of."""
        cells: dict[str, str] = {}
        for at, name in self._columns:
            raw = row.cells[at]
            # A telephone number that begins with + looks like a formula and is none.
            if self._is_text and name != "phone" and markup.is_formula(raw):
                told = {"column": self._heads[at], "formula": raw.strip()[:SHOWN]}
                person.notes.append(Message("La cella «{column}» contiene una formula ({formula}): non è stata usata.", **told))  # fmt: skip
            elif not markup.is_nothing(raw) and (text := markup.plain(raw)):
                cells[name] = f"{cells[name]}\n{text}" if name in cells and name in SEVERAL else text
        return cells

    def _read_name(self, person: Person, cells: Mapping[str, str]) -> None:
        """A name in one cell is cut where the tax code says; without one the first word is the family name."""
        words = cells.get("full_name", "").split()
        if len(words) < 2 or "family_name" in person.typed:
            return
        family, given, is_sure = split_name(words, cells.get("tax_code", ""), self._today)
        person.typed |= {"family_name": family, "given_name": given}
        if not is_sure:
            person.tell("full_name", Message("letto come cognome «{family}» e nome «{given}».", family=family, given=given))  # fmt: skip

    def _read_days(self, person: Person, cells: Mapping[str, str]) -> None:
        for name in sorted(DAYS & cells.keys()):
            try:
                day = days.read(cells[name], name in self._month_first)
            except ValueError as fault:
                person.refuse(name, fault.args[0])
                continue
            if name == "notice_given_on":
                person.notice_on = day
            else:
                person.typed[name] = day.isoformat()

    def _check(self, person: Person) -> None:
        self._check_notice(person)
        try:
            person.data = self._form.load(without_blanks(person.typed | {"notice_given": "true"}))
        except ValidationError as wrong:
            for name, told in flattened(wrong.normalized_messages()).items():
                for each in told:
                    person.refuse("" if name == WHOLE_FORM else name.partition("-")[0], each)

    def _check_notice(self, person: Person) -> None:
        if person.notice_on is None:
            person.refuse("notice_given_on", Message("manca o non si legge. Senza il giorno in cui ha ricevuto l'informativa una persona non si registra: consegnala, scrivi la data nel file e importa di nuovo."))  # fmt: skip
        elif person.notice_on > self._today:
            person.refuse("notice_given_on", Message("è un giorno che deve ancora venire."))


def _read_codes(person: Person, cells: Mapping[str, str]) -> None:
    for name, codes in CODED.items():
        if name not in cells:
            continue
        wanted = spelling.compact(cells[name])
        known = {spelling.compact(text): code for code, label in codes.choices() for text in (code, label)}
        if wanted in known:
            person.typed[name] = known[wanted]
        else:
            _not_understood(person, name, cells[name])
    if "sex" in cells:
        sex = "F" if _WOMAN.fullmatch(cells["sex"]) else "M" if _MAN.fullmatch(cells["sex"]) else None
        if sex:
            person.typed["sex"] = sex
        else:
            _not_understood(person, "sex", cells["sex"])
    if "radius_km" in cells and (number := re.search(r"\d+", cells["radius_km"])):
        person.typed["radius_km"] = number[0]


def _read_lists(person: Person, cells: Mapping[str, str]) -> None:
    if "trades" in cells:
        person.typed["trades"] = _parts(cells["trades"])[:OCCUPATIONS_MAX]
    if "skills" in cells:
        _read_skills(person, _parts(cells["skills"]))
    if "contracts" in cells:
        found = [(part, spoken.contract(part)) for part in _parts(cells["contracts"])]
        person.typed["contracts"] = list(dict.fromkeys(code for _part, code in found if code in CONTRACTS))
        for part in [part for part, code in found if code is None]:
            _not_understood(person, "contracts", part)
    for name in SPOKEN:
        if name in cells:
            draft = Draft(person.number)
            READERS[name](draft, cells[name])
            if name in draft.typed:
                person.typed[name] = draft.typed[name]
            else:
                _not_understood(person, name, cells[name])


def _read_skills(person: Person, parts: Sequence[str]) -> None:
    found = []
    for part in parts:
        try:
            found.append(read_skill(part))
        except ValueError:
            _not_understood(person, "skills", part)
    person.typed["skills"] = list(dict.fromkeys(found))[:SKILLS_MAX]


def _not_understood(person: Person, name: str, text: str) -> None:
    """What no list knows is not thrown away: it stands in the notes, as it was written."""
    line = f"{LABELS[name]}: {text}"
    person.typed["notes"] = "\n".join(filter(None, (person.typed.get("notes"), line)))
    person.tell(name, Message("«{text}» non è tra i valori dell'elenco: resta scritto nelle note.", text=text[:SHOWN]))


def split_name(words: Sequence[str], tax_code: str, today: date) -> tuple[str, str, bool]:
    """(family name, given name, whether the tax code says so) of a name in one cell."""
    try:
        code = fiscal_code.read(tax_code, today)
    except ValueError:
        code = None
    if code is not None and not code.is_temporary:
        cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        for family, given in [*cuts, *((last, first) for first, last in cuts)]:
            if fiscal_code.parts_of(family, given) == (code.surname_part, code.name_part):
                return family, given, True
    return words[0], " ".join(words[1:]), False


def about(name: str, told: Message) -> Message:
    """`Codice fiscale: l'ultima lettera …`."""
    return Message("{field}: {told}", field=LABELS[name], told=told) if name in LABELS else told


def _parts(text: str) -> list[str]:
    return [part for part in _PARTS.split(text.strip()) if part]
