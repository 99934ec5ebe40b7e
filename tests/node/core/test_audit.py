"""The audit is a chain: what is changed, added or cut off in the database is found, and two writers keep it whole."""

import ast
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, text, update

import node
from federation.database import Database
from node.commands.verifying import of_chain
from node.core import audit, chain, clock
from node.core.actors import NODE
from node.core.audit import Deed, note
from node.core.chain import BEGINNING, AuditChain, Link
from node.core.db import transaction
from node.core.outside import seen_outside, show_outside
from node.migrations.upgrade import upgrade

THING = SimpleNamespace(__tablename__="vacancy", ref="zufall")


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


def notes(desk, count=1, at=None):
    for number in range(count):
        with clock.at(at or clock.now()), transaction(desk) as session:
            note(session, NODE, "vacancy.changed", THING, number=number)


def verdict(desk, outside=None):
    with desk.reading() as session:
        return of_chain(session, outside)


def spoil(desk, statement):
    with transaction(desk) as session:
        session.execute(statement)


def test_each_entry_carries_the_hash_of_the_one_before(desk):
    notes(desk, 3)
    with desk.reading() as session:
        deeds = session.scalars(select(Deed).order_by(Deed.place)).all()
        assert [deed.place for deed in deeds] == [1, 2, 3]
        assert deeds[0].before == BEGINNING
        assert deeds[1].before == chain.hash_of(BEGINNING, 1, deeds[0].told)
        assert chain.head(session) == Link(3, chain.hash_of(deeds[2].before, 3, deeds[2].told))
    assert verdict(desk).is_well


def test_the_hash_is_that_of_the_written_rule():
    at = datetime(2026, 11, 23, 1, 2, 3, 4, UTC)
    told = {"at": at, "actor": "a", "verb": "v.w", "kind": "k", "ref": "r", "facts": {"b": 1, "a": None}}
    assert chain.hash_of("0" * 64, 1, told) == "4a5a88bac9b796d7488b4e1fb086bc9b0c7a3f81fbe0863bd4568414230a96bc"


@pytest.mark.parametrize(
    "statement",
    [
        update(Deed).where(Deed.place == 2).values(actor="altri"),
        update(Deed).where(Deed.place == 3).values(verb="vacancy.closed"),
        update(Deed).where(Deed.place == 1).values(at=datetime(2020, 1, 1, tzinfo=UTC)),
        delete(Deed).where(Deed.place == 2),
        delete(Deed).where(Deed.place == 3),
        delete(Deed).where(Deed.place == 1),
        update(Deed).where(Deed.place == 3).values(place=None),
        update(AuditChain).values(place=2),
    ],
)
def test_a_changed_or_lost_entry_is_named(desk, statement):
    notes(desk, 3)
    spoil(desk, statement)
    found = verdict(desk)
    assert not found.is_well
    assert "si rompe" in found.told
    assert "copie di sicurezza" in found.advice


def test_a_cut_tail_is_noticed_by_what_stands_outside_the_database(desk, config):
    notes(desk, 3)
    with desk.reading() as session:
        show_outside(config, session)
        two = Link(2, audit.hash_at(session, 2))
    outside = seen_outside(config)
    assert outside.place == 3
    assert verdict(desk, outside).is_well
    with transaction(desk) as session:
        session.execute(delete(Deed).where(Deed.place == 3))
        chain.move_head(session, two)
    assert verdict(desk).is_well, "the database alone does not know"
    assert "ne ha viste 3" in verdict(desk, outside).told

    notes(desk, 2)
    with desk.reading() as session:
        show_outside(config, session)
    assert seen_outside(config) == outside, "what proves the cut is not written over"
    assert "riscritte" in verdict(desk, outside).told


def test_two_writers_at_once_keep_one_chain(desk):
    ready, faults = threading.Barrier(2), []

    def write():
        try:
            ready.wait()
            notes(desk, 10)
        except Exception as fault:
            faults.append(fault)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert faults == []
    assert verdict(desk).is_well
    with desk.reading() as session:
        assert chain.head(session).place == 20


