"""Whatever bytes arrive, a decoder answers or refuses: no other exception, and nothing forged is ever believed.

Valid lines, pages, answers, rosters, requests and invitations are damaged by a seeded mutator, bytes and whole JSON values
alike, and read. `make soak` does it as often as LINES says, with another seed each time.
"""

import base64
import json
import os
import random
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import zstandard

from federation import buckets, statement
from federation.apply import problem_of
from federation.buckets import BucketPage
from federation.client import Answer, decoded
from federation.joining import BadRequest, Invitation, JoinRequest
from federation.keys import VerifyKey, base64url
from federation.members import Roster, RosterFault
from federation.page import Page
from federation.repair import Repairer
from federation.sealing import Address, NotOpened, _content, unseal
from federation.signatures import BadSignature, Request, Stranger, verify
from federation.standing import Standing
from federation.statement import Envelope, Keyring, Refused, parse_line, strict_json
from federation.transport import PeerFault, RawAnswer
from tests.federation.nodes import vacancy
from tests.federation.test_vectors import vectors
from tests.federation.vectors import write

LINES = 20_000
SOAK_LINES = int(os.environ.get("LINES", "10000000"))
LEAST = 500
"""Of each decoder, however few are asked for: among two or three it may be that all are read, and rightly."""
CAP = 100_000
KEYS = {key["name"]: VerifyKey.from_jwk(key["jwk"]) for key in vectors("keys")}
KEYRING = Keyring({name: [key] for name, key in KEYS.items()})
BODIES = {
    "vacancy": {**vacancy("Cuoca"), "pay": {"min": 9.5, "period": "ora", "currency": "EUR"}, "languages": [{"code": "de"}]},
    "employer": {"name": "Rossi", "sector": "10", "comune": {"istat": "012072", "name": "Gavirate"}, "website": "https://rossi.example"},
    "desk": {**write.DESK, "address": "Piazza 1", "opening_hours": "9-12", "authorised": True, "comuni": ["012072"]},
    "figures": {"month": "2026-03", "generated_at": "2026-03-02T08:00:00Z", "rows": [{"comune": "012072", "contract": "x", "opened": 3}]},
    "head": json.loads(json.loads(vectors("heads")["head"])["payload"])["body"],
}  # fmt: skip
STATEMENTS = [
    *(each["line"].encode() for each in vectors("statements") if each["becomes"] == "taken"),
    *(line.encode() for line in vectors("heads")["records"][:3]),
    vectors("heads")["head"].encode(),
]
BELIEVED = {parse_line(line).line for line in STATEMENTS}
PAYLOADS = [
    json.dumps(
        write.payload("head:public" if kind == "head" else f"{kind}-1", 7, body, kind=kind, crit=["a"], ext={})
    ).encode()
    for kind, body in BODIES.items()
]


@dataclass(frozen=True)
class Decoder:
    """`read` takes bytes and raises one of `refusals`, or it returns what may be believed: then `is_true` of it holds."""

    samples: list[bytes]
    read: Callable[[bytes], Any]
    refusals: type[Exception] | tuple[type[Exception], ...]
    is_true: Callable[[Any], bool] = lambda _read: True


def read_statement(data):
    return statement.verify(parse_line(data), KEYRING).line


def read_payload(data):
    """As if a member had signed it: envelope, kind and body are looked into."""
    told = statement.read(Envelope(data.decode("utf-8", "replace"), "", ""), "kid")
    problem = problem_of(told, write.AT)
    assert problem is None or isinstance(problem, str)
    return told


def is_statement(told):
    return told.epoch >= 0 and told.seq >= 1 and told.not_after > told.issued_at


def read_standing(data):
    standing = Standing.decoded(data)
    standing.heads_of({"gavirate", "ispra"})
    return standing


HEAD = SimpleNamespace(origin="gavirate", audience="public", order=(1, 41), root=BODIES["head"]["root"])


def read_digests(data):
    client = SimpleNamespace(get=lambda *_: Answer(200, {}, data))
    return Repairer("ispra", None, None, client, None, None)._digests(HEAD, SimpleNamespace(url="https://a.example"))


def read_roster(data):
    return Roster.from_json(strict_json(data.decode("utf-8")), 1, "0" * 16, datetime(2030, 1, 1, tzinfo=UTC))


