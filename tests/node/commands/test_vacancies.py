"""`sportello vacancies import` and `export`, as an administrator or a program of the province types them."""

import io
import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from node.commands import bringing
from node.core import clock, db
from node.core.actors import NODE
from node.core.config import load
from node.core.db import transaction
from node.desks.actions import create_desk
from node.vacancies.importing.models import Import
from node.vacancies.importing.work import carry_on
from node.vacancies.models import Vacancy
from schemas.desk import DeskForm
from tests.node.commands.conftest import COUNTER


@pytest.fixture
def place(founded, tmp_path):
    """The folder of a node without a desk."""
    return Path(shutil.copytree(founded, tmp_path / "gavirate"))


@pytest.fixture
def desk(place):
    with db.opened(db.desk_of(load(place, {}))) as opened:
        yield opened


@pytest.fixture
def counter(desk):
    with transaction(desk) as session:
        return create_desk(session, NODE, DeskForm().load(COUNTER | {"name": "Sportello di Gavirate"})).ref


@pytest.fixture
def sportello(sportello, place):
    """`sportello("import", FILE, …)` on the node in `place`."""
    return lambda *words: sportello("vacancies", *words, "--data", place)


@pytest.fixture
def file(tmp_path):
    end = f"{clock.today() + timedelta(days=20):%d/%m/%Y}"
    lines = [
        "Rif;Mansione;Comune;Contratto;Scadenza;Extra",
        f"A1;Cuoco/a;Gavirate;stagionale;{end};Vitto",
        f"A2;Barista;Castro;CTI;{end};",
        "A3;Sarta/o;Ispra;CTI;01/02/2020;",
    ]
    (tmp_path / "offerte.csv").write_text("\n".join(lines), "utf-8")
    return tmp_path / "offerte.csv"


def held(desk, model=Vacancy):
    with desk.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_trial_tells_every_row_and_leaves_nothing(sportello, file, desk, counter):
    code, said, _ = sportello("import", file, "--dry-run")
    assert code == 0
    assert "3 righe in offerte.csv" in said
    assert said.splitlines()[-1] == "Non è stato scritto nulla."
    assert "Mansione" in said
    assert "→ Titolo" in said
    assert "riga 3: Barista [refused]" in said
    assert "Castro (BG), Castro (LE)" in said
    assert (held(desk), held(desk, Import)) == (0, 0)


def test_somebody_is_asked_before_anything_is_written(sportello, file, desk, counter, monkeypatch):
    for answer, written in (("n", 0), ("y", 2)):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
        code, said, _ = sportello("import", file)
        assert (code, held(desk)) == (0, written)
        assert "Importo?" in said


def test_a_program_gets_a_line_for_every_row(sportello, file, desk, counter):
    code, said, _ = sportello("import", file, "--yes", "--json")
    report = json.loads(said)
    assert code == 0
    assert {name: report[name] for name in ("rows", "imported", "updated", "unchanged", "draft", "expired", "refused")} == {
        "rows": 3, "imported": 1, "updated": 0, "unchanged": 0, "draft": 0, "expired": 1, "refused": 1,
    }  # fmt: skip
    assert [(row["row"], row["outcome"]) for row in report["report"]] == [
        (2, "imported"),
        (3, "refused"),
        (4, "expired"),
    ]
    assert held(desk) == 2
    assert json.loads(sportello("import", file, "--yes", "--json")[1])["unchanged"] == 2


