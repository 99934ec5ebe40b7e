"""The table that goes out can come back: the same vacancies, nothing changed; elsewhere, the same as new ones."""

import csv
import io
import json
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from node.core import clock
from node.core.db import transaction
from node.vacancies import actions, exporting
from node.vacancies.models import Vacancy
from node.vacancies.typed import as_typed
from schemas.codes import LANGUAGES, LICENCES, SECTORS
from tests.node.vacancies.conftest import MARIA
from tests.node.vacancies.importing.conftest import bring, counter  # noqa: F401 - fixtures, asked for by name

EVERYTHING = {
    "employer_hidden": "true",
    "places": ["Vergiate", "Lugano (CH)"],
    "foreign_places": [{"locality": "Brig", "country": "CH", "lat": "46,3167", "lon": "7,9878"}],
    "occupation": "4321",
    "description": "Carico e scarico.\n\n- bolle\n- muletto",
    "tasks": "=SOMMA(1;2) nel foglio delle ore",
    "requirements": "+39 non serve",
    "offer": "Mensa",
    "remote": "ibrido",
    "hours": "part-time",
    "shifts": "true",
    "weekly_hours": "22,5",
    "positions": "3",
    "pay_min": "1.450,50",
    "pay_max": "1.600",
    "pay_period": "mese",
    "education": "4",
    "experience": "1-3-anni",
    "licences": ["B", "muletto", "pes-pav"],
    "languages": [{"code": "en", "level": "B2"}, {"code": "it"}],
    "reserved": "art-18",
    "sector": "D",
    "starts_on": "2026-12-01",
    "ccnl": "Commercio, 4° livello",
    "override_reason": "Ammesso: è il nome del corso",
}


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def vacancies(desk, parties, data):
    """One of each state, the first with every field."""
    with transaction(desk) as session:
        whole = actions.publish_vacancy(session, MARIA, data(**EVERYTHING | {"employer": parties["followed"]}))
        closed = actions.publish_vacancy(session, MARIA, data(title="=Cuoco/a"))
        actions.close_vacancy(session, MARIA, closed, {"outcome": "altri"})
        expired = actions.publish_vacancy(session, MARIA, data(title="Fabbro/a"))
        actions.expire_vacancy(session, MARIA, expired, clock.today() - timedelta(days=1))
        actions.save_draft(session, MARIA, data("contract", title="Sarto/a"))
        return whole.ref


def exported(desk, kind):
    with desk.reading() as session:
        return exporting.written(kind, *exporting.table(session))


@pytest.mark.parametrize("kind", exporting.KINDS)
def test_an_export_comes_back_unchanged(desk, vacancies, bring, kind):  # noqa: F811
    report = bring(exported(desk, kind))
    assert list(report.outcomes.values()) == ["unchanged"] * 3 + ["refused"]
    assert "Contratto: manca" in report.notes(max(report))


@pytest.mark.parametrize("kind", exporting.KINDS)
def test_a_vacancy_with_every_field_arrives_whole_at_another_desk(desk, vacancies, bring, kind):  # noqa: F811
    content = exported(desk, kind)
    with transaction(desk) as session:
        before = as_typed(session.get(Vacancy, vacancies))
        session.execute(update(Vacancy).where(Vacancy.ref == vacancies).values(ref="elsewhere"))
    report = bring(content)
    assert next(iter(report.outcomes.values())) == "imported"
    with desk.reading() as session:
        arrived = session.scalars(select(Vacancy).where(Vacancy.external_ref == vacancies)).one()
        assert as_typed(arrived) == before


def test_csv_and_workbook_hold_no_formula_and_real_days(desk, vacancies):
    rows = list(csv.reader(io.StringIO(exported(desk, ".csv").decode("utf-8-sig")), delimiter=";"))
    assert "'=Cuoco/a" in rows[2]
    sheet = load_workbook(io.BytesIO(exported(desk, ".xlsx"))).active
    title, closes_on = (rows[0].index(head) + 1 for head in ("Titolo", "Candidature fino al"))
    assert (sheet.cell(3, title).value, sheet.cell(3, title).data_type) == ("=Cuoco/a", "s")
    assert sheet.cell(2, closes_on).value.date() == clock.today() + timedelta(days=20)
    assert sheet.freeze_panes == "A2"


def test_json_lines_name_the_fields(desk, vacancies):
    first = json.loads(exported(desk, ".jsonl").splitlines()[0])
    assert (first["external_ref"], first["positions"], first["contract"]) == (vacancies, 3, "Tempo determinato")


def test_every_code_is_written_so_that_it_is_read_again(desk, vacancies, bring):  # noqa: F811
    """Lists that grow: a new licence, language or sector must not get lost on the way."""
    heads = "Rif;Titolo;Comune;Contratto;Scadenza;Patenti;Lingue;Settore"
    end = f"{clock.today() + timedelta(days=9):%d/%m/%Y}"
    wanted = [
        *({"licences": [code]} for code in LICENCES),
        *({"languages": [{"code": code}]} for code in LANGUAGES),
        *({"sector": code} for code in SECTORS),
    ]
    lines = []
    for number, each in enumerate(wanted):
        languages = "".join(LANGUAGES.label(row["code"]) for row in each.get("languages", ()))
        sector = f"{each['sector']} {SECTORS.label(each['sector'])}" if "sector" in each else ""
        cells = ("".join(map(LICENCES.label, each.get("licences", ()))), languages, sector)
        lines.append(";".join([f"N{number}", "Cuoco/a", "Ispra", "CTI", end, *(f'"{cell}"' for cell in cells)]))
    bring("\n".join([heads, *lines]).encode())
    with desk.reading() as session:
        for number, each in enumerate(wanted):
            found = session.scalars(select(Vacancy).where(Vacancy.external_ref == f"N{number}")).one()
            languages = [{"code": row["code"]} for row in found.languages]
            arrived = {"licences": found.licences, "languages": languages, "sector": found.sector}
            assert arrived | each == arrived


def test_the_desk_downloads_what_its_list_shows(client, vacancies):
    answer = client.get("/desk/offerte/offerte.xlsx?stato=chiuse")
    assert "offerte-" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["=Cuoco/a"]
