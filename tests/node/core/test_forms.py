import pytest
from werkzeug.datastructures import MultiDict

from node.core.forms import FormRejected, flattened, form, typed, without_blanks
from schemas import fields
from schemas.messages import Message


class LanguageRow(fields.Form):
    code = fields.Text(max=2, missing=Message("Manca la lingua."))
    level = fields.Text(max=2)


class Example(fields.Form):
    title = fields.Text(max=5, missing=Message("Manca il titolo."))
    note = fields.Text(max=50)
    urgent = fields.Flag()
    places = fields.Several(fields.Text(max=5), max=3)
    languages = fields.Rows(LanguageRow(), max=3)


@pytest.fixture
def sent(app):
    """`sent([("title", "x")])`: what `form` makes of such a request."""

    def send(pairs):
        with app.test_request_context("/x", method="POST", data=MultiDict(pairs)):
            return form(Example, again=lambda *_: "again")

    return send


def test_clean_data_comes_out(sent):
    data = sent([("title", " Cuoco "), ("places", "Ispra"), ("places", " "), ("urgent", "true"), ("csrf_token", "x")])
    assert data["title"] == "Cuoco"
    assert data["places"] == ["Ispra"]
    assert data["urgent"] is True
    assert data["note"] is None


def test_a_field_left_empty_is_a_field_not_given(sent):
    with pytest.raises(FormRejected) as caught:
        sent([("title", "   ")])
    assert caught.value.errors == {"title": ["Manca il titolo."]}


def test_what_was_typed_comes_back_as_it_was_typed(sent):
    with pytest.raises(FormRejected) as caught:
        sent([("title", " troppo lungo"), ("note", "resta"), ("places", "Varese!!"), ("places", "Ispra")])
    assert caught.value.values == {"title": " troppo lungo", "note": "resta", "places": ["Varese!!", "Ispra"]}
    assert set(caught.value.errors) == {"title", "places"}


def test_rows_are_read_by_their_numbers_and_gaps_close(sent):
    pairs = [("title", "Cuoco"), ("languages-4-code", "en"), ("languages-0-code", "de"), ("languages-0-level", "B1")]
    pairs += [("languages-2-code", " "), ("languages-2-level", "")]
    assert sent(pairs)["languages"] == [{"code": "de", "level": "B1"}, {"code": "en", "level": None}]


def test_an_error_in_a_row_points_at_the_row_that_is_drawn_again(sent):
    pairs = [("title", "Cuoco"), ("languages-0-code", ""), ("languages-3-code", "de"), ("languages-7-level", "C1")]
    with pytest.raises(FormRejected) as caught:
        sent(pairs)
    assert caught.value.errors == {"languages-1-code": ["Manca la lingua."]}
    assert caught.value.values["languages"][1] == {"level": "C1"}


def test_field_names_that_nobody_asked_for_are_ignored():
    assert typed(Example(), MultiDict([("title", "x"), ("languages-x-code", "de"), ("languages-0-colour", "red")])) == {
        "title": "x"
    }


def test_messages_of_a_list_of_texts_stand_under_its_field():
    assert flattened({"places": {0: ["a"], 2: ["b"]}, "_schema": ["c"]}) == {"places": ["a", "b"], "_schema": ["c"]}


def test_blanks_go_at_every_depth():
    assert without_blanks({"a": " ", "b": ["", "x"], "c": [{"d": " ", "e": "y"}], "f": [" "]}) == {
        "b": ["x"],
        "c": [{"e": "y"}],
    }