def test_columns_and_defaults_are_told_on_the_command_line(sportello, file, desk, counter):
    told = ("--mapping", "Extra=offer", "--mapping", "rif=-", "--default", "how_to_apply=Chiama lo 0332 748201")
    assert sportello("import", file, "--yes", *told)[0] == 0
    with desk.reading() as session:
        cook = session.scalars(select(Vacancy).where(Vacancy.title == "Cuoco/a")).one()
    assert (cook.offer, cook.external_ref, cook.how_to_apply) == ("Vitto", None, "Chiama lo 0332 748201")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--mapping", "Boh=title"), "non c’è la colonna «Boh»"),
        (("--mapping", "Extra=boh"), "«boh» non è un campo"),
        (("--mapping", "Mansione=-"), "titolo"),
        (("--default", "title=Cuoco"), "si possono dare"),
        (("--default", "contract=boh"), "boh"),
        (("--json",), "--yes o --dry-run"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line_and_nothing_is_written(sportello, file, desk, counter, words, says):
    code, _, complaint = sportello("import", file, *words, *(() if "--json" in words else ("--yes",)))
    assert code in (1, 2)
    assert says in complaint
    assert (held(desk), held(desk, Import)) == (0, 0)


def test_a_file_that_cannot_be_used_is_refused_in_one_line(sportello, tmp_path, desk, counter):
    large = tmp_path / "grande.csv"
    with large.open("wb") as sparse:
        sparse.truncate(200_000_000)
    old = tmp_path / "vecchio.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 600)
    for path, says in ((large, "200 MB"), (old, "vecchio Excel"), (tmp_path / "nulla.csv", "Non trovo")):
        code, _, complaint = sportello("import", path, "--yes")
        assert code == 2
        assert says in complaint
        assert len(complaint.strip().splitlines()) == 1


def test_without_a_desk_nothing_can_be_imported(sportello, file, desk):
    code, _, complaint = sportello("import", file, "--yes")
    assert code == 2
    assert "serve almeno uno sportello" in complaint


def test_a_running_node_leaves_the_work_of_a_command_alone(place, desk, counter, file):
    with bringing.Run(load(place, {}), file, None) as run:
        run.begin((), {})
        carry_on(desk, load(place, {}))
        with desk.reading() as session:
            assert session.get(Import, run.ref).state == "checking"


def test_an_interruption_while_writing_leaves_nothing(place, desk, counter, tmp_path):
    """The command is stopped with Ctrl-C in the middle of writing, as soon as it has begun."""
    end = f"{clock.today() + timedelta(days=20):%d/%m/%Y}"
    lines = ["Rif;Titolo;Comune;Contratto;Scadenza", *(f"A{number};Cuoco/a;Ispra;CTI;{end}" for number in range(60))]
    (tmp_path / "lunga.csv").write_text("\n".join(lines), "utf-8")
    stumbling = (
        "import os, signal, sys\n"
        "from node import cli\n"
        "from node.vacancies.importing import work\n"
        "whole, work.WRITTEN_AT_ONCE = work.write, 20\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background job may ignore it
        "def write(*told):\n"
        "    whole(*told)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "work.write = write\n"
        "cli.main()\n"
    )
    words = ["vacancies", "import", str(tmp_path / "lunga.csv"), "--yes", "--data", str(place)]
    done = subprocess.run(
        [sys.executable, "-c", stumbling, *words], env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert (held(desk), held(desk, Import)) == (0, 0)


def test_an_export_says_how_many_and_refuses_what_it_cannot_write(sportello, file, desk, counter, tmp_path):
    sportello("import", file, "--yes")
    for kind in ("csv", "xlsx", "jsonl"):
        code, said, _ = sportello("export", tmp_path / f"tutte.{kind}")
        assert (code, "2 offerte" in said) == (0, True)
        assert json.loads(sportello("import", tmp_path / f"tutte.{kind}", "--dry-run", "--json")[1])["unchanged"] == 2
    code, _, complaint = sportello("export", tmp_path / "tutte.pdf")
    assert (code, ".csv, .xlsx, .jsonl" in complaint) == (2, True)


def test_a_file_that_would_end_nearly_all_needs_their_number(sportello, desk, counter, tmp_path):
    def table(name, closes_on):
        rows = [f"rif-{number};Magazziniere {number};Gavirate;determinato;{closes_on}" for number in range(25)]
        path = tmp_path / name
        path.write_text("\n".join(["Riferimento;Titolo;Comune;Contratto;Scadenza", *rows]), "utf-8")
        return path

    now = table("oggi.csv", clock.today() + timedelta(days=30))
    assert sportello("import", now, "--yes")[0] == 0
    over = table("domani.csv", clock.today() - timedelta(days=1))
    code, _, complaint = sportello("import", over, "--yes")
    assert code == 1
    assert "ritirerebbe 25 delle 25 offerte in rete" in complaint
    assert "--withdraw 25" in complaint
    with desk.reading() as session:
        assert session.scalar(select(func.count()).where(Vacancy.state == "published")) == 25
    assert sportello("import", over, "--yes", "--withdraw", "25")[0] == 0
    with desk.reading() as session:
        assert session.scalar(select(func.count()).where(Vacancy.state == "published")) == 0
