"""How a node asks another: signed, bounded in time and bytes, and unmoved by what it is answered.

A peer may be hostile, so its answer decides nothing: not where we go next (no redirects), not how long we wait, not
how much memory its compression unfolds into. The addresses come from the roster (or, once, from an invitation), never
from an answer.
"""

import json
import ssl
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

import zstandard

from federation.keys import SigningKey
from federation.roster import NotServed, Source
from federation.signatures import Request, sign
from federation.statement import strict_json
from federation.transport import PeerFault, PeerSession, RawAnswer, check_url, shared_tls

MAX_ANSWER = 3 * 1024 * 1024
DEADLINE_S = 30.0
MAX_RETRY_AFTER_S = 6 * 3600.0
ZSTD_WINDOW = 8 * 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """An answer with its body decoded. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Raises PeerFault when the body is not strict JSON."""
        try:
            return strict_json(self.body.decode("utf-8"))
        except ValueError as fault:
            raise PeerFault("answer", f"not strict JSON: {fault}") from fault


class PeerClient:
    """Asks peers in the name of the node that holds `key`; safe to share between threads.

    While `is_cut` says so, nobody can be reached. `allow_private` opens private and loopback addresses and plain http: for a demo or a test on one machine.
    """

    def __init__(
        self,
        key: SigningKey,
        allow_private: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        deadline_s: float = DEADLINE_S,
        tls: ssl.SSLContext | None = None,
        is_cut: Callable[[], bool] = lambda: False,
    ) -> None:
        self._key = key
        self._allow_private = allow_private
        self._clock = clock
        self._deadline_s = deadline_s
        self._session = PeerSession(allow_private, tls or shared_tls())
        self._is_cut = is_cut
        self._received: Counter[str] = Counter()

    def taken_from(self, url: str) -> int:
        """How many bytes of bodies, as they came over the wire, the node at `url` has answered since this was asked last."""
        return self._received.pop(url, 0)

    def get(
        self,
        url: str,
        target: str,
        *,
        signed: bool = True,
        etag: str | None = None,
        cap: int = MAX_ANSWER,
        deadline_s: float | None = None,
    ) -> Answer:
        """GET `target` (path and query, below the node's base `url`); 200 and 304 are answers, the rest faults.

        Raises PeerFault; its code is `http-<status>` where the peer did answer.
        """
        headers = {"Accept-Encoding": "zstd, gzip"}
        if etag is not None:
            headers["If-None-Match"] = etag
        return self._ask("GET", url, target, headers, None, signed, cap, deadline_s)

    def post(
        self, url: str, target: str, told: Mapping[str, Any] | None = None, *, deadline_s: float | None = None
    ) -> Answer:
        """POST a JSON document, or nothing at all. Always signed. Raises PeerFault unless the answer is a 2xx."""
        headers = {"Accept-Encoding": "identity"}
        body = b""
        if told is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return self._ask("POST", url, target, headers, body, True, CHUNK, deadline_s)

    def send(self, url: str, target: str, lines: bytes) -> Answer:
        """POST lines of NDJSON, packed. Always signed. Raises PeerFault unless the answer is a 2xx."""
        headers = {"Accept-Encoding": "identity", "Content-Type": "application/x-ndjson", "Content-Encoding": "zstd"}
        body = zstandard.ZstdCompressor(level=3).compress(lines)
        return self._ask("POST", url, target, headers, body, True, CHUNK, None)

    def roster_source(self, url: str) -> Source:
        """The roster files that the node at `url` serves, for RosterStore.refresh; asked without a signature."""

        def source(path: str, cap: int) -> bytes:
            try:
                return self.get(url, f"/federation/roster/{path}", signed=False, cap=cap).body
            except PeerFault as fault:
                if fault.code == "http-404":
                    raise NotServed(path) from fault
                raise

        return source

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _ask(
        self,
        method: str,
        url: str,
        target: str,
        headers: dict[str, str],
        body: bytes | None,
        signed: bool,
        cap: int,
        deadline_s: float | None,
    ) -> Answer:
        check_url(url, self._allow_private)
        if self._is_cut():
            raise PeerFault("unreachable", "this node was cut off from the others by hand")
        address = f"{url.rstrip('/')}{target}"
        if signed:
            sign(Request(method, address, headers), self._key, self._clock(), body or None)
        raw = self._session.ask(method, address, headers, body, cap, deadline_s or self._deadline_s)
        self._received[url] += len(raw.body)
        if raw.status not in {200, 202, 204, 304}:
            raise self._fault(raw)
        return Answer(raw.status, raw.headers, decoded(raw, cap))

    def _fault(self, raw: RawAnswer) -> PeerFault:
        """What a refusal means. A 401 with a far Date is most often a wrong clock, which a person can put right."""
        detail = _problem_of(raw)
        if raw.status == 401 and (ahead_s := self._ahead_s(raw)) is not None and abs(ahead_s) > 60:
            detail = (
                f"{detail} (our clock is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} the peer's)"
            )
        if 300 <= raw.status < 400:
            return PeerFault("redirect", f"the peer answers {raw.status}; redirects are not followed")
        return PeerFault(f"http-{raw.status}", detail, _retry_after_s(raw))

    def _ahead_s(self, raw: RawAnswer) -> float | None:
        try:
            told = parsedate_to_datetime(raw.headers["date"])
        except (KeyError, ValueError, OverflowError):
            return None
        return (self._clock() - told).total_seconds() if told.tzinfo else None


