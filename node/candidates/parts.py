"""What later slices add to the pages of persons: to her own page, a list beside the lists of all, a handover's columns."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from node.core.parts import Parts

page_part = Parts()
"""A decorator for `function(session, candidate) -> Markup or None`, drawn at the end of the main column."""
side_part = Parts()
"""The same for a box at the side."""

Column = Callable[[Session, Collection[str]], Mapping[str, list[str]]]

_lists: list[tuple[Any, str]] = []
_columns: dict[str, tuple[Any, Column]] = {}


def list_of_persons(label: Any, endpoint: str) -> None:
    """Add a list beside those of the page "Persone"; `label` is a lazy text."""
    if (label, endpoint) not in _lists:
        _lists.append((label, endpoint))


def more_lists() -> list[tuple[Any, str]]:
    """(label, endpoint) of each."""
    return list(_lists)


def handover_column(name: str, label: Any) -> Callable[[Column], Column]:
    """Add a column to what a colleague is handed who takes over persons; a decorator.

    The function gets the session and the persons' refs and gives short texts by ref; `name` is unique, `label` a lazy text.
    """

    def add(column: Column) -> Column:
        _columns[name] = (label, column)
        return column

    return add


def handover_columns() -> list[tuple[Any, Column]]:
    """(label, function) of each, in the reading order of the slices."""
    return list(_columns.values())


def by_person(pairs: Iterable[tuple[str, Any]], in_words: Callable[[Any], str]) -> dict[str, list[str]]:
    """What a column gives, from (a person's ref, a thing) in the order in which her texts should stand."""
    told: dict[str, list[str]] = {}
    for ref, thing in pairs:
        told.setdefault(ref, []).append(in_words(thing))
    return told
