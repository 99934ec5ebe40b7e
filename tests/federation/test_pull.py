"""Reading the others' feeds: from honest nodes, through deaths and partitions, and from peers that send rubbish."""

import json
import random
import re
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from federation import pull, replica, statement
from federation.keys import SigningKey
from federation.page import Page
from federation.schedule import Schedule, after_failure, after_success
from tests.federation.nodes import Node, admit, found, serving, share_roster, small_network, vacancy

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def nodes(tmp_path):
    with small_network(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def unmoved(tmp_path_factory):
    """For visits that must leave everything as it was."""
    with small_network(tmp_path_factory.mktemp("unmoved")) as opened:
        yield opened


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


def ids(node):
    return {name for _, name in node.held()}


def all_due(node):
    """Let a node learn of its peers, as it would a minute ago, and take all of them."""
    learned_at = node.clock() - timedelta(minutes=1)
    return sorted({*node.puller.due(learned_at), *node.puller.due(node.clock())})


def test_what_one_comune_publishes_is_read_by_another(gavirate, ispra):
    line = gavirate.publish("cook")
    gavirate.publish("inside", audience=f"members:{gavirate.store.network()}")
    round_ = ispra.puller.pull("gavirate")
    assert (round_.new, round_.fault) == (2, None)
    assert ispra.copy_of("gavirate", "cook").line == line
    assert ispra.copy_of("gavirate", "inside").body["title"] == "Magazziniere inside"


def test_two_nodes_read_each_other_on_either_database(tmp_path, new_database_url):
    with (
        Node(tmp_path, "varese", new_database_url("varese")).open() as varese,
        Node(tmp_path, "ispra", new_database_url("ispra")).open() as ispra,
    ):
        found(varese)
        admit(varese, ispra)
        varese.publish("cook")
        varese.publish("inside", audience=f"members:{varese.store.network()}")
        head = {"count": 1, "root": "0" * 64, "lease_until": "2030-01-01T00:00:00Z"}
        varese.publish("head:public", kind="head", body=head)
        varese.publish("driver")
        all_due(ispra)
        assert ispra.puller.pull("varese").new == 4
        ispra.publish("porter")
        assert varese.puller.pull("ispra").new == 1
        standing = ispra.client.get(varese.url, "/federation/heads").json()
        assert (standing["next"], len(standing["heads"])) == (1, 1)
        assert {origin: told["seq"] for origin, told in standing["origins"].items()} == {"varese": 4, "ispra": 1}
        varese.capofila.remove_member("ispra")
        varese.puller.due(varese.clock())
        assert varese.held() == {("varese", "cook"), ("varese", "inside"), ("varese", "driver")}


def test_a_change_and_a_withdrawal_follow(gavirate, ispra):
    gavirate.publish("cook")
    ispra.puller.pull("gavirate")
    gavirate.publish("cook", body=vacancy("Cuoca"))
    ispra.puller.pull("gavirate")
    assert ispra.copy_of("gavirate", "cook").body["title"] == "Cuoca"
    gavirate.publish("cook", body=None)
    ispra.puller.pull("gavirate")
    assert ispra.copy_of("gavirate", "cook").withdrawn


def test_pages_are_read_to_the_end_and_the_cursor_kept(gavirate, ispra, monkeypatch):
    monkeypatch.setattr(pull, "MAX_LINES", 2)
    for number in range(5):
        gavirate.publish(f"vacancy-{number}")
    round_ = ispra.puller.pull("gavirate")
    assert (round_.pages, round_.new) == (3, 5)
    place = ispra.place("gavirate")
    assert (place.cursor, place.remaining, place.failures, place.last_error) == (5, 0, 0, None)
    assert place.last_ok_at <= place.next_at


def test_an_unchanged_feed_costs_no_page(gavirate, ispra):
    gavirate.publish("cook")
    assert [ispra.puller.pull("gavirate").pages for _ in range(3)] == [1, 1, 0]
    gavirate.publish("driver")
    assert ispra.puller.pull("gavirate").new == 1


def test_a_long_feed_is_read_in_several_visits(gavirate, ispra, monkeypatch):
    monkeypatch.setattr(pull, "MAX_LINES", 1)
    monkeypatch.setattr(pull, "MAX_PAGES", 2)
    for number in range(3):
        gavirate.publish(f"vacancy-{number}")
    assert "gavirate" in all_due(ispra)
    ispra.puller.pull("gavirate")
    assert ispra.place("gavirate").cursor == 2
    assert ispra.puller.due(ispra.clock() + timedelta(seconds=1)) == ["gavirate"], "the rest is read at once"


def test_a_reader_killed_between_page_and_cursor_reads_the_page_again(gavirate, ispra, monkeypatch):
    gavirate.publish("cook")
    apply_lines = pull.apply_lines

    def killed(*arguments):
        apply_lines(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(pull, "apply_lines", killed)
    with pytest.raises(KeyboardInterrupt):
        ispra.puller.pull("gavirate")
    assert ispra.held() == set(), "neither the page nor the cursor was kept"
    assert ispra.place("gavirate") is None
    monkeypatch.undo()
    ispra.puller.pull("gavirate")
    assert ids(ispra) == {"cook"}


def test_a_replica_made_anew_is_read_from_its_start(gavirate, ispra):
    gavirate.publish("cook")
    gavirate.publish("driver")
    ispra.puller.pull("gavirate")
    lines = [gavirate.copy_of("gavirate", name).line for name in ("cook", "driver")]
    feed = ispra.place("gavirate").feed
    with gavirate.replica.engine.begin() as connection:
        replica.ReplicaBase.metadata.drop_all(connection)
    replica.create(gavirate.replica)
    gavirate.hold(*reversed(lines))
    gavirate.publish("porter")
    assert ispra.puller.pull("gavirate").new == 1
    place = ispra.place("gavirate")
    assert (place.cursor, place.feed == feed) == (3, False)
    assert ids(ispra) == {"cook", "driver", "porter"}


def test_a_lost_replica_refills_itself(tmp_path, gavirate, ispra):
    gavirate.publish("cook")
    ispra.puller.pull("gavirate")
    with ispra.replica.engine.begin() as connection:
        replica.ReplicaBase.metadata.drop_all(connection)
    replica.create(ispra.replica)
    assert ispra.held() == set()
    ispra.puller.pull("gavirate")
    assert ids(ispra) == {"cook"}


def test_a_member_that_is_down_is_left_alone_for_longer_and_longer(nodes, gavirate, ispra):
    roster = ispra.store.current()
    assert "gavirate" in roster.members
    ispra.puller._client._deadline_s = 1
    gavirate_url = gavirate.url
    with serving(refusing) as port:
        point(nodes, "gavirate", f"http://127.0.0.1:{port}")
        share_roster(nodes["somma-lombardo"], ispra)
        for failures in (1, 2, 3):
            round_ = ispra.puller.pull("gavirate")
            place = ispra.place("gavirate")
            assert (round_.fault.code, place.failures) == ("http-503", failures)
            assert "no reason" in place.last_error
            assert place.next_at - place.last_tried_at >= timedelta(seconds=7), "Retry-After is the least"
    point(nodes, "gavirate", gavirate_url)
    share_roster(nodes["somma-lombardo"], ispra)
    assert ispra.puller.pull("gavirate").fault is None
    assert ispra.place("gavirate").failures == 0


def refusing(_, start):
    start("503 Service Unavailable", [("Content-Length", "0"), ("Retry-After", "7")])
    return [b""]


def point(nodes, id, url, via=()):
    """Have the capofila list a member under another address, or as one that is read through others."""
    capofila = nodes["somma-lombardo"].capofila
    told = nodes["somma-lombardo"].store.current().as_json()
    for member in told["members"]:
        if member["id"] == id:
            member["url"], member["via"] = url, list(via)
    capofila._repository.publish(told)
    nodes["somma-lombardo"].store.refresh(capofila._repository.source)


@contextmanager
def impostor(nodes, answer, heads=b'{"feed": "feed-1", "next": 0, "heads": [], "origins": {}}'):
    """In gavirate's place a peer that answers requests for changes with `answer(after)`: (status, headers, body)."""

    def app(environ, start):
        if environ["PATH_INFO"] == "/federation/changes":
            after = int(re.search(r"after=(\d+)", environ["QUERY_STRING"])[1])
            status, headers, body = answer(after)
        elif environ["PATH_INFO"] == "/federation/heads":
            status, headers, body = "200 OK", [], heads
        else:
            status, headers, body = "404 Not Found", [], b""
        start(status, [("Content-Length", str(len(body))), *headers])
        return [body]

    with serving(app) as port:
        point(nodes, "gavirate", f"http://127.0.0.1:{port}")
        share_roster(nodes["somma-lombardo"], nodes["ispra"])
        yield


def page(*lines, next=None, feed="feed-1", remaining=0):
    return "200 OK", [], Page(lines, len(lines) if next is None else next, feed, remaining).encoded()


def visit(nodes, answer):
    """One visit of ispra to an impostor in gavirate's place."""
    with impostor(nodes, answer):
        return nodes["ispra"].puller.pull("gavirate")


def assert_nothing_moved(node):
    assert node.held() == set()
    assert node.place("gavirate").cursor == 0


@pytest.mark.parametrize(
    "cut",
    [
        lambda body: body[: body.rindex(b"\n", 0, -1) + 1],
        lambda body: body[:-2],
        lambda body: body[:-1],
        lambda body: body[: len(body) // 2],
        lambda _: b"",
    ],
)
def test_a_page_that_was_cut_is_thrown_away_whole(unmoved, cut):
    status, headers, body = page(unmoved["gavirate"].line("cook"), unmoved["gavirate"].line("driver"))
    assert visit(unmoved, lambda _: (status, headers, cut(body))).fault.code == "page"
    assert_nothing_moved(unmoved["ispra"])


@pytest.mark.parametrize(
    "trailer",
    [
        b"[]",
        b"{}",
        b'{"next": 1, "feed": "f"}',
        b'{"next": "1", "feed": "f", "remaining": 0}',
        b'{"next": true, "feed": "f", "remaining": 0}',
        b'{"next": 1, "feed": 7, "remaining": 0}',
        b'{"next": 1, "feed": "", "remaining": 0}',
        b'{"next": 1, "feed": "f", "remaining": -1}',
        b'{"next": 1, "next": 2, "feed": "f", "remaining": 0}',
        b'{"next": 9007199254740993, "feed": "f", "remaining": 0}',
        b'{"next": 1e400, "feed": "f", "remaining": 0}',
        b'{"next": 0, "feed": "f", "remaining": 0}',
    ],
)
def test_a_page_with_a_wrong_trailer_is_thrown_away(unmoved, trailer):
    body = unmoved["gavirate"].line("cook") + b"\n" + trailer + b"\n"
    assert visit(unmoved, lambda _: ("200 OK", [], body)).fault.code == "page"
    assert_nothing_moved(unmoved["ispra"])


def test_a_page_with_too_many_lines_is_thrown_away(unmoved):
    line = unmoved["gavirate"].line("cook")
    assert visit(unmoved, lambda _: page(*[line] * 501)).fault.code == "page"
    assert_nothing_moved(unmoved["ispra"])


def test_a_feed_that_never_comes_forward_is_left(nodes, ispra):
    assert visit(nodes, lambda after: page(next=after, remaining=5)).fault.code == "page"
    assert_nothing_moved(ispra)


def test_a_feed_that_never_ends_is_left_after_so_many_pages(nodes, gavirate, ispra, monkeypatch):
    monkeypatch.setattr(pull, "MAX_PAGES", 3)
    lines = [gavirate.line("cook") for _ in range(5)]
    round_ = visit(nodes, lambda after: page(lines[after], next=after + 1, remaining=9_999))
    assert (round_.pages, ispra.place("gavirate").cursor) == (3, 3)


def test_a_feed_that_changes_its_name_again_and_again_is_left(nodes, gavirate):
    names = iter(range(100))
    round_ = visit(
        nodes, lambda after: page(gavirate.line("cook"), next=after + 1, feed=f"feed-{next(names)}", remaining=1)
    )
    assert round_.fault.code == "page"
    assert round_.pages <= 2


def test_a_peer_that_knows_no_cursor_at_all_is_left(nodes, ispra):
    assert visit(nodes, lambda _: ("410 Gone", [], b"")).fault.code == "page"


def test_a_cursor_that_the_peer_no_longer_knows_begins_anew(nodes, gavirate, ispra):
    lines = [gavirate.line("cook"), gavirate.line("driver")]
    visit(nodes, lambda _: page(lines[0], next=700))
    asked = []

    def answer(after):
        asked.append(after)
        return ("410 Gone", [], b"") if after else page(*lines)

    assert visit(nodes, answer).fault is None
    assert asked == [700, 0]
    assert ispra.place("gavirate").cursor == 2
    assert ids(ispra) == {"cook", "driver"}


def test_what_is_forged_is_refused_and_the_rest_applied(nodes, gavirate, ispra):
    honest = gavirate.line("cook")
    forged = gavirate.line("forged").replace(b"Magazziniere", b"Dirigente")
    in_the_name_of_ispra = gavirate.line("stolen", origin="ispra")
    with_two_bodies = gavirate.line("twice").replace(b'\\"body\\":', b'\\"body\\":null,\\"body\\":')
    twice = honest[:-1] + b',"payload":"{}"}'
    round_ = visit(
        nodes,
        lambda _: page(forged, in_the_name_of_ispra, b"{", b"\xff", with_two_bodies, twice, honest, b"null", next=8),
    )
    assert (round_.new, round_.refused, round_.fault) == (1, 7, None)
    assert ispra.held() == {("gavirate", "cook")}
    assert ispra.refusals() == {("gavirate", "signature"), ("gavirate", "origin"), ("gavirate", "line")}
    assert ispra.place("gavirate").cursor == 8


def test_what_this_version_does_not_understand_is_held_and_not_used(nodes, gavirate, ispra):
    round_ = visit(
        nodes, lambda _: page(gavirate.line("later", kind="horoscope"), gavirate.line("broken", body={"title": 7}))
    )
    assert (round_.new, round_.held, round_.refused) == (2, 2, 0)
    assert not ispra.copy_of("gavirate", "later").used
    assert ispra.copy_of("gavirate", "broken").problem


def test_a_flood_of_rubbish_moves_the_cursor_and_stops_nobody_else(nodes, gavirate, ispra):
    round_ = visit(nodes, lambda _: page(*[b'{"rubbish":%d}' % number for number in range(400)], next=400))
    assert (round_.refused, round_.fault) == (400, None)
    nodes["somma-lombardo"].publish("honest")
    assert ispra.puller.pull("somma-lombardo").new == 1


def test_an_unknown_key_makes_the_reader_refresh_its_roster_first(nodes, gavirate, ispra):
    """gavirate has a new key, which ispra's roster does not know yet."""
    ispra.puller._renewal.refreshed_at = ispra.clock() - timedelta(minutes=1)
    old, gavirate.key = gavirate.key, SigningKey.generate()
    told = nodes["somma-lombardo"].store.current().as_json()
    for member in told["members"]:
        if member["id"] == "gavirate":
            member["keys"] = [old.public.jwk(), gavirate.key.public.jwk()]
    somma = nodes["somma-lombardo"]
    somma.capofila._repository.publish(told)
    somma.store.refresh(somma.capofila._repository.source)
    share_roster(somma, gavirate)
    gavirate.publish("cook")
    assert gavirate.key.kid not in ispra.store.current().keys_of("gavirate")
    round_ = ispra.puller.pull("gavirate")
    assert (round_.new, round_.refused, round_.fault) == (1, 0, None)
    assert gavirate.key.kid in ispra.store.current().keys_of("gavirate")


def test_a_key_that_the_newest_roster_does_not_know_either_is_refused(nodes, gavirate, ispra):
    ispra.puller._renewal.refreshed_at = ispra.clock() - timedelta(minutes=1)
    strange = gavirate.line("strange", key=SigningKey.generate())
    round_ = visit(nodes, lambda _: page(strange, gavirate.line("cook")))
    assert (round_.new, round_.refused, round_.fault) == (1, 1, None)
    assert ispra.refusals() == {("gavirate", "key")}
    assert ispra.place("gavirate").cursor == 2


def test_the_cursor_waits_while_the_roster_cannot_be_refreshed(nodes, gavirate, ispra):
    ispra.puller._renewal.refreshed_at = ispra.clock() - timedelta(minutes=1)
    lines = [gavirate.line("cook"), gavirate.line("strange", key=SigningKey.generate())]
    with impostor(nodes, lambda _: page(*lines)):
        ispra.puller._client.roster_source = unreachable
        round_ = ispra.puller.pull("gavirate")
    assert round_.fault.code == "roster"
    assert_nothing_moved(ispra)


def unreachable(_url):
    def source(_path, _cap):
        raise OSError("no route")

    return source


def test_strange_keys_cannot_make_a_node_hammer_the_capofila(nodes, gavirate, ispra):
    strange = gavirate.line("strange", key=SigningKey.generate())
    ispra.puller._renewal.refreshed_at = ispra.clock()
    round_ = visit(nodes, lambda _: page(strange))
    assert round_.fault.code == "roster"
    assert 25 <= round_.fault.retry_after_s <= 30
    assert_nothing_moved(ispra)


def test_a_removed_member_is_forgotten_with_all_its_records(nodes, gavirate, ispra):
    gavirate.publish("cook")
    nodes["somma-lombardo"].publish("porter")
    for peer in ("gavirate", "somma-lombardo"):
        ispra.puller.pull(peer)
    ispra.puller.due(ispra.clock())
    nodes["somma-lombardo"].capofila.remove_member("gavirate")
    share_roster(nodes["somma-lombardo"], ispra)
    later = ispra.clock() + timedelta(minutes=10)
    assert "gavirate" not in ispra.puller.due(later)
    assert ispra.held() == {("somma-lombardo", "porter")}
    assert ispra.copy_of("gavirate", "cook") is None
    assert ispra.place("gavirate") is None
    assert ispra.puller.pull("gavirate").pages == 0


def test_a_removed_member_is_no_longer_served(nodes, gavirate, ispra):
    nodes["somma-lombardo"].capofila.remove_member("gavirate")
    round_ = gavirate.puller.pull("somma-lombardo")
    assert round_.fault.code == "http-403"


def test_a_node_that_is_removed_keeps_its_own_records(nodes, gavirate):
    gavirate.publish("cook")
    nodes["somma-lombardo"].capofila.remove_member("gavirate")
    share_roster(nodes["somma-lombardo"], gavirate)
    gavirate.puller.due(gavirate.clock())
    assert ids(gavirate) == {"cook"}


def test_what_a_dropped_key_has_signed_is_dropped(nodes, gavirate, ispra):
    gavirate.publish("cook")
    ispra.puller.pull("gavirate")
    ispra.puller.due(ispra.clock())
    told = nodes["somma-lombardo"].store.current().as_json()
    for member in told["members"]:
        if member["id"] == "gavirate":
            member["keys"] = [SigningKey.generate().public.jwk()]
    somma = nodes["somma-lombardo"]
    somma.capofila._repository.publish(told)
    somma.store.refresh(somma.capofila._repository.source)
    share_roster(somma, ispra)
    ispra.puller.due(ispra.clock())
    assert ispra.held() == set()


def test_the_roster_is_refreshed_from_the_capofila_when_it_pings(nodes, gavirate, ispra):
    somma = nodes["somma-lombardo"]
    for peer in all_due(ispra):
        ispra.puller.pull(peer)
    somma.capofila.remove_member("gavirate")
    ispra.puller.pull("somma-lombardo")
    assert "gavirate" in ispra.store.current().members, "an ordinary visit does not ask each time"
    ispra.inbox.drop("ping", {}, "somma-lombardo")
    ispra.puller.hear(ispra.inbox)
    assert ispra.puller.due(ispra.clock()) == ["somma-lombardo"]
    ispra.puller.pull("somma-lombardo")
    assert "gavirate" not in ispra.store.current().members


def test_the_roster_is_had_from_any_member_when_the_capofila_is_silent(nodes, gavirate, ispra):
    somma = nodes["somma-lombardo"]
    with ExitStack() as stack:
        varese = stack.enter_context(Node(ispra.folder.parent, "varese").open())
        admit(somma, varese)
        share_roster(somma, gavirate)
        ispra.puller._renewal.refreshed_at = ispra.clock() - timedelta(minutes=31)
        ispra.puller.pull("gavirate")
        assert "varese" in ispra.store.current().members


def test_a_ping_makes_a_peer_due_at_once(gavirate, ispra):
    for peer in all_due(ispra):
        ispra.puller.pull(peer)
    assert ispra.puller.due(ispra.clock()) == []
    assert gavirate.pinger.ping("ispra")
    ispra.puller.hear(ispra.inbox)
    assert ispra.puller.due(ispra.clock()) == ["gavirate"]


def test_a_ping_from_a_name_that_is_no_member_wakes_nobody(ispra):
    ispra.puller.due(ispra.clock())
    ispra.inbox.drop("ping", {}, "nobody")
    ispra.puller.hear(ispra.inbox)
    assert ispra.puller._renewal.asked == set()


def test_two_visits_to_a_peer_never_overlap(ispra):
    assert all_due(ispra) == ["gavirate", "somma-lombardo"]
    ispra.puller.wake("gavirate")
    assert ispra.puller.due(ispra.clock() + timedelta(minutes=1)) == []
    ispra.puller.pull("gavirate")
    assert ispra.puller.due(ispra.clock()) == ["gavirate"], "woken while it was read, it is read once more"


def test_how_long_a_peer_was_silent_survives_a_restart(nodes, ispra):
    with serving(refusing) as port:
        point(nodes, "gavirate", f"http://127.0.0.1:{port}")
        share_roster(nodes["somma-lombardo"], ispra)
        ispra.puller.due(ispra.clock())
        ispra.puller.pull("gavirate")
    next_at = ispra.place("gavirate").next_at
    del ispra.puller
    assert "gavirate" not in ispra.puller.due(next_at - timedelta(seconds=1))
    assert "gavirate" in ispra.puller.due(next_at)


def test_after_a_restart_the_peers_that_are_well_are_asked_at_once(gavirate, ispra):
    assert "gavirate" in all_due(ispra)
    ispra.puller.pull("gavirate")
    assert ispra.place("gavirate").next_at > ispra.clock() + timedelta(seconds=1)
    del ispra.puller
    assert "gavirate" in all_due(ispra)


def fail_to_reach(nodes, node, peer, failures):
    """Visits to a peer that is off; afterwards it is on again."""
    url = nodes[peer].url
    point(nodes, peer, "http://127.0.0.1:1")
    share_roster(nodes["somma-lombardo"], node)
    node.puller.due(node.clock())
    for _ in range(failures):
        assert node.puller.pull(peer).fault.code == "unreachable"
    point(nodes, peer, url)
    share_roster(nodes["somma-lombardo"], node)


def test_a_peer_that_was_off_and_takes_a_ping_is_asked_at_once(nodes, ispra):
    fail_to_reach(nodes, ispra, "gavirate", 12)
    del ispra.puller
    assert "gavirate" not in all_due(ispra), "it is left alone for hours"
    ispra.puller.answered("gavirate")
    assert ispra.puller.due(ispra.clock()) == ["gavirate"]


def test_a_peer_that_answered_with_a_refusal_is_left_alone_whatever_it_answers_else(nodes, gavirate, ispra):
    with serving(refusing) as port:
        point(nodes, "gavirate", f"http://127.0.0.1:{port}")
        share_roster(nodes["somma-lombardo"], ispra)
        all_due(ispra)
        ispra.puller.pull("gavirate")
    ispra.puller.answered("gavirate")
    assert ispra.puller.due(ispra.clock()) == []


def test_failures_are_spread_over_a_range_that_doubles_up_to_six_hours():
    jitter = random.Random(7)
    for failures, longest_s in [(1, 30), (2, 60), (5, 480), (11, 21_600), (400, 21_600)]:
        waits = [after_failure(failures, None, jitter).total_seconds() for _ in range(400)]
        assert 0.85 * longest_s < max(waits) <= longest_s
        assert 1 <= min(waits) < 0.1 * longest_s + 1
    assert after_failure(1, 120.0, jitter) >= timedelta(seconds=120)


def test_polls_are_spread_by_a_fifth():
    jitter = random.Random(7)
    waits = [after_success(120, jitter).total_seconds() for _ in range(400)]
    assert 96 <= min(waits) < 100
    assert 140 < max(waits) <= 144


def test_a_schedule_gives_out_whom_it_knows_when_it_is_time():
    schedule = Schedule()
    schedule.know({"a", "b"}, {"a": NOW, "b": NOW + timedelta(seconds=5)})
    assert schedule.take(NOW) == ["a"]
    assert schedule.know({"b", "c"}, {"c": NOW}) == {"a"}
    schedule.put_back("a", NOW, NOW)
    assert schedule.take(NOW) == ["c"]
    schedule.put_back("c", NOW + timedelta(seconds=9), NOW)
    schedule.wake("c", NOW)
    assert sorted(schedule.take(NOW + timedelta(seconds=9))) == ["b", "c"]


def test_a_publication_is_pinged_after_a_second_of_quiet(nodes, ispra):
    begun = ispra.clock()
    ispra.pinger.due(begun)
    ispra.pinger.note()
    assert ispra.pinger.due(begun + timedelta(seconds=0.5)) == []
    assert ispra.pinger.due(ispra.clock() + timedelta(seconds=1)) == ["gavirate", "somma-lombardo"]
    assert ispra.pinger.due(ispra.clock() + timedelta(seconds=9)) == []


def test_a_node_that_starts_says_that_it_is_back(nodes, ispra):
    assert ispra.pinger.due(ispra.clock()) == ["gavirate", "somma-lombardo"]
    assert ispra.pinger.due(ispra.clock()) == []


def test_a_busy_desk_is_pinged_about_every_five_seconds(nodes, ispra):
    ispra.pinger.due(ispra.clock())
    ispra.pinger.note()
    for second in range(1, 6):
        ispra.skew = timedelta(seconds=second)
        ispra.pinger.note()
        due = ispra.pinger.due(ispra.clock())
        assert bool(due) is (second == 5)


def test_a_changed_roster_is_told_to_all_by_the_capofila_and_to_the_new_one_by_the_others(nodes, gavirate, ispra):
    somma = nodes["somma-lombardo"]
    for node in (somma, gavirate, ispra):
        node.pinger.due(node.clock())
    with Node(ispra.folder.parent, "varese").open() as varese:
        admit(somma, varese)
        share_roster(somma, ispra)
        assert somma.pinger.due(somma.clock()) == ["gavirate", "ispra", "varese"]
        assert ispra.pinger.due(ispra.clock()) == ["varese"]
        assert gavirate.pinger.due(gavirate.clock()) == []
        assert ispra.pinger.ping("varese")
        assert list(varese.inbox.collect("ping")) == [("ispra", {})]


def test_a_ping_to_one_who_is_not_there_is_not_an_error(nodes, ispra):
    point(nodes, "gavirate", "http://127.0.0.1:1")
    share_roster(nodes["somma-lombardo"], ispra)
    assert not ispra.pinger.ping("gavirate")
    assert not ispra.pinger.ping("nobody")


def test_statements_of_a_peer_are_told_from_its_trailer(gavirate):
    line = gavirate.line("cook")
    assert Page.decoded(page(line)[2], 0) == Page((line,), 1, "feed-1", 0)
    assert json.loads(statement.parse_line(line).payload_text)["id"] == "cook"
