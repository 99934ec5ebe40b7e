"""What the columns of a table of vacancies mean: every office has its own names for them."""

from collections.abc import Sequence

from node.vacancies.importing.days import is_day
from node.vacancies.importing.heads import Heads
from schemas.codes import comuni, spoken
from schemas.messages import Message

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


def _contradicts(field: str, cells: Sequence[str]) -> bool:
    """Whether what stands in the column cannot be that: a "Scadenza" without a day, a reference that only counts rows.

    Numbers from 1 on would be found again in next year's file, where they mean other offers.
    """
    if field == "external_ref":
        counted = [str(number) for number in range(1, len(cells) + 1)]
        return bool(cells) and (len(set(cells)) < len(cells) or list(cells) == counted)
    return field in {"closes_on", "published_on", "starts_on"} and bool(cells) and not any(map(is_day, cells))


HEADS = Heads(
    NAMES,
    LABELS,
    SEVERAL,
    telling={
        "places": lambda cell: bool(comuni.find(cell)),
        "contract": lambda cell: spoken.contract(cell) is not None,
    },
    contradicts=_contradicts,
    needed="title",
)
"""Without a title there is no offer."""
