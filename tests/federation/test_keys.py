"""The keys of a node: their names, their files, their spelling."""

import os
import random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.keys import KeyFault, SealingKey, SigningKey, VerifyKey, from_base64url

# RFC 8037, appendix A.3.
RFC_X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_key_is_named_by_its_rfc_7638_thumbprint():
    assert VerifyKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": RFC_X}).kid == RFC_THUMBPRINT


def test_a_published_key_is_the_key_that_was_published():
    key = SigningKey.generate()
    assert VerifyKey.from_jwk(key.public.jwk()) == key.public
    assert VerifyKey.from_jwk(key.public.jwk()).kid == key.kid


def test_a_signature_holds_only_for_its_key_and_its_bytes():
    key = SigningKey.generate()
    signature = key.sign(b"offerta")
    assert key.public.verify(signature, b"offerta")
    assert not key.public.verify(signature, b"offertA")
    assert not SigningKey.generate().public.verify(signature, b"offerta")


@pytest.mark.parametrize("cut", [-1, 1, 64, -64])
def test_a_signature_that_borrows_from_its_bytes_does_not_hold(cut):
    key = SigningKey.generate()
    joined = key.sign(b"offerta") + b"offerta"
    assert key.public.verify(joined[:64], joined[64:])
    assert not key.public.verify(joined[: 64 + cut], joined[64 + cut :])


def openssl_takes(raw, signature, data):
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def test_whatever_is_done_to_a_signature_openssl_has_the_last_word():
    """Also of points of small order and encodings that libraries judge differently."""
    chance = random.Random(2011)
    key = SigningKey.generate()
    order = 2**252 + 27742317777372353535851937790883648493
    points = [
        bytes([1, *[0] * 31]),
        bytes(32),
        bytes([*[0] * 31, 128]),
        bytes([0xEC, *[255] * 30, 127]),
        bytes([255] * 32),
    ]
    verdicts = {True: 0, False: 0}
    for number in range(600):
        data = chance.randbytes(40)
        raw, signature = key.public.raw, key.sign(data)
        scalar = int.from_bytes(signature[32:], "little")
        match number % 6:
            case 1:
                signature = signature[:32] + (scalar + order).to_bytes(32, "little")
            case 2:
                signature = chance.choice(points) + signature[32:]
            case 3:
                raw, signature = chance.choice(points), chance.choice(points) + bytes(32)
            case 4:
                place = chance.randrange(64)
                signature = (
                    signature[:place] + bytes([signature[place] ^ 1 << chance.randrange(8)]) + signature[place + 1 :]
                )
            case 5:
                data += b"x"
        verdict = VerifyKey(raw).verify(signature, data)
        assert verdict == openssl_takes(raw, signature, data), (raw.hex(), signature.hex(), data.hex())
        verdicts[verdict] += 1
    assert min(verdicts.values()) > 100


@pytest.mark.parametrize("kind", [SigningKey, SealingKey])
def test_a_saved_key_is_the_same_key_and_nobody_else_reads_it(tmp_path, kind):
    before = os.umask(0)
    try:
        key = kind.generate()
        key.save(tmp_path / "key.pem")
    finally:
        os.umask(before)
    assert kind.load(tmp_path / "key.pem").kid == key.kid
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600


def test_a_key_file_is_never_overwritten(tmp_path):
    SigningKey.generate().save(tmp_path / "key.pem")
    with pytest.raises(FileExistsError):
        SigningKey.generate().save(tmp_path / "key.pem")


def test_a_key_file_that_is_none_is_named(tmp_path):
    SealingKey.generate().save(tmp_path / "sealing.pem")
    (tmp_path / "empty.pem").write_bytes(b"")
    for name, reason in [("sealing.pem", "not an Ed25519"), ("empty.pem", "empty.pem: "), ("none.pem", "none.pem: ")]:
        with pytest.raises(KeyFault, match=reason):
            SigningKey.load(tmp_path / name)
    SigningKey.generate().save(tmp_path / "signing.pem")
    with pytest.raises(KeyFault, match="not an X25519"):
        SealingKey.load(tmp_path / "signing.pem")


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "OKP", "crv": "X25519", "x": RFC_X},
        {"kty": "RSA", "crv": "Ed25519", "x": RFC_X},
        {"kty": "OKP", "crv": "Ed25519", "x": 5},
        {"kty": "OKP", "crv": "Ed25519", "x": RFC_X + "="},
        {"kty": "OKP", "crv": "Ed25519", "x": RFC_X[:-4]},
        {"kty": "OKP", "crv": "Ed25519", "x": RFC_X, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
    ],
)
def test_what_is_no_public_key_is_refused(jwk):
    with pytest.raises(KeyFault):
        VerifyKey.from_jwk(jwk)


def test_bytes_have_one_spelling_in_base64url():
    assert from_base64url("AQ") == b"\x01"
    for other in ("AQ==", "AR", "A Q", "AQ\n", "A*Q", "A", "é"):
        with pytest.raises(ValueError, match=r"."):
            from_base64url(other)
