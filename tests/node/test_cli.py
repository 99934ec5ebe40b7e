"""The administrator's commands, as typed: what they say, how they end, what they leave behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import click
import pytest
import requests
from pyotp import TOTP
from sqlalchemy import text

from federation.database import Database
from node import cli
from node.core import clock, identity
from node.core.actors import NODE
from node.core.config import load
from node.core.db import transaction
from node.core.vault import Vault
from node.operators import factors, queries
from node.operators.log_in import log_in
from node.operators.visitor import Visitor

PASSWORD = "quattro parole a caso"


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """A node's folder as `init` leaves it, to be copied."""
    place = tmp_path_factory.mktemp("nodes") / "gavirate"
    command = [sys.executable, "-m", "node", "init", "--data", place, "--comune", "Gavirate"]
    done = subprocess.run(
        [*command, "--set", "allow_private_addresses=true"],
        env=os.environ | {"SPORTELLO_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "è pronto" in done.stdout
    return place


@pytest.fixture
def place(founded, tmp_path):
    """The folder of a node of its own."""
    return Path(shutil.copytree(founded, tmp_path / "gavirate"))


def one_line(result, sign):
    code, _, complaint = result
    assert code == 2, complaint
    assert len(complaint.strip().splitlines()) == 1, complaint
    assert sign in complaint
    return True


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        return door.getsockname()[1]


def test_init_makes_a_whole_node(founded):
    assert {path.name for path in founded.iterdir()} == {
        "node.toml",
        "keys",
        "public.json",
        "desk.sqlite",
        "replica.sqlite",
    }
    config = load(founded, {})
    assert (config.id, config.name, config.comuni) == ("gavirate", "Comune di Gavirate", ("012072",))
    assert config.allow_private_addresses
    assert identity.signing_key(config).public in identity.myself(config).keys
    assert founded.joinpath("keys").stat().st_mode & 0o777 == 0o700
    assert founded.joinpath("desk.sqlite").stat().st_mode & 0o777 == 0o600
    assert not [path for path in founded.parent.iterdir() if path != founded]


def test_the_first_administrator_can_sign_in(place):
    desk = Database(load(place, {}).desk_url, durable=True)
    assert log_in(desk, "amministratore", PASSWORD, Visitor("127.0.0.1"))
    desk.dispose()


def test_init_tells_the_password_that_it_made_once(sportello, tmp_path):
    code, said, _ = sportello("init", "--data", tmp_path / "u", "--comune", "Lonate Pozzolo", "--comune", "Ferno")
    assert code == 0
    config = load(tmp_path / "u", {})
    assert (config.id, config.name) == ("lonate-pozzolo-ferno", "Comuni di Lonate Pozzolo e Ferno")
    password = said.partition("Password:")[2].split()[0]
    desk = Database(config.desk_url, durable=True)
    assert log_in(desk, "amministratore", password, Visitor("127.0.0.1"))
    desk.dispose()


def test_init_asks_which_of_two_comuni_is_meant(sportello, tmp_path):
    assert one_line(sportello("init", "--data", tmp_path / "x", "--comune", "Castro"), "Castro")
    assert not any(tmp_path.iterdir())


def test_init_never_writes_over_anything(sportello, place):
    before = sorted(path.stat().st_mtime_ns for path in place.rglob("*"))
    assert one_line(sportello("init", "--data", place, "--comune", "Ispra"), "non è una cartella vuota")
    assert before == sorted(path.stat().st_mtime_ns for path in place.rglob("*"))


def test_init_leaves_nothing_behind_when_a_setting_is_wrong(sportello, tmp_path):
    assert one_line(sportello("init", "--data", tmp_path / "x", "--comune", "Ispra", "--set", "threads=0"), "threads")
    assert one_line(sportello("init", "--data", tmp_path / "x", "--comune", "Ispra", "--set", "colour=red"), "colour")
    assert not any(tmp_path.iterdir())


def test_a_file_that_is_not_there_is_said_in_italian(sportello, tmp_path):
    code, _, complaint = sportello("restore", tmp_path / "nessuna.tar.gz", "--data", tmp_path / "x")
    assert code == 2
    assert "Il file dato per 'FILE' non c’è" in complaint


def test_init_leaves_nothing_behind_when_the_disk_is_full(tmp_path):
    """A limit on file sizes refuses the bytes exactly where a full disk does."""
    limited = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)); from node import cli; sys.dont_write_bytecode = True; cli.main()"
    command = [sys.executable, "-c", limited, "init", "--data", tmp_path / "x", "--comune", "Ispra"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command", [("run", "--port", "8000"), ("worker",), ("status",), ("reindex",), ("network", "members")]
)
def test_a_folder_that_is_no_node_is_told(sportello, tmp_path, command):
    assert one_line(sportello(*command, "--data", tmp_path), "non è la cartella di un nodo")
    assert not any(tmp_path.iterdir())


