"""The envelope of every statement: who says it, about which record, in which order, to whom, until when.

It is checked for every line that arrives, before anything is stored, so it holds only what must be true for any kind and
any later version. A statement that fails here is refused; one that passes and is not understood (a newer `v`, an unknown
`kind` or `crit`, a body that its schema rejects) is held.

Members that this version does not know are ignored: a later version adds what old holders may overlook in `ext`, and
names in `crit` what they may not.
"""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas import shapes, wire
from schemas.head import head_id
from schemas.messages import Message

VERSION = 1
KNOWN_CRIT: frozenset[str] = frozenset()

PAYLOAD_MAX_BYTES = 64 * 1024
LINE_MAX_BYTES = 2 * PAYLOAD_MAX_BYTES + 1024
"""The payload is quoted once more inside its line: every quote and backslash takes two bytes there."""

RECORD_LIFE = timedelta(days=60)
WITHDRAWAL_LIFE = timedelta(days=90)
CRIT_MAX = 16


class BodyField(wire.Object):
    """The document, or null for a withdrawal; it must be said which."""

    default_error_messages = {"object": Message("deve essere un oggetto, oppure null per un ritiro")}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(nullable=True)


class StatementPayload(wire.Document):
    """The payload of a statement, whose `body` is not looked into.

    Loads to a dict with all members: instants are aware UTC datetimes, `crit` is a list and `ext` a dict, both empty
    when absent. The body of a sealed record is a JWE in its flattened JSON form, so it is an object as well.
    """

    v = wire.Whole(min=1, max=999)
    origin = wire.Shaped(shapes.NODE_ID)
    kind = wire.Shaped(shapes.KIND)
    id = wire.Shaped(shapes.RECORD_ID)
    epoch = wire.Whole()
    seq = wire.Whole(min=1)
    audience = wire.Shaped(shapes.AUDIENCE)
    issued_at = wire.Instant()
    not_after = wire.Instant()
    body = BodyField()
    ext = wire.Object(optional=True, load_default=dict)
    crit = wire.Parts(wire.Shaped(shapes.EXTENSION), max=CRIT_MAX, optional=True, load_default=list)

    kept = frozenset({"body"})

    @validates_schema
    def check_life(self, data: dict[str, Any], **_: Any) -> None:
        """A record lives at most 60 days after it was issued, a withdrawal 90."""
        life = data["not_after"] - data["issued_at"]
        longest = WITHDRAWAL_LIFE if data["body"] is None else RECORD_LIFE
        if life <= timedelta(0):
            raise ValidationError(Message("deve venire dopo issued_at"), "not_after")
        if life > longest:
            message = Message("può essere al massimo {days} giorni dopo issued_at", days=longest.days)
            raise ValidationError(message, "not_after")

    @validates_schema
    def check_head(self, data: dict[str, Any], **_: Any) -> None:
        """A head is always clear, and its id follows from its audience: there is one of each."""
        is_head = data["kind"] == "head"
        if is_head and data["body"] is None:
            raise ValidationError(Message("una testa non si ritira"), "body")
        if is_head != data["id"].startswith("head:") or (is_head and data["id"] != head_id(data["audience"])):
            raise ValidationError(Message("non è l'id della testa di questi destinatari"), "id")

    @validates_schema
    def check_crit(self, data: dict[str, Any], **_: Any) -> None:
        if len(set(data["crit"])) != len(data["crit"]):
            raise ValidationError(Message("nomina due volte la stessa estensione"), "crit")
