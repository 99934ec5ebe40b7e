"""One row as an office writes it becomes what an operator would have typed."""

from datetime import date
from decimal import Decimal

import pytest

from node.vacancies.importing import days, markup, money, whereabouts
from node.vacancies.importing.columns import HEADS
from node.vacancies.importing.draft import Draft
from node.vacancies.importing.reading import Reader, Settings
from node.vacancies.importing.rows import Row

GAVIRATE = "012072"
TODAY = date(2026, 11, 22)
USUAL = {"desk": "sportello-uno", "how_to_apply": "Vieni allo sportello."}


def read(*others, defaults=None, **cells):
    """The draft of a row with these cells by head; `others`: rows below it, by which the columns are judged too."""
    given = {"Titolo": "Cuoco/a", "Comune": "Varese", "Contratto": "CTD", "Scadenza": "31/12/2026"} | cells
    heads = list(given)
    rows = [Row(2, tuple(given.values())), *(Row(3, tuple((given | other).values())) for other in others)]
    mapping = HEADS.propose(heads, [row.cells for row in rows])
    settings = Settings(heads, mapping, USUAL | (defaults or {}), GAVIRATE, TODAY)
    return Reader(settings, rows).read(rows[0])


def said(draft):
    return " ".join(str(note.text) for note in draft.notes)


@pytest.mark.parametrize(
    "written",
    ["15/06/2026", "15.6.26", "15-06-2026", "2026-06-15", "2026-06-15 00:00:00", "2026-06-15T08:30:00Z", "20260615", "46188",
     "lunedì 15 giugno 2026", "15 giu '26", "15-giu-26", "entro il 15/06/2026", "15/06/2026 12:30", "15° giugno 2026"],
)  # fmt: skip
def test_days_are_read_as_people_write_them(written):
    assert days.read(written) == date(2026, 6, 15)


@pytest.mark.parametrize("written", ["domani", "31/02/2026", "15/06", "15/06/1026", "x" * 200])
def test_what_is_no_day_says_so(written):
    with pytest.raises(ValueError, match=r"non è una data|non esiste|non è possibile"):
        days.read(written)


def test_a_whole_column_tells_whether_the_month_comes_first():
    american, plain = {"Scadenza": "12/31/2026"}, {"Scadenza": "31/12/2026"}
    assert read(american, Scadenza="12/05/2026").closes_on == date(2026, 12, 5)
    assert read(plain, Scadenza="05/12/2026").closes_on == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("written", "lowest", "highest", "period"),
    [
        ("1.400–1.600 € al mese", "1400", "1600", "mese"),
        ("RAL 28k", "28000", None, "anno"),
        ("28-32k", "28000", "32000", "anno"),
        ("25.000 - 30.000", "25000", "30000", "anno"),
        ("9,50/h", "9.50", None, "ora"),
        ("€ 1.500 mensili lordi", "1500", None, "mese"),
        ("1450", "1450", None, "mese"),
        ("80 euro al giorno", "80", None, "giorno"),
    ],
)
def test_pay_is_read_with_its_period(written, lowest, highest, period):
    assert money.read(written) == (Decimal(lowest), highest and Decimal(highest), period)


@pytest.mark.parametrize(
    "written", ["da concordare", "14 mensilità", "1.400 x 14", "come da CCNL 3° livello", "x 1400 " * 30]
)
def test_what_is_no_pay_stays_written_in_the_text(written):
    draft = read(Retribuzione=written)
    assert "pay_min" not in draft.typed
    assert draft.typed["offer"].startswith("Retribuzione: ")


@pytest.mark.parametrize(
    ("cell", "province", "places"),
    [
        ("Gallarate", "", ["Gallarate (VA)"]),
        ("21013 GALLARATE (VA)", "", ["Gallarate (VA)"]),
        ("Busto A. e Legnano", "", ["Busto Arsizio (VA)", "Legnano (MI)"]),
        ("Sesto C.de", "", ["Sesto Calende (VA)"]),
        ("Gallarate/Varese", "", ["Gallarate (VA)", "Varese (VA)"]),
        ("Varese e provincia", "", ["Varese (VA)"]),
        ("Gallarate - Via Roma 3", "", ["Gallarate (VA)"]),
        ("Castro", "BG", ["Castro (BG)"]),
        ("Verbania", "Verbano Cusio Ossola", ["Verbania (VB)"]),
        ("Reggio nell'Emilia", "", ["Reggio nell'Emilia (RE)"]),
        ("Lugano", "", ["Lugano (CH)"]),
    ],
)
def test_places_are_recognised(cell, province, places):
    found = whereabouts.read(cell, province, GAVIRATE)
    assert (list(found.typed), found.problem) == (places, None)