def test_every_fault_of_the_settings_is_named(sportello, place):
    with (place / "node.toml").open("a", encoding="utf-8") as file:
        file.write('threads = 0\ncolour = "red"\n')
    code, _, complaint = sportello("run", "--data", place, "--port", "8000")
    assert code == 2
    assert len(complaint.strip().splitlines()) == 2


def test_a_port_in_use_is_told_before_anything_is_touched(sportello, place):
    (place / "replica.sqlite").unlink()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        assert one_line(sportello("run", "--data", place, "--port", port), f"La porta {port} è già in uso")
    assert not (place / "replica.sqlite").exists()


def test_an_address_that_is_not_ours_is_told(sportello, place):
    assert one_line(
        sportello("run", "--data", place, "--port", "8000", "--host", "192.0.2.1"), "192.0.2.1 non è un indirizzo"
    )


def test_a_newer_database_is_refused(sportello, place):
    desk = Database(f"sqlite:///{place}/desk.sqlite", durable=True)
    with desk.setting_up() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    desk.dispose()
    assert one_line(sportello("run", "--data", place, "--port", free_port()), "9999")


def test_a_missing_option_and_an_unknown_one_are_told_in_italian(sportello, tmp_path):
    code, _, complaint = sportello("run", "--port", "8000")
    assert (code, complaint.splitlines()[0]) == (2, "Manca '--data'.")
    code, _, complaint = sportello("status", "--data", tmp_path, "--colour")
    assert (code, complaint.splitlines()[0]) == (2, "L’opzione --colour non esiste.")
    code, _, complaint = sportello("run", "--data", tmp_path, "--port", "8000", "--serve", "public,cellar")
    assert code == 2
    assert "public, feed, desk" in complaint


def test_every_command_has_help(sportello):
    def walk(group, words):
        for name, command in group.commands.items():
            code, said, _ = sportello(*words, name, "--help")
            assert code == 0
            assert command.help.splitlines()[0] in " ".join(said.split())
            for parameter in command.params:
                assert isinstance(parameter, click.Argument) or parameter.help, f"{name} {parameter.name}"
            if hasattr(command, "commands"):
                walk(command, (*words, name))

    walk(cli.cli, ())


def test_an_operator_is_added_once(sportello, place):
    add = ("operator", "add", "maria.rossi", "--data", place, "--name", "Maria Rossi", "--role", "coordinatore")
    code, said, _ = sportello(*add)
    assert code == 0
    password = said.partition("Password:")[2].split()[0]
    desk = Database(load(place, {}).desk_url, durable=True)
    assert log_in(desk, "maria.rossi", password, Visitor("127.0.0.1"))
    desk.dispose()
    code, _, complaint = sportello(*add)
    assert code == 1
    assert "c’è già" in complaint


def test_the_second_factor_of_the_last_administrator_is_reset_from_the_command_line(sportello, place):
    config = load(place, {})
    desk, vault = Database(config.desk_url, durable=True), Vault(identity.secret(config))
    with transaction(desk) as session:
        account = queries.named(session, "amministratore")
        factors.begin(session, vault, account)
        session.flush()
        code = TOTP(factors.secret_in_making(session, vault, account)).at(clock.now())
        factors.confirm(session, vault, NODE, account, code)
    code, said, _ = sportello("operator", "reset-factor", "Amministratore", "--data", place)
    assert (code, said) == (0, "Per Amministratore basta di nuovo la password.\n")
    with desk.reading() as session:
        assert queries.with_factor(session) == set()
    desk.dispose()
    assert one_line(sportello("operator", "reset-factor", "nessuno", "--data", place), "Ci sono: amministratore")


def test_a_chosen_password_that_everybody_tries_is_refused(sportello, place):
    add = ("operator", "add", "maria.rossi", "--data", place, "--name", "Maria Rossi")
    assert one_line(sportello(*add, SPORTELLO_PASSWORD="GavirateGavirate1"), "prime che si provano")
    assert one_line(sportello(*add, SPORTELLO_PASSWORD="tubo lucci"), "almeno 15")


