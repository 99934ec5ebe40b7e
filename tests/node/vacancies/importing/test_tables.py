"""Files as offices have them: whatever the program, the separator and the encoding, the same rows come out."""

import io
import json
import zipfile
from datetime import date, datetime

import pytest

from node.vacancies.importing import rows as bounds
from node.vacancies.importing.rows import FILE_MAX_BYTES, Unreadable, check_size
from node.vacancies.importing.tables import letters, open_table
from tests.node.vacancies.importing.workbooks import repacked, workbook

HEADS = ("Titolo", "Comune", "Note")
ROW = ("Cuoco/a", "Cantù", "è per l'estate, forse più")


def cells(content, **options):
    table = open_table(content, **options)
    return table.heads, [row.cells for row in table.rows()]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separator_encoding_and_line_ends_are_found_out(separator, encoding, line_end):
    lines = [HEADS, ROW, ("Barista", "Varese", "")]
    text = line_end.join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    assert cells(text.encode(encoding)) == (HEADS, [ROW, ("Barista", "Varese", "")])


def test_excels_own_line_about_the_separator_is_believed():
    assert cells(b"sep=|\r\nTitolo|Comune\r\nCuoco, aiuto|Varese\r\n") == (
        ("Titolo", "Comune"),
        [("Cuoco, aiuto", "Varese")],
    )


def test_text_that_was_once_read_in_the_wrong_encoding_is_repaired():
    spoilt = "Titolo;Note\nCuoco;perché è già così".encode().decode("cp1252").encode()
    assert cells(spoilt)[1] == [("Cuoco", "perché è già così")]


def test_a_title_above_the_heads_and_blank_lines_are_no_rows():
    content = b"OFFERTE DELLO SPORTELLO;;\n;;\nTitolo;Comune;Note\n;;\nCuoco;Varese;\n\nBarista;Ispra;\n"
    table = open_table(content)
    assert table.heads == HEADS
    assert [(row.number, row.cells[0]) for row in table.rows()] == [(5, "Cuoco"), (7, "Barista")]


