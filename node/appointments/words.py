"""What the agenda's pages call the letters it sends and what was done with an appointment."""

from node.appointments.letters import CANCELLATION, CONFIRMATION, EXPIRED, REFUSED, REMINDER, REQUEST, TAKEN
from node.core.i18n import lazy

LETTERS = {
    REQUEST: lazy("Link per confermare"),
    CONFIRMATION: lazy("Conferma"),
    REMINDER: lazy("Promemoria"),
    CANCELLATION: lazy("Disdetta"),
    TAKEN: lazy("Avviso: l’ora non è più libera"),
    EXPIRED: lazy("Avviso: la richiesta è scaduta"),
    REFUSED: lazy("Avviso: la richiesta non è accolta"),
}

UNTOLD = {TAKEN: lazy("quando è arrivata l’ora era già presa"), EXPIRED: lazy("nessuno l’ha confermata in tempo")}
"""Why a request came to nothing of which somebody has to be told by telephone."""

VERBS = {
    "appointment.asked": lazy("Chiesto dal sito"),
    "appointment.booked": lazy("Fissato"),
    "appointment.confirmed": lazy("Confermato"),
    "appointment.moved": lazy("Spostato"),
    "appointment.cancelled": lazy("Disdetto"),
    "appointment.expired": lazy("Richiesta scaduta senza conferma"),
    "appointment.gone": lazy("Chiesto dal sito quando l’ora non era più libera"),
    "appointment.kept": lazy("È venuto"),
    "appointment.missed": lazy("Non è venuto"),
    "appointment.corrected": lazy("Esito corretto: è ancora atteso"),
    "appointment.tied": lazy("Collegato alla scheda della persona"),
    "appointment.called": lazy("Avvisata al telefono"),
}
"""What the history of an appointment says for a verb of the audit."""
