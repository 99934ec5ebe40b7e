"""Who lives in a small comune is told by a zone: the same one on every node, and never a small one."""

import pytest

from schemas.codes.comuni import ALL, centre_of, comune, is_named, zone_of


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("012077", "zona-012123"),  # Golasecca, by Somma Lombardo
        ("012120", "zona-012120"),
        ("zona-012120", "zona-012120"),
        ("zona-012999", None),
        ("012999", None),
        ("altrove", None),
    ],
)
def test_a_zone_lies_around_the_nearest_bigger_comune(code, zone):
    assert zone_of(code) == zone


def test_every_comune_of_lombardia_lies_in_a_zone_of_its_province():
    for place in ALL:
        if place.region == "Lombardia":
            centre = centre_of(zone_of(place.istat))
            assert is_named(centre)
            assert centre.sigla == place.sigla


def test_a_comune_is_no_zone():
    assert centre_of("012120") is None
    assert comune("zona-012120") is None
