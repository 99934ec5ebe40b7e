"""The doors under /federation, knocked on over HTTP: by members, by strangers, and with wrong credentials."""

import gzip
import http.client
import json
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import zstandard
from flask import Flask

from federation import signatures, statement
from federation.allowance import Allowance
from federation.feed import FeedSide, blueprint
from federation.page import MAX_BYTES, Page
from federation.signatures import Request
from tests.federation.nodes import Node, admit, found, serving, sha256, share_roster

CHANGES = "/federation/changes"


class Asked:
    """An answer as it came, in whatever encoding."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    def page(self):
        return Page.decoded(self.body, 0)

    def ids(self):
        return [json.loads(json.loads(line)["payload"])["id"] for line in self.page().lines]


def ask(url, target, method="GET", body=None, signer=None, headers=(), now=None, signed_url=None, **changes):
    """Ask a node; with `signer` (a Node) the request is signed, as if it were sent to `signed_url`."""
    fields = dict(headers)
    if signer is not None:
        request = Request(changes.get("signed_method", method), f"{signed_url or url}{target}", fields)
        signatures.sign(request, signer.key, now or signer.clock(), changes.get("signed_body", body))
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, target, body, fields)
        return Asked(connection.getresponse())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """somma-lombardo (capofila) with ispra and gavirate as members, and a stranger; somma holds some of everything."""
    folder = tmp_path_factory.mktemp("network")
    with ExitStack() as stack:
        nodes = {
            name: stack.enter_context(Node(folder, name).open())
            for name in ("somma-lombardo", "ispra", "gavirate", "stranger")
        }
        somma = nodes["somma-lombardo"]
        found(somma)
        admit(somma, nodes["ispra"])
        admit(somma, nodes["gavirate"])
        share_roster(somma, nodes["ispra"])
        somma.publish("open")
        somma.publish("shared", audience=f"members:{somma.store.network()}")
        somma.publish("to-ispra", kind="message", audience="sealed:ispra", body={"ciphertext": "x"})
        somma.publish("to-gavirate", kind="message", audience="sealed:gavirate", body={"ciphertext": "x"})
        somma.hold(nodes["ispra"].line("of-ispra"))
        yield nodes


@pytest.fixture
def somma(network):
    return network["somma-lombardo"]


def test_a_stranger_sees_what_is_public_and_no_more(somma):
    answer = ask(somma.url, CHANGES)
    assert (answer.status, answer.ids()) == (200, ["open"])
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_member_sees_what_is_for_members_and_what_is_sealed_to_it(network, somma):
    assert ask(somma.url, CHANGES, signer=network["ispra"]).ids() == ["open", "shared", "to-ispra"]
    assert ask(somma.url, CHANGES, signer=network["gavirate"]).ids() == ["open", "shared", "to-gavirate"]


def test_an_answer_to_a_signed_request_is_private(network, somma):
    answer = ask(somma.url, CHANGES, signer=network["ispra"])
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Signature" in answer.headers["Vary"]


def test_the_scope_decides_whose_records_are_served(somma):
    assert ask(somma.url, f"{CHANGES}?scope=own").ids() == ["open"]
    assert ask(somma.url, f"{CHANGES}?scope=all").ids() == ["open", "of-ispra"]


def test_the_lines_are_the_bytes_that_the_origin_signed(somma):
    line = ask(somma.url, CHANGES).page().lines[0]
    assert line == somma.copy_of("somma-lombardo", "open").line


def test_pages_follow_one_another_without_gap_or_doubling(network, somma):
    ispra, seen, after = network["ispra"], [], 0
    while True:
        answer = ask(somma.url, f"{CHANGES}?after={after}&limit=1&scope=all", signer=ispra)
        page = Page.decoded(answer.body, after)
        seen += page.lines
        after = page.next
        if not page.remaining:
            break
    assert seen == list(ask(somma.url, f"{CHANGES}?scope=all", signer=ispra).page().lines)
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("after=-1", "after"),
        ("after=1e3", "after"),
        ("after=", "after"),
        ("after=9007199254740993", "after"),
        ("after=١", "after"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=all", "limit"),
        ("scope=mine", "scope"),
        ("origin=ispra", "origin"),
        ("after=0&after=1", "after"),
    ],
)
def test_a_wrong_parameter_is_named(somma, query, named):
    target = f"{CHANGES}?{query.replace('١', '%D9%A1')}"
    answer = ask(somma.url, target)
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert named in answer.json()["detail"]


def test_a_cursor_beyond_the_end_belongs_to_another_feed(somma):
    assert ask(somma.url, f"{CHANGES}?after=100000").status == 410


def test_an_unchanged_page_is_not_sent_again(network, somma):
    first = ask(somma.url, CHANGES, signer=network["ispra"])
    again = ask(somma.url, CHANGES, signer=network["ispra"], headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    other = ask(somma.url, CHANGES, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("zstd, gzip", "zstd"), ("gzip", "gzip"), ("br", None), ("gzip;q=0", None), (None, None)]
)
def test_a_page_is_compressed_as_the_asker_understands(somma, accepted, encoding):
    answer = ask(somma.url, CHANGES, headers={"Accept-Encoding": accepted} if accepted else {})
    assert answer.headers["Content-Encoding"] == encoding
    unpack = {"zstd": zstandard.ZstdDecompressor().decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(answer.body) == ask(somma.url, CHANGES).body


def flipped(text):
    return text.replace("sig", "gis") if "sig" in text else text[:-4] + ("AAA:" if text[-4:-1] != "AAA" else "BBB:")


def test_a_broken_signature_is_turned_away_and_told_the_time(network, somma):
    ispra = network["ispra"]
    request = Request("GET", f"{somma.url}{CHANGES}", {})
    signatures.sign(request, ispra.key, ispra.clock())
    fields = {**request.headers, "Signature": flipped(request.headers["Signature"])}
    answer = ask(somma.url, CHANGES, headers=fields)
    assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["Date"]


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_signature_is_turned_away(network, somma, minutes):
    ispra = network["ispra"]
    answer = ask(somma.url, CHANGES, signer=ispra, now=ispra.clock() + timedelta(minutes=minutes))
    assert answer.status == 401
    assert "clock" in answer.json()["detail"]


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_that_is_a_little_wrong_is_borne(network, somma, minutes):
    ispra = network["ispra"]
    assert ask(somma.url, CHANGES, signer=ispra, now=ispra.clock() + timedelta(minutes=minutes)).status == 200


@pytest.mark.parametrize(
    "change",
    [{"signed_url": "http://gavirate.example"}, {"signed_method": "POST"}],
)
def test_a_signature_made_for_something_else_is_worthless(network, somma, change):
    assert ask(somma.url, CHANGES, signer=network["ispra"], **change).status == 401


def test_a_signature_for_one_node_does_not_open_another_by_its_host_header(network, somma):
    """The address that a signature covers is the roster's: whoever replays it cannot choose it by a header."""
    gavirate = network["gavirate"]
    host = {"Host": urlsplit(gavirate.url).netloc, "X-Forwarded-Host": urlsplit(gavirate.url).netloc}
    answer = ask(somma.url, CHANGES, signer=network["ispra"], signed_url=gavirate.url, headers=host)
    assert answer.status == 401


