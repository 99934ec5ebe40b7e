import pytest

from schemas.codes import ticino
from schemas.places import ForeignPlaceForm, read_comune, read_place

LUGANO = {"locality": "Lugano", "country": "CH", "lat": 46.005, "lon": 8.9519}


def refusal_of(reader, text):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the sentence is returned
        reader(text)
    return str(refused.value.args[0])


@pytest.mark.parametrize("text", ["Varese", "varese", "Varese (VA)", "012133", "L682"])
def test_a_comune_is_found_by_name_and_by_code(text):
    assert read_place(text) == {"istat": "012133", "name": "Varese"}
    assert read_comune(text) == "012133"


def test_an_ambiguous_comune_is_answered_with_the_alternatives():
    told = refusal_of(read_place, "Castro")
    assert told.startswith("«Castro» può essere più di un comune. Quale? ")
    assert "Castro (BG)" in told
    assert "Castro (LE)" in told
    assert read_place("Castro (LE)")["istat"] == "075096"


def test_of_many_alternatives_only_the_first_are_named():
    told = refusal_of(read_comune, "San")
    assert told.count("(") == 5
    assert told.endswith(", ….")


def test_an_unknown_place_is_answered_with_what_to_do():
    assert refusal_of(read_place, "Atlantide") == (
        "«Atlantide» non è un comune italiano né una delle località del Ticino previste: controlla il nome, "
        "oppure indica la località estera con le sue coordinate."
    )
    assert refusal_of(read_comune, "Lugano") == "«Lugano» non è un comune italiano: controlla il nome."


@pytest.mark.parametrize("text", ["Lugano (CH)", "lugano", "Lugano, Svizzera"])
def test_a_place_of_ticino_is_found_with_its_coordinates(text):
    assert read_place(text) == LUGANO


def test_every_place_of_ticino_is_understood_as_the_form_shows_it():
    for place in ticino.PLACES:
        assert read_place(place.full_name) == {
            "locality": place.locality,
            "country": "CH",
            "lat": place.lat,
            "lon": place.lon,
        }


def test_a_name_on_both_sides_of_the_border_is_italian_unless_switzerland_is_named():
    assert read_place("Paradiso (CH)")["country"] == "CH"
    assert read_place("Varese (VA)")["istat"] == "012133"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({}, {"locality": ["Scrivi il nome della località."], "country": ["Scrivi la sigla del paese, per esempio CH."]}),
        ({"locality": "Nizza", "country": "F"}, {"country": ["«F» non è la sigla di un paese: sono due lettere, per esempio CH."]}),
        ({"locality": "Ispra", "country": "it"}, {"country": ["In Italia basta il nome del comune, nel campo dei luoghi."]}),
        ({"locality": "Nizza", "country": "FR", "lon": "7,26"}, {"lat": ["Scrivi latitudine e longitudine in gradi, per esempio 46,0037 e 8,9511."]}),
        ({"locality": "Nizza", "country": "FR", "lat": "43,7"}, {"lon": ["Scrivi latitudine e longitudine in gradi, per esempio 46,0037 e 8,9511."]}),
    ],
)  # fmt: skip
def test_a_foreign_locality_needs_a_country_and_coordinates(row, told, refusals):
    assert refusals(ForeignPlaceForm(), row) == told


def test_a_foreign_locality_loads_as_a_place_and_ticino_needs_no_coordinates():
    form = ForeignPlaceForm()
    assert form.load({"locality": "Nizza", "country": "fr", "lat": "43,7", "lon": "7.26"}) == {
        "locality": "Nizza", "country": "FR", "lat": 43.7, "lon": 7.26,
    }  # fmt: skip
    assert form.load({"locality": "Lugano", "country": "CH"}) == LUGANO
