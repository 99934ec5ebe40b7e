"""What leaves the replica, and what comes into use, without a line having arrived."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from federation import replica, upkeep
from federation.replica import Copy, ForkProof
from tests.federation.origins import BODY, NETWORK, Speaker, roster_of


def rows(holder):
    return holder.asks(lambda session: {copy.id: copy for copy in session.scalars(select(Copy))})


def sweep(holder):
    return holder.does(upkeep.sweep, holder.clock())


def test_a_copy_is_dropped_when_its_time_has_run_out(holder, gavirate, clock):
    holder.hears(gavirate.says("desk-1", 1, not_after="2026-10-05T09:00:00Z"), gavirate.says("desk-2", 2))
    clock.pass_(minutes=59, seconds=59)
    assert sweep(holder) == 0
    assert holder.holds("desk-1").used
    clock.pass_(seconds=1)
    assert sweep(holder) == 1
    assert holder.holds("desk-1") is None
    assert rows(holder)["desk-1"].line is None
    assert holder.holds("desk-2").used
    assert holder.asks(replica.counts) == {"gavirate": 1}
    assert [copy.id for copy in holder.asks(replica.live, "desk")] == ["desk-2"]
    assert sweep(holder) == 0


def test_the_index_learns_of_a_dropped_copy_and_the_feed_does_not(holder, gavirate, clock):
    holder.hears(gavirate.says("desk-1", 1, not_after="2026-10-05T09:00:00Z"), gavirate.says("desk-2", 2))
    after = holder.holds("desk-2").position
    clock.pass_(hours=1)
    sweep(holder)
    [dropped] = holder.asks(replica.changes, after, 10, dropped=True)
    assert (dropped.id, dropped.dropped, dropped.used, dropped.body) == ("desk-1", True, False, {})
    assert holder.asks(replica.changes, after, 10) == []
    holder.hears(gavirate.says("desk-3", 3))
    assert holder.holds("desk-3").position > dropped.position


def test_an_older_statement_does_not_bring_a_dropped_record_back(holder, gavirate, clock):
    older = gavirate.says("desk-1", 1)
    holder.hears(gavirate.says("desk-1", 2, not_after="2026-10-05T09:00:00Z"))
    clock.pass_(hours=1)
    sweep(holder)
    assert holder.hears(older).ignored == 1
    assert holder.holds("desk-1") is None
    assert holder.hears(gavirate.says("desk-1", 3)).new == 1
    assert holder.holds("desk-1").used


def test_a_dropped_record_is_remembered_until_no_older_statement_can_be_alive(holder, gavirate, clock):
    older = gavirate.says("desk-1", 1)
    holder.hears(gavirate.says("desk-1", 2, not_after="2026-10-05T09:00:00Z"))
    clock.at += timedelta(days=60)
    sweep(holder)
    assert "desk-1" in rows(holder)
    assert holder.hears(older).ignored == 1
    clock.pass_(hours=1)
    sweep(holder)
    assert rows(holder) == {}
    assert holder.hears(older).new == 0


def test_a_withdrawal_is_kept_ninety_days(holder, gavirate, clock):
    holder.hears(gavirate.says("desk-1", 2, None))
    clock.pass_(days=89)
    sweep(holder)
    assert holder.holds("desk-1").withdrawn
    clock.pass_(days=1)
    sweep(holder)
    assert holder.holds("desk-1") is None


def test_the_copies_of_one_who_left_are_dropped_and_nobody_elses(holder, gavirate, ispra):
    holder.hears(
        gavirate.says("desk-1", 1), gavirate.head(2), gavirate.says("desk-3", 3, None), ispra.says("desk-1", 1)
    )
    after = holder.holds("desk-1", "ispra").position
    assert holder.does(upkeep.purge_origin, "gavirate", holder.clock()) == 3
    assert holder.asks(replica.counts) == {"ispra": 1}
    assert holder.asks(replica.confirmed_at) == {}
    gone = holder.asks(replica.changes, after, 10, dropped=True)
    assert {(copy.origin, copy.line) for copy in gone} == {("gavirate", None)}
    assert len(gone) == 3
    assert holder.does(upkeep.purge_origin, "gavirate", holder.clock()) == 0


def test_one_who_left_and_comes_back_begins_anew(holder, gavirate, ispra):
    holder.hears(gavirate.says("desk-1", 500, epoch=9), gavirate.says("desk-2", 5), gavirate.says("desk-3", 5))
    holder.does(upkeep.purge_origin, "gavirate", holder.clock())
    returned = Speaker("gavirate", holder.clock)
    holder.roster = roster_of(returned, ispra)
    assert holder.hears(returned.says("desk-1", 1, audience=f"members:{NETWORK}"), returned.says("desk-2", 2)).new == 2
    assert holder.holds("desk-1").used


def test_what_a_compromised_key_has_signed_is_dropped_and_may_be_said_again(holder, gavirate, ispra):
    successor = Speaker("gavirate", holder.clock)
    holder.hears(gavirate.says("desk-1", 2**40, epoch=2**40), gavirate.says("desk-2", 2), ispra.says("desk-1", 1))
    holder.roster = roster_of(successor, ispra)
    holder.hears(successor.says("desk-2", 3))
    assert holder.does(upkeep.purge_key, gavirate.key.kid, holder.clock()) == 1
    assert holder.holds("desk-1") is None
    assert holder.holds("desk-2").kid == successor.key.kid
    assert holder.holds("desk-1", "ispra").used
    assert holder.hears(successor.says("desk-1", 4)).new == 1


@pytest.mark.parametrize("purge", ["origin", "key", "other key"])
def test_a_purge_takes_the_proof_of_a_fork_with_it(holder, gavirate, ispra, purge):
    holder.hears(gavirate.says("desk-1", 5), gavirate.says("desk-1", 5, {**BODY, "phone": "0332 1"}))
    holder.hears(ispra.says("desk-1", 5), ispra.says("desk-1", 5, {**BODY, "phone": "0332 1"}))
    if purge == "origin":
        holder.does(upkeep.purge_origin, "gavirate", holder.clock())
    else:
        if purge == "other key":
            holder.does(lambda session: setattr(session.get(ForkProof, "gavirate"), "kid", "another"))
        holder.does(upkeep.purge_key, gavirate.key.kid, holder.clock())
    assert holder.asks(lambda session: session.scalars(select(ForkProof.origin)).all()) == ["ispra"]
    assert holder.hears(gavirate.says("desk-1", 1)).new == 1


def test_what_a_new_version_understands_comes_into_use(holder, gavirate, monkeypatch):
    holder.hears(
        gavirate.says("desk-1", 1, kind="settlement"), gavirate.says("desk-2", 2, v=2), gavirate.says("desk-3", 3)
    )
    after = holder.holds("desk-3").position
    assert holder.does(upkeep.retry_held, holder.clock()) == 0
    monkeypatch.setattr("federation.apply.DOCUMENTS", {"settlement": None})
    monkeypatch.setattr("federation.apply.problem_with", lambda *_: None)
    assert holder.does(upkeep.retry_held, holder.clock()) == 1
    assert holder.holds("desk-1").used
    assert [copy.id for copy in holder.asks(replica.changes, after, 10)] == ["desk-1"]
    assert [copy.id for copy in holder.asks(replica.held)] == ["desk-2"]


def test_the_reason_why_a_copy_is_not_used_is_this_versions(holder, gavirate, monkeypatch):
    holder.hears(gavirate.says("desk-1", 1, kind="settlement"))
    monkeypatch.setattr("federation.apply.DOCUMENTS", {"settlement": None})
    monkeypatch.setattr("federation.apply.problem_with", lambda *_: "manca il comune")
    assert holder.does(upkeep.retry_held, holder.clock()) == 0
    assert holder.holds("desk-1").problem == "body: manca il comune"
