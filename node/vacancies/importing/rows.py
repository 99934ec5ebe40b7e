"""What every format of file comes down to: numbered rows of texts, within bounds that a small node can bear."""

from typing import NamedTuple

from node.core.errors import Refused
from schemas.messages import Message

FILE_MAX_BYTES = 40_000_000
ROWS_MAX = 2_000
"""The rows of one import are written in one transaction, during which a desk on SQLite writes nothing else."""
COLUMNS_MAX = 120
CELL_MAX = 32_767
"""Characters; what a cell of Excel can hold."""


class Unreadable(Refused):
    """The file as a whole cannot be used; the message says why and what would help."""

    def __init__(self, message: Message):
        super().__init__(message, status=422)


class Row(NamedTuple):
    """`number` is what a spreadsheet shows beside the row. A row with a `problem` could not be cut into cells."""

    number: int
    cells: tuple[str, ...]
    problem: Message | None = None

    @property
    def is_blank(self) -> bool:
        return self.problem is None and not any(cell.strip() for cell in self.cells)


def check_size(size_bytes: int) -> None:
    """Raises Unreadable for a file that is too large, or empty."""
    if size_bytes > FILE_MAX_BYTES:
        raise Unreadable(
            Message(
                "Il file è di {size} MB: si importano file fino a {max} MB. Dividilo in più file, o togli immagini e "
                "fogli che non servono. Non è stato importato nulla.",
                size=-(-size_bytes // 1_000_000),
                max=FILE_MAX_BYTES // 1_000_000,
            )
        )
    if size_bytes == 0:
        raise Unreadable(Message("Il file è vuoto: scegli un file con almeno una riga di intestazione e un'offerta."))
