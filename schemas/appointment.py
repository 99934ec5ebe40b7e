"""What is typed about the desk's agenda: its weekly hours, the days on which it is closed, and who comes when.

A citizen asks with a name and one way to reach her. What she asked for travels through the inbox, and is read again there.
"""

import re
from datetime import UTC, datetime, time
from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas import contacts, fields, shapes
from schemas.codes.agenda import PURPOSES, WEEKDAYS
from schemas.messages import Message

REQUEST_KIND, CONFIRMATION_KIND = "appointment", "appointment-confirmed"
"""What requests, and their confirmations by link, are called in the inbox."""

NAME_MAX = 80
REASON_MAX = 120
SHORTEST_MIN, LONGEST_MIN = 5, 240
HOURS, MINUTES = 24, 60

_HOUR = re.compile(r"(?P<hour>\d{1,2})(?:[:.,](?P<minute>\d{2}))?", re.ASCII)


def read_hour(text: str) -> time:
    """The hour in `text`: 9, 9:30 or 9.30. Raises ValueError, whose argument is a Message."""
    found = _HOUR.fullmatch(text.strip())
    hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found else (HOURS, 0)
    if hour >= HOURS or minute >= MINUTES:
        raise ValueError(Message("«{typed}» non è un’ora: scrivila così: 9:30.", typed=text[:40]))
    return time(hour, minute)


def read_instant(text: str) -> datetime:
    """The instant that a page offered, as 2026-10-05T07:00:00Z. Raises ValueError, whose argument is a Message."""
    wrong = ValueError(Message("Scegli uno degli orari dell’elenco."))
    if not shapes.INSTANT.fullmatch(text):
        raise wrong
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise wrong from None


class OpeningForm(fields.Form):
    """Some hours of a week in which one operator receives at one desk, each person for so many minutes."""

    desk = fields.Ref(missing=Message("Scegli lo sportello."))
    operator = fields.Ref(missing=Message("Scegli chi riceve."))
    weekday = fields.Choice(WEEKDAYS, missing=Message("Scegli il giorno."))
    starts = fields.Meant(read_hour, missing=Message("Scrivi da che ora."))
    ends = fields.Meant(read_hour, missing=Message("Scrivi fino a che ora."))
    minutes = fields.Whole(
        min=SHORTEST_MIN, max=LONGEST_MIN, missing=Message("Scrivi quanti minuti dura un appuntamento.")
    )
    bookable = fields.Flag()

    @validates_schema
    def check_hours(self, data: dict[str, Any], **_: Any) -> None:
        """At least one appointment fits."""
        starts, ends = (data[name].hour * 60 + data[name].minute for name in ("starts", "ends"))
        if starts + data["minutes"] > ends:
            raise ValidationError(Message("In queste ore non c’è posto per un appuntamento."), "ends")


class ClosingForm(fields.Form):
    """Days on which nobody is received; every year again for a patron saint."""

    desk = fields.Ref(missing=Message("Scegli lo sportello."))
    first_day = fields.Day(missing=Message("Scrivi il giorno di chiusura."))
    last_day = fields.Day()
    reason = fields.Text(max=REASON_MAX, missing=Message("Scrivi il motivo, per esempio «Patrono»."))
    is_yearly = fields.Flag()

    @validates_schema
    def check_days(self, data: dict[str, Any], **_: Any) -> None:
        """One day where no last one is typed; what comes every year lasts less than one."""
        last = data["last_day"] or data["first_day"]
        if last < data["first_day"]:
            raise ValidationError(Message("L’ultimo giorno viene prima del primo."), "last_day")
        if data["is_yearly"] and last.year != data["first_day"].year:
            raise ValidationError(
                Message("Una chiusura di ogni anno comincia e finisce nello stesso anno."), "last_day"
            )


class MoveForm(fields.Form):
    """Another slot for the same person."""

    slot = fields.Ref(missing=Message("Scegli l’ora."))


class PersonAppointmentForm(MoveForm):
    """An appointment of somebody whom the desk knows."""

    purpose = fields.Choice(PURPOSES, missing=Message("Scegli il motivo."))


class _Reachable(fields.Form):
    name = fields.Text(max=NAME_MAX, missing=Message("Scrivi nome e cognome."))
    phone = contacts.Phone()
    email = contacts.Email()
    purpose = fields.Choice(PURPOSES, missing=Message("Scegli il motivo."))

    @validates_schema
    def check_reach(self, data: dict[str, Any], **_: Any) -> None:
        """One way to reach her is enough, none is too little."""
        if not data["phone"] and not data["email"]:
            raise ValidationError(Message("Scrivi il telefono oppure l’e-mail."), "phone")


class AppointmentForm(_Reachable, MoveForm):
    """An appointment of somebody of whom the desk knows a name and how to reach her."""


class RequestForm(_Reachable):
    """What a citizen asks for: `starts_at` is the beginning of a free slot of the desk, `vacancy` what she was reading."""

    starts_at = fields.Meant(read_instant, missing=Message("Scegli un giorno e un’ora."))
    vacancy = fields.Ref()


class CallForm(fields.Form):
    """Who was called, from the list of those who have no e-mail."""

    appointment = fields.Ref(missing=Message("Scegli l’appuntamento."))
