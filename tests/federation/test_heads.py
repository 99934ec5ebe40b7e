"""Heads: an origin's signed state, reckoned again here with hashlib and json alone."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import delete

from federation import register
from federation.replica import Copy
from federation.signing import Periods
from tests.federation.origins import BODY, NETWORK, START, payload_of


def root_by_hand(lines):
    """The root over the statements in these NDJSON lines, as the specification tells it."""
    buckets = {digit: [] for digit in "0123456789abcdef"}
    for line in lines:
        jws = json.loads(line)
        payload = json.loads(jws["payload"])
        digest = hashlib.sha256(f"{jws['protected']}.{jws['payload']}.{jws['signature']}".encode()).hexdigest()
        told = f"{payload['id']} {payload['epoch']} {payload['seq']} {payload['not_after']} {digest}\n".encode()
        buckets[hashlib.sha256(payload["id"].encode()).hexdigest()[0]].append(told)
    digests = [hashlib.sha256(b"".join(sorted(buckets[digit]))).digest() for digit in "0123456789abcdef"]
    return hashlib.sha256(b"".join(digests)).hexdigest()


def heads(node):
    return {copy.id: copy for copy in node.served() if copy.kind == "head"}


def settle(node, clock):
    """Let the changes rest, so that a head is due."""
    node.publisher.run_once()
    clock.pass_(seconds=61)
    node.publisher.run_once()


def test_a_head_describes_the_records_as_a_stranger_would_reckon_them(node, clock):
    for number in range(40):
        node.publishes(f"desk-{number}", {**BODY, "phone": f"0332 {number}"})
    settle(node, clock)
    node.publishes("desk-7", {**BODY, "phone": "cambiato"})
    settle(node, clock)
    head = heads(node)["head:public"]
    records = [copy.line for copy in node.served() if copy.kind != "head"]
    assert head.problem is None
    assert head.body["count"] == 40
    assert head.body["root"] == root_by_hand(records)
    assert head.body["root"] != root_by_hand(records[1:])
    assert head.seq == 43


def test_a_head_counts_neither_withdrawn_nor_ended_records_nor_other_heads(node, clock):
    node.publishes("desk-1")
    node.publishes("desk-2")
    node.publishes("desk-3", not_after=START + timedelta(seconds=90))
    settle(node, clock)
    assert heads(node)["head:public"].body["count"] == 3
    node.withdraws("desk-2")
    node.publisher.run_once()
    clock.pass_(seconds=60)
    node.publisher.run_once()
    head = heads(node)["head:public"]
    [kept] = [copy.line for copy in node.served() if copy.id == "desk-1"]
    assert head.issued_at > START + timedelta(seconds=90)
    assert (head.body["count"], head.body["root"]) == (1, root_by_hand([kept]))


def test_a_record_that_ends_at_the_very_instant_of_the_head_is_over(node, clock):
    node.publishes("desk-1")
    node.publishes("desk-2", not_after=START + timedelta(seconds=5))
    node.publisher.run_once()
    clock.pass_(seconds=5)
    node.publisher.run_once()
    assert heads(node)["head:public"].body["count"] == 1


def test_each_audience_has_its_own_head(node, clock):
    node.publisher.network = lambda: NETWORK
    node.publishes("desk-1")
    node.publishes("desk-2", audience="members")
    node.publishes("desk-3", audience="members")
    node.publishes("desk-4", audience="sealed:ispra")
    settle(node, clock)
    told = {copy.id: (copy.audience, copy.body["count"]) for copy in heads(node).values()}
    assert told == {
        "head:public": ("public", 1),
        "head:members": (f"members:{NETWORK}", 2),
        "head:ispra": ("sealed:ispra", 1),
    }


def test_an_audience_without_records_has_no_head(node, clock):
    clock.pass_(hours=1)
    assert node.publisher.run_once() == 0
    assert heads(node) == {}


def test_an_audience_of_which_only_a_withdrawal_is_left_still_has_a_head(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.withdraws("desk-1")
    settle(node, clock)
    assert (heads(node)["head:public"].body["count"], heads(node)["head:public"].body["root"]) == (0, root_by_hand([]))
    clock.pass_(days=90)
    node.publisher.run_once()
    last = heads(node)["head:public"].seq
    clock.pass_(hours=1)
    assert node.publisher.run_once() == 0
    assert heads(node)["head:public"].seq == last


def test_a_head_waits_for_five_seconds_of_quiet(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    clock.pass_(seconds=4)
    node.publishes("desk-2")
    node.publisher.run_once()
    clock.pass_(seconds=4)
    assert node.publisher.run_once() == 0
    clock.pass_(seconds=1)
    assert node.publisher.run_once() == 1
    assert heads(node)["head:public"].body["count"] == 2


def test_also_a_later_head_waits_for_quiet(node, clock):
    node.publishes("desk-1")
    settle(node, clock)
    clock.pass_(minutes=2)
    node.publishes("desk-2")
    assert node.publisher.run_once() == 1
    clock.pass_(seconds=4)
    assert node.publisher.run_once() == 0
    clock.pass_(seconds=1)
    assert node.publisher.run_once() == 1
    assert heads(node)["head:public"].body["count"] == 2


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)
def test_a_record_that_has_ended_is_not_counted_while_an_action_still_holds_its_row(node, clock):
    node.publishes("desk-1", not_after=START + timedelta(seconds=5))
    node.publishes("desk-2")
    node.publisher.run_once()
    with node.desk.writing() as action:
        register.withdraw(action, "desk-1")
        clock.pass_(seconds=5)
        node.publisher.run_once()
    assert heads(node)["head:public"].body["count"] == 1


def test_records_do_not_wait_for_their_head(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    clock.pass_(seconds=5)
    node.publisher.run_once()
    node.publishes("desk-2")
    assert node.publisher.run_once() == 1
    assert node.served()[-1].id == "desk-2"


def test_heads_are_at_least_a_minute_apart(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    clock.pass_(seconds=5)
    node.publisher.run_once()
    first = heads(node)["head:public"]
    node.publishes("desk-2")
    node.publisher.run_once()
    clock.pass_(seconds=59)
    assert node.publisher.run_once() == 0
    clock.pass_(seconds=1)
    assert node.publisher.run_once() == 1
    second = heads(node)["head:public"]
    assert second.issued_at - first.issued_at == timedelta(seconds=60)


def test_a_head_is_repeated_when_nothing_changes_so_that_others_know_we_are_there(node, clock):
    node.publisher.periods = lambda: Periods(head_every_s=600, lease_h=48)
    node.publishes("desk-1")
    settle(node, clock)
    first = heads(node)["head:public"]
    clock.pass_(seconds=599)
    assert node.publisher.run_once() == 0
    clock.pass_(seconds=1)
    assert node.publisher.run_once() == 1
    second = heads(node)["head:public"]
    assert second.body["root"] == first.body["root"]
    assert second.seq == first.seq + 1
    assert payload_of(second.line)["body"]["lease_until"] == (second.issued_at + timedelta(hours=48)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )


def test_changes_that_never_rest_do_not_put_the_head_off_for_ever(node, clock):
    node.publisher.periods = lambda: Periods(head_every_s=61)
    node.publishes("desk-1")
    settle(node, clock)
    first = heads(node)["head:public"].seq
    for number in range(16):
        clock.pass_(seconds=4)
        node.publishes("desk-1", {**BODY, "phone": f"0332 {number}"})
        node.publisher.run_once()
    assert heads(node)["head:public"].seq > first


def test_a_clock_that_was_set_back_does_not_silence_the_node(node, clock):
    node.publishes("desk-1")
    settle(node, clock)
    first = heads(node)["head:public"].seq
    clock.pass_(days=-2)
    node.publisher.run_once()
    assert heads(node)["head:public"].seq > first


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
def test_a_head_comes_after_all_that_it_describes(node, clock):
    for number in range(10):
        node.publishes(f"desk-{number}")
    node.publisher.run_once()
    clock.pass_(seconds=30)
    node.publishes("desk-new")
    node.publisher.run_once()
    clock.pass_(seconds=5)
    node.publisher.run_once()
    copies = node.served()
    assert copies[-1].id == "head:public"
    assert copies[-1].seq == max(copy.seq for copy in copies)
    assert copies[-1].body["count"] == 11


def test_rows_that_our_own_replica_has_lost_are_copied_again_with_the_next_head(node, clock):
    for name in ("desk-1", "desk-2", "desk-3"):
        node.publishes(name)
    node.withdraws("desk-3")
    settle(node, clock)
    with node.replica.writing() as session:
        session.execute(delete(Copy).where(Copy.id == "desk-2"))
        session.commit()
    before = node.served()[-1].position
    clock.pass_(seconds=900)
    node.publisher.run_once()
    assert [copy.id for copy in node.served() if not copy.withdrawn and copy.kind != "head"] == ["desk-1", "desk-2"]
    assert [copy.id for copy in node.served(before)] == ["head:public", "desk-2"], "readers learn of it"
    last = node.served()[-1].position
    clock.pass_(seconds=900)
    node.publisher.run_once()
    assert [copy.id for copy in node.served(last)] == ["head:public"], "nothing is copied while nothing is lost"
