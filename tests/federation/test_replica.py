"""The replica: a cache that is made anew without regret, and what can be asked of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from federation import comparison, replica
from federation.database import Database
from federation.replica import ReplicaState
from tests.federation.origins import NETWORK, START


def feed(holder):
    return holder.asks(replica.state).feed


def test_a_replica_that_is_there_is_kept(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1))
    before = feed(holder)
    replica.create(holder.database)
    assert feed(holder) == before
    assert holder.holds("desk-1").used


def test_a_replica_of_another_version_is_made_anew_with_another_feed(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1))
    before = feed(holder)
    holder.does(lambda session: session.execute(update(ReplicaState).values(schema_version=0)))
    replica.create(holder.database)
    assert holder.holds("desk-1") is None
    assert feed(holder) != before
    assert holder.asks(replica.state).position == 0


def test_many_copies_are_asked_for_at_once(holder, gavirate, ispra):
    holder.hears(*(gavirate.says(f"desk-{seq}", seq) for seq in (1, 2, 3)), ispra.says("desk-1", 1))
    wanted = [("gavirate", "desk-1"), ("ispra", "desk-1"), ("ispra", "desk-2")]
    assert set(holder.asks(replica.many, wanted)) == {("gavirate", "desk-1"), ("ispra", "desk-1")}
    assert holder.asks(replica.many, []) == {}


def test_documents_are_those_of_a_kind_that_people_may_see_now(holder, gavirate, ispra):
    holder.hears(
        *(gavirate.says(f"desk-{seq}", seq) for seq in range(1, 41)),
        gavirate.says("desk-41", 41, None),
        gavirate.says("desk-42", 42, {"name": 5}),
        ispra.says("desk-1", 1),
    )
    wanted = [("gavirate", f"desk-{number}") for number in range(50)] + [("ispra", "desk-1")] * 2

    def asked(kind="desk", audience="public", now=START):
        return holder.asks(replica.documents, kind, audience, wanted, now)

    found = asked()
    assert set(found) == {*(("gavirate", f"desk-{number}") for number in range(1, 41)), ("ispra", "desk-1")}
    assert found["ispra", "desk-1"].body == holder.holds("desk-1", "ispra").body
    assert asked(kind="vacancy") == asked(audience="members") == asked(now=START + timedelta(days=400)) == {}
    assert holder.asks(replica.documents, "desk", "public", [], START) == {}


def test_documents_are_found_by_their_key_whatever_else_is_indexed(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1))
    told = looked_up(holder, replica.documents, "desk", "public", [("gavirate", "desk-1"), ("ispra", "desk-1")], START)
    assert told == {"SEARCH copy USING INDEX sqlite_autoindex_copy_1 (origin=? AND id=?)"}


def test_whether_anything_is_to_be_compared_is_asked_of_a_few_rows_however_many_are_held(holder, gavirate):
    """At the end of every visit that brings nothing."""
    holder.hears(gavirate.says("desk-1", 1), gavirate.head(2))
    assert looked_up(holder, comparison.unproved, ["gavirate"], START) == {
        "SEARCH copy USING INDEX ix_copy_kind_origin_audience (kind=? AND origin=?)",
        "SEARCH copy_1 USING INDEX ix_copy_origin_epoch_seq (origin=? AND epoch>?)",
        "SEARCH copy_1 USING INDEX ix_copy_origin_epoch_seq (origin=? AND epoch=? AND seq>?)",
        "SEARCH copy_1 USING INDEX ix_copy_bodiless (origin=? AND audience=? AND not_after>?)",
    }


def looked_up(holder, question, *asked):
    """How SQLite finds the copies that a question asks for."""
    engine, told = holder.database.engine, []
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what it has counted")
    event.listen(engine, "before_cursor_execute", lambda *called: told.append(called[2:4]))
    holder.asks(question, *asked)
    statement, parameters = next(each for each in told if "FROM copy" in each[0])
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return {row[3] for row in plan if "copy" in row[3]}


def test_live_copies_are_those_that_people_may_see(holder, gavirate, ispra):
    holder.hears(
        ispra.says("desk-1", 1),
        gavirate.says("desk-1", 1),
        gavirate.says("desk-2", 2, None),
        gavirate.says("desk-3", 3, {"name": 5}),
        gavirate.head(4),
    )
    assert [(copy.origin, copy.id) for copy in holder.asks(replica.live, "desk")] == [
        ("gavirate", "desk-1"),
        ("ispra", "desk-1"),
    ]
    assert [copy.origin for copy in holder.asks(replica.live, "desk", "ispra")] == ["ispra"]


def test_changes_come_by_position_in_pages_and_for_whom_they_are(holder, gavirate, ispra):
    members = f"members:{NETWORK}"
    holder.hears(
        gavirate.says("desk-1", 1),
        ispra.says("desk-2", 1),
        gavirate.says("desk-3", 2, audience=members),
        gavirate.says("desk-4", 3, audience="sealed:ispra"),
    )

    def ids(*arguments, **options):
        return [copy.id for copy in holder.asks(replica.changes, *arguments, **options)]

    assert ids(0, 10) == ["desk-1", "desk-2", "desk-3", "desk-4"]
    assert ids(0, 2) == ["desk-1", "desk-2"]
    assert ids(holder.holds("desk-1").position, 10) == ["desk-2", "desk-3", "desk-4"]
    assert ids(0, 10, audiences=["public"]) == ["desk-1", "desk-2"]
    assert ids(0, 10, audiences=["public", members], origins=["gavirate"]) == ["desk-1", "desk-3"]
    assert ids(0, 10, origins=[]) == []
    assert holder.asks(replica.remaining, 0) == 4
    assert holder.asks(replica.remaining, 1, ["public"]) == 1
    assert holder.asks(replica.remaining, 0, None, ["gavirate"]) == 3


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
def test_changes_come_in_the_order_of_arrival_and_not_as_the_database_pleases(holder, gavirate):
    holder.hears(*(gavirate.says(f"desk-{seq}", seq) for seq in (5, 3, 9, 1)))

    def in_an_unkind_database(session):
        session.execute(text("PRAGMA reverse_unordered_selects = ON"))
        return [copy.seq for copy in replica.changes(session, 0, 10)]

    assert holder.asks(in_an_unkind_database) == [5, 3, 9, 1]


def test_the_position_of_the_state_is_that_of_the_last_happening(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1), gavirate.says("desk-2", 2))
    assert holder.asks(replica.state).position == holder.holds("desk-2").position
    holder.hears(gavirate.says("desk-1", 1))
    assert holder.asks(replica.state).position == holder.holds("desk-2").position


def test_a_copy_keeps_its_instants_to_the_second_and_in_utc(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1))
    copy = holder.holds("desk-1")
    assert copy.issued_at == holder.clock()
    assert copy.not_after.isoformat() == "2026-12-04T08:00:00+00:00"


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)  # on SQLite a second writer waits
def test_the_counter_row_is_read_afresh_by_whoever_locks_it(holder, gavirate):
    with holder.database.writing() as session:
        before = replica.state(session)
        assert before.position == 0
        holder.hears(gavirate.says("desk-1", 1))
        assert replica.lock(session).position == 1


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)
def test_two_processes_that_start_at_once_make_one_replica(new_database_url):
    url = new_database_url("replica")
    databases = [Database(url, durable=False) for _ in range(4)]
    with ThreadPoolExecutor(len(databases)) as processes:
        list(processes.map(replica.create, databases))
    with databases[0].reading() as session:
        assert len(session.scalars(select(ReplicaState)).all()) == 1
    for database in databases:
        database.dispose()
