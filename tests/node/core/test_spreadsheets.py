"""What leaves for a spreadsheet opens with a double click in an Italian office, and runs nothing there."""

import csv
import io
import subprocess
import sys

import pytest

from node.core.spreadsheets import csv_response, harmless


def test_a_table_is_a_download_that_excel_reads_as_utf8_with_semicolons():
    answer = csv_response("offerte", ["Titolo", "Posti"], [["Perché no; sì", 2], [None, 0]])
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="offerte.csv"'
    assert answer.data.startswith("\ufeff".encode())
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    assert text.endswith("\r\n")
    assert list(csv.reader(io.StringIO(text), delimiter=";")) == [
        ["Titolo", "Posti"],
        ["Perché no; sì", "2"],
        ["", "0"],
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+39 0332", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_stays_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-5, 0, 3.5, "Cuoco/a", "1+1", ""])
def test_numbers_and_plain_text_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_the_library_of_workbooks_is_loaded_only_for_a_workbook():
    told = "import sys, node.vacancies.exporting, node.vacancies.importing.tables; print('openpyxl' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", told], text=True) == "False\n"
