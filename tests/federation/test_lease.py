"""Copies of persons' records are lent: shown while the origin confirms them, then hidden at once and deleted."""

from datetime import timedelta

import pytest

from federation import lease, replica
from federation.lease import Leases
from federation.replica import Copy, Match
from federation.statement import instant
from tests.federation.nodes import Node, admit, found, share_roster, small_network
from tests.federation.test_pull import point

PERSON = {"desk": "desk-1", "occupations": ["9333"], "skills": ["guida-muletto-unica-al-mondo"], "area": "012072"}
"""A code of this length occurs nowhere else: a search for its bytes finds the person or nothing."""
TRACE = b"guida-muletto-unica-al-mondo"
HOUR = timedelta(hours=1)


@pytest.fixture
def nodes(tmp_path):
    """somma-lombardo is the capofila of gavirate and ispra; gavirate shows its members a person."""
    with small_network(tmp_path) as opened:
        gavirate = opened["gavirate"]
        gavirate.publish("a-person", kind="candidate", audience=members(gavirate), body=PERSON)
        opened["ispra"].puller.due(opened["ispra"].clock())
        yield opened


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


def members(node):
    return f"members:{node.store.network()}"


def shown(node, origin=None):
    """The ids of the persons whom this node may show now."""
    with node.replica.reading() as session:
        leases = Leases(session, node.id, node.clock(), node.store.current().expired)
        return {copy.id for copy in lease.shown(session, "candidate", leases, origin)}


def end(node):
    with node.replica.writing() as session:
        deleted = lease.end(session, node.id, node.clock())
        session.commit()
    assert node.replica.scrub()
    return deleted


def row(node, id="a-person"):
    with node.replica.reading() as session:
        return session.get(Copy, ("gavirate", id))


def match(node):
    with node.replica.reading() as session:
        return session.get(Match, ("gavirate", members(node)))


def later(nodes, **span):
    """All clocks go on. The roster's own last 7 days, so a test that goes further renews it."""
    for node in nodes.values():
        node.skew += timedelta(**span)


def hear(nodes, peer="gavirate"):
    nodes["ispra"].puller._known = None
    nodes["ispra"].puller.due(nodes["ispra"].clock())
    return nodes["ispra"].puller.pull(peer)


def test_a_copy_is_shown_once_a_head_vouches_for_it(nodes, ispra, gavirate):
    hear(nodes)
    assert row(ispra).used
    assert shown(ispra) == set(), "held, and nobody has said yet that nothing is missing"
    gavirate.confirm(members(gavirate))
    hear(nodes)
    assert shown(ispra) == shown(ispra, "gavirate") == {"a-person"}
    assert shown(ispra, "somma-lombardo") == set()


