"""Who takes over a colleague's persons gets a PDF and a CSV; each person's history says so."""

import csv
import zipfile
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from node.candidates import parts
from node.core.audit import Deed
from node.core.db import transaction
from node.handovers import queries
from node.plans import actions as plans

PACK = "/desk/persone/consegne/pacco"


@pytest.fixture
def persons(desk, operators, taken_in):
    """Maria, with a plan that the operator leads, and Luca, whom nobody of the operators took in."""
    with transaction(desk) as session:
        maria = taken_in(session, "Rossi", "Maria", phone="347 1112223", notes="ombrello", reserved="art-18")
        luca = taken_in(session, "Bianchi", "Luca", reach="=1+1")
        plan = plans.start_plan(session, operators["operatore"], maria)
        step = {"words": "Telefonare al magazzino", "doer": "persona", "due_on": plan.started_on}
        plans.add_step(session, operators["operatore"], maria, plan, step)
        return {"maria": maria.ref, "luca": luca.ref}


def unpacked(answer):
    """(the reader of the PDF, the rows of the CSV by head)."""
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(BytesIO(answer.data)) as pack:
        assert pack.namelist() == ["consegne.pdf", "consegne.csv"]
        reader = PdfReader(BytesIO(pack.read("consegne.pdf")))
        table = pack.read("consegne.csv").decode("utf-8-sig").splitlines()
    return reader, list(csv.DictReader(table, delimiter=";"))


def test_the_pack_of_the_desk_tells_who_they_are_and_what_comes_next(client, desk, persons):
    reader, rows = unpacked(client.get(PACK, query_string={"di": "tutte"}))
    text = "".join(page.extract_text() for page in reader.pages)
    for told in ("Rossi Maria", "Bianchi Luca", "347 1112223", "Telefonare al magazzino"):
        assert told in text
    assert reader.trailer["/Root"]["/Lang"] == "it"
    assert reader.metadata.title == "Persone seguite dallo sportello"
    assert [row["Cognome"] for row in rows] == ["Bianchi", "Rossi"]
    assert "Telefonare al magazzino (entro il" in rows[1]["Prossimi passi"]
    assert rows[1]["Ricontatti previsti"].count(";") == 2
    assert rows[1]["Chi la segue"] == "Operatore"
    assert rows[0]["Come si raggiunge"] == "'=1+1"
    assert "ombrello" not in text + repr(rows)
    with desk.reading() as session:
        noted = session.scalars(select(Deed.ref).where(Deed.verb == "handover.made")).all()
    assert sorted(noted) == sorted(persons.values())


def test_each_operator_has_those_whose_plan_she_leads_or_whom_she_took_in(client, desk, operators, persons):
    with desk.reading() as session:
        mine = queries.followed_by(session, operators["operatore"].id)
        assert [candidate.ref for candidate, _leader in mine] == [persons["maria"]]
        assert len(queries.followed_by(session)) == 2
    page = client.get("/desk/persone/consegne").text
    assert f"{PACK}?di={operators['operatore'].id}" in page
    assert client.get(PACK, query_string={"di": operators["amministratore"].id}).status_code == 409
    assert client.get(PACK, query_string={"di": "nobody"}).status_code == 404
    client.post(f"/desk/persone/{persons['maria']}/chiudi")
    assert client.get(PACK, query_string={"di": operators["operatore"].id}).status_code == 409


def test_a_coordinator_gets_no_pack(browser, persons):
    assert browser("coordinatore").get(PACK, query_string={"di": "tutte"}).status_code == 403


def test_a_later_slice_brings_a_column_of_its_own(app, monkeypatch):
    monkeypatch.setattr(parts, "_columns", dict(parts._columns))
    before = [str(label) for label, _column in parts.handover_columns()]
    assert {"Appuntamenti", "Prossimi passi", "Ricontatti previsti"} <= set(before)
    parts.handover_column("proof", "Prova")(lambda _session, refs: {ref: ["sì"] for ref in refs})
    assert [str(label) for label, _column in parts.handover_columns()] == [*before, "Prova"]
