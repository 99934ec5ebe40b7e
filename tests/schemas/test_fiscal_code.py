"""What a codice fiscale says of a person, which part of a wrong one is wrong, and what it contradicts."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.it import codicefiscale, iva

from schemas import fiscal_code
from schemas.codes import STATES, comuni, tables
from schemas.fiscal_code import disagreements, parts_of, read
from schemas.messages import Message

TODAY = date(2026, 10, 3)
MARIO = "RSSMRA80A01F205X"
CODE_DIGITS = (6, 7, 9, 10, 12, 13, 14)
PLACES = [each.belfiore for each in comuni.ALL[::97]] + list(STATES)[::9] + [
    row[0] for row in list(tables.rows("ceased_comuni.csv"))[::101]
]  # fmt: skip

days = st.dates(TODAY - timedelta(days=99 * 365), TODAY)
names = st.text("ABCDEFGHILMNOPQRSTUVZàèéìòù' -", min_size=1, max_size=25)


def built(surname, name, born_on, sex, belfiore):
    """The code of a person, put together from the rules; only the three letters are ours."""
    day = born_on.day + (40 if sex == "F" else 0)
    open_end = "".join(parts_of(surname, name)) + f"{born_on:%y}{'ABCDEHLMPRST'[born_on.month - 1]}{day:02}" + belfiore
    return open_end + codicefiscale.calc_check_digit(open_end)


def with_letters(code, places):
    """The code in which letters stand for the digits at `places`, with its own check letter."""
    signs = list(code[:15])
    for place in places:
        signs[place] = "LMNPQRSTUV"[int(signs[place])]
    return "".join(signs) + codicefiscale.calc_check_digit("".join(signs))


def refusal(text):
    with pytest.raises(ValueError, match=r".") as raised:
        read(text, TODAY)
    assert isinstance(raised.value.args[0], Message)
    return raised.value.args[0]


@pytest.mark.parametrize("text", [MARIO, "rss mra 80a01 f205x", " RSS-MRA-80A01-F205-X\n", "RSS.MRA.80A01.F205X"])
def test_a_code_is_read_as_people_write_it(text):
    found = read(text, TODAY)
    assert (found.code, found.surname_part, found.name_part) == (MARIO, "RSS", "MRA")
    assert (found.born_on, found.sex, found.is_omocodia, found.is_temporary) == (date(1980, 1, 1), "M", False, False)
    assert (found.birthplace_code, found.birthplace.istat, found.birthplace.full_name()) == (
        "F205",
        "015146",
        "Milano (MI)",
    )


@given(names, names, days, st.sampled_from("MF"), st.sampled_from(PLACES), st.sets(st.sampled_from(CODE_DIGITS)))
def test_what_a_code_was_built_from_is_read_back(surname, name, born_on, sex, belfiore, lettered):
    code = with_letters(built(surname, name, born_on, sex, belfiore), lettered)
    found = read(code, TODAY)
    assert (found.surname_part, found.name_part) == parts_of(surname, name)
    assert (found.born_on, found.sex, found.birthplace_code) == (born_on, sex, belfiore)
    assert found.birthplace.belfiore == belfiore
    assert found.is_omocodia == bool(lettered)
    assert disagreements(found, surname=surname, name=name, born_on=born_on, sex=sex, birthplace=belfiore) == []


@given(names, names, days, st.sampled_from("MF"), st.sampled_from(PLACES), st.sets(st.sampled_from(CODE_DIGITS)))
def test_stdnum_reads_the_same(surname, name, born_on, sex, belfiore, lettered):
    code = with_letters(built(surname, name, born_on, sex, belfiore), lettered)
    found = read(code, TODAY)
    assert codicefiscale.is_valid(code)
    assert codicefiscale.get_birth_date(code, minyear=found.born_on.year) == found.born_on
    assert lettered & {9, 10} or codicefiscale.get_gender(code) == found.sex  # stdnum reads no sex from letters


@given(
    days,
    st.sampled_from("MF"),
    st.sampled_from(PLACES),
    st.integers(0, 15),
    st.sampled_from("ABCDEFGHIJLMRSTXZ0123456789"),
)
def test_stdnum_refuses_what_a_slip_made_wrong(born_on, sex, belfiore, place, sign):
    code = built("Rossi", "Maria Luisa", born_on, sex, belfiore)
    slipped = code[:place] + sign + code[place + 1 :]
    if slipped != code and not codicefiscale.is_valid(slipped):
        refusal(slipped)


def test_a_thousand_people_have_the_codes_that_the_rules_give_them():
    chance = random.Random(1976)
    surnames = ["Rossi", "Fo", "Dell'Acqua", "Bianchi", "Hu", "Özdemir", "De Luca", "Nguyễn", "Popescu", "El Idrissi"]
    given_names = ["Anna", "Gianfranco", "Bo", "Maria Luisa", "Niccolò", "Jean-Pierre", "Ai", "Aurora", "Łukasz", "Io"]
    for _ in range(1000):
        surname, name = chance.choice(surnames), chance.choice(given_names)
        born_on = TODAY - timedelta(days=chance.randrange(90 * 365))
        sex, belfiore = chance.choice("MF"), chance.choice(PLACES)
        code = built(surname, name, born_on, sex, belfiore)
        assert codicefiscale.is_valid(code)
        found = read(code, TODAY)
        assert (found.born_on, found.sex, found.birthplace_code) == (born_on, sex, belfiore)


@pytest.mark.parametrize(
    ("surname", "name", "letters"),
    [
        ("Rossi", "Mario", "RSSMRA"),
        ("Fo", "Dario", "FOXDRA"),
        ("Hu", "Bo", "HUXBOX"),
        ("Aiello", "Io", "LLAIOX"),
        ("Dell'Acqua", "Gianfranco", "DLLGFR"),
        ("De Rosa", "Maria Luisa", "DRSMLS"),
        ("Rosi", "Anna", "RSONNA"),
        ("Nardò", "Niccolò", "NRDNCL"),
        ("Müller", "Jörg", "MLLJRG"),
        ("Sørensen", "Łukasz", "SRNLSZ"),
        ("Đoković", "Ægir", "DKVGRA"),
        ("Straße", "Zoë", "STRZOE"),
        ("O", "Eu", "OXXEUX"),
        ("Ma", "Roberta", "MAXRRT"),
        ("Li", "Marta", "LIXMRT"),
    ],
)
def test_six_letters_stand_for_surname_and_name(surname, name, letters):
    assert "".join(parts_of(surname, name)) == letters


@pytest.mark.parametrize(
    ("digits", "born_on"),
    [("26A01", date(2026, 1, 1)), ("26R03", date(2026, 10, 3)), ("26R04", date(1926, 10, 4)), ("27A01", date(1927, 1, 1)), ("00B29", date(2000, 2, 29)), ("16A41", date(2016, 1, 1))],
)  # fmt: skip
def test_the_year_is_the_latest_that_makes_her_at_least_born(digits, born_on):
    start = f"RSSMRA{digits}F205"
    assert read(start + codicefiscale.calc_check_digit(start), TODAY).born_on == born_on


def test_the_day_of_today_is_that_of_the_calendar_when_none_is_given():
    assert read(MARIO).born_on == date(1980, 1, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Il codice fiscale di una persona ha 16 caratteri (11 cifre se è provvisorio): qui ce ne sono 0."),
        (MARIO[:-1], "Il codice fiscale di una persona ha 16 caratteri (11 cifre se è provvisorio): qui ce ne sono 15."),
        ("1234567890", "Il codice fiscale di una persona ha 16 caratteri (11 cifre se è provvisorio): qui ce ne sono 10."),
        ("RS5MRA80A01F205X", "Al posto 3 del codice fiscale c'è «5»: lì ci va una lettera."),
        ("RSSMRA8OA01F205X", "Al posto 8 del codice fiscale c'è «O»: lì ci va una cifra."),
        ("RSSMRA80A01F20١X", "Al posto 15 del codice fiscale c'è «١»: lì ci va una cifra."),
        ("RSSMRÀ80A01F205X", "Al posto 6 del codice fiscale c'è «À»: lì ci va una lettera."),
        ("RSSMRA80F01F205X", "La lettera del mese, al posto 9 del codice fiscale, è F: può essere solo A, B, C, D, E, H, L, M, P, R, S o T."),
        ("RSSMRA80A00F205X", "Il giorno di nascita, ai posti 10 e 11 del codice fiscale, è 00: va da 1 a 31 per un uomo, da 41 a 71 per una donna."),
        ("RSSMRA80A35F205X", "Il giorno di nascita, ai posti 10 e 11 del codice fiscale, è 35: va da 1 a 31 per un uomo, da 41 a 71 per una donna."),
        ("RSSMRA80A40F205X", "Il giorno di nascita, ai posti 10 e 11 del codice fiscale, è 40: va da 1 a 31 per un uomo, da 41 a 71 per una donna."),
        ("RSSMRA80A72F205X", "Il giorno di nascita, ai posti 10 e 11 del codice fiscale, è 72: va da 1 a 31 per un uomo, da 41 a 71 per una donna."),
        ("RSSMRA81B69F205X", "Secondo il codice fiscale la nascita è il 29/2 dell'anno 81: quel giorno non esiste."),
        ("RSSMRA80A01Z999X", "Nessun comune e nessuno Stato ha il codice Z999, che sta ai posti da 12 a 15 del codice fiscale: ricontrolla il luogo di nascita."),
        ("RSSMRA80A01F205Y", "L'ultima lettera dovrebbe essere X: ricontrolla il codice fiscale."),
        ("12345678901", "L'ultima cifra del codice fiscale provvisorio dovrebbe essere 3: ricontrollalo."),
    ],
)  # fmt: skip
def test_a_wrong_code_is_answered_with_the_part_that_is_wrong(text, told):
    assert refusal(text) == told


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_answered_in_words(text):
    told = None
    try:
        read(text, TODAY)
    except ValueError as error:
        told = error.args[0]
    assert told is None or isinstance(told, Message)


def test_a_temporary_code_is_known_as_such_and_tells_nothing():
    found = read("007 431 101 57", TODAY)
    assert iva.is_valid(found.code)
    assert found == fiscal_code.FiscalCode("00743110157", is_temporary=True)
    assert disagreements(found, surname="Rossi", born_on=date(1980, 1, 1), sex="F", birthplace="Roma") == []


def told_against(code, **data):
    return {field: str(message) for field, message in disagreements(read(code, TODAY), **data)}


def test_data_that_agree_contradict_nothing():
    data = {"surname": "Rossi", "name": "Mario", "born_on": date(1980, 1, 1), "sex": "M", "birthplace": "Milano"}
    assert told_against(MARIO, **data) == {}
    assert told_against(MARIO) == {}
    assert told_against(MARIO, surname="", name=" ", birthplace="") == {}


def test_every_contradiction_is_told_in_words():
    data = {"surname": "Bianchi", "name": "Mario Luca", "born_on": date(1980, 1, 2), "sex": "F", "birthplace": "Varese"}
    assert told_against(MARIO, **data) == {
        "surname": "Con il cognome «Bianchi» il codice fiscale comincerebbe con BNC, invece comincia con RSS.",
        "name": "Con il nome «Mario Luca» le lettere da 4 a 6 del codice fiscale sarebbero MLC, invece sono MRA: forse manca un secondo nome, o ce n'è uno di troppo.",
        "born_on": "Secondo il codice fiscale la data di nascita è 01/01/1980, non 02/01/1980.",
        "sex": "Il codice fiscale è quello di un uomo, qui è indicata una donna.",
        "birthplace": "Secondo il codice fiscale il luogo di nascita è Milano (MI), non Varese.",
    }


def test_a_woman_taken_for_a_man_is_told_too():
    code = built("Rossi", "Maria", date(1980, 1, 1), "F", "Z330")
    assert told_against(code, sex="M", birthplace="Algeria") == {
        "sex": "Il codice fiscale è quello di una donna, qui è indicato un uomo.",
        "birthplace": "Secondo il codice fiscale il luogo di nascita è Marocco, non Algeria.",
    }


def test_the_code_does_not_tell_the_century():
    code = built("Rossi", "Mario", date(1920, 5, 1), "M", "F205")
    assert read(code, TODAY).born_on == date(2020, 5, 1)
    assert told_against(code, born_on=date(1920, 5, 1)) == {}


@pytest.mark.parametrize(
    ("belfiore", "typed"),
    [("E525", "Lenno"), ("E525", "Tremezzina"), ("Z118", "Croazia"), ("Z154", "URSS"), ("F205", "Vattelapesca"), ("F205", "015146")],
)  # fmt: skip
def test_a_place_of_another_time_or_one_nobody_knows_is_no_contradiction(belfiore, typed):
    code = built("Rossi", "Mario", date(1980, 1, 1), "M", belfiore)
    assert told_against(code, birthplace=typed) == {}


def test_a_name_without_latin_letters_is_not_compared():
    assert told_against(MARIO, surname="李", name="Мария") == {}


def test_a_code_with_letters_for_digits_agrees_as_the_plain_one():
    assert told_against("RSSMRA80A01F2LRD", born_on=date(1980, 1, 1), birthplace="Milano") == {}
