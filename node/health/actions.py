"""What somebody at a desk can do about the network: try whether another comune's mailbox works.

The proof of delivery is an empty question that the other node answers by itself. What it proves is the whole way there
and back: our seal, its key, its answer, our key.
"""

from datetime import datetime, timedelta
from types import SimpleNamespace

from sqlalchemy.orm import Session

from federation import letters, trust
from federation.letters import NotAsked, Question
from federation.mailbox import Letter, Topic
from federation.members import Member, Roster
from node.core.actors import Actor
from node.core.audit import note
from node.core.errors import Refused
from schemas.messages import Message

PROOF = "delivery-proof"
PROOF_LIFE = timedelta(days=7)


def answer_proof(_session: Session, _letter: Letter) -> dict:
    """That there is an answer is all that it says."""
    return {}


def note_proof(_session: Session, _letter: Letter) -> None:
    """The question itself remembers when it was answered."""


TOPICS = (Topic(PROOF, answer_proof, note_proof),)
"""What other desks can ask of this one."""


def prove_delivery(session: Session, actor: Actor, roster: Roster, own: str, recipient: str, now: datetime) -> Question:
    """Send the comune `recipient` a question that its node answers by itself.

    Raises Refused while the last one is still on its way, for one who is no other member, and without a key to seal to.
    """
    last = letters.latest(session, PROOF).get(recipient)
    if last is not None and last.closed_at is None:
        raise Refused(Message("Una prova è già in viaggio: aspetta la risposta, o che scada."))
    try:
        name = letters.ask(session, roster, own, recipient, PROOF, {}, now + PROOF_LIFE, now)
    except NotAsked as fault:
        raise Refused(NOT_ASKED[fault.code]) from fault
    question = session.get_one(Question, name)
    note(session, actor, "mailbox.tried", question, member=recipient)
    return question


def confirm_key(session: Session, actor: Actor, member: Member, kid: str, now: datetime) -> None:
    """Believe the changed key of a member, whose fingerprint was compared by a way that both desks trust.

    Raises Refused when the member has another key by now.
    """
    try:
        known = trust.confirm(session, member, kid, now)
    except trust.NotThisKey as fault:
        raise Refused(
            Message("La chiave di {name} è cambiata di nuovo: confronta quella di adesso.", name=member.name)
        ) from fault
    note(session, actor, "key.confirmed", SimpleNamespace(__tablename__=known.__tablename__, ref=known.member), kid=kid)


NOT_ASKED = {
    "unconfirmed": Message("La chiave di quel Comune è cambiata: prima va confermata, in questa pagina."),
    "member": Message("Si prova la casella di un altro Comune della rete."),
    "key": Message("Quel Comune non ha una chiave per i messaggi riservati: chi amministra il suo nodo deve metterla."),
}
