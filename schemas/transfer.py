"""A person's record on its way to another comune's desk, and that desk's word about it: what the two sealed letters hold.

What stands in `person` is what an operator would type into the form of a person; the desk that takes her in reads it
through that form again, as strictly as what is typed there.
"""

from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas import fields, shapes, wire
from schemas.candidate import CandidateForm
from schemas.codes.scopes import CHANNELS
from schemas.messages import Message

REASON_MAX = 300
TEXT_MAX = 4000
PARTS_MAX = 100
FIELDS = frozenset(CandidateForm().load_fields) - {"notice_given"}
"""What of a person's form may travel."""


class TransferDocument(wire.Document):
    """`person`: fields of `CandidateForm` as they are typed; `notice_given_on` the day of her notice, `asked_on` of her request."""

    person = wire.Object()
    notice_given_on = wire.Day()
    asked_on = wire.Day()

    kept = frozenset({"person"})

    @validates_schema
    def check_person(self, data: dict[str, Any], **_: Any) -> None:
        """Texts, lists of texts and lists of rows of texts, within bounds; a name."""
        person = data["person"]
        if not all(_is_typed(value) for name, value in person.items() if name in FIELDS):
            raise ValidationError(Message("un campo non è scritto come in una scheda"), "person")
        if not all(
            isinstance(person.get(name), str) and person[name].strip() for name in ("given_name", "family_name")
        ):
            raise ValidationError(Message("manca il nome"), "person")


class DecisionDocument(wire.Document):
    """Whether the desk has taken the person in; `transfer` is the id of the letter that brought her."""

    transfer = wire.Shaped(shapes.RECORD_ID)
    accepted = wire.Flag()
    reason = wire.Text(max=REASON_MAX, optional=True)


class TransferForm(fields.Form):
    """What is typed when a person asks to be followed elsewhere."""

    member = fields.Ref(missing=Message("Scegli il comune."))
    channel = fields.Choice(CHANNELS, missing=Message("Scegli come l'ha chiesto."))


class RefusalForm(fields.Form):
    """Why a person who was sent here is not taken in."""

    reason = fields.Text(max=REASON_MAX, missing=Message("Scrivi perché: lo legge lo sportello che l'ha mandata."))


def _is_typed(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= PARTS_MAX and all(_is_text(each) or _is_row(each) for each in value)
    return _is_text(value)


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and len(value) <= PARTS_MAX and all(map(_is_text, value.values()))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_MAX
