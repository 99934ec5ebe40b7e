"""What was erased is asked after: who has confirmed, who has not, and when it no longer matters."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from federation import erasures, receipts, register
from federation.erasures import Ledger
from federation.receipts import Erasure, receipt_for
from federation.register import members_audience
from federation.replica import Copy
from federation.sealing import Address, seal, sealed_to
from tests.federation.nodes import change_member, share_roster, transaction, turn, vacancy
from tests.federation.test_lease import PERSON
from tests.federation.test_mailbox import network, publishes_sealed, why_held

SEALED_PERSON = {"protected": "a", "iv": "b" * 16, "ciphertext": "c" * 1366, "tag": "d" * 22}


@pytest.fixture
def nodes(tmp_path):
    """gavirate shows its members two persons; ispra and the capofila hold them."""
    with network(tmp_path) as opened:
        for name in ("a-person", "another"):
            opened["gavirate"].wish(name, PERSON, "members", "candidate")
        turn(*opened.values())
        yield opened


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


@pytest.fixture
def somma(nodes):
    return nodes["somma-lombardo"]


def erase(node, id="a-person"):
    with transaction(node.desk) as session:
        erasures.erase(session, Ledger(node.folder / "erasures.ndjson"), id, node.clock())


def head_of(node, id="head:members"):
    return node.copy_of("gavirate", id).body


def erasure(node, id="a-person"):
    """(who has confirmed, who has not, whether it is closed)."""

    def told(session):
        found = session.get(Erasure, id)
        confirmed, missing = ([each.member for each in part] for part in (found.confirmed, found.missing))
        return confirmed, missing, found.closed_at is not None

    return node.asks(told)


def copies_of(node, kind):
    with node.replica.reading() as session:
        return session.scalars(select(Copy).where(Copy.kind == kind)).all()


def receipt_of(node):
    copy = node.copy_of(node.id, receipt_for("gavirate"))
    return None if copy is None else (copy.epoch, copy.seq)


def test_an_erasure_is_confirmed_by_every_holder_and_then_closed(nodes, gavirate, ispra, somma):
    assert "ask" not in head_of(ispra)
    erase(gavirate)
    gavirate.sign()
    gavirate.attend()
    assert erasure(gavirate) == ([], ["ispra", "somma-lombardo"], False)
    assert head_of(gavirate)["ask"] == gavirate.copy_of("gavirate", "a-person").seq
    assert receipt_of(ispra) is None
    turn(*nodes.values())
    turn(*nodes.values())
    assert None not in (receipt_of(ispra), receipt_of(somma))
    turn(*nodes.values())
    assert erasure(gavirate) == (["ispra", "somma-lombardo"], [], True)
    gavirate.skew += timedelta(hours=1)
    gavirate.sign()
    assert "ask" not in head_of(gavirate)


def test_either_database_keeps_the_list(tmp_path, new_database_url):
    with network(tmp_path, new_database_url) as nodes:
        gavirate = nodes["gavirate"]
        gavirate.wish("a-person", PERSON, "members", "candidate")
        turn(*nodes.values())
        erase(gavirate)
        for _ in range(4):
            turn(*nodes.values())
        assert erasure(gavirate) == (["ispra", "somma-lombardo"], [], True)
        gavirate.skew += timedelta(days=91)
        gavirate.receipts.run_once()
        assert gavirate.asks(lambda session: session.get(Erasure, "a-person")) is None


def test_a_holder_sends_one_receipt_and_replaces_it(nodes, gavirate, ispra):
    erase(gavirate)
    for _ in range(3):
        turn(*nodes.values())
    first = receipt_of(ispra)
    for _ in range(3):
        turn(*nodes.values())
    assert receipt_of(ispra) == first, "heads that ask for nothing more are not answered again"
    erase(gavirate, "another")
    for _ in range(4):
        turn(*nodes.values())
    assert receipt_of(ispra) > first
    assert erasure(gavirate, "another") == (["ispra", "somma-lombardo"], [], True)
    assert {copy.id for copy in copies_of(gavirate, "receipt") if copy.origin == "ispra"} == {receipt_for("gavirate")}


def test_a_receipt_is_read_by_its_origin_alone(nodes, gavirate, ispra, somma):
    erase(gavirate)
    for _ in range(3):
        turn(*nodes.values())
    assert somma.copy_of("ispra", receipt_for("gavirate")) is None
    assert gavirate.copy_of("ispra", receipt_for("gavirate")).audience == sealed_to("gavirate")


def test_a_holder_that_is_silent_is_listed_and_the_lease_closes_it(nodes, gavirate, ispra, somma):
    erase(gavirate)
    for _ in range(3):
        turn(gavirate, somma)
    assert erasure(gavirate) == (["somma-lombardo"], ["ispra"], False)
    [open_one] = gavirate.asks(receipts.outstanding)
    assert open_one.ends_at - open_one.erased_at == timedelta(hours=97)
    gavirate.skew += timedelta(hours=96)
    gavirate.receipts.run_once()
    assert not erasure(gavirate)[2]
    gavirate.skew += timedelta(hours=1)
    gavirate.receipts.run_once()
    assert erasure(gavirate) == (["somma-lombardo"], ["ispra"], True)
    assert gavirate.asks(receipts.outstanding) == []
    [closed] = gavirate.asks(receipts.latest_closed, 5)
    assert [each.member for each in closed.missing] == ["ispra"]


def test_a_holder_from_which_the_withdrawal_is_kept_confirms_nothing(nodes, gavirate, ispra, somma):
    """Only the head reaches it, and whoever should tell it the rest does not."""
    erase(gavirate)
    gavirate.sign()
    ispra.hold(gavirate.copy_of("gavirate", "head:members").line)
    ispra.attend()
    assert receipt_of(ispra) is None
    assert ispra.copy_of("gavirate", "a-person").used


def test_what_only_lasts_with_its_own_time_is_waited_for_that_long(nodes, gavirate, ispra, somma):
    gavirate.wish("a-vacancy", vacancy("Fuochista"))
    turn(*nodes.values())
    erase(gavirate, "a-vacancy")
    gavirate.sign()
    gavirate.attend()
    [found] = gavirate.asks(receipts.outstanding)
    assert found.ends_at - found.erased_at == timedelta(days=60)
    assert found.audience == "public"
    assert head_of(gavirate, "head:public")["ask"] == found.seq
    assert "ask" not in head_of(gavirate)


def test_what_was_for_one_desk_is_asked_of_that_desk(nodes, gavirate, ispra, somma):
    gavirate.wish("for-ispra", SEALED_PERSON, sealed_to("ispra"), "candidate")
    turn(*nodes.values())
    erase(gavirate, "for-ispra")
    gavirate.sign()
    gavirate.attend()
    assert erasure(gavirate, "for-ispra") == ([], ["ispra"], False)
    for _ in range(3):
        turn(*nodes.values())
    assert erasure(gavirate, "for-ispra") == (["ispra"], [], True)


def test_what_nobody_ever_saw_is_asked_of_nobody(nodes, gavirate):
    gavirate.wish("unseen", PERSON, "members", "candidate")
    erase(gavirate, "unseen")
    gavirate.sign()
    assert gavirate.asks(lambda session: session.get(Erasure, "unseen")) is None


def test_what_was_withdrawn_before_it_was_erased_is_asked_for_too(nodes, gavirate):
    gavirate.wish("a-person")
    turn(*nodes.values())
    withdrawn = gavirate.copy_of("gavirate", "a-person")
    gavirate.skew += timedelta(minutes=4)
    erase(gavirate)
    gavirate.sign()
    gavirate.attend()
    [found] = gavirate.asks(receipts.outstanding)
    assert (found.epoch, found.erased_at) == (withdrawn.epoch, withdrawn.issued_at)
    assert found.seq == head_of(gavirate)["ask"] == gavirate.copy_of("gavirate", "head:members").seq
    gavirate.skew -= timedelta(minutes=4)
    for _ in range(3):
        turn(*nodes.values())
    with transaction(gavirate.desk) as session:
        register.withdraw(session, "a-person")
    gavirate.sign()
    assert erasure(gavirate)[2], "to withdraw once more asks nobody again"


def test_a_receipt_for_another_erasure_is_not_waited_for_in_vain(nodes, gavirate):
    gavirate.wish("a-person")
    turn(*nodes.values())
    erase(gavirate, "another")
    for _ in range(3):
        turn(*nodes.values())
    erase(gavirate)
    for _ in range(3):
        turn(*nodes.values())
    assert erasure(gavirate) == (["ispra", "somma-lombardo"], [], True)


def test_no_receipt_goes_out_while_the_bytes_are_still_in_a_file(nodes, gavirate, ispra):
    gavirate.wish("told", PERSON | {"skills": ["zampognara"]}, "members", "candidate")
    turn(*nodes.values())
    erase(gavirate, "told")
    with ispra.replica.reading() as reader:
        reader.get(Copy, ("gavirate", "told"))
        turn(*nodes.values())
        ispra.receipts.run_once()
        assert receipt_of(ispra) is None, "the log is still read"
    for _ in range(2):
        turn(*nodes.values())
    assert receipt_of(ispra) is not None
    assert [
        path.name for path in ispra.folder.rglob("*") if path.is_file() and b"zampognara" in path.read_bytes()
    ] == []


def test_a_member_that_leaves_is_no_longer_waited_for(nodes, gavirate, somma):
    erase(gavirate)
    for _ in range(3):
        turn(gavirate, somma)
    somma.capofila.remove_member("ispra")
    share_roster(somma, gavirate)
    gavirate.attend()
    assert erasure(gavirate) == (["somma-lombardo"], ["ispra"], True)


def test_a_node_alone_waits_for_nobody(tmp_path):
    with network(tmp_path) as nodes:
        gavirate = nodes["gavirate"]
        gavirate.wish("a-vacancy", vacancy("Fuochista"))
        gavirate.sign()
        somma = nodes["somma-lombardo"]
        for name in ("ispra", "gavirate"):
            somma.capofila.remove_member(name)
        somma.wish("a-vacancy", vacancy("Fuochista"))
        somma.sign()
        erase(somma, "a-vacancy")
        somma.sign()
        somma.attend()
        assert erasure(somma, "a-vacancy") == ([], [], True)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"covers": []},
        {"covers": [{"audience": "public", "epoch": 1}]},
        {"covers": [{"audience": "public", "epoch": 1, "seq": 1}] * 2},
        {"covers": [{"audience": "public", "epoch": 2**53 - 1, "seq": 1}]},
    ],
    ids=range(5),
)
def test_a_receipt_that_cannot_be_true_is_held_and_confirms_nothing(nodes, gavirate, ispra, content):
    name = receipt_for("gavirate")
    body = seal(content, Address("ispra", "gavirate", "receipt", name), gavirate.sealing.public)
    ispra.receipts._give = lambda *_: True  # it never tells the truth
    publishes_sealed(ispra, name, body, "gavirate", "receipt")
    erase(gavirate)
    for _ in range(3):
        turn(*nodes.values())
    assert why_held(gavirate) == [("ispra", name, "content")]
    assert erasure(gavirate) == (["somma-lombardo"], ["ispra"], False)


def test_a_receipt_from_before_the_erasure_confirms_nothing(nodes, gavirate, ispra, somma):
    erase(gavirate, "another")
    for _ in range(4):
        turn(*nodes.values())
    erase(gavirate)
    gavirate.sign()
    gavirate.attend()
    gavirate.restart()
    assert gavirate.opening.attempt()
    gavirate.attend()
    assert erasure(gavirate) == ([], ["ispra", "somma-lombardo"], False)


def test_an_origin_without_a_key_gets_its_receipt_when_it_has_one(nodes, gavirate, ispra, somma):
    change_member(somma, "gavirate", sealing=None)
    share_roster(somma, ispra, gavirate)
    erase(gavirate)
    for _ in range(2):
        turn(*nodes.values())
    assert receipt_of(ispra) is None
    change_member(somma, "gavirate", sealing=gavirate.sealing.jwk())
    share_roster(somma, ispra, gavirate)
    for _ in range(3):
        turn(*nodes.values())
    assert erasure(gavirate) == (["ispra", "somma-lombardo"], [], True)


def test_an_erasure_that_a_restore_has_forgotten_is_asked_for_again(nodes, gavirate, ispra, somma):
    backup = gavirate.backup()
    erase(gavirate)
    turn(*nodes.values())
    gavirate.put_back(backup)
    with transaction(gavirate.desk) as session:
        erasures.replay(session, Ledger(gavirate.folder / "erasures.ndjson"))
    assert gavirate.opening.attempt()
    for _ in range(2):
        turn(*nodes.values())
    assert head_of(ispra)["ask"] == 0, "any head of the new epoch covers it"
    for _ in range(3):
        turn(*nodes.values())
    assert erasure(gavirate) == (["ispra", "somma-lombardo"], [], True)


def test_after_a_new_start_no_receipt_is_given_twice(nodes, gavirate, ispra):
    erase(gavirate)
    for _ in range(3):
        turn(gavirate, ispra)
    first = receipt_of(ispra)
    ispra.restart()
    assert ispra.opening.attempt()
    for _ in range(2):
        turn(gavirate, ispra)
    assert receipt_of(ispra) == first


def test_the_audience_of_members_is_the_same_on_both_sides(gavirate):
    erase(gavirate)
    gavirate.sign()
    gavirate.attend()
    [found] = gavirate.asks(receipts.outstanding)
    assert found.audience == members_audience(gavirate.store.network())
