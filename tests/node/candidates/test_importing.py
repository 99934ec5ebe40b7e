"""A spreadsheet of persons becomes persons: each row has one outcome, and nobody comes in twice."""

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from node.candidates import queries
from node.candidates.importing import actions
from node.candidates.importing.models import PersonImport, PersonImportRow
from node.candidates.importing.reading import split_name
from node.candidates.models import Candidate
from node.candidates.personal import KEEPER
from node.core import clock
from node.core.db import transaction
from node.core.spreadsheets import xlsx_bytes
from node.vacancies.importing.messages import unpacked

HEADS = ["Cognome", "Nome", "Codice fiscale", "Nato il", "Cellulare", "Residenza", "Mansione", "Patente", "Informativa"]
ROWS = [
    ["Bianchi", "Luca", "BNCLCU85C12L682Y", "12/03/1985", "347 1112223", "Gavirate", "magazziniere", "B", "02/11/2026"],
    ["Rossi", "Maria", "", "", "347 1234567", "Varese", "commessa, cassiera", "", "02/11/2026"],
    ["Verdi", "Anna", "", "01/02/1990", "", "Varese", "cuoca", "", ""],
    ["Neri", "Ugo", "BNCLCU85C12L682A", "", "", "", "autista", "", "02/11/2026"],
    ["Gallo", "Ada", "", "05/05/1970", "340 7654321", "Ispra", "astronauta del tè", "astronave", "02/11/2026"],
]


def as_csv(rows, heads=HEADS):
    return "\r\n".join(";".join(row) for row in [heads, *rows]).encode()


