from node.core.meanwhile import merge, notes_beside, prints

SEEN = {"title": "Cuoco", "notes": "uno", "places": ["Gavirate"], "languages": [{"code": "de"}]}


def merged(typed, saved, seen=SEEN):
    return merge(prints(seen), typed, saved)


def test_nobody_else_changed_anything():
    assert merged(SEEN | {"title": "Cuoca"}, SEEN).is_quiet


def test_a_field_left_alone_takes_what_the_other_saved():
    found = merged(SEEN | {"title": "Cuoca"}, SEEN | {"notes": "due"})
    assert (found.taken, found.contested) == (["notes"], {})
    assert (found.values["title"], found.values["notes"]) == ("Cuoca", "due")


def test_a_field_that_both_changed_stays_and_the_others_is_told():
    found = merged(SEEN | {"notes": "mio"}, SEEN | {"notes": "suo"})
    assert found.values["notes"] == "mio"
    assert found.contested == {"notes": "suo"}
    assert "«suo»" in notes_beside(found, lambda _name, value: value)["notes"][0]


def test_two_who_had_the_same_idea_are_not_asked():
    assert merged(SEEN | {"title": "Chef"}, SEEN | {"title": "Chef"}).is_quiet


def test_a_field_that_the_other_emptied_is_empty_or_told():
    saved = {name: value for name, value in SEEN.items() if name != "notes"}
    assert "notes" not in merged(SEEN, saved).values
    contested = merged(SEEN | {"notes": "mio"}, saved)
    assert contested.values["notes"] == "mio"
    assert "svuotato" in notes_beside(contested, lambda _name, value: value)["notes"][0]


def test_a_field_that_i_emptied_stays_empty():
    typed = {name: value for name, value in SEEN.items() if name != "notes"}
    assert merged(typed, SEEN | {"title": "Chef"}).values == typed | {"title": "Chef"}


def test_blanks_and_line_ends_of_a_browser_are_no_change():
    typed = SEEN | {"notes": "uno \r\n", "places": ["Gavirate", "", " "], "languages": [{"code": "de", "level": ""}]}
    found = merged(typed, SEEN | {"title": "Chef"})
    assert found.taken == ["title"]
    assert found.contested == {}


def test_a_broken_or_missing_print_shows_the_difference_instead_of_losing_it():
    for seen in (None, "", "[]", "{"):
        found = merge(seen, {"title": "mio"}, {"title": "suo"})
        assert found.values == {"title": "mio"}
        assert found.contested == {"title": "suo"}
