"""The tables that are shipped as CSV files beside the code, read when first needed."""

import csv
from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path(__file__).parent


def rows(file_name: str) -> Iterator[list[str]]:
    """The rows of a shipped table in file order, without the header."""
    with (_FOLDER / file_name).open(encoding="utf-8", newline="") as table:
        reader = csv.reader(table)
        next(reader)
        yield from reader
