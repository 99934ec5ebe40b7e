"""The quick way to take documents in is marshmallow's own: whatever is done to a document, both say the same."""

import copy
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validates_schema

from deploy.bench.judged import corpus
from federation.statement import instant
from schemas import wire
from schemas.accepting import accepted, way_of
from schemas.kinds import DOCUMENTS
from schemas.statement import StatementPayload

MUTATIONS = 40_000
SEED = 2011
NOW = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
PAYLOAD = StatementPayload()

STRANGE = [
    None, "", " ", "x", "X" * 5_000, "\u200b", "a\nb", "2026-12-31", "2026-02-30", "2026-13-01", "2026-10-03T09:00:00Z",
    "2026-10-03T09:00:00+00:00", "2026-10-03", "0" * 64, "EUR", "012072", "public", "members:0123456789abcdef", "head",
    "https://esempio.it", "javascript:alert(1)", True, False, 0, 1, -1, 41, 2**53, 2**60, 0.0, 1.5, -0.5, 1e308, [], [None], ["x"],
    {}, {"x": 1}, {"istat": "012072", "name": "Gavirate"}, {"locality": "Lugano", "country": "CH", "lat": 46.0, "lon": 8.9},
    {"code": "en"}, {"min": 5, "max": 3, "period": "month", "currency": "EUR"}, {"name": "Forno"},
]  # fmt: skip


def documents():
    """(kind, document) of every kind, as desks write them; the envelope is one more."""
    desk = {
        "name": "Sportello lavoro", "comune": {"istat": "012072", "name": "Gavirate"}, "address": "Piazza Matteotti 8",
        "phone": "0332 748211", "email": "lavoro@gavirate.example", "opening_hours": "lunedì 9–12\nmercoledì 14–17",
        "website": "https://gavirate.example", "authorised": True, "authorisation": "Albo 18",
        "authorisation_body": "Regione Lombardia", "authorised_on": "2012-03-01", "comuni": ["012072"],
    }  # fmt: skip
    row = {"comune": "012072", "contract": "determinato", "sector": "C", "opened": 3, "open": 2, "positions_open": 4}
    figures = {"month": "2026-09", "generated_at": instant(NOW), "rows": [row, row | {"contract": "stage"}]}
    head = {"count": 40, "root": "ab" * 32, "lease_until": instant(NOW)}
    employer = {"name": "Forno Rossi", "sector": "C", "comune": {"istat": "012072", "name": "Gavirate"},
                "website": "https://forno.example"}  # fmt: skip
    vacancies = [each.document for each in corpus.generated(300, today=date(2026, 10, 3))]
    found = [("vacancy", each) for each in vacancies]
    found += [("desk", desk), ("employer", employer), ("figures", figures), ("head", head)] * 40
    return found + [(None, envelope(kind, body)) for kind, body in found[:120]]


def envelope(kind, body):
    return {
        "v": 1, "origin": "gavirate", "kind": kind, "id": "record-1", "epoch": 1, "seq": 7, "audience": "public",
        "issued_at": instant(NOW), "not_after": instant(NOW + timedelta(days=30)), "body": body, "ext": {}, "crit": [],
    }  # fmt: skip


def places_in(value, path=()):
    """Every path in a JSON value."""
    yield path
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places_in(inner, (*path, name))


def mutated(document, chance):
    """A copy with one to three things done to it."""
    told = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        paths = [path for path in places_in(told) if path]
        if not paths:
            return told
        *way, last = chance.choice(paths)
        holder = told
        for name in way:
            holder = holder[name]
        match chance.randrange(5):
            case 0:
                del holder[last]
            case 1 | 2:
                holder[last] = copy.deepcopy(chance.choice(STRANGE))
            case 3 if isinstance(holder, list):
                holder.extend([holder[last]] * chance.choice((1, 20)))
            case 3:
                holder[chance.choice(("altro", "min", "name", "istat", "ext"))] = copy.deepcopy(chance.choice(STRANGE))
            case _:
                holder[last] = [holder[last]]
    return told


def judged(schema, told):
    try:
        return schema.load(told)
    except ValidationError:
        return None


def test_of_forty_thousand_altered_documents_both_ways_say_the_same():
    chance = random.Random(SEED)
    sound = documents()
    taken = 0
    for _ in range(MUTATIONS):
        kind, document = chance.choice(sound)
        schema = DOCUMENTS[kind] if kind else PAYLOAD
        told = mutated(document, chance)
        ours = accepted(schema, told)
        assert ours == judged(schema, told), (kind, told)
        taken += ours is not None
    assert MUTATIONS * 0.1 < taken < MUTATIONS * 0.9, "mutations that are all good or all bad would prove nothing"


def test_who_changes_what_was_taken_changes_nothing_that_is_taken_later():
    for kind, document in documents():
        schema = DOCUMENTS[kind] if kind else PAYLOAD
        first, second = (accepted(schema, copy.deepcopy(document)) for _time in range(2))
        assert first == second
        assert not {id(each) for each in changeable(first)} & {id(each) for each in changeable(second)}


def changeable(value):
    """The dicts, lists and anything else in a document that could be changed in place."""
    if isinstance(value, (dict, list)):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from changeable(inner)
    else:
        assert value is None or isinstance(value, (str, bool, int, float, Decimal, date)), value


def test_every_kind_has_a_quick_way_and_so_has_the_envelope():
    assert [kind for kind, schema in DOCUMENTS.items() if way_of(schema) is None] == []
    assert way_of(PAYLOAD) is not None


@pytest.mark.parametrize("told", [None, [], "x", 7, [{"count": 1}]])
def test_what_is_no_object_is_left_to_marshmallow(told):
    assert accepted(DOCUMENTS["head"], told) is None


class Before(wire.Document):
    name = wire.Text(max=9)

    @pre_load
    def change(self, data, **_):
        return data


class After(wire.Document):
    name = wire.Text(max=9)

    @post_load
    def change(self, data, **_):
        return data


class Original(wire.Document):
    name = wire.Text(max=9)

    @validates_schema(pass_original=True)
    def check(self, data, original, **_):
        pass


class Foreign(Schema):
    name = fields.String()


class Validated(wire.Document):
    name = wire.Text(max=9, validate=lambda _value: True)


class Renamed(wire.Document):
    name = wire.Text(max=9, data_key="nome")


class Inside(wire.Document):
    part = wire.Part(Before())


class Listed(wire.Document):
    parts = wire.Parts(wire.Part(After()), max=3)


@pytest.mark.parametrize("schema", [Before, After, Original, Foreign, Validated, Renamed, Inside, Listed])
def test_a_schema_that_does_something_else_has_no_quick_way(schema):
    assert way_of(schema()) is None
    assert accepted(schema(), {"name": "x"}) is None
