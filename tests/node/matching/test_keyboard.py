"""The three things that a desk does all day, from one to the next without a mouse: take in, publish, see who fits."""

import re

import pytest
from playwright.sync_api import expect

from tests.federation.nodes import serving

MOST_STEPS = 250


@pytest.fixture
def desk_url():
    """A file: the browser does not see what the desk stands on."""
    return ""


@pytest.fixture(autouse=True)
def saturday_morning():
    """Today: a clock that is held still is so in its own thread alone, and the server answers in another."""


@pytest.fixture
def page(app, client, parties, chromium):
    """The first page of the desk at an office screen."""
    with serving(app) as port:
        site = f"http://localhost:{port}"
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="it-IT")
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": each.key, "value": each.value, "url": site} for each in client._cookies.values()])
        opened = context.new_page()
        opened.goto(f"{site}/desk/")
        yield opened
        context.close()


def go_to(page, wanted):
    """Press Tab until it has the focus, which has to be seen."""
    for _step in range(MOST_STEPS):
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            assert wanted.evaluate("wanted => wanted.matches(':focus-visible')"), wanted
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def write(page, name, told):
    go_to(page, page.locator(f"[name={name}]").first)
    page.keyboard.type(told)


def press(page, role, name, key="Enter"):
    go_to(page, page.get_by_role("main").or_(page.get_by_role("navigation")).get_by_role(role, name=name).first)
    page.keyboard.press(key)


def press_access_key(page, digit):
    """Alt and a digit, as a keyboard sends them: Playwright's own Alt+1 comes without its text, and is not heard."""
    told = {"modifiers": 1, "key": digit, "code": f"Digit{digit}", "text": digit, "unmodifiedText": digit}
    keyboard = page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        keyboard.send("Input.dispatchKeyEvent", told | {"type": kind, "windowsVirtualKeyCode": ord(digit)})


def arrived(page, heading):
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_the_three_commonest_acts_need_no_mouse(page):
    press_access_key(page, "1")
    arrived(page, "Nuova persona")
    write(page, "family_name", "Rossi")
    write(page, "given_name", "Maria")
    write(page, "phone", "0332 748201")
    write(page, "trades", "magazziniera")
    press(page, "checkbox", re.compile("informativa"), "Space")
    press(page, "button", "Salva")
    arrived(page, "Maria Rossi")

    press_access_key(page, "2")
    arrived(page, "Nuova offerta")
    write(page, "title", "Magazziniere/a")
    write(page, "places", "Gavirate")
    go_to(page, page.get_by_label(re.compile("^Contratto ")).first)
    page.keyboard.press("ArrowDown")
    write(page, "how_to_apply", "Passa allo sportello con un documento.")
    press(page, "button", "Pubblica")
    arrived(page, "Magazziniere/a")

    press(page, "link", "Persone adatte")
    arrived(page, "Persone adatte")
    press(page, "link", "Rossi Maria")
    arrived(page, "Maria Rossi")
