"""The agenda at a real browser, by keyboard: from the first hours to somebody who came, at both widths, under axe-core."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from node.core.actors import NODE
from node.core.db import transaction
from node.desks.actions import create_desk
from schemas.desk import DeskForm
from tests.federation.nodes import serving
from tests.node.appointments.conftest import DESK

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "quattro parole a caso"
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def page(app, desk, operators, chromium):
    """A browser at the site of a desk without any hours, in the days in which the test runs."""
    with transaction(desk) as session:
        create_desk(session, NODE, DeskForm().load(DESK))
    with serving(app) as port:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 800}, locale="it-IT", base_url=f"http://localhost:{port}"
        )
        context.set_default_timeout(60_000)
        yield context.new_page()
        context.close()


def look(page, name):
    """Nothing that axe finds, nothing that scrolls sideways, wide and narrow."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]] == [], name
    page.set_viewport_size({"width": 1280, "height": 800})


def test_an_operator_opens_her_agenda_and_receives_somebody(page):
    page.goto("/desk/accesso")
    page.get_by_label("Nome utente").fill("operatore")
    page.get_by_label(re.compile("^Password")).fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto("/desk/agenda")
    page.get_by_role("link", name="Scrivi gli orari").press("Enter")
    page.get_by_label(re.compile("^Giorno")).select_option("2")
    page.get_by_label(re.compile("^Dalle")).fill("9")
    page.get_by_label(re.compile("^Alle")).fill("10.30")
    with page.expect_navigation():
        page.get_by_label(re.compile("^Alle")).press("Enter")
    look(page, "hours")
    page.goto("/desk/agenda/nuovo")
    page.get_by_label(re.compile("^Quando")).select_option(index=1)
    page.get_by_label(re.compile("^Motivo")).select_option("curriculum")
    page.get_by_label(re.compile("^Nome e cognome")).fill("Anna Rossi")
    look(page, "new")
    page.get_by_label(re.compile("^Telefono")).fill("333 1234567")
    page.get_by_label(re.compile("^Telefono")).press("Enter")
    expect(page.get_by_role("heading", name="Appuntamento di Anna Rossi")).to_be_visible()
    look(page, "appointment")
    page.get_by_role("link", name="Stampa il foglietto").press("Enter")
    look(page, "slip")
    page.go_back()
    page.get_by_role("navigation", name="Percorso").get_by_role("link", name="Agenda").press("Enter")
    expect(page.get_by_text("333 1234567")).to_be_visible()
    look(page, "day")
    page.get_by_role("link", name="Da telefonare").press("Enter")
    look(page, "calls")
    page.goto("/desk/accoglienza")
    page.get_by_label("Curriculum").press("Space")
    page.get_by_label(re.compile("^Nome")).press("Enter")
    expect(page.get_by_text("senza nome")).to_be_visible()
    look(page, "visits")
