"""Tables that leave the node for a spreadsheet, as an Italian office opens them with a double click.

CSV with semicolons and a byte order mark, or a workbook; in neither a cell that a spreadsheet would run as a formula.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from importlib import import_module
from typing import Any

from flask import Response

RUNS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A download `name`.csv with one line of heads."""
    return download(csv_bytes(heads, rows), f"{name}.csv", "text/csv")


def download(content: bytes, name: str, mimetype: str) -> Response:
    """A file for the reader to keep."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def xlsx_bytes(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook with one sheet: the heads stay in sight, days are days, every text is text."""
    excel = openpyxl()
    book = excel.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, head in enumerate(heads, start=1):
        sheet.column_dimensions[excel.utils.get_column_letter(number)].width = min(max(len(head) + 2, 12), WIDEST)
    sheet.append([workbook_cell(sheet, head, is_head=True) for head in heads])
    for row in rows:
        sheet.append([workbook_cell(sheet, each) for each in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def workbook_cell(sheet: object, value: object, is_head: bool = False) -> Any:
    """A cell of openpyxl's for a sheet that is only written."""
    cell = openpyxl().cell.WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes "=1+1" for a formula
    if isinstance(value, date):
        cell.number_format = "DD/MM/YYYY"
    if is_head:
        cell.font = openpyxl().styles.Font(bold=True)
    return cell


def openpyxl() -> Any:
    """The library, loaded for the first workbook: it takes 6 MB, and days may pass before anybody needs it."""
    return import_module("openpyxl")


def harmless(cell: object) -> object:
    """The cell as text that stays text: `=1+1` gets an apostrophe in front, as spreadsheets write it; numbers stay."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUNS) else cell
