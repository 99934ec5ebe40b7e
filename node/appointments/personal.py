"""A person's appointments, given to her and forgotten with the letters about them."""

from sqlalchemy import delete, select, update

from node.appointments import queries
from node.appointments.models import Appointment, Letter
from node.candidates.merging import goes_over
from node.core.i18n import gettext as _
from node.core.i18n import lazy, moment, short_day
from node.core.personal import Keeper, rows_of
from schemas.codes.agenda import APPOINTMENT_STATES, PURPOSES

TABLES = (Appointment, Letter)


def export(session, ref):
    """By table, every personal column of each of her rows, by its name."""
    theirs = queries.appointments_of(session, ref, limit=None)
    return {"appointment": rows_of(theirs), "appointment_letter": rows_of(queries.letters_of(session, theirs))}


def erase(session, ref):
    """Of these rows the network knows nothing."""
    theirs = select(Appointment.ref).where(Appointment.person == ref)
    session.execute(delete(Letter).where(Letter.appointment.in_(theirs)))
    session.execute(delete(Appointment).where(Appointment.person == ref))
    session.expire_all()
    return ()


@goes_over(*(table.__tablename__ for table in TABLES))
def move(session, _actor, gone, kept):
    """Her appointments become those of the record that stays, and the letters about them with them."""
    session.execute(update(Appointment).where(Appointment.person == gone).values(person=kept))


def read_out(values, lang):
    """Each appointment with how it ended, and when she was written to."""
    told = [
        (
            moment(row["starts_at"]),
            f"{PURPOSES.label(row['purpose'], lang)} · {APPOINTMENT_STATES.label(row['state'], lang)}",
        )
        for row in values["appointment"]
    ]
    sent = [row["sent_at"] for row in values["appointment_letter"] if row["sent_at"]]
    return told + [(_("E-mail mandata"), short_day(when)) for when in sent]


KEEPER = Keeper(lazy("Appuntamenti"), frozenset(table.__tablename__ for table in TABLES), export, erase, read_out)
