"""JSON, one vacancy a line (or one array of them), as programs hand tables over.

Members inside members get a name with a dot (`hiringOrganization.name`), lists become one text, so that what follows
meets the same rows of texts as in a spreadsheet.
"""

import json
from collections.abc import Iterator
from typing import Any

from node.vacancies.importing.rows import Row
from schemas.messages import Message

DEEPEST = 3


def looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["}


def heads_of(text: str) -> list[str]:
    """The names of all members, in the order in which they first appear."""
    names: dict[str, None] = {}
    for _number, found in objects(text):
        if isinstance(found, dict):
            names.update(dict.fromkeys(found))
    return list(names)


def rows(text: str, heads: list[str]) -> Iterator[Row]:
    """One row for each object, numbered by its line (in an array: by its place, from 1)."""
    for number, found in objects(text):
        if isinstance(found, dict):
            yield Row(number, tuple(found.get(head, "") for head in heads))
        else:
            told = {"example": '{"titolo": "Cuoco/a"}', "detail": found}
            yield Row(number, (), Message("Questa riga non è un oggetto JSON come {example}: {detail}", **told))


def objects(text: str) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Every object with its members as texts, numbered; for what is none, what is wrong with it."""
    if text.lstrip().startswith("["):
        yield from enumerate(_of_an_array(text), start=1)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _of_a_line(line)


def _of_an_array(text: str) -> Iterator[dict[str, str] | str]:
    found = _parsed(text)
    for each in found if isinstance(found, list) else [found]:
        yield _members(each)


def _of_a_line(line: str) -> dict[str, str] | str:
    found = _parsed(line)
    return found if isinstance(found, str) else _members(found)


def _parsed(text: str) -> Any:
    """What the text means; a sentence of the parser, in English, for what is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        return str(fault)


def _members(found: Any) -> dict[str, str] | str:
    return flat(found) if isinstance(found, dict) else f"«{str(found)[:40]}»"


def flat(found: dict[str, Any], above: str = "", depth: int = 1) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, dict) and depth < DEEPEST:
            cells.update(flat(value, f"{above}{name}.", depth + 1))
        else:
            cells[f"{above}{name}"] = as_text(value)
    return cells


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, list):
        return "; ".join(as_text(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(as_text(each) for each in value.values())
    return str(value)
