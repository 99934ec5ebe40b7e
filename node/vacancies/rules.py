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
    errors = _wrong_parties(session, data)
    if errors:
        raise Unacceptable(errors)
    check_wording(data)


def _wrong_parties(session, data):
    employer = employer_with(session, data["employer"]) if data["employer"] else None
    if data["employer"] and employer is None:
        return {"employer": [Message("Questa azienda non c'è: scegli dall'elenco, o aggiungila.")]}
    if employer and employer.is_suspended:
        return {
            "employer": [
                Message(
                    "«{name}» è sospesa: per lei non si pubblica. Motivo: {reason}",
                    name=employer.name,
                    reason=employer.suspension_reason,
                )
            ]
        }
    if data["employer_hidden"] and not (employer and employer.followed_by_desk):
        return {
            "employer_hidden": [
                Message(
                    "Può restare senza nome solo un'azienda seguita dallo sportello: segnalo nella sua scheda, oppure mostra il nome."
                )
            ]
        }
    if desk_with(session, data["desk"]) is None:
        return {"desk": [Message("Questo sportello non c'è: scegli dall'elenco.")]}
    return {}


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
