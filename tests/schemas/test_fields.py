from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas import amounts, contacts, fields, plain_text
from schemas.codes import CEFR, LANGUAGES
from schemas.messages import Message
from schemas.places import Coordinate


def answer(field, text):
    """What the field loads, or the sentence with which it refuses."""
    try:
        return field.deserialize(text)
    except ValidationError as error:
        (message,) = error.messages
        assert isinstance(message, Message)
        return str(message)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.450,50", "1450.50"), ("1450,5", "1450.5"), ("1450.50", "1450.50"), ("1.450", "1450"), ("14.50", "14.50"),
        ("1 450,00", "1450"), ("1'450.5", None), ("1'450", "1450"), ("€ 1.450,00", "1450"), ("1.450,00 €", "1450"), ("1450 euro", "1450"),
        ("12.345.678", "12345678"), ("0,5", "0.5"), ("8 ore", None), ("", None), ("-3", None), ("1,2,3", None), ("1e3", None),
        ("1.45.0", None), ("١٢", None), ("99999999999999999999", None), ("€", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_the_italian_way_or_not_at_all(text, number):
    assert amounts.read(text) == (None if number is None else Decimal(number))


@given(st.decimals(0, 9_999_999, places=2))
def test_a_written_amount_is_read_back(number):
    assert amounts.read(amounts.written(number)) == number


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("8", 8),
        ("8 ore", "«8 ore» non è un numero intero: scrivi solo le cifre, per esempio 8."),
        ("2,5", "«2,5» non è un numero intero: scrivi solo le cifre, per esempio 8."),
        ("0", "Il numero deve essere tra 1 e 40."),
        ("41", "Il numero deve essere tra 1 e 40."),
        (12, 12),
    ],
)
def test_a_whole_number_is_digits_only(text, told):
    assert answer(fields.Whole(min=1, max=40), text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1.450,50", Decimal("1450.50")),
        ("8 ore", "«8 ore» non è un numero: scrivi solo le cifre, per esempio 1.450,50."),
        ("0", "Il numero deve essere tra 1 e 1.000.000."),
        ("12,345", "«12,345» ha troppi decimali: usane al massimo due."),
    ],
)
def test_an_amount_outside_its_bounds_or_with_a_unit_is_refused(text, told):
    assert answer(fields.Amount(min=1, max=1_000_000), text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" b1 ", "B1"),
        ("B3", "«B3» non è tra i valori previsti: A1, A2, B1, B2, C1, C2."),
    ],
)
def test_a_choice_names_the_accepted_values_where_they_are_few(text, told):
    assert answer(fields.Choice(CEFR), text) == told


def test_a_choice_among_many_points_to_the_list():
    assert answer(fields.Choice(LANGUAGES), "xx") == "«xx» non è tra i valori previsti: scegline uno dall'elenco."


@pytest.mark.parametrize(
    ("text", "told"),
    [("on", True), ("Sì", True), ("0", False), ("forse", "«forse» non si capisce: scrivi sì oppure no.")],
)
def test_a_tick_is_yes_or_no(text, told):
    assert answer(fields.Flag(), text) == told


def test_an_absent_tick_is_no():
    class OneTick(fields.Form):
        tick = fields.Flag()

    assert OneTick().load({}) == {"tick": False}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  troppi \t spazi\n qui ", "troppi spazi qui"),
        ("nero\x00\x1b[31m\u202erosso\u200b\ufeff", "nero[31mrosso"),
        ("caffe\u0300", "caffè"),
        ("paga < 2.000 e > 1.000", "paga < 2.000 e > 1.000"),
        ("Anna <anna@esempio.it>", "Anna <anna@esempio.it>"),
        ("a capo<br/>", "Il testo contiene codice HTML (<br/>): scrivi solo testo semplice."),
        (
            '<a href="http://x.it">',
            'Il testo contiene codice HTML (<a href="http://x.it">): scrivi solo testo semplice.',
        ),
        ("un <b>grassetto</b>", "Il testo contiene codice HTML (<b>): scrivi solo testo semplice."),
        ("<script>alert(1)</script>", "Il testo contiene codice HTML (<script>): scrivi solo testo semplice."),
        ("a<!-- nascosto -->", "Il testo contiene codice HTML (<!-- nascosto -->): scrivi solo testo semplice."),
        ("x" * 61, "Il testo è di 61 caratteri: può averne al massimo 60."),
        ("x", "Il testo è troppo corto: scrivi almeno 2 caratteri."),
        ("Mario, RSSMRA80A01F205X", "Il testo contiene un codice fiscale: toglilo, perché questo testo è pubblico."),
        (["a"], "Questo campo vuole un testo solo."),
    ],
)
def test_a_line_of_text_is_cleaned_or_refused(text, told):
    assert answer(fields.Text(max=60, min=2, published=True), text) == told


def test_text_in_paragraphs_keeps_its_lines_and_no_more_than_one_empty_one():
    assert (
        answer(fields.Text(max=60, lines=True), " uno\r\n\r\n\r\n\r\n due \u2028tre\rquattro  cinque ")
        == "uno\n\ndue\ntre\nquattro cinque"
    )


