"""The head: an origin's signed sentence about all its records of one audience.

One signature over a head vouches for every record that hashes into its root, which is what makes comparing two nodes
cheap and a withheld withdrawal visible (see `federation.head` for how the root is reckoned).
"""

from schemas import shapes, wire

BUCKETS = "0123456789abcdef"


def head_id(audience: str) -> str:
    """The id of the head that describes an audience: head:public, head:members, or head:<node> for `sealed:<node>`."""
    word, _, node = audience.partition(":")
    return f"head:{node}" if word == "sealed" else f"head:{word}"


class HeadDocument(wire.Document):
    """The body of a head: how many records, the SHA-256 over their 16 bucket digests, until when copies may be shown.

    `ask`: something was erased, and the origin waits for receipts of heads of this epoch from this `seq` on.
    """

    count = wire.Whole()
    root = wire.Shaped(shapes.SHA256)
    lease_until = wire.Instant()
    ask = wire.Whole(optional=True)
