"""SQLite's full text search: the same four texts, weighted bm25, folded accents, no stemmer."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from deploy.bench.copies import Record
from deploy.bench.peers.fields import FACETS, PAGE_SIZE, WEIGHTS, Question, codes, telling_words, texts

ORDER = f"bm25(vacancy_text, {', '.join(str(weight) for weight in WEIGHTS.values())})"


class Fts5:
    """A database file of its own, tuned as its manual advises: bulk load, then `optimize`."""

    name = "SQLite FTS5"

    def __init__(self, file: Path):
        self.connection = sqlite3.connect(file, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute(f"CREATE TABLE vacancy (number INTEGER PRIMARY KEY, key TEXT, {', '.join(FACETS)})")
        self.connection.execute(
            f"CREATE VIRTUAL TABLE vacancy_text USING fts5({', '.join(WEIGHTS)},"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )

    def fill(self, records: Iterable[Record]) -> None:
        row = f"INSERT INTO vacancy VALUES (?, ?, {', '.join('?' * len(FACETS))})"
        text = f"INSERT INTO vacancy_text (rowid, {', '.join(WEIGHTS)}) VALUES (?, {', '.join('?' * len(WEIGHTS))})"
        with self.connection:
            for number, (origin, record, document) in enumerate(records):
                self.connection.execute(row, (number, f"{origin}/{record}", *codes(document).values()))
                self.connection.execute(text, (number, *texts(document).values()))
            self.connection.execute("INSERT INTO vacancy_text (vacancy_text) VALUES ('optimize')")
        self.connection.execute("CREATE INDEX vacancy_comune ON vacancy (comune)")
        self.connection.execute("ANALYZE")

    def close(self) -> None:
        self.connection.close()

    def best(self, question: Question, count: int) -> list[str]:
        """The keys of the first matches; any of the words makes a match."""
        source, values = matches(question)
        order = ORDER if telling_words(question.typed) else "number"
        found = self.connection.execute(f"SELECT key {source} ORDER BY {order} LIMIT {count}", values)
        return [key for (key,) in found]

    def page(self, question: Question) -> int:
        """How many matches there are; their facets are counted and the titles of a page are marked."""
        source, values = matches(question)
        shown, order = "key", "number"
        if telling_words(question.typed):
            shown, order = "highlight(vacancy_text, 0, '<mark>', '</mark>')", ORDER
        self.connection.execute(f"SELECT {shown} {source} ORDER BY {order} LIMIT {PAGE_SIZE}", values).fetchall()
        for name in FACETS:
            self.connection.execute(f"SELECT {name}, count(*) {source} GROUP BY {name}", values).fetchall()
        (total,) = self.connection.execute(f"SELECT count(*) {source}", values).fetchone()
        return int(total)


def matches(question: Question) -> tuple[str, list[str]]:
    """What stands behind SELECT, and its values."""
    words = telling_words(question.typed)
    where, values = [], []
    source = "FROM vacancy"
    if words:
        source = "FROM vacancy_text JOIN vacancy ON vacancy.number = vacancy_text.rowid"
        where.append("vacancy_text MATCH ?")
        values.append(" OR ".join(f'"{word}"' for word in words))
    if question.comuni is not None:
        where.append(f"comune IN ({', '.join('?' * len(question.comuni))})")
        values += sorted(question.comuni)
    return f"{source} WHERE {' AND '.join(where) or '1'}", values
