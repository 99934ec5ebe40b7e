"""Whatever stops a command, as one plain Italian line and an exit code.

2: something on this machine must be put right. 1: the network, or a rule of the domain, said no.
"""

import errno

import click
from sqlalchemy.exc import DBAPIError

from federation.capofila import CapofilaFault
from federation.joining import JoinRefused
from federation.keys import KeyFault
from federation.members import RosterFault
from federation.roots import RootFault
from federation.search.index import WriterBusy
from federation.transport import PeerFault
from node.core.config import ConfigFault
from node.core.db import SchemaFault
from node.core.errors import Refused

HERE, NETWORK = 2, 1

CAPOFILA = {
    "in-network": "Questo nodo fa già parte di una rete.",
    "threshold": "Il numero di chiavi di radice non torna: si consigliano 3 chiavi, di cui 2 bastano.",
    "no-address": "Al nodo capofila serve un indirizzo (url) che gli altri raggiungono.",
    "id": "L’identificativo non va bene: servono da 3 a 40 lettere minuscole, cifre o trattini, e non public o members.",
    "taken": "C’è già un membro con questo identificativo.",
    "no-member": "Nessun membro ha questo identificativo: `sportello network members` li elenca.",
    "capofila": "Il capofila non si può togliere: prima deve passare il ruolo a un altro nodo.",
    "relay": "Il capofila non fa anche da tramite: scegli un altro membro.",
    "relay-address": "Un tramite ha bisogno di un indirizzo (url): questo membro non ne ha.",
    "no-network": "Questo nodo non è capofila di nessuna rete.",
}
ROOTS = {
    "no-network": "Questo nodo non è nell’elenco di nessuna rete, o non ne è il capofila.",
    "capofila": "Questo nodo è già il capofila.",
    "no-address": CAPOFILA["no-address"],
    "unheard": (
        "Nessun altro membro risponde, e non si sa se l’elenco che è qui è il più nuovo. Riprova quando qualcuno risponde; "
        "con --alone si va avanti lo stesso, ma se altrove c’è un elenco più nuovo la rete si spezza in due."
    ),
    "behind": (
        "Un altro membro ha un elenco più nuovo, che da qui non si riesce a prendere. Riprova tra poco, "
        "o fai capofila quel nodo: con l’elenco che è qui la rete si spezzerebbe in due."
    ),
    "no-member": CAPOFILA["no-member"],
    "own-deputy": "Il capofila non è il vice di sé stesso: scegli un altro membro.",
    "deputy-address": "Un vice ha bisogno di un indirizzo (url) dove gli altri leggano l’elenco: questo membro non ne ha.",
    "exists": "Il file per la chiave esiste già: le chiavi non si sovrascrivono mai.",
    "key": "Il file non contiene una chiave privata.",
    "root-keys": "Le chiavi di radice non bastano, o non sono di questa rete: servono quelle esportate con `network create`.",
}
JOINING = {
    "used": "L’invito è già stato usato da un altro nodo: chiedine uno nuovo al capofila.",
    "expired": "L’invito è scaduto (vale 72 ore): chiedine uno nuovo al capofila.",
    "other-id": "L’invito è per un nodo con un altro identificativo.",
    "taken": "Nella rete c’è già un nodo con questo identificativo.",
    "key-taken": "Le chiavi di questo nodo sono già di un altro membro.",
    "no-address": "Per entrare serve un indirizzo https che gli altri raggiungono (impostazione url).",
    "address-taken": "L’indirizzo di questo nodo è già quello di un altro membro.",
    "full": "La rete ha già tutti i membri che può avere.",
    "gone": "Il nodo che il capofila aveva invitato di nuovo non è più nella rete.",
    "other-network": "All’indirizzo dell’invito risponde un’altra rete: non è stato cambiato nulla.",
}
DISK = {
    errno.ENOSPC: "Il disco è pieno: libera spazio e riprova.",
    errno.EDQUOT: "La quota del disco è esaurita: libera spazio e riprova.",
    errno.EROFS: "Il disco è in sola lettura.",
}


