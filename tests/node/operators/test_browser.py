"""Signing in at a real browser, at both widths: by keyboard, under the real Content-Security-Policy, and under axe-core."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from node.core import clock
from node.core.db import transaction
from node.operators.models import OperatorSession
from tests.federation.nodes import serving

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "quattro parole a caso"
WIDTHS = [360, 1280]
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture
def site(app, operators):
    with serving(app) as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def window(chromium, site):
    """`window(width)`: a browser of its own, in Italian. What a page does against the policy fails the test."""
    opened, faults = [], []

    def window(width=1280):
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="it-IT", base_url=site)
        opened.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield window
    for context in opened:
        context.close()
    assert faults == []


def sign_in(page, username="operatore"):
    page.goto("/desk/accesso")
    page.get_by_label("Nome utente").fill(username)
    page.get_by_label(re.compile("^Password")).fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def look(page, name):
    """Nothing that axe finds, nothing that scrolls sideways."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-{page.viewport_size['width']}.png", full_page=True)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_second_factor_is_set_up_and_asked_for(window, width):
    page = window(width)
    sign_in(page)
    page.goto("/desk/profilo")
    look(page, "profile")
    page.get_by_role("link", name="Attiva il secondo fattore").click()
    look(page, "factor-off")
    page.get_by_role("button", name="Comincia").press("Enter")
    expect(page.get_by_role("img", name="Codice QR")).to_be_visible()
    look(page, "factor-qr")
    app = pyotp.TOTP(page.locator(".steps .font-monospace").inner_text().replace(" ", ""))
    page.get_by_label("Codice", exact=False).last.fill(app.at(clock.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Codici di recupero")
    codes = page.locator(".recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    look(page, "recovery-codes")
    page.get_by_role("link", name="Li ho conservati").click()
    page.goto("/desk/profilo/secondo-fattore")
    look(page, "factor-on")

    other = window(width)
    sign_in(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("Codice di accesso")
    look(other, "code")
    other.get_by_label("Codice").fill("000000")
    other.keyboard.press("Enter")
    expect(other.get_by_role("alert")).to_contain_text("Il codice non è giusto")
    look(other, "code-wrong")
    other.get_by_label("Codice").fill(codes[0])
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", level=1)).to_have_text("Oggi")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_password_can_be_looked_at_and_pasted(window, width):
    page = window(width)
    page.goto("/desk/accesso")
    field = page.locator("#campo-password")
    page.get_by_label("Nome utente").fill("operatore")
    field.fill(PASSWORD)
    assert field.evaluate("field => field.dispatchEvent(new ClipboardEvent('paste', {cancelable: true}))")
    shows = page.get_by_role("button", name="Mostra password")
    expect(shows).to_have_attribute("aria-pressed", "false")
    shows.press("Enter")
    expect(shows).to_have_attribute("aria-pressed", "true")
    expect(field).to_have_attribute("type", "text")
    look(page, "sign-in")
    shows.press("Enter")
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Entra").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oggi")


def leave_alone(desk, minutes):
    """As if nobody had touched any browser for so long."""
    with transaction(desk) as session:
        session.execute(update(OperatorSession).values(seen_at=clock.now() - timedelta(minutes=minutes)))


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_being_typed_is_there_after_the_lock(window, desk, width):
    page = window(width)
    sign_in(page)
    page.goto("/desk/aziende/nuova")
    page.get_by_label("Nome", exact=False).first.fill("Falegnameria “Bianchi”")
    page.get_by_label("Comune", exact=False).first.fill("Gavirate")
    leave_alone(desk, 20)
    page.get_by_label("Comune", exact=False).first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("La sessione è bloccata")
    look(page, "locked")
    page.get_by_label("Password").fill("sbagliata")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("quello che hai scritto c’è ancora")
    look(page, "locked-wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Falegnameria “Bianchi”")


@pytest.mark.parametrize("width", WIDTHS)
def test_another_browser_is_signed_out_from_the_list(window, width):
    page, other = window(width), window(width)
    sign_in(other)
    sign_in(page)
    page.goto("/desk/profilo")
    page.get_by_role("link", name="Guarda gli accessi").click()
    expect(page.get_by_text("Chrome, Linux")).to_have_count(2)
    look(page, "sessions")
    page.get_by_role("button", name=re.compile("Chiudi l’accesso di Chrome, Linux")).click()
    expect(page.get_by_role("status")).to_contain_text("L’accesso è chiuso.")
    other.goto("/desk/")
    expect(other.get_by_role("heading", level=1)).to_have_text("Accesso allo sportello")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_administrator_says_who_must_have_one(window, width):
    page = window(width)
    sign_in(page, "amministratore")
    page.goto("/desk/operatori")
    page.get_by_label("Operatore", exact=True).press("Space")
    page.get_by_role("button", name="Salva i ruoli").click()
    expect(page.get_by_role("status")).to_contain_text("Salvato")
    look(page, "operators")

    other = window(width)
    sign_in(other)
    expect(other.get_by_text("attivalo per continuare")).to_be_visible()
    look(other, "factor-demanded")
