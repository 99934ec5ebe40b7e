"""One row of a table becomes what an operator would have typed for it, with a word about everything that was guessed.

Nothing of the desk is asked here, so that long files are read without holding anybody up: the same reading is compared
with the desk twice, for the preview and when the import is confirmed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from node.vacancies.importing import days, markup, whereabouts, words
from node.vacancies.importing.columns import SEVERAL
from node.vacancies.importing.draft import SHOWN, Draft
from node.vacancies.importing.heads import IGNORED
from node.vacancies.importing.professions import Professions
from node.vacancies.importing.rows import Row
from node.vacancies.importing.typed_form import TypedForm, reopened
from node.vacancies.typed import USUALLY_OPEN_FOR
from schemas.codes import OUTCOMES, spelling
from schemas.messages import Message
from schemas.vacancy import DESCRIPTION_MAX, HOW_TO_APPLY_MAX, OPEN_AT_MOST, SECTION_MAX, TITLE_MAX

LONGEST = {
    "description": DESCRIPTION_MAX,
    "tasks": SECTION_MAX,
    "requirements": SECTION_MAX,
    "offer": SECTION_MAX,
    "how_to_apply": HOW_TO_APPLY_MAX,
}
DAYS = ("published_on", "closes_on", "starts_on")
REF_MAX = 120
TELLING = ("title", "employer", "places", "contract", "hours", "description", "published_on", "closes_on")

MISSING = {
    "title": Message("manca."),
    "places": Message("manca: scrivilo nel file, o scegli nel passo 2 che cosa vale per le righe che non lo dicono."),
    "contract": Message("manca: scrivilo nel file, o scegli nel passo 2 che cosa vale per le righe che non lo dicono."),
    "closes_on": Message(
        "manca: scrivila nel file, o scegli nel passo 2 che cosa vale per le righe che non la dicono."
    ),
    "how_to_apply": Message(
        "manca: scrivilo nel file, o scegli nel passo 2 che cosa vale per le righe che non lo dicono."
    ),
}
"""What a table lacks is said otherwise than to somebody who fills in a form."""

_OPEN_END = re.compile(r"copertura|esaurimento|apert[ao]|indeterminat|sempre|fino a nuova|reperimento|immediat", re.IGNORECASE)  # fmt: skip
_STATES = (
    ("draft", re.compile(r"\bbozza|\bdraft|sospes|da pubblicare", re.IGNORECASE)),
    ("expired", re.compile(r"scadut|expired", re.IGNORECASE)),
    ("ritirata", re.compile(r"annullat|ritirat|revocat|withdrawn", re.IGNORECASE)),
    ("altri", re.compile(r"chius|copert|evas|assun|conclus|terminat|complet|closed|filled", re.IGNORECASE)),
    ("", re.compile(r"apert|attiv|pubblic|in corso|valid|vigent|open|nuov|in lavorazione", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Settings:
    """What holds for all rows: `mapping` has a field for each column; `defaults` are fields for rows that lack them.

    `desks` maps the folded name of a desk to its ref; `home` is the ISTAT code of the node's comune.
    """

    heads: Sequence[str]
    mapping: Sequence[str]
    defaults: Mapping[str, str]
    home: str
    today: date
    desks: Mapping[str, str] = field(default_factory=dict)
    professions: Professions = field(default_factory=Professions)


class Reader:
    """Reads the rows of one table. `sample`: its first rows, by which the order of day and month is judged.

    `is_text`: a cell that looks like a formula may be one.
    """

    def __init__(self, settings: Settings, sample: Sequence[Row], is_text: bool = True):
        self._settings, self._is_text = settings, is_text
        self._form = TypedForm()
        self._columns = [(at, name) for at, name in enumerate(settings.mapping) if name != IGNORED]
        good = [row for row in sample if row.problem is None]
        self._month_first = {
            at for at, name in self._columns if name in DAYS and days.is_month_first(row.cells[at] for row in good)
        }

    def read(self, row: Row) -> Draft:
        draft = Draft(row.number)
        if row.problem:
            draft.problems.append(row.problem)
            return draft
        cells = self._cells(draft, row)
        draft.content_key = content_key(cells)
        self._read_texts(draft, cells)
        for name, read in words.READERS.items():
            if name in cells:
                read(draft, cells[name])
        self._read_places(draft, cells)
        self._read_state(draft, cells)
        self._read_days(draft, cells)
        self._fill_in(draft, cells)
        _fit_texts(draft)
        self._check(draft)
        return draft

    def _cells(self, draft: Draft, row: Row) -> dict[str, str]:
        """Field -> its text; cells that say nothing are left out, and formulas, which nobody has computed for us."""
        cells: dict[str, str] = {}
        for at, name in self._columns:
            raw = row.cells[at]
            if self._is_text and markup.is_formula(raw):
                told = {"column": self._settings.heads[at], "formula": raw.strip()[:SHOWN]}
                draft.warn(
                    "", Message("La cella «{column}» contiene una formula ({formula}): non è stata usata.", **told)
                )
            elif not markup.is_nothing(raw):
                text = markup.plain(raw)
                cells[name] = f"{cells[name]}\n{text}" if name in cells and name in SEVERAL else text
        return {name: text for name, text in cells.items() if text}

    def _read_texts(self, draft: Draft, cells: Mapping[str, str]) -> None:
        for name in ("description", "tasks", "requirements", "offer", "how_to_apply", "ccnl", "override_reason"):
            draft.put(name, cells.get(name))
        draft.put("title", " ".join(cells.get("title", "").split()))
        draft.ref = " ".join(cells.get("external_ref", "").split())[:REF_MAX] or None
        draft.employer = " ".join(cells.get("employer", "").split()) or None
        draft.employer_vat = cells.get("employer_vat")
        wanted = spelling.compact(cells.get("desk", ""))
        draft.put("desk", self._settings.desks.get(wanted))
        if wanted and "desk" not in draft.typed:
            draft.warn("desk", Message("«{name}» non è uno sportello di questo nodo.", name=cells["desk"][:SHOWN]))

    def _read_places(self, draft: Draft, cells: Mapping[str, str]) -> None:
        written = cells.get("places") or self._settings.defaults.get("places", "")
        if "places" not in cells:
            draft.assumed.add("places")
        if not written:
            return
        found = whereabouts.read(written, cells.get("province", ""), self._settings.home)
        draft.put("places", list(found.typed))
        draft.put("foreign_places", list(found.abroad))
        for note in found.notes:
            draft.warn("places", note)
        if found.problem:
            draft.refuse("places", found.problem)

    def _read_state(self, draft: Draft, cells: Mapping[str, str]) -> None:
        text = cells.get("state", "")
        outcome = next((code for code, label in OUTCOMES.choices() if spelling.compact(label) == spelling.compact(text)), None)  # fmt: skip
        found = outcome if text and outcome else next((code for code, words in _STATES if words.search(text)), None)
        draft.state = found or ""
        if text and found is None:
            draft.say(
                "state", Message("«{text}» non dice se l'offerta è aperta: conta la scadenza.", text=text[:SHOWN])
            )

    def _read_days(self, draft: Draft, cells: Mapping[str, str]) -> None:
        draft.published_on = self._day(draft, "published_on", cells)
        draft.closes_on = self._day(draft, "closes_on", cells) or self._usual_closing(draft)
        starts_on = self._day(draft, "starts_on", cells)
        draft.put("starts_on", starts_on and starts_on.isoformat())

    def _day(self, draft: Draft, name: str, cells: Mapping[str, str]) -> date | None:
        text = cells.get(name)
        if text is None:
            return None
        at = next(at for at, field in self._columns if field == name)
        try:
            return days.read(text, at in self._month_first)
        except ValueError as fault:
            problem = fault.args[0]
        if name == "closes_on" and not _OPEN_END.search(text):
            draft.refuse(name, problem)
        elif name == "starts_on":
            draft.keep("description", name, text, is_warning=None)
        else:
            draft.warn(name, problem)
        return None

    def _usual_closing(self, draft: Draft) -> date | None:
        """For a row without a closing day: the one that the operator gave, else a month after the publication."""
        draft.assumed.add("closes_on")
        given = self._settings.defaults.get("closes_on")
        if given:
            return days.read(given)
        if draft.published_on is None or draft.problems:
            return None
        closes_on = draft.published_on + USUALLY_OPEN_FOR
        told = {"day": _written(closes_on), "published_on": _written(draft.published_on)}
        draft.warn(
            "closes_on",
            Message("manca: messo {day}, un mese dopo la pubblicazione ({published_on}).", **told),
        )
        return closes_on

    def _fill_in(self, draft: Draft, cells: Mapping[str, str]) -> None:
        """What other cells tell, then what holds for all rows that do not say it."""
        title, text = draft.typed.get("title", ""), draft.typed.get("description", "")
        draft.assume("reserved", words.reserved_by_title(title, text))
        for name in ("desk", "how_to_apply", "contract"):
            draft.assume(name, self._settings.defaults.get(name))
        self._settings.professions.read(draft, cells.get("occupation", ""), title, text)

    def _check(self, draft: Draft) -> None:
        """The rules of the form of a vacancy; a day that has passed is no fault here, since old offers are kept as such."""
        today = self._settings.today
        if draft.closes_on and draft.closes_on > today + OPEN_AT_MOST and not draft.is_over:
            told = {"day": _written(draft.closes_on), "last": _written(today + OPEN_AT_MOST)}
            draft.closes_on = today + OPEN_AT_MOST
            draft.warn("closes_on", Message("{day} è oltre un anno: messo {last}.", **told))
        if draft.closes_on and draft.published_on and draft.closes_on < draft.published_on:
            told = {"closes_on": _written(draft.closes_on), "published_on": _written(draft.published_on)}
            draft.warn("closes_on", Message("il {closes_on} viene prima della pubblicazione, il {published_on}: una delle due date è sbagliata.", **told))  # fmt: skip
        draft.put("closes_on", draft.closes_on and draft.closes_on.isoformat())
        loaded = self._form.load(draft.typed, min(today, draft.closes_on or today))
        shown = reopened(loaded.data)
        draft.told = {name: shown[name] for name in shown if name in draft.typed and name not in draft.assumed}
        for name, told in loaded.problems:
            if name not in draft.refused:
                draft.refuse(name, told if draft.typed.get(name) else MISSING.get(name, told))


def _fit_texts(draft: Draft) -> None:
    """Texts within what a notice may have; what is cut off is told of, and a long title is kept whole in the text."""
    title = draft.typed.get("title", "")
    if len(title) > TITLE_MAX:
        draft.typed["title"] = title[: TITLE_MAX + 1].rsplit(" ", 1)[0][:TITLE_MAX]
        draft.typed["description"] = "\n\n".join(filter(None, (title, draft.typed.get("description"))))
        draft.warn(
            "title", Message("è più lungo di {max} caratteri: accorciato, intero nella descrizione.", max=TITLE_MAX)
        )
    for name, longest in LONGEST.items():
        kept = "\n".join(draft.kept.get(name, ()))
        text = _shortened(draft, name, longest - len(kept) - 1)
        draft.put(name, "\n".join(filter(None, (text, kept)))[:longest])


def _shortened(draft: Draft, name: str, longest: int) -> str:
    text: str = draft.typed.get(name, "")
    if len(text) <= longest:
        return text
    fitting = text[: max(longest - 1, 1)].rsplit(None, 1)[0]
    told = {"length": len(text), "max": longest, "rest": text[len(fitting) :].strip()[:SHOWN]}
    draft.warn(name, Message("ha {length} caratteri, se ne pubblicano {max}: resta fuori «{rest}…».", **told))
    return f"{fitting}…"


def content_key(cells: Mapping[str, str]) -> str:
    """What tells an offer that has no reference: the words of the cells that make it this one and no other."""
    telling = [" ".join(spelling.words(cells.get(name, ""))) for name in TELLING]
    return sha256(json.dumps(telling).encode()).hexdigest()


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
