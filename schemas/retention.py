"""Why a person who is followed no longer is not forgotten yet, as the desk writes it down."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, validates

from schemas import fields
from schemas.days import rome_today
from schemas.messages import Message

LONGEST = timedelta(days=366)
REASON_MIN, REASON_MAX = 10, 300


class ProlongForm(fields.Form):
    """Until which day she is kept, at most a year on, and what for. `today` tells which day it is at this desk."""

    until = fields.Day(missing=Message("Scrivi fino a quando la scheda serve ancora."))
    reason = fields.Text(min=REASON_MIN, max=REASON_MAX, missing=Message("Scrivi perché la scheda serve ancora."))

    def __init__(self, today: Callable[[], date] = rome_today, **options: Any) -> None:
        super().__init__(**options)
        self.today = today

    @validates("until")
    def check_until(self, until: date, **_: Any) -> None:
        """A day to come, and not so far that nobody looks again."""
        longest = self.today() + LONGEST
        if not self.today() < until <= longest:
            told = longest.strftime("%d/%m/%Y")
            raise ValidationError(Message("Serve un giorno futuro, al massimo tra un anno: fino al {day}.", day=told))
