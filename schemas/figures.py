"""A node's figures of one month, which coordinators add up over the network.

Counts of vacancies only, never of persons. There is no form: the node reckons the document from its own vacancies, and a
month's record is replaced until the month is over.
"""

from typing import Any

from marshmallow import ValidationError, post_dump, validates_schema

from schemas import shapes, wire
from schemas.messages import Message

COUNT_MAX = 999_999
ROWS_MAX = 250
"""More rows would not fit into a payload; whoever has more adds up the small ones under a coarser sector."""

COUNTS = (
    "opened", "closed_desk", "closed_others", "withdrawn", "expired", "open",
    "positions_opened", "positions_closed", "positions_open",
)  # fmt: skip


def figures_id(month: str) -> str:
    """The id of the record of a month (YYYY-MM)."""
    return f"figures:{month}"


class Count(wire.Whole):
    """How many; zero is left out of the document and comes back when it is loaded."""

    def __init__(self) -> None:
        super().__init__(max=COUNT_MAX, optional=True, load_default=0)


class FiguresRow(wire.Document):
    """What happened in one comune to vacancies of one contract and sector, and what was open when the month ended."""

    comune = wire.Shaped(shapes.ISTAT)
    contract = wire.Code()
    sector = wire.Code(optional=True)
    opened = Count()
    closed_desk = Count()
    closed_others = Count()
    withdrawn = Count()
    expired = Count()
    open = Count()
    positions_opened = Count()
    positions_closed = Count()
    positions_open = Count()

    @post_dump
    def leave_out_zeros(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value != 0}


class FiguresDocument(wire.Document):
    """The figures of `month` as known at `generated_at`; `rows` are distinct by comune, contract and sector."""

    month = wire.Shaped(shapes.MONTH)
    generated_at = wire.Instant()
    rows = wire.Parts(wire.Part(FiguresRow()), max=ROWS_MAX)

    kept = frozenset({"rows"})

    @validates_schema
    def check_rows(self, data: dict[str, Any], **_: Any) -> None:
        """A row that came twice would be counted twice."""
        keys = {(row["comune"], row["contract"], row.get("sector")) for row in data["rows"]}
        if len(keys) < len(data["rows"]):
            raise ValidationError(Message("conta due volte lo stesso comune, contratto e settore"), "rows")
