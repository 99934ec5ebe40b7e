"""From the choice of a person in Gavirate to what Ispra holds, over HTTP; and gone again."""

import pytest

from federation.erasures import Ledger
from federation.lease import Leases
from federation.receipts import Erasure
from node.candidates.models import Candidate
from node.core import clock
from node.core.actors import NODE
from node.core.db import Base
from node.scopes import actions, publishing, queries
from node.scopes.neighbours import desk_of, neighbours
from tests.federation.nodes import DeskNode, change_member, share_roster, small_network, transaction, turn
from tests.node.scopes.conftest import chosen

TELLING = rb"own_transport\""
"""What a statement about Maria says and no other; the names of columns stand without quotes."""


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def nodes(tmp_path):
    with small_network(tmp_path, make=DeskNode) as opened:
        for node in opened.values():
            Base.metadata.create_all(node.desk.engine)
            assert node.opening.attempt()
        yield opened


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


@pytest.fixture
def maria(gavirate, counter, several, taken_in):
    """One of five whom the network may see; what identifies her is unmistakable."""
    with transaction(gavirate.desk) as session:
        counter(session)
        several(session, 4)
        maria = taken_in(
            session,
            "Quattrocchi",
            "Ermenegilda",
            phone="0332 9988776",
            notes="abita sopra il forno",
            residence="Gavirate",
            own_transport="true",
            experiences=[{"trade": "commessa", "years": "2"}],
        )
        return maria.ref


def show(node):
    with clock.at(node.clock()):
        publishing.publish_due(node.desk, node.replica, node.store, node.id)


def choose(node, ref, scope, **typed):
    with clock.at(node.clock()), transaction(node.desk) as session:
        chosen(session, session.get(Candidate, ref), scope, **typed)


def record_of(node, ref):
    with node.desk.reading() as session:
        return [profile.id for profile in queries.profiles_of(session, ref)]


def read(node):
    """What the operators of a node may read."""
    with node.replica.reading() as session:
        leases = Leases(session, node.id, node.clock())
        return {each.id: each for each in neighbours(session, leases, node.id, node.sealing)}


def everything(node):
    """All bytes that a node has on its disk."""
    node.replica.scrub()
    return b"".join(path.read_bytes() for path in sorted(node.folder.rglob("*")) if path.is_file())


def test_who_wants_the_network_is_seen_there_and_leaves_nothing_but_a_random_id(nodes, gavirate, ispra, maria):
    choose(gavirate, maria, "rete")
    show(gavirate)
    turn(*nodes.values())
    (record,) = record_of(gavirate, maria)
    assert len(read(ispra)) == 5
    seen = read(ispra)[record]
    assert (seen.origin, seen.body["occupations"], seen.body["area"]) == ("gavirate", ["5223"], "012072")
    assert seen.body["own_transport"] is True
    with ispra.replica.reading() as session:
        assert desk_of(session, seen)["phone"] == "0332 748278"

    held = everything(ispra)
    assert record.encode() in held
    assert TELLING in held
    for secret in (maria, "Quattrocchi", "Ermenegilda", "quattrocchi", "9988776", "forno"):
        assert secret.encode() not in held, secret

    choose(gavirate, maria, "comune")
    turn(*nodes.values())
    turn(*nodes.values())
    assert record not in read(ispra)
    assert len(read(ispra)) == 4
    held = everything(ispra)
    assert record.encode() in held
    assert TELLING not in held, "of her profile no byte is left"


def test_who_names_one_comune_is_read_there_and_nowhere_else(nodes, gavirate, ispra, maria):
    somma = nodes["somma-lombardo"]
    choose(gavirate, maria, "comuni", comuni=["ispra"])
    show(gavirate)
    turn(*nodes.values())
    turn(*nodes.values())
    (record,) = record_of(gavirate, maria)
    assert read(ispra)[record].body["occupations"] == ["5223"]
    assert read(ispra)[record].scope == "comuni"
    assert record not in read(somma)
    assert TELLING not in everything(ispra), "it is opened when somebody looks, and kept nowhere"

    choose(gavirate, maria, "comuni", comuni=["somma-lombardo"])
    show(gavirate)
    turn(*nodes.values())
    assert record not in read(ispra)
    assert [each for each in read(somma).values() if each.scope == "comuni"]
    assert record_of(gavirate, maria) != [record]


def test_to_a_key_that_nobody_has_compared_nothing_is_sealed(nodes, gavirate, ispra, maria):
    somma = nodes["somma-lombardo"]
    choose(gavirate, maria, "comuni", comuni=["ispra"])
    show(gavirate)
    change_member(somma, "ispra", sealing=somma.sealing.jwk())
    share_roster(somma, gavirate, ispra)
    with transaction(gavirate.desk) as session:
        queries.choice_of(session, maria).due = True
    show(gavirate)
    assert record_of(gavirate, maria) == []
    with gavirate.desk.reading() as session:
        assert queries.choice_of(session, maria).reasons == ["no-key:ispra"]


def test_the_others_of_the_network_hide_her_too(nodes, gavirate, ispra, maria, counter, several):
    with transaction(ispra.desk) as session:
        counter(session)
        lonely = several(session, 1)[0].ref
    show(ispra)
    assert record_of(ispra, lonely) == []
    choose(gavirate, maria, "rete")
    show(gavirate)
    turn(*nodes.values())
    with transaction(ispra.desk) as session:
        queries.choice_of(session, lonely).due = True
    show(ispra)
    assert len(record_of(ispra, lonely)) == 1


def test_who_wants_every_copy_gone_has_it_confirmed(nodes, gavirate, ispra, maria):
    choose(gavirate, maria, "rete")
    show(gavirate)
    turn(*nodes.values())
    (record,) = record_of(gavirate, maria)
    with clock.at(gavirate.clock()), transaction(gavirate.desk) as session:
        ledger = Ledger(gavirate.folder / "erasures.ndjson")
        actions.withdraw_scope(session, NODE, session.get(Candidate, maria), ledger)
    for _minute in range(3):
        turn(*nodes.values())
    assert record not in read(ispra)
    with gavirate.desk.reading() as session:
        assert {each.member for each in session.get(Erasure, record).confirmed} == {"ispra", "somma-lombardo"}