def test_a_query_changed_on_the_way_is_noticed(network, somma):
    request = Request("GET", f"{somma.url}{CHANGES}?after=0", {})
    signatures.sign(request, network["ispra"].key, network["ispra"].clock())
    assert ask(somma.url, f"{CHANGES}?after=1", headers=request.headers).status == 401


@pytest.mark.parametrize(
    "fields",
    [
        {"Signature": "cdl=:AAAA:"},
        {"Signature-Input": 'cdl=("@method" "@target-uri");created=1;expires=2;keyid="x";tag="cdl-1"'},
        {"Signature": "x", "Signature-Input": "y"},
        {"Signature": "", "Signature-Input": ""},
    ],
)
def test_half_a_signature_is_none(somma, fields):
    """One who signs wrongly is refused, and not served as if she had not signed."""
    assert ask(somma.url, CHANGES, headers=fields).status == 401


def signed_loosely(node, url, target, covered=("@method", "@target-uri"), tag="cdl-1", **parameters):
    """The fields of a signature that holds, and is not as it should be."""
    request = Request("GET", f"{url}{target}", {})
    signer = signatures.HTTPMessageSigner(signature_algorithm=signatures._Ed25519)
    now = node.clock()
    options = {"created": now, "expires": now + timedelta(minutes=5)} | parameters
    prepared = signer.prepare(
        request, key_id=node.key.kid, covered_component_ids=covered, tag=tag, include_alg=False, **options
    )
    signer.apply(request, prepared, node.key.sign(prepared.signature_base))
    return request.headers


