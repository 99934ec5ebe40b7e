"""What can be done to an employer.

An employer is shown to the network only while a live vacancy names it: `show_employer` and `hide_employer` are called by
the vacancies, which know. The other way round, vacancies repeat the employer's name and fall silent when it is
suspended; they stand later in the reading order, so they ask here to be told (`tell_of_changes`).
"""

from federation import register
from node.core import clock
from node.core.audit import note
from node.core.brake import brake
from node.core.errors import Refused
from node.employers.document import employer_document
from node.employers.models import Employer
from schemas.messages import Message

_listeners = []


def tell_of_changes(listener):
    """Call `listener(session, actor, employer)` in the transaction of every change to an employer; a decorator."""
    _listeners.append(listener)
    return listener


def create_employer(session, actor, data):
    """Add an employer; `data` is what `EmployerForm` loads. The network learns of it with its first vacancy."""
    employer = Employer(created_at=clock.now(), **data)
    session.add(employer)
    session.flush()
    note(session, actor, "employer.created", employer)
    return employer


def update_employer(session, actor, employer, data):
    """Change an employer; where its name is shown, the network reads the new one."""
    for name, value in data.items():
        setattr(employer, name, value)
    session.flush()
    note(session, actor, "employer.changed", employer)
    if is_shown(session, employer):
        show_employer(session, employer)
    _tell(session, actor, employer)
    return employer


def suspend_employer(session, actor, employer, data):
    """Publish nothing more for this employer, for the `reason` in `data`; its open vacancies are withdrawn at once.

    Raises Refused when it is suspended already, Braked when those are a great part of all and `withdrawing` does not say
    how many.
    """
    if employer.is_suspended:
        raise Refused(Message("«{name}» è già sospesa.", name=employer.name))
    brake(session, "vacancy", open_vacancies_of(employer), data.get("withdrawing"))
    employer.suspended_at = clock.now()
    employer.suspension_reason = data["reason"]
    session.flush()
    note(session, actor, "employer.suspended", employer)
    _tell(session, actor, employer)
    return employer


def open_vacancies_of(employer):
    """How many vacancies of this employer the network reads; 0 while there is no slice of vacancies."""
    return sum(vacancy.is_live for vacancy in getattr(employer, "vacancies", ()))


def readmit_employer(session, actor, employer):
    """Allow new vacancies again; what was withdrawn stays withdrawn. Raises Refused when it was not suspended."""
    if not employer.is_suspended:
        raise Refused(Message("«{name}» non è sospesa.", name=employer.name))
    employer.suspended_at = None
    employer.suspension_reason = None
    session.flush()
    note(session, actor, "employer.readmitted", employer)
    return employer


def is_shown(session, employer):
    """Whether the network reads this employer now, or will after the publisher's next round."""
    return register.status_of(session, employer.ref) in {"waiting", "published"}


def show_employer(session, employer):
    register.publish(session, "employer", employer.ref, "public", employer_document(employer))


def hide_employer(session, employer):
    register.withdraw(session, employer.ref)


def _tell(session, actor, employer):
    for listener in _listeners:
        listener(session, actor, employer)
