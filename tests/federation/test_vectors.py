"""The vectors of PROTOCOL.md, checked as a stranger would: with `cryptography` and the standard library alone.

Nothing of this project is imported here on purpose. What this file does is what another implementation has to do.
"""

import base64
import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FOLDER = Path(__file__).parent / "vectors"
DAYS = {"record": 60, "withdrawal": 90}


def vectors(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public(jwk):
    assert (jwk["kty"], jwk["crv"]) == ("OKP", "Ed25519")
    return Ed25519PublicKey.from_public_bytes(decoded(jwk["x"]))


KEYS = {key["name"]: key for key in vectors("keys")}


def protected_by(kid):
    return unpadded(f'{{"alg":"Ed25519","b64":false,"crit":["b64"],"kid":"{kid}"}}'.encode())


SIGNERS = {protected_by(key["kid"]): key for key in KEYS.values()}


def holds(key, signature, data):
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def strict(text):
    """JSON in which every member stands once and no integer exceeds 2^53."""

    def once(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a member is written twice")
        return dict(pairs)

    def small(digits):
        if abs(int(digits)) > 2**53:
            raise ValueError("too big")
        return int(digits)

    return json.loads(text, object_pairs_hook=once, parse_int=small)


def life_days(payload):
    first, last = (date.fromisoformat(payload[name][:10]) for name in ("issued_at", "not_after"))
    return (last - first).days


def what_becomes_of(line):
    """`taken`, or the code with which a line is refused."""
    try:
        told = strict(line)
    except ValueError:
        return "line"
    if set(told) != {"payload", "protected", "signature"}:
        return "line"
    signer = SIGNERS.get(told["protected"])
    if signer is None:
        return "key"
    signed = f"{told['protected']}.{told['payload']}".encode()
    if not holds(public(signer["jwk"]), decoded(told["signature"]), signed):
        return "signature"
    try:
        payload = strict(told["payload"])
    except ValueError:
        return "envelope"
    if life_days(payload) > (DAYS["withdrawal"] if payload["body"] is None else DAYS["record"]):
        return "envelope"
    return "taken" if payload["origin"] == signer["name"] else "origin"


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key["name"])
def test_a_kid_is_the_thumbprint_of_its_key(key):
    made = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["seed"])).public_key()
    assert unpadded(made.public_bytes_raw()) == key["jwk"]["x"]
    required = json.dumps(
        {name: key["jwk"][name] for name in ("crv", "kty", "x")}, separators=(",", ":"), sort_keys=True
    )
    assert unpadded(hashlib.sha256(required.encode()).digest()) == key["kid"]


@pytest.mark.parametrize("vector", vectors("statements"), ids=lambda vector: vector["name"])
def test_each_line_becomes_what_the_vector_says(vector):
    assert what_becomes_of(vector["line"]) == vector["becomes"]


def test_a_head_sums_up_its_records():
    told = vectors("heads")
    buckets = {digit: [] for digit in "0123456789abcdef"}
    for line, described in zip(told["records"], told["described"], strict=True):
        assert what_becomes_of(line) == "taken"
        parts = json.loads(line)
        payload = json.loads(parts["payload"])
        digest = hashlib.sha256(f"{parts['protected']}.{parts['payload']}.{parts['signature']}".encode()).hexdigest()
        own = f"{payload['id']} {payload['epoch']} {payload['seq']} {payload['not_after']} {digest}\n"
        assert own == described
        buckets[hashlib.sha256(payload["id"].encode()).hexdigest()[0]].append(own.encode())
    digests = [hashlib.sha256(b"".join(sorted(lines))) for lines in buckets.values()]
    assert [digest.hexdigest() for digest in digests] == told["digests"]
    body = json.loads(json.loads(told["head"])["payload"])["body"]
    assert what_becomes_of(told["head"]) == "taken"
    assert body["root"] == hashlib.sha256(b"".join(digest.digest() for digest in digests)).hexdigest()
    assert body["count"] == len(told["records"])