def sent(client, content, name="persone.csv"):
    answer = client.post("/desk/persone/importa", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return answer.location


def checked(client, content, name="persone.csv"):
    """The address of the import, its columns taken as they were proposed."""
    address = sent(client, content, name)
    page = client.get(address).text
    chosen = re.findall(r'name="(column-\d+)">(.*?)</select>', page, re.DOTALL)
    told = {column: re.search(r'value="(\w*)" selected', options) for column, options in chosen}
    answer = client.post(
        f"{address}/colonne", data={column: found[1] if found else "" for column, found in told.items()}
    )
    assert answer.status_code == 303, answer.text
    return address


def done(client, content, name="persone.csv"):
    address = checked(client, content, name)
    assert client.post(f"{address}/conferma").status_code == 303
    return address


def outcomes(desk, address):
    ref = address.rpartition("/")[2]
    with desk.reading() as session:
        rows = session.scalars(
            select(PersonImportRow).where(PersonImportRow.import_ref == ref).order_by(PersonImportRow.number)
        )
        return [(row.outcome, " ".join(unpacked(note) for note in row.notes)) for row in rows]


def people(desk):
    with desk.reading() as session:
        return {each.family_name: each for each in queries.search_candidates(session)[0]}


@pytest.fixture
def desk_url():
    """On SQLite: of both databases only the tables differ, and those the migrations compare."""
    return ""


@pytest.fixture
def maria(desk, taken_in):
    """Somebody who may be the one of the second row."""
    with transaction(desk) as session:
        return taken_in(session, family_name="Rossi", given_name="Marina").ref


def test_every_row_has_one_outcome_and_its_reason(client, desk, maria):
    address = checked(client, as_csv(ROWS))
    assert set(people(desk)) == {"Rossi"}, "a look at the rows writes nobody"
    assert [outcome for outcome, _told in outcomes(desk, address)] == [
        "imported",
        "double",
        "refused",
        "refused",
        "imported",
    ]
    assert client.post(f"{address}/conferma").status_code == 303
    found = outcomes(desk, address)
    assert [outcome for outcome, _told in found] == ["imported", "double", "refused", "refused", "imported"]
    assert "Informativa consegnata il" in found[2][1]
    assert "L'ultima lettera dovrebbe essere" in found[3][1]
    assert "astronave" in found[4][1]
    here = people(desk)
    assert set(here) == {"Rossi", "Bianchi", "Gallo"}
    assert (here["Bianchi"].tax_code, here["Bianchi"].licences) == ("BNCLCU85C12L682Y", ["B"])
    assert clock.day_of(here["Bianchi"].notice_given_at) == date(2026, 11, 2)
    assert "astronave" in here["Gallo"].notes
    report = client.get(f"{address}/rapporto.csv?esito=refused").data.decode("utf-8-sig")
    assert report.count("Rifiutata") == 2
    assert "Verdi;Anna" in report


def test_the_same_file_again_doubles_nobody(client, desk, maria):
    done(client, as_csv(ROWS))
    again = done(client, as_csv(ROWS))
    assert [outcome for outcome, _told in outcomes(desk, again)] == [
        "unchanged",
        "double",
        "refused",
        "refused",
        "unchanged",
    ]
    assert len(people(desk)) == 3


def test_a_workbook_with_the_name_in_one_cell_is_read_too(client, desk):
    heads = ["Nominativo", "CF", "Lavoro", "Privacy"]
    done(
        client,
        xlsx_bytes("Persone", heads, [["Luca Bianchi", "BNCLCU85C12L682Y", "cuoco", date(2026, 11, 2)]]),
        "x.xlsx",
    )
    person = people(desk)["Bianchi"]
    assert (person.given_name, person.sex, person.born_on) == ("Luca", "M", date(1985, 3, 12))


def test_without_a_tax_code_the_first_word_is_the_family_name():
    assert split_name(["Bianchi", "Luca", "Maria"], "", date(2026, 1, 1)) == ("Bianchi", "Luca Maria", False)


def test_a_new_file_changes_what_the_last_one_said_and_nothing_that_was_written_here(client, desk):
    row = ROWS[0]
    done(client, as_csv([row]))
    with transaction(desk) as session:
        person = queries.candidate_to_change(session, people(desk)["Bianchi"].ref)
        person.phone = "333 9998887"
    later = [*row[:4], "347 0000000", "Ispra", *row[6:]]
    address = done(client, as_csv([later]))
    outcome, told = outcomes(desk, address)[0]
    assert outcome == "updated"
    assert "333 9998887" in told
    person = people(desk)["Bianchi"]
    assert (person.phone, person.residence) == ("333 9998887", "012084")


def test_an_operator_decides_who_is_who(client, desk, maria):
    address = done(client, as_csv([ROWS[1]]))
    page = client.get(address).text
    assert "Marina" in page
    assert client.post(f"{address}/righe/2", data={"same_as": "somebody-else"}).status_code == 409
    assert client.post(f"{address}/righe/2", data={"same_as": maria}).status_code == 303
    with desk.reading() as session:
        assert queries.candidate_with(session, maria).phone == "347 1234567"
    assert client.post(f"{address}/righe/2").status_code == 404, "it is decided"
    other = done(client, as_csv([[*ROWS[1][:4], "", "", *ROWS[1][6:]]]))
    assert client.post(f"{other}/righe/2").status_code == 303
    with desk.reading() as session:
        assert queries.search_candidates(session)[1] == 2


def test_a_fault_in_the_middle_leaves_nobody(client, desk, monkeypatch):
    address = checked(client, as_csv(ROWS))
    taken, real = [], actions.take_in

    def fail_at_the_second(*args, **options):
        taken.append(args)
        if len(taken) == 2:
            raise OSError("no space left on device")
        return real(*args, **options)

    monkeypatch.setattr(actions, "take_in", fail_at_the_second)
    with pytest.raises(OSError, match="no space"):
        client.post(f"{address}/conferma")
    assert people(desk) == {}
    monkeypatch.undo()
    assert client.post(f"{address}/conferma").status_code == 303
    assert set(people(desk)) == {"Bianchi", "Rossi", "Gallo"}


def test_what_is_no_table_and_too_many_persons_are_refused(client, desk, monkeypatch):
    answer = client.post("/desk/persone/importa", data={"file": (io.BytesIO(b"%PDF-1.7 x"), "x.pdf")})
    assert answer.status_code == 422
    assert client.post("/desk/persone/importa").status_code == 422
    address = sent(client, b"Pagina;Voce\r\na;b\r\n")
    assert client.post(f"{address}/colonne", data={"column-0": "notes"}).status_code == 422
    monkeypatch.setattr(actions, "ROWS_MAX", 1)
    address = sent(client, as_csv(ROWS))
    answer = client.post(f"{address}/colonne", data={"column-0": "family_name", "column-1": "given_name"})
    assert answer.status_code == 422
    assert "più di 1 persone" in answer.text
    assert client.post(f"{address}/annulla").status_code == 303
    assert people(desk) == {}


def test_the_file_goes_when_it_is_over_and_the_rows_a_month_later(client, desk, maria):
    address = done(client, as_csv(ROWS))
    waiting = sent(client, as_csv(ROWS))
    now = clock.now()
    with transaction(desk) as session:
        actions.sweep_imports(session, now + actions.UNFINISHED_KEPT + timedelta(hours=1))
        states = {each.ref: (each.state, each.content) for each in session.scalars(select(PersonImport))}
        assert states == {address.rpartition("/")[2]: ("done", None), waiting.rpartition("/")[2]: ("cancelled", None)}
        actions.sweep_imports(session, now + actions.ROWS_KEPT + timedelta(hours=1))
        assert session.scalars(select(PersonImportRow)).all() == []
    assert "Si tengono 30 giorni" in client.get(address).text


def test_a_person_reads_her_rows_and_they_go_with_her(client, desk, maria):
    address = done(client, as_csv(ROWS))
    ref = people(desk)["Bianchi"].ref
    with transaction(desk) as session:
        assert KEEPER.export(session, ref)["imported_rows"][0]["cells"][2] == "BNCLCU85C12L682Y"
        KEEPER.erase(session, ref)
        KEEPER.erase(session, maria)
        assert session.scalars(select(Candidate.family_name)).all() == ["Gallo"]
    told = outcomes(desk, address)
    assert [outcome for outcome, _told in told] == ["refused", "refused", "imported"]
