"""Whatever edition, depth or words a sector is written in, it comes to a division or section of ATECO 2025."""

import subprocess
import sys

import pytest

from schemas.codes import SECTORS, sectors, tables


@pytest.mark.parametrize("code", SECTORS)
def test_every_sector_is_recognised_by_its_code_and_its_titles(code):
    assert sectors.recognise(code) == code
    for lang in ("it", "en"):
        assert sectors.section_of(sectors.recognise(SECTORS.label(code, lang))) == sectors.section_of(code)


@pytest.mark.parametrize(
    "typed",
    ["28", " 28 ", "C28", "C.28", "c 28", "28.1", "28.11", "28.11.1", "28.11.10", "281110", "2811", "28.0", "28.00", "28.",
     "ATECO 28.11.10", "Codice Ateco: 28.11", "ateco 2007 28.11", "28.11 - Fabbricazione di motori", "28.11.10 Motori",
     "28 - Fabbricazione di macchinari", "28 Fabbricazione di macchinari e apparecchiature n.c.a."],
)  # fmt: skip
def test_a_code_of_any_depth_is_led_back_to_its_division(typed):
    assert sectors.recognise(typed) == "28"


@pytest.mark.parametrize(
    ("typed", "sector"),
    [
        ("1.11", "01"),  # what a spreadsheet leaves of 01.11
        ("56.1", "56"),
        ("45.20.10", "95"),  # car repair of 2022 stands beside other repair now
        ("45", "G"),  # trade in motor vehicles went to wholesale and retail
        ("45.11.01", "G"),
        ("41.20.00", "41"),  # went to three divisions, its own among them
        ("62.01", "62"),
        ("63.12.00", "63"),
        ("93.21.00", "93"),  # of 2007 alone
        ("28.99.77", "28"),  # last digits that nobody knows
    ],
)
def test_a_code_of_an_earlier_edition_is_led_to_that_of_today(typed, sector):
    assert sectors.recognise(typed) == sector


@pytest.mark.parametrize(
    ("typed", "sector"),
    [
        ("metalmeccanica", "C"),
        ("Metalmeccanico", "C"),
        ("Industria metalmeccanica", "C"),
        ("settore edile", "F"),
        ("Settore: edilizia", "F"),
        ("RISTORAZIONE", "56"),
        ("Ristorazione / bar", "56"),
        ("turismo e ristorazione", "I"),
        ("logistica e trasporti", "H"),
        ("Commercio e servizi", "G"),
        ("GDO", "47"),
        ("Case di riposo", "87"),
        ("Gomma/Plastica", "22"),
        ("Coltivazione di riso", "01"),
        ("COLTIVAZIONE DI RISO", "01"),
        ("attivita' immobiliari", "68"),
        ("Commercio di autovetture e di autoveicoli leggeri", "G"),
        ("Manufacturing", "C"),
        ("C - Attività manifatturiere", "C"),
        ("L - Attività immobiliari", "68"),  # the letter was that of 2022, the title tells
        ("S", "S"),
    ],
)
def test_words_name_a_sector(typed, sector):
    assert sectors.recognise(typed) == sector


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-", "X", "00", "99.99.99", "999999", "24 ore", "3 addetti", "12.05.2024", "56.10.11.99", "n.d.", "altro",
     "servizi", "Ristorazione e commercio", "28.11.10.5.3", "²", "a" * 100_000, "1." * 5_000, "- " * 5_000],
)  # fmt: skip
def test_what_names_no_sector_or_two_is_not_guessed(typed):
    assert sectors.recognise(typed) is None


def test_every_name_that_people_use_is_recognised_and_each_says_something_of_its_own():
    rows = list(tables.rows("sector_names.csv"))
    assert len(rows) > 450
    assert [row for row in rows if row[1] not in SECTORS] == []
    assert [(name, sector) for name, sector in rows if sectors.recognise(name) != sector] == []


def test_the_tables_of_ateco_are_read_only_when_a_code_asks_for_them():
    script = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "from schemas.codes import SECTORS, sectors\n"
        "assert '28' in SECTORS and sectors.recognise('metalmeccanica') == 'C'\n"
        "assert not [path for path in opened if path.endswith('.json')], opened\n"
        "assert sectors.recognise('28.11') == '28'\n"
        "assert [path for path in opened if path.endswith('nodes.json')]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