def test_a_bucket_hashes_to_its_digest_and_the_digests_to_the_root():
    told = vectors("repair")
    head = json.loads(json.loads(told["head"])["payload"])
    assert what_becomes_of(told["head"]) == "taken"
    raw = b"".join(map(bytes.fromhex, told["digests"]))
    assert hashlib.sha256(raw).hexdigest() == head["body"]["root"]
    described, after = [], ""
    for page in told["pages"]:
        *lines, trailer, after_the_last_newline = page.split("\n")
        assert after_the_last_newline == ""
        described += [line_of(json.loads(line), told["asked_at"]) for line in lines]
        ids = [each.split(" ")[0] for each in described]
        assert (ids, after) == (sorted(ids), after and ids[-len(lines) - 1])
        after = json.loads(trailer)["next"]
    assert after is None
    assert {hashlib.sha256(name.encode()).hexdigest()[0] for name in ids} == {told["bucket"]}
    alive = sorted(line.encode() for line in described if line.split(" ")[3] > head["issued_at"])
    assert hashlib.sha256(b"".join(alive)).hexdigest() == told["digests"]["0123456789abcdef".index(told["bucket"])]


def line_of(told, asked_at):
    """What a head says of a record, from its statement or from its bare line."""
    if "payload" not in told:
        assert told["not_after"] <= asked_at
        return f"{told['id']} {told['epoch']} {told['seq']} {told['not_after']} {told['sha256']}\n"
    payload = json.loads(told["payload"])
    digest = hashlib.sha256(f"{told['protected']}.{told['payload']}.{told['signature']}".encode()).hexdigest()
    return f"{payload['id']} {payload['epoch']} {payload['seq']} {payload['not_after']} {digest}\n"


def sized(data):
    return len(data).to_bytes(4, "big") + data


def opened(payload, key):
    """What is sealed in the body of a statement, or the reason why it is not to be read."""
    body, recipient = payload["body"], payload["audience"].removeprefix("sealed:")
    header = strict(decoded(body["protected"]))
    parties = payload["origin"].encode(), recipient.encode()
    if (header["alg"], header["enc"]) != ("ECDH-ES", "A256GCM"):
        return "form"
    if (decoded(header["apu"]), decoded(header["apv"])) != parties or set(body) != {
        "protected",
        "iv",
        "ciphertext",
        "tag",
    }:
        return "form"
    if header["kid"] != key["kid"]:
        return "key"
    ours = X25519PrivateKey.from_private_bytes(bytes.fromhex(key["seed"]))
    shared = ours.exchange(X25519PublicKey.from_public_bytes(decoded(header["epk"]["x"])))
    info = sized(b"A256GCM") + sized(parties[0]) + sized(parties[1]) + (256).to_bytes(4, "big")
    secret = hashlib.sha256((1).to_bytes(4, "big") + shared + info).digest()
    closed = decoded(body["ciphertext"]) + decoded(body["tag"])
    try:
        plaintext = AESGCM(secret).decrypt(decoded(body["iv"]), closed, body["protected"].encode())
    except InvalidTag:
        return "seal"
    told = strict(plaintext)
    repeated = {"origin": payload["origin"], "recipient": recipient, "kind": payload["kind"], "id": payload["id"]}
    if len(plaintext) % 1024 or told != {**repeated, "body": told["body"]}:
        return "content"
    return told["body"]


@pytest.mark.parametrize("vector", vectors("sealed")["records"], ids=lambda vector: vector["name"])
def test_a_sealed_record_is_opened_by_its_recipient_and_only_as_what_it_is(vector):
    assert what_becomes_of(vector["line"]) == "taken"
    payload = strict(strict(vector["line"])["payload"])
    keys = {f"sealed:{key['name']}": key for key in vectors("sealed")["keys"]}
    assert opened(payload, keys[payload["audience"]]) == vector.get("content", vector.get("why"))


def test_the_ids_of_an_answer_and_of_a_receipt_follow_from_what_they_answer():
    records = {vector["name"]: strict(strict(vector["line"])["payload"]) for vector in vectors("sealed")["records"]}
    asked = records["a question"]
    assert records["its answer"]["id"] == hashlib.sha256(f"{asked['origin']} {asked['id']}".encode()).hexdigest()[:40]
    assert records["a receipt"]["id"] == "receipt:gavirate"


