"""The four steps as an operator goes through them, with a file, with pasted rows, and with what should not be sent."""

import csv
import io

import pytest
from openpyxl import load_workbook

from node.core.db import transaction
from node.vacancies.importing import actions, pages, queries, work
from node.vacancies.importing.rows import FILE_MAX_BYTES
from tests.node.vacancies.conftest import MARIA
from tests.node.vacancies.importing.conftest import day, report_of, sheet
from tests.node.vacancies.importing.workbooks import repacked, workbook

START = "/desk/offerte/importa"
ROWS = sheet(
    f"A1;Cuoco/a;Albergo del Lago;Gavirate;stagionale;{day(30)}",
    f"A2;Commessa;Negozio Uno;Ispra;CTI;{day(10)}",
    f"A3;Barista;Bar Centro;Castro;chiamata;{day(9)}",
)


@pytest.fixture
def desk_url():
    return ""


def send(client, content, name="offerte.csv"):
    return client.post(START, data={"file": (io.BytesIO(content), name)})


def columns(client, here, **changes):
    """What the form of the second step sends when nothing is corrected."""
    begun = ref_of(here)
    with client.application.app_context():
        desk = client.application.extensions["sportello"].desk
    with desk.reading() as session:
        mapping = queries.import_with(session, begun).mapping
    sent = {f"column-{at}": field for at, field in enumerate(mapping)}
    return client.post(f"{here}/colonne", data=sent | {"how_to_apply": "Vieni."} | changes)


def ref_of(here):
    return here.rpartition("/")[2]


def test_a_file_becomes_vacancies_in_four_steps(client, desk, config, counter, found):
    first = client.get(START).text
    assert 'aria-current="step"' in first
    here = send(client, ROWS).location
    second = client.get(here).text
    assert "Che cosa c’è nelle colonne?" in second
    assert "Cuoco/a · Commessa · Barista" in second.replace("</span><span>", " · ")
    assert columns(client, here, desk=counter).location == here
    waiting = client.get(here).text
    assert "Lettura del file" in waiting
    assert "hx-get" in waiting
    work.carry_on(desk, config)
    preview = client.get(here).text
    assert "Non è ancora stato scritto nulla" in preview
    assert "Importa 2 offerte" in preview
    assert "Castro (BG), Castro (LE)" in preview
    assert found() == []
    assert client.post(f"{here}/conferma").location == here
    assert "Scrivo le offerte" in client.get(here).text
    work.carry_on(desk, config)
    report = client.get(here).text
    assert "Importazione finita" in report
    assert f'href="/desk/offerte/{found("Cuoco/a")[0].ref}"' in report
    assert {each.title: each.state for each in found()} == {"Cuoco/a": "published", "Commessa": "draft"}
    assert "offerte.csv" in client.get(START).text


def test_rows_that_were_copied_from_a_spreadsheet_are_pasted(client, desk, config, counter):
    pasted = ROWS.decode().replace(";", "\t")
    here = client.post(START, data={"pasted": pasted}).location
    columns(client, here, desk=counter)
    work.carry_on(desk, config)
    assert report_of(desk, ref_of(here)).outcomes == {2: "imported", 3: "draft", 4: "refused"}


def test_the_page_that_waits_is_led_to_the_next_step(client, desk, config, counter):
    here = send(client, ROWS).location
    columns(client, here, desk=counter)
    busy = client.get(f"{here}/avanzamento")
    assert "<progress" in busy.text
    work.carry_on(desk, config)
    assert client.get(f"{here}/avanzamento").headers["HX-Redirect"] == here


def test_the_report_is_filtered_and_downloaded_with_the_cells_of_the_file(client, desk, config, counter):
    here = send(client, ROWS).location
    columns(client, here, desk=counter)
    work.carry_on(desk, config)
    refused = client.get(f"{here}?esito=refused").text
    assert "Barista" in refused
    assert "Cuoco/a" not in refused
    answer = client.get(f"{here}/rapporto.csv?esito=refused")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [
        "Riga",
        "Esito dell’importazione",
        "Perché",
        *["Rif", "Titolo", "Azienda", "Comune", "Contratto", "Scadenza"],
    ]
    assert [row[0] for row in rows[1:]] == ["4"]
    assert "Castro (BG)" in rows[1][2]
    assert rows[1][3:6] == ["A3", "Barista", "Bar Centro"]
    assert client.get(f"{here}?esito=boh").status_code == 400


def test_the_mended_report_is_imported_again(client, desk, config, counter, found):
    here = send(client, ROWS).location
    columns(client, here, desk=counter)
    work.carry_on(desk, config)
    mended = client.get(f"{here}/rapporto.csv?esito=refused").data.decode().replace("Castro", "Casalzuigno", 1)
    again = send(client, mended.replace("Castro", "Casalzuigno").encode()).location
    columns(client, again, desk=counter)
    work.carry_on(desk, config)
    assert report_of(desk, ref_of(again)).outcomes == {2: "imported"}


