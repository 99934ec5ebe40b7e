"""One HTTP request to one address that was looked at first.

Pools, kept connections, TLS and the framing of bodies are the business of requests and urllib3. Four things are not
left to them, because whoever answers may be hostile:

- A peer's name is resolved, the address judged and *that very address* connected to; a name that is resolved again
  while connecting can show one address and lead to another.
- One deadline bounds the whole exchange. A socket's time-out begins anew with every byte received, so a peer that drips
  one byte a minute would keep a reader for ever; here each use of the socket is given only what is left. Only the
  look-up of the name has the system's own limit.
- Bytes are counted where they come in: urllib3 (2.8) reads a chunk that claims the size -1 to its very end, whatever
  that is. And the body stays as it came: requests would unfold it without a bound, and does so by itself with the body
  of a redirect, even of one that it is told not to follow.
- Nothing is remembered or read from the environment: no cookie, no proxy, no netrc, no other bundle of authorities.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError
from urllib3.util import Retry

NAT64 = IPv6Network("64:ff9b::/96")
CHUNK = 64 * 1024
FRAMING = 256 * 1024
"""What the head of an answer and the marks between its chunks may take beside the body, in bytes."""
NOT_REACHED = frozenset({"unreachable", "deadline", "truncated"})
"""The codes of faults after which the peer may be well: it was off, too slow, or cut off in the middle of a word."""
KEPT_PEERS = 64
KEPT_PER_PEER = 2


class PeerFault(Exception):
    """A peer could not be asked or answered something unusable.

    `code` is one word for counting; `retry_after_s` is what the peer asked for, None where it did not.
    """

    def __init__(self, code: str, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came over the wire, its body still encoded. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_url(url: str, allow_private: bool = False) -> None:
    """Check a node's base URL. Plain http is for machines that talk to themselves, hence `allow_private`.

    Raises PeerFault (`url`) for anything but `https://host[:port][/path]`.
    """
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError as fault:
        raise PeerFault("url", f"{url!r} is not an address: {fault}") from fault
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_private):
        raise PeerFault("url", f"{url!r} must begin with https://")
    if not parts.hostname or not has_port or not url.isascii() or not url.isprintable() or " " in url:
        raise PeerFault("url", f"{url!r} names no host, or not in ASCII")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise PeerFault("url", f"{url!r} may carry neither a user nor a query nor a fragment")


def is_allowed(address: str, allow_private: bool) -> bool:
    """Whether a resolved address may be connected to: the public Internet, and private nets only where configured.

    Link-local addresses (the metadata services of clouds live there) are never allowed. An IPv4 address within an
    IPv6 one (mapped, NAT64, 6to4, Teredo) is judged as what it is.
    """
    ip = _innermost(ip_address(address.partition("%")[0]))
    if ip.is_loopback:
        return allow_private
    if ip.is_unspecified or ip.is_multicast or ip.is_link_local or ip.is_reserved:
        return False
    return ip.is_global or (allow_private and ip.is_private)


def _innermost(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if not isinstance(ip, IPv6Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    return embedded or ip


def resolve(host: str, port: int, allow_private: bool) -> tuple[socket.AddressFamily, Any]:
    """The first allowed address of a host, ready to connect to. Raises PeerFault (`unreachable`, `address`)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise PeerFault("unreachable", f"{host} is not found: {fault}") from fault
    for family, _, _, _, address in found:
        if is_allowed(str(address[0]), allow_private):
            return family, address
    raise PeerFault("address", f"{host} leads to {found[0][4][0]}, an address that peers may not have")


