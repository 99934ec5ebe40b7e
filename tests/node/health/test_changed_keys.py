"""A comune whose key has changed: what the page says, and what the operator does about it."""

import pytest

from federation import trust
from federation.keys import SealingKey
from federation.roster import RosterStore
from node.core import clock, identity
from node.core.audit import Deed
from node.core.db import transaction
from tests.node.health.test_letters import PROVE
from tests.node.health.test_states import NETWORK, TODAY, words
from tests.node.peers import tell_otherwise


@pytest.fixture
def changed(config, desk, ispra, client):
    """The kid of Ispra's new key; its first one was known here before."""
    store = RosterStore(config.roster)
    with transaction(desk) as session:
        trust.meet(session, store.current(), clock.now())
    new = SealingKey.generate().public
    tell_otherwise(ispra, store, sealing=new.jwk())
    with transaction(desk) as session:
        trust.meet(session, store.current(), clock.now())
    return new.kid


def waiting(desk):
    with desk.reading() as session:
        return [each.member for each in trust.unconfirmed(session)]


def test_while_nothing_has_changed_nothing_is_said(client, ispra):
    assert "Chiavi da confermare" not in words(client.get(NETWORK).text)
    assert "Chiavi da confermare" not in words(client.get(TODAY).text)


def test_a_changed_key_is_shown_with_its_fingerprint_and_confirmed(client, desk, changed):
    assert "Chiavi da confermare" in words(client.get(TODAY).text)
    assert trust.fingerprint(changed) in client.get(NETWORK).text
    assert client.post("/desk/rete/chiavi/ispra", data={"kid": changed}).status_code == 303
    assert waiting(desk) == []
    assert "Chiavi da confermare" not in words(client.get(NETWORK).text)
    with desk.reading() as session:
        deed = session.query(Deed).filter_by(verb="key.confirmed").one()
        assert (deed.ref, deed.facts) == ("ispra", {"kid": changed})


def test_another_key_than_the_one_shown_is_not_confirmed(client, desk, changed):
    assert client.post("/desk/rete/chiavi/ispra", data={"kid": SealingKey.generate().public.kid}).status_code == 409
    assert client.post("/desk/rete/chiavi/ispra").status_code == 409
    assert client.post("/desk/rete/chiavi/nobody", data={"kid": changed}).status_code == 404
    assert waiting(desk) == ["ispra"]


def test_nothing_is_sent_to_a_key_that_nobody_has_compared(browser, changed):
    answer = browser("amministratore").post(f"{PROVE}ispra")
    assert answer.status_code == 409
    assert "va confermata" in words(answer.text)


def test_the_desk_can_read_its_own_fingerprint_to_another(client, config, ispra):
    assert trust.fingerprint(identity.sealing_key(config).public.kid) in client.get(NETWORK).text