def test_a_text_of_blanks_and_invisible_signs_alone_is_missing():
    assert answer(fields.Text(max=60), " \u200b\n ") is None
    assert answer(fields.Text(max=60, missing=Message("Scrivi il titolo.")), " \u200b\n ") == "Scrivi il titolo."


@given(st.text())
def test_cleaning_text_twice_changes_nothing_more_and_leaves_nothing_invisible(text):
    for clean in (plain_text.one_line, plain_text.paragraphs):
        cleaned = clean(text)
        assert clean(cleaned) == cleaned
        assert not plain_text.has_invisible(cleaned)
        cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("www.comune.ispra.va.it", "https://www.comune.ispra.va.it"),
        ("http://esempio.it:8080/a?b=c", "http://esempio.it:8080/a?b=c"),
        ("javascript:alert(1)", "«javascript:alert(1)» non è un indirizzo web: scrivilo così: https://www.esempio.it."),
        ("ftp://esempio.it", "«ftp://esempio.it» non è un indirizzo web: scrivilo così: https://www.esempio.it."),
        ("https://io:segreto@esempio.it", "«https://io:segreto@esempio.it» non è un indirizzo web: scrivilo così: https://www.esempio.it."),
        ("https://due parole.it", "«https://due parole.it» non è un indirizzo web: scrivilo così: https://www.esempio.it."),
        ("https://[rotto", "«https://[rotto» non è un indirizzo web: scrivilo così: https://www.esempio.it."),
        ("https://esempio.it/RSSMRA80A01F205X", "L'indirizzo contiene un codice fiscale: toglilo, perché questo campo è pubblico."),
        ("x" * 501, "Quello che hai scritto è troppo lungo per questo campo."),
    ],
)  # fmt: skip
def test_a_web_address_is_completed_or_refused(text, told):
    assert answer(contacts.Url(), text) == told


@pytest.mark.parametrize("text", ["lavoro@comune.ispra.va.it", " MAILTO@esempio.it ", "a.b+c@sub.esempio.museum"])
def test_an_email_address_is_taken(text):
    assert answer(contacts.Email(), text) == text.strip()


@pytest.mark.parametrize(
    "text", ["lavoro@", "@esempio.it", "a b@esempio.it", "a@b", "a@esempio..it", "a@esempio.it, c@esempio.it"]
)
def test_what_is_no_email_address_is_refused(text):
    assert answer(contacts.Email(), text) == f"«{text}» non è un indirizzo e-mail: scrivilo così: nome@esempio.it."


@pytest.mark.parametrize("text", ["0332 123456", "+39 0332/12.34.56", "(0331) 123-456", "0041 91 123 45 67"])
def test_a_telephone_number_is_taken_as_written(text):
    assert answer(contacts.Phone(), text) == text


@pytest.mark.parametrize("text", ["1234", "chiamare Anna", "0332 123456 ore pasti", "1" * 16, "٠٣٣٢١٢٣٤٥٦"])
def test_what_is_no_telephone_number_is_refused(text):
    assert (
        answer(contacts.Phone(), text)
        == f"«{text}» non è un numero di telefono: scrivi le cifre, per esempio 0331 123456."
    )


def test_a_day_may_come_as_a_day_but_not_as_an_instant():
    assert answer(fields.Day(), date(2026, 12, 31)) == date(2026, 12, 31)
    assert answer(fields.Day(), datetime(2026, 12, 31, tzinfo=UTC)) == "Questo campo vuole un testo solo."


def test_several_values_are_kept_once_and_each_wrong_one_is_named():
    several = fields.Several(fields.Choice(CEFR), max=2)
    assert several.deserialize(["A1", " ", "a1", "B2"]) == ["A1", "B2"]
    assert several.deserialize("A1") == ["A1"]
    assert answer(several, {"A1": "on"}) == "Questo campo vuole un testo solo."
    with pytest.raises(ValidationError) as refused:
        several.deserialize(["A1", "Z9", "A2", "B1", "Q"])
    assert [str(message) for message in refused.value.messages] == [
        "«Z9» non è tra i valori previsti: A1, A2, B1, B2, C1, C2.",
        "«Q» non è tra i valori previsti: A1, A2, B1, B2, C1, C2.",
        "Le voci sono troppe: al massimo 2.",
    ]


@pytest.mark.parametrize(("text", "told"), [("46,0037", 46.0037), ("-8.95", -8.95)])
def test_degrees_may_have_comma_or_point(text, told):
    assert answer(Coordinate(limit=90), text) == told


@pytest.mark.parametrize("text", ["91", "nan", "inf", "46°0′"])
def test_what_is_no_degree_is_refused(text):
    told = answer(Coordinate(limit=90), text)
    assert told == f"«{text}» non è una coordinata: scrivi i gradi con i decimali, per esempio 46,0037, tra -90 e 90."
