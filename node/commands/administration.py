"""Looking at a node and lending it a hand from the command line."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.members import Roster
from federation.opening import DOUBLED, UNHEARD
from federation.pull import Puller, Round
from federation.register import STATE_ID, RegisterRow, RegisterState
from federation.replica import Pushed
from federation.search.index import Index, Writer
from federation.topology import readings
from node import __version__
from node.commands import network
from node.commands.faults import Trouble
from node.commands.founding import refuse_weak
from node.core import clock, db
from node.core.actors import NODE
from node.core.config import Config
from node.health import queries
from node.health.actions import PROOF
from node.operators import actions, factors
from node.operators import queries as accounts
from schemas.operator import OperatorForm


def add_operator(config: Config, username: str, name: str, role: str, password: str | None) -> str:
    """The new account's password. Raises Refused for a name that is taken, Trouble for one that is not a name, or a weak password."""
    typed = {"username": username, "display_name": name, "role": role}
    wrong = OperatorForm().validate(typed)
    if wrong:
        raise Trouble(" ".join(str(message) for messages in wrong.values() for message in messages))
    refuse_weak(config, username, name, password)
    with db.opened(db.desk_of(config)) as desk, db.transaction(desk) as session:
        return actions.add_operator(session, NODE, typed, password)[1]


def reset_factor(config: Config, username: str) -> None:
    """Take the second factor from an account that has lost it. Raises Trouble for an account that there is not."""
    with db.opened(db.desk_of(config)) as desk, db.transaction(desk) as session:
        operator = accounts.named(session, username)
        if operator is None:
            known = ", ".join(each.username for each in accounts.operators(session))
            raise Trouble(f"Non c’è nessun account «{username}». Ci sono: {known}.")
        factors.reset(session, NODE, operator)


def pull(config: Config, peers: Iterable[str]) -> list[Round]:
    """Read these peers now, or all that this node reads. Raises Trouble for one that is no member."""
    store = network.store_of(config)
    known = {peer.id for peer in store.current().members.values() if peer.url and peer.id != config.id}
    unknown = set(peers) - known
    if unknown:
        raise Trouble(f"{', '.join(sorted(unknown))}: non è un altro membro della rete.")
    with db.opened(db.replica_of(config)) as copies, network.client_of(config) as client:
        puller = Puller(config.id, copies, store, client, clock.now)
        return [puller.pull(peer) for peer in sorted(peers or readings(store.current(), config.id))]


def reindex(config: Config) -> int:
    """Build the search index anew from the replica; how many vacancies it holds. Raises WriterBusy."""
    with db.opened(db.replica_of(config)) as copies, Writer(config.index) as writer:
        writer.rebuild()
        while writer.follow(copies):
            pass
    return Index(config.index).documents


def status(config: Config) -> dict[str, Any]:
    """What can be counted from outside, whether the node is running or not."""
    with db.opened(db.desk_of(config)) as desk, desk.reading() as session:
        found, known = db.database_version(desk), db.program_version()
        state = session.get(RegisterState, STATE_ID)
        dirty = session.scalar(select(func.count()).select_from(RegisterRow).where(RegisterRow.dirty))
        publishing = queries.publishing(session, clock.now())
        letters = post(session)
    roster = network.store_of(config).current()
    members = network.members(config)
    return {
        "id": config.id,
        "name": config.name,
        "version": __version__,
        "database": {"version": found, "program": known},
        "register": {"epoch": state.epoch if state else None, "seq": state.seq if state else 0, "waiting": dirty},
        "publisher": {"shut_since": moment(publishing.shut_since), "shut_why": publishing.shut_why},
        "network": roster.network,
        "roster": roster.version,
        "records": sum(each["records"] for each in members),
        "indexed": Index(config.index).documents,
        "members": members,
        "peers": peers(config, roster),
        **letters,
        "brought": brought(config),
    }


def post(session: Session) -> dict[str, Any]:
    """What is outstanding between the desks: letters as numbers and one by one, and the erasures not yet confirmed."""
    now = clock.now()
    found = queries.post(session, PROOF, now)
    asked = [
        {
            "recipient": each.recipient,
            "topic": each.topic,
            "asked_at": moment(each.asked_at),
            "until": moment(each.until),
            "late": each.is_late(now),
        }
        for each in found.questions
    ]
    erased = [
        {
            "erased_at": moment(each.erased_at),
            "ends_at": moment(each.ends_at),
            "confirmed": [holder.member for holder in each.confirmed],
            "missing": [holder.member for holder in each.missing],
        }
        for each in found.erasures
    ]
    counted = {
        "outstanding": len(found.questions),
        "late": queries.late_letters(session, now),
        "held": len(found.held),
        "questions": asked,
    }
    return {"mailbox": counted, "erasures": erased}


def peers(config: Config, roster: Roster) -> list[dict[str, Any]]:
    """How reading each of the others goes: in a word as on the page "Rete", in moments and in numbers."""
    found = network.in_copies(config, lambda session: queries.neighbours(session, roster, config, clock.now()), [])
    return [
        {
            "id": each.member.id,
            "state": each.state,
            "last_ok_at": moment(each.peer.last_ok_at),
            "failures": each.peer.failures,
            "last_error": each.peer.last_error,
            "remaining": each.peer.remaining,
            "differing_since": moment(each.peer.differing_since),
            "differing_why": each.peer.differing_why,
            "rounds": each.peer.rounds,
            "bytes": each.peer.bytes_read,
            "verified": each.peer.verified,
            "held": each.held,
            "refused": each.refused,
        }
        for each in found
        if each.peer is not None
    ]


def brought(config: Config) -> list[dict[str, Any]]:
    """The members without address for which this node is a relay, and when each last brought its pages."""
    found = network.in_copies(config, lambda session: list(session.scalars(select(Pushed).order_by(Pushed.origin))), [])
    return [{"id": each.origin, "taken_at": moment(each.taken_at), "position": each.cursor} for each in found]


def moment(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()


def in_words(found: dict[str, Any]) -> Iterable[str]:
    yield f"{found['name']} ({found['id']}), programma {found['version']}, database {found['database']['version']}"
    yield f"Rete: {found['network'] or 'nessuna'}, {len(found['members'])} membri"
    yield f"Registro: ultimo numero {found['register']['seq']}, in attesa di firma {found['register']['waiting']}"
    if found["publisher"]["shut_why"]:
        yield f"Il nodo non pubblica dal {found['publisher']['shut_since']}: {SHUT[found['publisher']['shut_why']]}"
    yield f"Copie: {found['records']}; offerte nell’indice: {found['indexed']}"
    letters = found["mailbox"]
    yield f"Messaggi: {letters['outstanding']} in attesa, {letters['late']} in ritardo, {letters['held']} non aperti"
    for each in found["erasures"]:
        yield f"Cancellazione del {each['erased_at']}: mancano {', '.join(each['missing'])}; si chiude il {each['ends_at']}"
    for each in found["members"]:
        yield f"  {each['id']:32} {each['records']:6}  {each['confirmed_at'] or 'mai confermato'}"
    for each in found["peers"]:
        if each["last_error"] or each["differing_why"]:
            yield f"  {each['id']}: {each['last_error'] or each['differing_why']}"
    for each in found["brought"]:
        yield f"  {each['id']}: ha portato le sue pagine il {each['taken_at']}"


SHUT = {
    UNHEARD: "aspetta di sentire un altro nodo.",
    DOUBLED: "un’altra macchina firma con le sue chiavi. Spegnila, poi riaccendi questo nodo.",
}
