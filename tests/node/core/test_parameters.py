"""What an address may ask for, and what it is told when it asks for something else."""

import pytest
from werkzeug.exceptions import BadRequest

from node.core.parameters import asked_one_of, asked_page


@pytest.mark.parametrize(("query", "expected"), [("", "aperte"), ("stato=", "aperte"), ("stato=chiuse", "chiuse")])
def test_a_known_word_is_taken_and_the_first_one_is_usual(app, query, expected):
    with app.test_request_context(f"/?{query}"):
        assert asked_one_of("stato", ["aperte", "chiuse"]) == expected


def test_an_unknown_word_is_answered_with_those_that_are_known(app):
    with app.test_request_context("/?stato=boh"), pytest.raises(BadRequest) as refused:
        asked_one_of("stato", ["aperte", "chiuse"])
    assert refused.value.description == "«boh» non è possibile per stato: scegli tra aperte, chiuse."


@pytest.mark.parametrize(("query", "expected"), [("", 1), ("pagina=3", 3)])
def test_the_first_page_is_usual(app, query, expected):
    with app.test_request_context(f"/?{query}"):
        assert asked_page() == expected


@pytest.mark.parametrize("asked", ["0", "-1", "due", "1000000", "1.5"])
def test_a_page_is_a_number(app, asked):
    with app.test_request_context(f"/?pagina={asked}"), pytest.raises(BadRequest):
        asked_page()
