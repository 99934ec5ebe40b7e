"""One HTTP request to one address that was looked at first.

The standard library's `http.client` and not a richer one, for two reasons. A peer's name is resolved, the address
judged and *that very address* connected to; libraries that resolve again while connecting can be shown one address and
led to another. And a deadline must bound the whole exchange: their time-outs begin anew with every byte received, so a
peer that drips one byte a minute keeps a reader for ever. Here each read of the socket is given only what is left.

It also follows no redirect, knows no proxy, reads no environment and never decompresses by itself.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

NAT64 = IPv6Network("64:ff9b::/96")
CHUNK = 64 * 1024


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
class Place:
    """Where a base URL leads. `prefix` is the path below which the node answers, without a slash at its end."""

    scheme: str
    host: str
    port: int
    prefix: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came over the wire, its body still encoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def place_of(url: str, allow_private: bool = False) -> Place:
    """Take a node's base URL apart. Plain http is for machines that talk to themselves, hence `allow_private`.

    Raises PeerFault (`url`) for anything but `https://host[:port][/path]`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError as fault:
        raise PeerFault("url", f"{url!r} is not an address: {fault}") from fault
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_private):
        raise PeerFault("url", f"{url!r} must begin with https://")
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise PeerFault("url", f"{url!r} names no host, or not in ASCII")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise PeerFault("url", f"{url!r} may carry neither a user nor a query nor a fragment")
    return Place(parts.scheme, parts.hostname, port, parts.path.rstrip("/"))


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


def resolve(place: Place, allow_private: bool) -> tuple[socket.AddressFamily, Any]:
    """The first allowed address of a host, ready to connect to. Raises PeerFault (`unreachable`, `address`)."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise PeerFault("unreachable", f"{place.host} is not found: {fault}") from fault
    for family, _, _, _, address in found:
        if is_allowed(str(address[0]), allow_private):
            return family, address
    raise PeerFault("address", f"{place.host} leads to {found[0][4][0]}, an address that peers may not have")


class Connection:
    """A kept connection to one place; used by one request at a time."""

    def __init__(self, place: Place, allow_private: bool, tls: ssl.SSLContext) -> None:
        self._place = place
        self._allow_private = allow_private
        self._tls = tls
        self._wire: _Wire | None = None

    @property
    def is_open(self) -> bool:
        return self._wire is not None and self._wire.sock is not None

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, cap: int, deadline_s: float
    ) -> RawAnswer:
        """Send one request and read at most `cap` bytes of its answer within `deadline_s` seconds altogether.

        A kept connection that the peer has closed meanwhile is opened again once: the request was not read then.
        Raises PeerFault.
        """
        until = time.monotonic() + deadline_s
        was_kept = self.is_open
        try:
            try:
                return self._exchange(method, target, headers, body, cap, until)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                if not was_kept:
                    raise
                self.close()
                return self._exchange(method, target, headers, body, cap, until)
        except PeerFault:
            self.close()
            raise
        except TimeoutError as fault:
            self.close()
            raise PeerFault("deadline", f"no complete answer within {deadline_s:.0f} s") from fault
        except http.client.IncompleteRead as fault:
            self.close()
            raise PeerFault("truncated", "the answer ends before it is complete") from fault
        except (OSError, http.client.HTTPException, ValueError) as fault:
            self.close()
            raise PeerFault("unreachable", f"{self._place.authority}: {fault!r}") from fault

    def _exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, cap: int, until: float
    ) -> RawAnswer:
        wire = self._wire or _Wire(self._place, self._allow_private, self._tls)
        self._wire = wire
        wire.until = until
        wire.request(method, target, body=body, headers={**headers, "Host": self._place.authority})
        with closing(wire.getresponse()) as response:
            content = _read(response, cap)
            if response.will_close:
                self.close()
            return RawAnswer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)


def _read(response: http.client.HTTPResponse, cap: int) -> bytes:
    content = bytearray()
    while chunk := response.read1(CHUNK):
        content += chunk
        if len(content) > cap:
            raise PeerFault("size", f"the answer is longer than {cap} bytes")
    if response.length:
        raise PeerFault("truncated", f"{response.length} bytes are missing at the end of the answer")
    return bytes(content)


class _Wire(http.client.HTTPConnection):
    """An HTTPConnection whose socket is ours: its address was judged and each of its reads knows the deadline."""

    def __init__(self, place: Place, allow_private: bool, tls: ssl.SSLContext) -> None:
        super().__init__(place.host, place.port)
        self._place = place
        self._allow_private = allow_private
        self._tls = tls
        self.sock: Any = None
        self.until = 0.0

    def connect(self) -> None:
        family, address = resolve(self._place, self._allow_private)
        plain = _PlainSocket(family, socket.SOCK_STREAM)
        plain.until = self.until
        try:
            plain.settimeout(left(self.until))
            plain.connect(address)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._place.scheme == "https":
                self.sock = self._tls.wrap_socket(plain, server_hostname=self._place.host)
                self.sock.until = self.until
            else:
                self.sock = plain
        except BaseException:
            plain.close()
            raise

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            self.sock.until = self.until
            self.sock.settimeout(left(self.until))
        super().request(*args, **kwargs)


def left(until: float) -> float:
    """Seconds until a moment of the monotonic clock. Raises TimeoutError when it has passed."""
    remaining = until - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the deadline has passed")
    return remaining


class _PlainSocket(socket.socket):
    until: float = 0.0

    def recv_into(self, *args: Any) -> int:
        self.settimeout(left(self.until))
        return super().recv_into(*args)


class _TlsSocket(ssl.SSLSocket):
    until: float = float("inf")

    def recv_into(self, *args: Any) -> int:
        if self.until != float("inf"):
            self.settimeout(left(self.until))
        return super().recv_into(*args)


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
