"""Which columns say something about a person, and who answers for them.

A column made with `told` is personal. Every slice that has one says in its `personal.py` how it gives what it knows of a
person to herself, and how it forgets it (`KEEPER`); a test finds the column for which nobody does. What an operator does to a
person is told in the audit with random ids alone, so that it may outlive her record.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session, mapped_column

told = partial(mapped_column, info={"personal": True})
"""Like `mapped_column`, for what says something about a person."""


@dataclass(frozen=True)
class Keeper:
    """One slice's answer to a person, known by her `ref`, about the `tables` that it speaks for.

    `export(session, ref)` gives plain values by name, `in_words(values, lang)` the same as [(label, text)] for paper.
    `erase(session, ref)` leaves none of them; it returns the ids of the records by which the network knows her, and
    whoever called it withdraws those.
    """

    title: Any
    tables: frozenset[str]
    export: Callable[[Session, str], dict[str, Any]]
    erase: Callable[[Session, str], Iterable[str]]
    in_words: Callable[[dict[str, Any], str], list[tuple[Any, str]]]


def rows_of(records: Iterable[Any]) -> list[dict[str, Any]]:
    """Every personal column of each record, by its name."""
    return [
        {column.key: getattr(record, column.key) for column in record.__table__.columns if column.info.get("personal")}
        for record in records
    ]
