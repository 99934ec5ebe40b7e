import pytest
from marshmallow import ValidationError

from schemas import tax_codes
from schemas.employer import EmployerDocument, EmployerForm
from schemas.kinds import problem_with

PERSON = "RSSMRA80A01F205X"
OMOCODE = "RSSMRA80A01F2LRD"


@pytest.fixture
def typed():
    return {"name": "Officine Prova", "comune": "Vergiate"}


def test_name_and_place_are_all_that_an_employer_needs(typed):
    loaded = EmployerForm().load(typed)
    assert (loaded["name"], loaded["comune"], loaded["followed_by_desk"]) == ("Officine Prova", "012138", False)
    assert {value for name, value in loaded.items() if name not in ("name", "comune", "followed_by_desk")} == {None}


def test_an_empty_form_says_what_to_write(refusals):
    assert refusals(EmployerForm(), {}) == {
        "name": ["Scrivi il nome con cui l'azienda è conosciuta."],
        "comune": ["Scrivi il comune dell'azienda."],
    }


@pytest.mark.parametrize("text", ["12345678903", "IT 12345678903", "it123.456.789-03"])
def test_a_partita_iva_is_read_as_people_write_it(text, typed):
    assert EmployerForm().load(typed | {"vat_number": text})["vat_number"] == "12345678903"


@pytest.mark.parametrize(
    ("member", "text", "told"),
    [
        ("vat_number", PERSON, "Questo è il codice fiscale di una persona: qui va la partita IVA di 11 cifre; il codice fiscale va nel suo campo, che resta riservato."),
        ("vat_number", "1234567890", "La partita IVA ha 11 cifre: «1234567890» non va bene."),
        ("vat_number", "١٢٣٤٥٦٧٨٩٠٣", "La partita IVA ha 11 cifre: «١٢٣٤٥٦٧٨٩٠٣» non va bene."),
        ("vat_number", "12345678901", "L'ultima cifra della partita IVA 12345678901 non torna: controlla se una cifra è sbagliata."),
        ("tax_code", "RSSMRA80A01F205Y", "L'ultima lettera del codice fiscale RSSMRA80A01F205Y non torna: controlla se un carattere è sbagliato."),
        ("tax_code", "RSSMRA", "«RSSMRA» non è un codice fiscale: ha 16 caratteri per una persona, 11 cifre per una società."),
        ("tax_code", "12345678901", "L'ultima cifra della partita IVA 12345678901 non torna: controlla se una cifra è sbagliata."),
        ("name", f"Rossi {PERSON}", "Il testo contiene un codice fiscale: toglilo, perché questo testo è pubblico."),
        ("name", "Rossi 333 123 4567", "Il nome è pubblico: togli telefono ed e-mail, che vanno nei campi riservati del referente."),
        ("name", "rossi@esempio.it", "Il nome è pubblico: togli telefono ed e-mail, che vanno nei campi riservati del referente."),
        ("website", f"esempio.it/{PERSON.lower()}", "L'indirizzo contiene un codice fiscale: toglilo, perché questo campo è pubblico."),
        ("comune", "Castro", "«Castro» può essere più di un comune. Quale? Castro (LE), Castro (BG)."),
        ("sector", "zzz", "«zzz» non è tra i valori previsti: scegline uno dall'elenco."),
    ],
)  # fmt: skip
def test_a_wrong_field_is_answered_with_what_would_be_right(member, text, told, typed, refusals):
    assert refusals(EmployerForm(), typed | {member: text}) == {member: [told]}


@pytest.mark.parametrize("text", ["rss mra 80a01 f205x", PERSON, "12345678903"])
def test_the_tax_code_is_kept_in_its_own_field(text, typed):
    assert EmployerForm().load(typed | {"tax_code": text})["tax_code"] in (PERSON, "12345678903")


@pytest.mark.parametrize(
    "hidden", [PERSON, PERSON.lower(), "RSS MRA 80A01 F205X", "RSS-MRA-80-A-01-F205-X", f"(c.f.{PERSON})", OMOCODE]
)
def test_a_personal_code_is_found_in_any_of_its_spellings(hidden):
    assert tax_codes.personal_code_in(f"Ditta {hidden} di Ispra")


@pytest.mark.parametrize(
    "text",
    ["Amministratrice", "12345678903", "RSSMRA80A01F205XX", "XRSSMRA80A01F205X", "MAGAZZINIERE 24 ORE", "Via Roma 80"],
)
def test_what_only_resembles_a_personal_code_is_left_alone(text):
    assert not tax_codes.personal_code_in(text)


@pytest.mark.parametrize("code", [PERSON, "RSSMRA80A01F2LRD"])
def test_the_check_character_tells_a_right_code_from_a_slip(code):
    assert tax_codes.has_right_check_character(code)
    slipped = code[:6] + ("9" if code[6] != "9" else "8") + code[7:]
    assert not tax_codes.has_right_check_character(slipped)


def test_the_public_document_holds_four_facts_and_nothing_of_a_person(typed):
    private = {
        "tax_code": PERSON,
        "contact_name": "Mario Rossi",
        "contact_phone": "333 1234567",
        "contact_email": "m@esempio.it",
        "notes": "paga tardi",
    }
    loaded = EmployerForm().load(
        typed
        | private
        | {"website": "www.esempio.it", "sector": "25", "vat_number": "12345678903", "address": "via Po 1"}
    )
    document = EmployerDocument().dump(loaded)
    assert document == {
        "name": "Officine Prova", "sector": "25", "comune": {"istat": "012138", "name": "Vergiate"}, "website": "https://www.esempio.it",
    }  # fmt: skip
    assert set(EmployerDocument().fields) == {"name", "sector", "comune", "website"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": f"Rossi {PERSON}"}, "name: contiene un codice fiscale"),
        ({"name": "Rossi, tel. 0332 123456"}, "name: contiene un recapito"),
        ({"website": f"https://esempio.it/{PERSON}"}, "website: contiene un codice fiscale"),
        ({"website": "https://rossi@esempio.it"}, "website: deve essere un indirizzo http o https"),
    ],
)
def test_personal_data_is_neither_published_nor_taken_from_others(changed, told):
    document = {"name": "Officine Prova", "comune": {"istat": "012138", "name": "Vergiate"}} | changed
    assert problem_with("employer", document) == told
    if "@" not in str(changed):
        with pytest.raises(ValidationError):
            EmployerDocument().dump(document)
