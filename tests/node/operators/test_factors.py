import re
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from node.core import clock, identity
from node.core.audit import Deed
from node.core.db import transaction
from node.core.errors import Refused
from node.core.vault import Vault
from node.operators import factors, queries, sessions
from node.operators.log_in import give_code, is_half_in, log_in
from node.operators.models import Operator, OperatorSession
from node.operators.visitor import Visitor

PASSWORD = "quattro parole a caso"
NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)
HOME = Visitor("192.0.2.1")
LIMITS = sessions.Limits(timedelta(minutes=15), timedelta(hours=1), timedelta(hours=12))


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def vault(config):
    return Vault(identity.secret(config))


@pytest.fixture
def equipped(desk, vault, operators):
    """The operator with a second factor: (its app, its recovery codes)."""
    actor = operators["operatore"]
    with transaction(desk) as session:
        account = session.get_one(Operator, actor.id)
        factors.begin(session, vault, account)
        session.flush()
        app = pyotp.TOTP(factors.secret_in_making(session, vault, account))
        codes = factors.confirm(session, vault, actor, account, app.at(NOON))
    return app, codes


def try_code(desk, vault, code):
    """Whether this code opens a session after the right password."""
    entry = log_in(desk, "operatore", PASSWORD, HOME)
    assert entry.owes_code
    try:
        return bool(give_code(desk, vault, entry.token, code, HOME))
    except Refused:
        return False


def test_the_password_alone_opens_only_half_a_log_in(desk, vault, equipped):
    entry = log_in(desk, "operatore", PASSWORD, HOME)
    assert entry.owes_code
    assert is_half_in(desk, entry.token)
    assert sessions.recognise(desk, entry.token, LIMITS) is None
    with desk.reading() as session:
        assert session.query(OperatorSession).count() == 0


def test_the_code_of_the_app_opens_the_session_and_ends_the_half(desk, vault, equipped):
    app, _ = equipped
    entry = log_in(desk, "operatore", PASSWORD, HOME)
    with clock.at(NOON + timedelta(seconds=30)):
        token = give_code(desk, vault, entry.token, app.at(clock.now()), HOME)
        assert sessions.recognise(desk, token, LIMITS).username == "operatore"
    assert not is_half_in(desk, entry.token)


def test_a_code_is_accepted_once(desk, vault, equipped):
    app, _ = equipped
    with clock.at(NOON + timedelta(minutes=5)):
        code = app.at(clock.now())
        assert try_code(desk, vault, code)
        assert not try_code(desk, vault, code)


def test_the_code_that_confirmed_the_factor_counts_as_used(desk, vault, equipped):
    app, _ = equipped
    assert not try_code(desk, vault, app.at(NOON))


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_one_step_fast_or_slow(desk, vault, equipped, steps, counts):
    app, _ = equipped
    with clock.at(NOON + timedelta(minutes=5)):
        assert try_code(desk, vault, app.at(clock.now(), counter_offset=steps)) is counts


def test_an_older_code_than_the_last_one_counts_no_more(desk, vault, equipped):
    app, _ = equipped
    with clock.at(NOON + timedelta(minutes=5)):
        assert try_code(desk, vault, app.at(clock.now(), counter_offset=1))
        assert not try_code(desk, vault, app.at(clock.now()))


