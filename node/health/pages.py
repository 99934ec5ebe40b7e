"""The operator's page "Rete" in plain words, and the coordinator's table of the same nodes."""

from flask import g, render_template, url_for

from node.core import clock, doors, menu
from node.core.actors import COORDINATOR
from node.core.i18n import gettext as _
from node.core.i18n import lazy
from node.core.rooms import rooms
from node.health import queries, words

TROUBLES_SHOWN = 50

network = doors.desk("network", "/desk/rete")
health = doors.coordinator("health", "/coordinamento/nodi")
menu.link(lazy("Rete"), "network.index", "it-share", order=60)
menu.link(lazy("Stato dei nodi"), "health.nodes", "it-share", roles=(COORDINATOR,), order=75)


@network.get("/")
def index():
    roster = rooms().roster.current()
    with rooms().replica.reading() as session:
        return render_template(
            "health/network.html",
            reports=[(neighbour, words.report(neighbour)) for neighbour in neighbours(session)],
            shown=TROUBLES_SHOWN,
            standstill_since=queries.standstill_since(session, clock.now()),
            held=[words.held(copy) for copy in queries.latest_held(session, TROUBLES_SHOWN)],
            refused=[words.refused(refusal) for refusal in queries.latest_refused(session, TROUBLES_SHOWN)],
            names={member.id: member.name for member in roster.members.values()},
            roster=roster,
            publishing=queries.publishing(g.session, clock.now()),
        )


@health.get("/")
def nodes():
    with rooms().replica.reading() as session:
        return render_template(
            "health/nodes.html",
            reports=[(neighbour, words.report(neighbour)) for neighbour in neighbours(session)],
            standstill_since=queries.standstill_since(session, clock.now()),
            now=clock.now(),
        )


def neighbours(session):
    return queries.neighbours(session, rooms().roster.current(), rooms().config, clock.now())


@menu.tile
def troubled_nodes(_session, _operator):
    """How many comuni do not answer or are not to be trusted; nothing when all is well."""
    with rooms().replica.reading() as session:
        troubled = sum(each.state in (queries.SILENT, queries.CLONED) for each in neighbours(session))
    if not troubled:
        return None
    return menu.Tile(_("Comuni con problemi"), troubled, url_for("network.index"), "it-share", "warning")
