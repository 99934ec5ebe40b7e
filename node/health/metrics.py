"""The numbers of a node as Prometheus reads them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

from node import __version__
from node.health.queries import Neighbour

GAUGES = {
    "sportello_records": "Records held, heads and withdrawn ones left out",
    "sportello_held_not_used": "Statements kept that this version cannot use",
    "sportello_refused": "Lines not taken, as far as they are remembered",
    "sportello_failures": "Rounds in a row that failed",
    "sportello_remaining": "Statements that the peer announced and has not sent yet",
    "sportello_confirmed_age_seconds": "Seconds since the issue of the last head held",
}


class NodeCollector:
    """What `neighbours` say at `now`, as one family a number and one sample an origin."""

    def __init__(self, node: str, neighbours: Sequence[Neighbour], now: datetime):
        self.node, self.neighbours, self.now = node, neighbours, now

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "sportello", "The node and its version", value={"node": self.node, "version": __version__}
        )
        gauges = {name: GaugeMetricFamily(name, text, labels=["origin"]) for name, text in GAUGES.items()}
        for neighbour in self.neighbours:
            for name, value in self.values(neighbour).items():
                gauges[name].add_metric([neighbour.member.id], value)
        yield from gauges.values()

    def values(self, neighbour: Neighbour) -> dict[str, float]:
        """The samples of one origin; what is not known yet has none."""
        found: dict[str, float] = {
            "sportello_records": neighbour.records,
            "sportello_held_not_used": neighbour.held,
            "sportello_refused": neighbour.refused,
        }
        if neighbour.peer is not None:
            found |= {"sportello_failures": neighbour.peer.failures, "sportello_remaining": neighbour.peer.remaining}
        if neighbour.confirmed_at is not None:
            found["sportello_confirmed_age_seconds"] = (self.now - neighbour.confirmed_at).total_seconds()
        return found