def test_a_lease_that_ends_hides_the_copy_in_the_same_instant(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    hear(nodes)
    left = match(ispra).lease_until - ispra.clock()
    assert timedelta(hours=95) < left <= timedelta(hours=96)
    later(nodes, seconds=left.total_seconds() - 5)
    assert shown(ispra) == {"a-person"}
    later(nodes, seconds=10)
    assert shown(ispra) == set()
    assert shown(gavirate) == {"a-person"}, "the origin's own records are its own"


def test_its_bytes_leave_every_file_and_its_line_stays(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    hear(nodes)
    assert any(TRACE in file.read_bytes() for file in files(ispra))
    assert end(ispra) == 0
    later(nodes, hours=96, minutes=1)
    assert end(ispra) == 1
    assert [file.name for file in files(ispra) if TRACE in file.read_bytes()] == []
    left = row(ispra)
    assert (left.line, left.size, left.withdrawn) == (None, 0, False)
    assert left.digest == gavirate.copy_of("gavirate", "a-person").digest
    assert end(ispra) == 0


def test_a_withdrawn_person_leaves_every_file(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    hear(nodes)
    gavirate.publish("a-person", kind="candidate", audience=members(gavirate), body=None)
    hear(nodes)
    assert ispra.replica.scrub()
    assert [file.name for file in files(ispra) if TRACE in file.read_bytes()] == []


def files(node):
    return [file for file in node.folder.rglob("*") if file.is_file()]


def test_it_comes_back_when_the_origin_is_heard_again(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    hear(nodes)
    later(nodes, hours=97)
    end(ispra)
    assert shown(ispra) == set()
    gavirate.confirm(members(gavirate))
    round_ = hear(nodes)
    assert (round_.fault, round_.differing) == (None, None)
    assert shown(ispra) == {"a-person"}
    assert row(ispra).body["skills"] == PERSON["skills"]


def test_what_is_lent_no_more_is_not_asked_for(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    hear(nodes)
    later(nodes, hours=97)
    end(ispra)
    assert hear(nodes).differing is None, "no newer head: nothing is missing that might be shown"
    assert row(ispra).line is None


def test_without_a_newer_head_that_matches_nothing_is_prolonged(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    hear(nodes)
    before = match(ispra).lease_until
    later(nodes, hours=50)
    gavirate.publish("secret", kind="candidate", audience=members(gavirate), body=PERSON)
    hidden = gavirate.seq
    gavirate.confirm(members(gavirate))
    with gavirate.replica.writing() as session:  # a server that keeps a record back
        session.delete(session.get(Copy, ("gavirate", "secret")))
        session.commit()
    round_ = hear(nodes)
    assert round_.differing
    assert match(ispra).lease_until == before
    later(nodes, hours=47)
    assert shown(ispra) == set()
    assert hidden == match(ispra).seq + 1


@pytest.mark.parametrize(
    ("claimed", "allowed"),
    [(timedelta(days=300), timedelta(hours=96)), (timedelta(hours=3), timedelta(hours=3)), (-HOUR, -HOUR)],
)
def test_a_head_lends_no_longer_than_the_network_allows(nodes, ispra, gavirate, claimed, allowed):
    until = instant(gavirate.clock() + claimed)
    gavirate.confirm(members(gavirate), lease_until=until)
    hear(nodes)
    assert abs(match(ispra).lease_until - (ispra.clock() + allowed)) < timedelta(minutes=1)
    assert shown(ispra) == ({"a-person"} if allowed > timedelta(0) else set())


def test_an_old_head_that_arrives_late_lends_what_is_left(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    later(nodes, hours=90)
    hear(nodes)
    assert shown(ispra) == {"a-person"}
    later(nodes, hours=7)
    assert shown(ispra) == set()


def test_a_head_from_the_future_lends_nothing(nodes, ispra, gavirate):
    gavirate.skew += timedelta(minutes=6)
    ahead = gavirate.line("a-person", kind="candidate", audience=members(gavirate), body=PERSON)
    gavirate.hold(ahead)
    line = gavirate.confirm(members(gavirate))
    gavirate.skew -= timedelta(minutes=6)
    ispra.hold(ahead, line)
    hear(nodes)
    assert shown(ispra) == set()
    assert match(ispra) is None


def test_an_expired_roster_shows_no_person(nodes, ispra, gavirate):
    gavirate.confirm(members(gavirate))
    hear(nodes)
    with ispra.replica.reading() as session:
        closed = Leases(session, "ispra", ispra.clock(), is_closed=True)
        assert lease.shown(session, "candidate", closed) == []
    with gavirate.replica.reading() as session:
        closed = Leases(session, "gavirate", ispra.clock(), is_closed=True)
        assert [copy.id for copy in lease.shown(session, "candidate", closed)] == ["a-person"]


def test_a_copy_that_nobody_vouches_for_waits_half_an_hour(nodes, ispra):
    hear(nodes)
    assert end(ispra) == 0
    later(nodes, minutes=31)
    assert end(ispra) == 1
    assert row(ispra).line is None


def test_a_relay_whose_lease_is_over_hands_out_only_the_line(nodes, ispra, gavirate):
    """gavirate has no address of its own, ispra answers for it, and somma-lombardo asks there."""
    gavirate.confirm(members(gavirate))
    hear(nodes)
    somma = nodes["somma-lombardo"]
    point(nodes, "gavirate", None, via=("ispra",))
    for node in (ispra, somma):
        share_roster(somma, node)
    assert TRACE in answer(somma, ispra, "changes")
    later(nodes, hours=96, minutes=1)
    assert TRACE not in answer(somma, ispra, "changes"), "not deleted yet, and handed out no more"
    copy = row(ispra)
    target = f"records?origin=gavirate&audience={members(ispra)}&bucket={copy.bucket}"
    told = answer(somma, ispra, target)
    assert copy.line is not None
    assert TRACE not in told
    assert copy.digest.encode() in told


def test_a_relay_whose_lease_is_over_hands_on_the_withdrawal(nodes, ispra, gavirate):
    """To who reads its feed, and to the origin that has forgotten it."""
    gavirate.confirm(members(gavirate))
    hear(nodes)
    gavirate.publish("a-person", seq=9, kind="candidate", audience=members(gavirate), body=None)
    hear(nodes)
    somma = nodes["somma-lombardo"]
    point(nodes, "gavirate", None, via=("ispra",))
    for node in (ispra, somma):
        share_roster(somma, node)
    later(nodes, hours=96, minutes=1)
    copy = row(ispra)
    asked = f"records?origin=gavirate&audience={members(ispra)}&bucket={copy.bucket}"
    assert copy.line in answer(somma, ispra, "changes")
    assert copy.line in answer(gavirate, ispra, asked)
    assert copy.line not in answer(somma, ispra, asked), "a bucket says what is, and tells the origin alone what was"


def answer(asker, server, target):
    return asker.client.get(server.url, f"/federation/{target}").body


def test_persons_copies_are_asked_of_the_leases_alone(nodes, ispra):
    with ispra.replica.reading() as session, pytest.raises(ValueError, match=r"lease\.shown"):
        replica.live(session, "candidate")


def test_either_database_lends(tmp_path, new_database_url):
    with (
        Node(tmp_path, "varese", new_database_url("varese")).open() as varese,
        Node(tmp_path, "ispra", new_database_url("ispra")).open() as ispra,
    ):
        found(varese)
        admit(varese, ispra)
        varese.publish("a-person", kind="candidate", audience=members(varese), body=PERSON)
        varese.confirm(members(varese))
        both = {"varese": varese, "ispra": ispra}
        hear(both, "varese")
        assert shown(ispra) == {"a-person"}
        later(both, hours=97)
        assert end(ispra) == 1
        varese.confirm(members(varese))
        hear(both, "varese")
        assert shown(ispra) == {"a-person"}