def test_back_to_the_columns_and_out_again(client, desk, config, counter, found):
    here = send(client, ROWS).location
    columns(client, here, desk=counter)
    work.carry_on(desk, config)
    client.post(f"{here}/indietro")
    assert "Che cosa c’è nelle colonne?" in client.get(here).text
    assert client.post(f"{here}/annulla").location == START
    assert "Importazione annullata" in client.get(here).text
    assert client.post(f"{here}/annulla").status_code == 409
    assert client.post(f"{here}/conferma").status_code == 409
    assert found() == []


def test_a_wrong_choice_of_columns_comes_back_with_what_was_chosen(client, counter):
    here = send(client, ROWS).location
    answer = columns(client, here, desk=counter, **{"column-1": "", "contract": "tirocinio"})
    assert answer.status_code == 422
    assert "Scegli quale colonna contiene il titolo" in answer.text
    assert '<option value="tirocinio" selected>' in answer.text
    wrong = columns(client, here, desk=counter, places="Marte")
    assert wrong.status_code == 422
    assert "Marte" in wrong.text


def test_another_sheet_of_the_workbook_is_chosen(client):
    content = workbook(
        ["Titolo", "Comune", "Contratto"],
        ["Cuoco/a", "Ispra", "CTI"],
        Vecchie=[["Mansione", "Sede"], ["Sarta", "Luino"]],
    )
    here = send(client, content, "offerte.xlsx").location
    assert "Cuoco/a" in client.get(here).text
    client.post(f"{here}/foglio", data={"sheet": "Vecchie"})
    page = client.get(here).text
    assert "Sarta" in page
    assert "Mansione" in page
    client.post(f"{here}/foglio", data={"sheet": "boh"})
    assert "Nel file non c&#39;è il foglio «boh»" in client.get(here).text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vuoto"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "vecchio Excel"),
        (repacked(workbook(["Titolo"]), sheet1=b"0" * 50_000_000), "diventa troppo grande"),
    ],
)
def test_a_file_that_cannot_be_used_comes_back_with_what_would_help(client, content, says):
    answer = send(client, content)
    assert answer.status_code == 422
    assert says in answer.text


def test_nothing_sent_is_asked_for(client):
    answer = client.post(START, data={"pasted": "  "})
    assert answer.status_code == 422
    assert "Scegli un file" in answer.text


def test_a_file_that_is_too_large_is_refused_with_the_size_that_is_not(client, monkeypatch):
    monkeypatch.setattr(pages, "FILE_MAX_BYTES", 1000)
    monkeypatch.setattr(pages, "FORM_BESIDE_FILE_BYTES", 0)
    answer = send(client, b"x" * 2000)
    assert (answer.status_code, answer.location) == (303, START)
    assert "Il file è troppo grande" in client.get(START).text


def test_only_who_is_signed_in_may_send_more_than_a_form(client, citizen, counter):
    large = b"Titolo;Comune\n" + b"Cuoco;Ispra\n" * 500_000
    assert 4 * 1024 * 1024 < len(large) < FILE_MAX_BYTES
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    sent = {"data": head + large + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}
    assert client.post(START, **sent).location.startswith(f"{START}/")
    refused = citizen.post(START, **sent)
    assert refused.status_code == 303
    assert refused.location.startswith(("/desk/accesso", START))


def test_the_empty_model_has_columns_that_are_all_understood(client):
    head, *rows = load_workbook(io.BytesIO(client.get(f"{START}/modello.xlsx").data)).active.values
    assert rows == []
    here = send(client, workbook([*head], ["A1", "Cuoco/a"]), "modello.xlsx").location
    assert "Non importare</option>" in client.get(here).text
    assert 'class="is-left-out"' not in client.get(here).text


def test_a_failed_import_says_why(client, desk, counter):
    here = send(client, ROWS).location
    columns(client, here, desk=counter)
    work._fail(desk, ref_of(here), actions.mapping_problem([]))
    assert "Scegli quale colonna contiene il titolo" in client.get(here).text


def test_an_old_report_says_that_its_rows_are_gone(client, desk, config, counter):
    here = send(client, ROWS).location
    columns(client, here, desk=counter)
    work.carry_on(desk, config)
    client.post(f"{here}/conferma")
    work.carry_on(desk, config)
    with transaction(desk) as session:
        begun = queries.import_with(session, ref_of(here))
        actions.sweep_imports(session, begun.finished_at + actions.ROWS_KEPT * 2)
    assert "non ci sono più" in client.get(here).text


def test_an_import_without_a_desk_says_what_is_missing(client):
    assert "Per pubblicare serve almeno uno sportello" in client.get(START).text


def test_a_report_is_read_in_english(client, desk, config, counter):
    here = send(client, ROWS).location
    columns(client, here, desk=counter)
    work.carry_on(desk, config)
    client.set_cookie("lingua", "en")
    assert "Place of work" in client.get(f"{here}?esito=refused").text


def test_an_unknown_import_is_not_there(client):
    assert client.get(f"{START}/boh").status_code == 404
    assert client.post(f"{START}/boh/conferma").status_code == 404
    assert MARIA.id not in client.get(START).text
