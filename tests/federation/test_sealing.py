"""What is sealed to one desk is read there, by nobody else, and only in the statement that it was made for."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from federation.keys import KeyFault, RecipientKey, SealingKey
from federation.sealing import Address, NotOpened, recipient_key, seal, unseal
from schemas.kinds import problem_with
from schemas.sealed import CONTENT_MAX_BYTES, PADDED_TO_BYTES
from schemas.statement import PAYLOAD_MAX_BYTES

GAVIRATE, ISPRA = SealingKey.generate(), SealingKey.generate()
TO_ISPRA = Address("gavirate", "ispra", "message", "question-1")
CONTENT = {"topic": "delivery-proof", "content": {"note": "perché no?"}}


def sealed(content=CONTENT, address=TO_ISPRA, key=ISPRA, **changes):
    return seal(content, address, key.public) | changes


def code_of(body, address=TO_ISPRA, key=ISPRA):
    with pytest.raises(NotOpened) as refused:
        unseal(body, address, key)
    return refused.value.code


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "==")


def with_header(body, **changes):
    header = json.loads(decoded(body["protected"])) | changes
    return body | {"protected": encoded(json.dumps(header, separators=(",", ":")).encode())}


def sealing_of(plaintext, address=TO_ISPRA):
    """A body over any plaintext whatever, by a peer that keeps to every rule but this."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("federation.sealing._padded", lambda _: plaintext)
        return seal({}, address, ISPRA.public)


def plaintext_of(padded_to=PADDED_TO_BYTES, **changes):
    told = {**TO_ISPRA._asdict(), "body": CONTENT} | changes
    return json.dumps(told).encode().ljust(padded_to)


def test_the_recipient_reads_what_was_sealed_to_it():
    body = sealed()
    assert unseal(body, TO_ISPRA, ISPRA) == CONTENT
    assert problem_with("message", body) is None


def test_nobody_else_reads_it():
    assert code_of(sealed(), key=GAVIRATE) == "key"
    assert code_of(with_header(sealed(), kid=GAVIRATE.kid), key=GAVIRATE) == "seal"
    assert "perch" not in json.dumps(sealed())


def test_the_same_words_are_never_sealed_alike():
    one, other = sealed(), sealed()
    assert all(one[name] != other[name] for name in ("protected", "iv", "ciphertext", "tag"))


@pytest.mark.parametrize(
    "other",
    [
        TO_ISPRA._replace(origin="vergiate"),
        TO_ISPRA._replace(recipient="vergiate"),
    ],
)
def test_a_body_of_other_desks_is_not_opened(other):
    assert code_of(sealed(), other) == "form"


@pytest.mark.parametrize("changed", [{"kind": "receipt"}, {"id": "question-2"}])
def test_a_body_lifted_into_another_statement_is_not_opened(changed):
    assert code_of(sealed(), TO_ISPRA._replace(**changed)) == "content"


@pytest.mark.parametrize("member", TO_ISPRA._fields)
def test_a_plaintext_that_names_another_statement_is_not_opened(member):
    assert code_of(sealing_of(plaintext_of(**{member: "other"}))) == "content"


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "ECDH-ES+A256KW"},
        {"alg": "dir"},
        {"enc": "A128GCM"},
        {"zip": "DEF"},
        {"crit": ["b64"]},
        {"apu": encoded(b"vergiate")},
        {"apv": encoded(b"vergiate")},
        {"apu": None},
        {"epk": None},
        {"epk": "x"},
        {"epk": {"kty": "OKP", "crv": "Ed25519", "x": encoded(b"x" * 32)}},
        {"epk": {"kty": "OKP", "crv": "X25519", "x": encoded(b"x" * 31)}},
        {"epk": ISPRA.jwk() | {"d": encoded(b"x" * 32)}},
        {"epk": ISPRA.jwk() | {"use": "enc"}},
    ],
)
def test_a_header_that_asks_for_anything_else_is_refused(changes):
    assert code_of(with_header(sealed(), **changes)) == "form"


@pytest.mark.parametrize("kid", [GAVIRATE.kid, "", None, 7], ids=["another", "empty", "none", "number"])
def test_a_body_sealed_to_another_key_is_told_as_such(kid):
    assert code_of(with_header(sealed(), kid=kid)) == "key"


