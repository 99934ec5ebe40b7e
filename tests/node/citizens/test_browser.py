"""The results in a real browser, on an old phone and on an office screen, with and without JavaScript."""

import gzip
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.federation.nodes import serving

WEIGHT_MAX = 60_000
OFFERS = [
    ("Magazziniere", "Vergiate", {"contract": "determinato"}),
    ("Carrellista", "Varese", {"contract": "determinato", "hours": "part-time"}),
    ("Cameriera", "Varese", {"contract": "stagionale"}),
]


@pytest.fixture
def site(app, network):
    """The address of a running node with a few vacancies of today."""
    now = datetime.now(UTC)
    for number, (title, place, more) in enumerate(OFFERS):
        dates = {"published_on": now.date(), "closes_on": now.date() + timedelta(days=30)}
        network.publish(f"v-{number}", now=now, title=title, places=[place], **dates, **more)
    network.confirm("gavirate", now)
    network.arrive()
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


def tick(page, label):
    page.locator(".filters label").filter(has_text=re.compile(f"^{label}")).click()


@pytest.mark.parametrize("width", [360, 1280])
def test_results_follow_the_filters_and_the_back_button_undoes_them(site, window, width):
    page = window(width)
    page.goto(f"{site}/lavoro")
    count = page.locator("#quante")
    expect(count).to_have_text("3 offerte")
    if width == 360:
        page.get_by_text("Filtra", exact=True).first.click()

    tick(page, "Varese")
    expect(count).to_have_text("2 offerte")
    expect(page.get_by_label("Varese")).to_be_focused()
    tick(page, "Lavoro stagionale")
    expect(count).to_have_text("1 offerta")
    expect(page).to_have_url(f"{site}/lavoro?place=012133&contract=stagionale")
    expect(page.locator("#annuncio")).to_have_text("1 offerta")
    expect(page.get_by_label("Varese")).to_be_visible()

    page.go_back()
    expect(count).to_have_text("2 offerte")
    expect(page.get_by_label("Lavoro stagionale")).not_to_be_checked()
    page.get_by_role("link", name="Carrellista").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Carrellista")
    page.go_back()
    expect(count).to_have_text("2 offerte")
    page.go_back()
    expect(count).to_have_text("3 offerte")
    page.go_forward()
    expect(page.get_by_label("Varese")).to_be_checked()


def test_going_forward_while_the_page_still_loads_shows_the_results_of_its_address(site, window):
    page = window()
    page.goto(f"{site}/lavoro")
    count = page.locator("#quante")
    tick(page, "Varese")
    expect(count).to_have_text("2 offerte")
    held_back = []
    page.route("**/js/citizens.js*", lambda route: held_back.append(route) if not held_back else route.continue_())
    page.go_back()
    expect(count).to_have_text("3 offerte")
    page.go_forward(wait_until="commit")
    held_back[0].continue_()

    expect(count).to_have_text("2 offerte")
    expect(page.get_by_label("Varese")).to_be_checked()


def test_a_comune_that_does_not_exist_is_said_on_a_page_of_its_own(site, window):
    page = window()
    page.goto(f"{site}/lavoro")
    page.get_by_label("Dove?").fill("Gavirtae")
    page.get_by_label("Dove?").press("Enter")
    expect(page.get_by_text("Non conosciamo il Comune «Gavirtae»")).to_be_visible()
    page.get_by_role("link", name="Gavirate (VA)").click()
    expect(page.locator("#quante")).to_contain_text("entro 15 km da Gavirate")


def test_everything_works_without_javascript(site, window):
    page = window(java_script_enabled=False)
    page.goto(site)
    page.get_by_label("Che lavoro cerchi?").fill("carrellista")
    page.get_by_role("button", name="Cerca", exact=True).click()
    expect(page.locator("#quante")).to_have_text("1 offerta")
    page.get_by_role("link", name="«carrellista»").click()
    tick(page, "Tempo determinato")
    page.get_by_role("button", name="Applica i filtri").click()
    expect(page.locator("#quante")).to_have_text("2 offerte")
    page.get_by_label("Ordina").select_option("closing")
    page.get_by_role("button", name="Ordina").click()
    expect(page).to_have_url(re.compile("sort=closing"))


def test_the_results_weigh_little_before_fonts(site, window):
    page = window(360)
    weights = {}

    def weigh(response):
        kind = response.headers.get("content-type", "")
        if response.status == 200 and "font" not in kind:
            weights[response.url] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    page.goto(f"{site}/lavoro", wait_until="networkidle")
    assert sum(weights.values()) < WEIGHT_MAX, weights
    assert any("public.css" in url for url in weights)
