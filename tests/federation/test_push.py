"""A node without an address makes itself read: it brings its pages to its relays, who answer for it to all the others."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from itertools import count, islice

import pytest
import requests
import zstandard
from sqlalchemy import delete, func, select, text

from federation import bringing, lease, page, pull, push, replica, staging, upkeep
from federation.bringing import BroughtBucket, BroughtPage, Receipt
from federation.head import bucket_of
from federation.keys import SigningKey
from federation.lease import Leases
from federation.register import members_audience
from federation.replica import Copy, Match, Pushed, Staged
from federation.schedule import FIRST_BACKOFF_S
from federation.signatures import Request, sign
from federation.transport import PeerFault
from schemas.head import BUCKETS
from tests.federation.nodes import Node, admit, found, serving, share_roster, vacancy
from tests.federation.test_hostile import BEASTS, NOT_JSON, PATIENCE_S, SLOW, UNREAD, Hasty, Zoo, say
from tests.federation.test_hostile import answer as beast_answer
from tests.federation.test_pull import point
from tests.federation.test_topology import PERSON

NAMES = ("somma-lombardo", "gavirate", "ispra", "varese")
FEED = "feed-1"
CHANGES = "/federation/changes"


@contextmanager
def network(folder, new_url=lambda _: None):
    """somma-lombardo is the capofila. golasecca has no address: gavirate and ispra are its relays, varese is not."""
    with ExitStack() as stack:
        opened = {name: stack.enter_context(Node(folder, name, new_url(name)).open()) for name in NAMES}
        somma = opened["somma-lombardo"]
        hidden = opened["golasecca"] = Node(folder, "golasecca", new_url("golasecca"))
        stack.callback(hidden.close)
        found(somma)
        for name in NAMES[1:]:
            admit(somma, opened[name])
        admit(somma, hidden, via=("gavirate", "ispra"))
        share_roster(somma, *opened.values())
        yield opened


@pytest.fixture
def nodes(tmp_path):
    with network(tmp_path) as opened:
        yield opened


@pytest.fixture
def golasecca(nodes):
    return nodes["golasecca"]


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture(scope="module")
def unmoved(tmp_path_factory):
    """For what must leave everything as it was."""
    with network(tmp_path_factory.mktemp("unmoved")) as opened:
        yield opened


def ids(node):
    return {name for origin, name in node.held() if origin == "golasecca"}


def place_of(relay):
    with relay.replica.reading() as session:
        return session.get(Pushed, "golasecca")


def matched(relay, audience="public"):
    with relay.replica.reading() as session:
        match = session.get(Match, ("golasecca", audience))
        return match and (match.epoch, match.seq)


def lose(relay, *names):
    with relay.replica.writing() as session:
        session.execute(delete(Copy).where(Copy.origin == "golasecca", Copy.id.in_(names)))
        session.commit()


def brings(node, relay="gavirate"):
    delivery = node.pusher.push(relay)
    assert delivery.fault is None, delivery.fault
    return delivery


def publishes_withdraws_and_is_seen(nodes):
    golasecca = nodes["golasecca"]
    golasecca.publish("cook")
    golasecca.publish("driver")
    for relay in golasecca.pusher.due(golasecca.clock()):
        brings(golasecca, relay)
    for reader in ("varese", "somma-lombardo"):
        nodes[reader].puller.pull("gavirate")
        assert ids(nodes[reader]) == {"cook", "driver"}
    golasecca.publish("cook", body=None)
    golasecca.confirm()
    for relay in ("gavirate", "ispra"):
        brings(golasecca, relay)
    for reader in ("varese", "somma-lombardo"):
        nodes[reader].puller.pull("ispra")
        assert ids(nodes[reader]) == {"driver"}
        assert matched(nodes[reader]) == (1, 4)


def test_a_node_without_address_publishes_and_withdraws_and_all_the_others_see_it(nodes):
    publishes_withdraws_and_is_seen(nodes)


def test_either_database_takes_what_is_brought(tmp_path, new_database_url):
    with network(tmp_path, new_database_url) as nodes:
        publishes_withdraws_and_is_seen(nodes)
        nodes["golasecca"].publish("porter")
        nodes["golasecca"].confirm()
        brings(nodes["golasecca"])
        lose(nodes["gavirate"], "porter")
        nodes["golasecca"].confirm()
        assert brings(nodes["golasecca"]).buckets == 1
        assert "porter" in ids(nodes["gavirate"])


def test_what_is_brought_and_what_is_read_at_the_same_time_get_places_of_their_own(
    tmp_path, new_database_url, monkeypatch
):
    """The door and the worker are two writers: neither waits for the other for long, and none overtakes."""
    monkeypatch.setattr(push, "MAX_LINES", 3)
    monkeypatch.setattr(pull, "MAX_LINES", 3)
    with network(tmp_path, new_database_url) as nodes, ThreadPoolExecutor(3) as pool:
        golasecca, gavirate, varese, somma = (
            nodes[name] for name in ("golasecca", "gavirate", "varese", "somma-lombardo")
        )
        for origin in (golasecca, varese, somma):
            for number in range(30):
                origin.publish(f"record-{number}")
        gavirate.puller.due(gavirate.clock())
        work = [pool.submit(golasecca.pusher.push, "gavirate")]
        work += [pool.submit(gavirate.puller.pull, peer) for peer in ("varese", "somma-lombardo")]
        assert [done.result().fault for done in work] == [None] * 3
        assert gavirate.held() == {
            (origin, f"record-{number}") for origin in ("golasecca", "varese", "somma-lombardo") for number in range(30)
        }
        with gavirate.replica.reading() as session:
            places = session.scalars(select(Copy.position)).all()
            assert len(set(places)) == len(places) == 90
            assert max(places) == replica.position(session)


def test_it_reads_the_others_as_ever(nodes, golasecca):
    nodes["varese"].publish("porter")
    golasecca.puller.pull("varese")
    assert golasecca.held() == {("varese", "porter")}


def test_pages_follow_each_other_and_what_was_acknowledged_is_not_brought_again(golasecca, gavirate, monkeypatch):
    monkeypatch.setattr(push, "MAX_LINES", 2)
    for number in range(5):
        golasecca.publish(f"record-{number}")
    assert brings(golasecca).pages == 4, "an empty one first, to ask where to begin"
    assert ids(gavirate) == {f"record-{number}" for number in range(5)}
    golasecca.publish("late")
    assert brings(golasecca).pages == 1
    assert brings(golasecca).pages == 1
    del golasecca.pusher
    assert brings(golasecca).pages == 1, "after a start the relay says how far it has come"
    assert place_of(gavirate).cursor == 6


def test_a_relay_that_has_lost_its_copies_is_brought_all_again(golasecca, gavirate):
    golasecca.publish("cook")
    brings(golasecca)
    with gavirate.replica.engine.begin() as connection:
        replica.ReplicaBase.metadata.drop_all(connection)
    replica.create(gavirate.replica)
    brings(golasecca)
    assert ids(gavirate) == {"cook"}


def test_a_sender_whose_replica_was_made_anew_begins_again(golasecca, gavirate):
    lines = [golasecca.publish(name) for name in ("cook", "driver")]
    brings(golasecca)
    with golasecca.replica.engine.begin() as connection:
        replica.ReplicaBase.metadata.drop_all(connection)
    replica.create(golasecca.replica)
    golasecca.hold(*reversed(lines))
    golasecca.publish("porter")
    brings(golasecca)
    assert ids(gavirate) == {"cook", "driver", "porter"}
    with golasecca.replica.reading() as session:
        assert place_of(gavirate).feed == replica.state(session).feed


def test_a_sender_whose_positions_fell_back_begins_again(golasecca, gavirate):
    """As when a whole machine is put back: its feed bears the same name, and is shorter than the relay remembers."""
    golasecca.publish("cook")
    brings(golasecca)
    with gavirate.replica.writing() as session:
        session.get(Pushed, "golasecca").cursor = 1_000
        session.commit()
    brings(golasecca)
    golasecca.publish("driver")
    brings(golasecca)
    assert ids(gavirate) == {"cook", "driver"}
    assert place_of(gavirate).cursor == 2


def test_a_lost_row_at_the_relay_is_brought_again_in_its_bucket_alone(golasecca, gavirate):
    names = [f"record-{number}" for number in range(40)]
    for name in names:
        golasecca.publish(name)
    golasecca.confirm()
    brings(golasecca)
    assert matched(gavirate) == (1, 41)
    lose(gavirate, "record-1", "record-2")
    golasecca.confirm()
    delivery = brings(golasecca)
    assert delivery.buckets == len({bucket_of("record-1"), bucket_of("record-2")})
    assert ids(gavirate) == set(names)
    assert matched(gavirate) == (1, 42)
    assert brings(golasecca).buckets == 0


def test_what_the_relay_holds_too_much_of_goes_with_its_bucket(golasecca, gavirate):
    """A withdrawal that got lost on a broken disk."""
    for name in ("cook", "driver"):
        golasecca.publish(name)
    golasecca.confirm()
    brings(golasecca)
    line = gavirate.copy_of("golasecca", "cook").line
    golasecca.publish("cook", body=None)
    brings(golasecca)
    lose(gavirate, "cook")
    with gavirate.replica.writing() as session:
        session.execute(delete(Match))
        session.commit()
    gavirate.hold(line)
    assert ids(gavirate) == {"cook", "driver"}
    golasecca.confirm()
    brings(golasecca)
    assert ids(gavirate) == {"driver"}


def test_without_digests_all_buckets_are_wanted(golasecca, gavirate, monkeypatch):
    monkeypatch.setattr(push, "MAX_DIGESTED", 0)
    golasecca.publish("cook")
    golasecca.confirm()
    brings(golasecca)
    lose(gavirate, "cook")
    golasecca.confirm()
    assert brings(golasecca).buckets == len(BUCKETS)
    assert ids(gavirate) == {"cook"}


def test_a_bucket_too_big_for_one_body_is_brought_page_by_page(golasecca, gavirate, monkeypatch):
    names = {f"record-{number}" for number in range(80)}
    for name in names:
        golasecca.publish(name)
    golasecca.confirm()
    brings(golasecca)
    lose(gavirate, *(name for name in names if bucket_of(name) == bucket_of("record-1")))
    golasecca.confirm()
    monkeypatch.setattr(push, "MAX_LINES", 1)
    assert brings(golasecca).buckets == 1
    assert ids(gavirate) == names
    assert matched(gavirate) == (1, 82)
    assert waiting(gavirate) == 0


def test_a_bucket_of_more_than_five_hundred_records_comes_whole(golasecca, gavirate):
    """All in one bucket, as chance would have it in an origin of eight thousand."""
    named = (f"record-{number}" for number in count())
    names = set(islice((name for name in named if bucket_of(name) == "0"), 520))
    for name in names:
        golasecca.publish(name)
    golasecca.confirm()
    brings(golasecca)
    lose(gavirate, *names)
    golasecca.confirm()
    assert brings(golasecca).buckets == 1
    assert ids(gavirate) == names
    assert matched(gavirate) == (1, 522)


def test_a_person_brought_to_a_relay_is_lent_as_by_the_origin(nodes, golasecca, gavirate):
    audience, varese = members_audience(golasecca.store.network()), nodes["varese"]

    def shown(node):
        with node.replica.reading() as session:
            leases = Leases(session, node.id, node.clock())
            return {copy.id for copy in lease.shown(session, "candidate", leases)}

    golasecca.publish("person-1", kind="candidate", audience=audience, body=PERSON)
    brings(golasecca)
    varese.puller.pull("gavirate")
    assert shown(gavirate) == shown(varese) == set(), "nothing vouches for it yet"
    golasecca.confirm(audience)
    brings(golasecca)
    varese.puller.pull("gavirate")
    assert shown(gavirate) == shown(varese) == {"person-1"}
    with gavirate.replica.writing() as session:
        lease.end(session, gavirate.id, gavirate.clock() + timedelta(days=9))
        session.commit()
    assert shown(gavirate) == set()
    golasecca.confirm(audience)
    assert brings(golasecca).buckets == 1, "of which only the line is left is brought whole"
    assert shown(gavirate) == {"person-1"}
    golasecca.publish("person-1", kind="candidate", audience=audience, body=None)
    brings(golasecca)
    varese.puller.pull("gavirate")
    assert not shown(gavirate) | shown(varese)


def test_what_is_sealed_comes_through_the_relay_to_whom_it_is_for(nodes, golasecca):
    golasecca.publish("letter", kind="message", audience="sealed:varese", body={"jwe": "…"})
    brings(golasecca)
    for name in ("varese", "somma-lombardo"):
        nodes[name].puller.pull("gavirate")
    assert nodes["varese"].copy_of("golasecca", "letter")
    assert not nodes["somma-lombardo"].copy_of("golasecca", "letter")


def test_what_a_dropped_key_has_signed_is_not_brought(nodes, golasecca, gavirate):
    golasecca.publish("cook")
    golasecca.key, old = SigningKey.generate(), golasecca.key
    told = nodes["somma-lombardo"].store.current().as_json()
    for member in told["members"]:
        if member["id"] == "golasecca":
            member["keys"] = [golasecca.key.public.jwk()]
    capofila = nodes["somma-lombardo"].capofila
    capofila._repository.publish(told)
    nodes["somma-lombardo"].store.refresh(capofila._repository.source)
    share_roster(nodes["somma-lombardo"], golasecca, gavirate)
    assert old.kid not in golasecca.store.current().keys_of("golasecca")
    golasecca.client.close()
    del golasecca.client
    golasecca.publish("driver")
    brings(golasecca)
    assert ids(gavirate) == {"driver"}


def test_it_is_brought_after_each_burst_and_at_every_poll(golasecca):
    pusher = golasecca.pusher
    assert sorted(pusher.due(golasecca.clock())) == ["gavirate", "ispra"]
    for relay in ("gavirate", "ispra"):
        brings(golasecca, relay)
    assert pusher.due(golasecca.clock()) == []
    pusher.note()
    assert pusher.due(golasecca.clock()) == []
    assert sorted(pusher.due(golasecca.clock() + timedelta(seconds=1))) == ["gavirate", "ispra"]
    for relay in ("gavirate", "ispra"):
        brings(golasecca, relay)
    assert sorted(pusher.due(golasecca.clock() + timedelta(seconds=150))) == ["gavirate", "ispra"]


def test_who_has_an_address_brings_nothing(nodes):
    assert nodes["varese"].pusher.due(nodes["varese"].clock()) == []
    assert nodes["varese"].pusher.push("gavirate").pages == 0


def test_a_relay_that_cannot_be_reached_is_left_alone_for_longer_and_longer(nodes, golasecca):
    golasecca.publish("cook")
    point(nodes, "gavirate", "http://127.0.0.1:1")
    share_roster(nodes["somma-lombardo"], golasecca)
    pusher = golasecca.pusher
    pusher.due(golasecca.clock())
    for failures in (1, 2, 3):
        assert pusher.push("gavirate").fault.code == "unreachable"
        assert pusher._failures["gavirate"] == failures
        longest = timedelta(seconds=FIRST_BACKOFF_S * 2 ** (failures - 1) + 1)
        assert "gavirate" in pusher.due(golasecca.clock() + longest)
    brings(golasecca, "ispra")
    assert ids(nodes["ispra"]) == {"cook"}


def test_the_relay_is_told_to_tell_the_others_when_something_is_new(golasecca, gavirate):
    golasecca.publish("cook")
    brings(golasecca)
    assert list(gavirate.inbox.collect("push")) == [("golasecca", {})]
    brings(golasecca)
    assert list(gavirate.inbox.collect("push")) == []


def test_a_full_inbox_does_not_undo_what_was_taken(golasecca, gavirate):
    gavirate.inbox._max_files = 0
    golasecca.publish("cook")
    brings(golasecca)
    assert ids(gavirate) == {"cook"}


def test_a_removed_member_is_forgotten_with_its_place(nodes, golasecca, gavirate):
    golasecca.publish("cook")
    brings(golasecca)
    nodes["somma-lombardo"].capofila.remove_member("golasecca")
    share_roster(nodes["somma-lombardo"], gavirate)
    gavirate.puller.due(gavirate.clock())
    assert ids(gavirate) == set()
    assert place_of(gavirate) is None


# What is brought by somebody who means harm


def brought(*lines, after=0, next=None, feed=FEED, remaining=0, digests=None):
    return BroughtPage(lines, after, len(lines) if next is None else next, feed, remaining, digests or {}).encoded()


def post(sender, relay, body, key=None, at=None, encoding=None, signed=True, target=CHANGES, sent=None):
    """A body as golasecca would send it, or as somebody who says so; the answer. `sent`: another one goes over the wire."""
    headers = {"Content-Type": "application/x-ndjson"} | ({"Content-Encoding": encoding} if encoding else {})
    if signed:
        sign(Request("POST", f"{relay.url}{target}", headers), key or sender.key, at or sender.clock(), body or None)
    return requests.post(f"{relay.url}{target}", data=body if sent is None else sent, headers=headers, timeout=60)


def refused(nodes, status, *arguments, sender="golasecca", relay="gavirate", **options):
    """It is refused with this status and leaves nothing behind; the detail."""
    node = nodes[relay]
    before, place, position = node.held(), place_of(node), position_of(node)
    answer = post(nodes[sender], node, *arguments, **options)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert node.held() == before
    assert position_of(node) == position
    assert (place and place.cursor) == (place_of(node) and place_of(node).cursor)
    assert list(node.inbox.collect("push")) == []
    return told["detail"]


def position_of(node):
    with node.replica.reading() as session:
        return replica.position(session), len(session.scalars(select(Copy.id)).all()), len(replica.refusals(session))


def test_what_is_unsigned_or_signed_by_a_stranger_is_not_taken(unmoved):
    line = unmoved["golasecca"].line("cook")
    assert "signed" in refused(unmoved, 401, brought(line), signed=False)
    refused(unmoved, 403, brought(line), key=SigningKey.generate())


@pytest.mark.parametrize("skew", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_stale_signature_brings_nothing(unmoved, skew):
    golasecca = unmoved["golasecca"]
    assert "clock" in refused(unmoved, 401, brought(golasecca.line("cook")), at=golasecca.clock() + skew)


def test_a_body_changed_on_the_way_is_noticed(unmoved):
    golasecca = unmoved["golasecca"]
    body = brought(golasecca.line("cook"))
    refused(unmoved, 401, body, sent=brought(golasecca.line("driver")))
    refused(unmoved, 401, b"", sent=body)


def test_only_a_relay_of_the_sender_takes_what_it_brings(unmoved):
    line = unmoved["golasecca"].line("cook")
    assert "no relay of golasecca" in refused(unmoved, 403, brought(line), relay="varese")
    own = unmoved["varese"].line("cook")
    assert "no relay of varese" in refused(unmoved, 403, brought(own), sender="varese")


def test_a_request_for_one_relay_is_worth_nothing_at_another(unmoved):
    golasecca, ispra = unmoved["golasecca"], unmoved["ispra"]
    body = brought(golasecca.line("cook"))
    headers = {}
    sign(Request("POST", f"{unmoved['gavirate'].url}{CHANGES}", headers), golasecca.key, golasecca.clock(), body)
    assert requests.post(f"{ispra.url}{CHANGES}", data=body, headers=headers, timeout=60).status_code == 401


@pytest.mark.parametrize(
    "whose", ["another's", "in another's name", "altered", "of another network", "rubbish", "long"]
)
def test_one_line_that_is_not_the_senders_own_spoils_the_page(unmoved, whose):
    golasecca, varese = unmoved["golasecca"], unmoved["varese"]
    bad = {
        "another's": varese.line("porter"),
        "in another's name": golasecca.line("porter", origin="varese"),
        "altered": golasecca.line("porter").replace(b"Magazziniere", b"Amministratore"),
        "of another network": golasecca.line("porter", audience="members:0123456789abcdef"),
        "rubbish": b'{"payload":{}}',
        "long": b" " * 140_000,
    }[whose]
    refused(unmoved, 400, brought(golasecca.line("cook"), bad))


CUT = {
    "without its trailer": lambda body: body[: body.rindex(b"\n", 0, -1) + 1],
    "in its trailer": lambda body: body[:-9],
    "before its last newline": lambda body: body[:-1],
    "in the middle": lambda body: body[: len(body) // 2],
    "to nothing": lambda _: b"",
}


@pytest.mark.parametrize("where", CUT)
def test_what_was_cut_on_its_way_is_not_taken(unmoved, where):
    refused(unmoved, 400, CUT[where](brought(unmoved["golasecca"].line("cook"))))


TRAILERS = {
    "no object": b"[]",
    "nothing in it": b"{}",
    "a member twice": b'{"after":0,"after":0,"next":1,"feed":"f","remaining":0}',
    "not a number": b'{"after":0,"next":NaN,"feed":"f","remaining":0}',
    "a truth": b'{"after":false,"next":true,"feed":"f","remaining":0}',
    "beyond all positions": b'{"after":0,"next":9007199254740993,"feed":"f","remaining":0}',
    "backwards": b'{"after":9,"next":1,"feed":"f","remaining":0}',
    "nowhere": b'{"after":1,"next":1,"feed":"f","remaining":0}',
    "less than nothing remains": b'{"after":0,"next":1,"feed":"f","remaining":-1}',
    "a feed of no name": b'{"after":0,"next":1,"feed":"","remaining":0}',
    "a feed that is none": b'{"after":0,"next":1,"feed":["f"],"remaining":0}',
    "half a surrogate": b'{"after":0,"next":1,"feed":"\\ud800","remaining":0}',
    "deep": b'{"after":' + b"[" * 30 + b"]" * 30 + b"}",
    "an integer of many digits": b'{"after":' + b"9" * 100_000 + b"}",
    "digests that are none": b'{"after":0,"next":1,"feed":"f","remaining":0,"digests":{"public":["00"]}}',
    "digests of a text": b'{"after":0,"next":1,"feed":"f","remaining":0,"digests":"public"}',
    "digests of everybody": (
        b'{"after":0,"next":1,"feed":"f","remaining":0,"digests":{'
        + b",".join(b'"sealed:n-%d":[%s]' % (n, b",".join([b'"%064d"' % 0] * 16)) for n in range(65))
        + b"}}"
    ),
    "a bucket of no audience": b'{"bucket":"0","head":[1,1],"digests":[]}',
    "a bucket that is none": b'{"audience":"public","bucket":"","head":[1,1],"digests":[%s]}' % b",".join([b'"%064d"' % 0] * 16),
    "a bucket of no head": b'{"audience":"public","bucket":"0","head":[1],"digests":[]}',
    "a bucket of few digests": b'{"audience":"public","bucket":"0","head":[1,1],"digests":["00"]}',
}  # fmt: skip


@pytest.mark.parametrize("name", TRAILERS)
def test_a_trailer_that_is_none_brings_nothing(unmoved, name):
    refused(unmoved, 400, unmoved["golasecca"].line("cook") + b"\n" + TRAILERS[name] + b"\n")


def test_too_many_lines_or_bytes_are_not_taken(unmoved):
    line = unmoved["golasecca"].line("cook")
    refused(unmoved, 400, brought(*[line] * (page.MAX_LINES + 1)))
    refused(unmoved, 413, b" " * (bringing.MAX_BODY + 1))


BOMBS = {
    "zstd": zstandard.ZstdCompressor().compress(bytes(300_000_000)),
    "gzip": gzip.compress(bytes(100_000_000), 9, mtime=0),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_that_is_brought_unfolds_no_further_than_the_cap(unmoved, encoding):
    assert "unfolds into more" in refused(unmoved, 413, BOMBS[encoding], encoding=encoding)


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "br", "rot13"])
def test_rubbish_in_any_encoding_is_not_taken(unmoved, encoding):
    refused(unmoved, 415, b"rubbish", encoding=encoding)


def test_half_a_gzip_stream_is_not_taken(unmoved):
    body = gzip.compress(brought(unmoved["golasecca"].line("cook")), 9, mtime=0)
    refused(unmoved, 400, body[:-5], encoding="gzip")


def test_plain_and_packed_are_both_taken(golasecca, gavirate):
    body = brought(golasecca.publish("cook"))
    for encoding, packed in ((None, body), ("gzip", gzip.compress(body)), ("zstd", zstandard.compress(body))):
        answer = post(golasecca, gavirate, packed, encoding=encoding)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.json() == {"feed": FEED, "acknowledged": 1, "wanted": []}
    assert ids(gavirate) == {"cook"}


def test_a_parameter_in_the_address_is_refused_by_name(unmoved):
    body = brought(unmoved["golasecca"].line("cook"))
    assert "after" in refused(unmoved, 400, body, target=f"{CHANGES}?after=0")


def test_a_page_behind_a_gap_is_not_taken_and_the_answer_says_from_where(golasecca, gavirate):
    first, second, third = (golasecca.publish(name) for name in ("cook", "driver", "porter"))
    assert post(golasecca, gavirate, brought(third, after=2, next=3)).json() == {
        "feed": None,
        "acknowledged": 0,
        "wanted": [],
    }
    post(golasecca, gavirate, brought(first))
    told = post(golasecca, gavirate, brought(third, after=2, next=3)).json()
    assert (told["feed"], told["acknowledged"]) == (FEED, 1)
    told = post(golasecca, gavirate, brought(second, after=1, next=2, feed="feed-2")).json()
    assert (told["feed"], told["acknowledged"]) == (FEED, 1), "another feed begins at its beginning"
    assert ids(gavirate) == {"cook"}
    assert post(golasecca, gavirate, brought(second, third, after=1, next=3)).json()["acknowledged"] == 3
    assert post(golasecca, gavirate, brought(second, after=1, next=2)).json()["acknowledged"] == 3


def test_a_page_brought_twice_changes_nothing_the_second_time(golasecca, gavirate):
    body = brought(golasecca.publish("cook"))
    told = [post(golasecca, gavirate, body).json() for _ in range(2)]
    assert told[0] == told[1]
    assert position_of(gavirate)[0] == 1


def waiting(node):
    """How many pages of a bucket are kept until the last has come."""
    with node.replica.reading() as session:
        return session.scalar(select(func.count()).select_from(Staged))


def bucket_body(golasecca, name, lines=None, **changes):
    with golasecca.replica.reading() as session:
        copy = session.get(Copy, ("golasecca", "head:public"))
        digests = golasecca.pusher._digests(session, golasecca.clock())["public"]
        held = session.get(Copy, ("golasecca", name)).line
    told = {"audience": "public", "bucket": bucket_of(name), "head": (copy.epoch, copy.seq), "digests": digests}
    return BroughtBucket((held,) if lines is None else lines, **(told | changes)).encoded()


@pytest.fixture
def torn(golasecca, gavirate):
    """The relay has the head, and of two records only one."""
    golasecca.publish("cook")
    golasecca.publish("driver")
    golasecca.confirm()
    brings(golasecca)
    lose(gavirate, "cook")
    golasecca.confirm()
    head = golasecca.copy_of("golasecca", "head:public").line
    assert post(golasecca, gavirate, brought(head)).json()["wanted"]
    list(gavirate.inbox.collect("push"))


def test_a_bucket_that_is_not_what_the_head_describes_is_not_adopted(nodes, golasecca, gavirate, torn):
    forged = golasecca.line("cook", seq=1, body=vacancy("Amministratore"))
    other = nodes["varese"].line("cook")
    wrong_root = tuple(bytes([number]) * 32 for number in range(16))
    for body in (
        bucket_body(golasecca, "cook", lines=()),
        bucket_body(golasecca, "cook", lines=(forged,)),
        bucket_body(golasecca, "cook", lines=(other,)),
        bucket_body(golasecca, "cook", lines=(b"rubbish",)),
        bucket_body(golasecca, "cook", digests=wrong_root),
    ):
        refused(nodes, 400, body)
    assert ids(gavirate) == {"driver"}
    assert post(golasecca, gavirate, bucket_body(golasecca, "cook")).json()["wanted"] == []
    assert ids(gavirate) == {"cook", "driver"}


def test_pages_of_a_bucket_wait_for_the_last_and_a_gap_is_refused(nodes, golasecca, gavirate, torn):
    name = golasecca.copy_of("golasecca", "cook").id
    first = bucket_body(golasecca, name, next=name)
    last = bucket_body(golasecca, name, lines=(), after=name)
    refused(nodes, 400, last)
    assert post(golasecca, gavirate, first).json()["wanted"] == []
    assert (ids(gavirate), waiting(gavirate)) == ({"driver"}, 1)
    refused(nodes, 400, bucket_body(golasecca, name, lines=(), after="later"))
    assert post(golasecca, gavirate, first).status_code == 200
    assert waiting(gavirate) == 1, "the first page begins it anew"
    assert post(golasecca, gavirate, last).json()["wanted"] == []
    assert (ids(gavirate), waiting(gavirate)) == ({"cook", "driver"}, 0)


def test_a_bucket_of_too_many_pages_is_not_taken(nodes, golasecca, gavirate, torn, monkeypatch):
    monkeypatch.setattr(staging, "MAX_PAGES", 1)
    assert post(golasecca, gavirate, bucket_body(golasecca, "cook", next="cook")).status_code == 200
    refused(nodes, 400, bucket_body(golasecca, "cook", after="cook", next="later"))
    assert waiting(gavirate) == 1


def test_pages_that_wait_go_with_the_next_news_and_after_an_hour(golasecca, gavirate, torn):
    first = bucket_body(golasecca, "cook", next="cook")
    post(golasecca, gavirate, first)
    post(golasecca, gavirate, brought(golasecca.publish("porter")))
    assert waiting(gavirate) == 0
    golasecca.confirm()
    post(golasecca, gavirate, brought(golasecca.copy_of("golasecca", "head:public").line))
    post(golasecca, gavirate, bucket_body(golasecca, "cook", next="cook"))
    for later, left in ((timedelta(minutes=59), 1), (timedelta(minutes=61), 0)):
        gavirate.write(partial(upkeep.sweep, now=gavirate.clock() + later))
        assert waiting(gavirate) == left


def test_a_bucket_of_another_head_or_audience_changes_nothing(golasecca, gavirate, torn):
    for body in (bucket_body(golasecca, "cook", head=(1, 1)), bucket_body(golasecca, "cook", audience="sealed:varese")):
        assert post(golasecca, gavirate, body).json()["wanted"] == []
    assert ids(gavirate) == {"driver"}


def test_a_relay_whose_disk_cannot_be_written_says_so(golasecca, gavirate):
    body = brought(golasecca.publish("cook"))
    with gavirate.replica.setting_up() as connection:
        connection.execute(text("ALTER TABLE pushed RENAME TO elsewhere"))
    answer = post(golasecca, gavirate, body)
    assert (answer.status_code, answer.json()["status"]) == (503, 503)
    assert answer.headers["Retry-After"]
    with gavirate.replica.setting_up() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO pushed"))
    assert ids(gavirate) == set()
    brings(golasecca)
    assert ids(gavirate) == {"cook"}


ANSWERS = [
    b"{}",
    b"[]",
    b'{"feed":1,"acknowledged":0,"wanted":[]}',
    b'{"feed":null,"acknowledged":-1,"wanted":[]}',
    b'{"feed":null,"acknowledged":true,"wanted":[]}',
    b'{"feed":null,"acknowledged":0,"wanted":[["public"]]}',
    b'{"feed":null,"acknowledged":0,"wanted":[[1,2]]}',
    b'{"feed":null,"acknowledged":0,"wanted":' + json.dumps([["public", "0"]] * 513).encode() + b"}",
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_is_none_is_a_fault_of_the_relay(answer):
    with pytest.raises(PeerFault, match="receipt"):
        Receipt.of(json.loads(answer))


def test_a_relay_that_never_comes_to_an_end_is_left(nodes, golasecca, monkeypatch):
    golasecca.publish("cook")
    monkeypatch.setattr(push, "MAX_PAGES", 5)
    with relay_that_answers(nodes, b'{"feed": null, "acknowledged": 0, "wanted": []}') as asked:
        assert golasecca.pusher.push("gavirate").fault.code == "receipt"
    assert len(asked) == 6


def test_a_relay_that_wants_what_there_is_not_gets_nothing(nodes, golasecca):
    golasecca.publish("cook")
    golasecca.confirm()
    feed = feed_of(golasecca)
    wanted = [["public", "x"], ["public", ""], ["sealed:varese", "0"], ["members", "0"], ["../..", "1"]]
    answer = json.dumps({"feed": feed, "acknowledged": 2, "wanted": wanted}).encode()
    with relay_that_answers(nodes, answer) as asked:
        delivery = brings(golasecca)
    assert (delivery.buckets, len(asked)) == (0, 1)


@pytest.fixture(scope="module")
def zoo(unmoved):
    """In the place of golasecca's relay a server that means harm."""
    zoo = Zoo(lambda _door, _target: b"")
    gavirate_url = unmoved["gavirate"].url
    point(unmoved, "gavirate", zoo.url)
    share_roster(unmoved["somma-lombardo"], unmoved["golasecca"])
    yield zoo
    zoo.listener.close()
    point(unmoved, "gavirate", gavirate_url)
    share_roster(unmoved["somma-lombardo"], unmoved["golasecca"])