def test_a_header_of_which_a_letter_was_changed_does_not_open():
    epk = RecipientKey(X25519PrivateKey.generate().public_key().public_bytes_raw()).jwk()
    assert code_of(with_header(sealed(), epk=epk)) == "seal"


def test_a_key_of_low_order_agrees_on_nothing():
    epk = {"kty": "OKP", "crv": "X25519", "x": encoded(bytes(32))}
    assert code_of(with_header(sealed(), epk=epk)) == "seal"


@pytest.mark.parametrize("part", ["iv", "ciphertext", "tag"])
def test_a_changed_bit_does_not_open(part):
    body = sealed()
    data = bytearray(decoded(body[part]))
    data[0] ^= 1
    assert code_of(body | {part: encoded(bytes(data))}) == "seal"


@pytest.mark.parametrize(
    "body",
    [
        {},
        sealed(encrypted_key="AAAA"),
        sealed(header={"alg": "dir"}),
        sealed(tag=None),
        sealed(protected="A" * 2000),
        sealed(protected="ÀÀÀ"),
        sealed(protected=encoded(b'{"alg":"ECDH-ES","alg":"dir"}')),
        sealed(protected=encoded(b"[]")),
        sealed(protected=encoded(b"\xff")),
        sealed(iv="AAAA"),
        sealed(iv="AAAAAAAAAAAAAAA="),
        sealed(ciphertext=""),
        sealed(ciphertext=encoded(bytes(CONTENT_MAX_BYTES + PADDED_TO_BYTES))),
    ],
    ids=range(13),
)
def test_what_is_no_sealed_body_is_refused(body):
    assert code_of(body) == "form"


@pytest.mark.parametrize(
    "plaintext",
    [
        plaintext_of(padded_to=PADDED_TO_BYTES + 1),
        plaintext_of(padded_to=0),
        b"\xff" * PADDED_TO_BYTES,
        b"[]".ljust(PADDED_TO_BYTES),
        plaintext_of(body=7),
        plaintext_of(more="than that"),
        plaintext_of().replace(b'"body"', b'"id": "question-1", "body"')[:PADDED_TO_BYTES],
        plaintext_of(body={"number": 2**53 + 1}),
    ],
    ids=range(8),
)
def test_a_plaintext_that_is_not_strict_is_not_opened(plaintext):
    assert code_of(sealing_of(plaintext)) == "content"


def test_the_length_tells_no_more_than_the_kibibyte():
    sizes = {len(decoded(sealed({"word": "a" * length})["ciphertext"])) for length in range(0, 3000, 50)}
    assert sizes == {1024, 2048, 3072}


def test_the_longest_message_fits_into_a_statement_and_a_longer_one_is_refused():
    longest = "a" * (CONTENT_MAX_BYTES - 120)
    body = sealed({"word": longest})
    assert problem_with("message", body) is None
    assert len(json.dumps(body)) < PAYLOAD_MAX_BYTES - 1024
    with pytest.raises(ValueError, match="at most 47104 can be sealed"):
        sealed({"word": longest + "a" * 200})


def test_what_the_recipient_would_not_open_is_not_sealed():
    for content in ({"number": 2**53 + 1}, {"number": float("nan")}, {"text": "\ud800"}):
        with pytest.raises(ValueError, match=r"."):
            sealed(content)


def test_a_key_in_the_roster_that_is_none_is_no_key():
    assert recipient_key(ISPRA.jwk()) == ISPRA.public
    assert recipient_key(None) is None
    assert recipient_key({"kty": "OKP", "crv": "X25519", "x": "AAAA"}) is None
    with pytest.raises(KeyFault):
        RecipientKey.from_jwk(ISPRA.jwk() | {"d": "AAAA"})


@pytest.mark.parametrize("changes", [{"iv": "A"}, {"tag": "A" * 23}, {"ciphertext": "A" * 100}, {"protected": "a.b"}])
def test_a_relay_holds_what_has_not_the_shape_of_a_sealed_body(changes):
    assert problem_with("receipt", sealed(**changes)) is not None
