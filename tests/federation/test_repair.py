"""Healing: what a node's copies lack or hold too much is found by one hash, and mended on the origin's word alone."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from federation import apply, buckets, comparison, pull, repair, replica
from federation.comparison import Bucket, Head
from federation.head import BUCKETS, Line, bucket_of, summary
from federation.replica import Copy, Match
from federation.statement import instant
from tests.federation.nodes import Node, admit, found, serving, share_roster, small_network, vacancy
from tests.federation.test_pull import impostor, page, point

RECORDS = [f"record-{number}" for number in range(40)]


@pytest.fixture
def nodes(tmp_path):
    """somma-lombardo is the capofila of gavirate, which has forty records and a head, and of ispra, which has none."""
    with small_network(tmp_path) as opened:
        for name in RECORDS:
            opened["gavirate"].publish(name)
        opened["gavirate"].confirm()
        opened["ispra"].puller.due(opened["ispra"].clock())
        yield opened


@pytest.fixture(autouse=True)
def many_are_more_than_ten(monkeypatch):
    """So that forty records are too many for one page of the feed."""
    monkeypatch.setattr(pull, "MAX_LINES", 10)


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


@pytest.fixture
def asked(ispra, monkeypatch):
    """The targets that ispra asks for, without what they ask."""
    targets = []
    get = ispra.client.get

    def noted(url, target, **options):
        targets.append(target.partition("?")[0].removeprefix("/federation/").partition("/")[0])
        return get(url, target, **options)

    ispra.puller._renewal.refreshed_at = ispra.clock()
    monkeypatch.setattr(ispra.client, "get", noted)
    return targets


def ids(node, origin="gavirate"):
    return {name for of, name in node.held() if of == origin}


def matched(node, audience="public"):
    with node.replica.reading() as session:
        match = session.get(Match, ("gavirate", audience))
        return match and (match.epoch, match.seq)


def lose(node, *names):
    """Rows that a broken disk, or a person with a tool, took away."""
    with node.replica.writing() as session:
        session.execute(delete(Copy).where(Copy.origin == "gavirate", Copy.id.in_(names)))
        session.commit()


def head_at(node):
    with node.replica.reading() as session:
        return Head.of(session.get(Copy, ("gavirate", "head:public")))


def position(node):
    with node.replica.reading() as session:
        return replica.state(session).position


def test_a_first_start_copies_whole_buckets_on_the_one_signature_of_the_head(ispra, gavirate, asked, monkeypatch):
    verified = []
    verify = apply.verify
    monkeypatch.setattr(apply, "verify", lambda *told: verified.append(1) or verify(*told))
    round_ = ispra.puller.pull("gavirate")
    assert round_.fault is None
    assert ids(ispra) == set(RECORDS)
    assert asked == ["changes", "heads", "digests", *["records"] * len(set(map(bucket_of, RECORDS))), "changes"]
    assert len(verified) == 1, "the head's signature is the only one"
    assert matched(ispra) == (1, 41)
    assert round_.new == 41


def test_a_first_start_reads_the_feed_where_one_page_holds_it_all(ispra, gavirate, asked, monkeypatch):
    monkeypatch.setattr(pull, "MAX_LINES", 500)
    ispra.puller.pull("gavirate")
    assert asked == ["changes"]
    assert ids(ispra) == set(RECORDS)
    assert matched(ispra) == (1, 41)


def test_a_head_that_is_refused_leads_to_the_start_of_the_feed(nodes, ispra, gavirate):
    def altered(body, _query):
        told = json.loads(body)
        told["heads"] = [each | {"payload": each["payload"].replace("public", "publik")} for each in told["heads"]]
        return json.dumps(told).encode()

    with meddling(nodes, heads=altered):
        ispra.puller.pull("gavirate")
    assert ids(ispra) == set(RECORDS)


def test_what_is_published_later_comes_through_the_feed(ispra, gavirate, asked):
    ispra.puller.pull("gavirate")
    gavirate.publish("later")
    asked.clear()
    ispra.puller.pull("gavirate")
    assert asked == ["changes"]
    assert "later" in ids(ispra)


def test_nothing_is_repaired_where_the_copies_equal_the_origin(ispra, gavirate, asked):
    ispra.puller.pull("gavirate")
    gavirate.publish("later")
    gavirate.publish("record-3", body=None)
    gavirate.confirm()
    asked.clear()
    ispra.puller.pull("gavirate")
    assert asked == ["changes"]
    assert matched(ispra) == (1, 44)


def test_a_head_is_not_held_against_copies_that_are_ahead_of_it(ispra, gavirate, asked):
    ispra.puller.pull("gavirate")
    gavirate.confirm()
    gavirate.publish("later")
    lose(ispra, "record-5")
    asked.clear()
    ispra.puller.pull("gavirate")
    assert asked == ["changes"]
    assert matched(ispra) == (1, 41)
    gavirate.confirm()
    ispra.puller.pull("gavirate")
    assert "record-5" in ids(ispra)


def test_lost_rows_come_back_and_only_their_buckets_travel(ispra, gavirate, asked):
    ispra.puller.pull("gavirate")
    lose(ispra, "record-5", "record-6")
    gavirate.confirm()
    before = position(ispra)
    asked.clear()
    assert ispra.puller.pull("gavirate").new == 3, "two records and the head"
    assert ids(ispra) == set(RECORDS)
    assert asked == ["changes", "digests", *["records"] * len({bucket_of("record-5"), bucket_of("record-6")})]
    with ispra.replica.reading() as session:
        moved = {copy.id for copy in replica.changes(session, before, 100)}
    assert moved == {"record-5", "record-6", "head:public"}, "index and readers learn of them"


def test_a_withdrawal_that_never_came_is_carried_out(ispra, gavirate):
    ispra.puller.pull("gavirate")
    gavirate.publish("record-7", body=None)
    with ispra.replica.writing() as session:  # the page with the withdrawal was lost, the cursor went on
        session.get(replica.Peer, "gavirate").cursor = position(gavirate)
        session.commit()
    gavirate.confirm()
    round_ = ispra.puller.pull("gavirate")
    assert ids(ispra) == set(RECORDS) - {"record-7"}
    assert round_.dropped == 1
    with ispra.replica.reading() as session:
        copy = session.get(Copy, ("gavirate", "record-7"))
    assert (copy.line, copy.withdrawn, copy.seq) == (None, True, 8)


def test_what_was_dropped_does_not_come_back_by_an_older_statement(ispra, gavirate):
    ispra.puller.pull("gavirate")
    old = gavirate.copy_of("gavirate", "record-7").line
    unseen = gavirate.line("never-seen")
    for name in ("record-7", "never-seen"):
        gavirate.publish(name, body=None)
    with ispra.replica.writing() as session:
        session.get(replica.Peer, "gavirate").cursor = position(gavirate)
        session.commit()
    gavirate.confirm()
    ispra.puller.pull("gavirate")
    with ispra.replica.writing() as session:
        applied = apply.apply_lines(session, [old, unseen], ispra.store.current(), "somma-lombardo", ispra.clock())
        session.commit()
    assert (applied.new, applied.ignored) == (0, 2)
    assert {"record-7", "never-seen"}.isdisjoint(ids(ispra))


def test_a_change_that_never_came_is_made(ispra, gavirate):
    ispra.puller.pull("gavirate")
    gavirate.publish("record-7", body=vacancy("Fuochista"))
    with ispra.replica.writing() as session:
        session.get(replica.Peer, "gavirate").cursor = position(gavirate)
        session.commit()
    gavirate.confirm()
    ispra.puller.pull("gavirate")
    assert ispra.copy_of("gavirate", "record-7").body["title"] == "Fuochista"


def test_a_record_whose_time_ran_out_after_the_head_is_counted_by_its_line(ispra, gavirate):
    gavirate.publish("short", not_after=instant(gavirate.clock() + timedelta(hours=1)))
    gavirate.confirm()
    gavirate.skew = ispra.skew = timedelta(hours=2)
    assert ispra.puller.pull("gavirate").fault is None
    assert matched(ispra) == (1, 43)
    assert "short" not in ids(ispra)
    with ispra.replica.reading() as session:
        copy = session.get(Copy, ("gavirate", "short"))
    assert (copy.line, copy.seq) == (None, 42)


def test_a_new_feed_costs_the_heads_and_one_comparison(ispra, gavirate, asked):
    ispra.puller.pull("gavirate")
    with gavirate.replica.writing() as session:
        session.execute(update(replica.ReplicaState).values(feed="another"))
        session.commit()
    gavirate.publish("later")
    asked.clear()
    assert ispra.puller.pull("gavirate").fault is None
    assert asked == ["changes", "changes", "heads", "changes"]
    assert ids(ispra) == {*RECORDS, "later"}
    assert ispra.place("gavirate").feed == "another"


def test_pages_of_a_bucket_are_put_together_before_anything_is_kept(ispra, gavirate, asked, monkeypatch):
    monkeypatch.setattr(buckets, "MAX_LINES", 2)
    ispra.puller.pull("gavirate")
    assert ids(ispra) == set(RECORDS)
    per_bucket = [sum(bucket_of(name) == digit for name in RECORDS) for digit in BUCKETS]
    assert asked.count("records") == sum((count + 1) // 2 for count in per_bucket)


def test_a_bucket_that_never_ends_is_left(ispra, gavirate, monkeypatch):
    monkeypatch.setattr(buckets, "MAX_LINES", 1)
    monkeypatch.setattr(buckets, "MAX_PAGES", 1)
    assert ispra.puller.pull("gavirate").fault is None
    assert ids(ispra) == set(RECORDS), "the feed brings what the repair could not"
    assert matched(ispra) == (1, 41)


@contextmanager
def meddling(nodes, **answers):
    """In gavirate's place a relay of its answers that puts its own in some of them: path -> change(body, query)."""
    gavirate_url = nodes["gavirate"].url
    client = nodes["somma-lombardo"].client

    def app(environ, start):
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        answer = client.get(gavirate_url, f"{path}?{query}".rstrip("?"))
        change = answers.get(path.rpartition("/")[2])
        body = change(answer.body, query) if change else answer.body
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    with serving(app) as port:
        point(nodes, "gavirate", f"http://127.0.0.1:{port}")
        share_roster(nodes["somma-lombardo"], nodes["ispra"])
        yield
    point(nodes, "gavirate", gavirate_url)
    share_roster(nodes["somma-lombardo"], nodes["ispra"])


