"""Any file that an office has, as one table: a line of heads, and below it numbered rows of texts.

The kind of file is told by its first bytes, since names lie. The heads are not always in the first line: people write a
title above them, or leave two lines blank; the line with the most names of fields that we know is taken for the heads.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from node.vacancies.importing import delimited, json_lines
from node.vacancies.importing.columns import HEADS
from node.vacancies.importing.heads import Heads
from node.vacancies.importing.rows import CELL_MAX, COLUMNS_MAX, ROWS_MAX, Row, Unreadable, check_size
from node.vacancies.importing.workbook import ARCHIVE, Workbook
from schemas.messages import Message

HEADS_WITHIN = 30  # rows
SAMPLE = 300  # rows

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_DATA = re.compile(r"\d+([.,/:-]\d+)*")
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml|table)", re.IGNORECASE)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MANY_BINARY = 20
SAID = {"\t": Message("tabulazioni")}


@dataclass
class Table:
    """`heads` are all different; `first_row` is the number of the first row below them; `kind` is for people."""

    kind: Message
    heads: tuple[str, ...]
    first_row: int
    about: int | None
    """How many rows there are below the heads, more or less; None when nobody knows."""
    sheets: list[str] = field(default_factory=list)
    sheet: str | None = None
    is_text: bool = False
    """Whether nothing tells a formula from a text, as a workbook and JSON do."""
    _source: Callable[[], Iterator[Row]] = field(default=lambda: iter(()))

    def rows(self) -> Iterator[Row]:
        """The rows below the heads that are not blank, each with as many cells as there are heads.

        Raises Unreadable when there are too many.
        """
        told = 0
        for row in self._source():
            if row.number < self.first_row or row.is_blank:
                continue
            told += 1
            if told > ROWS_MAX:
                raise Unreadable(
                    Message("Il file ha più di {max} righe: dividilo in più file e importali uno dopo l'altro.",
                            max=f"{ROWS_MAX:,}".replace(",", "."))
                )  # fmt: skip
            yield squared(row, len(self.heads))

    def sample(self) -> list[Row]:
        """The first rows, by which columns are judged."""
        return list(islice(self.rows(), SAMPLE))


def open_table(content: bytes, sheet: str | None = None, heads: Heads = HEADS) -> Table:
    """The table in a file; `sheet` names one of a workbook, else the one whose heads are understood best.
    `heads` knows what columns are called in tables of this kind.

    Raises Unreadable.
    """
    check_size(len(content))
    if content.startswith(ARCHIVE):
        return _of_workbook(Workbook(content), sheet, heads)
    if content.startswith(OLD_OFFICE):
        raise Unreadable(
            Message(
                "Questo è un file di un vecchio Excel (.xls) o protetto da password: aprilo, salvalo come .xlsx senza "
                "password e riprova."
            )
        )
    return open_text(delimited.decoded(content), heads)


def open_text(text: str, heads: Heads = HEADS) -> Table:
    """The table in a text: JSON lines, CSV, or cells that were copied out of a spreadsheet. Raises Unreadable."""
    if not text.strip():
        raise Unreadable(Message("Non c'è niente da leggere: serve una riga di intestazione e almeno una riga sotto."))
    if _PAGE.match(text) or text.startswith("%PDF") or len(_BINARY.findall(text[:20_000])) > MANY_BINARY:
        raise Unreadable(
            Message(
                "Questo non è un file che si può importare: servono Excel (.xlsx), CSV o JSON, con righe e colonne."
            )
        )
    if json_lines.looks_like_json(text):
        return _of_json(text)
    text, told = delimited.without_told_separator(text)
    separator = told or delimited.separator_of(text)
    kind = Message("testo con colonne separate da {separator}", separator=SAID.get(separator, f"«{separator}»"))
    table = _below_heads(kind, partial(delimited.rows, text, separator), text.count("\n"), heads)
    table.is_text = True
    return table


def _of_json(text: str) -> Table:
    heads = json_lines.heads_of(text)
    if not heads:
        raise Unreadable(Message("In questo file JSON non c'è nessun oggetto: serve un oggetto per riga."))
    check_width(len(heads))
    return Table(Message("JSON"), unlike(heads), 1, text.count("\n") + 1, _source=partial(json_lines.rows, text, heads))


def _of_workbook(book: Workbook, sheet: str | None, heads: Heads) -> Table:
    if sheet is not None and sheet not in book.sheets:
        raise Unreadable(
            Message(
                "Nel file non c'è il foglio «{sheet}». Ci sono: {sheets}.", sheet=sheet, sheets=", ".join(book.sheets)
            )
        )
    chosen = sheet or max(book.sheets, key=lambda name: understood(book.rows(name), heads))
    kind = Message("Excel, foglio «{sheet}»", sheet=chosen)
    table = _below_heads(kind, partial(book.rows, chosen), book.about(chosen), heads)
    table.sheets, table.sheet = book.sheets, chosen
    return table


def understood(rows: Iterator[Row], heads: Heads) -> tuple[int, int]:
    """(heads that we know in the best line, cells in it): how much a sheet looks like a table of that kind."""
    return max((_names(row, heads) for row in islice(rows, HEADS_WITHIN)), default=(0, 0))


def _below_heads(kind: Message, source: Callable[[], Iterator[Row]], about: int | None, known: Heads) -> Table:
    start = [row for row in islice(source(), HEADS_WITHIN) if not row.is_blank]
    if not start:
        raise Unreadable(Message("Non c'è niente da leggere: serve una riga di intestazione e almeno una riga sotto."))
    best = max(start, key=lambda row: (*_names(row, known), -row.number))
    if _names(best, known)[0] == 0:
        best = start[0]
        if any(_DATA.fullmatch(cell.strip()) for cell in best.cells):
            return Table(kind, unlike([""] * len(best.cells)), best.number, about, _source=source)
    below = [row for row in islice(source(), best.number + HEADS_WITHIN) if row.number > best.number]
    width = max([len(best.cells), *(_usual_width(below))])
    check_width(width)
    heads = unlike([*best.cells, *[""] * (width - len(best.cells))])
    return Table(kind, heads, best.number + 1, about and max(about - best.number, 0), _source=source)


def _usual_width(rows: Sequence[Row]) -> list[int]:
    """Cells of most of the rows: a column may have no head, but one row with a separator too many makes no column."""
    widths = Counter(len(row.cells) for row in rows if not row.is_blank)
    return [width for width, count in widths.items() if 2 * count > widths.total()]


def _names(row: Row, heads: Heads) -> tuple[int, int]:
    known = {cell for cell in row.cells if heads.is_known(cell)}
    return len(known), sum(bool(cell.strip()) for cell in row.cells) if known else 0


def check_width(width: int) -> None:
    if width > COLUMNS_MAX:
        raise Unreadable(Message("Il file ha più di {max} colonne: togli quelle che non servono.", max=COLUMNS_MAX))


def unlike(heads: Sequence[str]) -> tuple[str, ...]:
    """Heads of which no two are alike: a blank one is named by its letter, as in a spreadsheet."""
    found: list[str] = []
    for number, head in enumerate(heads):
        name = " ".join(head.split())[:80] or f"Colonna {letters(number)}"
        again, count = name, 1
        while again in found:
            count += 1
            again = f"{name} ({count})"
        found.append(again)
    return tuple(found)


def letters(number: int) -> str:
    """0 is A, 25 Z, 26 AA."""
    return (letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def squared(row: Row, width: int) -> Row:
    """The row with `width` cells. One with more, not blank, was cut wrongly: nobody can tell where."""
    if row.problem:
        return row
    if any(cell.strip() for cell in row.cells[width:]):
        problem = Message(
            "Ha {cells} celle, ma le colonne sono {width}: forse un separatore sta dentro un testo senza virgolette.",
            cells=len(row.cells), width=width,
        )  # fmt: skip
        return row._replace(problem=problem)
    longest = next((cell for cell in row.cells if len(cell) > CELL_MAX), None)
    if longest is not None:
        problem = Message("Una cella ha {length} caratteri: sono troppi, al massimo {max}.", length=len(longest), max=CELL_MAX)  # fmt: skip
        return row._replace(problem=problem)
    return row._replace(cells=(*row.cells[:width], *[""] * (width - len(row.cells))))
