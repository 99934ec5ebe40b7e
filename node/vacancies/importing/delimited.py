"""Tables as text: CSV from any program and year, and what is copied out of a spreadsheet and pasted.

Nobody knows which separator and which encoding his own file has, so both are found out. A quotation mark that is opened
and never closed makes a reader swallow all that follows; here it costs the one row in which it stands, and that row is
told of.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from node.vacancies.importing.rows import Row
from schemas.messages import Message

SEPARATORS = (";", "\t", ",", "|")
LOOKED_AT = 200_000  # characters that tell the separator
RECORDS_LOOKED_AT = 50

# What each old encoding makes of the letters of Italian tells which one it was; the first wins a tie.
_OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
_ITALIAN = frozenset("àèéìòùÀÈÉÌÒÙ’‘“”–€°«»")
_TOLD_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_READ_TWICE = re.compile("Ã[\x80-\xbf\u0080-\u2122]|â€")


def decoded(content: bytes) -> str:
    """The text of a file, whatever its encoding."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    start = content[:2000]
    if start.count(0) > len(start) // 4:
        is_little = start[1::2].count(0) > start[::2].count(0)
        return content.decode("utf-16-le" if is_little else "utf-16-be", "replace")
    try:
        return repaired(content.decode("utf-8"))
    except UnicodeDecodeError:
        return content.decode(max(_OLD_ENCODINGS, key=lambda name: _looks_italian(content, name)), "replace")


def _looks_italian(content: bytes, encoding: str) -> float:
    """Of the signs beyond ASCII, the share that Italian uses."""
    signs = Counter(sign for sign in content.decode(encoding, "replace") if not sign.isascii())
    return sum(count for sign, count in signs.items() if sign in _ITALIAN) / max(signs.total(), 1)


def repaired(text: str) -> str:
    """Text that was read in the wrong encoding once and saved so ("perchÃ©"), line by line where that works."""
    if not _READ_TWICE.search(text):
        return text
    return "".join(_repaired_line(line) for line in text.splitlines(keepends=True))


def _repaired_line(line: str) -> str:
    if not _READ_TWICE.search(line):
        return line
    try:
        return line.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return line


def without_told_separator(text: str) -> tuple[str, str | None]:
    """The text without Excel's line `sep=;`, and the separator that it names."""
    told = _TOLD_SEPARATOR.match(text)
    return (text[told.end() :], told[1]) if told else (text, None)


def separator_of(text: str) -> str:
    """The separator under which most rows have the same number of cells, the larger number deciding between two."""
    start = text[:LOOKED_AT]
    return max(SEPARATORS, key=lambda separator: _evenness(start, separator))


def _evenness(text: str, separator: str) -> tuple[float, int]:
    records = [record for record in _lenient(text, separator) if any(cell.strip() for cell in record)]
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return 0.0, 0
    width, rows = max(widths.items(), key=lambda each: (each[1], each[0]))
    return rows / len(records), width


def _lenient(text: str, separator: str) -> list[list[str]]:
    records = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            records.append(record)
            if len(records) == RECORDS_LOOKED_AT:
                break
    except csv.Error:
        pass
    return records


def rows(text: str, separator: str) -> Iterator[Row]:
    """Every row, blank ones included."""
    lines = Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number, width = 0, 0
    while True:
        start, number = lines.at, number + 1
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error:
            cells = None
        if cells is None or (lines.at - start > 1 and _has_swallowed(cells, separator, width)):
            lines.at = start + 1
            yield Row(number, (lines.line(start),), UNCLOSED)
        else:
            width = max(width, len(cells))
            yield Row(number, cells)


UNCLOSED = Message(
    "In questa riga c'è una virgoletta (\") aperta e mai chiusa, o fuori posto: toglila, poi importa di nuovo il file."
)


class Lines:
    """The lines of a text, from which one can go back."""

    def __init__(self, text: str):
        self._lines = io.StringIO(text, newline="").readlines()
        self.at = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if self.at >= len(self._lines):
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1]

    def line(self, number: int) -> str:
        return self._lines[number].strip()


def _has_swallowed(cells: tuple[str, ...], separator: str, width: int) -> bool:
    """Whether a cell of several lines holds whole rows: as many separators in one line as a row has."""
    return width > 2 and any(
        line.count(separator) >= width - 1 for cell in cells if "\n" in cell for line in cell.splitlines()
    )
