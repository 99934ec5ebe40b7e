"""The coordinator's page: six figures, how they went, and the tables behind them; a table leaves as CSV."""

from datetime import datetime
from functools import partial

from flask import abort, g, render_template, request, url_for

from federation import replica
from node.core import clock, doors, menu
from node.core.actors import ADMINISTRATOR, COORDINATOR
from node.core.i18n import gettext as _
from node.core.i18n import lazy
from node.core.parameters import asked_one_of
from node.core.rooms import rooms
from node.core.spreadsheets import csv_response
from node.figures import queries, tables
from node.figures.months import kept, shifted
from schemas.messages import Message

MONTHS_SHOWN = 12

blueprint = doors.coordinator("figures")
menu.link(lazy("Cifre della rete"), "figures.index", "it-chart-line", roles=(COORDINATOR, ADMINISTRATOR), order=70)


@blueprint.get("/")
def index():
    period, per, sort = asked_period(), asked_table(), asked_sort()
    told = all_told()
    total = queries.total_of(told, *period)
    return render_template(
        "figures/index.html",
        period=period,
        per=per,
        offered=offered_months(),
        tabs=tables.TABS,
        month_name=partial(tables.label_of, "mese"),
        cards=tables.cards(total, queries.period_before(told, *period)),
        by_month=tables.table("mese", queries.month_by_month(told, *period), total),
        table=table_of(told, period, per, sort),
        link=partial(url_for, dal=period[0], al=period[1], per=per, ordina=sort),
        sources=sources_of(queries.origins_of(told, *period)),
    )


@blueprint.get("/cifre.csv")
def as_csv():
    """Exactly the table shown."""
    period, per, sort = asked_period(), asked_table(), asked_sort()
    shown = table_of(all_told(), period, per, sort)
    rows = [[row.label, *row.counts] for row in shown.rows]
    return csv_response(
        f"cifre-{per}-{period[0]}-{period[1]}",
        [column.label for column in shown.columns],
        [*rows, [_("Totale"), *shown.total]],
    )


def all_told() -> list[queries.Told]:
    """What the others have told, and our own up to the second."""
    config = rooms().config
    own = queries.own_figures(g.session, config.id, config.comuni[0], clock.now())
    with rooms().replica.reading() as session:
        return [*own, *(told for told in queries.copies(session) if told.origin != config.id)]


def table_of(told: list[queries.Told], period: tuple[str, str], per: str, sort: str) -> tables.Table:
    if per == "mese":
        counted = queries.month_by_month(told, *period)
    else:
        counted = queries.split_by(tables.DIMENSIONS[per], told, *period)
    return tables.table(per, counted, queries.total_of(told, *period), sort, members_by_id())


def members_by_id() -> dict[str, str]:
    return {member.id: member.name for member in rooms().roster.current().members.values()}


def sources_of(origins: set[str]) -> list[tuple[str, bool, datetime | None]]:
    """Each member by name: whether it told something of the period, and when it last confirmed what it told."""
    with rooms().replica.reading() as session:
        confirmed = replica.confirmed_at(session) | {rooms().config.id: clock.now()}
    members = sorted(members_by_id().items(), key=lambda member: member[1].casefold())
    return [(name, origin in origins, confirmed.get(origin)) for origin, name in members]


def offered_months() -> list[str]:
    """Latest first."""
    return kept(clock.now())[::-1]


def asked_period() -> tuple[str, str]:
    offered = offered_months()
    last = asked_month("al", offered, offered[0])
    first = asked_month("dal", offered, max(shifted(last, 1 - MONTHS_SHOWN), offered[-1]))
    if first > last:
        told = {"first": tables.label_of("mese", first), "last": tables.label_of("mese", last)}
        abort(400, Message("Il periodo comincia ({first}) dopo la sua fine ({last}): scambia i due mesi.", **told))
    return first, last


def asked_month(parameter: str, offered: list[str], default: str) -> str:
    """The month that the address gives; a 400 that names the first and the last for one without figures."""
    asked = request.args.get(parameter) or default
    if asked not in offered:
        told = {"asked": asked, "first": offered[-1], "last": offered[0]}
        abort(400, Message("«{asked}» non è un mese di cui ci sono cifre: scegli da {first} a {last}.", **told))
    return asked


def asked_table() -> str:
    return asked_one_of("per", list(tables.HEADS))


def asked_sort() -> str:
    return asked_one_of("ordina", tables.SORTS)
