"""What the columns of a table of persons mean."""

from collections.abc import Sequence

from node.vacancies.importing.days import is_day
from node.vacancies.importing.heads import Heads
from schemas import tax_codes
from schemas.messages import Message

LABELS = {
    "family_name": Message("Cognome"),
    "given_name": Message("Nome"),
    "full_name": Message("Cognome e nome insieme"),
    "tax_code": Message("Codice fiscale"),
    "born_on": Message("Data di nascita"),
    "sex": Message("Sesso"),
    "birthplace": Message("Luogo di nascita"),
    "phone": Message("Telefono"),
    "email": Message("E-mail"),
    "reach": Message("Come si raggiunge"),
    "residence": Message("Comune di residenza"),
    "address": Message("Indirizzo"),
    "domicile": Message("Comune di domicilio"),
    "domicile_address": Message("Indirizzo del domicilio"),
    "trades": Message("Che lavoro cerca"),
    "notice_given_on": Message("Informativa consegnata il"),
    "guardian_name": Message("Chi ne ha la responsabilità"),
    "guardian_phone": Message("Telefono di chi ne ha la responsabilità"),
    "permit": Message("Permesso di soggiorno"),
    "permit_until": Message("Permesso fino al"),
    "situation": Message("Situazione"),
    "situation_since": Message("Situazione dal"),
    "benefit": Message("Sostegno"),
    "education": Message("Titolo di studio"),
    "education_title": Message("Quale titolo di studio"),
    "languages": Message("Lingue"),
    "skills": Message("Competenze"),
    "licences": Message("Patenti e abilitazioni"),
    "hours": Message("Orario"),
    "contracts": Message("Contratti che accetta"),
    "radius_km": Message("Fino a quanti km"),
    "notes": Message("Note"),
}
"""Every field that a column can be, in the order of the choice."""

SEVERAL = frozenset(("trades", "skills", "notes", "address", "domicile_address"))
"""Fields into which more than one column may go."""

# The likeliest names first, behind the bar those that more often mean something else.
NAMES = {
    "family_name": "cognome, surname, last name, family name, cognome candidato, cognome utente",
    "given_name": "nome, name, first name, given name, nome candidato, nome utente",
    "full_name": "cognome e nome, nome e cognome, nominativo, full name, candidato, persona, utente, lavoratore",
    "tax_code": "codice fiscale, cf, cod fiscale, cod fisc, c f, fiscal code, tax code | codice",
    "born_on": "data di nascita, nato il, nata il, nascita, data nascita, nato a il, birth date, date of birth",
    "sex": "sesso, genere, m f, sex, gender",
    "birthplace": "luogo di nascita, comune di nascita, nato a, nata a, luogo nascita, stato di nascita, birthplace",
    "phone": "telefono, cellulare, cell, tel, recapito telefonico, numero di telefono, mobile, phone | recapito, contatto",
    "email": "e mail, email, mail, posta elettronica, indirizzo e mail, indirizzo mail",
    "reach": "come si raggiunge, come contattare, modalita di contatto",
    "residence": "comune di residenza, residenza, comune residenza, citta di residenza, residente a | comune, citta, paese",
    "address": "indirizzo, via, indirizzo di residenza, via e numero, address",
    "domicile": "comune di domicilio, domicilio, domiciliato a",
    "domicile_address": "indirizzo del domicilio, indirizzo di domicilio, via del domicilio",
    "trades": "che lavoro cerca, lavoro cercato, professione, mansione, mansione ricercata, figura professionale, lavoro, "
    "professione desiderata, qualifica, mestiere, profilo, occupazione desiderata, cerca, disponibilita lavorativa",
    "notice_given_on": "informativa consegnata il, informativa, data informativa, informativa privacy, privacy, data privacy, "
    "consenso privacy, informativa del",
    "guardian_name": "responsabilita genitoriale, genitore, tutore",
    "guardian_phone": "telefono genitore, telefono tutore",
    "permit": "permesso di soggiorno, titolo di soggiorno, permesso",
    "permit_until": "scadenza permesso, permesso fino al, scadenza permesso di soggiorno",
    "situation": "situazione, condizione occupazionale, stato occupazionale, condizione lavorativa, status",
    "situation_since": "disoccupato dal, situazione dal, data disoccupazione",
    "benefit": "sostegno, ammortizzatore, indennita, sussidio",
    "education": "titolo di studio, istruzione, studi, scolarita, livello di istruzione",
    "education_title": "diploma, indirizzo di studi, quale titolo di studio, laurea",
    "languages": "lingue, lingue conosciute, lingue straniere, lingua",
    "skills": "competenze, capacita, abilita, skills",
    "licences": "patente, patenti, patente di guida, patenti e abilitazioni, abilitazioni, patentino, patentini",
    "hours": "orario, orario desiderato, tempo pieno o parziale, full time part time, part time",
    "contracts": "contratti che accetta, contratto, tipo di contratto",
    "radius_km": "fino a quanti km, km, distanza massima, raggio",
    "notes": "note, annotazioni, osservazioni, commenti",
}

DAYS = frozenset(("born_on", "notice_given_on", "permit_until", "situation_since"))


def _contradicts(field: str, cells: Sequence[str]) -> bool:
    """Whether what stands in the column cannot be that: a day without a day."""
    return field in DAYS and bool(cells) and not any(map(is_day, cells))


HEADS = Heads(
    NAMES,
    LABELS,
    SEVERAL,
    telling={
        "tax_code": lambda cell: tax_codes.is_personal(tax_codes.compact(cell)),
        "email": lambda cell: "@" in cell,
    },
    contradicts=_contradicts,
)
