"""A person asks to be followed by another comune: her record goes there sealed, and somebody there takes her in or not.

Two letters make a transfer. The first carries her record and is answered by the node at once: it waits there, or it
could not be read. The second carries the decision of a person, days later, the other way. Either may be lost for good only
with the network; a crash, a restore or a letter read twice finds the row that the letter has made, and changes nothing.
The desk that sends her goes on following her until the other has said yes.
"""

from datetime import UTC, datetime, time, timedelta

from marshmallow import ValidationError
from sqlalchemy import delete

from federation import letters
from federation.letters import NotAsked, Question
from federation.mailbox import Topic
from federation.sealing import NotOpened
from node.candidates.actions import stop_following, take_in
from node.candidates.queries import candidate_to_change
from node.candidates.typed import as_typed
from node.candidates.words import LABELS
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.core.errors import Refused
from node.core.forms import flattened, without_blanks
from node.transfers import queries
from node.transfers.models import ACCEPTED, CANCELLED, REFUSED, UNREADABLE, WAITING, Arrival, Transfer
from schemas.candidate import NOTES_MAX, CandidateForm
from schemas.days import ROME
from schemas.messages import Message
from schemas.transfer import FIELDS, REASON_MAX, DecisionDocument, TransferDocument

TOPIC, DECISION = "person-transfer", "transfer-decision"
ARRIVES_WITHIN = timedelta(days=30)
DECIDED_WITHIN = timedelta(days=30)
"""Who waits longer is refused by the node: nobody's record lies about."""
TROUBLE_KEPT = timedelta(days=90)
NOON = time(12)

NOT_SENT = {
    "unconfirmed": Message("La chiave di quel Comune è cambiata: prima va confermata, nella pagina Rete."),
    "member": Message("Quel Comune non fa parte della rete: scegline un altro."),
    "key": Message("Quel Comune non ha una chiave per i messaggi riservati: chi amministra il suo nodo deve metterla."),
}

_transfer, _decision = TransferDocument(), DecisionDocument()


def send_transfer(session, actor, roster, own, candidate, data):
    """Send her record to the desk of `data["member"]`; `own` is our id.

    Raises Refused when she is on her way already, when nobody follows her here, and when nothing can be sealed there.
    """
    if not candidate.is_followed:
        raise Refused(Message("Il percorso di {name} è già chiuso.", name=candidate.name))
    if queries.under_way(session, candidate.ref) is not None:
        raise Refused(Message("Il trasferimento di {name} è già in corso.", name=candidate.name))
    now = clock.now()
    told = {
        "person": as_typed(candidate),
        "notice_given_on": clock.day_of(candidate.notice_given_at),
        "asked_on": clock.today(),
    }
    try:
        question = letters.ask(
            session, roster, own, data["member"], TOPIC, _transfer.dump(told), now + ARRIVES_WITHIN, now
        )
    except NotAsked as fault:
        raise Refused(NOT_SENT[fault.code]) from fault
    except ValueError as fault:
        raise Refused(Message("La scheda è troppo lunga per un messaggio: accorcia le note.")) from fault
    transfer = Transfer(person=candidate.ref, member=data["member"], question=question, channel=data["channel"])
    transfer.asked_at, transfer.asked_by = now, actor.id
    session.add(transfer)
    session.flush()
    note(session, actor, "transfer.sent", candidate, member=transfer.member)
    return transfer


def cancel_transfer(session, actor, candidate):
    """She stays, or the letter was lost. Raises Refused when nothing is under way.

    Should the other desk have taken her in meanwhile, its word still counts.
    """
    transfer = queries.under_way(session, candidate.ref)
    if transfer is None:
        raise Refused(Message("Non c'è nessun trasferimento in corso."))
    take_letter_back(session, transfer)
    transfer.state, transfer.ended_at = CANCELLED, clock.now()
    note(session, actor, "transfer.cancelled", candidate, member=transfer.member)
    session.flush()


def take_letter_back(session, transfer):
    """Nobody who has not read the letter reads it any more."""
    question = session.get(Question, transfer.question)
    if question is not None and question.closed_at is None:
        letters.close(session, question, letters.FORGOTTEN, clock.now())


def is_lost(session, transfer):
    """Whether the letter has ended and nobody has said that it came: it has to be sent again."""
    question = session.get(Question, transfer.question)
    return question is None or (question.closed_at is not None and question.outcome != letters.ANSWERED)


def receive_transfer(session, letter):
    """Keep who has arrived until an operator decides; what cannot be read is kept as such and answered with the reason."""
    arrival = queries.arrival_of(session, letter.member, letter.question)
    if arrival is None:
        arrival = Arrival(origin=letter.member, question=letter.question, received_at=clock.now())
        try:
            told = _transfer.load(letter.content)
        except ValidationError as wrong:
            arrival.state, arrival.reason = UNREADABLE, _first(wrong)
        else:
            person = {name: value for name, value in told["person"].items() if name in FIELDS}
            arrival.document = _transfer.dump(told | {"person": person})
        session.add(arrival)
        session.flush()
    return {"refused": arrival.reason} if arrival.state == UNREADABLE else {}