def test_of_two_at_once_with_the_same_code_one_comes_in(desk, vault, equipped):
    app, _ = equipped
    later = NOON + timedelta(minutes=5)
    halves = [log_in(desk, "operatore", PASSWORD, HOME).token for _ in range(4)]
    came_in = []

    def try_one(half):
        with clock.at(later), suppress(Refused):
            came_in.append(give_code(desk, vault, half, app.at(later), HOME))

    threads = [threading.Thread(target=try_one, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came_in) == 1


def test_each_of_ten_recovery_codes_opens_once(desk, vault, equipped):
    _, codes = equipped
    assert len(set(codes)) == 10
    assert try_code(desk, vault, f" {codes[0].upper().replace('-', ' ')} ")
    assert not try_code(desk, vault, codes[0])
    with desk.reading() as session:
        (account,) = session.query(Operator).filter_by(username="operatore")
        assert queries.recovery_codes_left(session, account.id) == 9
    assert all(try_code(desk, vault, code) for code in codes[1:])


def test_new_recovery_codes_end_the_old_ones(desk, vault, equipped, operators):
    _, old = equipped
    with transaction(desk) as session:
        account = session.get_one(Operator, operators["operatore"].id)
        new = factors.renew_codes(session, vault, operators["operatore"], account)
    assert not try_code(desk, vault, old[0])
    assert try_code(desk, vault, new[0])


def test_wrong_codes_are_throttled_and_kept_from_the_next_session(desk, vault, equipped):
    app, _ = equipped
    half = log_in(desk, "operatore", PASSWORD, HOME).token
    for _ in range(5):
        with pytest.raises(Refused, match="codice non è giusto"):
            give_code(desk, vault, half, "000000", HOME)
    with pytest.raises(Refused, match="Troppi tentativi") as caught:
        give_code(desk, vault, half, app.at(NOON, counter_offset=1), HOME)
    assert caught.value.status == 429


def test_the_right_password_does_not_forgive_wrong_codes(desk, vault, equipped):
    for _ in range(5):
        assert not try_code(desk, vault, "000000")
    with pytest.raises(Refused, match="Troppi tentativi"):
        log_in(desk, "operatore", PASSWORD, HOME)


def test_the_code_is_waited_for_ten_minutes(desk, vault, equipped):
    app, _ = equipped
    half = log_in(desk, "operatore", PASSWORD, HOME).token
    with clock.at(NOON + timedelta(minutes=10)), pytest.raises(Refused, match="troppo tempo"):
        give_code(desk, vault, half, app.at(clock.now()), HOME)
    with clock.at(NOON + timedelta(minutes=11)), transaction(desk) as session:
        sessions.sweep(session, timedelta(hours=12))
    with desk.reading() as session:
        assert session.query(sessions.HalfLogIn).count() == 0


def test_a_new_password_ends_what_was_begun_with_the_old_one(desk, vault, equipped):
    half = log_in(desk, "operatore", PASSWORD, HOME).token
    with transaction(desk) as session:
        (account,) = session.query(Operator).filter_by(username="operatore")
        sessions.end_all(session, account)
    assert not is_half_in(desk, half)


def test_a_copied_database_gives_neither_the_secret_nor_the_codes_away(desk, vault, equipped):
    app, codes = equipped
    with desk.engine.connect() as connection:
        rows = [
            str(tuple(row))
            for table in ("second_factor", "recovery_code")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
    assert len(rows) == 11
    everything = " ".join(rows)
    assert app.secret not in everything
    assert not any(factors.plain(code) in everything for code in codes)


def test_the_operator_switches_it_off_unless_her_role_needs_it(desk, vault, equipped, operators):
    actor = operators["operatore"]
    with transaction(desk) as session:
        account = session.get_one(Operator, actor.id)
        factors.demand(session, operators["amministratore"], {"operatore"})
        session.flush()
        with pytest.raises(Refused, match="non si può spegnere"):
            factors.switch_off(session, actor, account)
        factors.demand(session, operators["amministratore"], set())
        session.flush()
        factors.switch_off(session, actor, account)
    assert not log_in(desk, "operatore", PASSWORD, HOME).owes_code


def test_a_reset_ends_every_session_and_stands_in_the_audit(desk, vault, equipped, operators):
    app, _ = equipped
    later = NOON + timedelta(minutes=5)
    half = log_in(desk, "operatore", PASSWORD, HOME).token
    with clock.at(later):
        token = give_code(desk, vault, half, app.at(later), HOME)
        with transaction(desk) as session:
            factors.reset(session, operators["amministratore"], session.get_one(Operator, operators["operatore"].id))
        assert sessions.recognise(desk, token, LIMITS) is None
    assert not log_in(desk, "operatore", PASSWORD, HOME).owes_code
    with desk.reading() as session:
        deed = session.query(Deed).filter_by(verb="operator.factor_reset").one()
    assert (deed.actor, deed.ref) == (operators["amministratore"].id, operators["operatore"].id)


def test_who_must_have_a_factor_and_has_none_is_known_by_it(desk, vault, equipped, operators):
    with transaction(desk) as session:
        factors.demand(session, operators["amministratore"], {"operatore", "coordinatore"})
    with desk.reading() as session:
        owing = [account.username for account in queries.operators(session) if queries.owes_factor(session, account)]
    assert owing == ["coordinatore"]


def test_the_recovery_codes_are_read_from_paper(equipped):
    _, codes = equipped
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}", code) for code in codes)
