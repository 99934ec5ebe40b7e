"""Requests signed by the node that sends them (RFC 9421), so that a peer knows who asks.

What is signed is the method, the whole address as the roster gives it and, with a body, its digest: a signature made
for one node is worthless at another. The address is never taken from the Host header, which anybody may write. Time
is checked here and not by the library, because the clock of a node is a thing that tests and simulators turn.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from federation.keys import SigningKey, VerifyKey

TAG = "cdl-1"
LABEL = "cdl"
TOLERANCE = timedelta(minutes=5)
COVERED = ("@method", "@target-uri")
_PLAIN_INPUT = re.compile(
    rf'{LABEL}=(\("@method" "@target-uri"\);created=([0-9]{{1,12}});keyid="([A-Za-z0-9_-]{{1,64}})"'
    rf';expires=([0-9]{{1,12}});tag="{TAG}")'
)
_PLAIN_SIGNATURE = re.compile(rf"{LABEL}=:([A-Za-z0-9+/]{{86}}==):")
SIGNATURE_FIELDS = ("Signature-Input", "Signature", "Content-Digest")


class BadSignature(Exception):
    """The request is not signed as it should be: the signature is wrong, stale or covers too little."""


class Stranger(Exception):
    """The request is signed with a key that the roster does not name."""


@dataclass
class Request:
    """What a signature covers. `url` is the node's configured address followed by the target as it was sent."""

    method: str
    url: str
    headers: MutableMapping[str, str]


def sign(request: Request, key: SigningKey, now: datetime, body: bytes | None = None) -> None:
    """Add the signature's header fields, and Content-Digest when there is a body."""
    signer = HTTPMessageSigner(signature_algorithm=_Ed25519)
    prepared = signer.prepare(
        request,
        key_id=key.kid,
        created=now,
        expires=now + TOLERANCE,
        label=LABEL,
        tag=TAG,
        include_alg=False,
        covered_component_ids=COVERED,
        body=body,
    )
    signer.apply(request, prepared, key.sign(prepared.signature_base))


def verify(request: Request, body: bytes, find: Callable[[str], VerifyKey | None], now: datetime | None) -> str:
    """The kid that signed the request.

    `find` gives the key of a kid, None for a stranger's. `now` None leaves the time out, for what was judged at the
    door and is checked again by the worker later. Raises Stranger or BadSignature.
    """
    if not body and (kid := _plainly_signed(request, find, now)) is not None:
        return kid
    keys = _Keys(find)
    verifier = _Verifier(now, keys)
    try:
        results = verifier.verify(request, expect_tag=TAG, require_components=COVERED, body=body or None)
    except Stranger:
        raise
    except (HTTPMessageSignaturesException, ValueError) as fault:
        if keys.missed is not None:
            raise Stranger(f"no member of the roster has the key {keys.missed[:64]}") from fault
        raise BadSignature(str(fault)) from fault
    if len(results) != 1:
        raise BadSignature(f"one signature with the tag {TAG} is expected, there are {len(results)}")
    return str(results[0].parameters["keyid"])


def _plainly_signed(request: Request, find: Callable[[str], VerifyKey | None], now: datetime | None) -> str | None:
    """The kid of a request without a body that is signed, and written, just as `sign` does it, as nearly all are.

    None for any other: what it lacks, or that all is well with it, the library then finds out in three times the time.
    """
    told = _PLAIN_INPUT.fullmatch(request.headers.get("Signature-Input", ""))
    signature = _PLAIN_SIGNATURE.fullmatch(request.headers.get("Signature", ""))
    if told is None or signature is None or not (request.url.isascii() and request.url.isprintable()):
        return None
    params, created, kid, expires = told.groups()
    key = find(kid)
    if key is None or _fault_of_times(int(created), int(expires), now) is not None:
        return None
    base = f'"@method": {request.method}\n"@target-uri": {request.url}\n"@signature-params": {params}'
    return kid if key.verify(b64decode(signature[1]), base.encode()) else None


def _fault_of_times(created: int, expires: int, now: datetime | None) -> str | None:
    tolerance_s = int(TOLERANCE.total_seconds())
    if not created <= expires <= created + tolerance_s:
        return f"expires lies at most {tolerance_s} s after created"
    if now is not None and not created - tolerance_s <= int(now.timestamp()) <= expires:
        return "the signature is stale or from the future; compare your clock with the Date field"
    return None


def fields_of(headers: Mapping[str, str]) -> dict[str, str]:
    """The header fields that a signature needs to be checked again elsewhere."""
    return {name: headers[name] for name in SIGNATURE_FIELDS if name in headers}


class _Ed25519(HTTPSignatureAlgorithm):
    """Checks with our own keys; the one algorithm there is, whatever a request may claim."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: VerifyKey) -> None:
        self._key = public_key

    def verify(self, signature: bytes, message: bytes) -> None:
        if not self._key.verify(signature, message):
            raise InvalidSignature("the signature does not match the request")


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, find: Callable[[str], VerifyKey | None]) -> None:
        self._find = find
        self.missed: str | None = None

    def resolve_public_key(self, key_id: str) -> VerifyKey | None:
        key = self._find(key_id)
        if key is None:
            self.missed = key_id
        return key


class _Verifier(HTTPMessageVerifier):
    def __init__(self, now: datetime | None, keys: _Keys) -> None:
        super().__init__(signature_algorithm=_Ed25519, key_resolver=keys)
        self._now = now

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:  # noqa: ARG002
        created, expires = sig_input.params.get("created"), sig_input.params.get("expires")
        if type(created) is not int or type(expires) is not int:
            raise InvalidSignature("the signature needs the parameters created and expires")
        if fault := _fault_of_times(created, expires, self._now):
            raise InvalidSignature(fault)
