"""Whom a node reads: everybody in a small network, a few relays in a big one, and whoever the relays do not give."""

from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from federation import lease, members, pull
from federation.capofila import CapofilaFault
from federation.lease import Leases
from federation.members import RELAY, Member, Roster
from federation.register import members_audience
from federation.relays import DOUBT, LOOK_EVERY
from federation.replica import Copy
from federation.topology import ALL, OWN, periods_of, readers, readings
from tests.federation.nodes import Node, admit, found, serving, share_roster
from tests.federation.test_pull import all_due, point, refusing
from tests.federation.test_repair import meddling

RELAYS = {f"relay-{number}" for number in range(5)}


def roster_of(count, relays=RELAYS, via=None):
    """A roster of so many: a capofila, the relays, and members; `via` gives those who have no address their relays."""
    via = via or {}
    names = ["capofila", *sorted(relays), *(f"member-{number}" for number in range(count))][:count]
    roles = {"capofila": "capofila", **dict.fromkeys(relays, RELAY)}
    return Roster(
        1,
        "0" * 16,
        {
            name: Member(
                name,
                name,
                (),
                None if name in via else f"https://{name}.example",
                tuple(via.get(name, ())),
                (),
                None,
                roles.get(name, "membro"),
            )
            for name in names
        },
    )


def scopes(told):
    return {peer: reading.scope for peer, reading in told.items()}


def test_up_to_sixty_members_everybody_is_read_for_itself():
    roster = roster_of(60)
    told = readings(roster, "member-1")
    assert set(told) == set(roster.members) - {"member-1"}
    assert all(reading.scope == OWN and reading.origins == {peer} for peer, reading in told.items())


def test_who_has_no_address_is_read_through_its_relays():
    roster = roster_of(9, via={"member-2": ("member-0", "relay-1", "member-1")})
    told = readings(roster, "member-1")
    assert "member-2" not in told
    assert told["member-0"].origins == {"member-0", "member-2"}
    assert told["relay-1"].origins == {"relay-1", "member-2"}
    assert told["relay-0"].origins == {"relay-0"}


def test_above_sixty_two_relays_are_read_for_all_and_the_capofila_for_itself():
    roster = roster_of(61)
    told = readings(roster, "member-1")
    assert sorted(scopes(told).values()) == [ALL, ALL, OWN]
    assert told["capofila"].origins == {"capofila"}
    for relay in RELAYS & set(told):
        assert told[relay].origins == set(roster.members) - {"member-1"}


def test_each_node_keeps_its_relays_and_the_load_is_spread():
    roster = roster_of(300)
    chosen = {name: RELAYS & set(readings(roster, name)) for name in roster.members if name.startswith("member")}
    assert set(map(len, chosen.values())) == {2}
    readers_of = Counter(relay for relays in chosen.values() for relay in relays)
    assert set(readers_of) == RELAYS
    assert min(readers_of.values()) > 0.5 * len(chosen) * 2 / len(RELAYS)
    fewer = {name: member for name, member in roster.members.items() if name not in ("relay-0", "member-7")}
    for name in fewer.keys() & chosen.keys():
        kept = RELAYS & set(readings(replace(roster, members=fewer), name))
        assert chosen[name] - {"relay-0"} <= kept, "who loses one relay keeps the other"


def test_a_relay_reads_all_the_others_itself():
    roster = roster_of(100)
    told = readings(roster, "relay-0")
    assert set(told) == set(roster.members) - {"relay-0"}
    assert set(scopes(told).values()) == {OWN}


def test_in_the_place_of_a_silent_relay_another_is_read_and_the_silent_one_too():
    roster = roster_of(61)
    first, second = sorted(RELAYS & set(readings(roster, "member-1")))
    told = readings(roster, "member-1", silent={first})
    assert {first, second} < RELAYS & set(told)
    assert len(RELAYS & set(told)) == 3
    alone = readings(roster, "member-1", silent=RELAYS - {second})
    assert alone[second].scope == ALL


def test_without_any_relay_that_answers_everybody_is_read_directly():
    roster = roster_of(61)
    for told in (readings(roster, "member-1", silent=RELAYS), readings(roster_of(61, relays=set()), "member-1")):
        assert len(told) == 60
        assert set(scopes(told).values()) == {OWN}


