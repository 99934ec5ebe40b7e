"""What a node and day come to in networks of three sizes, from what one poll and one head were measured to cost.

Nothing is published here: this is what a network costs that is silent. Up to sixty members each reads all the others;
above, a node reads two relays (`scope=all`), and the capofila for its list. What each would cost that read everybody all
the same stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import zstandard

from deploy.bench.measuring import Figure
from federation.keys import SigningKey
from federation.statement import instant, sign
from federation.topology import RELAYS_READ

DAY_S = 24 * 3600
MB = 1_000_000
HEADS = 100


@dataclass(frozen=True)
class Costs:
    """Bytes both ways of a poll without news, of one that brings a head, of a head among many; a poll's server CPU."""

    poll_bytes: float
    head_poll_bytes: float
    head_bytes: float
    poll_cpu_s: float


@dataclass(frozen=True)
class Network:
    members: int
    head_every_s: int
    poll_every_s: int
    through_relays: bool = False

    @property
    def polls(self) -> float:
        """Of a node in a day, as the one that asks; it is asked as often where there are no relays."""
        return (RELAYS_READ + 1 if self.through_relays else self.members - 1) * DAY_S / self.poll_every_s

    @property
    def heads(self) -> float:
        return (self.members - 1) * DAY_S / self.head_every_s

    def bytes(self, costs: Costs) -> float:
        if self.through_relays:
            return self.polls * costs.head_poll_bytes + RELAYS_READ * self.heads * costs.head_bytes
        return (self.polls - self.heads) * costs.poll_bytes + self.heads * costs.head_poll_bytes

    def figures(self, costs: Costs) -> Iterator[Figure]:
        way = "two relays and the capofila" if self.through_relays else "each read directly"
        name = f"{self.members:,} nodes, {way}"
        periods = f"heads every {self.head_every_s // 60} min, polls every {self.poll_every_s // 60}"
        yield Figure(f"{name}: polls of a node", "/day", (self.polls,), beside=periods)
        yield Figure(f"{name}: heads to a node", "/day", (self.heads,), beside=periods)
        yield Figure(f"{name}: read by a node", "MB/day", (self.bytes(costs) / MB,), beside="calculated")
        yield Figure(
            f"{name}: processor for a node's polls", "s/day", (self.polls * costs.poll_cpu_s,), beside="calculated"
        )


NETWORKS = (
    Network(60, 900, 120),
    Network(1_502, 7_200, 300),
    Network(1_502, 7_200, 300, through_relays=True),
    Network(7_896, 7_200, 300),
    Network(7_896, 7_200, 300, through_relays=True),
)


def figures(costs: Costs) -> list[Figure]:
    return [figure for network in NETWORKS for figure in network.figures(costs)]


def head_bytes() -> float:
    """Of a head in a page with many others, compressed as the feed compresses."""
    page = b"".join(head(number) + b"\n" for number in range(HEADS))
    return len(zstandard.ZstdCompressor(level=3).compress(page)) / HEADS


def head(number: int) -> bytes:
    now = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=number * 7)
    body = {"count": 40 + number, "root": sha256(str(number).encode()).hexdigest(), "lease_until": instant(now)}
    told = {
        "v": 1, "origin": f"comune-{number}", "kind": "head", "id": "head:public", "epoch": 1_795_339_000 + number * 61,
        "seq": 300 + number, "audience": "public", "issued_at": instant(now), "not_after": instant(now), "body": body,
    }  # fmt: skip
    return sign(told, SigningKey.generate())
