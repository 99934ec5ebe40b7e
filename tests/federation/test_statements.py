"""Statements: what is signed, what is believed, and what is refused before it is believed."""

import json
import random
from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import statement
from federation.keys import SigningKey, base64url
from federation.statement import Keyring, Refused, parse_line, protected_header, sign, strict_json, verify
from schemas.statement import LINE_MAX_BYTES, PAYLOAD_MAX_BYTES
from tests.federation.origins import Speaker, heard, payload_of

# RFC 8037, appendix A: the private key, and the RFC 7638 thumbprint of its public half.
RFC_D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
RFC_KID = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def refusal_of(line, *speakers):
    with pytest.raises(Refused) as caught:
        heard(line, *speakers)
    return caught.value.code


def signed_text(text, key, protected=None):
    """A line around any text, validly signed."""
    protected = protected or protected_header(key.kid)
    signature = base64url(key.sign(f"{protected}.{text}".encode()))
    return json.dumps({"payload": text, "protected": protected, "signature": signature}).encode()


def altered(line, **changes):
    return json.dumps({**json.loads(line), **changes}).encode()


STRANGE = [
    b'"', b"{", b"}", b"[", b"]", b",", b":", b" ", b"\\", b"\\u00e9", b"\\ud800", b"\\ud83d\\ude00", b"\xc3\xa9", b"\xed\xa0\x80",
    b"NaN", b"Infinity", b"1e999", b"-0", b"-0.0", b"1.0", b"1E5", b"1e22", b"0.1", b"5e-324", b"9007199254740991",
    b"9007199254740992", b"9007199254740993", b"18446744073709551616", b"1" * 400, b'"seq":1,', b'"seq":1,"seq":1,', b"null", b"\x00",
    b"[" * 17 + b"]" * 17,
]  # fmt: skip


def slowly(data):
    """As the strict decoder alone would have it; None for what it refuses."""
    try:
        value = statement._slowly(data.decode("utf-8"))
        statement._within_depth(statement._nested([value]))
    except ValueError:
        return None
    return value


def strictly(data):
    try:
        return strict_json(data.decode("utf-8"))
    except ValueError:
        return None


def test_the_quick_reading_takes_no_text_that_the_strict_one_refuses_and_finds_the_same_in_it():
    chance = random.Random(8259)
    sound = b'{"v":1,"seq":1,"a":[1.5,-2,true,null,{"b":"x\\ny"}],"c":"\xc3\xa8","d":{},"e":[]}'
    taken = 0
    for _ in range(20_000):
        data = sound
        for _ in range(chance.choice((1, 1, 2, 3))):
            first, last = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
            last = min(last, first + chance.choice((0, 0, 1, 3)))
            data = data[:first] + chance.choice(STRANGE) + data[last:]
        expected, found = slowly(data), strictly(data)
        assert repr(found) == repr(expected), data
        taken += found is not None
    assert 1_000 < taken < 15_000, "texts that are all good or all bad would prove nothing"


def test_a_stranger_with_a_json_parser_and_ed25519_can_check_a_statement():
    private = Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(RFC_D + "="))
    line = json.loads(sign({"v": 1, "body": {"titolo": "Muratore – già esperto"}}, SigningKey(private)))
    header = urlsafe_b64decode(line["protected"] + "=" * (-len(line["protected"]) % 4))
    assert header == b'{"alg":"Ed25519","b64":false,"crit":["b64"],"kid":"%s"}' % RFC_KID.encode()
    signed = line["protected"].encode() + b"." + line["payload"].encode()
    private.public_key().verify(urlsafe_b64decode(line["signature"] + "=="), signed)
    assert json.loads(line["payload"])["body"] == {"titolo": "Muratore – già esperto"}


def test_what_was_signed_is_what_is_read(gavirate):
    statement = heard(gavirate.says("desk-1", 7, {"a": [1, "è"]}, ext={"x": 1}, crit=["y"]), gavirate)
    assert (statement.origin, statement.kind, statement.id, statement.order) == ("gavirate", "desk", "desk-1", (1, 7))
    assert (statement.body, statement.crit, statement.v, statement.kid) == (
        {"a": [1, "è"]},
        ("y",),
        1,
        gavirate.key.kid,
    )
    assert statement.issued_at == gavirate.clock()
    assert heard(gavirate.says("desk-1", 8, None), gavirate).body is None


def test_the_payload_keeps_its_bytes_however_it_was_spelled(gavirate):
    text = " " + json.dumps(payload_of(gavirate.says("desk-1", 1)), indent=1).replace("Sportello", "\\u0053portello")
    line = signed_text(text, gavirate.key)
    statement = heard(line, gavirate)
    assert json.loads(statement.line)["payload"] == text
    assert heard(statement.line, gavirate) == statement


def test_two_spellings_of_a_line_are_one_statement(gavirate):
    line = gavirate.says("desk-1", 1)
    spaced = json.dumps(dict(reversed(json.loads(line).items())), indent=2).encode()
    assert heard(spaced, gavirate) == heard(line, gavirate)


def test_a_key_that_no_member_has_is_told_apart_from_a_broken_signature(gavirate, ispra):
    line = gavirate.says("desk-1", 1)
    assert refusal_of(line, ispra) == "key"
    assert refusal_of(line.replace(b"Sportello", b"Sportella"), gavirate) == "signature"
    assert refusal_of(altered(line, protected=protected_header(ispra.key.kid)), gavirate, ispra) == "signature"


def test_the_header_is_compared_and_never_interpreted(gavirate):
    header = f'{{"alg":"Ed25519","b64":false,"crit":["b64"], "kid":"{gavirate.key.kid}"}}'
    text = json.loads(gavirate.says("desk-1", 1))["payload"]
    assert refusal_of(signed_text(text, gavirate.key, base64url(header.encode())), gavirate) == "key"


