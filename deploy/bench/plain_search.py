"""The same questions put to plain SQLite: LIKE over titles and descriptions, the reference of our search.

It knows no other form of a word, no order by fitness and no counts beside the filters; that is what the index is for.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from federation import replica
from federation.database import Database
from schemas.codes import comuni

PAGE_SIZE = 20


class PlainSearch:
    """All vacancies of a node's replica in one table."""

    def __init__(self, replica_file: Path):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(
            "CREATE TABLE vacancy (text TEXT, istat TEXT, contract TEXT, hours TEXT, sector TEXT, occupation TEXT,"
            " reserved TEXT, published_on TEXT, closes_on TEXT)"
        )
        self.connection.executemany("INSERT INTO vacancy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows(replica_file))

    def __enter__(self) -> "PlainSearch":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def search(self, question: Mapping[str, str]) -> tuple[int, list[tuple[Any, ...]]]:
        """(how many there are, those of the page)."""
        where, values = conditions(question)
        order = "closes_on" if question.get("sort") == "closing" else "published_on DESC"
        first = (int(question.get("page", 1)) - 1) * PAGE_SIZE
        (total,) = self.connection.execute(f"SELECT count(*) FROM vacancy WHERE {where}", values).fetchone()  # noqa: S608
        page = f"SELECT * FROM vacancy WHERE {where} ORDER BY {order} LIMIT {PAGE_SIZE} OFFSET {first}"  # noqa: S608
        return total, self.connection.execute(page, values).fetchall()


def rows(replica_file: Path) -> Iterable[tuple[str | None, ...]]:
    database = Database(f"sqlite:///{replica_file}", durable=False, read_only=True)
    try:
        with database.reading() as session:
            return [row(copy.body) for copy in replica.live(session, "vacancy")]
    finally:
        database.dispose()


def row(document: Mapping[str, Any]) -> tuple[str | None, ...]:
    told = ("contract", "hours", "sector", "occupation", "reserved", "published_on", "closes_on")
    text = f"{document['title']} {document.get('description', '')}"
    return text, document["places"][0].get("istat"), *(document.get(name) for name in told)


def conditions(question: Mapping[str, str]) -> tuple[str, list[str]]:
    """What stands behind WHERE, and its values."""
    where, values = ["1"], []
    for word in question.get("q", "").split():
        where.append("text LIKE ?")
        values.append(f"%{word}%")
    for name in ("contract", "hours", "sector", "occupation", "reserved"):
        if name in question:
            where.append(f"{name} LIKE ?")
            values.append(f"{question[name]}%")
    if "comune" in question:
        codes = [
            code for code, _ in comuni.within(comuni.find(question["comune"])[0].istat, int(question.get("km", 0)))
        ]
        where.append(f"istat IN ({', '.join('?' * len(codes))})")
        values += codes
    return " AND ".join(where), values
