"""What a fault of the network means to somebody at a counter, and what she can do about it."""

from datetime import datetime
from typing import NamedTuple

from federation.replica import Copy, Refusal
from node.core.i18n import ago, day, hour, lazy
from node.core.i18n import gettext as _
from node.health import queries
from node.health.queries import Neighbour

TONES = {
    queries.FINE: "success",
    queries.OURS: "success",
    queries.ARRIVING: "primary",
    queries.AWAITED: "warning",
    queries.UNCONFIRMED: "warning",
    queries.DIFFERING: "warning",
    queries.SILENT: "danger",
    queries.CLONED: "danger",
}

REASONS = {
    "size": lazy("È più grande di quanto la rete ammette."),
    "line": lazy("Non è scritto nella forma prevista."),
    "key": lazy("È firmato con una chiave che nessun Comune della rete usa."),
    "signature": lazy("La firma non corrisponde: il contenuto è stato cambiato, o la chiave è sbagliata."),
    "origin": lazy("È firmato da un Comune a nome di un altro."),
    "envelope": lazy("Mancano dati obbligatori, o sono sbagliati."),
    "audience": lazy("È destinato ad altri."),
    "fork": lazy("Due computer diversi firmano per lo stesso Comune."),
    "quota": lazy("Quel Comune ha pubblicato più di quanto la rete ammette."),
}
"""Code of a refusal -> what it says to a person."""

UNUSABLE = {
    "version": lazy("È scritto per una versione più nuova del programma."),
    "crit": lazy("Chiede qualcosa che questa versione del programma non sa fare."),
    "kind": lazy("È un tipo di dato che questa versione del programma non conosce."),
    "audience": lazy("È il profilo di una persona mostrato a tutti: non si usa. Avvisa chi amministra quel nodo."),
    "ahead": lazy("Porta una data futura: l’orologio di quel nodo va avanti."),
    "body": lazy("Il contenuto non è scritto come questa versione del programma si aspetta."),
}
"""Reason why a held record is not used -> what it says to a person."""


class Trouble(NamedTuple):
    """Something that did not come through: whose, since when, how often, why, and the words for its administrator."""

    origin: str
    at: datetime
    times: int
    reason: str
    detail: str


class Report(NamedTuple):
    """`state` and `advice` are sentences; `advice` is empty when there is nothing to do."""

    tone: str
    state: str
    advice: str


def report(neighbour: Neighbour) -> Report:
    """One line for one comune, in plain words."""
    return Report(TONES[neighbour.state], SENTENCES[neighbour.state](neighbour), advice(neighbour))


def fine(neighbour: Neighbour) -> str:
    heard_at = neighbour.peer.last_ok_at if neighbour.peer else neighbour.confirmed_at
    return _("tutto a posto · %(ago)s", ago=ago(heard_at))


def ours(neighbour: Neighbour) -> str:
    if neighbour.confirmed_at is None:
        return _("questo nodo · non ha ancora pubblicato niente")
    return _("questo nodo · pubblicato %(ago)s", ago=ago(neighbour.confirmed_at))


def awaited(_neighbour: Neighbour) -> str:
    return _("non l’abbiamo ancora sentito")


def silent(neighbour: Neighbour) -> str:
    if neighbour.peer.last_ok_at is None:
        return _("non ha mai risposto")
    since = neighbour.peer.last_ok_at
    return _("non risponde da %(day)s alle %(hour)s", day=day(since), hour=hour(since))


def unconfirmed(neighbour: Neighbour) -> str:
    if neighbour.confirmed_at is None:
        return _("risponde, ma non ha ancora confermato le sue offerte")
    if neighbour.peer is None:
        return _("si legge tramite altri nodi; non conferma le sue offerte da %(day)s", day=day(neighbour.confirmed_at))
    return _("risponde, ma non conferma le sue offerte da %(day)s", day=day(neighbour.confirmed_at))


def differing(neighbour: Neighbour) -> str:
    since = neighbour.peer.differing_since
    return _("da %(day)s alle %(hour)s le sue offerte qui non sono tutte", day=day(since), hour=hour(since))


def arriving(neighbour: Neighbour) -> str:
    return _("sta mandando i suoi dati: ne mancano %(count)s", count=neighbour.peer.remaining)


def cloned(_neighbour: Neighbour) -> str:
    return _("due computer firmano a suo nome")


SENTENCES = {
    queries.FINE: fine,
    queries.OURS: ours,
    queries.AWAITED: awaited,
    queries.SILENT: silent,
    queries.UNCONFIRMED: unconfirmed,
    queries.DIFFERING: differing,
    queries.ARRIVING: arriving,
    queries.CLONED: cloned,
}


def advice(neighbour: Neighbour) -> str:
    if neighbour.state == queries.CLONED and neighbour.is_us:
        return _(
            "Un altro computer usa le chiavi di questo nodo: gli altri non prendono più niente da qui. Avvisa subito chi lo amministra."
        )
    if neighbour.state == queries.CLONED:
        return _("Avvisa subito quel Comune e il capofila: non prendiamo più niente da lì finché non è chiarito.")
    if neighbour.state in (queries.SILENT, queries.UNCONFIRMED) and neighbour.visible_until:
        until = day(neighbour.visible_until)
        return _(
            "Le sue offerte restano visibili fino a %(day)s. Se dura più di un giorno, telefona a quello sportello.",
            day=until,
        )
    if neighbour.state == queries.DIFFERING:
        return _(
            "Il nodo chiede da solo quello che manca. Se dura più di un giorno, avvisa chi amministra quel nodo: %(why)s",
            why=neighbour.peer.differing_why,
        )
    if neighbour.state in (queries.SILENT, queries.AWAITED):
        return _("Il nodo riprova da solo. Se dura più di un giorno, telefona a quello sportello.")
    return ""


def held(copy: Copy) -> Trouble:
    """A statement that we keep and pass on but cannot show; its `problem` reads `reason: detail`."""
    code, _colon, detail = (copy.problem or "").partition(": ")
    return Trouble(copy.origin, copy.received_at, 1, str(UNUSABLE.get(code, UNUSABLE["body"])), f"{copy.id}: {detail}")


def refused(refusal: Refusal) -> Trouble:
    """A line that we did not take; where it names no origin, whoever sent it has to know."""
    sentence = REASONS.get(refusal.code) or _("Non è accettabile per questo nodo (%(code)s).", code=refusal.code)
    origin = refusal.origin or refusal.source
    return Trouble(origin, refusal.refused_at, refusal.times, str(sentence), refusal.detail)
