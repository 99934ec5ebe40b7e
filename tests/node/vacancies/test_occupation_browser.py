"""The proposals in a real browser: they follow the title, one click takes one, and no key takes one by accident."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from schemas.occupation import suggestion
from tests.federation.nodes import serving

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def desk_url():
    """A file: the browser does not see what the desk stands on."""
    return ""


@pytest.fixture
def window(app, client, parties, chromium):
    """`window(width, **options)`: the form of a new vacancy, open before the operator."""
    opened = []
    with serving(app) as port:
        site = f"http://localhost:{port}"
        kept = [{"name": each.key, "value": each.value, "url": site} for each in client._cookies.values()]

        def window(width=1280, **options):
            context = chromium.new_context(viewport={"width": width, "height": 800}, locale="it-IT", **options)
            opened.append(context)
            context.add_cookies(kept)
            context.set_default_timeout(60_000)
            page = context.new_page()
            page.goto(f"{site}/desk/offerte/nuova")
            return page

        yield window
        for context in opened:
            context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_proposals_follow_the_title_and_one_click_takes_one(window, width):
    page = window(width, bypass_csp=True)  # for axe alone
    page.locator("#campo-title").press_sequentially("Mulettista")
    proposal = page.get_by_role("button", name="Conduttori di carrelli elevatori")
    expect(proposal).to_be_visible()
    expect(page.get_by_text("«mulettista» è di questo gruppo.")).to_be_visible()
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    proposal.click()
    field = page.locator("#campo-occupation")
    expect(field).to_have_value(suggestion("8344"))
    expect(field).to_be_focused()
    expect(proposal).to_have_count(0)
    expect(page.locator("#campo-title")).to_have_value("Mulettista")


def test_without_javascript_a_button_asks_and_another_takes(window):
    page = window(java_script_enabled=False)
    page.locator("#campo-title").fill("Cuoco/a")
    page.get_by_role("button", name="Suggerisci dal titolo").click()
    page.get_by_role("button", name="Cuochi", exact=True).click()
    expect(page.locator("#campo-occupation")).to_have_value(suggestion("5120"))
    expect(page.locator("#campo-title")).to_have_value("Cuoco/a")


def test_the_key_return_in_the_title_saves_the_draft_and_takes_nothing(window):
    page = window()
    title = page.locator("#campo-title")
    title.press_sequentially("Mulettista")
    expect(page.get_by_role("button", name="Conduttori di carrelli elevatori")).to_be_visible()
    title.press("Enter")
    expect(page.get_by_text("Bozza salvata.")).to_be_visible()
    expect(page.locator("#campo-occupation")).to_have_value("")
