"""A page of the feed, by both who writes it and who reads it.

A page is a few hundred statements, one a line, and a last line, the trailer, that says where to go on. The trailer
stands at the end on purpose: a page that was cut anywhere on its way has none, and is thrown away whole, so that no
reader ever moves its cursor past a line that it has not seen.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from federation import replica
from federation.lease import Leases
from federation.statement import strict_json
from federation.transport import PeerFault

MAX_LINES = 500
MAX_BYTES = 2 * 1024 * 1024
MAX_POSITION = 2**53
MEDIA_TYPE = "application/x-ndjson"

_BATCH = 100


class UnknownCursor(Exception):
    """The cursor lies beyond the end of the feed: it was given by a feed that is no more."""


@dataclass(frozen=True)
class Page:
    """Statements in the server's order of arrival; `next` is the cursor that follows them, `feed` whose cursor it is.

    `remaining` is how many statements are left after `next`.
    """

    lines: tuple[bytes, ...]
    next: int
    feed: str
    remaining: int

    def encoded(self) -> bytes:
        return framed(self.lines, {"next": self.next, "feed": self.feed, "remaining": self.remaining})

    @classmethod
    def decoded(cls, data: bytes, after: int) -> "Page":
        """Read a page that was asked for with the cursor `after`. Raises PeerFault (`page`) for one to throw away."""
        lines, trailer = unframed(data)
        following, feed, remaining = _trailer(trailer)
        if following < after or (following == after and (remaining or lines)):
            raise PeerFault("page", f"the page leads from {after} to {following}: that is no way forward")
        return cls(tuple(lines), following, feed, remaining)


def framed(lines: Iterable[bytes], trailer: Mapping[str, Any]) -> bytes:
    """The bytes of a page: its lines, then its trailer, each with a newline."""
    return b"".join(line + b"\n" for line in (*lines, json.dumps(trailer).encode()))


def unframed(data: bytes) -> tuple[list[bytes], bytes]:
    """The lines of a page and its last one, the trailer. Raises PeerFault (`page`) for a page that was cut or is too long."""
    *lines, end = data.split(b"\n")
    if end or not lines:
        raise PeerFault("page", "the page does not end with a newline: it was cut")
    trailer = lines.pop()
    if len(lines) > MAX_LINES:
        raise PeerFault("page", f"the page has {len(lines)} lines, at most {MAX_LINES} are allowed")
    return lines, trailer


def members_of(trailer: bytes, *names: str) -> list[Any]:
    """What a trailer says under these names. Raises PeerFault (`page`) for a line that is no such trailer."""
    try:
        told = strict_json(trailer.decode("utf-8"))
        return [told[name] for name in names]
    except (ValueError, KeyError, TypeError) as fault:
        raise PeerFault("page", "the last line is not a trailer: the page was cut") from fault


def position_in(told: Any) -> int:
    """A cursor that a peer tells. Raises ValueError for what is none."""
    if type(told) is not int or not 0 <= told <= MAX_POSITION:
        raise ValueError(f"a cursor is a whole number from 0 to {MAX_POSITION}")
    return told


def _trailer(line: bytes) -> tuple[int, str, int]:
    following, feed, remaining = members_of(line, "next", "feed", "remaining")
    if type(following) is not int or type(remaining) is not int or not isinstance(feed, str):
        raise PeerFault("page", "the trailer's next and remaining must be integers, feed a text")
    if not 0 <= following <= MAX_POSITION or remaining < 0 or not 1 <= len(feed) <= 64:
        raise PeerFault("page", "the trailer's values are out of range")
    return following, feed, remaining


def page_of(
    session: Session,
    after: int,
    limit: int,
    audiences: Collection[str] | None,
    origins: Collection[str] | None,
    now: datetime,
    leases: Leases,
) -> Page:
    """The page that follows the cursor `after`: at most `limit` lines and 2 MiB, and one line in any case.

    Statements whose time has run out, and copies that we may not show any more, are passed over. Raises UnknownCursor.
    """
    feed, end = replica.end(session)
    if after > end:
        raise UnknownCursor
    if after == end:
        return Page((), after, feed, 0)
    lines: list[bytes] = []
    size, following, is_end = 0, after, False
    while len(lines) < limit and size < MAX_BYTES and not is_end:
        wanted = min(_BATCH, limit - len(lines))
        batch = replica.statements(session, following, wanted, audiences, origins)
        is_end = len(batch) < wanted
        for copy in batch:
            line = copy.line or b""
            if lines and size + len(line) + 1 > MAX_BYTES:
                size, is_end = MAX_BYTES, False
                break
            following = copy.position
            if copy.not_after > now and leases.allow(copy):
                lines.append(line)
                size += len(line) + 1
    left = 0 if is_end else replica.remaining(session, following, audiences, origins)
    return Page(tuple(lines), following, feed, left)
