"""What the letters about an appointment say. They are in Italian, like all that the comune writes to somebody."""

from email.message import EmailMessage
from email.utils import format_datetime

from babel.dates import format_date, format_time

from node.appointments.calendar import calendar_file, where
from node.appointments.letters import (
    CANCELLATION,
    CONFIRMATION,
    EXPIRED,
    NOT_TO_BE,
    REFUSED,
    REMINDER,
    REQUEST,
    TAKEN,
)
from node.core import clock
from schemas.days import ROME

BOOKING_PATH = "/appuntamenti"
CONFIRM_PATH = f"{BOOKING_PATH}/conferma"
MARK_OWNER = "appointment"
"""Whose mark it is by which the link of a letter proves that the letter was read."""

SUBJECTS = {
    REQUEST: "Conferma il tuo appuntamento",
    CONFIRMATION: "Il tuo appuntamento",
    REMINDER: "Promemoria: il tuo appuntamento è domani",
    CANCELLATION: "Il tuo appuntamento è disdetto",
    TAKEN: "L’ora che hai chiesto non è più libera",
    EXPIRED: "La tua richiesta di appuntamento è scaduta",
    REFUSED: "Non possiamo riceverti all’ora che hai chiesto",
}
BEGINNINGS = {
    REQUEST: "qualcuno, forse tu, ha chiesto questo appuntamento. Per confermarlo apri questa pagina:",
    CONFIRMATION: "ti aspettiamo allo sportello.",
    REMINDER: "ti ricordiamo il tuo appuntamento.",
    CANCELLATION: "questo appuntamento è disdetto.",
    TAKEN: "quest’ora non è più libera, perciò non ti aspettiamo. La tua richiesta è arrivata un momento dopo.",
    EXPIRED: "la tua richiesta non è stata confermata in tempo: a quest’ora non ti aspettiamo.",
    REFUSED: "a quest’ora non possiamo riceverti: non venire, non ti aspettiamo.",
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
    if letter.kind not in (REQUEST, *NOT_TO_BE):
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
        *closing_lines(letter, config),
        config.name,
    ]


def closing_lines(letter, config) -> list[str]:
    """What one can do now."""
    desk = letter.about.desk
    if letter.kind not in (CANCELLATION, *NOT_TO_BE):
        return [f"Se non puoi venire, o non sei stato tu, telefona: {desk.phone}"]
    return [
        "Per avere un altro appuntamento scegli un’ora libera qui:",
        f"{config.url}{BOOKING_PATH}/{desk.ref}",
        f"oppure telefona: {desk.phone}",
        *(["Se non sei stato tu a chiederlo, non devi fare niente."] if letter.kind in NOT_TO_BE else []),
        "",
    ]


def mark_of(ref, vault) -> str:
    """What only the reader of the letter knows."""
    return vault.mark(ref, MARK_OWNER)
