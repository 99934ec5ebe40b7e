"""What machines ask a node: is it alive, does it work, and how much of everything is there.

`/status` follows the Italian interoperability model (ModI): a problem document also when there is no problem.
"""

from flask import Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from node import __version__
from node.core import clock, doors
from node.core.errors import problem
from node.core.rooms import rooms
from node.health import queries
from node.health.metrics import NodeCollector

machines = doors.public("machines")


@machines.get("/healthz")
def alive():
    """The process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@machines.get("/status")
def status():
    """Whether citizens get answers: the replica and the index can be read."""
    try:
        with rooms().replica.reading() as session:
            found = queries.neighbours(session, rooms().roster.current(), rooms().config.id, clock.now())
    except SQLAlchemyError:
        current_app.logger.exception("the replica cannot be read")
        return problem(503, "Service Unavailable", "the replica cannot be read")
    silent = [neighbour.member.id for neighbour in found if neighbour.state in (queries.SILENT, queries.CLONED)]
    return problem(
        200, "OK", "every node answers" if not silent else f"not heard: {', '.join(silent)}",
        node=rooms().config.id, version=__version__, records=sum(neighbour.records for neighbour in found),
    )  # fmt: skip


@machines.get("/metrics")
def metrics():
    """Counts per origin in the text format of Prometheus; nothing about persons, nothing that the pages do not show."""
    registry = CollectorRegistry()
    with rooms().replica.reading() as session:
        found = queries.neighbours(session, rooms().roster.current(), rooms().config.id, clock.now())
    registry.register(NodeCollector(rooms().config.id, found, clock.now()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