@pytest.mark.parametrize(
    "looseness",
    [{"covered": ("@method",)}, {"covered": ("@target-uri",)}, {"tag": "other"}, {"tag": None}, {"expires": None}],
)
def test_a_signature_that_covers_too_little_is_refused(network, somma, looseness):
    fields = signed_loosely(network["ispra"], somma.url, CHANGES)
    assert ask(somma.url, CHANGES, headers=fields).status == 200
    fields = signed_loosely(network["ispra"], somma.url, CHANGES, **looseness)
    assert ask(somma.url, CHANGES, headers=fields).status == 401


def test_a_signature_that_would_last_for_ever_is_refused(network, somma):
    ispra = network["ispra"]
    fields = signed_loosely(ispra, somma.url, CHANGES, expires=ispra.clock() + timedelta(days=365))
    assert ask(somma.url, CHANGES, headers=fields).status == 401


def test_a_key_that_no_member_has_is_refused(network, somma):
    answer = ask(somma.url, CHANGES, signer=network["stranger"])
    assert (answer.status, answer.headers["Content-Type"]) == (403, "application/problem+json")


def test_a_member_that_names_anothers_key_is_refused(network, somma):
    request = Request("GET", f"{somma.url}{CHANGES}", {})
    signatures.sign(request, network["stranger"].key, somma.clock())
    stolen = request.headers["Signature-Input"].replace(network["stranger"].key.kid, network["ispra"].key.kid)
    answer = ask(somma.url, CHANGES, headers={**request.headers, "Signature-Input": stolen})
    assert answer.status == 401


def test_a_member_may_read_again_what_it_has_read(network, somma):
    request = Request("GET", f"{somma.url}{CHANGES}", {})
    signatures.sign(request, network["ispra"].key, network["ispra"].clock())
    assert [ask(somma.url, CHANGES, headers=request.headers).status for _ in range(2)] == [200, 200]


def test_with_an_expired_roster_only_public_records_are_served(network, somma):
    somma.skew = network["ispra"].skew = timedelta(days=7, minutes=10)
    try:
        assert ask(somma.url, CHANGES, signer=network["ispra"]).ids() == ["open"]
    finally:
        somma.skew = network["ispra"].skew = timedelta(0)


def test_heads_and_the_greatest_order_of_each_origin_come_from_one_snapshot(network, tmp_path):
    node = network["gavirate"]
    node.publish("first")
    line = node.publish(
        "head:public", kind="head", body={"count": 1, "root": "0" * 64, "lease_until": "2030-01-01T00:00:00Z"}
    )
    told = ask(node.url, "/federation/heads").json()
    assert told["heads"] == [json.loads(line)]
    assert told["feed"] == ask(node.url, CHANGES).page().feed
    assert told["next"] == ask(node.url, CHANGES).page().next == 2
    envelope = statement.parse_line(line)
    text = f"{envelope.protected}.{envelope.payload_text}.{envelope.signature}"
    assert told["origins"] == {"gavirate": {"epoch": 1, "seq": 2, "sha256": sha256(text.encode())}}
    node.publish("second")
    assert ask(node.url, "/federation/heads").json()["next"] == 2
    node.publish("third")
    assert ask(node.url, "/federation/heads").json()["next"] == 2


def test_heads_show_a_stranger_nothing_of_the_members(network, somma):
    assert ask(somma.url, "/federation/heads").json()["origins"]["somma-lombardo"]["seq"] == 1
    assert ask(somma.url, "/federation/heads", signer=network["ispra"]).json()["origins"]["somma-lombardo"]["seq"] == 3


def test_an_origin_is_told_the_last_that_is_held_of_it_whatever_its_audience(network, somma):
    ispra, gavirate = network["ispra"], network["gavirate"]
    somma.hold(ispra.line("secret", kind="message", audience="sealed:gavirate", body={"ciphertext": "x"}))
    seq = ispra.seq
    assert ask(somma.url, "/federation/heads", signer=ispra).json()["origins"]["ispra"]["seq"] == seq
    assert ask(somma.url, "/federation/heads", signer=gavirate).json()["origins"]["ispra"]["seq"] == seq
    assert ask(somma.url, "/federation/heads").json()["origins"]["ispra"]["seq"] < seq


def test_a_ping_of_a_member_waits_in_the_inbox_once(network, somma):
    for _ in range(3):
        assert ask(somma.url, "/federation/ping", "POST", signer=network["ispra"]).status == 202
    assert list(somma.inbox.collect("ping")) == [("ispra", {})]
    assert list(somma.inbox.collect("ping")) == []


