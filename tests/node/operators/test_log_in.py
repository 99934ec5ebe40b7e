from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from node.core import clock
from node.core.db import transaction
from node.core.errors import Refused
from node.operators import passwords, sessions, throttle
from node.operators.log_in import log_in
from node.operators.models import FailedLogIn, Operator, OperatorSession
from node.operators.visitor import Visitor

PASSWORD = "quattro parole a caso"
NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)
HOME, ELSEWHERE = Visitor("192.0.2.1", "Firefox, Linux"), Visitor("192.0.2.2")
LONGEST = timedelta(hours=12)
LIMITS = sessions.Limits(timedelta(minutes=59, seconds=30), timedelta(hours=1), LONGEST)


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


def fail(desk, times, address=HOME, username="operatore"):
    for _ in range(times):
        with pytest.raises(Refused):
            log_in(desk, username, "sbagliata", address)


def test_the_right_password_opens_a_session(desk, operators):
    token = log_in(desk, " Operatore ", PASSWORD, HOME).token
    assert sessions.recognise(desk, token, LIMITS) == operators["operatore"]


def test_only_the_hash_of_the_token_is_kept(desk, operators):
    token = log_in(desk, "operatore", PASSWORD, HOME).token
    with desk.reading() as session:
        (held,) = session.query(OperatorSession)
    assert token not in (held.token_hash, held.operator_id)
    assert len(held.token_hash) == 64


@pytest.mark.parametrize("username", ["operatore", "nessuno"])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(desk, operators, username):
    with pytest.raises(Refused, match="Nome utente o password non sono giusti") as caught:
        log_in(desk, username, "sbagliata", HOME)
    assert caught.value.status == 422


def test_a_name_that_nobody_has_takes_as_much_work_as_one_that_somebody_has(desk, operators, monkeypatch):
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, *given):
            type(self).verified += 1
            return super().verify(*given)

    passwords.nobodys_hash()
    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    taken = []
    for username in ("operatore", "nessuno"):
        Counting.verified = 0
        with pytest.raises(Refused):
            log_in(desk, username, "sbaglia" + "a\u0300", HOME)  # a letter and its accent, which is not how it is kept
        taken.append(Counting.verified)
    assert taken == [2, 2]


def test_after_five_failures_the_right_password_waits_too(desk, operators):
    with clock.at(NOON):
        fail(desk, 5)
        with pytest.raises(Refused, match="Riprova tra 1 min") as caught:
            log_in(desk, "operatore", PASSWORD, HOME)
        assert caught.value.status == 429
    with clock.at(NOON + timedelta(seconds=31)):
        assert log_in(desk, "operatore", PASSWORD, HOME)


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(desk, operators):
    moment = NOON
    with clock.at(moment):
        fail(desk, 5)
    for wait_s in (30, 60, 120, 240, 480, 900, 900):
        with clock.at(moment + timedelta(seconds=wait_s - 1)), pytest.raises(Refused, match="Troppi tentativi"):
            log_in(desk, "operatore", PASSWORD, HOME)
        moment += timedelta(seconds=wait_s)
        with clock.at(moment):
            fail(desk, 1)


def test_nobody_can_lock_a_colleague_out(desk, operators):
    with clock.at(NOON):
        fail(desk, 7, ELSEWHERE)
        assert log_in(desk, "operatore", PASSWORD, HOME)
        assert log_in(desk, "amministratore", PASSWORD, ELSEWHERE)


def test_success_forgets_the_failures(desk, operators):
    with clock.at(NOON):
        fail(desk, 4)
        log_in(desk, "operatore", PASSWORD, HOME)
        fail(desk, 4)
        assert log_in(desk, "operatore", PASSWORD, HOME)


def test_a_failure_keeps_neither_the_name_nor_the_address(desk, operators):
    fail(desk, 1)
    with desk.reading() as session:
        counted = session.query(FailedLogIn).all()
    assert len(counted) == 3
    for failed in counted:
        assert "operatore" not in failed.key_hash
        assert HOME.address not in failed.key_hash
        assert failed.failures == 1


def test_a_session_ends_when_nothing_happens(desk, operators):
    with clock.at(NOON):
        token = log_in(desk, "operatore", PASSWORD, HOME).token
    with clock.at(NOON + timedelta(minutes=59)):
        assert sessions.recognise(desk, token, LIMITS)
    with clock.at(NOON + timedelta(minutes=118)):
        assert sessions.recognise(desk, token, LIMITS), "being seen prolongs it"
    with clock.at(NOON + timedelta(minutes=118 + 60)):
        assert sessions.recognise(desk, token, LIMITS) is None


def test_a_session_ends_after_its_longest_time_however_busy(desk, operators):
    with clock.at(NOON):
        token = log_in(desk, "operatore", PASSWORD, HOME).token
    for hour in range(1, 24):
        with clock.at(NOON + timedelta(hours=hour / 2)):
            assert sessions.recognise(desk, token, LIMITS)
    with clock.at(NOON + LONGEST):
        assert sessions.recognise(desk, token, LIMITS) is None


def test_a_token_that_was_never_given_opens_nothing(desk, operators):
    assert sessions.recognise(desk, "x" * 43, LIMITS) is None


def test_what_has_run_out_is_swept(desk, operators):
    with clock.at(NOON):
        log_in(desk, "operatore", PASSWORD, HOME)
        fail(desk, 1)
    with clock.at(NOON + LONGEST + timedelta(seconds=1)), transaction(desk) as session:
        sessions.sweep(session, LONGEST)
        throttle.sweep(session)
    with desk.reading() as session:
        assert session.query(OperatorSession).count() == session.query(FailedLogIn).count() == 0


def test_a_generated_password_is_long_and_can_be_read_from_paper():
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("l1o0 ")


def test_a_password_is_costly_to_guess():
    assert passwords.tuned().hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_old_and_cheap_hash_is_renewed_at_the_next_log_in(desk, operators, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", passwords.tuned())
    log_in(desk, "operatore", PASSWORD, HOME)
    with desk.reading() as session:
        assert "m=19456" in session.get(Operator, operators["operatore"].id).password_hash
