"""A member goes over to a new key and loses nothing; a stolen key is worth nothing as soon as the list says so."""

import json
from datetime import timedelta

import pytest

from federation import rekeying
from federation.apply import apply_lines
from federation.joining import BadRequest, JoinRequest
from federation.keys import SigningKey
from federation.opening import Order
from federation.register import RegisterRow
from federation.rekeying import KeyChange, KeysRefused
from federation.transport import PeerFault
from tests.federation.nodes import Node, share_roster, small_network, transaction, vacancy, with_desk
from tests.federation.test_opening import read, titles


@pytest.fixture
def nodes(tmp_path):
    """gavirate, whose keys change, ispra, which reads it, and the capofila."""
    with small_network(tmp_path, make=with_desk("gavirate")) as opened:
        yield opened


@pytest.fixture
def somma(nodes):
    return nodes["somma-lombardo"]


@pytest.fixture
def gavirate(nodes):
    node = nodes["gavirate"]
    assert node.opening.attempt()
    for name in ("one", "two"):
        node.wish(name, vacancy(f"Magazziniere {name}"))
    node.sign()
    return node


@pytest.fixture
def ispra(nodes, gavirate):
    read(nodes["ispra"])
    return nodes["ispra"]


PUBLISHED = {"one": "Magazziniere one", "two": "Magazziniere two"}


def ask(node, somma, change):
    """Over HTTP, and the capofila's worker carries it out."""
    node.client.post(somma.url, rekeying.TARGET, change.as_json())
    for _, data in somma.inbox.collect("keys"):
        somma.capofila.receive_keys(data)


def adding(node, new):
    return KeyChange.adding(new, node.store.network(), node.id, node.key.kid)


def go_over(node, new):
    """Stop, and start with the new key in a new epoch, as the command has it."""
    node.client.close()
    node.__dict__.pop("client")
    node.key, node.order = new, Order()
    node.restart()
    assert node.opening.attempt()
    node.order = None
    node.sign()


def kids(node, of="gavirate"):
    return set(node.store.current().keys_of(of))


def test_a_member_goes_over_to_a_new_key_and_nobody_loses_a_record(somma, gavirate, ispra):
    old, new = gavirate.key, SigningKey.generate()
    ask(gavirate, somma, adding(gavirate, new))
    assert kids(somma) == {old.kid, new.kid}
    share_roster(somma, gavirate)
    go_over(gavirate, new)
    share_roster(somma, ispra)
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == PUBLISHED
    assert {ispra.copy_of("gavirate", name).kid for name in PUBLISHED} == {new.kid}
    ask(gavirate, somma, KeyChange(drop=old.kid))
    share_roster(somma, gavirate, ispra)
    assert kids(ispra) == {new.kid}
    gavirate.wish("three", vacancy("Fuochista"))
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == PUBLISHED | {"three": "Fuochista"}


def test_a_reader_that_still_has_the_old_list_waits_and_fetches_the_new_one(somma, gavirate, ispra):
    new = SigningKey.generate()
    ask(gavirate, somma, adding(gavirate, new))
    share_roster(somma, gavirate)
    go_over(gavirate, new)
    ispra.skew = gavirate.skew
    ispra.puller._renewal.refreshed_at = ispra.clock() - timedelta(minutes=1)
    read(ispra)
    assert kids(ispra) == kids(somma)
    assert titles(ispra) == PUBLISHED


def test_asking_twice_is_asking_once(somma, gavirate):
    change = adding(gavirate, SigningKey.generate())
    ask(gavirate, somma, change)
    version = somma.store.current().version
    ask(gavirate, somma, change)
    assert somma.store.current().version == version
    ask(gavirate, somma, KeyChange(drop="never-there"))
    assert somma.store.current().version == version


@pytest.mark.parametrize("reason", ["two-keys", "key-taken", "own-key", "proof"])
def test_what_cannot_be_is_refused_at_the_door_and_changes_nothing(somma, gavirate, ispra, reason):
    if reason == "two-keys":
        ask(gavirate, somma, adding(gavirate, SigningKey.generate()))
    change = {
        "two-keys": adding(gavirate, SigningKey.generate()),
        "key-taken": adding(gavirate, ispra.key),
        "own-key": KeyChange(drop=gavirate.key.kid),
        "proof": KeyChange.adding(SigningKey.generate(), gavirate.store.network(), "ispra", gavirate.key.kid),
    }[reason]
    before = somma.store.current().version
    with pytest.raises(PeerFault) as fault:
        ask(gavirate, somma, change)
    assert fault.value.code == "http-409"
    assert f"{reason}:" in fault.value.detail
    with pytest.raises(KeysRefused) as refused:
        somma.capofila.change_keys(change, gavirate.key.kid)
    assert refused.value.reason == reason
    assert somma.store.current().version == before


def test_nobody_changes_the_keys_of_another(somma, gavirate, ispra):
    new = SigningKey.generate()
    stolen = KeyChange.adding(new, ispra.store.network(), "gavirate", gavirate.key.kid)
    with pytest.raises(PeerFault) as fault:
        ask(ispra, somma, stolen)
    assert fault.value.code == "http-409"
    ask(ispra, somma, KeyChange(drop=gavirate.key.kid))
    assert kids(somma) == {gavirate.key.kid}