@pytest.mark.parametrize("name", BEASTS)
def test_a_relay_that_is_a_beast_costs_one_fault(unmoved, zoo, monkeypatch, name):
    beast, codes = BEASTS[name]
    golasecca = unmoved["golasecca"]
    deadline_s = 0.5 if name in SLOW else PATIENCE_S
    monkeypatch.setattr(golasecca.client, "_session", Hasty(golasecca.client._session, zoo.url, deadline_s))
    before = golasecca.pusher._failures.get("gavirate", 0)
    with zoo.showing("changes", beast):
        fault = golasecca.pusher.push("gavirate").fault
    assert fault.code in codes | {"receipt"} if codes == UNREAD else fault.code in codes, fault
    assert golasecca.pusher._failures["gavirate"] == before + 1


@pytest.mark.parametrize("name", NOT_JSON)
def test_json_that_parsers_read_differently_is_no_receipt(unmoved, zoo, name):
    with zoo.showing("changes", say(beast_answer(NOT_JSON[name]))):
        assert unmoved["golasecca"].pusher.push("gavirate").fault.code in {"answer", "receipt", "size"}


def feed_of(node):
    with node.replica.reading() as session:
        return replica.state(session).feed


@contextmanager
def relay_that_answers(nodes, body, status="200 OK"):
    """In gavirate's place somebody who says this to whatever is brought; yields what was asked."""
    asked = []

    def app(environ, start):
        asked.append(environ["PATH_INFO"])
        start(status, [("Content-Length", str(len(body)))])
        return [body]

    with serving(app) as port:
        point(nodes, "gavirate", f"http://127.0.0.1:{port}")
        share_roster(nodes["somma-lombardo"], nodes["golasecca"])
        yield asked


def test_pages_that_wait_go_with_a_withdrawal_that_comes_another_way(golasecca, gavirate, torn):
    post(golasecca, gavirate, bucket_body(golasecca, "cook", next="cook"))
    assert waiting(gavirate) == 1
    gavirate.hold(golasecca.line("another-record", body=None))
    assert waiting(gavirate) == 0