def note_receipt(session, letter):
    """The other desk has her record, or says why it could not read it."""
    transfer = queries.transfer_of(session, letter.question, letter.member)
    if transfer is None or not transfer.is_under_way:
        return
    refused = letter.content.get("refused")
    if refused is not None and not isinstance(refused, str):
        raise NotOpened("content", "the reason is no text")
    if refused is None:
        transfer.state = WAITING
    else:
        transfer.state, transfer.reason, transfer.ended_at = REFUSED, refused[:REASON_MAX], clock.now()
    session.flush()


def accept(session, actor, roster, own, arrival, codes_folder):
    """She is followed here from now on; the desk that sent her is told. Raises Refused when it cannot be."""
    document = _transfer.load(arrival.document)
    given_on = datetime.combine(document["notice_given_on"], NOON, tzinfo=ROME).astimezone(UTC)
    candidate = take_in(
        session, actor, fitted(document["person"]), codes_folder, notice_given_at=min(given_on, clock.now())
    )
    arrival.person = candidate.ref
    _decide(session, actor, roster, own, arrival, ACCEPTED, None)
    note(session, actor, "transfer.accepted", candidate, origin=arrival.origin)
    return candidate


def refuse(session, actor, roster, own, arrival, reason):
    """She is not taken in; the desk that sent her is told why. Raises Refused when it cannot be."""
    _decide(session, actor, roster, own, arrival, REFUSED, reason)


def _decide(session, actor, roster, own, arrival, state, reason):
    """Both in one transaction: what is decided here, and the letter that says so."""
    told = {"transfer": arrival.question, "accepted": state == ACCEPTED} | ({"reason": reason} if reason else {})
    now = clock.now()
    try:
        letters.ask(session, roster, own, arrival.origin, DECISION, _decision.dump(told), now + ARRIVES_WITHIN, now)
    except NotAsked as fault:
        if fault.code != "member":  # who has left the network follows nobody any more
            raise Refused(NOT_SENT[fault.code]) from fault
    arrival.state, arrival.reason, arrival.document = state, reason, None
    arrival.decided_at, arrival.decided_by = now, actor.id
    session.flush()
    note(session, actor, f"arrival.{state}", arrival, origin=arrival.origin)


def receive_decision(session, letter):
    """The other desk has decided: whom it follows we follow no longer. Said again it changes nothing."""
    try:
        told = _decision.load(letter.content)
    except ValidationError as wrong:
        raise NotOpened("content", f"not a decision: {wrong.normalized_messages()}") from wrong
    transfer = queries.transfer_of(session, told["transfer"], letter.member)
    if transfer is None:
        return {"known": False}
    if transfer.is_under_way or (transfer.state == CANCELLED and told["accepted"]):
        _end(session, transfer, told)
    return {"known": True}


def _end(session, transfer, told):
    take_letter_back(session, transfer)
    transfer.state, transfer.ended_at = ACCEPTED if told["accepted"] else REFUSED, clock.now()
    transfer.reason = told.get("reason")
    candidate = candidate_to_change(session, transfer.person)
    session.flush()
    note(session, NODE, f"transfer.{'left' if told['accepted'] else 'refused'}", candidate, member=transfer.member)
    if told["accepted"] and candidate.is_followed:
        stop_following(session, NODE, candidate)


def note_decision_read(_session, _letter):
    """The arrival says already what was decided."""


TOPICS = (Topic(TOPIC, receive_transfer, note_receipt), Topic(DECISION, receive_decision, note_decision_read))
"""What other desks can ask of this one."""


def sweep_arrivals(session, roster, own):
    """Refuse who has waited too long, and forget letters that nobody could read."""
    now = clock.now()
    for arrival in queries.waited_since(session, now - DECIDED_WITHIN) if roster else ():
        refuse(session, NODE, roster, own, arrival, "entro 30 giorni nessuno ha deciso")
    session.execute(delete(Arrival).where(*queries.is_old_trouble(now - TROUBLE_KEPT)))


def fitted(typed):
    """What `CandidateForm` loads of a record that comes from elsewhere; what it does not take stands in the notes.

    Raises Refused when not even her name is left.
    """
    form, typed = CandidateForm(clock.today), without_blanks(typed) | {"notice_given": "true"}
    kept = []
    for _again in range(len(typed)):
        try:
            return form.load(typed)
        except ValidationError as wrong:
            wrongs = {name.partition("-")[0] for name in flattened(wrong.normalized_messages())} & typed.keys()
            if not wrongs or wrongs & {"given_name", "family_name"}:
                raise Refused(
                    Message("La scheda non si può prendere così: {why}", why=_first(wrong)), status=422
                ) from wrong
            kept += [f"{LABELS[name]}: {_in_text(typed.pop(name))}" for name in sorted(wrongs - {"notes"})]
            typed["notes"] = "\n".join(filter(None, (typed.get("notes"), *kept)))[:NOTES_MAX]
    raise Refused(Message("La scheda non si può prendere così."), status=422)


def _in_text(value):
    parts = value if isinstance(value, list) else [value]
    return ", ".join(" ".join(each.values()) if isinstance(each, dict) else each for each in parts)


def _first(wrong):
    return str(next(told for those in flattened(wrong.normalized_messages()).values() for told in those))[:REASON_MAX]