def without(name):
    """A list that keeps a record from us."""
    return lambda body, _query: b"".join(line + b"\n" for line in body.split(b"\n")[:-1] if name.encode() not in line)


def test_a_list_that_keeps_a_record_back_drops_nothing(nodes, ispra, gavirate):
    ispra.puller.pull("gavirate")
    lose(ispra, *(name for name in RECORDS if name != "record-9" and bucket_of(name) == bucket_of("record-9")))
    gavirate.confirm()
    with meddling(nodes, records=without("record-9")):
        ispra.puller.pull("gavirate")
    assert "record-9" in ids(ispra)
    assert matched(ispra) == (1, 41)
    place = ispra.place("gavirate")
    assert place.differing_since is not None
    assert "what it lists is not what gavirate has signed" in place.differing_why
    ispra.puller.pull("gavirate")
    place = ispra.place("gavirate")
    assert (place.differing_since, place.differing_why) == (None, None)
    assert ids(ispra) == set(RECORDS), "an honest list heals at the next visit"
    assert matched(ispra) == (1, 42)


def forged(body, _query):
    return body.replace(b"Magazziniere", b"Dirigente")


def test_a_list_with_forged_records_brings_none_of_them(nodes, ispra, gavirate):
    with meddling(nodes, records=forged, changes=forged):
        ispra.puller.pull("gavirate")
    assert ids(ispra) == set()
    assert ("gavirate", "signature") in ispra.refusals()
    assert matched(ispra) is None