def test_the_kid_of_a_sealing_key_is_its_thumbprint():
    for key in vectors("sealed")["keys"]:
        made = X25519PrivateKey.from_private_bytes(bytes.fromhex(key["seed"])).public_key()
        told = f'{{"crv":"X25519","kty":"OKP","x":"{unpadded(made.public_bytes_raw())}"}}'
        assert unpadded(hashlib.sha256(told.encode()).digest()) == key["kid"]


def test_a_page_ends_with_its_trailer():
    told = vectors("pages")
    *lines, trailer, after_the_last_newline = told["whole"].split("\n")
    assert after_the_last_newline == ""
    assert [what_becomes_of(line) for line in lines] == ["taken"]
    assert json.loads(trailer) == {name: told[name] for name in ("next", "feed", "remaining")}
    assert "next" not in json.loads(told["cut"].split("\n")[-2])


NEWER = vectors("rekeying")["key"]
REQUESTS = [*vectors("requests"), *vectors("push"), *vectors("rekeying")["requests"]]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda told: f"{told['method']} {told['url'][-24:]}")
def test_a_request_is_signed_over_its_method_address_and_body(request_):
    headers, signer = request_["headers"], {**KEYS, NEWER["name"]: NEWER}[request_["signer"]]
    label, _, parameters = headers["Signature-Input"].partition("=")
    covered = re.findall(r'"([^"]+)"', parameters.partition(")")[0])
    values = {"@method": request_["method"], "@target-uri": request_["url"]}
    if request_["body"] is not None:
        digest = base64.b64encode(hashlib.sha256(request_["body"].encode()).digest()).decode()
        assert headers["Content-Digest"] == f"sha-256=:{digest}:"
        values["content-digest"] = headers["Content-Digest"]
    assert covered == list(values)
    base = "\n".join(f'"{name}": {values[name]}' for name in covered) + f'\n"@signature-params": {parameters}'
    signature = re.fullmatch(rf"{label}=:([A-Za-z0-9+/=]+):", headers["Signature"])[1]
    assert holds(public(signer["jwk"]), base64.b64decode(signature), base.encode())
    told = dict(re.findall(r';(\w+)="?([^";]+)"?', parameters))
    assert set(told) == {"created", "expires", "keyid", "tag"}
    assert (told["keyid"], told["tag"]) == (signer["kid"], "cdl-1")
    assert int(told["expires"]) - int(told["created"]) <= 300


def bucket_line(line):
    """What a head says of a record (its bucket, its line), from the statement."""
    told = strict(line)
    payload = strict(told["payload"])
    digest = hashlib.sha256(f"{told['protected']}.{told['payload']}.{told['signature']}".encode()).hexdigest()
    text = f"{payload['id']} {payload['epoch']} {payload['seq']} {payload['not_after']} {digest}\n"
    return hashlib.sha256(payload["id"].encode()).hexdigest()[0], text.encode()


def test_what_is_brought_ends_with_a_trailer_whose_digests_are_those_of_the_head():
    page, *rest = vectors("push")
    *lines, trailer, after_the_last_newline = page["body"].split("\n")
    assert after_the_last_newline == ""
    assert [what_becomes_of(line) for line in lines] == ["taken", "taken"]
    told, payload = strict(trailer), strict(strict(lines[-1])["payload"])
    assert (told["after"], told["next"], told["feed"], told["remaining"]) == (39, 41, "3f9a", 0)
    raw = [bytes.fromhex(digest) for digest in told["digests"]["public"]]
    assert (payload["kind"], hashlib.sha256(b"".join(raw)).hexdigest()) == ("head", payload["body"]["root"])
    assert page["answer"] == {
        "feed": "3f9a",
        "acknowledged": 41,
        "wanted": [["public", strict(rest[0]["body"].split("\n")[-2])["bucket"]]],
    }


