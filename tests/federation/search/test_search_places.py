import pytest

from federation.search import places

LUGANO = {"locality": "Lugano", "country": "CH", "lat": 46.00371, "lon": 8.95112}
VARESE = {"istat": "012133", "name": "Varese"}


def test_a_comune_is_its_istat_code():
    code = places.code_of(VARESE)
    assert code == "012133"
    assert (places.name(code), places.province(code)) == ("Varese", "VA")


def test_a_place_abroad_has_a_code_that_says_where_it_is():
    code = places.code_of(LUGANO)
    assert code == "estero/CH/Lugano/46.004/8.951"
    assert places.abroad(code) == ("CH", "Lugano", 46.004, 8.951)
    assert (places.name(code), places.province(code)) == ("Lugano (CH)", "estero")


def test_two_desks_that_measured_a_little_differently_mean_one_place():
    assert places.code_of(LUGANO) == places.code_of(LUGANO | {"lat": 46.0038, "lon": 8.9509})


def test_signs_of_the_code_in_a_name_do_no_harm():
    code = places.code_of(LUGANO | {"locality": "Bellinzona / Giubiasco"})
    assert places.abroad(code).locality == "Bellinzona Giubiasco"
    assert places.abroad(places.code_of(LUGANO | {"locality": "/"})).locality == "CH"


@pytest.mark.parametrize(
    "code",
    [
        "", "999999", "Varese", "estero", "estero/CH/Lugano", "estero/CH/Lugano/x/y", "estero/CH/Lugano/91/8",
        "estero/CH/Lugano/nan/8", "estero/CH/Lugano/46/8/1", "estero//Lugano/46/8",
    ],
)  # fmt: skip
def test_what_is_no_code_of_a_place_is_nowhere(code):
    assert (places.name(code), places.province(code), places.point(code)) == (None, None, None)
    assert places.distance_km(code, "012133") is None


def test_distances_cross_the_border():
    code = places.code_of(LUGANO)
    assert 20 < places.distance_km("012133", code) < 25
    assert code in places.within("012133", 25, [code])
    assert code not in places.within("012133", 20, [code])


def test_the_surroundings_of_nowhere_are_refused():
    with pytest.raises(LookupError, match="999999"):
        places.within("999999", 10, [])
