"""What becomes of a page of lines: ignored, refused, held, used."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from federation import replica
from federation.keys import base64url
from federation.order import Quota
from federation.replica import Copy, ForkProof
from federation.statement import protected_header
from tests.federation.origins import BODY, NETWORK, Speaker, heard, payload_of, roster_of


def phone(number):
    return {**BODY, "phone": f"0332 {number}"}


def reasons(holder):
    return [refusal.code for refusal in holder.asks(replica.refusals)]


def test_a_new_statement_is_held_and_used(holder, gavirate):
    line = gavirate.says("desk-1", 1)
    applied = holder.hears(line, source="ispra")
    assert (applied.new, applied.ignored, applied.refused, applied.held) == (1, 0, 0, 0)
    assert not applied.unknown_origin
    copy = holder.holds("desk-1")
    assert copy.used
    assert (copy.body, copy.source, copy.received_at, copy.line) == (BODY, "ispra", holder.clock(), line)


@pytest.mark.parametrize("later", [(1, 6), (2, 1), (2, 9)])
def test_the_greater_epoch_and_seq_wins(holder, gavirate, later):
    epoch, seq = later
    holder.hears(gavirate.says("desk-1", 5, phone(1)))
    assert holder.hears(gavirate.says("desk-1", seq, phone(2), epoch=epoch)).new == 1
    assert holder.holds("desk-1").body == phone(2)


@pytest.mark.parametrize("earlier", [(2, 4), (1, 9), (2, 1)])
def test_what_is_older_is_ignored_without_a_word(holder, gavirate, clock, earlier):
    epoch, seq = earlier
    holder.hears(gavirate.says("desk-1", 5, phone(1), epoch=2))
    clock.pass_(hours=1)
    applied = holder.hears(gavirate.says("desk-1", seq, phone(2), epoch=epoch))
    assert (applied.new, applied.ignored, applied.refused) == (0, 1, 0)
    assert holder.holds("desk-1").body == phone(1)
    assert reasons(holder) == []


def test_a_statement_that_comes_twice_is_ignored_the_second_time(holder, gavirate):
    line = gavirate.says("desk-1", 1)
    assert holder.hears(line, line).ignored == 1
    position = holder.holds("desk-1").position
    assert holder.hears(line).ignored == 1
    assert holder.holds("desk-1").position == position


def test_records_of_different_origins_share_an_id_in_peace(holder, gavirate, ispra):
    holder.hears(gavirate.says("desk-1", 5, phone(1)), ispra.says("desk-1", 2, phone(2)))
    assert holder.holds("desk-1", "gavirate").body == phone(1)
    assert holder.holds("desk-1", "ispra").body == phone(2)


def test_each_record_stands_once_at_the_place_of_its_latest_happening(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1), gavirate.says("desk-2", 2), gavirate.says("desk-1", 3))
    holder.hears(gavirate.says("desk-3", 4))
    assert [copy.id for copy in holder.asks(replica.changes, 0, 10)] == ["desk-2", "desk-1", "desk-3"]
    after = holder.holds("desk-3").position
    holder.hears(gavirate.says("desk-2", 5))
    assert [copy.id for copy in holder.asks(replica.changes, after, 10)] == ["desk-2"]


def test_what_was_received_is_relayed_byte_by_byte(holder, gavirate):
    text = json.dumps(payload_of(gavirate.says("desk-1", 1)), indent=3).replace("ì", "\\u00ec")
    protected = protected_header(gavirate.key.kid)
    signature = base64url(gavirate.key.sign(f"{protected}.{text}".encode()))
    holder.hears(json.dumps({"signature": signature, "protected": protected, "payload": text}).encode())
    [copy] = holder.asks(replica.changes, 0, 10)
    assert json.loads(copy.line) == {"payload": text, "protected": protected, "signature": signature}
    assert heard(copy.line, gavirate).digest == copy.digest


def test_one_bad_line_harms_no_other(holder, gavirate):
    good = gavirate.says("desk-1", 1), gavirate.says("desk-2", 2)
    applied = holder.hears(good[0], b"rubbish", b"\x00", good[0][:-9], good[1])
    assert (applied.new, applied.refused) == (2, 3)
    assert reasons(holder) == ["line"] * 3


def test_an_unknown_key_asks_for_the_roster(holder, gavirate):
    stranger = Speaker("varese", holder.clock)
    applied = holder.hears(gavirate.says("desk-1", 1), stranger.says("desk-1", 1))
    assert applied.unknown_origin
    assert (applied.new, applied.refused) == (1, 1)
    assert reasons(holder) == ["key"]
    holder.roster = roster_of(gavirate, stranger)
    assert holder.hears(stranger.says("desk-1", 1)).new == 1


def test_a_broken_signature_does_not_ask_for_the_roster(holder, gavirate):
    applied = holder.hears(gavirate.says("desk-1", 1).replace(b"Sportello", b"Sportella"))
    assert not applied.unknown_origin
    assert reasons(holder) == ["signature"]


def test_a_key_that_left_the_roster_signs_no_more(holder, gavirate, ispra):
    holder.hears(gavirate.says("desk-1", 1))
    holder.roster = roster_of(ispra)
    assert holder.hears(gavirate.says("desk-1", 2, phone(2))).unknown_origin
    assert holder.holds("desk-1").body == BODY


def test_a_refusal_is_told_with_its_reason_its_source_and_who_signed_it(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1), source="ispra")
    lines = {
        "audience": gavirate.says("desk-1", 2, audience=f"members:{NETWORK}"),
        "envelope": gavirate.says("desk-1", 3, v=0),
        "origin": gavirate.says("desk-1", 4, origin="ispra"),
        "fork": gavirate.says("desk-9", 1),
        "quota": gavirate.says("desk-2", 5, epoch=2),
    }
    holder.hears(*lines.values(), quota=Quota(records=1))
    told = {refusal.code: (refusal.source, refusal.origin) for refusal in holder.asks(replica.refusals)}
    assert told == dict.fromkeys(lines, ("varese", "gavirate"))
    assert all(refusal.refused_at == holder.clock() and refusal.detail for refusal in holder.asks(replica.refusals))


def test_a_refusal_accuses_nobody_who_has_not_signed(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1).replace(b"Sportello", b"Sportella"), b"rubbish")
    assert [refusal.origin for refusal in holder.asks(replica.refusals)] == [None, None]


def test_rubbish_that_comes_again_is_counted_not_listed_again(holder, clock):
    holder.hears(b"rubbish", b"rubbish")
    clock.pass_(hours=1)
    holder.hears(b"rubbish")
    [refusal] = holder.asks(replica.refusals)
    assert (refusal.times, refusal.refused_at) == (3, clock())


def test_nobody_fills_the_list_of_refusals(holder, clock):
    holder.hears(b"of another", source="ispra")
    for page in range(3):
        clock.pass_(hours=1)
        holder.hears(*(b"rubbish %d" % number for number in range(page * 150, page * 150 + 150)))
    told = holder.asks(replica.refusals)
    assert len([refusal for refusal in told if refusal.source == "varese"]) == 200
    assert [refusal.source for refusal in told][-1] == "ispra"
    assert told[0].refused_at == clock()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"v": 2}, "version: 2"),
        ({"kind": "settlement"}, "kind: settlement"),
        ({"crit": ["delegated"]}, "crit: delegated"),
        ({"body": {"name": 5}}, "body: "),
    ],
)
def test_what_this_version_does_not_understand_is_held_counted_and_relayed(holder, gavirate, changes, problem):
    line = gavirate.says("desk-1", 1, **changes)
    applied = holder.hears(line)
    assert (applied.new, applied.held, applied.refused) == (1, 1, 0)
    copy = holder.holds("desk-1")
    assert copy.problem.startswith(problem)
    assert not copy.used
    assert [held.id for held in holder.asks(replica.held)] == ["desk-1"]
    assert [relayed.line for relayed in holder.asks(replica.changes, 0, 10)] == [line]
    assert holder.asks(replica.counts) == {"gavirate": 1}
    assert holder.asks(replica.live, changes.get("kind", "desk")) == []


def test_a_persons_record_is_never_public(holder, gavirate):
    person = {"desk": "desk-1", "occupations": ["9333"]}
    holder.hears(gavirate.says("a-person", 1, person, kind="candidate", audience=f"members:{NETWORK}"))
    holder.hears(gavirate.says("a-public-person", 2, person, kind="candidate"))
    assert holder.holds("a-person").used
    assert holder.holds("a-public-person").problem.startswith("audience: ")


def test_members_that_this_version_does_not_know_harm_nothing(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1, {**BODY, "colour": "red"}, ext={"x": 1}, more=True))
    assert holder.holds("desk-1").used


def test_a_withdrawal_drops_the_body_at_once_and_is_kept(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1))
    holder.hears(gavirate.says("desk-1", 2, None))
    copy = holder.holds("desk-1")
    assert copy.withdrawn
    assert not copy.used
    assert copy.body == {}
    assert b"Sportello" not in copy.line
    assert holder.asks(replica.counts) == {}
    assert [copy.withdrawn for copy in holder.asks(replica.changes, 0, 10)] == [True]


def test_a_withdrawal_of_what_was_never_seen_is_kept_against_its_late_arrival(holder, gavirate):
    late = gavirate.says("desk-1", 1)
    holder.hears(gavirate.says("desk-1", 2, None))
    assert holder.hears(late).ignored == 1
    assert holder.holds("desk-1").withdrawn


def test_a_withdrawal_needs_no_understanding(holder, gavirate):
    applied = holder.hears(gavirate.says("desk-1", 1, None, kind="settlement", v=2, crit=["delegated"]))
    assert (applied.new, applied.held) == (1, 0)


def test_an_id_never_changes_its_audience(holder, gavirate):
    holder.hears(gavirate.says("desk-1", 1, audience=f"members:{NETWORK}"))
    for body in (BODY, None):
        assert holder.hears(gavirate.says("desk-1", 2, body)).refused == 1
    assert holder.holds("desk-1").audience == f"members:{NETWORK}"
    assert not holder.holds("desk-1").withdrawn
    assert reasons(holder) == ["audience", "audience"]


def test_what_is_meant_for_another_network_is_refused(holder, gavirate, ispra):
    line = gavirate.says("desk-1", 1, audience="members:fedcba9876543210")
    assert holder.hears(line).refused == 1
    holder.roster = roster_of(gavirate, ispra, network=None)
    assert holder.hears(gavirate.says("desk-2", 2, audience=f"members:{NETWORK}")).refused == 1
    assert reasons(holder) == ["audience", "audience"]


def test_a_statement_that_has_run_out_on_the_way_ends_what_it_replaces(holder, gavirate, clock):
    holder.hears(gavirate.says("desk-1", 1))
    ended = gavirate.says("desk-1", 2, phone(2), not_after="2026-10-05T09:00:00Z")
    unseen = gavirate.says("desk-2", 3, not_after="2026-10-05T09:00:00Z")
    clock.pass_(hours=1)
    applied = holder.hears(ended, unseen)
    assert (applied.new, applied.ignored) == (1, 1)
    assert holder.holds("desk-1") is None
    assert holder.holds("desk-2") is None
    assert holder.asks(replica.changes, 0, 10) == []
    assert [copy.id for copy in holder.asks(replica.changes, 0, 10, dropped=True)] == ["desk-1"]


# Forks: two statements of one origin with one (epoch, seq).


def proof(holder):
    return holder.asks(lambda session: session.scalars(select(ForkProof)).one())


@pytest.mark.parametrize("id", ["desk-1", "desk-2"])
@pytest.mark.parametrize("in_one_page", [True, False])
def test_two_statements_with_one_order_prove_a_cloned_node(holder, gavirate, id, in_one_page):
    lines = gavirate.says("desk-1", 5, phone(1)), gavirate.says(id, 5, phone(2))
    applied = holder.hears(*lines) if in_one_page else [holder.hears(line) for line in lines][-1]
    assert applied.refused == 1
    assert reasons(holder) == ["fork"]
    assert holder.holds("desk-1").body == phone(1)
    kept = proof(holder)
    one, other = heard(kept.line, gavirate), heard(kept.other_line, gavirate)
    assert (one.origin, one.order) == (other.origin, other.order) == ("gavirate", (1, 5))
    assert {one.line, other.line} == set(lines)


def test_after_a_fork_only_a_higher_epoch_is_taken(holder, gavirate, ispra):
    holder.hears(gavirate.says("desk-1", 5, phone(1)), gavirate.says("desk-1", 5, phone(2)))
    applied = holder.hears(
        gavirate.says("desk-1", 6, phone(3)), gavirate.says("desk-9", 7), ispra.says("desk-1", 1, phone(9))
    )
    assert (applied.new, applied.refused) == (1, 2)
    assert holder.holds("desk-1").body == phone(1)
    assert holder.holds("desk-1", "ispra").body == phone(9)
    assert holder.hears(gavirate.says("desk-1", 1, phone(4), epoch=2)).new == 1
    assert holder.holds("desk-1").body == phone(4)
    assert holder.hears(gavirate.says("desk-9", 8)).refused == 1


def test_a_second_fork_in_a_higher_epoch_bars_that_epoch_too(holder, gavirate):
    for epoch in (1, 2):
        holder.hears(
            gavirate.says("desk-1", 5, phone(1), epoch=epoch), gavirate.says("desk-1", 5, phone(2), epoch=epoch)
        )
    assert proof(holder).epoch == 2
    assert holder.hears(gavirate.says("desk-1", 9, phone(3), epoch=2)).refused == 1
    assert holder.hears(gavirate.says("desk-1", 1, phone(3), epoch=3)).new == 1


def test_an_older_fork_does_not_lift_the_bar_of_a_newer_one(holder, gavirate):
    holder.hears(gavirate.says("desk-0", 5, phone(1), epoch=1))
    holder.hears(gavirate.says("desk-1", 5, phone(1), epoch=2), gavirate.says("desk-1", 5, phone(2), epoch=2))
    holder.hears(gavirate.says("desk-0", 5, phone(2), epoch=1))
    assert proof(holder).epoch == 2
    assert holder.hears(gavirate.says("desk-1", 6, phone(3), epoch=2)).refused == 1


def test_the_same_statement_again_is_no_fork(holder, gavirate):
    line = gavirate.says("desk-1", 5)
    holder.hears(line)
    assert holder.hears(json.dumps(json.loads(line), indent=1).encode()).ignored == 1
    assert reasons(holder) == []


# Quotas: how much one origin may have us keep.


def test_an_origin_may_have_us_keep_so_many_records_and_no_more(holder, gavirate, ispra):
    quota = Quota(records=2)
    lines = [gavirate.says(f"desk-{seq}", seq) for seq in range(1, 4)]
    assert holder.hears(*lines, quota=quota).refused == 1
    assert holder.hears(gavirate.says("desk-4", 4), ispra.says("desk-1", 1), quota=quota).new == 1
    assert reasons(holder) == ["quota", "quota"]
    assert holder.hears(gavirate.says("desk-1", 5, phone(2)), quota=quota).new == 1, "a change adds no record"
    assert holder.hears(gavirate.says("desk-9", 6, None), quota=quota).refused == 1, "a withdrawal of nothing adds one"


def test_an_origin_may_have_us_keep_so_many_bytes_and_no_more(holder, gavirate):
    quota = Quota(size=2500)
    assert holder.hears(*(gavirate.says(f"desk-{seq}", seq) for seq in (1, 2)), quota=quota).new == 2
    assert holder.hears(gavirate.says("desk-3", 3), quota=quota).new == 1
    big = {**BODY, "opening_hours": "x" * 1500}
    assert holder.hears(gavirate.says("desk-1", 4, big), quota=quota).refused == 1
    assert holder.holds("desk-1").seq == 1


def test_what_makes_an_origin_smaller_is_taken_even_when_it_is_too_big(holder, gavirate):
    holder.hears(*(gavirate.says(f"desk-{seq}", seq) for seq in range(1, 5)))
    quota = Quota(records=2, size=100)
    assert holder.hears(gavirate.says("desk-1", 5, None), quota=quota).new == 1
    assert holder.hears(gavirate.head(6), quota=quota).new == 1
    assert holder.hears(gavirate.says("desk-2", 7, phone(2)), quota=quota).refused == 1


def test_a_record_that_ends_makes_room_for_the_next_in_the_same_page(holder, gavirate, clock):
    quota = Quota(records=1)
    holder.hears(gavirate.says("desk-1", 1), quota=quota)
    ended = gavirate.says("desk-1", 2, not_after="2026-10-05T09:00:00Z")
    clock.pass_(hours=1)
    assert holder.hears(ended, gavirate.says("desk-2", 3), gavirate.says("desk-3", 4), quota=quota).refused == 1
    assert holder.asks(replica.counts) == {"gavirate": 1}
    assert holder.holds("desk-2").used


def test_our_own_records_know_no_quota(node, monkeypatch):
    monkeypatch.setattr("federation.order.Quota.__new__", lambda *_: pytest.fail("a quota was asked for"))
    node.publishes("desk-1")
    node.publisher.run_once()
    assert [copy.id for copy in node.served()] == ["desk-1"]


# Heads, and how fresh an origin is.


def test_an_origin_is_confirmed_by_its_latest_head(holder, gavirate, ispra, clock):
    holder.hears(gavirate.head(1), ispra.says("desk-1", 1))
    first_at = clock()
    assert holder.asks(replica.confirmed_at) == {"gavirate": first_at}
    clock.pass_(minutes=15)
    holder.hears(gavirate.head(2, f"members:{NETWORK}"))
    assert holder.asks(replica.confirmed_at) == {"gavirate": clock()}
    assert holder.asks(replica.counts) == {"ispra": 1}


def test_a_head_from_the_future_confirms_nothing(holder, gavirate):
    soon = (holder.clock() + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    later = (holder.clock() + timedelta(minutes=5, seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    not_after = "2026-11-01T00:00:00Z"
    assert holder.hears(gavirate.head(1, issued_at=later, not_after=not_after)).held == 1
    assert holder.holds("head:public").problem.startswith("ahead: ")
    assert holder.asks(replica.confirmed_at) == {}
    assert holder.hears(gavirate.head(2, issued_at=soon, not_after=not_after)).held == 0


# The price of a page.


def test_a_page_costs_the_same_few_statements_of_sql_however_long_it_is(holder, gavirate):
    counted = []
    event.listen(holder.database.engine, "before_cursor_execute", lambda *told: counted.append(told[2]))
    holder.hears(*(gavirate.says(f"desk-{seq}", seq) for seq in range(1, 6)), b"rubbish")
    few = len(counted)
    counted.clear()
    holder.hears(*(gavirate.says(f"desk-{seq % 90}", seq) for seq in range(10, 210)), b"rubbish", b"more rubbish")
    assert len(counted) <= few
    assert holder.asks(lambda session: len(session.scalars(select(Copy)).all())) == 90


def test_of_what_is_held_a_page_reads_no_more_than_it_touches(holder, gavirate, ispra):
    holder.hears(*(gavirate.says(f"desk-{seq}", seq) for seq in range(1, 5)))
    engine, told = holder.database.engine, []
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what it has counted")
    event.listen(engine, "before_cursor_execute", lambda *called: told.append(called[2:4]))
    holder.hears(gavirate.says("desk-1", 5), ispra.says("desk-1", 1))
    asked = [each for each in told if each[0].lstrip().startswith("SELECT") and "copy" in each[0]]
    with engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", values).all() for each, values in asked]
    ways = {row[3] for plan in plans for row in plan if "copy" in row[3]}
    assert ways
    assert {way for way in ways if not way.startswith("SEARCH copy USING")} == set()
