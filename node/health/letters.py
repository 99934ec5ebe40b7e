"""What is on its way between the desks, in plain words: proofs of delivery, letters, and who has confirmed an erasure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from federation import letters
from federation.letters import Question, Received
from federation.receipts import Erasure
from federation.replica import Peer
from federation.trust import Correspondent, fingerprint
from node.core.i18n import ago, day, hour, lasted, lazy, moment
from node.core.i18n import gettext as _
from node.health.actions import PROOF
from node.health.queries import Post
from node.health.words import Trouble
from node.scopes.digests import FUTURE, MANY, PAST, RECORD, VIEWS
from node.scopes.models import SentViews
from node.transfers.actions import DECISION, TOPIC

TOPICS = {
    PROOF: lazy("prova della casella"),
    VIEWS: lazy("chi ha visto i profili"),
    TOPIC: lazy("trasferimento di una persona"),
    DECISION: lazy("risposta a un trasferimento"),
}
"""Topic of a letter -> what it is called."""

PROBLEMS = {
    "form": lazy("Non è sigillato come si deve, o dice di essere di un altro Comune o per un altro."),
    "key": lazy("È sigillato con una chiave che questo nodo non ha più. Il mittente deve mandarlo di nuovo."),
    "seal": lazy("Non si apre: è stato cambiato lungo la strada, o non era per questo nodo."),
    "content": lazy("Quello che c’è dentro non corrisponde al messaggio, o non è scritto come ci si aspetta."),
    "topic": lazy("Chiede una cosa che questa versione del programma non conosce: si risolve aggiornandolo."),
    "quota": lazy("Quel Comune ha mandato più messaggi di quanti se ne tengono: si riprova da soli più tardi."),
    "reply": lazy(
        "Chi scrive non ha una chiave per ricevere la risposta, o ne ha una nuova che qui va ancora confermata."
    ),
    "fault": lazy("Il nodo non è riuscito a trattarlo e ci riprova: se dura, avvisa chi lo amministra."),
}
"""Why a letter is held -> what it says to a person."""


UNREAD = {
    "form": lazy("il sigillo non è fatto come si deve"),
    "key": lazy("è sigillato con una chiave che quel Comune non usa"),
    "seal": lazy("il sigillo non si apre: il messaggio è cambiato lungo la strada"),
    "content": lazy("quello che c’è dentro non è scritto come quel programma si aspetta"),
    "topic": lazy("quel programma non conosce questo tipo di messaggio: forse va aggiornato"),
}
"""Why another desk could not read what we have sent -> what it says to a person."""

REFUSED_VIEWS = {
    FUTURE: lazy("il giorno non era ancora finito"),
    PAST: lazy("il giorno è passato da troppo tempo"),
    RECORD: lazy("dice di un profilo che quel Comune non ha mai pubblicato"),
    MANY: lazy("le righe di quel giorno sono troppe"),
}
"""Why a member did not take what we have told it of views -> what it says to a person."""


def unread(question: Question) -> str:
    """That, and why, the recipient cannot read a question; blank when it has not said so."""
    if question.unread is None:
        return ""
    return _("Quello sportello non lo può leggere: %(reason)s.", reason=UNREAD[question.unread])


class NotTaken(NamedTuple):
    """What we have told a member of the views of one day, and it has not taken."""

    member: str
    told: str


def not_taken(sent: SentViews) -> NotTaken:
    reason = str(REFUSED_VIEWS.get(sent.refused, sent.refused))
    return NotTaken(
        sent.origin, _("Il resoconto di %(day)s non è stato preso: %(reason)s.", day=day(sent.day), reason=reason)
    )


def proof(question: Question | None, now: datetime) -> str:
    """How the last proof of delivery went; blank where none was made."""
    if question is None:
        return ""
    if question.closed_at is None:
        when = {"day": day(question.asked_at), "hour": hour(question.asked_at)}
        if question.is_late(now):
            return _("Prova della casella in ritardo: inviata %(day)s alle %(hour)s, nessuna risposta.", **when)
        return _("Prova della casella inviata %(ago)s: si aspetta la risposta.", ago=ago(question.asked_at))
    if question.outcome == letters.ANSWERED:
        span = lasted(question.closed_at - question.asked_at)
        return _("La casella funziona: ha risposto dopo %(span)s · %(ago)s", span=span, ago=ago(question.closed_at))
    return str(ENDED[question.outcome])


ENDED = {
    letters.UNANSWERED: lazy("La casella non ha risposto all’ultima prova in tempo."),
    letters.NEW_KEY: lazy("La prova non vale: una delle due chiavi è cambiata nel frattempo. Rifalla."),
    letters.FORGOTTEN: lazy("L’ultima prova è andata persa con il ripristino di questo nodo. Rifalla."),
    letters.LEFT: lazy("La prova si è interrotta: il Comune era uscito dalla rete. Rifalla."),
}
"""How a proof ended without an answer -> what it says to a person."""


class Waiting(NamedTuple):
    """A letter on its way: with whom, what about, and since when."""

    member: str
    told: str
    is_late: bool
    unread: str = ""


def waiting(found: Post, now: datetime) -> list[Waiting]:
    """Our questions without an answer, and our answers that nobody has taken, late ones first."""
    asked = [
        Waiting(
            each.recipient,
            _("%(topic)s: domanda inviata %(ago)s", topic=topic(each), ago=ago(each.asked_at)),
            each.is_late(now),
            unread(each),
        )
        for each in found.questions
    ]
    given = [
        Waiting(
            each.origin,
            _(
                "%(topic)s: la nostra risposta aspetta di essere letta · %(ago)s",
                topic=topic(each),
                ago=ago(each.answered_at),
            ),
            True,
        )
        for each in found.answers
    ]
    return sorted([*asked, *given], key=lambda each: not each.is_late)


class ChangedKey(NamedTuple):
    """A member's new key as two people compare it on the telephone."""

    member: str
    name: str
    kid: str
    fingerprint: str
    seen_at: datetime