def test_only_the_capofila_is_asked_and_only_by_members(somma, gavirate, ispra, tmp_path):
    with pytest.raises(PeerFault) as fault:
        gavirate.client.post(ispra.url, rekeying.TARGET, KeyChange(drop="x").as_json())
    assert fault.value.code == "http-404"
    with Node(tmp_path, "varese").open() as stranger, pytest.raises(PeerFault) as fault:
        stranger.client.post(somma.url, rekeying.TARGET, KeyChange(drop="x").as_json())
    assert fault.value.code == "http-403"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"v": 1},
        {"v": 2, "drop": "x"},
        {"v": 1, "drop": 7},
        {"v": 1, "drop": "x", "key": {}, "proof": ""},
        {"v": 1, "key": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}, "proof": ""},
        {"v": 1, "key": SigningKey.generate().public.jwk()},
        {"v": 1, "key": SigningKey.generate().public.jwk(), "proof": "~"},
        [],
        "x",
    ],
)
def test_a_body_that_is_none_is_refused_with_what_is_wrong(told):
    with pytest.raises(BadRequest):
        KeyChange.read(json.dumps(told).encode())


def test_what_the_door_should_not_have_taken_the_worker_drops(somma, gavirate):
    before = somma.store.current().version
    for data in ({}, {"target": "/x", "headers": {}, "body": "{}"}, {"target": 7, "headers": 7, "body": 7}):
        assert somma.capofila.receive_keys(data) is None
    assert somma.store.current().version == before


def test_the_old_key_is_struck_out_a_week_later_and_not_before_all_is_said_again(somma, gavirate):
    old, new = gavirate.key, SigningKey.generate()
    ask(gavirate, somma, adding(gavirate, new))
    share_roster(somma, gavirate)
    assert retired(gavirate, new, timedelta(days=30)) is None, "it has not begun anew yet"
    go_over(gavirate, new)
    assert retired(gavirate, new, timedelta(days=6)) is None
    assert retired(gavirate, new, timedelta(days=8)) == old.kid
    with transaction(gavirate.desk) as session:
        session.query(RegisterRow).filter_by(id="one").one().kid = old.kid
    assert retired(gavirate, new, timedelta(days=8)) is None


def retired(node, key, later):
    with node.desk.reading() as session:
        return rekeying.retired(session, node.store.current(), node.id, key.kid, node.clock() + later)


def test_who_has_one_key_retires_none(gavirate):
    assert retired(gavirate, gavirate.key, timedelta(days=90)) is None


def come_again(somma, gavirate, new):
    """The capofila invites gavirate once more, and it comes with this key."""
    invitation = somma.capofila.invite_again("gavirate")
    wanted = JoinRequest("gavirate", gavirate.url, (), invitation.secret, new.public, gavirate.sealing.jwk())
    return somma.capofila.redeem(wanted)


def test_what_a_stolen_key_has_signed_is_dropped_everywhere_and_the_member_goes_on(somma, gavirate, ispra):
    thief = gavirate.key
    forged = gavirate.line("forged", key=thief, epoch=2**52, seq=1)
    with ispra.replica.writing() as session:
        assert apply_lines(session, [forged], ispra.store.current(), "gavirate", ispra.clock()).new == 1
        session.commit()
    assert ("gavirate", "forged") in ispra.held()
    new = SigningKey.generate()
    assert come_again(somma, gavirate, new) is not None
    share_roster(somma, gavirate, ispra)
    assert kids(ispra) == {new.kid}
    gavirate.puller._known = ispra.puller._known = None
    ispra.puller.due(ispra.clock())
    assert not {name for origin, name in ispra.held() if origin == "gavirate"}, (
        "all that the old key has signed is gone"
    )
    go_over(gavirate, new)
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == PUBLISHED
    with pytest.raises(PeerFault) as fault:
        ask_as(thief, gavirate, somma)
    assert fault.value.code == "http-403"


def ask_as(key, node, somma):
    node.client.close()
    node.__dict__.pop("client")
    mine, node.key = node.key, key
    try:
        ask(node, somma, KeyChange.adding(SigningKey.generate(), node.store.network(), node.id, key.kid))
    finally:
        node.client.close()
        node.__dict__.pop("client")
        node.key = mine


def test_an_invitation_to_come_again_serves_once_and_only_its_member(somma, gavirate, ispra):
    invitation = somma.capofila.invite_again("gavirate")
    first, second = SigningKey.generate(), SigningKey.generate()

    def coming(key, id="gavirate"):
        return JoinRequest(id, gavirate.url, (), invitation.secret, key.public, gavirate.sealing.jwk())

    assert somma.capofila.redeem(coming(first, "ispra")) is None
    assert somma.capofila.redeem(coming(first)) is not None
    assert somma.capofila.redeem(coming(first)) is not None, "its answer may have been lost"
    assert somma.capofila.redeem(coming(second)) is None
    assert kids(somma) == {first.kid}


def test_who_left_meanwhile_does_not_come_back_by_such_an_invitation(somma, gavirate):
    invitation = somma.capofila.invite_again("gavirate")
    somma.capofila.remove_member("gavirate")
    wanted = JoinRequest(
        "gavirate", gavirate.url, (), invitation.secret, SigningKey.generate().public, gavirate.sealing.jwk()
    )
    assert somma.capofila.redeem(wanted) is None
    assert "gavirate" not in somma.store.current().members


def test_the_capofila_changes_its_own_key(somma, gavirate, ispra):
    new = SigningKey.generate()
    somma.capofila.change_keys(adding(somma, new), somma.key.kid)
    assert kids(somma, "somma-lombardo") == {somma.key.kid, new.kid}
    somma.capofila.replace_keys("somma-lombardo", new.public, somma.sealing.jwk())
    share_roster(somma, ispra)
    assert kids(ispra, "somma-lombardo") == {new.kid}
