"""Figures as people read them: six cards with their trend, and a table by one dimension."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from babel.dates import format_date

from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.figures.months import starts_at
from node.figures.queries import Figures
from schemas.codes import CONTRACTS, SECTORS, comuni
from schemas.days import ROME

DIMENSIONS = {"comune": "comune", "contratto": "contract", "settore": "sector", "mese": "month"}
"""What a table can be split by: word of the address -> dimension of the figures."""

HEADS = {"comune": lazy("Comune"), "contratto": lazy("Contratto"), "settore": lazy("Settore"), "mese": lazy("Mese")}
COLUMNS = {
    "aperte": ("open", lazy("Aperte")),
    "posti": ("positions_open", lazy("Posti aperti")),
    "nuove": ("opened", lazy("Nuove")),
    "sportello": ("closed_desk", lazy("Coperte dallo sportello")),
    "altri": ("closed_others", lazy("Coperte da altri")),
    "ritirate": ("withdrawn", lazy("Ritirate")),
    "scadute": ("expired", lazy("Scadute")),
}
SORTS = ["nome", *COLUMNS]


class Column(NamedTuple):
    """`sort` is the word that orders the table by this column."""

    sort: str
    label: str


class Row(NamedTuple):
    label: str
    counts: list[int]


class Table(NamedTuple):
    columns: list[Column]
    rows: list[Row]
    total: list[int]
    sort: str | None


class Card(NamedTuple):
    """A figure with the same one of the period before; `before` is None where a comparison would mislead."""

    label: str
    value: int
    before: int | None
    unit: str = ""


def cards(figures: Figures, before: Figures) -> list[Card]:
    """The six figures of a period beside those of the period of the same length before it."""
    now, then = figures.total, before.total
    return [
        Card(_("Offerte aperte"), now["open"], then["open"]),
        Card(_("Posti aperti"), now["positions_open"], then["positions_open"]),
        Card(_("Offerte nuove"), now["opened"], then["opened"]),
        Card(_("Offerte coperte"), filled(now), filled(then)),
        Card(_("Coperte dallo sportello"), share_of_desk(now), share_of_desk(then) if filled(then) else None, "%"),
        Card(_("Offerte scadute"), now["expired"], then["expired"]),
    ]


def filled(counts: Counter[str]) -> int:
    return counts["closed_desk"] + counts["closed_others"]


def share_of_desk(counts: Counter[str]) -> int:
    """How many of 100 filled vacancies were filled through a desk."""
    return round(100 * counts["closed_desk"] / filled(counts)) if filled(counts) else 0


def table(per: str, counted: Mapping[str, Counter[str]], sort: str | None) -> Table:
    """One row for each value of the dimension `per`, by name or with the greatest figure of column `sort` first."""
    rows = [
        (key, Row(label_of(per, key), [counts[name] for name, _label in COLUMNS.values()]))
        for key, counts in counted.items()
    ]
    by_name = sorted(rows, key=lambda row: row[0] if per == "mese" else row[1].label.casefold())
    ordered = [row for _key, row in by_name]
    if sort in COLUMNS:
        place = list(COLUMNS).index(sort)
        ordered.sort(key=lambda row: -row.counts[place])
    heads = [Column("nome", str(HEADS[per])), *(Column(word, str(label)) for word, (_name, label) in COLUMNS.items())]
    return Table(heads, ordered, [sum(column) for column in zip(*(row.counts for row in ordered), strict=True)], sort)


def label_of(per: str, key: str) -> str:
    """What people call a comune, a contract, a sector or a month."""
    if per == "comune":
        found = comuni.comune(key)
        return found.name if found else key
    if per == "mese":
        return format_date(starts_at(key).astimezone(ROME), "MMMM y", language())
    if not key:
        return _("non indicato")
    codes: Any = CONTRACTS if per == "contratto" else SECTORS
    return codes.label(key, language())
