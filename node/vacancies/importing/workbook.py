"""Excel workbooks, opened as what they are: archives from strangers.

A few kilobytes of archive can hold gigabytes of zeros, so the sizes that an archive declares are added up before anything
is unpacked (Python reads no more of a member than it declares). Formulas are never computed: what counts is the value
that the spreadsheet last showed.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from node.core.spreadsheets import openpyxl
from node.vacancies.importing.rows import COLUMNS_MAX, Row, Unreadable
from schemas.messages import Message

UNPACKED_MAX_BYTES = 60_000_000
"""Of what is unpacked, the XML; pictures in a workbook stay as they are."""
SMALL_BYTES = 5_000_000
DENSEST = 150
"""Unpacked bytes for each packed one; a sheet full of the same word comes to about a hundred."""
MEMBERS_MAX = 2_000
LAST_ROW = 1_048_576
SHEET_NAME_MAX = 31
ARCHIVE = b"PK\x03\x04"

warnings.filterwarnings("ignore", module="openpyxl")  # it tells of every ornament that it leaves out

BROKEN = Message("Il file Excel è rovinato o non è un foglio di calcolo: aprilo con Excel o LibreOffice, salvalo di nuovo come .xlsx e riprova.")  # fmt: skip
BOMB = Message("Il file Excel, una volta aperto, diventa troppo grande: non è stato aperto. Copia le righe che servono in un foglio nuovo e salvalo come .xlsx.")  # fmt: skip
OTHER_ARCHIVE = Message("Questo non è un foglio Excel (.xlsx): aprilo con il suo programma, per esempio LibreOffice, e salvalo come .xlsx o come CSV.")  # fmt: skip


class Workbook:
    """A workbook of which the sheets can be read again and again. Raises Unreadable."""

    def __init__(self, content: bytes):
        check_archive(content)
        self._book = _opened(content)
        visible = (sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible")
        self.sheets = [sheet.title for sheet in visible if len(sheet.title) <= SHEET_NAME_MAX]
        self._about = {name: self._book[name].max_row for name in self.sheets}
        if not self.sheets:
            raise Unreadable(BROKEN)

    def about(self, sheet: str) -> int | None:
        """How many rows the sheet says it has; it may not say, or be wrong."""
        return self._about[sheet]

    def rows(self, sheet: str) -> Iterator[Row]:
        """Every row of the sheet; of blank ones in a row, which may be a million, the first."""
        found = self._book[sheet]
        found.reset_dimensions()
        # A row or cell may claim to be number one billion: the bounds are ours, the width one more than is allowed.
        bounds = {"max_row": LAST_ROW, "max_col": COLUMNS_MAX + 1}
        before = None
        try:
            for number, cells in enumerate(found.iter_rows(**bounds, values_only=True), start=1):
                if cells is not before:  # one object stands for every row that is missing
                    yield Row(number, without_blank_end(cells))
                before = cells
        except Exception as fault:
            raise Unreadable(BROKEN) from fault


def _opened(content: bytes) -> Any:
    try:
        return openpyxl().load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as fault:  # a broken archive fails in as many ways as there are parts in it
        raise Unreadable(BROKEN) from fault


def check_archive(content: bytes) -> None:
    """Raises Unreadable for what is no workbook, and for one that would unpack to more than it may."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise Unreadable(BROKEN) from fault
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise Unreadable(OTHER_ARCHIVE)
    texts = [member for member in members if member.filename.lower().endswith((".xml", ".rels", ".vml"))]
    unpacked, packed = sum(member.file_size for member in texts), sum(member.compress_size for member in texts)
    is_too_dense = unpacked > SMALL_BYTES and unpacked > DENSEST * max(packed, 1)
    if unpacked > UNPACKED_MAX_BYTES or is_too_dense or len(members) > MEMBERS_MAX:
        raise Unreadable(BOMB)


def without_blank_end(cells: tuple[object, ...]) -> tuple[str, ...]:
    width = next((at for at in range(len(cells), 0, -1) if cells[at - 1] is not None), 0)
    return tuple(as_text(cell) for cell in cells[:width])


def as_text(value: object) -> str:
    """A cell as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}".replace(".", ",")
    return str(value)