def test_a_place_that_may_be_several_is_asked_and_a_near_one_is_taken_aloud():
    assert "Castro (BG), Castro (LE)" in whereabouts.read("Castro", "", GAVIRATE).problem
    near = whereabouts.read("Samarate", "", GAVIRATE)
    assert near.typed == ("Samarate (VA)",)
    assert "Marte" in whereabouts.read("Marte", "", GAVIRATE).problem


def test_a_province_that_does_not_agree_is_told_of():
    assert "controlla" in whereabouts.read("Milano", "Varese", GAVIRATE).notes[0]
    assert whereabouts.read("Verbania", "VCO", GAVIRATE).notes == ()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>Carico e <b>scarico</b></p><ul><li>bolle</li><li>muletto</li></ul>", "Carico e scarico\n\n- bolle\n- muletto"),
        ("prima<br>seconda<br/>terza", "prima\nseconda\nterza"),
        ("perch&eacute; &amp; come", "perché & come"),
        ("&lt;b&gt;grassetto&lt;/b&gt;", "grassetto"),
        ("<script>alert(1)</script>Cuoco<style>p{}</style>", "Cuoco"),
        ("paga < 2.000 e > 1.500", "paga < 2.000 e > 1.500"),
        ("'- addetto", "- addetto"),
    ],
)  # fmt: skip
def test_html_is_taken_off(cell, text):
    assert markup.plain(cell) == text


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("http://x";"Cuoco")', "@SUM(1;2)", "+cmd|' /C calc'!A0", "-2+3+cmd|'x'!A1"]
)
def test_a_formula_is_left_out_and_told_of(cell):
    draft = read(Note=cell)
    assert "description" not in draft.typed
    assert "contiene una formula" in said(draft)


@pytest.mark.parametrize("cell", ["+39 0332 748201", "- addetto alle vendite", "=== urgente ===", "@nome"])
def test_what_only_begins_like_a_formula_is_text(cell):
    assert read(Note=cell).typed["description"] == cell


@pytest.mark.parametrize("cell", ["-", "n.d.", "N/D", "#N/D", "null", "  ", "?"])
def test_signs_that_mean_nothing_are_nothing(cell):
    assert "description" not in read(Note=cell).typed


def test_the_whole_row_of_an_office_is_understood():
    draft = read(
        **{
            "Comune": "Busto A.",
            "Contratto": "T. det. 6 mesi",
            "Orario": "part-time 20 ore",
            "N. posti": "2 posti",
            "Patente": "B, muletto",
            "Titolo di studio": "diploma o laurea",
            "Esperienza": "almeno 3 anni",
            "Lingue": "Inglese B2, tedesco",
            "Categoria": "Art. 18 L. 68/99",
            "Settore": "56.10.11",
            "Retribuzione": "1.500 € al mese",
            "Smart working": "no",
        }
    )
    assert draft.problems == []
    assert draft.told | {
        "places": ["Busto Arsizio (VA)"],
        "contract": "determinato",
        "hours": "part-time",
        "weekly_hours": "20",
        "positions": "2",
        "licences": ["B", "muletto"],
        "education": "4",
        "experience": "3-5-anni",
        "languages": [{"code": "en", "level": "B2"}, {"code": "de"}],
        "reserved": "art-18",
        "sector": "56",
        "pay_min": "1.500",
        "pay_period": "mese",
    } == draft.told  # fmt: skip
    assert "remote" not in draft.told


def test_what_means_no_code_stays_written_and_is_told_of():
    draft = read(Contratto="lavoro accessorio", Lingue="esperanto", Settore="xyz", Orario="secondo stagione")
    assert draft.typed["contract"] == "altro"
    assert "Contratto: lavoro accessorio" in draft.typed["description"]
    assert "Settore: xyz" in draft.typed["description"]
    assert "Orario: secondo stagione" in draft.typed["description"]
    assert draft.typed["requirements"] == "Lingue: esperanto"
    assert said(draft).count("resta scritto nel testo") == 3
    assert "messo «Altro contratto»" in said(draft)


