"""The lists hold what the network's documents name, and every code can be read in both languages."""

import re
import subprocess
import sys

import pytest

from schemas import codes
from schemas.codes import CodeList, sectors

LISTS = [each for each in (getattr(codes, name) for name in codes.__all__) if isinstance(each, CodeList)]

FIXED_CODES = [
    (
        codes.CONTRACTS,
        "indeterminato determinato apprendistato somministrazione stagionale intermittente collaborazione tirocinio "
        "autonomo altro",
    ),
    (codes.HOURS, "tempo-pieno part-time"),
    (codes.REMOTE, "sede ibrido remoto"),
    (codes.PAY_PERIODS, "ora giorno mese anno"),
    (codes.RESERVED, "art-1 art-18"),
    (codes.EXPERIENCE, "nessuna fino-a-1-anno 1-3-anni 3-5-anni oltre-5-anni"),
    (codes.EDUCATION, "1 2 3 4 5 6 7 8"),
    (codes.CEFR, "A1 A2 B1 B2 C1 C2"),
    (codes.OUTCOMES, "sportello altri ritirata"),
    (codes.REPORT_REASONS, "occupata sbagliata discrimina denaro finta altro"),
    (codes.REPORT_OUTCOMES, "corretta chiusa in-regola"),
]


@pytest.mark.parametrize(("code_list", "expected"), FIXED_CODES, ids=lambda value: getattr(value, "name", ""))
def test_a_list_holds_exactly_the_codes_that_documents_and_databases_hold(code_list, expected):
    assert code_list.codes == tuple(expected.split())


@pytest.mark.parametrize("code_list", LISTS, ids=lambda each: each.name)
def test_every_code_has_a_label_of_its_own_in_both_languages(code_list):
    for lang in ("it", "en"):
        labels = [label for _code, label in code_list.choices(lang)]
        assert all(label == label.strip() and label for label in labels)
    pairs = [(code_list.label(code, "it"), code_list.label(code, "en")) for code in code_list]
    if code_list is not codes.SECTORS:  # section D and its only division have the same title
        assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("code_list", LISTS, ids=lambda each: each.name)
def test_codes_are_plain_enough_for_an_address(code_list):
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", code) for code in code_list)


def test_lists_have_names_of_their_own():
    assert len({each.name for each in LISTS}) == len(LISTS) == 21


def test_a_code_of_a_later_version_reads_other():
    assert codes.CONTRACTS.label("lavoro-lunare") == "altro"
    assert codes.CONTRACTS.label("lavoro-lunare", "en") == "other"
    assert codes.CONTRACTS.label(None) == "altro"


def test_a_label_follows_the_language_tag():
    assert codes.HOURS.label("tempo-pieno", "en-GB") == codes.HOURS.label("tempo-pieno", "en_US") == "Full time"
    assert codes.HOURS.label("tempo-pieno", "it-IT") == codes.HOURS.label("tempo-pieno", "de") == "Tempo pieno"


def test_a_list_answers_what_it_holds():
    assert "ibrido" in codes.REMOTE
    assert "IBRIDO" not in codes.REMOTE
    assert None not in codes.REMOTE
    assert len(codes.REMOTE) == 3
    assert codes.REMOTE.choices("en")[0] == ("sede", "On site")


def test_languages_are_iso_639_1_and_cover_those_spoken_around_varese():
    assert all(re.fullmatch(r"[a-z]{2}", code) for code in codes.LANGUAGES)
    assert {"it", "en", "de", "fr", "es", "ar", "zh", "ro", "sq", "uk", "ur", "pa", "bn", "si", "tl"} <= set(
        codes.LANGUAGES
    )


def test_licences_hold_every_driving_category_and_the_common_tickets():
    driving = ("AM", "A1", "A2", "A", "B1", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE")
    assert codes.LICENCES.codes[: len(driving)] == driving
    assert {"CQC", "ADR", "muletto", "ple"} <= set(codes.LICENCES)


def test_sectors_are_the_sections_and_divisions_of_ateco_2025():
    assert sectors.SECTIONS.codes == tuple("ABCDEFGHIJKLMNOPQRSTUV")
    assert len(codes.SECTORS) == 22 + 87
    assert codes.SECTORS.label("28") == "Fabbricazione di macchinari e apparecchiature n.c.a."
    assert codes.SECTORS.label("28", "en") == "Manufacture of machinery and equipment n.e.c."
    assert codes.SECTORS.label("C") == "Attività manifatturiere"
    assert "45" not in codes.SECTORS  # the division of ATECO 2007 for motor vehicles is gone


def test_every_division_belongs_to_a_section_that_stands_before_it():
    order = list(codes.SECTORS)
    for place, code in enumerate(order):
        assert sectors.section_of(code) in order[: place + 1]
    assert sectors.section_of("28") == "C"
    assert sectors.section_of("00") is None


def test_importing_the_codes_reads_no_table():
    script = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "import schemas.codes.comuni, schemas.fiscal_code, schemas.codes.ticino\n"
        "assert not [path for path in opened if path.endswith('.csv')], opened\n"
        "schemas.codes.comuni.comune('012133')\n"
        "assert [path for path in opened if path.endswith('comuni.csv')]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
