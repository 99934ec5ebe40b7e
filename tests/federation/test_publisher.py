"""The publisher: the only signer, in steps each of which may be the last."""

import json
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from federation import apply, durable, publisher, register, replica, signing, upkeep
from federation.database import Database
from federation.publisher import LEASE_S
from schemas.statement import RECORD_LIFE, WITHDRAWAL_LIFE
from tests.federation.origins import BODY, NETWORK, START, Speaker, heard, payload_of


def told(node):
    """Every record that the replica holds: id -> (seq, body), heads left out."""
    return {copy.id: (copy.seq, copy.body) for copy in node.served() if copy.kind != "head"}


def seqs(node):
    return [copy.seq for copy in node.served()]


def test_a_record_of_the_desk_reaches_the_replica_signed(node):
    node.publishes("desk-1")
    assert node.publisher.run_once() == 1
    [copy] = node.served()
    assert (copy.id, copy.kind, copy.audience, copy.withdrawn, copy.problem) == (
        "desk-1",
        "desk",
        "public",
        False,
        None,
    )
    speaker = SimpleNamespace(origin="gavirate", key=node.publisher.key)
    assert heard(copy.line, speaker).body == BODY
    assert copy.digest == heard(copy.line, speaker).digest
    assert copy.line == node.row("desk-1").line


def test_a_run_without_wishes_signs_nothing(node):
    assert node.publisher.run_once() == 0
    node.publishes("desk-1")
    node.publisher.run_once()
    assert node.publisher.run_once() == 0
    assert node.served()[0].seq == 1


def test_seq_rises_by_one_and_the_first_epoch_is_the_clocks(node):
    for number in range(3):
        node.publishes(f"desk-{number}")
    node.publisher.run_once()
    node.publishes("desk-1", {**BODY, "phone": "0332 1"})
    node.publisher.run_once()
    assert [(copy.id, copy.seq) for copy in node.served()] == [("desk-0", 1), ("desk-2", 3), ("desk-1", 4)]
    assert {copy.epoch for copy in node.served()} == {int(START.timestamp())}


def test_many_changes_between_two_runs_are_one_statement(node):
    for number in range(10):
        node.publishes("desk-1", {**BODY, "phone": f"0332 {number}"})
    assert node.publisher.run_once() == 1
    assert told(node) == {"desk-1": (1, {**BODY, "phone": "0332 9"})}


def test_more_wishes_than_fit_into_one_transaction_are_signed_in_one_run(node, monkeypatch):
    monkeypatch.setattr("federation.signing.BATCH", 4)
    monkeypatch.setattr("federation.publisher.COPY_PAGE", 3)
    for number in range(10):
        node.publishes(f"desk-{number}")
    assert node.publisher.run_once() == 10
    assert seqs(node) == list(range(1, 11))


def test_what_is_withdrawn_before_it_was_published_goes_without_a_statement(node):
    node.publishes("desk-1")
    node.withdraws("desk-1")
    assert node.publisher.run_once() == 0
    assert node.asks(register.status_of, "desk-1") is None
    node.publishes("desk-1", audience="members")


