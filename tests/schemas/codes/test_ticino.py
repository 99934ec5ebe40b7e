"""Places across the border are known by name and lie where the map says."""

import pytest

from schemas.codes import comuni, ticino


def test_thirty_places_are_known_each_by_the_name_that_forms_show():
    assert len({place.locality for place in ticino.PLACES}) == 30
    assert all(ticino.foreign(place.full_name) == place for place in ticino.PLACES)
    assert all(place.country == "CH" for place in ticino.PLACES)


@pytest.mark.parametrize(
    "typed",
    ["Lugano", "LUGANO", " lugano ", "Lugano (CH)", "lugano ch", "Lugano, Svizzera", "Lugano (TI)", "Lugano - Ticino"],
)
def test_a_place_is_found_however_it_is_typed(typed):
    assert ticino.foreign(typed).locality == "Lugano"


@pytest.mark.parametrize(("typed", "locality"), [("Ponte Tresa (CH)", "Tresa"), ("Tesserete", "Capriasca")])
def test_a_village_leads_to_the_comune_that_absorbed_it(typed, locality):
    assert ticino.foreign(typed).locality == locality


@pytest.mark.parametrize("typed", ["", "CH", "(CH)", "Varese", "Milano (CH)", "Luga", "Lugano (IT)", "a" * 100_000])
def test_other_places_are_not_guessed(typed):
    assert ticino.foreign(typed) is None


def test_no_place_of_ticino_can_be_taken_for_an_italian_comune():
    """CH is also the sigla of Chieti."""
    for place in ticino.PLACES:
        assert comuni.find(place.locality) == []
        assert comuni.find(place.full_name) == []


def test_every_place_lies_in_ticino():
    for place in ticino.PLACES:
        assert 45.81 < place.lat < 46.64
        assert 8.38 < place.lon < 9.17


@pytest.mark.parametrize(
    ("place", "neighbour", "km"),
    [
        ("Tresa", "Lavena Ponte Tresa", 2),
        ("Stabio", "Clivio", 2),
        ("Chiasso", "Maslianico", 2),
        ("Lugano", "Campione d'Italia", 5),
    ],
)
def test_the_italian_neighbour_of_a_border_place_is_near(place, neighbour, km):
    found = ticino.foreign(place)
    near = {each.name: distance for each, distance in comuni.around(found.lat, found.lon, km)}
    assert neighbour in near
    [comune] = comuni.find(neighbour)
    assert comuni.great_circle_km(found.lat, found.lon, comune.lat, comune.lon) == pytest.approx(near[neighbour])
