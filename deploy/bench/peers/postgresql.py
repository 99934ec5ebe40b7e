"""PostgreSQL's full text search: one weighted `tsvector` in the `italian` configuration under a GIN index."""

from collections.abc import Iterable, Sequence

import psycopg

from deploy.bench.copies import Record
from deploy.bench.peers.fields import FACETS, PAGE_SIZE, WEIGHTS, Question, codes, telling_words, texts

LETTERS = dict(zip(WEIGHTS, "ABCD", strict=True))
"""PostgreSQL knows four weights by letter."""
_LARGEST = max(WEIGHTS.values())
ORDER = "ts_rank(%s::real[], words, {query}) DESC"
ARRAY = [WEIGHTS[name] / _LARGEST for name in reversed(LETTERS)]


class PostgreSQL:
    """A table of its own in a server's database, given by its address."""

    name = "PostgreSQL full text"

    def __init__(self, url: str):
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("DROP TABLE IF EXISTS bench_vacancy")
        self.connection.execute(
            f"CREATE TABLE bench_vacancy (key text, title text, words tsvector, {', '.join(f'{name} text' for name in FACETS)})"
        )

    def fill(self, records: Iterable[Record]) -> None:
        weighed = " || ".join(f"setweight(to_tsvector('italian', %s), '{letter}')" for letter in LETTERS.values())
        row = f"INSERT INTO bench_vacancy VALUES (%s, %s, {weighed}, {', '.join(['%s'] * len(FACETS))})"
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.executemany(row, (values(record) for record in records))
        self.connection.execute("CREATE INDEX ON bench_vacancy USING gin (words)")
        self.connection.execute("CREATE INDEX ON bench_vacancy (comune)")
        self.connection.execute("VACUUM ANALYZE bench_vacancy")

    def close(self) -> None:
        self.connection.close()

    def best(self, question: Question, count: int) -> list[str]:
        """The keys of the first matches; any of the words makes a match."""
        where, told = matches(question)
        asked = wanted(question)
        order, first = (ORDER.format(query="to_tsquery('italian', %s)"), [ARRAY, asked]) if asked else ("key", [])
        found = self.connection.execute(
            f"SELECT key FROM bench_vacancy WHERE {where} ORDER BY {order} LIMIT {count}", [*told, *first]
        )
        return [key for (key,) in found]

    def page(self, question: Question) -> int:
        """How many matches there are; their facets are counted and the titles of a page are marked.

        One pass over the matches: grouping sets count the facets and the total.
        """
        where, told = matches(question)
        asked = wanted(question)
        sets = ", ".join(f"({name})" for name in FACETS)
        counted = self.connection.execute(
            f"SELECT grouping({', '.join(FACETS)}), {', '.join(FACETS)}, count(*) FROM bench_vacancy WHERE {where} GROUP BY GROUPING SETS ({sets}, ())",
            told,
        ).fetchall()
        shown, order, first, last = "title", "key", [], []
        if asked:
            shown, first = "ts_headline('italian', title, to_tsquery('italian', %s))", [asked]
            order, last = ORDER.format(query="to_tsquery('italian', %s)"), [ARRAY, asked]
        page = f"SELECT title FROM bench_vacancy WHERE {where} ORDER BY {order} LIMIT {PAGE_SIZE}"
        self.connection.execute(f"SELECT {shown} FROM ({page}) AS page", [*first, *told, *last]).fetchall()
        return int(max(counted, key=lambda row: row[0])[-1])  # the set that groups by nothing


def values(record: Record) -> Sequence[str]:
    origin, name, document = record
    told = texts(document)
    return f"{origin}/{name}", told["title"], *told.values(), *codes(document).values()


def wanted(question: Question) -> str:
    """The typed words in the language of tsquery; each word is quoted, so that none is an operator."""
    return " | ".join(f"'{word}'" for word in telling_words(question.typed))


def matches(question: Question) -> tuple[str, list[object]]:
    where, told = ["true"], []
    if asked := wanted(question):
        where.append("words @@ to_tsquery('italian', %s)")
        told.append(asked)
    if question.comuni is not None:
        where.append("comune = ANY(%s)")
        told.append(sorted(question.comuni))
    return " AND ".join(where), told