def test_a_signature_has_one_spelling(gavirate):
    line = gavirate.says("desk-1", 1)
    signature = json.loads(line)["signature"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = signature[:-1] + alphabet[alphabet.index(signature[-1]) + 1]
    assert urlsafe_b64decode(other + "==") == urlsafe_b64decode(signature + "==")
    for spelling in (other, signature + "==", signature + "\n", "", signature[:40]):
        assert refusal_of(altered(line, signature=spelling), gavirate) == "signature"


def test_nobody_speaks_in_the_name_of_another(gavirate, ispra):
    assert refusal_of(gavirate.says("desk-1", 1, origin="ispra"), gavirate, ispra) == "origin"


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "Gavirate!"},
        {"id": "x"},
        {"id": "head:public"},
        {"kind": "head"},
        {"epoch": -1},
        {"seq": 0},
        {"seq": "1"},
        {"seq": True},
        {"audience": "members"},
        {"audience": "everybody"},
        {"issued_at": "2026-10-05T10:00:00+02:00"},
        {"issued_at": "2026-10-05T08:00:00.5Z"},
        {"not_after": "2026-10-05T08:00:00Z"},
        {"not_after": "2026-12-04T08:00:01Z"},
        {"body": [1]},
        {"crit": "x"},
        {"v": 0},
    ],
)
def test_a_signed_payload_that_is_no_statement_is_refused(gavirate, changes):
    assert refusal_of(gavirate.says("desk-1", 1, **changes), gavirate) == "envelope"


@pytest.mark.parametrize("text", ["[]", "null", "{", '{"v":1}', '{"v":1,"v":1}', "NaN"])
def test_a_signed_text_that_is_no_statement_is_refused(gavirate, text):
    assert refusal_of(signed_text(text, gavirate.key), gavirate) == "envelope"


def test_a_withdrawal_may_be_kept_for_ninety_days_and_no_longer(gavirate):
    assert heard(gavirate.says("desk-1", 1, None, not_after="2027-01-03T08:00:00Z"), gavirate)
    assert refusal_of(gavirate.says("desk-1", 1, None, not_after="2027-01-03T08:00:01Z"), gavirate) == "envelope"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"payload":"","protected":"","signature":""',
        b'{"payload":"","protected":"","signature":1}',
        b'{"payload":"","protected":"","signature":"","header":""}',
        b'{"payload":"","payload":"","protected":"","signature":""}',
        b'{"payload":"\\ud800","protected":"","signature":""}',
    ],
)
def test_a_line_that_is_no_envelope_is_refused(line):
    with pytest.raises(Refused) as caught:
        parse_line(line)
    assert caught.value.code == "line"


def test_a_payload_may_have_64_kib_and_no_more(gavirate):
    room = PAYLOAD_MAX_BYTES - len(json.loads(gavirate.says("desk-1", 1, {"è": ""}))["payload"].encode())
    assert heard(gavirate.says("desk-1", 1, {"è": "x" * room}), gavirate)
    with pytest.raises(Refused, match=r"^size: "):
        gavirate.says("desk-1", 1, {"è": "x" * (room + 1)})
    text = json.loads(gavirate.says("desk-1", 1, {"è": "x" * room}))["payload"] + " "
    assert refusal_of(signed_text(text, gavirate.key), gavirate) == "size"


def test_a_line_that_is_too_long_is_not_even_read():
    with pytest.raises(Refused, match=r"^size: the line"):
        parse_line(b" " * (LINE_MAX_BYTES + 1))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":{"b":1,"\\u0062":2}}',
        "NaN",
        "-Infinity",
        "1e999",
        "-1e999",
        str(2**53 + 1),
        str(-(2**53) - 1),
        "1" * 5000,
        '"\\ud800"',
        '{"\\uDC00":1}',
        '["\\udc00\\ud800"]',
        "[" * 17 + "]" * 17,
        '{"a":' * 17 + "1" + "}" * 17,
        "[" * 60_000,
        "[1,]",
        "{'a':1}",
        "1 2",
        '"\t"',
        "",
    ],
)
def test_json_that_parsers_read_differently_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        strict_json(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (str(2**53), 2**53),
        (str(-(2**53)), -(2**53)),
        ("1.5e3", 1500.0),
        ('"\\ud83d\\ude00 \\u00e8"', "😀 è"),
        ('["[[[[[[[[[[[[[[[[[["]', ["[[[[[[[[[[[[[[[[[["]),
        ('{"a":[],"b":[],"c":{"a":1}}', {"a": [], "b": [], "c": {"a": 1}}),
    ],
)
def test_json_that_all_parsers_read_alike_is_read(text, value):
    assert strict_json(text) == value


def test_sixteen_levels_of_nesting_are_read():
    assert strict_json("[" * 16 + "]" * 16)
    assert strict_json('{"a":[' * 8 + "]}" * 8)


def test_a_damaged_line_is_refused_and_never_breaks_the_reader():
    speaker = Speaker("gavirate")
    keyring = Keyring({"gavirate": [speaker.key.public]})
    line = speaker.says("desk-1", 1, {"a": ["è", 1, None, {"b": 2.5}]})
    chance = random.Random(7)
    refused = 0
    for _ in range(3000):
        damaged = bytearray(line)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(damaged))
            damaged[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        try:
            assert verify(parse_line(bytes(damaged)), keyring).body == {"a": ["è", 1, None, {"b": 2.5}]}
        except Refused:
            refused += 1
    assert refused > 2500