class Trouble(Exception):
    """A plain line for whoever typed the command."""

    def __init__(self, line: str, code: int = HERE):
        super().__init__(line)
        self.code = code


def told(fault: Exception) -> tuple[list[str], int]:
    """The lines and the exit code for a fault that a command may end with. Raises it again when nobody foresaw it."""
    for kinds, say in SAYINGS:
        if isinstance(fault, kinds):
            return say(fault)
    raise fault


def of_the_disk(fault: OSError) -> tuple[list[str], int]:
    if fault.errno in DISK:
        return [DISK[fault.errno]], HERE
    if isinstance(fault, PermissionError):
        return [f"Non ho il permesso di scrivere in {fault.filename}."], HERE
    if isinstance(fault, FileNotFoundError):
        return [f"Non trovo {fault.filename}."], HERE
    return [f"Il sistema rifiuta l’operazione: {fault.strerror or fault}."], HERE


def of_the_database(fault: DBAPIError) -> tuple[list[str], int]:
    reason = str(fault.orig).strip().splitlines()[0]
    sayings = {
        "disk is full": "Il disco è pieno: libera spazio e riprova.",
        "readonly": "Il database è in sola lettura: controlla i permessi della cartella.",
        "unable to open": "Non riesco ad aprire il database: controlla che la cartella esista e i suoi permessi.",
        "not a database": "Il file del database è rovinato o non è un database.",
        "locked": "Un altro programma tiene occupato il database: riprova.",
    }
    return [
        next((said for sign, said in sayings.items() if sign in reason), f"Il database non risponde: {reason}")
    ], HERE


def of_the_typing(fault: click.UsageError) -> tuple[list[str], int]:
    """click speaks English; what people meet most is said in Italian."""
    match fault:
        case click.MissingParameter():
            line = f"Manca {fault.param.get_error_hint(fault.ctx) if fault.param else fault.param_hint}."
        case click.NoSuchOption():
            line = f"L’opzione {fault.option_name} non esiste."
        case click.BadParameter(param=click.Parameter(type=click.Path())):
            line = f"Il file dato per {fault.param.get_error_hint(fault.ctx)} non c’è o non si legge: controlla nome e cartella."
        case click.BadParameter():
            line = f"Il valore di {fault.param.get_error_hint(fault.ctx) if fault.param else fault.param_hint} non va bene: {fault.message}"
        case _:
            line = fault.format_message()
    path = fault.ctx.command_path if fault.ctx else "sportello"
    return [line, f"Aiuto: {path} --help"], HERE


SAYINGS = (
    (Trouble, lambda fault: ([str(fault)], fault.code)),
    (click.UsageError, of_the_typing),
    (ConfigFault, lambda fault: (fault.faults, HERE)),
    (SchemaFault, lambda fault: ([str(fault)], HERE)),
    (KeyFault, lambda fault: ([f"Una chiave del nodo manca o non si legge: {fault}"], HERE)),
    (WriterBusy, lambda _: (["L’indice è in uso: ferma prima il nodo."], HERE)),
    (Refused, lambda fault: ([str(fault.message)], NETWORK)),
    (RootFault, lambda fault: ([ROOTS.get(fault.code, str(fault))], HERE)),
    (CapofilaFault, lambda fault: ([CAPOFILA.get(fault.code, str(fault))], NETWORK)),
    (JoinRefused, lambda fault: ([JOINING.get(fault.code, f"Il capofila rifiuta: {fault}")], NETWORK)),
    (RosterFault, lambda fault: ([f"L’elenco dei membri non si può usare: {fault}"], NETWORK)),
    (PeerFault, lambda fault: ([f"L’altro nodo non risponde come dovrebbe: {fault}"], NETWORK)),
    (
        TimeoutError,
        lambda _: (
            ["Il capofila non ha ancora risposto: forse il suo nodo è spento. Ripeti lo stesso comando più tardi."],
            NETWORK,
        ),
    ),
    (DBAPIError, of_the_database),
    (OSError, of_the_disk),
)
