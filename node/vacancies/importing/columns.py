"""What the columns of somebody else's table mean.

Every office has its own names, so a proposal is made from the head, from what the operator chose for a column of that
name the last time, and for a head that says nothing from what stands below it. The operator sees the proposal and has
the last word.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from node.vacancies.importing.days import is_day
from schemas.codes import comuni, spelling, spoken
from schemas.messages import Message

IGNORED = ""
"""The field of a column that is not imported."""

LABELS = {
    "external_ref": Message("Riferimento (numero o codice dell’offerta)"),
    "title": Message("Titolo"),
    "employer": Message("Azienda"),
    "employer_vat": Message("Partita IVA dell’azienda"),
    "places": Message("Luogo di lavoro"),
    "province": Message("Provincia"),
    "contract": Message("Contratto"),
    "published_on": Message("Pubblicata il"),
    "closes_on": Message("Candidature fino al"),
    "how_to_apply": Message("Come candidarsi"),
    "desk": Message("Sportello"),
    "state": Message("Stato (aperta, chiusa, bozza)"),
    "occupation": Message("Professione"),
    "description": Message("Descrizione"),
    "tasks": Message("Cosa si fa"),
    "requirements": Message("Cosa serve"),
    "offer": Message("Cosa offre l’azienda"),
    "hours": Message("Orario"),
    "weekly_hours": Message("Ore alla settimana"),
    "shifts": Message("Lavoro a turni"),
    "remote": Message("Da casa o in sede"),
    "positions": Message("Posti"),
    "pay": Message("Retribuzione"),
    "pay_min": Message("Retribuzione lorda da"),
    "pay_max": Message("Retribuzione lorda fino a"),
    "pay_period": Message("Retribuzione: all’ora, al giorno, al mese, all’anno"),
    "education": Message("Titolo di studio"),
    "experience": Message("Esperienza"),
    "licences": Message("Patenti e abilitazioni"),
    "languages": Message("Lingue"),
    "reserved": Message("Riservata (L. 68/99) o categoria"),
    "sector": Message("Settore"),
    "starts_on": Message("Inizio"),
    "ccnl": Message("Contratto collettivo (CCNL)"),
    "employer_hidden": Message("Non mostrare il nome dell’azienda"),
    "override_reason": Message("Perché il testo è ammesso"),
}
"""Every field that a column can be, with what people call it, in the order of the choice."""

SEVERAL = frozenset(("description", "tasks", "requirements", "offer", "how_to_apply", "reserved"))
"""Fields into which more than one column may go, one below the other."""

# The likeliest names first, behind the bar those that more often mean something else. Compared without capitals, accents,
# signs and small words.
NAMES = {
    "external_ref": "riferimento, rif, codice offerta, codice annuncio, id, id offerta, id annuncio, numero offerta, "
    "n offerta, rif offerta, codice, protocollo, n prot, numero, n, nr, num, cod, reference, job id, identifier, external id",
    "title": "titolo, titolo offerta, titolo annuncio, title, job title, posizione, posizione ricercata, posizione aperta, "
    "figura ricercata, figura professionale, figura, mansione, mansioni, ruolo, lavoro, profilo ricercato, oggetto, ricerca, "
    "offerta lavoro | offerta, annuncio, qualifica, professione, profilo professionale, profilo, nome",
    "employer": "azienda, datore lavoro, datore, ragione sociale, impresa, ditta, ente, nome azienda, denominazione, "
    "denominazione azienda, employer, company, hiring organization name, hiring organization, societa | cliente, struttura",
    "employer_vat": "partita iva, p iva, piva, iva, cf azienda, partita iva azienda, p iva azienda, codice fiscale azienda, vat, vat number",
    "places": "comune, luogo lavoro, sede lavoro, luogo, sede, localita, citta, comune sede, comune lavoro, places, place, "
    "sede lavorativa, zona, location, job location, job location address address locality, comuni, paese, dove",
    "province": "provincia, prov, pr, sigla, province, provincia sede lavoro, provincia lavoro",
    "contract": "contratto, tipo contratto, tipologia contratto, tipologia contrattuale, contract, forma contrattuale, "
    "rapporto lavoro, tipologia rapporto, tipo rapporto, inquadramento contrattuale, employment type | tipologia",
    "published_on": "pubblicata, pubblicato, data pubblicazione, pubblicazione, published on, date posted, data inserimento, inserita, "
    "data offerta, data annuncio, data richiesta, data apertura, apertura, valida dal | data, aperta",
    "closes_on": "scadenza, data scadenza, scade, candidature fino, fino, entro, data chiusura, chiusura, closes on, "
    "valida fino, valid through, validita, termine, termine candidature, data fine, scadenza candidature, candidarsi entro",
    "how_to_apply": "come candidarsi, modalita candidatura, candidatura, candidature, how apply, how to apply, "
    "modalita presentazione candidatura, per candidarsi, inviare curriculum",
    "desk": "sportello, desk, sportello riferimento, cpi, centro impiego",
    "state": "stato, stato offerta, state, stato annuncio, esito, status, stato richiesta",
    "occupation": "professione, profilo professionale, profile, profilo, qualifica, qualifica istat, codice professione, "
    "isco, codice isco, isco 08, cp2021, professione istat, occupation, esco, cod professione, gruppo professionale",
    "description": "descrizione, descrizione offerta, descrizione annuncio, testo, testo annuncio, description, dettagli, dettaglio | "
    "annuncio, note, nota, altre informazioni, informazioni, osservazioni",
    "tasks": "compiti, attivita, cosa fa, cosa si fa, mansioni, descrizione mansione, descrizione mansioni, attivita svolte, tasks, responsibilities | mansione",
    "requirements": "requisiti, cosa serve, requisiti richiesti, competenze, requirements, caratteristiche, conoscenze, "
    "competenze richieste, profilo richiesto, skills, conoscenze informatiche, altri requisiti",
    "offer": "offriamo, cosa offre azienda, si offre, offer, benefit, condizioni, cosa si offre, vantaggi, condizioni offerte",
    "hours": "orario, orario lavoro, tempo lavoro, full time part time, ft pt, hours, work hours, tipo orario, articolazione oraria, tempo, part time",
    "weekly_hours": "ore settimana, ore settimanali, ore, h settimanali, monte ore, weekly hours, n ore, numero ore",
    "shifts": "turni, lavoro turni, turno, turnazione, shifts",
    "remote": "da casa o in sede, smart working, telelavoro, lavoro agile, remote, remoto",
    "positions": "posti, numero posti, n posti, posizioni, numero posizioni, n posizioni, nr posti, positions, quanti, "
    "numero lavoratori, n lavoratori, unita, lavoratori richiesti, total job openings, n figure, numero figure, nr figure",
    "pay": "retribuzione, stipendio, compenso, paga, ral, salario, trattamento economico, salary, pay, base salary, retribuzione lorda, importo, rimborso",
    "pay_min": "retribuzione lorda da, retribuzione minima, stipendio minimo, stipendio da, ral minima, ral min, pay min, paga minima, base salary value min value",
    "pay_max": "retribuzione lorda fino, retribuzione lorda a, retribuzione massima, stipendio massimo, stipendio fino, ral massima, ral max, pay max, paga massima, base salary value max value",
    "pay_period": "periodo retribuzione, periodicita, pay period, retribuzione ora giorno mese anno, base salary value unit text",
    "education": "titolo studio, titoli studio, studi, istruzione, scolarita, education, education requirements, titolo studio richiesto",
    "experience": "esperienza, esperienza richiesta, esperienze, anni esperienza, experience, experience requirements, esperienza lavorativa",
    "licences": "patente, patenti, patenti abilitazioni, patentino, patentini, abilitazioni, licences, licenze, patente guida, patente richiesta",
    "languages": "lingue, lingua, lingue straniere, conoscenze linguistiche, languages, conoscenza lingue",
    "reserved": "riservata l 68 99, riservata, categoria, category, categoria protetta, categorie protette, legge 68, l 68 99, "
    "legge 68 99, collocamento mirato, reserved, tipo offerta, tipologia offerta, riservata l 68 99 categoria",
    "sector": "settore, settore attivita, ateco, codice ateco, sector, industry, comparto, settore azienda, settore economico",
    "starts_on": "inizio, data inizio, decorrenza, data assunzione, starts on, assunzione, job start date, inizio lavoro, dal",
    "ccnl": "ccnl, contratto collettivo, contratto collettivo ccnl, ccnl applicato, livello ccnl, livello, inquadramento",
    "employer_hidden": "non mostrare nome azienda, azienda riservata, anonima, employer hidden, nascondi azienda",
}  # fmt: skip

_SMALL = frozenset("a al alla allo ad da dal del della dell dello dei degli delle di e ed i il in l la le lo per con su".split())  # noqa: SIM905  # fmt: skip
_HUMP = re.compile(r"(?<=[a-zà-ù])(?=[A-Z])")

SURE, WEAK = 1.0, 0.7
KNOWN_AT = 0.5
OF_CONTENT = 0.4
MOST = 0.6  # of the cells that are not blank


class Guess(NamedTuple):
    score: float
    column: int
    field: str


def is_known(head: str) -> bool:
    """Whether we know what a column of this name holds."""
    folded = folded_head(head)
    return bool(folded) and folded in _BY_NAME


def propose(
    heads: Sequence[str], samples: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None
) -> list[str]:
    """The field of each column, IGNORED for one that nobody understands.

    `samples` are rows of cells; `remembered` maps `folded_head` to the field that was chosen for such a column before.
    """
    known = remembered or {}
    chosen = {at: known[name] for at, head in enumerate(heads) if (name := folded_head(head)) in known}
    guesses = [
        guess
        for at, head in enumerate(heads)
        if at not in chosen
        for guess in _guesses(at, head, [row[at] for row in samples if row[at].strip()])
    ]
    for _score, at, name in sorted(guesses, key=lambda guess: (-guess.score, guess.column)):
        if at not in chosen and (name in SEVERAL or name not in chosen.values()):
            chosen[at] = name
    _find_a_title(chosen, heads)
    return [chosen.get(at, IGNORED) for at in range(len(heads))]


def _find_a_title(chosen: dict[int, str], heads: Sequence[str]) -> None:
    """Without a title there is no offer: the column whose head comes nearest gives its other meaning up."""
    if "title" in chosen.values():
        return
    called = [name.split() for name, fields in _BY_NAME.items() if any(field == "title" for field, _trust in fields)]
    nearest = [max(_share(name, folded_head(head).split()) for name in called) for head in heads]
    best = max(range(len(heads)), key=nearest.__getitem__, default=None)
    if best is not None and nearest[best]:
        chosen[best] = "title"


def folded_head(head: str) -> str:
    """The head as it is compared and remembered: "Data di Scadenza" and "data_scadenza" are one."""
    words = spelling.words(_HUMP.sub(" ", head))
    return " ".join([word for word in words if word not in _SMALL] or words)


_BY_NAME: dict[str, list[tuple[str, float]]] = {}
for _field, _names in NAMES.items():
    for _trust, _part in zip((SURE, WEAK), _names.split(" | "), strict=False):
        for _place, _name in enumerate(_part.split(", ")):
            _BY_NAME.setdefault(folded_head(_name), []).append((_field, _trust - _place / 1000))
for _field, _label in LABELS.items():
    for _name in (_label, _field):
        _BY_NAME.setdefault(folded_head(_name), []).append((_field, SURE))


def _guesses(column: int, head: str, cells: Sequence[str]) -> list[Guess]:
    """What the column may be, by its head; by its cells when the head says nothing."""
    folded = folded_head(head)
    found: dict[str, float] = {}
    for field, trust in _BY_NAME.get(folded, ()):
        found[field] = max(found.get(field, 0), trust)
    if not found:
        words = folded.split()
        for name, fields in _BY_NAME.items():
            share = _share(name.split(), words)
            if share >= KNOWN_AT:
                for field, trust in fields:
                    found[field] = max(found.get(field, 0), share * trust)
    if not found:
        found = {field: OF_CONTENT for field, is_such in _TELLING.items() if _mostly(is_such, cells)}
    return [Guess(score, column, field) for field, score in found.items() if not _contradicts(field, cells)]


def _share(name: Sequence[str], words: Sequence[str]) -> float:
    """How much of a head a known name makes up, when the head has all its words."""
    if not words or not set(name) <= set(words) or len("".join(name)) < 4:
        return 0.0
    return 0.9 * len(name) / len(words)


_TELLING = {
    "places": lambda cell: bool(comuni.find(cell)),
    "contract": lambda cell: spoken.contract(cell) is not None,
}


def _mostly(is_such, cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(bool, map(is_such, cells))) >= MOST * len(cells)


def _contradicts(field: str, cells: Sequence[str]) -> bool:
    """Whether what stands in the column cannot be that: a "Scadenza" without a day, a reference that only counts rows.

    Numbers from 1 on would be found again in next year's file, where they mean other offers.
    """
    if field == "external_ref":
        counted = [str(number) for number in range(1, len(cells) + 1)]
        return bool(cells) and (len(set(cells)) < len(cells) or list(cells) == counted)
    return field in {"closes_on", "published_on", "starts_on"} and bool(cells) and not any(map(is_day, cells))
