"""An appointment as the calendar of a telephone reads it (RFC 5545)."""

from icalendar import Calendar, Event

from node.core import clock
from schemas.codes import comuni
from schemas.codes.agenda import BOOKED

PRODUCT = "-//Le citta del lavoro//Sportello//IT"


def calendar_file(appointment, config) -> bytes:
    """One event; the same appointment sent again, or called off, takes the place of what was there."""
    event = Event()
    event.add("uid", f"{appointment.ref}@{config.id}")
    event.add("sequence", appointment.version)
    event.add("dtstamp", clock.now())
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", f"Appuntamento: {appointment.desk.name}")
    event.add("location", where(appointment.desk))
    event.add("description", f"Se non puoi venire telefona: {appointment.desk.phone}")
    event.add("status", "CONFIRMED" if appointment.state == BOOKED else "CANCELLED")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if appointment.state == BOOKED else "CANCEL")
    calendar.add_component(event)
    return calendar.to_ical()


def where(desk) -> str:
    """Street and comune of a desk."""
    return f"{desk.address}, {comuni.comune(desk.comune).full_name}"
