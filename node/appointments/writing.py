"""What the letters about an appointment say. They are in Italian, like all that the comune writes to somebody."""

from email.message import EmailMessage
from email.utils import format_datetime

from babel.dates import format_date, format_time

from node.appointments.calendar import calendar_file, where
from node.appointments.letters import CANCELLATION, CONFIRMATION, REMINDER, REQUEST
from node.core import clock
from schemas.days import ROME

CONFIRM_PATH = "/appuntamenti/conferma"
MARK_OWNER = "appointment"
"""Whose mark it is by which the link of a letter proves that the letter was read."""

SUBJECTS = {
    REQUEST: "Conferma il tuo appuntamento",
    CONFIRMATION: "Il tuo appuntamento",
    REMINDER: "Promemoria: il tuo appuntamento è domani",
    CANCELLATION: "Il tuo appuntamento è disdetto",
}
BEGINNINGS = {
    REQUEST: "qualcuno, forse tu, ha chiesto questo appuntamento. Per confermarlo apri questa pagina:",
    CONFIRMATION: "ti aspettiamo allo sportello.",
    REMINDER: "ti ricordiamo il tuo appuntamento.",
    CANCELLATION: "questo appuntamento è disdetto.",
}


def letter_of(letter, config, vault) -> EmailMessage:
    """The e-mail; the same one written again has the same Message-ID, by which mail programs know it."""
    appointment = letter.about
    message = EmailMessage()
    message["Subject"] = f"{SUBJECTS[letter.kind]} – {appointment.desk.name}"
    message["From"] = config.mail_from
    message["To"] = appointment.reach_email
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.ref}@{config.id}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(lines_of(letter, config, vault)))
    if letter.kind != REQUEST:
        calendar = calendar_file(appointment, config)
        message.add_attachment(calendar, maintype="text", subtype="calendar", filename="appuntamento.ics")
    return message


def lines_of(letter, config, vault) -> list[str]:
    """Whoever asked from the web is not named: a stranger may have typed what she liked."""
    appointment, desk = letter.about, letter.about.desk
    begins = appointment.starts_at.astimezone(ROME)
    link = [f"{config.url}{CONFIRM_PATH}/{appointment.ref}/{mark_of(appointment.ref, vault)}", ""]
    return [
        "Buongiorno,",
        BEGINNINGS[letter.kind],
        *(link if letter.kind == REQUEST else []),
        "",
        f"{format_date(begins, 'EEEE d MMMM y', 'it')}, alle {format_time(begins, 'HH:mm', locale='it')}",
        desk.name,
        where(desk),
        "",
        f"Se non puoi venire, o non sei stato tu, telefona: {desk.phone}",
        config.name,
    ]


def mark_of(ref, vault) -> str:
    """What only the reader of the letter knows."""
    return vault.mark(ref, MARK_OWNER)