def request_sample(told):
    """Lines: method, address, body, then the fields of the signature."""
    fields = [f"{name}: {value}" for name, value in told["headers"].items()]
    return "\n".join([told["method"], told["url"], told["body"] or "", *fields]).encode()


SIGNED = {(told["method"], told["url"], (told["body"] or "").encode()) for told in vectors("requests")}


def read_request(data):
    """Fields as a server hands them over: any text at all."""
    method, url, body, *fields = [*data.decode("latin-1").split("\n"), "", "", ""]
    headers = {name: value for name, _, value in (field.partition(": ") for field in fields)}
    body = body.encode("latin-1")
    kid = verify(Request(method, url, headers), body, {KEYS["ispra"].kid: KEYS["ispra"]}.get, write.AT)
    return kid, (method, url, body)


def read_invitation(data):
    """Damaged in what it says, or in its spelling."""
    if data.startswith(b"{"):
        data = base64url(data).encode()
    return Invitation.read(data.decode("latin-1"))


SEALED = [json.loads(json.loads(each["line"])["payload"]) for each in vectors("sealed")["records"][:2]]
LETTERS = {payload["id"]: Address("gavirate", "ispra", "message", payload["id"]) for payload in SEALED}
CONTENTS = [each["content"] for each in vectors("sealed")["records"][:2]]


def sealed_sample(payload):
    """The id, then the sealed body with its header in the clear."""
    header = base64.urlsafe_b64decode(payload["body"]["protected"] + "==").decode()
    return json.dumps({"id": payload["id"], **payload["body"], "protected": header}).encode()


def read_sealed(data):
    told = strict_json(data.decode("utf-8"))
    if not isinstance(told, dict) or str(told.get("id")) not in LETTERS:
        raise ValueError("no letter of the two")
    if isinstance(told.get("protected"), str):
        told["protected"] = base64url(told["protected"].encode())
    return unseal(told, LETTERS[told.pop("id")], write.sealing_key("ispra"))


def unfold(encoding):
    return lambda data: decoded(RawAnswer(200, {"content-encoding": encoding}, data), CAP)


TOKEN = vectors("invitation")["token"]
PAGES = vectors("pages")
GZIP = zlib.compressobj(wbits=31)
DECODERS = {
    "statement": Decoder(STATEMENTS, read_statement, Refused, BELIEVED.__contains__),
    "payload": Decoder(PAYLOADS, read_payload, Refused, is_statement),
    "line of a bucket": Decoder(
        [line.encode() for page in vectors("repair")["pages"] for line in page.splitlines()], buckets.read, Refused
    ),
    "page": Decoder(
        [PAGES["whole"].encode()],
        lambda data: Page.decoded(data, PAGES["after"]),
        PeerFault,
        lambda page: page.next >= PAGES["after"],
    ),
    "page of a bucket": Decoder(
        [page.encode() for page in vectors("repair")["pages"]], lambda data: BucketPage.decoded(data, "abc"), PeerFault
    ),
    "heads": Decoder(
        [json.dumps({"feed": "f", "next": 3, "heads": [json.loads(vectors("heads")["head"])], "origins": {}}).encode()],
        read_standing,
        PeerFault,
    ),
    "digests": Decoder(
        [json.dumps({"digests": vectors("heads")["digests"]}).encode()],
        read_digests,
        PeerFault,
        lambda told: [digest.hex() for digest in told] == vectors("heads")["digests"],
    ),
    "roster": Decoder(
        [text.encode() for name, text in vectors("roster")["files"].items() if name.startswith("targets/")],
        read_roster,
        (RosterFault, ValueError),
        lambda roster: len(roster.members) <= 2,
    ),
    "request": Decoder(
        [request_sample(told) for told in vectors("requests")],
        read_request,
        (BadSignature, Stranger),
        lambda told: told[0] == KEYS["ispra"].kid and told[1] in SIGNED,
    ),
    "invitation": Decoder(
        [TOKEN.encode(), base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))], read_invitation, ValueError
    ),
    "request to join": Decoder(
        [json.dumps(vectors("invitation")["request"]).encode()], JoinRequest.read, BadRequest
    ),
    "sealed body": Decoder(
        [sealed_sample(payload) for payload in SEALED], read_sealed, ValueError, CONTENTS.__contains__
    ),
    "sealed words": Decoder(
        [json.dumps({**LETTERS["question-1"]._asdict(), "body": CONTENTS[0]}).encode().ljust(1024)],
        lambda data: _content(data, LETTERS["question-1"]),
        NotOpened,
        lambda told: isinstance(told, dict),
    ),
    "zstd": Decoder(
        [zstandard.ZstdCompressor().compress(STATEMENTS[0] * 9)], unfold("zstd"), PeerFault, lambda got: len(got) <= CAP
    ),
    "gzip": Decoder(
        [GZIP.compress(STATEMENTS[0] * 9) + GZIP.flush()], unfold("gzip"), PeerFault, lambda got: len(got) <= CAP
    ),
}  # fmt: skip

