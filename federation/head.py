"""An origin's signed state of one audience: what lets two nodes compare thousands of records by one hash.

The records that are live when the head is issued fall into sixteen buckets by the first hex digit of SHA-256(id), so
that a difference can be narrowed to a sixteenth of them. Each record gives one line; a bucket's digest covers its
lines in bytewise order; the root covers the sixteen digests. Heads describe no heads: they would describe themselves.

Nothing here reads a table: the same arithmetic runs over the register of an origin and over anybody's copies of it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from federation.statement import instant
from schemas.head import BUCKETS


class Line(NamedTuple):
    """What a head says about one record. `digest` is the SHA-256 (hex) of `protected.payload.signature`."""

    id: str
    epoch: int
    seq: int
    not_after: datetime
    digest: str

    def encoded(self) -> bytes:
        return f"{self.id} {self.epoch} {self.seq} {instant(self.not_after)} {self.digest}\n".encode()


@dataclass(frozen=True)
class Summary:
    """How many records there are, and the sixteen raw bucket digests in the order 0-f."""

    count: int
    digests: tuple[bytes, ...]

    @property
    def root(self) -> str:
        return root_of(self.digests)

    def body(self, lease_until: datetime, ask: int | None = None) -> dict[str, Any]:
        """The body of the head: candidates' copies may be shown until `lease_until` on its strength.

        `ask`: who finds its copies equal to it is to send a receipt, unless the last says as much (receipts.py).
        """
        told = {"count": self.count, "root": self.root, "lease_until": instant(lease_until)}
        return told if ask is None else {**told, "ask": ask}


def summary(lines: Iterable[Line]) -> Summary:
    """Sum up the live records of one audience, heads and withdrawn ones already left out."""
    buckets: dict[str, list[bytes]] = {digit: [] for digit in BUCKETS}
    for line in lines:
        buckets[bucket_of(line.id)].append(line.encoded())
    digests = tuple(hashlib.sha256(b"".join(sorted(buckets[digit]))).digest() for digit in BUCKETS)
    return Summary(sum(map(len, buckets.values())), digests)


def root_of(digests: Sequence[bytes]) -> str:
    """What a head says of its sixteen digests."""
    return hashlib.sha256(b"".join(digests)).hexdigest()


def digests_in(told: Any) -> tuple[bytes, ...]:
    """The sixteen digests that a peer tells in hex. Raises ValueError or TypeError for what is none."""
    digests = tuple(bytes.fromhex(digest) for digest in told)
    if len(digests) != len(BUCKETS) or any(len(digest) != hashlib.sha256().digest_size for digest in digests):
        raise ValueError("not sixteen digests")
    return digests


def bucket_of(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()[0]
