"""Writes the test vectors beside this file: `python -m tests.federation.vectors.write`.

Keys, times and secrets are fixed and Ed25519 is deterministic, so the same program always writes the same bytes. A
change of the vectors is a change of the protocol: it needs a reason in PROTOCOL.md.
"""

import hashlib
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from securesystemslib.signer import CryptoSigner

from federation import buckets, head, push, rekeying, statement
from federation.bringing import BroughtBucket, BroughtPage, Receipt
from federation.buckets import BucketPage
from federation.joining import Invitation, JoinRequest
from federation.keys import SealingKey, SigningKey
from federation.letters import answer_to
from federation.members import Member, Roster
from federation.page import Page
from federation.receipts import receipt_for
from federation.rekeying import KeyChange
from federation.repository import create_repository
from federation.roster import network_id
from federation.sealing import Address, seal
from federation.signatures import Request, sign

FOLDER = Path(__file__).parent
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
URL = "https://lavoro.gavirate.example"


def seed(name):
    return hashlib.sha256(f"citta-del-lavoro test vector: {name}".encode()).digest()


def signing_key(name):
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed(name)))


def sealing_key(name):
    return SealingKey(X25519PrivateKey.from_private_bytes(seed(f"{name} sealing")))


GAVIRATE, ISPRA = signing_key("gavirate"), signing_key("ispra")


def keys():
    """Keys with their names."""
    return [
        {"name": name, "seed": seed(name).hex(), "jwk": signing_key(name).public.jwk(), "kid": signing_key(name).kid}
        for name in ("gavirate", "ispra")
    ]


def payload(id, seq, body, **changes):
    life = timedelta(days=90 if body is None else 60)
    told = {
        "v": 1,
        "origin": "gavirate",
        "kind": "desk",
        "id": id,
        "epoch": 1,
        "seq": seq,
        "audience": "public",
        "issued_at": statement.instant(AT),
        "not_after": statement.instant(AT + life),
        "body": body,
    }
    return {**told, **changes}


DESK = {"name": "Sportello «Lavoro»", "comune": {"istat": "012072", "name": "Gavirate"}, "phone": "0332 000000"}


def line(told, key=GAVIRATE):
    return statement.sign(told, key).decode()


def resigned(text, key=GAVIRATE):
    """A line over any payload text whatever."""
    protected = statement.protected_header(key.kid)
    signature = statement.base64url(key.sign(f"{protected}.{text}".encode()))
    return statement.Envelope(text, protected, signature).line.decode()


def statements():
    """Lines with what becomes of each: taken, or refused with the code."""
    good = line(payload("sportello-1", 1, DESK))
    text = json.loads(good)["payload"]
    other = json.loads(line(payload("sportello-1", 2, DESK)))
    return [
        {"name": "a record", "line": good, "becomes": "taken"},
        {"name": "a withdrawal", "line": line(payload("sportello-2", 2, None)), "becomes": "taken"},
        {"name": "escapes that are not the shortest", "line": resigned(text.replace("Lavoro", "\\u004cavoro")), "becomes": "taken"},
        {"name": "an unknown kind", "line": line(payload("strano-1", 3, {"a": 1}, kind="horoscope")), "becomes": "taken"},
        {"name": "one letter changed", "line": good.replace("Sportello", "Sportella"), "becomes": "signature"},
        {"name": "the signature of another", "line": json.dumps({**json.loads(good), "signature": other["signature"]}), "becomes": "signature"},
        {"name": "a key that nobody has", "line": line(payload("sportello-3", 4, DESK), signing_key("nobody")), "becomes": "key"},
        {"name": "in the name of another", "line": line(payload("sportello-4", 5, DESK, origin="ispra")), "becomes": "origin"},
        {"name": "a member written twice", "line": resigned(text[:-1] + ',"seq":9}'), "becomes": "envelope"},
        {"name": "an integer beyond 2^53", "line": resigned(text.replace('"seq":1', '"seq":9007199254740993')), "becomes": "envelope"},
        {"name": "a fourth member", "line": json.dumps({**json.loads(good), "header": {}}), "becomes": "line"},
        {"name": "no JSON", "line": good[:-1], "becomes": "line"},
        {"name": "61 days of life", "line": line(payload("sportello-5", 6, DESK, not_after=statement.instant(AT + timedelta(days=61)))), "becomes": "envelope"},
    ]  # fmt: skip


def heads():
    """Live records of one audience, the sixteen digests, and the head that sums them up."""
    records = [
        payload(f"record-{number:03}", number, {**DESK, "name": f"Sportello {number}"}) for number in range(1, 41)
    ]
    lines = [line(told) for told in records]
    described = [
        head.Line(
            told["id"], told["epoch"], told["seq"], AT + timedelta(days=60), statement.parse_line(text.encode()).digest
        )
        for told, text in zip(records, lines, strict=True)
    ]
    summed = head.summary(described)
    body = summed.body(AT + timedelta(hours=96))
    return {
        "records": lines,
        "described": [line.encoded().decode() for line in described],
        "digests": [digest.hex() for digest in summed.digests],
        "head": line(payload("head:public", 41, body, kind="head")),
    }


