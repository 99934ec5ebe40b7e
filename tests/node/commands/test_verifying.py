"""`sportello verify` finds each kind of damage, names it, and says what to do; a node that is well it calls well."""

import json
import sqlite3

import pytest

from federation.erasures import Ledger
from node.commands.verifying import verify
from node.core import clock
from node.core.config import load
from tests.node.commands.test_keeping import at_rest, place

__all__ = ["at_rest", "place"]

PARTS = [
    "chiavi",
    "rete",
    "database",
    "registro",
    "testimone",
    "cancellazioni",
    "catena",
    "tracce",
    "copie",
    "confronto",
    "indice",
]


def findings(folder):
    return {each.subject: each for each in verify(load(folder, {}))}


def write(folder, name, statement, *values):
    with sqlite3.connect(folder / f"{name}.sqlite") as connection:
        connection.execute(statement, values)
    connection.close()


def test_a_node_that_is_well_is_called_well_part_by_part(place):
    found = findings(place)
    assert list(found) == PARTS
    assert [each for each in found.values() if not each.is_well or each.advice] == []


def a_row_of_the_register(place):
    write(
        place,
        "desk",
        "UPDATE register SET line = CAST(replace(line, 'Sportello', 'Casinò') AS BLOB) WHERE kind = 'desk'",
    )


def a_wish_that_was_never_signed(place):
    write(place, "desk", "UPDATE register SET document = replace(document, 'Sportello', 'Casinò') WHERE kind = 'desk'")


def a_register_put_back(place):
    write(place, "desk", "UPDATE register_state SET seq = seq - 1, digest = ?", "0" * 64)


def no_witness(place):
    (place / "witness").unlink()


def an_erased_record_is_back(place):
    with sqlite3.connect(place / "desk.sqlite") as connection:
        [name] = connection.execute("SELECT id FROM register WHERE kind = 'desk'").fetchone()
    connection.close()
    Ledger(place / "erasures.ndjson").add(name, clock.now())


def a_vacancy_without_a_trace(place):
    write(
        place,
        "desk",
        "INSERT INTO vacancy (ref, state, folded_title, employer_hidden, places, shifts, positions, licences, languages,"
        " created_at, changed_at, version) VALUES ('x', 'draft', '', 0, '[]', 0, 1, '[]', '[]', '2026-10-01', '2026-10-01', 1)",
    )


def a_forged_copy(place):
    write(
        place,
        "replica",
        "UPDATE copy SET line = CAST(replace(line, 'Sportello', 'Casinò') AS BLOB) WHERE kind = 'desk'",
    )


def a_lost_copy(place):
    write(place, "replica", "DELETE FROM copy WHERE kind = 'desk'")


def copies_of_another_version(place):
    write(place, "replica", "UPDATE replica_state SET schema_version = 1")


def no_copies(place):
    (place / "replica.sqlite").unlink()


def an_index_behind(place):
    write(place, "replica", "UPDATE copy SET kind = 'vacancy' WHERE kind = 'desk'")


def no_key(place):
    (place / "keys" / "signing.pem").unlink()


def a_torn_database(place):
    path = place / "desk.sqlite"
    path.write_bytes(path.read_bytes()[:10_000])


def an_empty_database(place):
    (place / "desk.sqlite").unlink()


def a_newer_database(place):
    write(place, "desk", "UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("damage", "part", "told"),
    [
        (a_row_of_the_register, "registro", "1 righe"),
        (a_wish_that_was_never_signed, "registro", "1 righe"),
        (a_register_put_back, "testimone", "riportato indietro"),
        (no_witness, "testimone", "manca"),
        (an_erased_record_is_back, "cancellazioni", "1 dati cancellati sono tornati"),
        (a_vacancy_without_a_trace, "tracce", "1 offerte non hanno lasciato traccia: x"),
        (a_forged_copy, "copie", "1 copie su"),
        (a_lost_copy, "confronto", "gavirate"),
        (copies_of_another_version, "copie", "un’altra versione"),
        (no_copies, "copie", "non ci sono"),
        (an_index_behind, "indice", "0 offerte, nelle copie 1"),
        (no_key, "chiavi", "signing.pem"),
        (a_torn_database, "database", "Il database"),
        (an_empty_database, "database", "non c’è un nodo"),
        (a_newer_database, "database", "9999"),
    ],
)
def test_each_damage_is_found_named_and_has_a_remedy(place, damage, part, told):
    damage(place)
    found = findings(place)[part]
    assert not found.is_well
    assert told in found.told
    assert found.advice


def test_as_an_administrator_types_it(sportello, place):
    code, said, _ = sportello("verify", "--data", place)
    assert code == 0
    assert said.count("ok ") == len(PARTS)
    no_witness(place)
    code, said, complaint = sportello("verify", "--data", place)
    assert (code, complaint.strip()) == (1, "Qualcosa non va: vedi sopra che cosa fare.")
    assert "NO  testimone" in said
    assert "→ Non fare niente" in said
    code, said, _ = sportello("verify", "--data", place, "--json")
    assert code == 1
    assert [each["subject"] for each in json.loads(said)] == PARTS


def test_nothing_is_changed_by_looking(place):
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm"}
    findings(place)
    after = {path: path.read_bytes() for path in place.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm"}
    assert {path.name for path in before if before[path] != after.get(path)} == set()
