"""What is asked of a vacancy before the network reads it, beyond the form of its fields.

A page shows each answer beside its field; an import or a script meets the same rules as an exception.
"""

from node.core.errors import Refused
from node.desks.queries import desk_with
from node.employers.queries import employer_with
from schemas.messages import Message
from schemas.wording import WORDED_FIELDS, forbidden_terms


class Unacceptable(Refused):
    """The vacancy cannot be published like this. `errors` and `warnings`: field -> list of Message."""

    def __init__(self, errors, warnings=None):
        super().__init__(next(iter(errors.values()))[0], status=422)
        self.errors = errors
        self.warnings = warnings or {}


def check(session, data):
    """Raises Unacceptable for an employer or desk that cannot stand behind the vacancy, and for doubtful wording."""
    check_parties_exist(session, data)
    check_employer(session, data)
    check_wording(data)


def check_parties_exist(session, data):
    """Raises Unacceptable for an employer or a desk that this node does not know; a draft may lack both."""
    if data["employer"] and employer_with(session, data["employer"]) is None:
        raise Unacceptable({"employer": [Message("Questa azienda non c'è: scegli dall'elenco, o aggiungila.")]})
    if data["desk"] and desk_with(session, data["desk"]) is None:
        raise Unacceptable({"desk": [Message("Questo sportello non c'è: scegli dall'elenco.")]})


def check_employer(session, data):
    """Raises Unacceptable for an employer that is suspended, or unnamed without being followed by the desk."""
    employer = employer_with(session, data["employer"] or "")
    if employer and employer.is_suspended:
        told = Message(
            "«{name}» è sospesa: non si pubblica. Motivo: {reason}",
            name=employer.name,
            reason=employer.suspension_reason,
        )
        raise Unacceptable({"employer": [told]})
    if data["employer_hidden"] and not (employer and employer.followed_by_desk):
        told = Message(
            "Può restare senza nome solo un'azienda seguita dallo sportello: segnalo nella sua scheda, o mostra il nome."
        )
        raise Unacceptable({"employer_hidden": [told]})


def check_wording(data):
    """Raises Unacceptable for wordings that the law forbids in an ad, unless an operator gives her reason to keep them."""
    notes = wording_notes(data)
    if notes and not data.get("override_reason"):
        reason = Message(
            "Correggi i testi segnati. Se invece sono ammessi, scrivi qui perché: il motivo resta agli atti."
        )
        raise Unacceptable({"override_reason": [reason]}, notes)


def wording_notes(data):
    """What to say beside each field that has doubtful wordings: field -> list of Message."""
    notes = {}
    for finding in wording_findings(data):
        notes.setdefault(finding.field, []).append(_told(finding))
    return notes


def wording_findings(data):
    """The wordings of a vacancy that the law forbids or doubts, in the order of its fields."""
    return forbidden_terms({name: data.get(name) for name in WORDED_FIELDS}, data.get("contract"))


def _told(finding):
    if finding.exception is None:
        return Message(
            "«{term}»: {why} {instead} ({law})",
            term=finding.term,
            why=finding.why,
            instead=finding.instead,
            law=finding.law,
        )
    return Message(
        "«{term}»: {why} {instead} {exception} ({law})",
        term=finding.term, why=finding.why, instead=finding.instead, exception=finding.exception, law=finding.law,
    )  # fmt: skip
