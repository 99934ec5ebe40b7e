"""A zoo of servers that mean harm, put behind every door through which a node asks its peers.

One peer is a beast at one of its doors and honest at the others. Whatever it does costs one fault, noted against it
alone: nothing is held, no cursor moves, and the honest peer is read in the same round as ever.
"""

import gzip
import logging
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
import zstandard
from sqlalchemy import delete, select

from federation.page import framed
from federation.replica import Copy, Match, Peer
from federation.schedule import LONGEST_BACKOFF_S
from tests.federation.nodes import Node, admit, found, share_roster, small_network
from tests.federation.test_pull import point

DOORS = ("changes", "heads", "digests", "records", "roster", "ping")
NOT_JSON = {
    "a member twice": b'{"next":1,"feed":"zoo","remaining":0,"heads":[],"digests":[],"next":1}',
    "many members, the last one twice": b"{" + b",".join(b'"%d":0' % n for n in range(40_000)) + b',"39999":0}',
    "a huge integer": b'{"next":9007199254740993,"feed":"zoo","remaining":0,"heads":[],"digests":[1e999]}',
    "an integer of a million digits": b'{"next":' + b"9" * 1_000_000 + b"}",
    "deep nesting": b'{"next":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "seventeen levels": b'{"next":' + b"[" * 16 + b"]" * 16 + b"}",
    "not a number": b'{"next":NaN,"feed":"zoo","remaining":0,"heads":NaN,"digests":NaN}',
    "half a surrogate": b'{"next":1,"feed":"\\ud800","remaining":0,"heads":[],"digests":[]}',
    "not UTF-8": b'{"next":1,"feed":"\xff\xfe","remaining":0,"heads":[],"digests":[]}',
    "nothing": b"",
    "another thing": b"7",
}


def say(*pieces):
    """A beast that says this and hangs up."""

    def beast(wire, _over):
        for piece in pieces:
            wire.sendall(piece)

    return beast


def without_end(opening, piece, pause_s=None):
    """A beast that goes on and on; with a pause between the pieces it drips."""

    def beast(wire, over):
        wire.sendall(opening)
        while not over.wait(pause_s) if pause_s else not over.is_set():
            wire.sendall(piece)

    return beast


def answer(body, *headers, status=b"200 OK"):
    head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def chunked(rubbish):
    return say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rubbish)


