"""What only one desk may read: a body sealed to its X25519 key, and opened with it.

A JWE (RFC 7516) in flattened JSON form, agreed directly (ECDH-ES, RFC 7518 §4.6; RFC 8037) with a key pair made for this
one body, encrypted with A256GCM. One combination and no other: a header that asks for anything else is refused, so nobody
can choose how well we are protected.

The seal says nothing about who made it: anybody can seal to a public key. Who says so is proved by the statement around
it, and a body could be lifted out of one statement and put into another. Therefore the header names both desks, and the
plaintext repeats origin, recipient, kind and id; whatever differs from the statement is not opened. Spaces fill it up to a
multiple of 1 KiB, so that its length tells little.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from federation.database import json_text
from federation.keys import KeyFault, RecipientKey, SealingKey, base64url, from_base64url
from federation.statement import strict_json
from schemas.sealed import CONTENT_MAX_BYTES, HEADER_MAX_CHARACTERS, PADDED_TO_BYTES

SEALED = "sealed"
ALG, ENC = "ECDH-ES", "A256GCM"
KEY_BYTES, IV_BYTES, TAG_BYTES = 32, 12, 16
MEMBERS = {"protected", "iv", "ciphertext", "tag"}
HEADER = {"alg", "enc", "kid", "epk", "apu", "apv"}


class Address(NamedTuple):
    """What a sealed body repeats of the statement that carries it."""

    origin: str
    recipient: str
    kind: str
    id: str


class NotOpened(ValueError):
    """A body that is not for us, or not what it claims. `code` is one word (`form`, `key`, `seal`, `content`)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


def sealed_to(recipient: str) -> str:
    """The audience of records that only this node opens."""
    return f"{SEALED}:{recipient}"


def seal(
    content: Mapping[str, Any], address: Address, key: RecipientKey, fresh: Callable[[int], bytes] = os.urandom
) -> dict[str, Any]:
    """The body of a record that only the holder of the key opens.

    `fresh` gives so many unpredictable bytes. Raises ValueError when the content does not fit (46 KiB with its address).
    """
    pair = X25519PrivateKey.from_private_bytes(fresh(KEY_BYTES))
    header = {
        "alg": ALG,
        "enc": ENC,
        "kid": key.kid,
        "epk": RecipientKey(pair.public_key().public_bytes_raw()).jwk(),
        "apu": base64url(address.origin.encode()),
        "apv": base64url(address.recipient.encode()),
    }
    protected, iv = base64url(json_text(header).encode()), fresh(IV_BYTES)
    secret = _agreed(pair, key.raw, address)
    closed = AESGCM(secret).encrypt(iv, _padded({**address._asdict(), "body": content}), protected.encode())
    return {
        "protected": protected,
        "iv": base64url(iv),
        "ciphertext": base64url(closed[:-TAG_BYTES]),
        "tag": base64url(closed[-TAG_BYTES:]),
    }


def unseal(body: Mapping[str, Any], address: Address, key: SealingKey) -> dict[str, Any]:
    """The content of a body that came in the statement with this address. Raises NotOpened."""
    if set(body) != MEMBERS or not all(isinstance(text, str) for text in body.values()):
        raise NotOpened("form", "not exactly protected, iv, ciphertext and tag")
    theirs = _checked_header(body["protected"], address, key.kid)
    try:
        iv, closed = from_base64url(body["iv"]), from_base64url(body["ciphertext"]) + from_base64url(body["tag"])
    except ValueError as fault:
        raise NotOpened("form", f"{fault}") from fault
    if len(iv) != IV_BYTES or not 0 < len(closed) - TAG_BYTES <= CONTENT_MAX_BYTES:
        raise NotOpened("form", "an iv or a ciphertext of a wrong length")
    try:
        secret = _agreed(key.private, theirs, address)
        plaintext = AESGCM(secret).decrypt(iv, closed, body["protected"].encode())
    except (InvalidTag, ValueError) as fault:
        raise NotOpened("seal", "it was not sealed to our key in this form, or was changed") from fault
    return _content(plaintext, address)


def recipient_key(jwk: Mapping[str, str] | None) -> RecipientKey | None:
    """A member's key from the roster; None where there is none that could be used."""
    try:
        return None if jwk is None else RecipientKey.from_jwk(dict(jwk))
    except KeyFault:
        return None


def _checked_header(protected: str, address: Address, kid: str) -> bytes:
    """The sender's key of this one body, from a header that says what it must."""
    try:
        header, theirs = _header(protected)
    except (ValueError, AttributeError) as fault:
        raise NotOpened("form", f"the header is none: {fault}") from fault
    if (header["alg"], header["enc"]) != (ALG, ENC):
        raise NotOpened("form", f"only {ALG} with {ENC} is opened")
    parties = base64url(address.origin.encode()), base64url(address.recipient.encode())
    if (header["apu"], header["apv"]) != parties:
        raise NotOpened("form", "apu and apv are not the origin and the recipient of this statement")
    if header["kid"] != kid:
        raise NotOpened("key", "it was sealed to a key that is not ours any more, or never was")
    return theirs.raw


def _header(protected: str) -> tuple[dict[str, Any], RecipientKey]:
    """The header and the key in it. Raises ValueError, or AttributeError where something else stands for an object."""
    if len(protected) > HEADER_MAX_CHARACTERS:
        raise ValueError(f"longer than {HEADER_MAX_CHARACTERS}")
    header = strict_json(from_base64url(protected).decode())
    if header.keys() != HEADER:
        raise ValueError(f"its members must be {', '.join(sorted(HEADER))}")
    theirs = RecipientKey.from_jwk(header["epk"])
    if header["epk"] != theirs.jwk():
        raise ValueError("epk has more members than a public key")
    return header, theirs


def _agreed(ours: X25519PrivateKey, theirs: bytes, address: Address) -> bytes:
    """The key of one body: Concat KDF over the shared secret (RFC 7518 §4.6.2). Raises ValueError for a key of low order."""
    shared = ours.exchange(X25519PublicKey.from_public_bytes(theirs))
    parts = (ENC.encode(), address.origin.encode(), address.recipient.encode())
    told = b"".join(len(part).to_bytes(4) + part for part in parts) + (KEY_BYTES * 8).to_bytes(4)
    return ConcatKDFHash(SHA256(), KEY_BYTES, told).derive(shared)


def _padded(told: Mapping[str, Any]) -> bytes:
    text = json_text(told)
    strict_json(text)  # what the recipient would not open must not leave
    data = text.encode()
    padded = data.ljust(-(-len(data) // PADDED_TO_BYTES) * PADDED_TO_BYTES)
    if len(padded) > CONTENT_MAX_BYTES:
        raise ValueError(f"the message has {len(data)} bytes, at most {CONTENT_MAX_BYTES} can be sealed")
    return padded


def _content(plaintext: bytes, address: Address) -> dict[str, Any]:
    if len(plaintext) % PADDED_TO_BYTES:
        raise NotOpened("content", "not padded to whole KiB")
    try:
        told = strict_json(plaintext.decode("utf-8"))
    except ValueError as fault:
        raise NotOpened("content", f"not strict JSON: {fault}") from fault
    repeated = address._asdict()
    if not isinstance(told, dict) or set(told) != {*repeated, "body"} or not isinstance(told["body"], dict):
        raise NotOpened("content", "not exactly origin, recipient, kind, id and body")
    wrong = [name for name, value in repeated.items() if told[name] != value]
    if wrong:
        raise NotOpened("content", f"it says another {' and '.join(wrong)} than the statement around it")
    return dict(told["body"])
