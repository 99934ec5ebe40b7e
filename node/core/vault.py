"""What the desk database keeps in a form that is worth nothing to whoever copies the database alone.

Its keys are derived from the node's secret, which lies in `keys/` and in no table. A backup holds both, and says so.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
SEALING, MARKING = b"sportello desk: sealing", b"sportello desk: marking"


class Unsealable(Exception):
    """Sealed with another node's secret, for another owner, or altered."""


class Vault:
    """`owner` is whose secret it is: what is sealed for one opens for nobody else, wherever a row is copied to."""

    def __init__(self, secret: bytes):
        self._cipher = ChaCha20Poly1305(derived(secret, SEALING))
        self._marking_key = derived(secret, MARKING)

    def seal(self, text: str, owner: str) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())).decode()

    def unseal(self, sealed: str, owner: str) -> str:
        """Raises Unsealable."""
        raw = b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag as fault:
            raise Unsealable(owner) from fault

    def mark(self, text: str, owner: str) -> str:
        """64 hex digits by which a text is known again, and from which nobody without the secret can guess it."""
        return hmac.new(self._marking_key, f"{owner}\n{text}".encode(), sha256).hexdigest()


def derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
