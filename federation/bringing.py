"""What a member without an address brings to its relay, by both who writes it and who reads it.

Its pages are those that a reader would have fetched: lines, then a trailer, without which nothing counts. The trailer
says where the page begins, too, so that a relay never takes one behind a gap. The answer says how far the relay has come
and which buckets of the member's records it wants whole, because its copies of them are not what the last head describes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from federation.head import digests_in
from federation.page import MAX_BYTES, MAX_POSITION, framed, position_in, unframed
from federation.statement import MAX_INTEGER, strict_json
from federation.transport import PeerFault
from schemas.head import BUCKETS
from schemas.shapes import RECORD_ID

INBOX_KIND = "push"
"""The name of the door for what is brought, and of what it tells the worker: there is something new."""
MAX_BODY = MAX_BYTES + 256 * 1024
"""Bytes of a body, before and after unpacking: a page and its trailer."""
MAX_DIGESTED = 64
"""Of so many audiences the digests come along; of another one all buckets are wanted."""
MAX_WANTED = 512

Digests = tuple[bytes, ...]


@dataclass(frozen=True)
class BroughtPage:
    """The sender's own statements behind the place `after` of its feed, up to `next`; `remaining` more follow.

    `digests`: at the end, by audience, those that hash to the root of its last head.
    """

    lines: tuple[bytes, ...]
    after: int
    next: int
    feed: str
    remaining: int
    digests: Mapping[str, Digests]

    def encoded(self) -> bytes:
        told: dict[str, Any] = {"after": self.after, "next": self.next, "feed": self.feed, "remaining": self.remaining}
        return framed(self.lines, {**told, "digests": {name: _told(sums) for name, sums in self.digests.items()}})


@dataclass(frozen=True)
class BroughtBucket:
    """Records of a bucket as the head of this order describes them, and all digests of that head.

    `after` and `next`: where a bucket takes several pages, the ids behind which this one begins and the next one will.
    """

    lines: tuple[bytes, ...]
    audience: str
    bucket: str
    head: tuple[int, int]
    digests: Digests
    after: str = ""
    next: str | None = None

    def encoded(self) -> bytes:
        told = {"audience": self.audience, "bucket": self.bucket, "head": self.head, "digests": _told(self.digests)}
        return framed(self.lines, {**told, "after": self.after, "next": self.next})


Brought = BroughtPage | BroughtBucket


def decoded(data: bytes) -> Brought:
    """Read what was brought. Raises PeerFault (`page`) for what is to be thrown away whole."""
    lines, trailer = unframed(data)
    try:
        told = strict_json(trailer.decode("utf-8"))
        return _bucket(lines, told) if "bucket" in told else _page(lines, told)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise PeerFault("page", f"the last line is not a trailer: {fault!r}"[:300]) from fault


@dataclass(frozen=True)
class Receipt:
    """What a relay answers: how far in which feed it has come, and the `(audience, bucket)` pairs that it wants whole.

    `feed` is None, and `acknowledged` 0, where it has taken nothing yet.
    """

    feed: str | None
    acknowledged: int
    wanted: tuple[tuple[str, str], ...] = ()

    def encoded(self) -> bytes:
        return json.dumps({"feed": self.feed, "acknowledged": self.acknowledged, "wanted": self.wanted}).encode()

    @classmethod
    def of(cls, told: Any) -> "Receipt":
        """Raises PeerFault (`receipt`) for an answer that is none."""
        try:
            wanted = tuple((audience, bucket) for audience, bucket in told["wanted"])
            feed, acknowledged = told["feed"], position_in(told["acknowledged"])
        except (ValueError, KeyError, TypeError) as fault:
            raise PeerFault("receipt", f"not the answer of a relay: {fault!r}") from fault
        are_texts = all(isinstance(name, str) and isinstance(bucket, str) for name, bucket in wanted)
        if not (feed is None or isinstance(feed, str)) or not are_texts or len(wanted) > MAX_WANTED:
            raise PeerFault("receipt", "feed must be a text or null, wanted pairs of texts")
        return cls(feed, acknowledged, wanted)


def _page(lines: Sequence[bytes], told: Any) -> BroughtPage:
    after, following = position_in(told["after"]), position_in(told["next"])
    remaining, feed, digests = told["remaining"], told["feed"], told.get("digests", {})
    if type(remaining) is not int or not 0 <= remaining <= MAX_POSITION:
        raise ValueError("remaining must be a number")
    if not isinstance(feed, str) or not 1 <= len(feed) <= 64:
        raise ValueError("feed must be a text of 1 to 64")
    if following < after or (following == after and (remaining or lines)):
        raise ValueError(f"the page leads from {after} to {following}: that is no way forward")
    if len(digests) > MAX_DIGESTED:
        raise ValueError(f"digests of more than {MAX_DIGESTED} audiences")
    sums = {audience: digests_in(each) for audience, each in digests.items()}
    return BroughtPage(tuple(lines), after, following, feed, remaining, sums)


def _bucket(lines: Sequence[bytes], told: Any) -> BroughtBucket:
    audience, bucket = told["audience"], told["bucket"]
    epoch, seq = told["head"]
    if type(epoch) is not int or type(seq) is not int or not (0 <= epoch <= MAX_INTEGER and 1 <= seq <= MAX_INTEGER):
        raise ValueError("head must be the epoch and the seq of a head")
    if not isinstance(audience, str) or not isinstance(bucket, str) or bucket not in tuple(BUCKETS):
        raise ValueError("audience must be a text and bucket one hex digit")
    after, following = told.get("after", ""), told.get("next")
    if any(RECORD_ID.fullmatch(name) is None for name in (after, following) if name not in ("", None)) or after is None:
        raise ValueError("after and next must be ids of records")
    if following is not None and (following <= after or not lines):
        raise ValueError(f"the page leads from {after!r} to {following!r}: that is no way forward")
    return BroughtBucket(tuple(lines), audience, bucket, (epoch, seq), digests_in(told["digests"]), after, following)


def _told(digests: Digests) -> list[str]:
    return [digest.hex() for digest in digests]
