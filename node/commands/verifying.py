"""`sportello verify`: one line for each part of the node, whether it is well, and what to do where it is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import func, select, text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from federation import register, replica, verification
from federation.database import Database
from federation.erasures import Ledger
from federation.keys import KeyFault
from federation.members import Roster
from federation.replica import Copy
from federation.search.index import Index
from federation.statement import Keyring
from federation.witness import Verdict, Witness
from node.commands import network
from node.core import audit, chain, clock, db, identity, restoring
from node.core.audit import Deed
from node.core.chain import Link
from node.core.config import Config
from node.core.outside import seen_outside
from node.vacancies.models import Vacancy

AFTER_RESTORE = ("testimone", "copie", "confronto", "indice")
"""What cannot be well yet when a node has just been put back: the next start mends it."""
NAMED = 5
"""So many ids of what is wrong are told; the number says how many there are."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, what was found, and what to do; `advice` is empty where all is well.

    `mends_at_start`: the next start begins anew, as after a restore or with other keys, and mends it.
    """

    subject: str
    is_well: bool
    told: str
    advice: str = ""
    mends_at_start: bool = False

    @property
    def is_fine(self) -> bool:
        return self.is_well or self.mends_at_start


def verify(config: Config, progress: Progress = lambda _count: None) -> Iterator[Finding]:
    """Look at everything, the node running or not; each finding as soon as it is known. Nothing is changed."""
    will_begin_anew = restoring.ordered(config) is not None
    for each in looked_at(config, progress):
        mends = will_begin_anew and not each.is_well and each.subject in AFTER_RESTORE
        yield replace(each, mends_at_start=mends)


def looked_at(config: Config, progress: Progress) -> Iterator[Finding]:
    yield from of_keys(config)
    roster = network.store_of(config).current()
    yield of_roster(config, roster)
    outside = seen_outside(config)  # before the database is looked at: the node may be writing on
    with db.opened(db.desk_of(config)) as desk, db.opened(db.replica_of(config)) as copies:
        sound = of_database(desk)
        yield sound
        if sound.is_well:
            with desk.reading() as session:
                yield of_register(config, session)
                yield of_witness(config, session)
                yield of_erasures(config, session)
                yield of_chain(session, outside)
                yield of_audit(session)
        if not replica.is_made(copies):
            yield Finding("copie", False, "Le copie degli altri Comuni non ci sono, o sono di un’altra versione.", ANEW)
            return
        with copies.reading() as session:
            yield of_copies(session, roster, progress)
            yield of_digests(config, session)
            yield of_index(config, session)


def of_keys(config: Config) -> Iterator[Finding]:
    try:
        signing = identity.signing_key(config).public
    except (KeyFault, OSError) as fault:
        advice = "Rimetti la cartella keys da una copia di sicurezza: senza chiave il nodo non pubblica."
        yield Finding("chiavi", False, f"La chiave di firma non si legge: {fault}", advice)
        return
    if signing.kid in {key.kid for key in identity.myself(config).keys}:
        yield Finding("chiavi", True, "La chiave di firma c’è ed è quella del nodo.")
    else:
        yield Finding(
            "chiavi",
            False,
            "La chiave di firma non è quella in public.json.",
            "Rimetti tutti e due dalla stessa copia.",
        )


def of_roster(config: Config, roster: Roster | None) -> Finding:
    if roster is None:
        return Finding(
            "rete", False, "L’elenco dei membri non c’è.", "Rimetti la cartella roster da una copia di sicurezza."
        )
    if roster.network is None:
        return Finding("rete", True, "Il nodo non fa parte di una rete.")
    told = f"Rete {roster.network}, elenco numero {roster.version}, {len(roster.members)} membri"
    if config.id not in roster.members:
        return Finding("rete", False, f"{told}: questo nodo non c’è.", "Chiedi al capofila un nuovo invito.")
    if roster.expired:
        return Finding("rete", False, f"{told}, scaduto.", "Il capofila non lo conferma: avvisalo.")
    if not {key.kid for key in roster.members[config.id].keys} & {key.kid for key in identity.myself(config).keys}:
        return Finding(
            "rete",
            False,
            f"{told}: con un’altra chiave per questo nodo.",
            "Le chiavi sono di un’altra copia: rimetti quelle giuste.",
        )
    return Finding("rete", True, f"{told}.")


def of_database(desk: Database) -> Finding:
    """The file itself, before anything in it is believed."""
    try:
        found, known = db.database_version(desk), db.program_version()
        if found is not None and desk.url.get_backend_name() == "sqlite":
            with desk.engine.connect() as connection:
                broken = [row[0] for row in connection.execute(text("PRAGMA quick_check(5)")) if row[0] != "ok"]
                orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
            if broken or orphans:
                told = "; ".join(broken) or f"{len(orphans)} righe rimandano a righe che non ci sono"
                return Finding("database", False, f"Il database è rovinato: {told}", TO_RESTORE)
    except DBAPIError as fault:
        return Finding("database", False, f"Il database non si legge: {str(fault.orig).splitlines()[0]}", TO_RESTORE)
    if found is None:
        return Finding("database", False, "Nel database non c’è un nodo.", TO_RESTORE)
    if found > known:
        return Finding(
            "database",
            False,
            f"Il database è alla versione {found}, il programma alla {known}.",
            "Installa il programma aggiornato.",
        )
    return Finding("database", True, f"Il database dello sportello è intero, versione {found}.")


def of_register(config: Config, session: Session) -> Finding:
    keyring = Keyring({config.id: identity.myself(config).keys})
    wrong = verification.wrong_rows(session, keyring)
    total = session.scalar(select(func.count()).select_from(register.RegisterRow)) or 0
    if wrong:
        return Finding(
            "registro", False, f"{len(wrong)} righe su {total} non sono quelle firmate: {named(wrong)}", TO_RESTORE
        )
    last = register.said(session)
    return Finding(
        "registro",
        True,
        f"{total} righe, tutte firmate da questo nodo; ultimo numero {last.seq} dell’epoca {last.epoch}.",
    )


def of_witness(config: Config, session: Session) -> Finding:
    verdict = Witness(config.witness, config.id).verdict(register.said(session))
    anew = "Non fare niente: alla prossima accensione il nodo se ne accorge e riparte da quello che gli altri sanno."
    if verdict is Verdict.CONTRADICTS:
        return Finding(
            "testimone", False, "Il testimone sa più del registro: il database è stato riportato indietro.", anew
        )
    if verdict is Verdict.MISSING:
        return Finding("testimone", False, "Il testimone manca o non si legge.", anew)
    return Finding("testimone", True, "Il testimone e il registro vanno d’accordo.")


def of_erasures(config: Config, session: Session) -> Finding:
    erased = Ledger(config.erasures).ids()
    back = register.living(session, erased)
    if back:
        return Finding(
            "cancellazioni",
            False,
            f"{len(back)} dati cancellati sono tornati: {named(back)}",
            "Accendi il nodo: li cancella di nuovo da solo.",
        )
    return Finding("cancellazioni", True, f"{len(erased)} cancellazioni annotate, nessuna è tornata.")


def of_chain(session: Session, outside: Link | None) -> Finding:
    """Whether the audit is the one that was written, from its anchor to its head, and to what the file outside has seen."""
    last = chain.anchor(session)
    for deed, found in audit.links(session):
        if (found.place, deed.before) != (last.place + 1, last.hash):
            return Finding("catena", False, f"La catena delle tracce si rompe alla riga {found.place}: {BROKEN}", ASK)
        last = found
        if outside is not None and outside.place == last.place and outside != last:
            return Finding(
                "catena", False, f"Fino alla riga {last.place} le tracce sono state riscritte: {BROKEN}", ASK
            )
    if last != chain.head(session) or audit.unchained(session):
        return Finding("catena", False, f"La catena delle tracce si rompe dopo la riga {last.place}: {BROKEN}", ASK)
    if outside is not None and outside.place > last.place:
        told = f"Le tracce finiscono alla riga {last.place}, ma il nodo ne ha viste {outside.place}: {CUT}"
        return Finding("catena", False, told, ASK)
    return Finding("catena", True, f"La catena delle tracce è intera fino alla riga {last.place}.")


def of_audit(session: Session) -> Finding:
    """Every vacancy that left its draft has left a trace, unless its time is over."""
    total = session.scalar(select(func.count()).select_from(Deed)) or 0
    has_trace = select(Deed.id).where(Deed.kind == Vacancy.__tablename__, Deed.ref == Vacancy.ref).exists()
    is_recent = (
        true()
        if chain.anchor(session).place == 0
        else Vacancy.created_at >= select(func.min(Deed.at)).scalar_subquery()
    )
    silent = session.scalars(select(Vacancy.ref).where(~has_trace, is_recent).order_by(Vacancy.ref)).all()
    if silent:
        return Finding(
            "tracce",
            False,
            f"{len(silent)} offerte non hanno lasciato traccia: {named(silent)}",
            "Qualcuno ha scritto nel database senza il programma: chiedi chi lo amministra.",
        )
    ahead = session.scalar(select(func.count()).select_from(Deed).where(Deed.at > clock.now())) or 0
    if ahead:
        return Finding(
            "tracce", False, f"{ahead} righe portano una data futura.", "Controlla l’orologio di questa macchina."
        )
    return Finding("tracce", True, f"{total} righe di tracce, nessuna offerta senza.")


def of_copies(session: Session, roster: Roster | None, progress: Progress) -> Finding:
    if roster is None:
        return Finding(
            "copie", False, "Senza elenco dei membri le firme non si possono controllare.", "Rimetti prima l’elenco."
        )
    total, wrong = 0, []
    for count, found in verification.wrong_copies(session, roster):
        total += count
        wrong += [f"{origin}/{name}" for origin, name in found]
        progress(total)
    if wrong:
        return Finding(
            "copie", False, f"{len(wrong)} copie su {total} non sono firmate da chi dicono: {named(wrong)}", REFILL
        )
    return Finding("copie", True, f"{total} copie, tutte firmate dai loro Comuni.")


def of_digests(config: Config, session: Session) -> Finding:
    differing = verification.differing(session, config.id)
    if differing:
        whose = ", ".join(sorted({each.origin for each in differing}))
        return Finding(
            "confronto",
            False,
            f"Le copie di {whose} non sono tutte.",
            "Se il nodo è acceso le chiede da solo alla prossima conferma. Se dura più di un giorno: " + REFILL,
        )
    return Finding("confronto", True, "Le copie sono quelle che i Comuni hanno confermato.")


def of_index(config: Config, session: Session) -> Finding:
    now = clock.now()
    wanted = select(func.count()).where(Copy.kind == "vacancy", Copy.not_after > now, *replica.USED)
    held, found = session.scalar(wanted) or 0, Index(config.index).documents
    if found < held:
        return Finding(
            "indice",
            False,
            f"Nell’indice ci sono {found} offerte, nelle copie {held}.",
            f"Ferma il nodo e ricostruiscilo: sportello reindex --data {config.data}",
        )
    return Finding("indice", True, f"L’indice ha le {held} offerte aperte delle copie.")


def named(ids: list[str]) -> str:
    more = f" e altre {len(ids) - NAMED}" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more


BROKEN = "qualcuno ha cambiato, aggiunto o tolto righe nel database senza il programma."
CUT = "le ultime sono state tolte, o il database è di un giorno prima."
ASK = (
    "Chiedi chi amministra la macchina, non cancellare niente e conserva le copie di sicurezza: la più vecchia che va bene "
    "dice fino a quando le tracce erano intere."
)
ANEW = "Accendi il nodo: le chiede agli altri da solo."
TO_RESTORE = "Ferma il nodo e rimetti l’ultima copia buona: sportello restore FILE --data CARTELLA"
REFILL = "Ferma il nodo e cancella replica.sqlite: si riempie da sola dagli altri nodi."
