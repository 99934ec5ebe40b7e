"""The floor: the rows that a reader came to hold, inserted into an empty table like its own, in one transaction.

`read` inserts them; the table is made, and the rows are read, before.
"""

import sys
from pathlib import Path

from deploy.bench.reading.reader import listen
from federation import replica
from federation.database import Database
from node.core.db import REPLICA_PAGE_BYTES, opened


def main(held: Path, target: Path) -> None:
    with opened(Database(f"sqlite:///{held}", durable=False, read_only=True)) as source, source.reading() as session:
        rows = [tuple(row) for row in session.connection().exec_driver_sql("SELECT * FROM copy WHERE kind != 'head'")]
    with opened(Database(f"sqlite:///{target}", durable=False, page_size=REPLICA_PAGE_BYTES)) as database:
        replica.create(database)
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            marks = ", ".join("?" * len(rows[0]))

            def insert(_word: str) -> int:
                driver.execute("BEGIN IMMEDIATE")
                driver.executemany(f"INSERT INTO copy VALUES ({marks})", rows)  # noqa: S608 - question marks alone
                driver.execute("COMMIT")
                return len(rows)

            listen(insert)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