def test_an_origin_in_doubt_is_read_directly_or_from_those_through_which_it_is_reached():
    roster = roster_of(70, via={"member-2": ("member-3", "member-4")})
    told = readings(roster, "member-1", doubted={"member-2", "member-5"})
    assert {peer for peer, scope in scopes(told).items() if scope == OWN} == {
        "capofila",
        "member-3",
        "member-4",
        "member-5",
    }
    for relay in RELAYS & set(told):
        assert not told[relay].origins & {"member-2", "member-5"}


def test_who_has_no_address_prefers_its_own_relays():
    own = ("relay-3", "relay-4")
    assert RELAYS & set(readings(roster_of(61, via={"member-1": own}), "member-1")) == set(own)


def test_a_view_changes_with_what_a_peer_shows():
    before = roster_of(10)
    through = roster_of(10, via={"member-2": ("member-0",)})
    as_relay = roster_of(10, relays=RELAYS | {"member-1"})
    views = [readings(roster, "member-1")["member-0"].view for roster in (before, through, as_relay)]
    views += [readings(roster_of(61), "member-1")["relay-0" if number else "capofila"].view for number in range(1)]
    assert len(set(views[:3])) == 3
    assert views[3] == views[0], "more members do not change what a peer shows of itself"
    assert all(len(view) <= 32 for view in views)


def test_who_reads_us_is_told():
    roster = roster_of(61)
    assert readers(roster_of(60), "member-1") == set(roster_of(60).members) - {"member-1"}
    assert readers(roster, "member-1") == RELAYS
    assert len(readers(roster, "relay-0")) == len(readers(roster, "capofila")) == 60


def test_the_periods_follow_the_tier_unless_somebody_chose_others():
    small, big = roster_of(60), replace(roster_of(61), head_every_s=7_200, poll_every_s=300)
    assert periods_of(small, 61) == {"head_every_s": 7_200, "poll_every_s": 300}
    assert periods_of(big, 60) == {"head_every_s": 900, "poll_every_s": 120}
    assert periods_of(small, 60) == {"head_every_s": 900, "poll_every_s": 120}
    assert periods_of(replace(small, poll_every_s=30), 61) == {"head_every_s": 7_200, "poll_every_s": 30}


@contextmanager
def network(folder, new_url=lambda _: None):
    """somma-lombardo is the capofila; gavirate and ispra are relays; varese and golasecca are members like others."""
    names = ("somma-lombardo", "gavirate", "ispra", "varese", "golasecca")
    with ExitStack() as stack:
        opened = {name: stack.enter_context(Node(folder, name, new_url(name)).open()) for name in names}
        somma = opened["somma-lombardo"]
        found(somma)
        for name in names[1:]:
            admit(somma, opened[name])
        for relay in ("gavirate", "ispra"):
            somma.capofila.appoint_relay(relay)
        share_roster(somma, *opened.values())
        yield opened


@pytest.fixture
def four_are_many(monkeypatch):
    monkeypatch.setattr(members, "SMALL", 4)


@pytest.fixture
def nodes(tmp_path, four_are_many):
    with network(tmp_path) as opened:
        yield opened


@pytest.fixture
def varese(nodes):
    return nodes["varese"]


@pytest.fixture
def golasecca(nodes):
    return nodes["golasecca"]


def read_all(*readers):
    """Each reads whomever it has decided to read, as if a minute had passed; by reader the rounds."""
    told = {}
    for reader in readers:
        reader.puller._relays._looked_at = None
        told[reader.id] = {peer: reader.puller.pull(peer) for peer in all_due(reader)}
        for peer in reader.puller._readings:
            if peer not in told[reader.id]:
                told[reader.id][peer] = reader.puller.pull(peer)
    return told


def read_by(reader):
    reader.puller._relays._looked_at = None
    reader.puller.due(reader.clock())
    return scopes(reader.puller._readings)


def relays_of(nodes):
    return nodes["gavirate"], nodes["ispra"]


