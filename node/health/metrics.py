"""The numbers of a node as Prometheus reads them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

from node import __version__
from node.health.counting import ANSWERED_ONES, LATE, UNREAD_THERE, UNREADABLE, WAITING
from node.health.queries import Neighbour

GAUGES = {
    "sportello_records": "Records held, heads and withdrawn ones left out",
    "sportello_held_not_used": "Statements kept that this version cannot use",
    "sportello_refused": "Lines not taken, as far as they are remembered",
    "sportello_failures": "Rounds in a row that failed",
    "sportello_remaining": "Statements that the peer announced and has not sent yet",
    "sportello_confirmed_age_seconds": "Seconds since the issue of the last head held",
    "sportello_lag_seconds": "Seconds since the peer was last read to its end",
    "sportello_differing_seconds": "Seconds since which our copies could not be made equal to the heads",
}
LETTERS = {
    WAITING: ("sportello_letters_waiting", "Letters to the member that it has not answered yet"),
    ANSWERED_ONES: ("sportello_letters_answered", "Letters that it has answered, as far as they are remembered"),
    UNREADABLE: ("sportello_letters_unreadable", "Letters from it that cannot be opened here"),
    UNREAD_THERE: ("sportello_letters_unread", "Letters to it that it says it cannot read"),
    LATE: (
        "sportello_letters_late",
        "Letters that it should have answered, or answers that it should have taken, by now",
    ),
}
COUNTERS = {
    "sportello_rounds": "Visits to the peer",
    "sportello_received_bytes": "Bodies of its answers, as they came over the wire",
    "sportello_verified": "Statements from it whose signature held",
}


class NodeCollector:
    """What `neighbours` say at `now`, and `letters` of them, as one family a number and one sample an origin."""

    def __init__(
        self,
        node: str,
        neighbours: Sequence[Neighbour],
        now: datetime,
        letters: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
    ):
        self.node, self.neighbours, self.now, self.letters = node, neighbours, now, letters

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "sportello", "The node and its version", value={"node": self.node, "version": __version__}
        )
        gauges = {name: GaugeMetricFamily(name, text, labels=["origin"]) for name, text in GAUGES.items()}
        counters = {name: CounterMetricFamily(name, text, labels=["origin"]) for name, text in COUNTERS.items()}
        for neighbour in self.neighbours:
            for name, value in self.values(neighbour).items():
                gauges[name].add_metric([neighbour.member.id], value)
            for name, value in self.totals(neighbour).items():
                counters[name].add_metric([neighbour.member.id], value)
        yield from gauges.values()
        yield from counters.values()
        yield from self.letter_families()

    def letter_families(self) -> Iterator[Metric]:
        """Of every other member a sample each, 0 where there is none."""
        others = [each.member.id for each in self.neighbours if not each.is_us]
        for what, (name, text) in LETTERS.items():
            family = GaugeMetricFamily(name, text, labels=["origin"])
            for member in others:
                family.add_metric([member], self.letters.get(member, {}).get(what, 0))
            yield family

    def values(self, neighbour: Neighbour) -> dict[str, float]:
        """The samples of one origin; what is not known yet has none."""
        found: dict[str, float] = {
            "sportello_records": neighbour.records,
            "sportello_held_not_used": neighbour.held,
            "sportello_refused": neighbour.refused,
        }
        if neighbour.peer is not None:
            found |= {"sportello_failures": neighbour.peer.failures, "sportello_remaining": neighbour.peer.remaining}
            found["sportello_differing_seconds"] = self._since(neighbour.peer.differing_since)
            if neighbour.peer.last_ok_at is not None:
                found["sportello_lag_seconds"] = self._since(neighbour.peer.last_ok_at)
        if neighbour.confirmed_at is not None:
            found["sportello_confirmed_age_seconds"] = (self.now - neighbour.confirmed_at).total_seconds()
        return found

    def totals(self, neighbour: Neighbour) -> dict[str, float]:
        """What was counted at one peer since it became known."""
        peer = neighbour.peer
        if peer is None:
            return {}
        return {
            "sportello_rounds": peer.rounds,
            "sportello_received_bytes": peer.bytes_read,
            "sportello_verified": peer.verified,
        }

    def _since(self, then: datetime | None) -> float:
        return 0.0 if then is None else (self.now - then).total_seconds()
