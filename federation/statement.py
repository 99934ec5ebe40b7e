"""Exact bytes, signed and verified: a record on its way from one comune to all the others.

A statement is one line of NDJSON, a flattened JWS with unencoded payload (RFC 7797). Two decisions make it safe to
relay through strangers:

- No canonical form of JSON is ever computed. The payload is a text, its UTF-8 bytes are what was signed, and those
  bytes are stored and relayed as they came. Nobody has to agree with anybody on how to write a number.
- Nothing of a stranger's JSON is interpreted before its signature holds. The protected header is compared, as a
  string, with those that the roster's keys would produce; it is never parsed, so it cannot choose an algorithm.

JSON itself is read strictly, because two parsers that read one text differently (a member written twice, a number too
big for a double) would let one signature vouch for two records. Nearly every text that arrives is written the one way in
which orjson writes; what it reads and writes again byte for byte holds nothing that strictness refuses but its depth, and
only the other texts are taken apart by the slow and strict decoder.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import orjson
from marshmallow import ValidationError

from federation.keys import SIGNATURE_BYTES, SigningKey, VerifyKey, base64url, from_base64url
from schemas.accepting import accepted
from schemas.statement import LINE_MAX_BYTES, PAYLOAD_MAX_BYTES, StatementPayload

MAX_DEPTH = 16
MAX_VALUES = 200_000
"""In one JSON text. A value of three bytes takes a hundred in memory; the heads of the largest network have 120,000."""
MAX_INTEGER = 2**53
WHOLE_SECONDS = len("2026-10-03T08:15:00")
INSTANTS_REMEMBERED = 4_096
"""Heads are compared by lines that each name an instant; records that were published together share theirs."""

_PAYLOAD = StatementPayload()
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_IN_ORDER = ("payload", "protected", "signature")
_MEMBERS = set(_IN_ORDER)


class Refused(ValueError):
    """A line that is no statement of a member. `code` is one word for counting, `detail` says what was wrong.

    `origin` is the member that certainly signed it; None as long as nobody has proved to have done so.
    """

    def __init__(self, code: str, detail: str, origin: str | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.origin = origin


class Envelope(NamedTuple):
    """A line taken apart, nothing of it believed yet. `received` is the line as it came, where it came as we write it."""

    payload_text: str
    protected: str
    signature: str
    received: bytes | None = None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of `protected.payload.signature`: what tells two statements apart."""
        return hashlib.sha256(f"{self.protected}.{self.payload_text}.{self.signature}".encode()).hexdigest()

    @property
    def line(self) -> bytes:
        """The NDJSON line, without its newline. The payload's bytes are those that were signed."""
        if self.received is not None:
            return self.received
        text = json.dumps(self.payload_text, ensure_ascii=False)
        return f'{{"payload":{text},"protected":"{self.protected}","signature":"{self.signature}"}}'.encode()


class Statement(NamedTuple):
    """A record whose signature holds. `body` is None when the record is withdrawn."""

    origin: str
    kind: str
    id: str
    epoch: int
    seq: int
    audience: str
    issued_at: datetime
    not_after: datetime
    body: dict[str, Any] | None
    crit: tuple[str, ...]
    v: int
    kid: str
    digest: str
    line: bytes

    @property
    def order(self) -> tuple[int, int]:
        """Greater wins, nothing else does."""
        return self.epoch, self.seq


class Told(NamedTuple):
    """The value of a JSON text. `is_plain`: the text is, byte for byte, the one that orjson writes of it."""

    value: Any
    is_plain: bool


class Keyring:
    """Whose signature each protected header announces: all keys of a roster, ready to be looked up by string."""

    def __init__(self, keys: Mapping[str, Iterable[VerifyKey]]) -> None:
        self._signers = {protected_header(key.kid): (origin, key) for origin, held in keys.items() for key in held}

    def signer(self, protected: str) -> tuple[str, VerifyKey] | None:
        """The member that owns the key, and the key; None when no member has it."""
        return self._signers.get(protected)


def protected_header(kid: str) -> str:
    """The one header that a statement signed by this key can carry."""
    return base64url(f'{{"alg":"Ed25519","b64":false,"crit":["b64"],"kid":"{kid}"}}'.encode())


@lru_cache(INSTANTS_REMEMBERED)
def instant(when: datetime) -> str:
    """The one way in which statements write an instant: RFC 3339, UTC, whole seconds, `Z`."""
    return f"{when.astimezone(UTC).isoformat()[:WHOLE_SECONDS]}Z"