def test_heads_that_are_blank_or_alike_get_names_of_their_own():
    table = open_table(b"Titolo;;Note;Note\nCuoco;x;a;b\n")
    assert table.heads == ("Titolo", "Colonna B", "Note", "Note (2)")
    assert [letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_table_without_heads_keeps_its_first_row():
    heads, found = cells(b"Cuoco;Varese;31/12/2026\nBarista;Ispra;30/11/2026\n")
    assert heads == ("Colonna A", "Colonna B", "Colonna C")
    assert len(found) == 2


def test_a_quotation_mark_that_is_never_closed_costs_one_row_and_says_so():
    content = b'Titolo;Comune;Note\nCuoco;"Varese;a\nBarista;Ispra;b\n"Sarta";Luino;"due\nrighe"\n'
    found = list(open_table(content).rows())
    assert [row.number for row in found] == [2, 3, 4]
    assert "virgoletta" in found[0].problem
    assert [row.cells for row in found[1:]] == [("Barista", "Ispra", "b"), ("Sarta", "Luino", "due\nrighe")]


def test_a_quotation_mark_that_closes_rows_later_swallows_nothing():
    content = b'Titolo;Comune;Note\nCuoco;Varese;"a\nBarista;Ispra;b\nSarta;Luino;c"\nFabbro;Ispra;d\n'
    found = list(open_table(content).rows())
    assert [row.cells[0] for row in found if row.problem is None] == ["Barista", "Sarta", "Fabbro"]
    assert [row.number for row in found if row.problem] == [2]


def test_a_row_with_a_cell_too_many_is_refused_and_a_short_one_is_filled_up():
    found = list(open_table(b"Titolo;Comune\nCuoco; pasticcere;Varese\nBarista\nSarta;Luino;;\n").rows())
    assert "3 celle" in found[0].problem
    assert [row.cells for row in found[1:]] == [("Barista", ""), ("Sarta", "Luino")]


def test_json_comes_line_by_line_or_as_one_array():
    objects = [
        {"title": "Cuoco", "hiringOrganization": {"name": "Bar Sole"}, "licences": ["B", "CQC"], "shifts": True},
        {"title": "Barista", "positions": 2, "remote": None},
    ]
    wanted = [("Cuoco", "Bar Sole", "B; CQC", "sì", "", ""), ("Barista", "", "", "", "2", "")]
    for text in ("\n".join(map(json.dumps, objects)), json.dumps(objects)):
        heads, found = cells(text.encode())
        assert heads == ("title", "hiringOrganization.name", "licences", "shifts", "positions", "remote")
        assert found == wanted


def test_a_line_that_is_no_json_is_a_row_with_a_problem():
    found = list(open_table(b'{"title": "Cuoco"}\n{"title": \n\n[1]\n{"title": "Sarta"}\n').rows())
    assert [(row.number, row.problem is None) for row in found] == [(1, True), (2, False), (4, False), (5, True)]


def test_a_workbook_is_read_as_it_is_shown():
    moment = datetime(2026, 12, 31, 8, 30)  # noqa: DTZ001 - a workbook knows no time zone
    content = workbook(
        ["Titolo", "Scadenza", "Posti", "Ore", "Turni", "Ora"],
        ["Cuoco", date(2026, 12, 31), 2.0, 37.5, True, moment],
        ["Barista", date(2026, 11, 30)],
    )
    assert cells(content)[1] == [
        ("Cuoco", "2026-12-31", "2", "37,5", "sì", "2026-12-31 08:30"),
        ("Barista", "2026-11-30", "", "", "", ""),
    ]


def test_of_several_sheets_the_one_with_vacancies_is_read_until_another_is_chosen():
    content = workbook(
        ["Titolo", "Comune"], ["Cuoco", "Varese"], Istruzioni=[["Leggere prima"]], Aziende=[["Azienda"], ["Bar"]]
    )
    table = open_table(content)
    assert (table.sheet, table.sheets) == ("Offerte", ["Istruzioni", "Aziende", "Offerte"])
    assert cells(content, sheet="Aziende") == (("Azienda",), [("Bar",)])
    with pytest.raises(Unreadable, match="Istruzioni, Aziende, Offerte"):
        open_table(content, "Altro")


def test_a_bomb_is_refused_before_it_is_unpacked():
    zeros = repacked(workbook(["Titolo"], ["Cuoco"]), sheet1=b"0" * 50_000_000)
    assert len(zeros) < 100_000
    with pytest.raises(Unreadable, match="diventa troppo grande"):
        open_table(zeros)


def test_entities_that_grow_are_refused():
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(Unreadable, match="rovinato"):
        list(open_table(repacked(workbook(["Titolo"], ["Cuoco"]), sheet1=laughs)).rows())


def test_a_cell_and_a_row_far_away_cost_nothing():
    content = repacked(
        workbook(["Titolo"], ["Cuoco"]),
        sheet1=b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Titolo</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>Cuoco</t></is></c><c r="ZZZ2" t="n"><v>1</v></c></row>'
        b'<row r="999999999"><c r="A999999999" t="n"><v>1</v></c></row></sheetData></worksheet>',
    )
    assert cells(content) == (("Titolo",), [("Cuoco",)])


def other_archive():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vuoto"),
        (b" \r\n \r\n", "niente da leggere"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "vecchio Excel"),
        (other_archive(), "salvalo come .xlsx"),
        (b"PK\x03\x04 and nothing else", "rovinato"),
        (repacked(workbook(["Titolo"]), sheet1=b"<broken"), "rovinato"),
        (b"%PDF-1.7 ...", "Questo non è un file"),
        (b"<html><table><tr><td>Titolo</td></tr></table></html>", "Questo non è un file"),
        (bytes(range(32)) * 100, "Questo non è un file"),
        (b"[]", "nessun oggetto"),
        (b"[" * 100_000, "nessun oggetto"),
        ((";".join(f"c{number}" for number in range(200)) + "\n").encode(), "colonne"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_would_help(content, says):
    with pytest.raises(Unreadable, match=says):
        list(open_table(content).rows())


def test_a_file_of_200_megabytes_is_refused_by_its_size():
    with pytest.raises(Unreadable, match="200 MB: si importano file fino a 40 MB"):
        check_size(200_000_000)
    check_size(FILE_MAX_BYTES)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("node.vacancies.importing.tables.ROWS_MAX", 3)
    assert len(list(open_table(b"Titolo\n" + b"Cuoco\n" * 3).rows())) == 3
    with pytest.raises(Unreadable, match="più di 3 righe"):
        list(open_table(b"Titolo\n" + b"Cuoco\n" * 4).rows())


def test_a_cell_that_no_spreadsheet_could_hold_is_a_problem_of_its_row():
    long = b"x" * (bounds.CELL_MAX + 1)
    found = list(open_table(b"Titolo;Note\nCuoco;" + long + b"\nBarista;\n").rows())
    assert "sono troppi" in found[0].problem
    assert found[1].cells == ("Barista", "")