def repair():
    """The digests that belong to the head, and the pages of one bucket that hash to one of them.

    A record of that bucket has ended since the head was issued.
    """
    told = heads()
    ended = payload("record-041", 42, DESK, not_after=statement.instant(AT + timedelta(hours=1)))
    lines = [*told["records"], line(ended)]
    records = [statement.read(statement.parse_line(text.encode()), GAVIRATE.kid) for text in lines]
    described = [head.Line(each.id, each.epoch, each.seq, each.not_after, each.digest) for each in records]
    summed = head.summary(described)
    bucket = head.bucket_of("record-041")
    inside = sorted((each for each in described if head.bucket_of(each.id) == bucket), key=lambda each: each.id)
    travelling = [
        buckets.bare(each) if each.id == "record-041" else records[described.index(each)].line for each in inside
    ]
    pages = [BucketPage(tuple(travelling[:2]), inside[1].id), BucketPage(tuple(travelling[2:]), None)]
    return {
        "head": line(payload("head:public", 43, summed.body(AT + timedelta(hours=96)), kind="head")),
        "asked_at": statement.instant(AT + timedelta(hours=2)),
        "digests": [digest.hex() for digest in summed.digests],
        "bucket": bucket,
        "pages": [page.encoded().decode() for page in pages],
    }


def sealed():
    """Sealed records with what is inside, or the reason why each is not opened."""
    question = Address("gavirate", "ispra", "message", "question-1")
    told = {"topic": "delivery-proof", "content": {}}
    reply = Address("ispra", "gavirate", "message", answer_to("gavirate", question.id))
    receipt = Address("ispra", "gavirate", "receipt", receipt_for("gavirate"))
    covers = {"covers": [{"audience": "public", "epoch": 1, "seq": 41}]}
    longer = question._replace(id="question-2")
    vectors = [
        {"name": "a question", "line": letter(question, told), "content": told},
        {"name": "a question of two KiB", "line": letter(longer, {**told, "content": {"words": "è " * 400}}), "content": {**told, "content": {"words": "è " * 400}}},
        {"name": "its answer", "line": letter(reply, {**told, "answers": question.id}), "content": {**told, "answers": question.id}},
        {"name": "a receipt", "line": letter(receipt, covers), "content": covers},
        {"name": "sealed for another id", "line": letter(question, told, around=longer), "why": "content"},
        {"name": "sealed by another", "line": letter(question._replace(origin="ispra"), told, around=question), "why": "form"},
        {"name": "sealed to a key that is not the recipient's", "line": letter(question, told, to="gavirate"), "why": "key"},
        {"name": "one bit changed", "line": letter(question, told, tag="A" * 22), "why": "seal"},
    ]  # fmt: skip
    names = ("gavirate", "ispra")
    keys = [{"name": name, "seed": seed(f"{name} sealing").hex(), "kid": sealing_key(name).kid} for name in names]
    return {"keys": keys, "records": vectors}


def letter(address, content, around=None, to=None, **changes):
    """A statement that carries a sealed body; `around` is its own address where it differs from the one inside."""
    drawn = iter(range(2))

    def fresh(size):
        return seed(f"{address.id} {next(drawn)}")[:size]

    body = seal(content, address, sealing_key(to or address.recipient).public, fresh) | changes
    carrier = around or address
    told = payload(
        carrier.id, 7, body, kind=carrier.kind, origin=carrier.origin, audience=f"sealed:{carrier.recipient}"
    )
    return line(told, {"gavirate": GAVIRATE, "ispra": ISPRA}[carrier.origin])


def pages():
    """A page, the same one cut, and what each says."""
    whole = Page((line(payload("sportello-1", 1, DESK)).encode(),), 17, "3f9a", 4).encoded().decode()
    return {
        "after": 16,
        "whole": whole,
        "next": 17,
        "feed": "3f9a",
        "remaining": 4,
        "cut": whole[: whole.index("\n") + 1],
    }


def requests():
    """Signed requests with the text that was signed."""
    asked = Request("GET", f"{URL}/federation/changes?after=17&limit=500", {})
    sign(asked, ISPRA, AT)
    pinged = Request("POST", f"{URL}/federation/ping", {})
    sign(pinged, ISPRA, AT)
    told = json.dumps(join_request().as_json(), separators=(",", ":"))
    joined = Request("POST", f"{URL}/federation/join", {})
    sign(joined, ISPRA, AT, told.encode())
    return [as_told(request, body) for request, body in ((asked, None), (pinged, None), (joined, told))]


def as_told(request, body):
    return {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "body": body,
        "signer": "ispra",
        "at": statement.instant(AT),
    }


def posted(target, body):
    """A request of ispra with a body, signed."""
    request = Request("POST", f"{URL}{target}", {})
    sign(request, ISPRA, AT, body.encode())
    return as_told(request, body)