VALUE = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\{\}|\[\]')
NASTY = [
    b"null", b"true", b"0", b"-0", b"-1", b"1.0", b"1e999", b"-1e-999", b"9007199254740992", b"9007199254740993", b"9" * 400,
    b"NaN", b"Infinity", b'""', b'"\\ud800"', b'"\\u0000"', b'"\\ud83d\\ude00"', b'"\xff"', "\"٣\"".encode(), b'"x\\ny"',
    b"[]", b"{}", b"[[]]", b'[{"a":{}}]', b"[" * 17 + b"]" * 17, b"[" * 2_000 + b"]" * 2_000, b'{"x":1,"x":2}', b'"' + b"x" * 70_000 + b'"',
    b'"9999-12-31T23:59:59Z"', b'"0000-00-00T00:00:00Z"', b'"2026-02-30T00:00:00Z"', b'"https://[::1"', b'"//"',
]  # fmt: skip


def damaged(sample, others, chance):
    """The sample with one to four wounds."""
    data = bytearray(sample)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        chance.choice(WOUNDS)(data, others, chance)
    return bytes(data)


def replace_bytes(data, _others, chance):
    at = chance.randrange(len(data) + 1)
    data[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))


def flip_a_bit(data, _others, chance):
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut_or_double(data, _others, chance):
    first, last = sorted(chance.randrange(len(data) + 1) for _ in "12")
    data[first:last] = data[first:last] * chance.choice((0, 2))


def splice(data, others, chance):
    other = chance.choice(others)
    first, last = sorted(chance.randrange(len(other) + 1) for _ in "12")
    data[chance.randrange(len(data) + 1) :] = other[first:last]


def replace_value(data, others, chance):
    """A JSON value gives way to another, of its own document or of none that was expected."""
    found = list(VALUE.finditer(data))
    if found:
        value = chance.choice(found)
        stranger = bytes(chance.choice(found)[0])
        data[value.start() : value.end()] = chance.choice((chance.choice(NASTY), stranger))


WOUNDS = (replace_bytes, flip_a_bit, cut_or_double, splice, replace_value, replace_value, replace_value)


def read_damaged(decoder, count, seed):
    """How many of so many damaged samples were refused; the rest was read, and it was true."""
    chance, refused = random.Random(seed), 0
    for number in range(count):
        data = damaged(chance.choice(decoder.samples), decoder.samples, chance)
        try:
            read = decoder.read(data)
        except decoder.refusals:
            refused += 1
        except Exception as fault:
            raise AssertionError(f"seed {seed}, number {number}: {fault!r} for {data!r}") from fault
        else:
            assert decoder.is_true(read), f"seed {seed}, number {number}: {data!r} was believed"
    return refused


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_reads_what_is_whole(name):
    decoder = DECODERS[name]
    for sample in decoder.samples:
        with_trailer = name == "line of a bucket" and b'"next"' in sample
        assert with_trailer or decoder.is_true(decoder.read(sample))


@pytest.mark.parametrize("name", DECODERS)
def test_damaged_bytes_are_refused_as_such_and_nothing_forged_is_believed(name):
    count = LINES // len(DECODERS) + 1
    assert read_damaged(DECODERS[name], count, seed=7) > count / 4


@pytest.mark.soak
@pytest.mark.parametrize("name", DECODERS)
def test_ten_million_damaged_lines_are_refused_as_such(name):
    count = max(SOAK_LINES // len(DECODERS) + 1, LEAST)
    assert read_damaged(DECODERS[name], count, seed=time.time_ns()) > 0
