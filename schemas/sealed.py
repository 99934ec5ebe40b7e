"""What travels sealed: the JWE that everybody carries, and the two documents that only its recipient finds inside.

Who relays a sealed record checks its shape and nothing else. What the recipient takes out has passed no other eyes, so it
is checked there as strictly as what arrives in the clear.
"""

import re
from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas import shapes, wire
from schemas.messages import Message

PADDED_TO_BYTES = 1024
CONTENT_MAX_BYTES = 46 * 1024
"""Of the padded plaintext: with it, and in base64url, the payload of a statement is full."""
HEADER_MAX_CHARACTERS = 1024
COVERS_MAX = 3
"""An origin speaks to everybody, to the members, and to one holder."""

_HEADER = re.compile(rf"[A-Za-z0-9_-]{{1,{HEADER_MAX_CHARACTERS}}}")
_IV = re.compile(r"[A-Za-z0-9_-]{16}")
_TAG = re.compile(r"[A-Za-z0-9_-]{22}")
_CIPHERTEXT = re.compile(rf"[A-Za-z0-9_-]{{{-(-PADDED_TO_BYTES * 4 // 3)},{-(-CONTENT_MAX_BYTES * 4 // 3)}}}")


class SealedDocument(wire.Document):
    """A JWE in flattened JSON form, by direct agreement: without `encrypted_key`."""

    protected = wire.Shaped(_HEADER)
    iv = wire.Shaped(_IV)
    ciphertext = wire.Shaped(_CIPHERTEXT)
    tag = wire.Shaped(_TAG)


class MessageDocument(wire.Document):
    """A question, or with `answers` the answer to the question of that id. `topic` says how to read the `content`."""

    topic = wire.Shaped(shapes.KIND)
    answers = wire.Shaped(shapes.RECORD_ID, optional=True)
    content = wire.Object()

    kept = frozenset({"content"})


class Cover(wire.Document):
    """The head of an audience that the holder's copies were found equal to."""

    audience = wire.Shaped(shapes.AUDIENCE)
    epoch = wire.Whole()
    seq = wire.Whole(min=1)


class ReceiptDocument(wire.Document):
    """A holder's word that its copies of an origin's records are what these heads say; each audience stands once."""

    covers = wire.Parts(wire.Part(Cover()), min=1, max=COVERS_MAX)

    @validates_schema
    def check_covers(self, data: dict[str, Any], **_: Any) -> None:
        """Two heads of one audience would contradict each other."""
        if len({cover["audience"] for cover in data["covers"]}) < len(data["covers"]):
            raise ValidationError(Message("nomina due volte gli stessi destinatari"), "covers")