def sign(payload: dict[str, Any], key: SigningKey) -> bytes:
    """One NDJSON line without its newline. Raises Refused (`size`) when the payload exceeds 64 KiB."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    _within_size(text)
    protected = protected_header(key.kid)
    signature = base64url(key.sign(f"{protected}.{text}".encode()))
    return Envelope(text, protected, signature).line


def parse_line(line: bytes) -> Envelope:
    """Take a line apart without believing it. Raises Refused (`size`, `line`)."""
    return envelope_in(line_json(line), line)


def line_json(line: bytes) -> Told:
    """What stands in a line, a statement or not. Raises Refused (`size`, `line`)."""
    if len(line) > LINE_MAX_BYTES:
        raise Refused("size", f"the line has {len(line)} bytes, at most {LINE_MAX_BYTES} are read")
    try:
        return _told(line)
    except ValueError as fault:
        raise Refused("line", f"not strict JSON in UTF-8: {fault}") from fault


def envelope_in(told: Told, line: bytes) -> Envelope:
    """The envelope in a line that holds this. Raises Refused (`size`, `line`)."""
    texts = told.value
    if not isinstance(texts, dict) or texts.keys() != _MEMBERS or not all(type(text) is str for text in texts.values()):
        raise Refused("line", "not an object of exactly three texts: payload, protected, signature")
    _within_size(texts["payload"])
    is_as_we_write = told.is_plain and tuple(texts) == _IN_ORDER
    return Envelope(texts["payload"], texts["protected"], texts["signature"], line if is_as_we_write else None)


def verify(envelope: Envelope, keyring: Keyring) -> Statement:
    """The statement in an envelope.

    Raises Refused: `key` (no member has this key now: the roster may be old), `signature`, `envelope` (a signed payload
    that is not a statement), `origin` (signed by one member in the name of another).
    """
    signer = keyring.signer(envelope.protected)
    if signer is None:
        raise Refused("key", "no member of the roster signs with this key")
    origin, key = signer
    if not key.verify(_signature(envelope), f"{envelope.protected}.{envelope.payload_text}".encode()):
        raise Refused("signature", f"does not hold under the key {key.kid} of {origin}")
    try:
        statement = read(envelope, key.kid)
    except Refused as refused:
        raise Refused(refused.code, refused.detail, origin) from refused
    if statement.origin != origin:
        raise Refused("origin", f"signed by {origin} in the name of {statement.origin}", origin)
    return statement


def read(envelope: Envelope, kid: str) -> Statement:
    """The statement in an envelope whose signature is known to hold under `kid`. Raises Refused (`envelope`)."""
    try:
        payload = _object(envelope.payload_text)
        told: dict[str, Any] = accepted(_PAYLOAD, payload) or _PAYLOAD.load(payload)
    except ValidationError as fault:
        raise Refused("envelope", _spelled_out(fault)) from fault
    except ValueError as fault:
        raise Refused("envelope", f"the payload is not strict JSON: {fault}") from fault
    return Statement(
        origin=told["origin"],
        kind=told["kind"],
        id=told["id"],
        epoch=told["epoch"],
        seq=told["seq"],
        audience=told["audience"],
        issued_at=told["issued_at"],
        not_after=told["not_after"],
        body=told["body"],
        crit=tuple(told["crit"]),
        v=told["v"],
        kid=kid,
        digest=envelope.digest,
        line=envelope.line,
    )


def strict_json(text: str) -> Any:
    """The value of a JSON text that every parser reads alike.

    Raises ValueError for a member written twice, NaN and infinities (also those that only overflow, as 1e999), a lone
    surrogate, an integer beyond 2^53, nesting deeper than 16 and more than 200,000 values.
    """
    return _told(text.encode("utf-8")).value


def _told(data: bytes) -> Told:
    if len(data) > MAX_VALUES and sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise ValueError(f"more than {MAX_VALUES} values")
    told = _plainly(data) or Told(_slowly(data.decode("utf-8")), is_plain=False)
    level = _nested([told.value])
    if level and data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        _within_depth(level)
    return told


def _plainly(data: bytes) -> Told | None:
    """The value of a text that is the one orjson writes of it; None for any other.

    Of an object it writes each member once, of numbers none that is infinite or an integer beyond 2^53, and of texts
    no half of a surrogate pair: so none stands in a text that comes out as it went in.
    """
    try:
        value = orjson.loads(data)
        is_plain = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) == data
    except (ValueError, TypeError):
        return None
    return Told(value, is_plain) if is_plain else None


def _slowly(text: str) -> Any:
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError(f"nested deeper than {MAX_DEPTH}") from None
    if _SURROGATE.search(text):
        _without_lone_surrogates(value)
    return value


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError(f"the member {_twice(name for name, _ in pairs)[:40]!a} is written twice")
    return told


def _twice(names: Iterable[str]) -> str:
    """The first name that comes again; in one pass, since a stranger chooses how many there are."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    raise AssertionError("no name comes twice")


def _integer(digits: str) -> int:
    if len(digits) > len(str(MAX_INTEGER)) + 1 or abs(int(digits)) > MAX_INTEGER:
        raise ValueError(f"the integer {digits[:20]} lies beyond 2^53")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:20]} is beyond what a double holds")
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
"""One for all texts: making one costs as much as reading a short text."""


def _within_depth(level: list[Any]) -> None:
    for _ in range(MAX_DEPTH):
        level = _nested(inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer))
        if not level:
            return
    raise ValueError(f"nested deeper than {MAX_DEPTH}")


def _nested(values: Iterable[Any]) -> list[Any]:
    """Those that hold values themselves."""
    return [value for value in values if isinstance(value, (dict, list))]


def _without_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("half a surrogate pair stands alone") from None


def _within_size(text: str) -> None:
    if len(text) <= PAYLOAD_MAX_BYTES // 4:  # no character takes more
        return
    size = len(text.encode("utf-8"))
    if size > PAYLOAD_MAX_BYTES:
        raise Refused("size", f"the payload has {size} bytes, at most {PAYLOAD_MAX_BYTES} are allowed")


def _signature(envelope: Envelope) -> bytes:
    try:
        signature = from_base64url(envelope.signature)
    except ValueError as fault:
        raise Refused("signature", f"{fault}") from fault
    if len(signature) != SIGNATURE_BYTES:
        raise Refused("signature", f"an Ed25519 signature has {SIGNATURE_BYTES} bytes, this one has {len(signature)}")
    return signature


def _object(text: str) -> dict[str, Any]:
    told = strict_json(text)
    if not isinstance(told, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one family of faults for one kind of bad text
    return told


def _spelled_out(fault: ValidationError) -> str:
    return "; ".join(f"{name}: {reasons}" for name, reasons in sorted(fault.normalized_messages().items()))
