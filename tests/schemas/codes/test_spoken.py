"""What people write into the cells of a table and into a text, and the code that each of them means."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codes import CONTRACTS, EXPERIENCE, HOURS, LICENCES, REMOTE, RESERVED, phrases, spoken


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("T. determinato", "determinato"), ("t.det.", "determinato"), ("CTD", "determinato"), ("a termine", "determinato"),
        ("Tempo det.", "determinato"), ("Sostituzione maternità", "determinato"), ("Fixed-term contract", "determinato"),
        ("t.indet.", "indeterminato"), ("tempo indeterm.", "indeterminato"), ("CTI", "indeterminato"),
        ("Contratto a tempo indeterminato", "indeterminato"), ("posto fisso", "indeterminato"),
        ("tempo determinato finalizzato a tempo indeterminato", "determinato"),
        ("Apprendistato professionalizzante", "apprendistato"), ("Appr.", "apprendistato"),
        ("somministrazione a tempo determinato", "somministrazione"), ("tempo det. somm.", "somministrazione"),
        ("tramite agenzia", "somministrazione"), ("interinale", "somministrazione"),
        ("Stage", "tirocinio"), ("tirocinio extracurriculare", "tirocinio"), ("stagionale", "stagionale"),
        ("tempo determinato stagionale", "stagionale"), ("a chiamata", "intermittente"), ("Co.Co.Co.", "collaborazione"),
        ("collaborazione", "collaborazione"), ("P.IVA", "autonomo"), ("libero professionista", "autonomo"),
        ("prestazione occasionale", "autonomo"), ("altro", "altro"), ("apprendistato", "apprendistato"),
        ("", None), ("da definire", None), ("full time", None), ("sempre", None),
    ],
)  # fmt: skip
def test_a_cell_says_its_contract(cell, code):
    assert spoken.contract(cell) == code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Full-time", "tempo-pieno"), ("FT", "tempo-pieno"), ("40", "tempo-pieno"), ("38,5", "tempo-pieno"),
        ("full time 40h", "tempo-pieno"), ("8 ore al giorno", "tempo-pieno"), ("tempo pieno", "tempo-pieno"),
        ("P.Time", "part-time"), ("part-time", "part-time"), ("PT 20h", "part-time"), ("20 ore", "part-time"),
        ("24h settimanali", "part-time"), ("tempo parziale 50%", "part-time"), ("part time verticale", "part-time"),
        ("mezza giornata", "part-time"), ("4 ore/giorno", "part-time"),
        ("part time / full time", None), ("", None), ("99", None), ("24 ore su 24", None), ("flessibile", None),
    ],
)  # fmt: skip
def test_a_cell_says_its_hours(cell, code):
    assert spoken.hours(cell) == code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("no", "nessuna"), ("anche prima esperienza", "nessuna"), ("senza esperienza", "nessuna"),
        ("esperienza non richiesta", "nessuna"), ("6 mesi", "fino-a-1-anno"), ("1 anno", "fino-a-1-anno"),
        ("almeno un anno", "1-3-anni"), ("2-3 anni", "1-3-anni"), ("da 1 a 3 anni", "1-3-anni"), ("18 mesi", "1-3-anni"),
        ("Esperienza di 2 anni", "1-3-anni"), ("almeno 3 anni", "3-5-anni"), ("3-5 anni", "3-5-anni"),
        ("oltre 5 anni", "oltre-5-anni"), ("minimo 5 anni", "oltre-5-anni"), ("10 anni di esperienza", "oltre-5-anni"),
        ("1-3-anni", "1-3-anni"), ("gradita", None), ("", None), ("nel 2024", None),
    ],
)  # fmt: skip
def test_a_cell_says_its_experience(cell, code):
    assert spoken.experience(cell) == code


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("B", ("B",)), ("Sì", ("B",)), ("automunito/a", ("B",)), ("B automunito/a", ("B",)), ("pat. B", ("B",)),
        ("patente di guida", ("B",)), ("A", ("A",)), ("A1 B", ("A1", "B")), ("b/c", ("B", "C")), ("C1E", ("C1E",)),
        ("C+E / CQC", ("CE", "CQC")), ("patente C E", ("CE",)), ("C, CE, CQC, ADR", ("C", "CE", "CQC", "ADR")),
        ("patenti B e C", ("B", "C")), ("D + CQC persone", ("D", "CQC")), ("KB", ("KB",)),
        ("B, muletto", ("B", "muletto")), ("patentino carrello elevatore", ("muletto",)), ("muletto e PLE", ("muletto", "ple")),
        ("patente nautica", ("nautica",)), ("HACCP", ("haccp",)), ("PES/PAV", ("pes-pav",)),
        ("patente B e patentino del muletto", ("B", "muletto")), ("no", ()), ("nessuna", ()), ("", ()),
        ("patente europea del computer", ()),
    ],
)  # fmt: skip
def test_a_cell_names_its_licences(cell, codes):
    assert spoken.licences(cell) == codes


@pytest.mark.parametrize(
    ("read", "cell", "said"),
    [
        (spoken.reserved, "art. 18", "art-18"), (spoken.reserved, "art.1 L.68/99", "art-1"),
        (spoken.reserved, "Categoria protetta art. 18", "art-18"), (spoken.reserved, "L. 68/99 art. 18", "art-18"),
        (spoken.reserved, "L. 68/99", "art-1"), (spoken.reserved, "disabili", "art-1"), (spoken.reserved, "no", None),
        (spoken.remote, "Smart working", "ibrido"), (spoken.remote, "full remote", "remoto"), (spoken.remote, "in sede", "sede"),
        (spoken.remote, "no", "sede"), (spoken.remote, "ibrido", "ibrido"), (spoken.remote, "", None),
        (spoken.shifts, "su 3 turni", True), (spoken.shifts, "turnista", True), (spoken.shifts, "sì", True),
        (spoken.shifts, "turni: no", False), (spoken.shifts, "giornata", False), (spoken.shifts, "", None),
    ],
)  # fmt: skip
def test_a_cell_says_for_whom_where_and_in_which_shifts(read, cell, said):
    assert read(cell) == said


@pytest.mark.parametrize(
    ("codes", "read"),
    [(CONTRACTS, spoken.contract), (HOURS, spoken.hours), (EXPERIENCE, spoken.experience), (REMOTE, spoken.remote),
     (RESERVED, spoken.reserved)],
)  # fmt: skip
def test_a_code_and_its_labels_mean_itself(codes, read):
    for code in codes:
        assert [read(text) for text in (code, codes.label(code), codes.label(code, "en"))] == [code] * 3


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_cell_is_read_without_fault(cell):
    assert spoken.contract(cell) in {None, *CONTRACTS}
    assert spoken.hours(cell) in {None, *HOURS}
    assert spoken.experience(cell) in {None, *EXPERIENCE}
    assert spoken.reserved(cell) in {None, *RESERVED}
    assert spoken.remote(cell) in {None, *REMOTE}
    assert spoken.shifts(cell) in {None, True, False}
    assert set(spoken.licences(cell)) <= set(LICENCES)


def said(text):
    """(words, filter, codes) of all that a running text says."""
    found, at, told = phrases.tokens(text), 0, []
    forms = [token.form for token in found]
    while at < len(found):
        each = spoken.said_at(text, found, forms, at)
        if each and each.codes:
            told.append((text[found[at].start : found[at + each.length - 1].end], each.filter, each.codes))
        at += each.length if each else 1
    return told


def test_a_running_text_says_its_codes_where_they_stand():
    assert said("Autista pat. C+E, tempo det., su turni; 20 ore settimanali, anche prima esperienza") == [
        ("pat. C+E", "licence", ("CE",)),
        ("tempo det", "contract", ("determinato",)),
        ("su turni", "shifts", ("si",)),
        ("20 ore settimanali", "hours", ("part-time",)),
        ("anche prima esperienza", "experience", ("nessuna",)),
    ]


@pytest.mark.parametrize(
    "text",
    ["somministrazione di pasti", "collaborazione domestica", "agenzia viaggi", "ufficio turni", "tutor tirocini",
     "educatore per disabili adulti", "24 ore su 24", "80 ore di corso", "patente europea", "da 3 anni in azienda"],
)  # fmt: skip
def test_words_that_only_look_like_a_code_say_none(text):
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [("patente a Varese", ("B",)), ("patente A", ("A",)), ("patente a", ("A",)), ("patente a1", ("A1",)), ("patente c e", ("CE",)),
     ("patente c e d", ("C", "D")), ("patente b e auto", ("B",)), ("patente C E bilico", ("CE",)), ("autista c", ("C",)),
     ("patente d a Como", ("D",)), ("patente c e a Como", ("CE",))],
)  # fmt: skip
def test_the_letters_a_and_e_are_categories_only_where_they_are_no_words(text, codes):
    assert [each for _, name, each in said(text) if name == "licence"] == [codes]