def pushed():
    """What ispra, which has no address, brings to gavirate: a page at the end of its feed with the digests of its head, then
    a bucket in two pages, of which the relay had lost the records; with the answers.
    """
    records = [own(f"record-{number:03}", number, DESK) for number in range(1, 41)]
    lines = [line(told, ISPRA).encode() for told in records]
    read = [statement.read(statement.parse_line(text), ISPRA.kid) for text in lines]
    summed = head.summary([head.Line(each.id, each.epoch, each.seq, each.not_after, each.digest) for each in read])
    told = summed.body(AT + timedelta(hours=96))
    last = line(own("head:public", 41, told, kind="head"), ISPRA).encode()
    bucket = head.bucket_of("record-001")
    inside = [each for each in read if head.bucket_of(each.id) == bucket]
    page = BroughtPage((lines[39], last), 39, 41, "3f9a", 0, {"public": summed.digests})
    whose = "public", bucket, (1, 41), summed.digests
    first = BroughtBucket((inside[0].line,), *whose, "", inside[0].id)
    rest = BroughtBucket(tuple(each.line for each in inside[1:]), *whose, inside[0].id)
    answers = [Receipt("3f9a", 41, (("public", bucket),)), Receipt("3f9a", 41), Receipt("3f9a", 41)]
    return [
        {**posted(push.TARGET, brought.encoded().decode()), "answer": json.loads(answer.encoded())}
        for brought, answer in zip((page, first, rest), answers, strict=True)
    ]


def own(id, seq, body, **changes):
    return payload(id, seq, body, origin="ispra", **changes)


def key_changes():
    """Ispra asks the capofila for a second key, and with that one, when it is in the roster, for the end of the first."""
    network, newer = network_id(roster()["files"]["metadata/1.root.json"].encode()), signing_key("ispra-2")
    wanted = KeyChange.adding(newer, network, "ispra", ISPRA.kid)
    given = posted(rekeying.TARGET, json.dumps(wanted.as_json(), separators=(",", ":")))
    ended = Request("POST", f"{URL}{rekeying.TARGET}", {})
    body = json.dumps(KeyChange(drop=ISPRA.kid).as_json(), separators=(",", ":"))
    sign(ended, newer, AT, body.encode())
    return {
        "network": network,
        "key": {"name": "ispra-2", "seed": seed("ispra-2").hex(), "jwk": newer.public.jwk(), "kid": newer.kid},
        "proven": f"cdl-1 key {network} ispra {ISPRA.kid}",
        "requests": [given, {**as_told(ended, body), "signer": "ispra-2"}],
    }


def join_request():
    return JoinRequest(
        "ispra", "https://lavoro.ispra.example", (), "s3cret" * 7, ISPRA.public, sealing_key("ispra").jwk()
    )


def roster():
    """A whole TUF repository of a network with two members, as it is served."""
    members = [
        Member(
            "gavirate",
            "Comune di Gavirate",
            ("012072",),
            URL,
            (),
            (GAVIRATE.public,),
            sealing_key("gavirate").jwk(),
            "capofila",
        ),
        Member(
            "ispra", "Comune di Ispra", ("012084",), None, ("gavirate",), (ISPRA.public,), sealing_key("ispra").jwk()
        ),
    ]
    told = Roster(1, "", {member.id: member for member in members}, "Rete di prova").as_json()
    made = iter(range(100))

    def new_key():
        return CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed(f"tuf {next(made)}")))

    with tempfile.TemporaryDirectory() as folder:
        root_v1 = create_repository(Path(folder), told, Path(folder) / "root", 3, 2, AT, new_key)
        served = Path(folder) / "repository"
        files = {str(path.relative_to(served)): path.read_text() for path in sorted(served.rglob("*.json"))}
    return {"network": network_id(root_v1), "files": files, "members": told["members"]}


def invitations():
    told = {"url": URL, "id": "ispra", "name": "Comune di Ispra", "comuni": ("012084",), "secret": "s3cret" * 7}
    root = hashlib.sha256(roster()["files"]["metadata/1.root.json"].encode()).hexdigest()
    invitation = Invitation(**told, root=root, expires_at=AT + timedelta(hours=72))
    return {
        "token": invitation.token(),
        "expires_at": statement.instant(invitation.expires_at),
        "root": root,
        "digest": invitation.digest,
        "request": join_request().as_json(),
        **told,
        "comuni": list(told["comuni"]),
    }


VECTORS = {
    "keys": keys,
    "statements": statements,
    "heads": heads,
    "repair": repair,
    "sealed": sealed,
    "pages": pages,
    "requests": requests,
    "push": pushed,
    "rekeying": key_changes,
    "roster": roster,
    "invitation": invitations,
}


def written(name):
    """The text of a file of vectors."""
    return json.dumps(VECTORS[name](), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name in VECTORS:
        (FOLDER / f"{name}.json").write_text(written(name), "utf-8")
