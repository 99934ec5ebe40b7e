"""The coordinator's pages: six figures, how they went, and the table behind them; then how the nodes are doing."""

from datetime import datetime
from functools import partial

from flask import abort, g, render_template, request

from node.core import clock, doors, menu
from node.core.actors import ADMINISTRATOR, COORDINATOR
from node.core.i18n import lazy
from node.core.rooms import rooms
from node.core.spreadsheets import csv_response
from node.figures import queries, tables
from node.figures.months import between, month_of, shifted
from schemas.messages import Message

MONTHS_OFFERED = 25
MONTHS_SHOWN = 12

blueprint = doors.coordinator("figures")
menu.link(lazy("Cifre della rete"), "figures.index", "it-chart-line", roles=(COORDINATOR, ADMINISTRATOR), order=70)


@blueprint.get("/")
def index():
    period, table = asked_period(), asked_table()
    figures, before = network(period), network(period, months_before=length_of(period))
    months = [network((month, month)) for month in between(*period)]
    return render_template(
        "figures/index.html",
        period=period,
        months=list(offered_months()),
        month_name=partial(tables.label_of, "mese"),
        cards=tables.cards(figures, before),
        by_month=tables.table("mese", month_rows(months), None),
        table=table_of(figures, table),
        choice=table,
        origins=origins_told(figures),
    )


@blueprint.get("/cifre.csv")
def as_csv():
    """Exactly the table shown."""
    period, table = asked_period(), asked_table()
    shown = table_of(network(period), table)
    name = f"cifre-{table}-{period[0]}-{period[1]}"
    return csv_response(
        name, [column.label for column in shown.columns], [[row.label, *row.counts] for row in shown.rows]
    )


def network(period: tuple[str, str], months_before: int = 0) -> queries.Figures:
    if "told" not in g:
        config, now = rooms().config, clock.now()
        with rooms().replica.reading() as session:
            own = queries.own_figures(g.session, config.id, config.comuni[0], now)
            g.told = [*own, *(told for told in queries.copies(session) if told.origin != config.id)]
    return queries.added_up(g.told, *period, months_before)


def table_of(figures: queries.Figures, table: str) -> tables.Table:
    if table == "mese":
        return tables.table(
            "mese", month_rows([network((m, m)) for m in between(figures.first, figures.last)]), asked_sort()
        )
    return tables.table(table, figures.by[tables.DIMENSIONS[table]], asked_sort())


def month_rows(months):
    return {figures.first: figures.total for figures in months}


def offered_months():
    current = month_of(clock.now())
    return reversed(list(between(shifted(current, 1 - MONTHS_OFFERED), current)))


def asked_period() -> tuple[str, str]:
    offered = list(offered_months())
    last = one_of("al", offered, offered[0])
    first = one_of("dal", offered, max(shifted(last, 1 - MONTHS_SHOWN), offered[-1]))
    if first > last:
        abort(
            400,
            Message(
                "Il periodo comincia ({first}) dopo la sua fine ({last}): scambia i due mesi.", first=first, last=last
            ),
        )
    return first, last


def asked_table() -> str:
    return one_of("per", list(tables.DIMENSIONS), "comune")


def asked_sort() -> str:
    return one_of("ordina", tables.SORTS, tables.SORTS[0])


def one_of(parameter: str, allowed: list[str], default: str) -> str:
    given = request.args.get(parameter) or default
    if given not in allowed:
        known = ", ".join(allowed)
        abort(
            400,
            Message(
                "«{given}» non è un valore di {parameter}. I valori sono: {known}.",
                given=given,
                parameter=parameter,
                known=known,
            ),
        )
    return given


def length_of(period: tuple[str, str]) -> int:
    return sum(1 for _month in between(*period))


def origins_told(figures: queries.Figures) -> list[tuple[str, datetime | None]]:
    """Each member with the moment of its latest figures; None for one of whom nothing has arrived."""
    roster = rooms().roster.current()
    members = roster.members.values() if roster else []
    names = {member.id: member.name for member in members} | {rooms().config.id: rooms().config.name}
    return sorted((name, figures.latest.get(origin)) for origin, name in names.items())