def decoded(raw: RawAnswer, cap: int) -> bytes:
    """The body of an answer without its Content-Encoding, at most `cap` bytes. Raises PeerFault (`encoding`, `size`)."""
    return unpacked(raw.body, raw.headers.get("content-encoding", "identity"), cap)


def unpacked(body: bytes, encoding: str, cap: int) -> bytes:
    """A body without its encoding, at most `cap` bytes. Raises PeerFault (`encoding`, `size`, `truncated`)."""
    if not body or encoding == "identity":
        return body
    if encoding == "zstd":
        content = _unzstd(body, cap)
    elif encoding == "gzip":
        content = _gunzip(body, cap)
    else:
        raise PeerFault("encoding", f"the body is encoded as {encoding[:40]!r}; zstd and gzip are understood")
    if len(content) > cap:
        raise PeerFault("size", f"the body unfolds into more than {cap} bytes")
    return content


def _unzstd(data: bytes, cap: int) -> bytes:
    """At most cap + 1 bytes. The one-shot call would trust the size that the frame declares."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    content = bytearray()
    try:
        with unpacker.stream_reader(BytesIO(data)) as reader:
            while len(content) <= cap and (piece := reader.read(min(CHUNK, cap + 1 - len(content)))):
                content += piece
    except zstandard.ZstdError as fault:
        raise PeerFault("encoding", f"not zstd: {fault}") from fault
    return bytes(content)


def _gunzip(data: bytes, cap: int) -> bytes:
    """At most cap + 1 bytes. zlib says nothing of an end that is missing, hence `eof`."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(data, cap + 1)
    except zlib.error as fault:
        raise PeerFault("encoding", f"not gzip: {fault}") from fault
    if len(content) <= cap and (not unpacker.eof or unpacker.unused_data):
        raise PeerFault("truncated", "the gzip stream does not end where the answer ends")
    return content


def _problem_of(raw: RawAnswer) -> str:
    """The detail of a problem+json answer, shortened: it is a stranger's text that an operator will read."""
    try:
        told = strict_json(decoded(raw, CHUNK).decode("utf-8"))
        detail = told.get("detail") or told.get("title")
    except (PeerFault, ValueError, AttributeError):
        detail = None
    text = detail if isinstance(detail, str) else "no reason given"
    return "".join(character for character in text if character.isprintable())[:200]


def _retry_after_s(raw: RawAnswer) -> float | None:
    told = raw.headers.get("retry-after", "")
    return min(float(told), MAX_RETRY_AFTER_S) if told.isascii() and told.isdecimal() else None
