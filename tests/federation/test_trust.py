"""A sealing key that has changed is not written to before somebody has compared it."""

import pytest

from federation import letters, trust
from federation.keys import SealingKey
from federation.letters import NotAsked
from tests.federation.nodes import share_roster, transaction, turn
from tests.federation.test_mailbox import WEEK, believe, exchange_key, network


@pytest.fixture
def nodes(tmp_path):
    with network(tmp_path) as opened:
        turn(*opened.values())
        yield opened


def change_key(nodes):
    """The roster names another sealing key for gavirate, which has it already."""
    somma = nodes["somma-lombardo"]
    exchange_key(nodes["gavirate"], somma)
    share_roster(somma, nodes["gavirate"], nodes["ispra"])


def ask(node, recipient="gavirate"):
    with transaction(node.desk) as session:
        return letters.ask(
            session,
            node.store.current(),
            node.id,
            recipient,
            "weather",
            {"day": "oggi"},
            node.clock() + WEEK,
            node.clock(),
        )


def waiting(node):
    return [each.member for each in node.asks(trust.unconfirmed)]


def test_the_first_key_is_believed_and_a_changed_one_waits_for_a_person(nodes):
    ispra, gavirate = nodes["ispra"], nodes["gavirate"]
    assert waiting(ispra) == []
    change_key(nodes)
    with pytest.raises(NotAsked, match="unconfirmed"):
        ask(ispra)
    ispra.attend()
    assert waiting(ispra) == ["gavirate"]
    believe(ispra, gavirate)
    assert waiting(ispra) == []
    ask(ispra)
    turn(*nodes.values())
    assert [letter.content for letter in gavirate.clerk.asked] == [{"day": "oggi"}]


def test_a_key_that_changed_before_anybody_wrote_is_noticed_too(nodes):
    change_key(nodes)
    nodes["ispra"].attend()
    assert waiting(nodes["ispra"]) == ["gavirate"]


def test_only_the_key_of_now_can_be_confirmed(nodes):
    ispra = nodes["ispra"]
    before = nodes["gavirate"].sealing.public.kid
    change_key(nodes)
    with transaction(ispra.desk) as session, pytest.raises(trust.NotThisKey):
        trust.confirm(session, ispra.store.current().members["gavirate"], before, ispra.clock())


def test_an_answer_waits_until_the_askers_new_key_is_confirmed(nodes):
    ispra, gavirate = nodes["ispra"], nodes["gavirate"]
    change_key(nodes)
    ask(gavirate, "ispra")
    turn(*nodes.values())
    assert ispra.clerk.asked == []
    believe(ispra, gavirate)
    for node in nodes.values():
        node.skew += letters.LATE_AFTER
    turn(*nodes.values())
    assert [letter.content for letter in ispra.clerk.asked] == [{"day": "oggi"}]


def test_who_has_left_the_network_is_forgotten(nodes):
    somma, ispra = nodes["somma-lombardo"], nodes["ispra"]
    change_key(nodes)
    ispra.attend()
    somma.capofila.remove_member("gavirate")
    share_roster(somma, ispra)
    ispra.attend()
    assert waiting(ispra) == []


def test_a_fingerprint_is_read_in_eight_groups():
    kid = SealingKey.generate().public.kid
    groups = trust.fingerprint(kid).split()
    assert [len(group) for group in groups] == [4] * 8
    assert trust.fingerprint(kid) != trust.fingerprint(SealingKey.generate().public.kid)