class PeerSession(requests.Session):
    """Sends requests and brings back answers; safe to share between threads."""

    def __init__(self, allow_private: bool, tls: ssl.SSLContext) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._allow_private = allow_private
        adapter = _Adapter(tls)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere. Asked for a target, requests reads the whole body of the redirect first."""

    def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, cap: int, deadline_s: float
    ) -> RawAnswer:
        """Send one request and read at most `cap` bytes of its answer within `deadline_s` seconds altogether.

        Raises PeerFault.
        """
        errand = _Errand(self._allow_private, time.monotonic() + deadline_s, cap + FRAMING)
        _errand.set(errand)
        try:
            request = requests.Request(method, url, headers, data=body).prepare()
            request.url = url  # as it was signed: requests puts addresses into another form
            with self.send(request, stream=True, timeout=deadline_s, allow_redirects=False) as response:
                content = _read(response, cap)
        except (OSError, HTTPError, ValueError, OverflowError) as fault:
            errand.hang_up()
            if time.monotonic() >= errand.until:
                raise PeerFault("deadline", f"no complete answer within {deadline_s:.0f} s") from fault
            if isinstance(fault, ProtocolError):
                raise PeerFault("truncated", f"the answer ends before it is complete: {fault}") from fault
            raise PeerFault("unreachable", f"{urlsplit(url).netloc}: {_reason(fault)}") from fault
        return RawAnswer(response.status_code, {name.lower(): told for name, told in response.headers.items()}, content)


def _read(response: requests.Response, cap: int) -> bytes:
    content = bytearray()
    for piece in response.raw.stream(CHUNK, decode_content=False):
        content += piece
        if len(content) > cap:
            raise PeerFault("size", f"the answer is longer than {cap} bytes")
    return bytes(content)


def _reason(fault: Exception) -> object:
    """What lies under the wrapping of requests and urllib3, for the operator who reads it."""
    wrapped = fault.args[0] if fault.args else fault
    return getattr(wrapped, "reason", wrapped)


@dataclass
class _Errand:
    """What the request at hand may do. urllib3 makes the connections, so they look it up: nobody can hand it to them."""

    allow_private: bool
    until: float
    bytes_left: int
    wire: socket.socket | None = None

    def seconds_left(self) -> float:
        """Raises TimeoutError when the deadline has passed."""
        remaining = self.until - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the deadline has passed")
        return remaining

    def receive(self, size: int) -> int:
        """Count bytes that came in. Raises PeerFault (`size`)."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise PeerFault("size", "the answer does not end")
        return size

    def hang_up(self) -> None:
        """Close what urllib3 leaves to the garbage collector when the head of an answer contradicts itself."""
        if self.wire is not None:
            with suppress(OSError):
                socket.close(self.wire.detach())


_errand: ContextVar[_Errand] = ContextVar("errand")


class _Socket(socket.socket):
    """A socket whose every use ends at the deadline, and which takes in so many bytes."""

    def recv_into(self, *args: Any) -> int:
        errand = _errand.get()
        errand.wire = self
        self.settimeout(errand.seconds_left())
        return errand.receive(super().recv_into(*args))

    def send(self, *args: Any) -> int:
        self.settimeout(_errand.get().seconds_left())
        return super().send(*args)

    def sendall(self, *args: Any) -> None:
        self.settimeout(_errand.get().seconds_left())
        super().sendall(*args)


class _TlsSocket(_Socket, ssl.SSLSocket):
    """The same over TLS, where sendall is a row of sends."""


class _Connection(HTTPConnection):
    """A connection to an address that was judged."""

    def _new_conn(self) -> socket.socket:
        errand = _errand.get()
        family, address = resolve(self.host, self.port, errand.allow_private)
        wire = _Socket(family, socket.SOCK_STREAM)
        try:
            wire.settimeout(errand.seconds_left())
            wire.connect(address)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire.settimeout(errand.seconds_left())  # what the TLS handshake has
        except OSError as fault:
            wire.close()
            raise NewConnectionError(self, str(fault)) from fault
        return wire


class _TlsConnection(_Connection, HTTPSConnection):
    """The same with TLS, which is spoken with the name, not with the address."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """Keeps connections, and tries once more where a peer has closed one meanwhile: all that is asked is idempotent."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        again = Retry(1, connect=0, other=0, allowed_methods=None, respect_retry_after_header=False)
        super().__init__(KEPT_PEERS, KEPT_PER_PEER, max_retries=again)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._tls, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def close(self) -> None:
        """Close the kept connections now; urllib3 leaves that to the garbage collector."""
        places = self.poolmanager.pools.keys()
        for place in places:
            if (pool := self.poolmanager.pools.get(place)) is not None:
                pool.close()
        super().close()

    def cert_verify(self, *_: Any) -> None:
        """The shared context does it; requests would have each connection read certifi's bundle into it."""


@cache
def shared_tls() -> ssl.SSLContext:
    """The context that all connections share: building one parses the whole bundle of authorities (40 ms)."""
    return tls_context()


def tls_context() -> ssl.SSLContext:
    """A context that trusts the system's authorities and makes sockets that know their deadline."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TlsSocket
    return context