def test_what_is_rolled_back_leaves_no_gap(desk):
    with transaction(desk) as session:
        note(session, NODE, "vacancy.drafted", THING)
        undone = session.begin_nested()
        note(session, NODE, "vacancy.discarded", THING)
        undone.rollback()
        note(session, NODE, "vacancy.published", THING)
    with desk.writing() as session:
        note(session, NODE, "vacancy.closed", THING)
    notes(desk)
    with desk.reading() as session:
        verbs = [deed.verb for deed, _link in audit.links(session)]
    assert verbs == ["vacancy.drafted", "vacancy.published", "vacancy.changed"]
    assert verdict(desk).is_well


def test_old_entries_are_dropped_and_the_chain_holds_from_its_anchor(desk):
    notes(desk, 3, at=clock.now() - timedelta(days=4000))
    notes(desk, 2)
    with transaction(desk) as session:
        audit.drop_before(session, clock.now() - timedelta(days=3720))
        audit.drop_before(session, clock.now() - timedelta(days=3720))
    with desk.reading() as session:
        assert [deed.place for deed, _link in audit.links(session)] == [4, 5]
        assert chain.anchor(session).place == 3
        outside = Link(3, chain.anchor(session).hash)
    assert verdict(desk, outside).is_well
    spoil(desk, delete(Deed).where(Deed.place == 4))
    assert not verdict(desk).is_well


@pytest.mark.parametrize("fact", ["Maria Rossi", "via Roma 1", "maria@example.it", ["ok", "due parole"], {"a": 1}, 1.5])
def test_words_are_refused_at_the_door_of_the_audit(session, fact):
    with pytest.raises(ValueError, match="words"):
        note(session, NODE, "vacancy.changed", THING, why=fact)


@pytest.mark.parametrize("fact", ["_7mmfp1nRTOk3S2L", "-7mmfp1nRTOk3S2L", "sha256:00ff", "2026-10-03", 7])
def test_ids_codes_and_numbers_are_taken_whatever_sign_of_base64url_they_begin_with(session, fact):
    assert note(session, NODE, "vacancy.changed", THING, why=fact).facts == {"why": fact}


def test_every_deed_has_a_name_of_the_program_and_none_is_typed():
    """The verb of each call is written in the code: a constant, or put together from constants."""
    root = Path(node.__file__).parent
    verbs = [
        call.args[2]
        for path in root.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "note"
    ]
    assert len(verbs) > 30
    assert [ast.unparse(each) for each in verbs if not written(each)] == []


def written(verb):
    """Whether the code itself says it: a word, one of two, one of a table of constants, or a word that others complete."""
    if isinstance(verb, ast.Constant):
        return audit._CODE.fullmatch(verb.value) is not None
    if isinstance(verb, ast.IfExp):
        return written(verb.body) and written(verb.orelse)
    if isinstance(verb, ast.Subscript):
        return isinstance(verb.value, ast.Name) and verb.value.id.isupper()
    return isinstance(verb, ast.JoinedStr) and isinstance(verb.values[0], ast.Constant) and "." in verb.values[0].value


def test_what_stands_in_an_older_database_is_chained_by_the_migration(new_database_url):
    database = Database(new_database_url("older"), durable=True)
    with database.setting_up() as connection:
        upgrade(connection, "0017")
        for number in (1, 2):
            connection.execute(
                text("INSERT INTO audit (at, actor, verb, kind, ref, facts) VALUES (:at, 'a', 'v', 'k', :ref, '{\"n\": 1}')"),
                {"at": datetime(2026, 1, number, tzinfo=UTC) if database.url.get_backend_name() != "sqlite" else f"2026-01-0{number} 00:00:00.000000", "ref": f"r{number}"},
            )  # fmt: skip
        upgrade(connection)
    assert verdict(database).is_well
    notes(database)
    assert verdict(database).is_well
    with database.reading() as session:
        assert chain.head(session).place == 3
    database.dispose()
