"""The small map: where the work is, readable, and nothing where nothing is known."""

from itertools import combinations

import pytest

from node.citizens.surroundings import LINE, surroundings

VERGIATE, SESTO, GAVIRATE, VARESE = "012138", "012120", "012072", "012133"
LUGANO = "estero/CH/Lugano/46.004/8.951"


def view(picture):
    return tuple(map(int, picture.view.split()))


def test_the_comune_is_marked_among_its_neighbours():
    picture = surroundings((VERGIATE,), None)
    work, *others = picture.marks
    assert (work.kind, work.name, work.drawing) == ("work", "Vergiate", ("VA", f"c{VERGIATE}"))
    assert "VA" in picture.provinces
    assert {"Gallarate", "Arona"} <= {mark.name for mark in others}
    assert {mark.kind for mark in others} == {"other"}


def test_all_places_and_the_reader_lie_in_the_picture():
    picture = surroundings((VERGIATE, SESTO), GAVIRATE)
    left, top, width, height = view(picture)
    kinds = {mark.kind: mark for mark in picture.marks}
    assert kinds["home"].name == "Gavirate"
    assert all(left < mark.x < left + width and top < mark.y < top + height for mark in picture.marks)
    assert width > height


@pytest.mark.parametrize(("work", "home"), [((VERGIATE,), None), ((VERGIATE, SESTO), GAVIRATE), ((LUGANO,), VARESE)])
def test_names_do_not_lie_on_each_other(work, home):
    picture = surroundings(work, home)
    named = [mark for mark in picture.marks if mark.name]
    assert len(named) > 3
    for one, other in combinations(named, 2):
        apart = abs(one.name_x - other.name_x) > 0.45 * picture.text * (len(one.name) + len(other.name)) / 2
        assert apart or abs(one.name_y - other.name_y) >= LINE * picture.text - 2, (one.name, other.name)


def test_many_places_close_together_keep_their_dots_and_lose_names():
    close = ("012133", "012072", "012068", "012123", "012138", "012120", "012084", "012070", "012026", "012002")
    picture = surroundings(close, None)
    assert len([mark for mark in picture.marks if mark.kind == "work"]) == len(close)
    assert picture.marks[0].name == "Varese"


def test_a_reader_far_away_leaves_the_map_where_the_work_is():
    assert view(surroundings((VERGIATE,), "058091")) == view(surroundings((VERGIATE,), None))
    assert [mark.kind for mark in surroundings((VERGIATE,), VERGIATE).marks].count("home") == 0


def test_a_place_beyond_the_border_is_a_dot_beside_the_comuni_of_italy():
    work = surroundings((LUGANO,), None).marks[0]
    assert (work.name, work.drawing) == ("Lugano (CH)", None)


@pytest.mark.parametrize("somewhere", ["058091", "999999", "estero/BR/Recife/-8.050/-34.900"])
def test_where_no_border_is_known_there_is_no_map(somewhere):
    assert surroundings((somewhere,), None) is None