@pytest.mark.parametrize(
    "digests",
    [b"{}", b"[]", b'{"digests": "x"}', b'{"digests": []}', json.dumps({"digests": ["0" * 64] * 16}).encode()],
)
def test_digests_that_do_not_hash_to_the_root_are_not_followed(nodes, ispra, gavirate, asked, digests):
    with meddling(nodes, digests=lambda _body, _query: digests):
        ispra.puller.pull("gavirate")
    assert "records" not in asked
    assert ids(ispra) == set(RECORDS), "the feed is read from its start instead"


def test_a_record_that_lives_is_not_passed_off_as_ended(nodes, ispra, gavirate):
    def ended(body, _query):
        lines = []
        for line in body.split(b"\n")[:-1]:
            told = json.loads(line)
            if "payload" in told:
                payload = json.loads(told["payload"])
                copy = gavirate.copy_of("gavirate", payload["id"])
                line = buckets.bare(Line(copy.id, copy.epoch, copy.seq, copy.not_after, copy.digest))
            lines.append(line + b"\n")
        return b"".join(lines)

    with meddling(nodes, records=ended):
        ispra.puller.pull("gavirate")
    assert ids(ispra) == set(RECORDS)


@pytest.mark.parametrize(
    "line",
    [
        b"rubbish",
        b'{"id":"record-1","epoch":1,"seq":0,"not_after":"2026-01-01T00:00:00Z","sha256":"' + b"0" * 64 + b'"}',
        b'{"id":"record-1","epoch":1,"seq":2,"not_after":"yesterday","sha256":"' + b"0" * 64 + b'"}',
        b'{"id":"record-1","epoch":true,"seq":2,"not_after":"2026-01-01T00:00:00Z","sha256":"' + b"0" * 64 + b'"}',
        b'{"id":"X","epoch":1,"seq":2,"not_after":"2026-01-01T00:00:00Z","sha256":"' + b"0" * 64 + b'"}',
        b'{"id":"record-1","epoch":1,"seq":2,"not_after":"2026-01-01T00:00:00Z","sha256":"zz"}',
    ],
)
def test_a_list_with_rubbish_in_it_is_not_adopted(nodes, ispra, gavirate, line):
    with meddling(nodes, records=lambda body, _query: line + b"\n" + body):
        ispra.puller.pull("gavirate")
    assert ids(ispra) == set(RECORDS)
    assert matched(ispra) == (1, 41)