def test_the_pages_of_a_bucket_that_is_brought_hash_together_to_its_digest():
    _, first, last = vectors("push")
    inside = []
    trailers = []
    for page in (first, last):
        *lines, trailer, _ = page["body"].split("\n")
        assert {what_becomes_of(line) for line in lines} == {"taken"}
        inside += map(bucket_line, lines)
        trailers.append(strict(trailer))
        assert page["answer"]["wanted"] == []
    begins, ends = trailers
    assert (begins["after"], ends["after"], ends["next"]) == ("", begins["next"], None)
    assert begins["head"] == ends["head"] == [1, 41]
    assert {bucket for bucket, _ in inside} == {begins["bucket"]} == {ends["bucket"]}
    digest = hashlib.sha256(b"".join(sorted(text for _, text in inside))).hexdigest()
    assert begins["digests"][int(begins["bucket"], 16)] == digest


def test_a_new_key_signs_whose_it_is_to_be_and_then_ends_the_old_one():
    told = vectors("rekeying")
    given, ended = (strict(request_["body"]) for request_ in told["requests"])
    old = KEYS["ispra"]["kid"]
    assert told["proven"] == f"cdl-1 key {vectors('roster')['network']} ispra {old}"
    assert given == {"v": 1, "key": NEWER["jwk"], "proof": given["proof"]}
    assert holds(public(NEWER["jwk"]), decoded(given["proof"]), told["proven"].encode())
    assert not holds(public(KEYS["ispra"]["jwk"]), decoded(given["proof"]), told["proven"].encode())
    assert ended == {"v": 1, "drop": old}
    assert [request_["signer"] for request_ in told["requests"]] == ["ispra", "ispra-2"]


def canonical(signed):
    """OLPC canonical JSON, as TUF signs it; the metadata of a roster has no text that would need more escapes."""
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signatures_that_hold(metadata, root, role):
    ids = root["signed"]["roles"][role]["keyids"]
    found = set()
    for told in metadata["signatures"]:
        if told["keyid"] in ids:
            key = root["signed"]["keys"][told["keyid"]]
            assert key["scheme"] == "ed25519"
            raw = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["keyval"]["public"]))
            if holds(raw, bytes.fromhex(told["sig"]), canonical(metadata["signed"])):
                found.add(told["keyid"])
    return len(found)


def test_a_roster_is_believed_from_its_root_to_its_last_member():
    told = vectors("roster")
    files = told["files"]
    assert hashlib.sha256(files["metadata/1.root.json"].encode()).hexdigest()[:16] == told["network"]
    root = json.loads(files["metadata/1.root.json"])
    timestamp = json.loads(files["metadata/timestamp.json"])
    number = timestamp["signed"]["meta"]["snapshot.json"]["version"]
    snapshot = json.loads(files[f"metadata/{number}.snapshot.json"])
    number = snapshot["signed"]["meta"]["targets.json"]["version"]
    targets = json.loads(files[f"metadata/{number}.targets.json"])
    roles = {"root": root, "timestamp": timestamp, "snapshot": snapshot, "targets": targets}
    for role, metadata in roles.items():
        assert metadata["signed"]["_type"] == role
        assert signatures_that_hold(metadata, root, role) >= root["signed"]["roles"][role]["threshold"]
    described = targets["signed"]["targets"]["roster.json"]
    roster = files[f"targets/{described['hashes']['sha256']}.roster.json"].encode()
    assert hashlib.sha256(roster).hexdigest() == described["hashes"]["sha256"]
    assert len(roster) == described["length"]
    assert json.loads(roster)["members"] == told["members"]
    assert [KEYS[member["id"]]["jwk"] for member in told["members"]] == [
        member["keys"][0] for member in told["members"]
    ]


def test_an_invitation_says_whom_it_invites_and_to_which_network():
    told = vectors("invitation")
    token = json.loads(decoded(told["token"]))
    assert token.pop("v") == 1
    assert token == {name: told[name] for name in token}
    assert set(token) == {"url", "root", "id", "name", "comuni", "secret", "expires_at"}
    assert token["root"][:16] == vectors("roster")["network"]
    assert hashlib.sha256(token["secret"].encode()).hexdigest() == told["digest"]
    assert told["request"]["secret"] == token["secret"]
    assert told["request"] == json.loads(vectors("requests")[2]["body"])
