import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.head import head_id
from schemas.statement import StatementPayload

PAYLOAD = StatementPayload()


VALID = {
    "v": 1,
    "origin": "somma-lombardo",
    "kind": "vacancy",
    "id": "vac-7f3a",
    "epoch": 1,
    "seq": 42,
    "audience": "public",
    "issued_at": "2026-10-03T08:15:00Z",
    "not_after": "2026-12-02T08:15:00Z",
    "body": {"title": "Magazziniere/a"},
}


@pytest.fixture
def payload():
    return dict(VALID)


def test_a_valid_payload_loads_with_aware_instants_and_empty_extensions(payload):
    loaded = PAYLOAD.load(payload)
    assert (loaded["crit"], loaded["ext"]) == ([], {})
    assert loaded["issued_at"].isoformat() == "2026-10-03T08:15:00+00:00"
    assert loaded["body"] == {"title": "Magazziniere/a"}


def test_what_a_later_version_adds_is_no_reason_to_refuse(payload):
    later = payload | {"v": 2, "kind": "dream", "ext": {"colour": 3}, "crit": ["colour"], "unheard": [1]}
    loaded = PAYLOAD.load(later)
    assert (loaded["ext"], loaded["crit"]) == ({"colour": 3}, ["colour"])


@pytest.mark.parametrize("audience", ["public", "members:0123456789abcdef", "sealed:ispra"])
def test_the_three_audiences_are_known(audience, payload):
    assert PAYLOAD.load(payload | {"audience": audience})["audience"] == audience


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("v", 0), ("v", "1"), ("v", True), ("v", 1.0), ("v", None), ("v", 1000),
        ("origin", "Ispra"), ("origin", "is"), ("origin", "x" * 41), ("origin", "ispra\n"), ("origin", "ìspra"), ("origin", 7),
        ("kind", ""), ("kind", "Vacancy"), ("kind", "9x"), ("kind", "k" * 33),
        ("id", "ab"), ("id", "-abc"), ("id", "ABC"), ("id", "a" * 65), ("id", "abc\n"), ("id", "a/b"), ("id", "head:public"),
        ("epoch", -1), ("epoch", 2**53), ("epoch", 1.5), ("epoch", True), ("seq", 0), ("seq", 2**53), ("seq", "1"), ("seq", None),
        ("audience", "everybody"), ("audience", "members"), ("audience", "members:0123456789ABCDEF"), ("audience", "members:012345"),
        ("audience", "sealed:"), ("audience", "sealed:AB"), ("audience", "public\n"), ("audience", ["public"]),
        ("issued_at", "2026-10-03T08:15:00+00:00"), ("issued_at", "2026-10-03 08:15:00Z"), ("issued_at", "2026-10-03T08:15:00.5Z"),
        ("issued_at", "2026-10-03T08:15:60Z"), ("issued_at", "2026-13-03T08:15:00Z"), ("issued_at", "2026-10-03"), ("issued_at", 1790000000),
        ("issued_at", "٢026-10-03T08:15:00Z"), ("not_after", "2026-10-03T08:15:00Z"), ("not_after", "2026-10-03T08:14:59Z"),
        ("not_after", "2026-12-02T08:15:01Z"), ("not_after", None),
        ("body", []), ("body", "x"), ("body", False), ("ext", None), ("ext", []), ("crit", "x"), ("crit", [3]), ("crit", ["a", "a"]),
        ("crit", [""]), ("crit", [f"c{n}" for n in range(17)]),
    ],
)  # fmt: skip
def test_a_wrong_member_is_refused_by_its_name(member, value, payload, refusals):
    assert set(refusals(PAYLOAD, payload | {member: value})) == {member}


def test_every_member_but_the_extensions_is_mandatory(payload, refusals):
    for member in payload:
        assert refusals(PAYLOAD, {name: value for name, value in payload.items() if name != member}) == {
            member: ["manca"]
        }


def test_a_withdrawal_may_live_ninety_days_and_a_record_sixty(payload, refusals):
    longest = payload | {"body": None, "not_after": "2027-01-01T08:15:00Z"}
    assert PAYLOAD.load(longest)["body"] is None
    assert refusals(PAYLOAD, longest | {"not_after": "2027-01-01T08:15:01Z"}) == {
        "not_after": ["può essere al massimo 90 giorni dopo issued_at"]
    }
    assert refusals(PAYLOAD, longest | {"body": {}}) == {
        "not_after": ["può essere al massimo 60 giorni dopo issued_at"]
    }


@pytest.mark.parametrize(
    ("audience", "id"),
    [("public", "head:public"), ("members:0123456789abcdef", "head:members"), ("sealed:ispra", "head:ispra")],
)
def test_the_head_of_an_audience_has_its_id_from_it(audience, id, payload, refusals):
    head = payload | {"kind": "head", "audience": audience}
    assert head_id(audience) == id
    assert PAYLOAD.load(head | {"id": id})["id"] == id
    assert set(refusals(PAYLOAD, head | {"id": "head:other"})) == {"id"}
    assert set(refusals(PAYLOAD, head | {"id": id, "body": None})) == {"body"}


def test_what_is_not_an_object_is_no_payload(refusals):
    for wrong in ([], "x", 3, None):
        assert refusals(PAYLOAD, wrong) == {"_schema": ["deve essere un oggetto"]}


anything = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers())
    | st.dictionaries(st.text(), st.integers())
)


@given(st.dictionaries(st.sampled_from(sorted(PAYLOAD.fields)), anything))
def test_whatever_arrives_is_refused_and_never_an_accident(payload):
    with pytest.raises(ValidationError):
        PAYLOAD.load(payload)


@given(st.sampled_from(sorted(PAYLOAD.fields)), anything)
def test_whatever_one_member_becomes_is_loaded_or_refused_by_its_name(member, value):
    assert set(PAYLOAD.validate(VALID | {member: value})) <= {member, "id", "not_after"}
