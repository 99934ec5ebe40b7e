"""The two keys of a node, and what others know of them.

The signing key (Ed25519) says "this comes from our comune"; only the worker opens its file. The sealing key (X25519)
lets another desk write to ours so that no relay can read it; the desk and its worker open it. They are two files, because
the process that faces the Internet must hold neither and the desk's pages need only one.

A key is named by its `kid`, the RFC 7638 thumbprint: whoever holds the key can compute its name, so a roster cannot
name one key and mean another.
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

PRIVATE_MODE = 0o600
X25519_BYTES = 32
SIGNATURE_BYTES = 64


class KeyFault(ValueError):
    """A key file or a published key that cannot be used; the text says which and why."""


def base64url(data: bytes) -> str:
    """RFC 7515's base64url, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The bytes of an unpadded base64url text.

    Raises ValueError unless the text is the one spelling of those bytes: decoders pass over unknown characters and
    unused bits, and a text with two spellings would let a stranger make "other bytes" out of an honest signature.
    """
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(data) != text:
        raise ValueError("not the canonical base64url of its bytes")
    return data


def thumbprint(curve: str, x: str) -> str:
    """RFC 7638 thumbprint (SHA-256, base64url) of an OKP public key."""
    return base64url(hashlib.sha256(f'{{"crv":"{curve}","kty":"OKP","x":"{x}"}}'.encode()).digest())


@dataclass(frozen=True)
class VerifyKey:
    """The public half of a signing key. Two are equal when their 32 bytes are."""

    raw: bytes
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "_key", Ed25519PublicKey.from_public_bytes(self.raw))
        except ValueError as error:
            raise KeyFault(f"an Ed25519 public key has 32 bytes, this one has {len(self.raw)}") from error

    @cached_property
    def kid(self) -> str:
        return thumbprint("Ed25519", base64url(self.raw))

    def jwk(self) -> dict[str, str]:
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(self.raw)}

    @classmethod
    def from_jwk(cls, jwk: dict[str, Any]) -> Self:
        """Raises KeyFault when the JWK is not an Ed25519 public key."""
        return cls(_public_bytes(jwk, "Ed25519"))

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether this key signed the data.

        libsodium compares the same bytes as OpenSSL in half the time, and is stricter: what it takes, OpenSSL would take.
        OpenSSL alone refuses, so that two nodes never differ about a signature.
        """
        if len(signature) != SIGNATURE_BYTES:  # libsodium is given both in one piece and would cut them elsewhere
            return False
        with suppress(BadSignatureError):
            crypto_sign_open(signature + data, self.raw)
            return True
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """The Ed25519 key by which a node speaks."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = VerifyKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self.kid = self.public.kid

    @classmethod
    def generate(cls) -> Self:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises KeyFault when the file is missing, unreadable or not an Ed25519 private key in PEM."""
        private = _read_private(path)
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyFault(f"{path}: not an Ed25519 private key")
        return cls(private)

    def save(self, path: Path) -> None:
        """Write a new file that only its owner reads. Raises FileExistsError: a key is never overwritten."""
        _write_private(path, self._private)

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)


@dataclass(frozen=True)
class RecipientKey:
    """The public half of an X25519 key: what is needed to seal to somebody."""

    raw: bytes

    @cached_property
    def kid(self) -> str:
        return thumbprint("X25519", base64url(self.raw))

    def jwk(self) -> dict[str, str]:
        return {"kty": "OKP", "crv": "X25519", "x": base64url(self.raw)}

    @classmethod
    def from_jwk(cls, jwk: dict[str, Any]) -> Self:
        """Raises KeyFault when the JWK is not an X25519 public key."""
        raw = _public_bytes(jwk, "X25519")
        if len(raw) != X25519_BYTES:
            raise KeyFault(f"an X25519 key has {X25519_BYTES} bytes, this one has {len(raw)}")
        return cls(raw)


class SealingKey:
    """The X25519 key to which other desks seal what only ours may read."""

    def __init__(self, private: X25519PrivateKey) -> None:
        self.private = private
        self.public = RecipientKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self.kid = self.public.kid

    @classmethod
    def generate(cls) -> Self:
        return cls(X25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises KeyFault when the file is missing, unreadable or not an X25519 private key in PEM."""
        private = _read_private(path)
        if not isinstance(private, X25519PrivateKey):
            raise KeyFault(f"{path}: not an X25519 private key")
        return cls(private)

    def save(self, path: Path) -> None:
        """Write a new file that only its owner reads. Raises FileExistsError: a key is never overwritten."""
        _write_private(path, self.private)

    def jwk(self) -> dict[str, str]:
        """The public half, as the roster carries it."""
        return self.public.jwk()


def _public_bytes(jwk: dict[str, Any], curve: str) -> bytes:
    x = jwk.get("x")
    if jwk.get("kty") != "OKP" or jwk.get("crv") != curve or not isinstance(x, str):
        raise KeyFault(f"not a public key of kty OKP and crv {curve}")
    if "d" in jwk:
        raise KeyFault("a private key stands where a public one belongs: withdraw it, it is no longer secret")
    try:
        return from_base64url(x)
    except ValueError as error:
        raise KeyFault(f"member x of the {curve} key: {error}") from error


def _read_private(path: Path) -> object:
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyFault(f"{path}: {error}") from error


def _write_private(path: Path, private: Ed25519PrivateKey | X25519PrivateKey) -> None:
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