def test_an_article_in_the_title_reserves_the_offer_and_a_job_for_others_does_not():
    assert read(Titolo="Art. 18 Operaio/a").typed["reserved"] == "art-18"
    assert read(Titolo="Operaio/a - L. 68/99 art. 1").typed["reserved"] == "art-1"
    assert "reserved" not in read(Titolo="Educatore per disabili").typed
    assert "reserved" not in read(Titolo="Impiegato/a art. 1 comma 2").typed


def test_the_occupation_comes_from_its_column_or_is_proposed_with_a_reason():
    by_code = read(**{"Profilo professionale": "5120"})
    assert by_code.typed["occupation"].startswith("5120 ")
    assert "occupation" not in by_code.assumed
    proposed = read()
    assert proposed.typed["occupation"].startswith("5120 ")
    assert "occupation" in proposed.assumed
    assert "cuoco" in said(proposed).lower()
    unknown = read(Titolo="Jolly ramo 3", **{"Profilo professionale": "Qwerty asdf"})
    assert "occupation" not in unknown.typed
    assert "Professione: Qwerty asdf" in unknown.typed["description"]


def test_a_closing_day_before_the_publication_names_both_days():
    draft = read(Scadenza="13/06/2026", **{"Pubblicata il": "15/06/2026"})
    assert draft.problems == []
    assert "13/06/2026" in said(draft)
    assert "15/06/2026" in said(draft)


def test_a_missing_closing_day_is_the_given_one_or_a_month_after_the_publication():
    assert read(Scadenza="", defaults={"closes_on": "2026-12-15"}).closes_on == date(2026, 12, 15)
    counted = read(Scadenza="fino a copertura", **{"Pubblicata il": "20/11/2026"})
    assert counted.closes_on == date(2026, 12, 20)
    assert "un mese dopo la pubblicazione" in said(counted)
    assert "Candidature fino al: manca" in read(Scadenza="").problems[0]
    assert "«presto» non è una data" in read({"Scadenza": "31/12/2026"}, Scadenza="presto").problems[0]


def test_a_closing_day_in_years_is_brought_within_one():
    draft = read(Scadenza="31/12/2099")
    assert draft.closes_on == date(2027, 11, 23)
    assert "oltre un anno" in said(draft)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"Titolo": ""}, "Titolo: manca"),
        ({"Comune": ""}, "Luogo di lavoro: manca"),
        ({"Comune": "Castro"}, "Castro (BG), Castro (LE)"),
        ({"Contratto": ""}, "Contratto: manca"),
        ({"Note": "CF RSSMRA85M01L682O"}, "codice fiscale"),
        ({"Retribuzione da": "2000", "Retribuzione massima": "1000"}, "più bassa della minima"),
    ],
)
def test_a_row_that_cannot_be_a_vacancy_says_why_once(cells, says):
    draft = read(**cells)
    assert len(draft.problems) == 1
    assert says in draft.problems[0]


def test_what_all_rows_share_fills_what_a_row_lacks_and_is_only_assumed():
    draft = read(Contratto="", Comune="", defaults={"contract": "tirocinio", "places": "Ispra"})
    assert draft.problems == []
    assert (draft.typed["contract"], draft.typed["places"]) == ("tirocinio", ["Ispra (VA)"])
    assert {"contract", "places", "desk", "how_to_apply"} <= draft.assumed


def test_texts_that_are_too_long_are_cut_where_a_word_ends_and_the_report_says_what_was_left_out():
    draft = read(Titolo="Addetto " + "alla manutenzione " * 10, Note="parola " * 700)
    assert len(draft.typed["title"]) <= 120
    assert "alla manutenzione " * 10 in draft.typed["description"].replace("\n", " ") + " "
    assert len(draft.typed["description"]) <= 4000
    assert "resta fuori" in said(draft)
    assert draft.problems == []


@pytest.mark.parametrize(
    ("written", "state"),
    [("Aperta", ""), ("chiusa", "altri"), ("Posto coperto con lo sportello", "sportello"), ("annullata", "ritirata"),
     ("SCADUTA", "expired"), ("bozza", "draft"), ("boh", "")],
)  # fmt: skip
def test_the_state_that_the_table_tells(written, state):
    assert read(Stato=written).state == state


def test_a_draft_survives_the_database():
    draft = read(Note="=1+1", Comune="Castro", **{"Pubblicata il": "20/11/2026"})
    draft.refused.clear()
    assert Draft.from_json(2, draft.as_json() | {}) == Draft.from_json(2, Draft.from_json(2, draft.as_json()).as_json())
    assert Draft.from_json(2, draft.as_json()).problems == draft.problems
