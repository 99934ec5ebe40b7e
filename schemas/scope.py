"""How far a person lets her profile go (d.lgs. 276/2003, art. 8), as the desk writes it down."""

from collections.abc import Callable
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas import fields
from schemas.codes.scopes import CHANNELS, COMUNI, SCOPES
from schemas.days import months_after, rome_today
from schemas.messages import Message

LONGEST_MONTHS = 6
MEMBERS_MAX = 500


def longest_from(day: date) -> date:
    """The last day for which a choice made on that day may hold: six months later, or the end of that month."""
    return months_after(day, LONGEST_MONTHS)


class ScopeForm(fields.Form):
    """A choice. `comuni` are the ids of members of the network, `until` the last day on which it holds.

    `today` tells which day it is at this desk.
    """

    scope = fields.Choice(SCOPES, missing=Message("Scegli chi può vedere il profilo."))
    comuni = fields.Several(fields.Ref(), max=MEMBERS_MAX)
    channel = fields.Choice(CHANNELS, missing=Message("Scegli come la persona ha detto la sua scelta."))
    until = fields.Day()

    def __init__(self, today: Callable[[], date] = rome_today, **options: Any) -> None:
        super().__init__(**options)
        self.today = today

    @validates_schema(skip_on_field_errors=False)
    def check_comuni(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("scope") == COMUNI and "comuni" in data and not data["comuni"]:
            raise ValidationError(Message("Scegli almeno un comune."), "comuni")

    @validates_schema(skip_on_field_errors=False)
    def check_until(self, data: dict[str, Any], **_: Any) -> None:
        """The last day, six months on where none is typed."""
        longest = longest_from(self.today())
        if data.get("until") is None:
            return
        if not self.today() <= data["until"] <= longest:
            told = longest.strftime("%d/%m/%Y")
            raise ValidationError(Message("La scelta vale al massimo sei mesi: fino al {day}.", day=told), "until")


class ReconfirmForm(fields.Form):
    """The same choice again, for as long as it may hold."""

    channel = fields.Choice(CHANNELS, missing=Message("Scegli come la persona ha detto la sua scelta."))