def test_what_a_member_publishes_reaches_another_through_the_relays_alone(nodes, varese, golasecca):
    varese.publish("cook")
    varese.confirm()
    read_all(*relays_of(nodes))
    told = read_all(golasecca)[golasecca.id]
    assert set(told) == {"gavirate", "ispra", "somma-lombardo"}
    assert golasecca.held() == {("varese", "cook")}
    assert golasecca.copy_of("varese", "cook").source in {"gavirate", "ispra"}
    varese.publish("cook", body=None)
    read_all(*relays_of(nodes), golasecca)
    assert golasecca.held() == set()


def test_either_database_reads_through_relays(tmp_path, four_are_many, new_database_url):
    with network(tmp_path, new_database_url) as nodes:
        nodes["varese"].publish("cook")
        nodes["varese"].confirm()
        read_all(*relays_of(nodes), nodes["golasecca"])
        assert nodes["golasecca"].held() == {("varese", "cook")}


def test_a_network_that_grows_and_shrinks_is_read_otherwise_without_a_restart(nodes, varese, golasecca, monkeypatch):
    monkeypatch.setattr(members, "SMALL", 5)
    assert set(read_by(golasecca).values()) == {OWN}
    varese.publish("cook")
    read_all(*relays_of(nodes), golasecca)
    with Node(golasecca.folder.parent, "ranco").open() as ranco:
        roster = admit(nodes["somma-lombardo"], ranco)
        assert (roster.head_every_s, roster.poll_every_s) == (7_200, 300)
        share_roster(nodes["somma-lombardo"], *nodes.values())
        assert read_by(golasecca) == {"gavirate": ALL, "ispra": ALL, "somma-lombardo": OWN}
        assert golasecca.place("varese") is None
        varese.publish("driver")
        read_all(*relays_of(nodes), golasecca)
        assert golasecca.held() == {("varese", "cook"), ("varese", "driver")}
        roster = nodes["somma-lombardo"].capofila.remove_member("ranco")
        assert (roster.head_every_s, roster.poll_every_s) == (900, 120)
        share_roster(nodes["somma-lombardo"], *nodes.values())
        assert set(read_by(golasecca).values()) == {OWN}
        varese.publish("porter")
        read_all(golasecca)
        assert golasecca.held() == {("varese", "cook"), ("varese", "driver"), ("varese", "porter")}


def test_another_scope_begins_anew_and_loses_nothing(nodes, varese, golasecca, monkeypatch):
    """What the relay had of others before its cursor, read for itself alone, was passed over."""
    monkeypatch.setattr(members, "SMALL", 5)
    monkeypatch.setattr(pull, "MAX_LINES", 2)
    for number in range(6):
        varese.publish(f"record-{number}")
    varese.confirm()
    gavirate = nodes["gavirate"]
    read_all(gavirate)
    gavirate.publish("own")
    gavirate.confirm()
    golasecca.puller.pull("gavirate")
    assert golasecca.held() == {("gavirate", "own")}
    view = golasecca.place("gavirate").view
    monkeypatch.setattr(members, "SMALL", 4)
    golasecca.puller._known = None
    golasecca.puller.due(golasecca.clock())
    golasecca.puller.pull("gavirate")
    assert golasecca.place("gavirate").view != view
    assert golasecca.held() == {("gavirate", "own"), *(("varese", f"record-{number}") for number in range(6))}


def test_an_origin_ahead_of_its_head_does_not_make_a_relay_be_read_from_its_start(nodes, golasecca, monkeypatch):
    """In a big network there is always one. It is read directly, the others are copied by their heads alone."""
    monkeypatch.setattr(pull, "MAX_LINES", 4)
    varese, somma = nodes["varese"], nodes["somma-lombardo"]
    for origin in (varese, somma):
        for number in range(6):
            origin.publish(f"record-{number}")
        origin.confirm()
    varese.publish("record-0", body=None)
    read_all(*relays_of(nodes))
    targets = []
    get = golasecca.client.get
    monkeypatch.setattr(golasecca.client, "get", lambda *told, **more: targets.append(told[1]) or get(*told, **more))
    golasecca.puller.due(golasecca.clock())
    golasecca.puller.pull("gavirate")
    assert sum(target.startswith("/federation/changes?after=0") for target in targets) == 1
    assert read_by(golasecca)["varese"] == OWN
    read_all(golasecca)
    assert golasecca.held() == {
        *(("somma-lombardo", f"record-{number}") for number in range(6)),
        *(("varese", f"record-{number}") for number in range(1, 6)),
    }


