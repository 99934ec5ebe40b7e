import threading
from datetime import UTC, datetime, timedelta

import pytest

from node.core import clock
from node.core.db import transaction
from node.core.errors import Refused
from node.operators import throttle
from node.operators.log_in import log_in
from node.operators.models import FailedLogIn, KnownBrowser
from node.operators.visitor import Visitor

PASSWORD = "quattro parole a caso"
NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)
HOME = Visitor("192.0.2.1", device="hers")
CAFE = Visitor("192.0.2.2", device="hers")


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


def anyone(number):
    return Visitor(f"198.51.100.{number}")


def guess(desk, visitor, times=1, username="operatore"):
    """The statuses of so many wrong guesses."""
    found = []
    for _ in range(times):
        with pytest.raises(Refused) as caught:
            log_in(desk, username, "sbagliata", visitor)
        found.append(caught.value.status)
    return found


def test_who_spends_the_allowance_of_an_account_from_everywhere_does_not_lock_her_out(desk, operators):
    log_in(desk, "operatore", PASSWORD, HOME)
    statuses = [status for number in range(1, 20) for status in guess(desk, anyone(number), 5)]
    assert statuses.count(422) == 50, "what all unknown browsers together have for one account"
    assert guess(desk, anyone(200)) == [429]
    assert log_in(desk, "operatore", PASSWORD, HOME)
    assert log_in(desk, "operatore", PASSWORD, CAFE), "wherever she takes her computer"
    assert log_in(desk, "amministratore", PASSWORD, anyone(201))


def test_who_guesses_at_her_own_address_does_not_lock_her_out(desk, operators):
    log_in(desk, "operatore", PASSWORD, HOME)
    assert guess(desk, Visitor(HOME.address), 6) == [422] * 5 + [429]
    assert log_in(desk, "operatore", PASSWORD, HOME)


def test_a_known_browser_has_an_allowance_too(desk, operators):
    log_in(desk, "operatore", PASSWORD, HOME)
    assert guess(desk, HOME, 6) == [422] * 5 + [429]
    with pytest.raises(Refused, match="Riprova tra 1 min"):
        log_in(desk, "operatore", PASSWORD, HOME)


def test_a_browser_is_known_for_the_account_that_was_signed_in_there(desk, operators):
    log_in(desk, "operatore", PASSWORD, HOME)
    assert guess(desk, HOME, 6, "coordinatore") == [422] * 5 + [429]
    log_in(desk, "amministratore", PASSWORD, HOME)
    with desk.reading() as session:
        assert session.query(KnownBrowser).count() == 2
        assert all("hers" not in known.token_hash for known in session.query(KnownBrowser))


def test_one_address_that_tries_many_names_has_to_wait(desk, operators):
    names = [f"nome.{number}" for number in range(31)]
    assert [guess(desk, HOME, 1, name)[0] for name in names] == [422] * 30 + [429]
    with pytest.raises(Refused, match="Riprova tra 1 min"):
        log_in(desk, "coordinatore", PASSWORD, Visitor(HOME.address))


def test_signing_in_with_a_right_account_does_not_forgive_what_was_tried_with_others(desk, operators):
    for number in range(29):
        guess(desk, HOME, 1, f"nome.{number}")
    log_in(desk, "operatore", PASSWORD, Visitor(HOME.address))
    assert guess(desk, HOME, 2, "nome.altro") == [422, 429]


def test_a_household_of_ipv6_is_one_address(desk, operators):
    assert [guess(desk, Visitor(f"2001:db8:1:2::{number:x}"))[0] for number in range(1, 7)] == [422] * 5 + [429]
    assert guess(desk, Visitor("2001:db8:1:3::1")) == [422]
    assert guess(desk, Visitor("nonsense")) == [422]


def test_a_failure_is_forgiven_every_ten_minutes(desk, operators):
    for minute in range(0, 600, 10):
        with clock.at(NOON + timedelta(minutes=minute)):
            assert guess(desk, HOME) == [422]
    with clock.at(NOON + timedelta(minutes=601)):
        assert log_in(desk, "operatore", PASSWORD, HOME)


def test_guesses_at_the_same_moment_gain_nothing(desk, operators):
    statuses = []

    def try_one():
        with clock.at(NOON):
            try:
                log_in(desk, "operatore", "sbagliata", HOME)
            except Refused as refusal:
                statuses.append(refusal.status)

    threads = [threading.Thread(target=try_one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 12
    with desk.reading() as session:
        assert max(failed.failures for failed in session.query(FailedLogIn)) == statuses.count(422) <= 6


def test_browsers_that_are_gone_for_half_a_year_are_forgotten(desk, operators):
    log_in(desk, "operatore", PASSWORD, HOME)
    with clock.at(NOON + timedelta(days=181)), transaction(desk) as session:
        throttle.sweep(session)
    with desk.reading() as session:
        assert session.query(KnownBrowser).count() == 0


def test_over_http_the_browser_that_was_in_before_gets_in_and_a_made_up_one_does_not(app, operators):
    told = {"username": "operatore", "password": PASSWORD}
    hers, thief = app.test_client(), app.test_client()
    hers.post("/desk/accesso", data=told)
    hers.delete_cookie("sportello-gavirate")
    thief.set_cookie("sportello-gavirate-browser", "made-up.0123456789abcdef")
    for _ in range(5):
        assert thief.post("/desk/accesso", data=told | {"password": "sbagliata"}).status_code == 422
    assert thief.post("/desk/accesso", data=told).status_code == 429
    assert hers.post("/desk/accesso", data=told).status_code == 303