def test_a_withdrawal_is_signed_kept_ninety_days_and_never_renewed(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.withdraws("desk-1")
    assert node.publisher.run_once() == 1
    [copy] = node.served()
    assert copy.withdrawn
    assert payload_of(copy.line)["body"] is None
    assert copy.not_after == START + WITHDRAWAL_LIFE
    for _ in range(8):
        clock.pass_(days=11)
        node.publisher.run_once()
        assert node.row("desk-1").seq == copy.seq
    clock.pass_(days=2)
    node.publisher.run_once()
    assert node.row("desk-1").line is None


def test_a_second_withdrawal_says_nothing_new(node):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.withdraws("desk-1")
    node.publisher.run_once()
    node.withdraws("desk-1")
    assert node.publisher.run_once() == 0
    assert not node.row("desk-1").dirty


def test_a_record_that_is_published_again_after_its_withdrawal_is_back(node):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.withdraws("desk-1")
    node.publisher.run_once()
    node.publishes("desk-1")
    assert node.publisher.run_once() == 1
    assert told(node) == {"desk-1": (3, BODY)}


def test_a_record_without_end_lives_sixty_days_and_is_renewed_at_half_life(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    assert node.row("desk-1").expires_at == START + RECORD_LIFE
    clock.at = START + RECORD_LIFE / 2 - timedelta(seconds=1)
    node.publisher.run_once()
    first = node.row("desk-1")
    clock.pass_(seconds=1)
    node.publisher.run_once()
    second = node.row("desk-1")
    assert first.issued_at == START
    assert second.seq > first.seq
    assert second.issued_at == clock()
    assert second.expires_at == clock() + RECORD_LIFE
    assert told(node)["desk-1"] == (second.seq, BODY)


def test_a_record_ends_at_its_closing_instant_and_is_not_renewed_towards_it(node, clock):
    node.publishes("desk-1", not_after=START + timedelta(days=50, milliseconds=700))
    node.publisher.run_once()
    assert payload_of(node.served()[0].line)["not_after"] == "2026-11-24T08:00:00Z"
    clock.pass_(days=49)
    node.publisher.run_once()
    assert node.row("desk-1").issued_at == START


def test_a_record_that_closes_later_than_a_statement_may_live_is_renewed_up_to_its_closing(node, clock):
    closes_at = START + timedelta(days=100)
    node.publishes("desk-1", not_after=closes_at)
    ends = []
    while clock() < closes_at:
        node.publisher.run_once()
        ends.append(node.row("desk-1").expires_at - START)
        clock.pass_(days=5)
    assert sorted(set(ends)) == [timedelta(days=days) for days in (60, 90, 100)]
    node.publisher.run_once()
    assert node.asks(register.status_of, "desk-1") == "withdrawn"


def test_what_has_closed_leaves_nothing_but_its_id_and_that_not_for_ever(node, clock):
    node.publishes("desk-1", not_after=START + timedelta(days=1))
    node.publisher.run_once()
    clock.pass_(days=1)
    assert node.publisher.run_once() == 0
    row = node.row("desk-1")
    assert (row.document, row.line, row.digest, row.seq) == (None, None, None, None)
    assert node.asks(register.status_of, "desk-1") == "withdrawn"
    with pytest.raises(register.AudienceChanged):
        node.publishes("desk-1", audience="members")
    clock.pass_(days=60)
    node.publishes("desk-2")
    node.publisher.run_once()
    assert node.row("desk-1") is None


def test_a_closed_record_that_is_reopened_is_published_again(node, clock):
    node.publishes("desk-1", not_after=START + timedelta(days=1))
    node.publisher.run_once()
    clock.pass_(days=2)
    node.publisher.run_once()
    node.publishes("desk-1", not_after=clock() + timedelta(days=1))
    assert node.asks(register.status_of, "desk-1") == "waiting"
    assert node.publisher.run_once() == 1
    assert node.served()[0].not_after == clock() + timedelta(days=1)


def test_a_closing_instant_moved_into_the_past_withdraws(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    clock.pass_(hours=1)
    node.publishes("desk-1", not_after=START)
    assert node.publisher.run_once() == 1
    assert node.served()[0].withdrawn


@pytest.mark.parametrize("has_run", [True, False], ids=["its end was seen", "its end was not seen"])
def test_what_is_withdrawn_by_a_clock_that_is_ahead_is_withdrawn_from_those_for_whom_it_lives(node, clock, has_run):
    node.publishes("desk-1", not_after=START + timedelta(hours=20))
    node.publisher.run_once()
    clock.pass_(days=1)
    if has_run:
        node.publisher.run_once()
    node.withdraws("desk-1")
    assert node.publisher.run_once() == 1
    clock.pass_(days=-1)
    node.publisher.run_once()
    assert [copy.withdrawn for copy in node.served() if copy.id == "desk-1"] == [True]


def test_what_has_closed_long_ago_is_withdrawn_without_a_statement(node, clock):
    node.publishes("desk-1", not_after=START + timedelta(hours=1))
    node.publisher.run_once()
    clock.pass_(days=2)
    node.withdraws("desk-1")
    assert node.publisher.run_once() == 0


def test_what_closed_before_it_was_ever_published_is_not_published(node):
    node.publishes("desk-1", not_after=START)
    assert node.publisher.run_once() == 0
    assert node.row("desk-1") is None


def test_a_record_for_the_members_waits_until_there_are_members(node):
    node.publishes("desk-1", audience="members")
    assert node.publisher.run_once() == 0
    assert node.asks(register.status_of, "desk-1") == "waiting"
    node.publisher.network = lambda: NETWORK
    assert node.publisher.run_once() == 1
    assert payload_of(node.served()[0].line)["audience"] == f"members:{NETWORK}"
    node.withdraws("desk-1")
    node.publisher.run_once()
    assert payload_of(node.served()[0].line)["audience"] == f"members:{NETWORK}"


def test_a_record_that_is_withdrawn_while_it_waits_for_members_is_gone(node):
    node.publishes("desk-1", audience="members")
    node.withdraws("desk-1")
    assert node.publisher.run_once() == 0
    assert node.row("desk-1") is None


def test_two_publishers_never_work_at_once(node, clock):
    other = node.another_publisher()
    node.publishes("desk-1")
    assert node.publisher.run_once() == 1
    node.publishes("desk-2")
    assert other.run_once() == 0
    assert node.asks(register.status_of, "desk-2") == "waiting"
    clock.pass_(seconds=LEASE_S - 1)
    assert other.run_once() == 0
    assert node.publisher.run_once() == 1


def test_the_lease_of_a_dead_publisher_ends(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.publishes("desk-2")
    clock.pass_(seconds=LEASE_S)
    assert node.another_publisher().run_once() > 0
    node.publishes("desk-3")
    assert node.publisher.run_once() == 0


def test_an_orderly_end_gives_the_lease_back(node):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.another_publisher().release()
    node.publishes("desk-2")
    assert node.another_publisher().run_once() == 0
    node.publisher.release()
    assert node.another_publisher().run_once() == 1


def test_a_lease_taken_by_a_clock_that_was_set_back_binds_nobody(node, clock):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.publishes("desk-2")
    clock.pass_(days=-1)
    node.another_publisher().run_once()
    assert node.asks(register.is_published, "desk-2")


def test_publishers_that_race_for_the_lease_sign_each_record_once(node):
    for number in range(30):
        node.publishes(f"desk-{number}")
    racers = [node.another_publisher() for _ in range(6)]
    signed = []
    start = threading.Barrier(len(racers))

    def race(racer):
        start.wait()
        signed.append(racer.run_once())

    threads = [threading.Thread(target=race, args=(racer,)) for racer in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(signed) == [0, 0, 0, 0, 0, 30]
    assert seqs(node) == list(range(1, 31))


def test_a_change_during_the_signing_is_signed_by_the_next_run(node, monkeypatch):
    node.publishes("desk-1")
    writer = threading.Thread(target=node.publishes, args=("desk-1", {**BODY, "phone": "cambiato"}))

    def slow_sign(payload, key, sign=signing.sign):
        writer.start()
        writer.join(0.1)  # it waits for us, or it is done: either way its wish comes after ours was read
        return sign(payload, key)

    with monkeypatch.context() as patch:
        patch.setattr("federation.signing.sign", slow_sign)
        assert node.publisher.run_once() == 1
    writer.join()
    assert node.publisher.run_once() == 1
    assert told(node)["desk-1"] == (2, {**BODY, "phone": "cambiato"})


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_record_in_an_open_action_makes_nobody_wait(node):
    node.publishes("desk-1")
    node.publishes("desk-2")
    with node.desk.writing() as action:
        register.publish(action, "desk", "desk-1", "public", {**BODY, "phone": "cambiato"})
        assert node.publisher.run_once() == 1
        assert list(told(node)) == ["desk-2"]
        action.commit()
    assert node.publisher.run_once() == 1
    assert told(node)["desk-1"] == (2, {**BODY, "phone": "cambiato"})


def witness(node):
    return json.loads(node.publisher.witness.read_text())


def test_the_witness_names_the_last_statement(node):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.publishes("desk-2")
    node.publisher.run_once()
    row = node.row("desk-2")
    assert witness(node) == {"origin": "gavirate", "epoch": row.epoch, "seq": 2, "sha256": row.digest}
    assert node.publisher.witness.stat().st_mode & 0o777 == 0o600


def test_nobody_sees_a_statement_before_the_witness_has_noted_it(node, monkeypatch):
    noted = []

    def store(session, statements, *rest, store=publisher.store):
        noted.append((witness(node)["seq"], [statement.seq for statement in statements]))
        return store(session, statements, *rest)

    monkeypatch.setattr("federation.publisher.store", store)
    node.publishes("desk-1")
    node.publisher.run_once()
    assert noted == [(1, [1])]


def test_a_full_disk_stops_the_publisher_before_anything_is_served(node, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    node.publishes("desk-1")
    with monkeypatch.context() as patch:
        patch.setattr(durable, "write", full)
        with pytest.raises(OSError, match="No space"):
            node.publisher.run_once()
        with pytest.raises(OSError, match="No space"):
            node.publisher.run_once()
        assert node.served() == []
    node.publisher.run_once()
    assert witness(node)["seq"] == 1
    assert seqs(node) == [1]


class PowerCut(BaseException):
    pass


def cut(*_, **__):
    raise PowerCut


def cut_after(step):
    def does(*arguments, **options):
        step(*arguments, **options)
        raise PowerCut

    return does


def cut_at_commit(number, after):
    """A commit that fails at its n-th call: before anything is kept, or just after everything was."""
    calls = iter(range(1, 100))

    def commit(session, commit=Session.commit):
        if next(calls) != number:
            return commit(session)
        if after:
            commit(session)
        raise PowerCut

    return commit


STEPS = {
    "before the desk transaction": ("federation.publisher.Round", lambda: cut),
    "before the desk's commit": ("sqlalchemy.orm.Session.commit", lambda: cut_at_commit(1, after=False)),
    "after the desk's commit": ("sqlalchemy.orm.Session.commit", lambda: cut_at_commit(1, after=True)),
    "before the witness": ("federation.durable.write", lambda: cut),
    "after the witness": ("federation.durable.write", lambda: cut_after(durable.write)),
    "before the copy": ("federation.publisher.store", lambda: cut),
    "before the replica's commit": ("sqlalchemy.orm.Session.commit", lambda: cut_at_commit(2, after=False)),
    "after the replica's commit": ("sqlalchemy.orm.Session.commit", lambda: cut_at_commit(2, after=True)),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_at_any_step_is_healed_by_the_next_run(node, clock, monkeypatch, step):
    node.publishes("desk-1")
    node.publishes("desk-2")
    node.publisher.run_once()
    node.publishes("desk-1", {**BODY, "phone": "cambiato"})
    node.withdraws("desk-2")
    node.publishes("desk-3")
    target, breaker = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(target, breaker())
        with pytest.raises(PowerCut):
            node.publisher.run_once()
    rows = [node.row(record) for record in ("desk-1", "desk-2", "desk-3")]
    signed = {row.id: row.line for row in rows if row.seq and row.seq > 2}
    clock.pass_(seconds=LEASE_S / 4)
    survivor = node.another_publisher()
    clock.pass_(seconds=LEASE_S)
    survivor.run_once()
    copies = {copy.id: copy for copy in node.served() if copy.kind != "head"}
    assert sorted(copy.seq for copy in copies.values()) == [3, 4, 5]
    assert copies["desk-1"].body["phone"] == "cambiato"
    assert copies["desk-2"].withdrawn
    assert copies["desk-3"].used
    for copy in copies.values():
        assert copy.line == node.row(copy.id).line
        assert copy.line == signed.get(copy.id, copy.line), "bytes were signed twice under one seq"
    last = max(node.served(), key=lambda copy: copy.seq)
    assert (witness(node)["seq"], witness(node)["sha256"]) == (last.seq, last.digest)


def test_a_deleted_replica_refills_from_the_register(node, new_database_url):
    for number in range(3):
        node.publishes(f"desk-{number}")
    node.withdraws("desk-0")
    node.publisher.run_once()
    node.withdraws("desk-1")
    node.publisher.run_once()
    before = {copy.id: copy.line for copy in node.served()}
    fresh = Database(new_database_url("again"), durable=False)
    replica.create(fresh)
    node.publisher.replica = node.replica = fresh
    node.publisher.run_once()
    assert {copy.id: copy.line for copy in node.served()} == before
    assert set(before) == {"desk-1", "desk-2"}
    fresh.dispose()


def test_what_was_copied_is_not_copied_again(node, monkeypatch):
    node.publishes("desk-1")
    node.publisher.run_once()
    monkeypatch.setattr("federation.publisher.store", cut)
    node.publisher.run_once()


def test_what_a_burnt_machine_of_ours_once_said_is_dropped_for_good(node, clock):
    """A peer brings it back to us, where the register knows nothing of it and no head of ours will speak of it."""
    before = Speaker("gavirate", clock)
    old = [before.says("desk-9", 4), before.says("desk-8", 5, None)]
    node.publishes("desk-1")
    node.publisher.run_once()
    hear_of_ourselves(node, before, old)
    assert "desk-9" in told(node)
    clock.pass_(minutes=20)
    node.publisher.run_once()
    hear_of_ourselves(node, before, old)
    assert list(told(node)) == ["desk-1", "desk-8"]
    clock.pass_(minutes=20)
    assert node.publisher.run_once() == 1, "a head, and nothing is mended"
    assert seqs(node)[-1] == 3


def hear_of_ourselves(node, speaker, lines):
    with node.replica.writing() as session:
        apply.store(session, [heard(line, speaker) for line in lines], "ispra", node.clock())
        session.commit()


def test_what_a_wrong_clock_has_taken_from_our_copies_is_served_again(node, clock):
    node.publishes("desk-1", not_after=START + timedelta(hours=8))
    node.publishes("desk-2")
    node.publisher.run_once()
    clock.pass_(days=1)
    with node.replica.writing() as session:
        assert upkeep.sweep(session, clock()) == 1
        session.commit()
    clock.pass_(days=-1, minutes=20)
    assert list(told(node)) == ["desk-2"]
    node.publisher.run_once()
    assert set(told(node)) == {"desk-1", "desk-2"}
