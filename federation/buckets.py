"""A bucket of one origin's records, page by page, by both who writes it and who reads it.

Where a feed tells what has happened, a bucket tells what is: every record of an origin and audience whose id hashes
into it, in the order of the ids. A record whose time has run out, or that may not be shown any more, stands there as its
bare line, because the head still counts it. The trailer at the end of each page does what it does in a feed: a page without it was cut.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from federation.head import Line
from federation.lease import Leases
from federation.page import MAX_BYTES, MAX_LINES, framed, members_of, unframed
from federation.replica import Copy
from federation.statement import MAX_INTEGER, Envelope, Refused, envelope_in, instant, line_json
from federation.transport import PeerFault
from schemas.shapes import RECORD_ID, SHA256

BARE = frozenset({"id", "epoch", "seq", "not_after", "sha256"})
MAX_PAGES = 200
"""Of one bucket: a source that never comes to an end is left."""


@dataclass(frozen=True)
class BucketPage:
    """Lines as they travel; `next` is the last id where there are more, None at the end."""

    lines: tuple[bytes, ...]
    next: str | None

    def encoded(self) -> bytes:
        return framed(self.lines, {"next": self.next})

    @classmethod
    def decoded(cls, data: bytes, after: str) -> "BucketPage":
        """Read the page that was asked for behind the id `after`. Raises PeerFault (`page`) for one to throw away."""
        lines, trailer = unframed(data)
        following = _trailer(trailer)
        if following is not None and (following == after or not lines):
            raise PeerFault("page", f"the page leads from {after!r} to {following!r}: that is no way forward")
        return cls(tuple(lines), following)


def fetched(get: Callable[[str], bytes], origin: str, audience: str, bucket: str) -> Iterator[bytes]:
    """All lines of a bucket, page after page; `get` gives the body behind a target. Raises PeerFault."""
    after = ""
    for _ in range(MAX_PAGES):
        asked = {"origin": origin, "audience": audience, "bucket": bucket, "after": after, "limit": MAX_LINES}
        page = BucketPage.decoded(get(f"/federation/records?{urlencode(asked)}"), after)
        yield from page.lines
        if page.next is None:
            return
        after = page.next
    raise PeerFault("page", f"a bucket of more than {MAX_PAGES} pages")


def bare(line: Line) -> bytes:
    """A record's line as it travels when nothing else is left of the record."""
    told = {
        "id": line.id,
        "epoch": line.epoch,
        "seq": line.seq,
        "not_after": instant(line.not_after),
        "sha256": line.digest,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def read(line: bytes) -> Envelope | Line:
    """A line of a bucket: a statement, or the bare line of one. Raises Refused (`size`, `line`)."""
    told = line_json(line)
    if not isinstance(told.value, dict) or told.value.keys() != BARE:
        return envelope_in(told, line)
    try:
        return _bare(told.value)
    except (TypeError, ValueError) as fault:
        raise Refused("line", f"not a bare line: {fault}") from fault


def page_of(
    session: Session,
    origin: str,
    audience: str,
    bucket: str,
    after: str,
    limit: int,
    withdrawn: bool,
    now: datetime,
    leases: Leases,
) -> BucketPage:
    """The records of a bucket behind the id `after`: at most `limit` and 2 MiB, and one in any case.

    `withdrawn`: withdrawals too, for an origin that wants to know what it said itself.
    """
    asked = {"origin": origin, "audience": audience, "bucket": bucket, "after": after, "limit": limit + 1}
    lines: list[bytes] = []
    size, following = 0, None
    for copy in session.execute(_RECORDS[withdrawn], asked):
        line = _line_of(copy, now, leases)
        if len(lines) == limit or (lines and size + len(line) + 1 > MAX_BYTES):
            return BucketPage(tuple(lines), following)
        lines.append(line)
        size += len(line) + 1
        following = copy.id
    return BucketPage(tuple(lines), None)


def _line_of(copy: Any, now: datetime, leases: Leases) -> bytes:
    if copy.line is not None and copy.not_after > now and leases.allow(copy):
        line: bytes = copy.line
        return line
    return bare(Line(copy.id, copy.epoch, copy.seq, copy.not_after, copy.digest))


def _trailer(line: bytes) -> str | None:
    [following] = members_of(line, "next")
    if following is None or (isinstance(following, str) and RECORD_ID.fullmatch(following)):
        return following
    raise PeerFault("page", "the trailer's next must be the id of a record, or null")


def _bare(told: dict[str, Any]) -> Line:
    name, epoch, seq, digest = told["id"], told["epoch"], told["seq"], told["sha256"]
    if not isinstance(name, str) or not RECORD_ID.fullmatch(name):
        raise ValueError("id is none of a record")
    if type(epoch) is not int or type(seq) is not int or not (0 <= epoch <= MAX_INTEGER and 1 <= seq <= MAX_INTEGER):
        raise ValueError("epoch and seq must be integers, seq from 1 on")
    if not isinstance(digest, str) or not SHA256.fullmatch(digest):
        raise ValueError("sha256 must be 64 hex digits")
    when = datetime.strptime(told["not_after"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Line(name, epoch, seq, when, digest)


_READ = (
    Copy.id, Copy.origin, Copy.kind, Copy.audience, Copy.epoch, Copy.seq, Copy.not_after, Copy.withdrawn, Copy.digest,
    Copy.line,
)  # fmt: skip
_RECORDS = {
    with_withdrawn: select(*_READ)
    .where(
        Copy.origin == bindparam("origin"),
        Copy.audience == bindparam("audience"),
        Copy.bucket == bindparam("bucket"),
        Copy.id > bindparam("after"),
        Copy.kind != "head",
        Copy.seq > 0,
        or_(~Copy.withdrawn, Copy.line.is_not(None)) if with_withdrawn else ~Copy.withdrawn,
    )
    .order_by(Copy.id)
    .limit(bindparam("limit"))
    for with_withdrawn in (True, False)
}