def test_when_no_relay_answers_the_origins_are_read_directly(nodes, varese, golasecca):
    somma = nodes["somma-lombardo"]
    with serving(refusing) as port:
        for relay in ("gavirate", "ispra"):
            point(nodes, relay, f"http://127.0.0.1:{port}/{relay}")
        share_roster(somma, golasecca)
        assert "varese" not in read_by(golasecca)
        varese.publish("cook")
        read_all(golasecca)
        read_all(golasecca)
        assert set(read_by(golasecca).values()) == {OWN}
        read_all(golasecca)
        assert golasecca.held() == {("varese", "cook")}


def test_a_removed_relay_is_read_no_more(nodes, varese, golasecca):
    somma = nodes["somma-lombardo"]
    assert "ispra" in read_by(golasecca)
    somma.capofila.appoint_relay("ispra", is_relay=False)
    share_roster(somma, *nodes.values())
    assert read_by(golasecca) == {"gavirate": ALL, "somma-lombardo": OWN}
    varese.publish("cook")
    read_all(nodes["gavirate"], golasecca)
    assert golasecca.held() == {("varese", "cook")}


def withhold(relays, origin):
    """Have relays hold nothing of an origin, whatever they are told."""
    for relay in relays:
        with relay.replica.writing() as session:
            session.execute(delete(Copy).where(Copy.origin == origin))
            session.commit()


def test_an_origin_that_the_relays_keep_silent_about_is_read_directly(nodes, varese, golasecca):
    varese.publish("cook")
    varese.confirm()
    nodes["gavirate"].publish("own")
    nodes["gavirate"].confirm()
    read_all(*relays_of(nodes), golasecca)
    varese.publish("cook", body=None)
    varese.confirm()
    read_all(golasecca)
    assert golasecca.held() >= {("varese", "cook")}, "the relays have not passed it on"
    assert "varese" not in read_by(golasecca)
    later = timedelta(hours=7)
    for node in nodes.values():
        node.skew = later
    golasecca.puller.pull("gavirate")
    assert read_by(golasecca)["varese"] == OWN
    read_all(golasecca)
    assert ("varese", "cook") not in golasecca.held()
    for node in nodes.values():
        node.skew = later + DOUBT + LOOK_EVERY
    assert "varese" not in read_by(golasecca), "after a day the relays are tried again"


def test_who_has_never_confirmed_anything_is_asked_directly(nodes, varese, golasecca):
    """A relay that hides a member from the start is not distinguished from a member that has nothing to say."""
    read_all(*relays_of(nodes), golasecca)
    assert read_by(golasecca)["varese"] == OWN


def test_after_a_weekend_nobody_is_in_doubt_before_a_relay_was_read(nodes, varese, golasecca):
    varese.publish("cook")
    varese.confirm()
    read_all(*relays_of(nodes), golasecca)
    golasecca.skew = timedelta(days=2)
    assert "varese" not in read_by(golasecca)


def test_a_list_of_a_relay_that_keeps_something_back_is_mended_by_the_origin(nodes, varese, golasecca):
    for number in range(5):
        varese.publish(f"record-{number}")
    varese.confirm()
    read_all(*relays_of(nodes))
    withhold_from_feed = {"gavirate": "record-1", "ispra": "record-1"}
    for relay, name in withhold_from_feed.items():
        with nodes[relay].replica.writing() as session:
            session.execute(delete(Copy).where(Copy.origin == "varese", Copy.id == name))
            session.commit()
    golasecca.puller.due(golasecca.clock())
    golasecca.puller.pull("gavirate")
    assert ("varese", "record-1") in golasecca.held()
    assert golasecca.copy_of("varese", "record-1").source == "varese"


