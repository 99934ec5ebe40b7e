"""The page about the API: its examples answer, its links lead somewhere."""

import shlex
from dataclasses import replace

import pytest

from tests.federation.nodes import serving

COMMAND = "<dd><code>"


def commands(page):
    """The curl lines of the page, as their arguments."""
    found = [line.strip().removeprefix(COMMAND).removesuffix("</code></dd>") for line in page.text.splitlines()]
    return [shlex.split(line.replace("&#39;", "'").replace("&amp;", "&")) for line in found if line.startswith("curl ")]


def run(citizen, arguments):
    """What curl would be answered."""
    assert arguments[0] == "curl"
    headers = [arguments[place + 1] for place, each in enumerate(arguments) if each == "-H"]
    return citizen.get(arguments[-1], headers=[each.split(": ", 1) for each in headers])


def test_the_three_examples_answer_as_they_say(shelves, citizen):
    found, place, trade = [run(citizen, command) for command in commands(citizen.get("/api"))]
    assert [item["title"] for item in found.json["items"]] == ["Magazziniere notturno", "Magazziniere con patentino"]
    assert place.json["items"][0]["name"] == "Sesto Calende"
    assert trade.json["items"][0]["title"] == "Welders and flamecutters"


def test_the_descriptions_are_linked(ask, citizen):
    page = ask("/api")
    for name in ("OpenAPI 3.1.0", "OpenAPI 3.0.3"):
        assert citizen.get(page.links[name]).json["openapi"] == name.removeprefix("OpenAPI ")


def test_every_page_leads_to_it(ask):
    assert ask("/").links["API"] == "/api"


def test_the_limit_is_told_in_words_where_there_is_one(app, config, citizen):
    assert "al massimo" not in citizen.get("/api").text
    rooms = app.extensions["sportello"]
    app.extensions["sportello"] = replace(rooms, config=replace(config, rate_limits=True))
    assert "al massimo 120 richieste al minuto per ogni operazione" in citizen.get("/api").text


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible_on_a_telephone_and_on_a_screen(app, network, window, violations, width):
    page = window(width, bypass_csp=True)  # for axe alone
    with serving(app) as port:
        page.goto(f"http://127.0.0.1:{port}/api")
        assert violations(page) == []
