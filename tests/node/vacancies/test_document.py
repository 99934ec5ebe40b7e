import json
from datetime import UTC, datetime

import pytest

from node.core import clock
from node.vacancies import actions
from node.vacancies.document import vacancy_document
from node.vacancies.typed import as_read, as_typed
from schemas.kinds import problem_with
from schemas.occupation import suggestion
from schemas.vacancy import VacancyForm
from tests.node.vacancies.conftest import MARIA

RICH = {
    "occupation": "9333", "description": "Un magazzino nuovo.", "tasks": "Carichi e scarichi.", "requirements": "Puntualità.",
    "offer": "Mensa.", "remote": "sede", "hours": "tempo-pieno", "shifts": "true", "weekly_hours": "38,5", "positions": "2",
    "pay_min": "1.450,50", "pay_max": "1.700", "pay_period": "mese", "education": "3", "experience": "1-3-anni",
    "licences": ["B", "muletto"], "languages": [{"code": "it", "level": "B1"}, {"code": "de"}], "reserved": "art-1",
    "sector": "52", "starts_on": "2027-01-11", "ccnl": "Logistica", "places": ["Vergiate", "Lugano (CH)"],
    "foreign_places": [{"locality": "Briga", "country": "CH", "lat": "46,3159", "lon": "7,9876"}],
    "override_reason": "un motivo riservato",
}  # fmt: skip


@pytest.fixture(autouse=True)
def after_midnight_in_italy():
    with clock.at(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)):
        yield


@pytest.fixture
def rich(session, data):
    return actions.publish_vacancy(session, MARIA, data(**RICH))


def test_the_document_says_all_that_the_network_may_know(rich, parties):
    assert vacancy_document(rich) | {"title": "", "closes_on": "", "contract": "", "how_to_apply": ""} == {
        "title": "", "closes_on": "", "contract": "", "how_to_apply": "",
        "employer": {"name": "Officine Brebbia", "id": parties["employer"]},
        "desk": parties["desk"],
        "places": [
            {"istat": "012138", "name": "Vergiate"},
            {"locality": "Lugano", "country": "CH", "lat": 46.005, "lon": 8.9519},
            {"locality": "Briga", "country": "CH", "lat": 46.3159, "lon": 7.9876},
        ],
        "published_on": "2026-11-23",
        "occupation": "9333", "description": "Un magazzino nuovo.", "tasks": "Carichi e scarichi.",
        "requirements": "Puntualità.", "offer": "Mensa.", "remote": "sede", "hours": "tempo-pieno", "shifts": True,
        "weekly_hours": 38.5, "positions": 2,
        "pay": {"min": 1450.5, "max": 1700, "period": "mese", "currency": "EUR"},
        "education": "3", "experience": "1-3-anni", "licences": ["B", "muletto"],
        "languages": [{"code": "it", "level": "B1"}, {"code": "de"}], "reserved": "art-1", "sector": "52",
        "starts_on": "2027-01-11", "ccnl": "Logistica",
    }  # fmt: skip


def test_what_stays_at_the_desk_is_not_in_it(rich):
    told = json.dumps(vacancy_document(rich), ensure_ascii=False)
    for private in ("riservato", "maria", "version", "submitted"):
        assert private not in told


def test_every_peer_can_use_it(rich):
    assert problem_with("vacancy", json.loads(json.dumps(vacancy_document(rich)))) is None


def test_a_document_that_no_peer_would_use_is_never_made(rich):
    rich.places = []
    with pytest.raises(ValueError, match="places"):
        vacancy_document(rich)


def test_what_is_saved_can_be_typed_again_and_is_the_same(rich, data):
    again = VacancyForm(clock.today).load(as_typed(rich))
    assert again == data(**RICH)


def test_what_is_typed_in_another_way_is_read_as_the_same(rich, typed):
    otherwise = (
        typed | RICH | {"places": ["vergiate", "", "LUGANO"], "pay_min": "1450,5", "occupation": "9333 Manovali"}
    )
    same = as_read(otherwise)
    assert {name: same[name] for name in ("places", "pay_min", "occupation")} == {
        "places": ["Vergiate (VA)", "Lugano (CH)"],
        "pay_min": "1.450,50",
        "occupation": suggestion("9333"),
    }


def test_what_cannot_be_read_stays_as_it_was_typed():
    assert as_read({"places": ["Atlantide"], "title": "  Cuoco/a "}) == {"places": ["Atlantide"], "title": "Cuoco/a"}
