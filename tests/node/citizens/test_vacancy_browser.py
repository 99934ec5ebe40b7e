"""The page of a vacancy in a real browser: on an old phone and on an office screen, by keyboard, and without JavaScript."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from federation.inbox import Inbox
from tests.federation.nodes import serving


@pytest.fixture
def site(app, network):
    """The address of a running node with a few vacancies of today, one of which is over."""
    now = datetime.now(UTC)
    dates = {"published_on": now.date(), "closes_on": now.date() + timedelta(days=30)}
    network.open_desk("sportello-1", "gavirate")
    for name, title, places in (
        ("v-1", "Magazziniere", ["Vergiate", "Sesto Calende"]),
        ("v-2", "Magazziniera notturna", ["Varese"]),
        ("v-3", "Cuoca", ["Lugano (CH)"]),
    ):
        network.publish(name, now=now, title=title, places=places, description="Un lavoro.\n\nVero.", **dates)
    network.withdraw("v-3")
    network.confirm("gavirate", now)
    network.arrive()
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_around_a_vacancy_is_without_violations(site, window, violations, width):
    page = window(width, bypass_csp=True)  # for axe alone
    for path in ("v-1", "v-1?comune=Gavirate", "v-1?comune=Castro", "v-3", "v-1/segnala", "v-1/segnalata"):
        page.goto(f"{site}/lavoro/gavirate/{path}")
        assert violations(page) == [], path


def test_nothing_on_the_page_is_refused_by_our_own_policy(site, window):
    page, said = window(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.goto(f"{site}/lavoro/gavirate/v-1?comune=Gavirate", wait_until="networkidle")
    expect(page.locator("script[type='application/ld+json']")).to_have_count(1)
    assert said == []


def test_the_map_shows_the_outlines_of_the_comuni(site, window):
    page, fetched = window(), []
    page.on("response", lambda response: fetched.append((response.url.partition("?")[0], response.status)))
    page.goto(f"{site}/lavoro/gavirate/v-1", wait_until="networkidle")
    assert (f"{site}/static/borders/VA.svg", 200) in fetched
    drawn = page.locator(".around-work").first.bounding_box()
    whole = page.locator(".around svg").bounding_box()
    assert drawn["width"] > whole["width"] / 20
    assert drawn["x"] >= whole["x"]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_device_remembers_where_its_owner_starts_until_she_says_no(site, window, width):
    page = window(width)
    page.goto(f"{site}/lavoro/gavirate/v-1")
    expect(page.locator("[data-remembered]")).to_be_hidden()
    page.get_by_role("link", name="Quanto è lontano da te?").press("Enter")
    page.get_by_label("Da dove parti?").fill("Gavirate")
    page.get_by_label("Da dove parti?").press("Enter")
    expect(page.locator("#quanto-lontano")).to_contain_text("12 km da Gavirate")

    page.goto(f"{site}/lavoro/gavirate/v-2")
    expect(page.locator("#quanto-lontano")).to_contain_text("da Gavirate")
    expect(page.get_by_text("resta scritto solo su questo dispositivo")).to_be_visible()
    assert "comune" not in page.url

    page.get_by_role("button", name="Dimenticalo").click()
    expect(page.locator("#quanto-lontano")).to_contain_text("Quanto è lontano da te?")
    page.reload()
    expect(page.locator("#quanto-lontano")).to_contain_text("Quanto è lontano da te?")


def test_an_address_that_somebody_shared_says_nothing_about_who_opens_it(site, window):
    page = window()
    page.goto(f"{site}/lavoro/gavirate/v-1?comune=Gavirate")
    expect(page.locator("#quanto-lontano")).to_contain_text("da Gavirate")
    page.goto(f"{site}/lavoro/gavirate/v-2")
    expect(page.locator("#quanto-lontano")).to_contain_text("Quanto è lontano da te?")


def test_what_is_shared_does_not_say_where_its_sender_lives(site, window):
    page = window()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/lavoro/gavirate/v-1?comune=Gavirate")
    page.evaluate("navigator.share = undefined")
    page.get_by_role("button", name="Condividi").click()
    expect(page.get_by_role("button", name="Indirizzo copiato")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/lavoro/gavirate/v-1"


def test_a_vacancy_is_put_aside_on_the_device(site, window):
    page = window(360)
    page.goto(f"{site}/lavoro/gavirate/v-1")
    page.get_by_role("button", name="Salva: Magazziniere").click()
    page.goto(f"{site}/preferiti")
    expect(page.get_by_role("link", name="Magazziniere")).to_be_visible()


def test_on_a_phone_the_way_to_apply_is_always_in_sight_and_never_in_the_way(site, window):
    page = window(360)
    page.goto(f"{site}/lavoro/gavirate/v-1")
    bar = page.locator(".apply-bar")
    expect(bar).to_be_in_viewport()
    bar.get_by_role("link", name="Come candidarti").click()
    expect(page.get_by_role("heading", name="Come candidarti")).to_be_in_viewport()
    page.get_by_label("Da dove parti?").focus()
    field, edge = page.get_by_label("Da dove parti?").bounding_box(), bar.bounding_box()
    assert field["y"] + field["height"] <= edge["y"]


@pytest.mark.parametrize("with_script", [True, False])
def test_a_vacancy_is_reported_with_the_keyboard_alone(site, window, config, with_script):
    page = window(360, java_script_enabled=with_script)
    page.goto(f"{site}/lavoro/gavirate/v-1")
    page.get_by_role("link", name="Segnala questa offerta").press("Enter")
    page.get_by_label("Il posto non c'è più, o nessuno risponde").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Chiamo da una settimana")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Invia la segnalazione")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Grazie: la segnalazione è arrivata")
    (told,) = [told for _name, told in Inbox(config.inbox).collect("report")]
    assert told == {"vacancy": "v-1", "reason": "occupata", "details": "Chiamo da una settimana", "email": None}


def test_without_javascript_the_distance_is_counted_too(site, window):
    page = window(360, java_script_enabled=False)
    page.goto(f"{site}/lavoro/gavirate/v-1")
    page.get_by_label("Da dove parti?").fill("Gavirate")
    page.get_by_role("button", name="Calcola la distanza").click()
    expect(page.locator("#quanto-lontano")).to_contain_text("12 km da Gavirate")
    expect(page.locator("[data-remembered]")).to_be_hidden()