BOMBS = {
    "zstd": answer(zstandard.ZstdCompressor().compress(bytes(300_000_000)), b"Content-Encoding: zstd"),
    "gzip": answer(gzip.compress(bytes(100_000_000), 9, mtime=0), b"Content-Encoding: gzip"),
}
ENDLESS = {
    "body": without_end(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x" * 65_536),
    "lines": without_end(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"\n" * 65_536),
    "chunks": without_end(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"80\r\n" + b"x" * 128 + b"\r\n"),
    "chunk of a negative size": without_end(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", b"x" * 65_536
    ),
    "headers": without_end(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65_536),
    "go on": without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
}
BROKEN = {"size", "truncated", "unreachable"}
UNREAD = {"page", "heads", "answer", "ping", "the roster is still the one of before"}
"""The answer is taken for whole, and is none."""
BEASTS = {
    **{f"a {name} bomb": (say(bomb), {"size"}) for name, bomb in BOMBS.items()},
    **{f"without end: {name}": (beast, BROKEN) for name, beast in ENDLESS.items()},
    "drips its head": (without_end(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05), {"deadline"}),
    "drips its body": (without_end(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", 0.05), {"deadline"}),
    "silent": (lambda _wire, over: over.wait(), {"deadline"}),
    "hangs up": (say(), BROKEN),
    "a header of a megabyte": (say(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**20 + b"\r\n\r\n"), BROKEN),
    "ten thousand headers": (say(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 10_000 + b"\r\n"), BROKEN),
    "a body shorter than said": (say(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{}"), BROKEN),
    "a body of a length beyond all": (
        say(b"HTTP/1.1 200 OK\r\nContent-Length: 1" + b"0" * 5_000 + b"\r\n\r\n{"),
        UNREAD,
    ),
    "a body of a negative length": (say(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{"), UNREAD),
    "a body of two lengths": (say(b"HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n{}"), BROKEN),
    "HTTP/0.9": (say(b"<html>welcome</html>"), BROKEN),
    "a status that is none": (say(b"HTTP/1.1 99999999999999999999 OK\r\n\r\n"), BROKEN),
    "rubbish": (say(bytes(range(256)) * 400), BROKEN),
    "a chunk of no number": (chunked(b"zz\r\n{}\r\n0\r\n\r\n"), BROKEN),
    "a chunk beyond all numbers": (chunked(b"f" * 60 + b"\r\n{}"), BROKEN),
    "a chunk below all numbers": (chunked(b"-" + b"f" * 60 + b"\r\n{}"), BROKEN),
    "a chunk and no end": (chunked(b"2\r\n{}"), BROKEN),
    "an encoding of its own": (say(answer(b"{}", b"Content-Encoding: rot13")), {"encoding"}),
    "come back in a trillion years": (
        say(answer(b"", b"Retry-After: 1" + b"0" * 4_000, status=b"429 Too Many Requests")),
        {"http-429"},
    ),
    "come back in the past": (say(answer(b"", b"Retry-After: -9", status=b"503 Busy")), {"http-503"}),
    "come back some day": (
        say(answer(b"", b"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", status=b"503 Busy")),
        {"http-503"},
    ),
    "a date beyond all clocks": (
        say(answer(b"", b"Date: Mon, 01 Jan 2024 00:00:00 +" + b"9" * 30, status=b"401 Unauthorized")),
        {"http-401"},
    ),
    "leads to itself": (say(answer(b"", b"Location: /federation/changes", status=b"302 Found")), {"redirect"}),
    "leads to another": (
        say(answer(b"", b"Location: https://gavirate.example/", status=b"308 Permanent Redirect")),
        {"redirect"},
    ),
    "leads to the neighbour's port": (
        say(answer(b"", b"Location: http://127.0.0.1:22/", status=b"307 Temporary Redirect")),
        {"redirect"},
    ),
}
SLOW = {"drips its head", "drips its body", "silent"}
PATIENCE_S = 60.0


class Zoo:
    """A server whose `beast` stands at one `door`; what is asked at the others, `honest` answers."""

    def __init__(self, honest):
        self.honest = honest
        self.door, self.beast = None, say()
        self.over, self.targets = threading.Event(), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def shows_head(self):
        """Where the beast stands at a door of the repair, there is something to be repaired."""
        return self.door in {"digests", "records"}

    @contextmanager
    def showing(self, door, beast):
        self.door, self.beast, self.over, self.targets = door, beast, threading.Event(), []
        try:
            yield
        finally:
            self.over.set()

    def _listen(self):
        with suppress(OSError):
            while True:
                wire, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(wire,), daemon=True).start()

    def _serve(self, wire):
        with wire, suppress(OSError):
            wire.settimeout(20)
            target = head_of(wire).split(b" ")[1].decode()
            door = target.partition("/federation/")[2].partition("?")[0].partition("/")[0]
            self.targets.append(target)
            if door == self.door:
                self.beast(wire, self.over)
            else:
                wire.sendall(answer(self.honest(door, target), b"Connection: close"))
            wire.shutdown(socket.SHUT_WR)
            while wire.recv(65_536):
                pass


def head_of(wire):
    head = b""
    while b"\r\n\r\n" not in head and (piece := wire.recv(65_536)):
        head += piece
    return head


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """somma-lombardo is the capofila of gavirate, in whose place the zoo stands, and of ispra, which reads."""
    with small_network(tmp_path_factory.mktemp("hostile")) as opened:
        for number in range(40):
            opened["gavirate"].publish(f"record-{number}")
        opened["gavirate"].confirm()
        yield opened


@pytest.fixture(scope="module")
def zoo(nodes):
    gavirate, client = nodes["gavirate"], nodes["somma-lombardo"].client

    def honest(door, target):
        """A feed of one head: what it describes has to be repaired, so every door is asked."""
        if door == "changes":
            lines = (
                [gavirate.copy_of("gavirate", "head:public").line] if "after=0&" in target and zoo.shows_head else []
            )
            return framed(lines, {"next": 1, "feed": "zoo", "remaining": 9 if zoo.door == "heads" else 0})
        return client.get(gavirate.url, target).body

    zoo = Zoo(honest)
    point(nodes, "gavirate", zoo.url)
    share_roster(nodes["somma-lombardo"], nodes["ispra"])
    yield zoo
    zoo.listener.close()


class Hasty:
    """A client's connections that wait `deadline_s` at one door, and at the others as long as a slow machine may take."""

    def __init__(self, session, door, deadline_s):
        self.session, self.door, self.deadline_s = session, door, deadline_s

    def ask(self, method, url, headers, body, cap, _deadline_s):
        deadline_s = self.deadline_s if url.startswith(self.door) else PATIENCE_S
        return self.session.ask(method, url, headers, body, cap, deadline_s)


@pytest.fixture
def visit(nodes, zoo, monkeypatch, caplog):
    """`visit(door, beast)`: ispra asks the zoo at this door, then its honest neighbour; what it says of the zoo."""
    somma, ispra = nodes["somma-lombardo"], nodes["ispra"]

    def visit(door, beast, deadline_s=PATIENCE_S):
        forget_gavirate(ispra)
        is_old = timedelta(minutes=31) if door == "roster" else timedelta(0)
        ispra.puller._renewal.refreshed_at = ispra.clock() - is_old
        before, version = ispra.held(), ispra.store.current().version
        monkeypatch.setattr(
            ispra.client, "_session", Hasty(ispra.client._session, f"{zoo.url}/federation/{door}", deadline_s)
        )
        with zoo.showing(door, beast), caplog.at_level(logging.DEBUG, "federation"):
            told = [f"ping: {ispra.pinger.ping('gavirate')}"] if door == "ping" else told_by(ispra, door)
        assert f"/federation/{door}" in "".join(zoo.targets)
        assert ispra.held() == before, "nothing is held"
        assert ispra.store.current().version == version
        assert_honest_is_read(somma, ispra)
        return " ".join([*told, *(record.getMessage() for record in caplog.records)])

    return visit


def told_by(reader, door):
    """A visit to the zoo, and what stands in the book about it. Only behind an honest page the cursor may move."""
    round_ = reader.puller.pull("gavirate")
    place = reader.place("gavirate")
    assert place.cursor == (0 if door in {"changes", "heads"} else 1)
    assert place.next_at <= reader.clock() + timedelta(seconds=LONGEST_BACKOFF_S + 1)
    with reader.replica.reading() as session:
        assert session.scalars(select(Match).where(Match.origin == "gavirate")).all() == [], "no copies are vouched for"
    if door in {"changes", "heads"}:
        assert (place.failures, place.last_error) == (1, str(round_.fault)[:500])
    else:
        assert round_.fault is None
    return [str(round_.fault), str(round_.differing)]


def forget_gavirate(reader):
    """As if it had never been visited."""
    with reader.replica.writing() as session:
        session.execute(delete(Peer).where(Peer.id == "gavirate"))
        session.execute(delete(Copy).where(Copy.origin == "gavirate"))
        session.commit()


def assert_honest_is_read(honest, reader):
    name = f"honest-{honest.seq}"
    honest.publish(name)
    assert reader.puller.pull(honest.id).fault is None
    assert (honest.id, name) in reader.held()
    assert reader.place(honest.id).failures == 0


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", BEASTS)
def test_a_beast_costs_one_fault_and_nobody_else_notices(visit, door, name):
    beast, codes = BEASTS[name]
    said = visit(door, beast, deadline_s=0.5 if name in SLOW else PATIENCE_S)
    assert any(f"{code}: " in said for code in codes), said


@pytest.mark.parametrize("door", [door for door in DOORS if door != "ping"])
@pytest.mark.parametrize("name", NOT_JSON)
def test_json_that_parsers_read_differently_is_an_answer_at_no_door(visit, door, name):
    began = time.monotonic()
    said = visit(door, say(answer(NOT_JSON[name] + b"\n" * (door in {"changes", "records"}))))
    codes = {"changes": "page", "heads": "heads", "records": "page", "roster": "the roster is still the one of before"}
    assert f"{codes.get(door, '')}: " in said
    assert time.monotonic() - began < PATIENCE_S, "no answer keeps a reader busy"


CRAMMED = {
    "nested": b'{"heads":[' + b",".join([b"[[[[[[[]]]]]]]"] * 200_000) + b"]}",
    "members": b"{" + b",".join(b'"%x":0' % number for number in range(300_000)) + b"}",
    "texts": b"[" + b",".join(b'"%x"' % number for number in range(190_000)) + b"]",
    "objects": b"{" + b",".join(b'"%x":{}' % number for number in range(99_000)) + b"}",
}
"""Three mebibytes that want to be many times as much."""
MEASURE = """
import pathlib, re, sys
from federation.client import PeerClient
from federation.keys import SigningKey
from federation.standing import Standing
from federation.transport import PeerFault

def most_kib():
    return int(re.search("VmHWM: *([0-9]+)", pathlib.Path("/proc/self/status").read_text().replace("\\t", " "))[1])

client = PeerClient(SigningKey.generate(), allow_private=True)
answer = client.get(sys.argv[1], "/federation/heads").body
before = most_kib()
for name in sys.argv[2:]:
    try:
        Standing.decoded(client.get(sys.argv[1], f"/federation/changes?{name}").body)
    except PeerFault as fault:
        print(name, fault.code)
print(most_kib() - before)
"""


def test_neither_bombs_nor_endless_answers_take_more_than_64_mib(zoo):
    """In a process of its own, because a process can be asked for the most that it ever had."""
    greedy = {name: (say(answer(body)), {"heads"}) for name, body in CRAMMED.items()}
    greedy |= {name.replace(" ", "-"): beast for name, beast in BEASTS.items() if "bomb" in name or "end:" in name}

    def beast(wire, over):
        greedy[zoo.targets[-1].partition("?")[2]][0](wire, over)

    with zoo.showing("changes", beast):
        command = [sys.executable, "-c", MEASURE, zoo.url, *greedy]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    *told, more_kib = done.stdout.splitlines()
    assert len(told) == len(greedy)
    assert [line for line in told if line.split()[1] not in greedy[line.split()[0]][1]] == []
    assert int(more_kib) < 64 * 1024


def test_of_nine_members_that_speak_for_all_each_is_heard_for_itself(tmp_path):
    """Nine times nine statements, each signed by a member in the name of another: only the diagonal is taken."""
    with Node(tmp_path, "somma-lombardo").open() as somma, Node(tmp_path, "ispra").open() as ispra:
        found(somma)
        admit(somma, ispra)
        members = [Node(tmp_path, f"member-{number}") for number in range(9)]
        pages = {}
        zoo = Zoo(lambda _door, target: pages[target])
        for member in members:
            member.url = f"{zoo.url}/{member.id}"
            admit(somma, member)
            lines = [member.line(f"{member.id}-as-{other.id}", origin=other.id) for other in members]
            pages[f"/{member.id}/federation/changes?after=0&limit=100"] = framed(
                lines, {"next": 9, "feed": member.id, "remaining": 0}
            )
        share_roster(somma, ispra)
        ispra.puller._renewal.refreshed_at = ispra.clock()
        rounds = [ispra.puller.pull(member.id) for member in members]
        zoo.listener.close()
        for member in members:
            member.close()
        assert {(round_.new, round_.refused, round_.fault) for round_ in rounds} == {(1, 8, None)}
        assert ispra.held() == {(member.id, f"{member.id}-as-{member.id}") for member in members}
        assert ispra.refusals() == {(member.id, "origin") for member in members}