def test_a_relay_that_replays_reorders_or_forges_can_only_be_late(nodes, varese, golasecca):
    old = varese.publish("cook")
    varese.publish("cook", body=None)
    kept = varese.publish("driver")
    varese.confirm()
    head = varese.copy_of("varese", "head:public").line
    golasecca.puller.due(golasecca.clock())
    gavirate = nodes["gavirate"]
    forged = gavirate.line("porter", origin="varese", seq=99)
    with meddling_changes(nodes, head, kept, old, forged):
        round_ = golasecca.puller.pull("gavirate")
    assert round_.refused == 1
    assert golasecca.held() == {("varese", "driver")}, "the head tells what is old"
    assert ("gavirate", "origin") in golasecca.refusals()


@contextmanager
def meddling_changes(nodes, *lines):
    """gavirate's feed is these lines, in this order; its other doors are its own."""
    trailer = b'{"next": %d, "feed": "zoo", "remaining": 0}' % len(lines)
    body = b"".join(line + b"\n" for line in (*lines, trailer))
    with meddling(nodes, changes=lambda _body, _query: body):
        share_roster(nodes["somma-lombardo"], nodes["golasecca"])
        yield


PERSON = {
    "desk": "desk-1",
    "occupations": ["4321"],
    "experience": "1-3",
}


def shown(node):
    with node.replica.reading() as session:
        leases = Leases(session, node.id, node.clock())
        return {copy.id for copy in lease.shown(session, "candidate", leases)}


def test_a_person_read_through_a_relay_is_lent_as_by_the_origin(nodes, varese, golasecca):
    audience = members_audience(varese.store.network())
    varese.publish("person-1", kind="candidate", audience=audience, body=PERSON)
    read_all(*relays_of(nodes), golasecca)
    assert shown(golasecca) == set(), "nothing vouches for it yet"
    varese.confirm(audience)
    read_all(*relays_of(nodes), golasecca)
    assert shown(golasecca) == {"person-1"}
    lent_until = varese.store.current().lease_h
    golasecca.skew = timedelta(hours=lent_until, minutes=1)
    assert shown(golasecca) == set()
    golasecca.skew = timedelta(0)
    varese.publish("person-1", kind="candidate", audience=audience, body=None)
    read_all(*relays_of(nodes), golasecca)
    assert golasecca.copy_of("varese", "person-1").withdrawn


def test_a_relay_that_may_not_show_a_person_any_more_does_not_lend_it(nodes, varese, golasecca):
    audience = members_audience(varese.store.network())
    varese.publish("person-1", kind="candidate", audience=audience, body=PERSON)
    varese.confirm(audience)
    read_all(*relays_of(nodes))
    for relay in relays_of(nodes):
        with relay.replica.writing() as session:
            lease.end(session, relay.id, relay.clock() + timedelta(days=9))
            session.commit()
    golasecca.puller.due(golasecca.clock())
    golasecca.puller.pull("gavirate")
    copy = golasecca.copy_of("varese", "person-1")
    assert copy.source == "varese", "the relay has only its line: the origin is asked"
    assert shown(golasecca) == {"person-1"}


def test_what_is_sealed_to_one_node_comes_to_it_through_the_relays_and_to_nobody_else(nodes, varese, golasecca):
    varese.publish("letter", kind="message", audience="sealed:golasecca", body={"jwe": "…"})
    somma = nodes["somma-lombardo"]
    read_all(*relays_of(nodes), golasecca, somma)
    assert nodes["gavirate"].copy_of("varese", "letter")
    assert golasecca.copy_of("varese", "letter")
    assert not somma.copy_of("varese", "letter")


def test_neither_the_capofila_nor_a_member_without_address_is_a_relay(nodes):
    somma = nodes["somma-lombardo"]
    point(nodes, "varese", None, via=("gavirate",))
    for name, code in {"varese": "relay-address", "somma-lombardo": "relay", "nobody": "no-member"}.items():
        with pytest.raises(CapofilaFault) as refused:
            somma.capofila.appoint_relay(name)
        assert refused.value.code == code


def test_one_failure_makes_no_relay_silent(nodes, varese, golasecca):
    varese.publish("cook")
    varese.confirm()
    read_all(*relays_of(nodes), golasecca)
    with golasecca.replica.writing() as session:
        session.execute(update(pull.Peer).values(failures=1))
        session.commit()
    assert read_by(golasecca) == {"gavirate": ALL, "ispra": ALL, "somma-lombardo": OWN}
