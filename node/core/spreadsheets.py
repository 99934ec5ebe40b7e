"""Tables that leave the browser for a spreadsheet: CSV as an Italian office opens it with a double click.

Semicolons, a byte order mark, and no cell that a spreadsheet would run as a formula.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

RUNS = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A download `name`.csv with one line of heads."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def harmless(cell: object) -> object:
    """The cell as text that stays text: `=1+1` gets an apostrophe in front, as spreadsheets write it; numbers stay."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUNS) else cell
