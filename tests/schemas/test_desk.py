import pytest

from schemas.desk import DeskDocument, DeskForm
from schemas.kinds import problem_with


@pytest.fixture
def typed():
    return {
        "name": "Sportello Lavoro di Ispra",
        "comune": "Ispra",
        "address": "via Milite Ignoto 31",
        "phone": "0332 783 3101",
        "opening_hours": "lunedì 9-12\ngiovedì 14-17",
        "comuni": ["Ispra", "Cadrezzate con Osmate"],
    }


def test_a_desk_without_its_authorisation_can_be_written_down_and_says_so(typed):
    loaded = DeskForm().load(typed)
    assert loaded["comuni"] == ["012084", "012143"]
    document = DeskDocument().dump(loaded | {"authorised": False})
    assert document["authorised"] is False
    assert document["comune"] == {"istat": "012084", "name": "Ispra"}
    assert problem_with("desk", document) is None


def test_the_authorisation_travels_with_the_desk(typed):
    act = {"authorisation": "Decreto n. 12", "authorised_on": "3/5/2024", "authorisation_body": "Regione Lombardia"}
    document = DeskDocument().dump(DeskForm().load(typed | act) | {"authorised": True})
    assert {name: document[name] for name in act} == act | {"authorised_on": "2024-05-03"}


def test_an_empty_form_says_what_to_write(refusals):
    assert refusals(DeskForm(), {}) == {
        "name": ["Scrivi il nome dello sportello, per esempio «Sportello Lavoro di Ispra»."],
        "comune": ["Scrivi il comune in cui si trova lo sportello."],
        "address": ["Scrivi via e numero civico."],
        "phone": ["Scrivi il numero di telefono dello sportello."],
        "opening_hours": ["Scrivi i giorni e gli orari di apertura."],
    }


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"authorisation": "Decreto n. 12"}, {"authorised_on": ["Scrivi anche la data dell'autorizzazione."]}),
        (
            {"authorised_on": "3/5/2024"},
            {"authorisation": ["Scrivi anche gli estremi dell'autorizzazione: atto e numero."]},
        ),
        ({"comuni": ["Ispra", "Atlantide"]}, {"comuni": ["«Atlantide» non è un comune italiano: controlla il nome."]}),
    ],
)
def test_half_an_authorisation_and_an_unknown_comune_are_refused(changed, told, typed, refusals):
    assert refusals(DeskForm(), typed | changed) == told
