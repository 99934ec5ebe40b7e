"""All vacancies of the desk as a table, with the columns that the import reads: what goes out can come back unchanged.

Cells say what people read, not codes: whoever opens the table edits it, and the import understands it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from node.core import clock
from node.core.spreadsheets import csv_bytes, xlsx_bytes
from node.vacancies.importing.columns import LABELS
from node.vacancies.models import Vacancy
from schemas import amounts
from schemas.codes import (
    CEFR,
    CONTRACTS,
    EDUCATION,
    EXPERIENCE,
    HOURS,
    LANGUAGES,
    LICENCES,
    OUTCOMES,
    PAY_PERIODS,
    REMOTE,
    RESERVED,
    SECTORS,
    CodeList,
    comuni,
    ticino,
)
from schemas.occupation import suggestion

STATES = {"draft": "Bozza", "published": "Aperta", "expired": "Scaduta"}
KINDS = (".csv", ".xlsx", ".jsonl")

Cell = str | int | date | None


def table(session: Session, wanted: Any = None) -> tuple[list[str], list[list[Cell]]]:
    """(heads, rows): the vacancies of a statement, or all of them, the oldest first."""
    statement = select(Vacancy).order_by(Vacancy.created_at, Vacancy.ref) if wanted is None else wanted
    found = session.scalars(statement.options(joinedload(Vacancy.employer), joinedload(Vacancy.desk)))
    return [str(LABELS[field]) for field in CELLS], [[cell(each) for cell in CELLS.values()] for each in found]


def written(kind: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as a file of one of KINDS. Raises KeyError for any other."""
    return {".csv": csv_bytes, ".xlsx": _as_workbook, ".jsonl": _as_json_lines}[kind](heads, rows)


def _as_workbook(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    return xlsx_bytes("Offerte", heads, rows)


def _as_json_lines(_heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    named = (
        {field: _plain(cell) for field, cell in zip(CELLS, row, strict=True) if cell not in (None, "")} for row in rows
    )
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in named).encode()


def _plain(cell: Cell) -> str | int | None:
    return cell.isoformat() if isinstance(cell, date) else cell


def _label(name: str, codes: CodeList) -> Callable[[Vacancy], Cell]:
    def read(vacancy: Vacancy) -> Cell:
        code = getattr(vacancy, name)
        return codes.label(code) if code else None

    return read


def _value(name: str) -> Callable[[Vacancy], Cell]:
    return lambda vacancy: getattr(vacancy, name)


def _amount(name: str) -> Callable[[Vacancy], Cell]:
    def read(vacancy: Vacancy) -> Cell:
        number = getattr(vacancy, name)
        return None if number is None else amounts.written(number)

    return read


def _yes(name: str) -> Callable[[Vacancy], Cell]:
    return lambda vacancy: "sì" if getattr(vacancy, name) else None


def _places(vacancy: Vacancy) -> Cell:
    return "; ".join(map(_place, vacancy.places))


def _place(place: dict[str, Any]) -> str:
    if "istat" in place:
        known = comuni.comune(place["istat"])
        return known.full_name if known else place["name"]
    named = f"{place['locality']} ({place['country']})"
    near = ticino.foreign(place["locality"])
    is_known = near is not None and (near.lat, near.lon) == (place["lat"], place["lon"])
    return named if is_known else f"{named} {place['lat']} {place['lon']}"


def _languages(vacancy: Vacancy) -> Cell:
    return "; ".join(
        " ".join(filter(None, (LANGUAGES.label(row["code"]), row.get("level") if row.get("level") in CEFR else None)))
        for row in vacancy.languages
    )


CELLS: dict[str, Callable[[Vacancy], Cell]] = {
    "external_ref": lambda vacancy: vacancy.external_ref or vacancy.ref,
    "title": _value("title"),
    "employer": lambda vacancy: vacancy.employer and vacancy.employer.name,
    "employer_vat": lambda vacancy: vacancy.employer and vacancy.employer.vat_number,
    "places": _places,
    "contract": _label("contract", CONTRACTS),
    "published_on": lambda vacancy: clock.day_of(vacancy.published_at) if vacancy.published_at else None,
    "closes_on": _value("closes_on"),
    "how_to_apply": _value("how_to_apply"),
    "desk": lambda vacancy: vacancy.desk and vacancy.desk.name,
    "state": lambda vacancy: STATES.get(vacancy.state) or OUTCOMES.label(vacancy.outcome),
    "occupation": lambda vacancy: suggestion(vacancy.occupation) if vacancy.occupation else None,
    "description": _value("description"),
    "tasks": _value("tasks"),
    "requirements": _value("requirements"),
    "offer": _value("offer"),
    "hours": _label("hours", HOURS),
    "weekly_hours": _amount("weekly_hours"),
    "shifts": _yes("shifts"),
    "remote": _label("remote", REMOTE),
    "positions": _value("positions"),
    "pay_min": _amount("pay_min"),
    "pay_max": _amount("pay_max"),
    "pay_period": _label("pay_period", PAY_PERIODS),
    "education": _label("education", EDUCATION),
    "experience": _label("experience", EXPERIENCE),
    "licences": lambda vacancy: "; ".join(map(LICENCES.label, vacancy.licences)),
    "languages": _languages,
    "reserved": _label("reserved", RESERVED),
    "sector": lambda vacancy: f"{vacancy.sector} {SECTORS.label(vacancy.sector)}" if vacancy.sector else None,
    "starts_on": _value("starts_on"),
    "ccnl": _value("ccnl"),
    "employer_hidden": _yes("employer_hidden"),
    "override_reason": _value("override_reason"),
}
"""Field of the import -> what stands in its column."""