def test_a_ping_needs_a_member_and_no_body(network, somma):
    assert ask(somma.url, "/federation/ping", "POST").status == 401
    assert ask(somma.url, "/federation/ping", "POST", signer=network["stranger"]).status == 403
    assert ask(somma.url, "/federation/ping", "POST", b"hello", signer=network["ispra"]).status == 400
    unsigned_body = ask(somma.url, "/federation/ping", "POST", b"hello", signer=network["ispra"], signed_body=b"other")
    assert unsigned_body.status == 401
    assert list(somma.inbox.collect("ping")) == []


def test_a_body_too_big_is_not_read(network, somma):
    assert ask(somma.url, "/federation/ping", "POST", bytes(20_000), signer=network["ispra"]).status == 413
    answer = ask(somma.url, "/federation/join", "POST", bytes(20_000))
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_the_roster_is_served_to_anybody_under_its_own_names(somma):
    timestamp = ask(somma.url, "/federation/roster/metadata/timestamp.json")
    assert (timestamp.status, timestamp.headers["Cache-Control"]) == (200, "no-cache")
    assert timestamp.json()["signed"]["_type"] == "timestamp"
    root = ask(somma.url, "/federation/roster/metadata/1.root.json")
    assert sha256(root.body)[:16] == somma.store.network()
    assert "max-age" in root.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["metadata/2.root.json", "metadata/../../../keys/signing.pem", "..%2froot_v1.json", "x"]
)
def test_nothing_else_is_served_with_the_roster(somma, name):
    answer = ask(somma.url, f"/federation/roster/{name}")
    assert answer.status == 404
    assert b"PRIVATE" not in answer.body


def test_a_page_has_at_most_two_mebibytes_and_500_lines(tmp_path):
    with Node(tmp_path, "varese").open() as node:
        found(node)
        big = {"ciphertext": "x" * 60_000}
        node.hold(*(node.line(f"big-{n:02}", kind="message", body=big) for n in range(40)))
        node.hold(*(node.line(f"small-{n:03}") for n in range(520)))
        first = ask(node.url, CHANGES)
        assert len(first.body) <= MAX_BYTES + 200
        page = first.page()
        assert (len(page.lines), page.next, page.remaining) == (34, 34, 526)
        second = Page.decoded(ask(node.url, f"{CHANGES}?after=40").body, 40)
        assert (len(second.lines), second.remaining) == (500, 20)


def test_what_has_expired_is_not_served(tmp_path):
    with Node(tmp_path, "varese").open() as node:
        found(node)
        node.publish("short", not_after=statement.instant(node.clock() + timedelta(days=2)))
        node.publish("long")
        assert ask(node.url, CHANGES).ids() == ["short", "long"]
        node.skew = timedelta(days=3)
        answer = ask(node.url, CHANGES)
        assert (answer.ids(), answer.page().remaining) == (["long"], 0)


def test_a_peer_that_asks_too_often_is_told_when_to_come_back(tmp_path):
    node = Node(tmp_path, "varese")
    node.url = "http://127.0.0.1:1"
    found(node)
    side = FeedSide(
        node.id,
        node.replica,
        node.store,
        node.inbox,
        node.url,
        node.clock,
        node.write,
        Allowance(100, 1),
        Allowance(3, 0.01),
    )
    app = Flask("node")
    app.register_blueprint(blueprint(side))
    with serving(app) as port:
        answers = [ask(f"http://127.0.0.1:{port}", CHANGES) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 50
    node.close()


def test_an_allowance_fills_again_and_is_each_peers_own():
    now = [0.0]
    allowance = Allowance(burst=2, per_second=0.5, monotonic=lambda: now[0])
    assert [allowance.spend("ispra") for _ in range(3)] == [0, 0, 2]
    assert allowance.spend("varese") == 0
    now[0] = 2.0
    assert [allowance.spend("ispra") for _ in range(2)] == [0, 2]


def test_a_node_without_a_network_shows_what_is_public(tmp_path):
    node = Node(tmp_path, "varese")
    node.url = "http://127.0.0.1:1"
    node.store = type(node.store)(node.folder / "roster", node.clock, node.member())
    node.publish("open")
    app = Flask("node")
    app.register_blueprint(blueprint(node.side))
    with serving(app) as port:
        url = f"http://127.0.0.1:{port}"
        assert ask(url, CHANGES).ids() == ["open"]
        assert ask(url, "/federation/roster/metadata/timestamp.json").status == 404
    node.close()