def changed_key(known: Correspondent, names: Mapping[str, str]) -> ChangedKey:
    told = names.get(known.member, known.member)
    return ChangedKey(known.member, told, known.kid, fingerprint(known.kid), known.seen_at)


def topic(letter: Question | Received) -> str:
    return str(TOPICS.get(letter.topic, letter.topic))


def held(received: Received) -> Trouble:
    """A letter that could not be opened; its `problem` reads `reason: detail`."""
    code, _colon, detail = (received.problem or "").partition(": ")
    reason = str(PROBLEMS.get(code, PROBLEMS["fault"]))
    return Trouble(received.origin, received.tried_at, 1, reason, f"{received.id}: {detail}")


class Erased(NamedTuple):
    """One erasure: how many have confirmed, who has not (and since when it is silent), and what ends it."""

    title: str
    state: str
    missing: Sequence[str]
    end: str
    tone: str


def erased(erasure: Erasure, names: Mapping[str, str], peers: Mapping[str, Peer | None]) -> Erased:
    """An erasure for which somebody is still waited for."""
    done, total = len(erasure.confirmed), len(erasure.holders)
    state = _("Conferme arrivate: %(done)s su %(total)s.", done=done, total=total)
    missing = [_missing(holder.member, names, peers.get(holder.member)) for holder in erasure.missing]
    end = _(
        "Chi non conferma perde comunque la sua copia entro %(when)s: dopo, la cancellazione è chiusa.",
        when=moment(erasure.ends_at),
    )
    return Erased(_title(erasure), state, missing, end, "warning")


def closed(erasure: Erasure, names: Mapping[str, str]) -> Erased:
    """An erasure for which nobody is waited for any more."""
    silent = ", ".join(names.get(holder.member, holder.member) for holder in erasure.missing)
    if not silent:
        return Erased(
            _title(erasure), _("Confermata da tutti · %(ago)s", ago=ago(erasure.closed_at)), (), "", "success"
        )
    told = _(
        "Chiusa %(ago)s senza conferma di %(names)s: le loro copie sono finite da sole.",
        ago=ago(erasure.closed_at),
        names=silent,
    )
    return Erased(_title(erasure), told, (), "", "success")


def _title(erasure: Erasure) -> str:
    return _("Cancellazione di %(when)s", when=moment(erasure.erased_at))


def _missing(member: str, names: Mapping[str, str], peer: Peer | None) -> str:
    name = names.get(member, member)
    if peer is None or not peer.failures:
        return _("%(name)s: non ha ancora confermato", name=name)
    if peer.last_ok_at is None:
        return _("%(name)s: non ha mai risposto", name=name)
    return _(
        "%(name)s: non risponde da %(day)s alle %(hour)s",
        name=name,
        day=day(peer.last_ok_at),
        hour=hour(peer.last_ok_at),
    )
