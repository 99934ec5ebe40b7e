"""The operator's page "Rete" in plain words, and the coordinator's table of the same nodes."""

from flask import render_template, url_for

from node.core import clock, doors, menu
from node.core.actors import COORDINATOR
from node.core.i18n import gettext as _
from node.core.i18n import lazy
from node.core.menu import Tile
from node.core.rooms import rooms
from node.health import queries, words

network = doors.desk("network", "/desk/rete")
health = doors.coordinator("health", "/coordinamento/nodi")
menu.link(lazy("Rete"), "network.index", "it-share", order=60)
menu.link(lazy("Stato dei nodi"), "health.nodes", "it-share", roles=(COORDINATOR,), order=75)


@network.get("/")
def index():
    with rooms().replica.reading() as session:
        return render_template("health/network.html", reports=reports(session), **troubles(session), words=words)


@health.get("/")
def nodes():
    with rooms().replica.reading() as session:
        return render_template("health/nodes.html", reports=reports(session), now=clock.now())


def reports(session):
    """Each member with what is to be said about it."""
    found = queries.neighbours(session, rooms().roster.current(), rooms().config.id, clock.now())
    return [(neighbour, words.report(neighbour)) for neighbour in found]


def troubles(session):
    roster = rooms().roster.current()
    names = {member.id: member.name for member in roster.members.values()}
    return {
        "unusable": queries.unusable(session),
        "refused": queries.refused(session),
        "names": names,
        "roster": roster,
    }


@menu.tile
def silent_nodes(_session, _operator):
    """How many comuni do not answer; nothing when all do."""
    with rooms().replica.reading() as session:
        found = queries.neighbours(session, rooms().roster.current(), rooms().config.id, clock.now())
    silent = sum(neighbour.state in (queries.SILENT, queries.CLONED) for neighbour in found)
    return (
        Tile(_("Comuni che non rispondono"), silent, url_for("network.index"), "it-share", "warning")
        if silent
        else None
    )