def test_a_wrong_list_that_brings_all_that_was_missing_ends_the_repair(nodes, ispra, gavirate, asked, monkeypatch):
    monkeypatch.setattr(ispra.puller._repairer, "_elsewhere", lambda peer, *_others: [peer])
    with meddling(nodes, records=lambda body, _query: b"rubbish\n" + body):
        ispra.puller.pull("gavirate")
    assert ids(ispra) == set(RECORDS)
    assert matched(ispra) == (1, 41)
    assert asked.count("digests") == 1, "nobody else is asked for what is there already"


@pytest.mark.parametrize("cut", [lambda body: body[:-1], lambda body: body[: len(body) // 2], lambda _: b""])
def test_a_page_of_a_bucket_that_was_cut_is_thrown_away(nodes, ispra, gavirate, cut):
    with meddling(nodes, records=lambda body, _query: cut(body), changes=lambda _body, _query: b""):
        assert ispra.puller.pull("gavirate").fault.code == "page"
    assert ids(ispra) == set()


def test_a_repair_that_is_overtaken_is_left_to_the_next_head(ispra, gavirate):
    ispra.puller.pull("gavirate")
    head = head_at(ispra)
    ispra.hold(gavirate.publish("later"))
    with ispra.replica.writing() as session:
        assert comparison.adopt(session, head, "0", Bucket([], []), "gavirate", ispra.clock()) is None
        assert comparison.prove(session, head, ispra.clock(), timedelta(hours=96)) is None
    assert ids(ispra) == {*RECORDS, "later"}


def test_a_head_that_was_overtaken_before_its_turn_is_not_asked_about(ispra, gavirate, asked, monkeypatch):
    ispra.puller.pull("gavirate")
    stale = head_at(ispra)
    ispra.hold(gavirate.publish("later"))
    monkeypatch.setattr(repair, "unproved", lambda *_: [stale])
    asked.clear()
    round_ = ispra.puller.pull("gavirate")
    assert asked == ["changes"]
    assert round_.differing is None


def test_a_bare_line_outlives_a_new_roster(nodes, ispra, gavirate):
    """It was adopted without a key, so no key that left the roster can have signed it."""
    gavirate.publish("short", not_after=instant(gavirate.clock() + timedelta(hours=1)))
    gavirate.confirm()
    gavirate.skew = ispra.skew = timedelta(hours=2)
    ispra.puller.pull("gavirate")
    point(nodes, "somma-lombardo", nodes["somma-lombardo"].url)
    share_roster(nodes["somma-lombardo"], ispra)
    ispra.puller.due(ispra.clock())
    with ispra.replica.reading() as session:
        assert session.get(Copy, ("gavirate", "short")).seq == 42
    assert matched(ispra) == (1, 43)


def test_no_order_ever_falls_whatever_a_list_says(ispra, gavirate):
    ispra.puller.pull("gavirate")
    head = head_at(ispra)
    with ispra.replica.reading() as session:
        listed = [Line(line.id, line.epoch, 1, line.not_after, "0" * 64) for line in session_lines(session, "0")]
    assert listed
    with ispra.replica.writing() as session:
        assert comparison.adopt(session, head, "0", Bucket([], listed), "gavirate", ispra.clock()) == (0, 0)
        session.commit()
    assert ids(ispra) == set(RECORDS)


def session_lines(session, bucket):
    lines = comparison.lines_of(session, "gavirate", "public", head_time(session))
    return [line for line in lines if bucket_of(line.id) == bucket]


def head_time(session):
    return session.get(Copy, ("gavirate", "head:public")).issued_at


def test_a_bare_line_of_a_record_never_seen_is_remembered_by_its_order(ispra, gavirate):
    gavirate.publish("short", not_after=instant(gavirate.clock() + timedelta(hours=1)))
    old = gavirate.copy_of("gavirate", "short").line
    gavirate.publish("short", not_after=instant(gavirate.clock() + timedelta(hours=1)))
    gavirate.confirm()
    gavirate.skew = ispra.skew = timedelta(hours=2)
    ispra.puller.pull("gavirate")
    with ispra.replica.writing() as session:
        assert apply.apply_lines(session, [old], ispra.store.current(), "gavirate", ispra.clock()).new == 0


def test_a_removed_member_leaves_no_match_behind(nodes, ispra, gavirate):
    ispra.puller.pull("gavirate")
    nodes["somma-lombardo"].capofila.remove_member("gavirate")
    share_roster(nodes["somma-lombardo"], ispra)
    ispra.puller.due(ispra.clock())
    assert matched(ispra) is None


def ask(node, peer, target):
    return node.client.get(peer.url, f"/federation/{target}")


def test_the_doors_serve_digests_only_for_the_head_that_their_copies_are(ispra, gavirate):
    head = head_at(gavirate)
    target = f"digests?origin=gavirate&audience=public&head={head.order[0]}.{head.order[1]}"
    told = ask(ispra, gavirate, target).json()["digests"]
    with gavirate.replica.reading() as session:
        ours = summary(comparison.lines_of(session, "gavirate", "public", head.issued_at))
    assert told == [digest.hex() for digest in ours.digests]
    with pytest.raises(Exception, match="http-404"):
        ask(ispra, gavirate, target.replace(".", ".9"))
    lose(gavirate, "record-1")
    with pytest.raises(Exception, match="not what this head describes"):
        ask(ispra, gavirate, target)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("digests?origin=gavirate&audience=public", "head must be"),
        ("digests?audience=public&head=1.2", "must be said"),
        ("digests?origin=gavirate&audience=public&head=x", "head must be"),
        ("digests?origin=nobody&audience=public&head=1.2", "no such records"),
        ("records?origin=gavirate&audience=public", "bucket must be"),
        ("records?origin=gavirate&audience=public&bucket=g", "bucket must be"),
        ("records?origin=gavirate&audience=public&bucket=ab", "bucket must be"),
        ("records?origin=gavirate&audience=public&bucket=a&after=%20", "after must be"),
        ("records?origin=gavirate&audience=public&bucket=a&limit=0", "limit must be"),
        ("records?origin=gavirate&audience=public&bucket=a&x=1", "unknown parameter"),
        ("records?origin=gavirate&audience=sealed:somma-lombardo&bucket=a", "no such records"),
        ("records?origin=gavirate&audience=everybody&bucket=a", "no such records"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_name(ispra, gavirate, target, told):
    with pytest.raises(Exception, match=told):
        ask(ispra, gavirate, target)


def test_an_origin_is_told_its_withdrawals_and_nobody_else_is(ispra, gavirate):
    ispra.puller.pull("gavirate")
    gavirate.publish("record-7", body=None)
    ispra.puller.pull("gavirate")
    target = f"records?origin=gavirate&audience=public&bucket={bucket_of('record-7')}"
    assert b"record-7" in ask(gavirate, ispra, target).body
    assert b"record-7" not in ask(ispra, gavirate, target).body


def test_records_for_members_are_for_members_only(nodes, ispra, gavirate):
    members = f"members:{gavirate.store.network()}"
    gavirate.publish("inside", audience=members)
    gavirate.confirm(members)
    assert ispra.puller.pull("gavirate").fault is None
    assert "inside" in ids(ispra)
    assert matched(ispra, members) is not None
    target = f"/federation/records?origin=gavirate&audience={members}&bucket={bucket_of('inside')}"
    with pytest.raises(Exception, match="http-404"):
        ispra.client.get(gavirate.url, target, signed=False)


def test_either_database_heals(tmp_path, new_database_url):
    with (
        Node(tmp_path, "varese", new_database_url("varese")).open() as varese,
        Node(tmp_path, "ispra", new_database_url("ispra")).open() as ispra,
    ):
        found(varese)
        admit(varese, ispra)
        for name in RECORDS:
            varese.publish(name)
        varese.confirm()
        ispra.puller.due(ispra.clock())
        assert ispra.puller.pull("varese").fault is None
        with ispra.replica.writing() as session:
            session.execute(delete(Copy).where(Copy.id == "record-11"))
            session.commit()
        varese.publish("record-12", body=None)
        varese.confirm()
        ispra.puller.pull("varese")
        assert ids(ispra, "varese") == set(RECORDS) - {"record-12"}
        with ispra.replica.reading() as session:
            assert session.scalars(select(Match)).one().seq == 43


def test_standings_that_are_none_are_a_fault_of_the_peer(nodes, ispra):
    for body in (b"[]", b"{}", b'{"feed": "x", "next": -1, "heads": []}', b'{"feed": "", "next": 0, "heads": []}',
                 b'{"feed": "x", "next": 0, "heads": [7]}', b'{"feed": "x", "next": 0, "heads": [{"payload": "x"}]}'):  # fmt: skip
        with impostor(nodes, lambda _after: page(next=1, remaining=5), heads=body):
            assert ispra.puller.pull("gavirate").fault.code == "heads"


def test_what_a_peer_has_cost_is_counted(ispra, gavirate):
    ispra.puller.pull("gavirate")
    place = ispra.place("gavirate")
    assert (place.rounds, place.verified) == (1, 1), "by a repair the head's signature alone"
    assert len(RECORDS) * 100 < place.bytes_read < len(RECORDS) * 5_000
    before = place.bytes_read
    gavirate.publish("later")
    ispra.puller.pull("gavirate")
    place = ispra.place("gavirate")
    assert (place.rounds, place.verified) == (2, 2)
    assert 100 < place.bytes_read - before < 5_000