def test_a_username_that_is_none_is_refused(sportello, place):
    assert one_line(sportello("operator", "add", "Maria Rossi", "--data", place, "--name", "Maria"), "da 3 a 40")


def test_status_tells_a_program_what_it_tells_a_person(sportello, place):
    code, said, _ = sportello("status", "--data", place, "--json")
    assert code == 0
    found = json.loads(said)
    assert (found["id"], found["network"], found["records"]) == ("gavirate", None, 0)
    assert found["database"]["version"] == found["database"]["program"]
    code, said, _ = sportello("status", "--data", place)
    assert "Comune di Gavirate (gavirate)" in said


def test_reindex_says_how_many_vacancies_it_found(sportello, place):
    code, said, _ = sportello("reindex", "--data", place)
    assert (code, said) == (0, "0 offerte nell’indice.\n")


def test_a_network_is_founded_and_an_invitation_is_for_one_node(sportello, place, tmp_path):
    root_keys = tmp_path / "radice"
    code, said, _ = sportello("network", "create", "--data", place, "--name", "Prova", "--root-keys", root_keys)
    assert code == 0
    assert len(list(root_keys.iterdir())) >= 3
    code, said, _ = sportello("network", "members", "--data", place, "--json")
    (member,) = json.loads(said)
    assert (member["id"], member["role"]) == ("gavirate", "capofila")
    assert "non fa anche da tramite" in sportello("network", "relay", "gavirate", "--data", place)[2]
    assert "Nessun membro" in sportello("network", "relay", "nobody", "--stop", "--data", place)[2]
    code, said, _ = sportello("network", "invite", "--data", place, "--id", "ispra", "--comune", "Ispra", "--json")
    token = json.loads(said)["token"]
    assert one_line(sportello("network", "join", token, "--data", place), "L’invito è per il nodo ispra")
    assert one_line(sportello("network", "join", token[:-9], "--data", place), "non è intero")
    code, _, complaint = sportello(
        "network", "create", "--data", place, "--name", "Altra", "--root-keys", tmp_path / "y"
    )
    assert (code, complaint) == (1, "Questo nodo fa già parte di una rete.\n")
    code, _, complaint = sportello("network", "remove", "nessuno", "--data", place)
    assert code == 1
    assert "Nessun membro" in complaint


def test_only_the_capofila_invites(sportello, place):
    code, _, complaint = sportello("network", "invite", "--data", place, "--id", "ispra", "--comune", "Ispra")
    assert (code, complaint) == (1, "Questo nodo non è capofila di nessuna rete.\n")


def test_pull_knows_only_members(sportello, place):
    assert sportello("pull", "--data", place) == (0, "", "")
    assert one_line(sportello("pull", "nessuno", "--data", place), "nessuno: non è un altro membro")


@pytest.fixture
def running(place):
    """`running("--serve", …)`: (address, process) of a node that has begun to answer."""
    started = []

    def start(*words, path="/federation/heads"):
        port = free_port()
        command = [sys.executable, "-m", "node", "run", "--data", place, "--port", str(port), *words]
        with (place.parent / f"{port}.log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        started.append(process)
        until = time.monotonic() + 90
        while time.monotonic() < until and process.poll() is None:
            try:
                requests.get(f"http://127.0.0.1:{port}{path}", timeout=30)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return f"http://127.0.0.1:{port}", process
        raise AssertionError((place.parent / f"{port}.log").read_text())

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_node_answers_and_ends_when_it_is_asked_to(running, place):
    address, process = running()
    assert requests.get(f"{address}/federation/heads", timeout=30).status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert '"event": "stopped"' in next(place.parent.glob("*.log")).read_text()


def test_what_faces_the_internet_opens_neither_the_desk_nor_a_key(running, place):
    (place / "desk.sqlite").rename(place / "elsewhere.sqlite")
    (place / "keys").rename(place / "no-keys")
    address, process = running("--serve", "public,feed")
    assert requests.get(f"{address}/federation/heads", timeout=30).status_code == 200
    assert requests.get(f"{address}/", timeout=30).status_code == 200
    assert requests.get(f"{address}/lavoro", timeout=30).status_code == 200
    assert requests.get(f"{address}/desk/", timeout=30).status_code == 404
    assert requests.get(f"{address}/desk/accesso", timeout=30).status_code == 404
    opened = {str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.exists()}
    assert not any("desk.sqlite" in path or "keys" in path or "elsewhere" in path for path in opened)
    assert not (place / "desk.sqlite").exists()
