"""Figures as people read them: six cards with their trend, and a table by one dimension."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from babel.dates import format_date

from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.figures.months import starts_at
from schemas.codes import CONTRACTS, SECTORS, comuni
from schemas.days import ROME

DIMENSIONS = {"comune": "comune", "nodo": "origin", "contratto": "contract", "settore": "sector"}
"""Word of the address -> dimension of the figures; the months, `mese`, are summed apart."""

HEADS = {
    "comune": lazy("Comune in cui si lavora"),
    "nodo": lazy("Nodo della rete"),
    "contratto": lazy("Contratto"),
    "settore": lazy("Settore"),
    "mese": lazy("Mese"),
}
TABS = {
    "comune": lazy("per Comune"),
    "nodo": lazy("per nodo"),
    "contratto": lazy("per contratto"),
    "settore": lazy("per settore"),
    "mese": lazy("per mese"),
}
COLUMNS = {
    "aperte": ("open", lazy("Aperte")),
    "posti": ("positions_open", lazy("Posti aperti")),
    "nuove": ("opened", lazy("Nuove")),
    "posti-nuovi": ("positions_opened", lazy("Posti nuovi")),
    "sportello": ("closed_desk", lazy("Coperte dallo sportello")),
    "altri": ("closed_others", lazy("Coperte da altri")),
    "posti-coperti": ("positions_closed", lazy("Posti coperti")),
    "ritirate": ("withdrawn", lazy("Ritirate")),
    "scadute": ("expired", lazy("Scadute")),
}
DRAWN = ("aperte", "nuove", "sportello")
"""The columns that the chart draws as lines."""
BY_NAME = "nome"
SORTS = [BY_NAME, *COLUMNS]


class Column(NamedTuple):
    """`sort` is the word that orders the table by this column."""

    sort: str
    label: str
    is_drawn: bool = False


class Row(NamedTuple):
    label: str
    counts: list[int]


class Table(NamedTuple):
    columns: list[Column]
    rows: list[Row]
    total: list[int]
    sort: str


class Card(NamedTuple):
    """A figure with the same one of the period before; `before` is None where there is nothing to compare with."""

    label: str
    value: int
    before: int | None
    unit: str = ""


def cards(now: Counter[str], then: Counter[str] | None) -> list[Card]:
    """The six figures of a period beside those of as long a period before it."""

    def card(label: str, name: str) -> Card:
        return Card(label, now[name], None if then is None else then[name])

    return [
        card(_("Offerte aperte"), "open"),
        card(_("Posti aperti"), "positions_open"),
        card(_("Offerte nuove"), "opened"),
        Card(_("Offerte coperte"), filled(now), None if then is None else filled(then)),
        Card(
            _("Coperte dallo sportello"),
            share_of_desk(now),
            share_of_desk(then) if then and filled(then) else None,
            "%",
        ),
        card(_("Offerte scadute"), "expired"),
    ]


def filled(counts: Counter[str]) -> int:
    return counts["closed_desk"] + counts["closed_others"]


def share_of_desk(counts: Counter[str]) -> int:
    """How many of 100 filled vacancies were filled through a desk."""
    return round(100 * counts["closed_desk"] / filled(counts)) if filled(counts) else 0


def table(
    per: str,
    counted: Mapping[str, Counter[str]],
    total: Counter[str],
    sort: str = BY_NAME,
    members: Mapping[str, str] | None = None,
) -> Table:
    """One row for each value of `per`, by name (months by time) or with the greatest figure of column `sort` first.

    `total` is given, because what is open at the end of each month does not add up; `members` are names by node id.
    """
    labels = {key: label_of(per, key, members) for key in counted}
    keys = sorted(counted, key=lambda key: key if per == "mese" else labels[key].casefold())
    if sort != BY_NAME:
        keys.sort(key=lambda key: -counted[key][COLUMNS[sort][0]])
    heads = [Column(word, str(label), word in DRAWN) for word, (_name, label) in COLUMNS.items()]
    return Table(
        [Column(BY_NAME, str(HEADS[per])), *heads],
        [Row(labels[key], row(counted[key])) for key in keys],
        row(total),
        sort,
    )


def row(counts: Counter[str]) -> list[int]:
    return [counts[name] for name, _label in COLUMNS.values()]


def label_of(per: str, key: str, members: Mapping[str, str] | None = None) -> str:
    """What people call a comune, a node, a contract, a sector or a month."""
    if per == "mese":
        return format_date(starts_at(key).astimezone(ROME), "MMMM y", language())
    if per == "comune":
        found = comuni.comune(key)
        return found.name if found else key
    if per == "nodo":
        return (members or {}).get(key, key)
    codes = CONTRACTS if per == "contratto" else SECTORS
    return codes.label(key, language()) if key else _("non indicato")
