"""What machines ask a node: is it alive, does it work, and how much of everything is there.

`/status` follows the Italian interoperability model (ModI): a problem document also when there is no problem.
"""

from flask import Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from federation.members import RosterFault
from node import __version__
from node.core import clock, doors
from node.core.errors import problem
from node.core.rooms import rooms
from node.health import queries
from node.health.counting import counted_letters
from node.health.metrics import NodeCollector

machines = doors.public("machines")


@machines.get("/healthz")
def alive():
    """The process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@machines.get("/status")
def status():
    """Whether citizens get answers: the roster, the replica and the index can be read."""
    answer = told()
    answer.headers["Cache-Control"] = "no-store"
    return answer


def told():
    try:
        found = neighbours()
    except (SQLAlchemyError, RosterFault):
        current_app.logger.exception("the copies cannot be read")
        return problem(503, "Service Unavailable", "the copies of the network cannot be read")
    if rooms().index.snapshot() is None:
        return problem(503, "Service Unavailable", "there is no search index yet")
    silent = [each.member.id for each in found if each.state in (queries.CLONED, queries.SILENT, queries.AWAITED)]
    return problem(
        200, "OK", f"not heard: {', '.join(silent)}" if silent else "every node answers",
        node=rooms().config.id, version=__version__, records=sum(each.records for each in found),
    )  # fmt: skip


@machines.get("/metrics")
def metrics():
    """Counts per origin in the text format of Prometheus; nothing about persons, nothing that the pages do not show."""
    registry = CollectorRegistry()
    registry.register(
        NodeCollector(rooms().config.id, neighbours(), clock.now(), counted_letters(rooms().config.letters_counted))
    )
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def neighbours():
    with rooms().replica.reading() as session:
        return queries.neighbours(session, rooms().roster.current(), rooms().config, clock.now())
