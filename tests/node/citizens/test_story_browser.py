"""Somebody looks for work on her phone, and at the desk: what she types, what is understood, what she keeps.

Every step with a real browser, at both widths of the house.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.federation.nodes import serving

WIDTHS = pytest.mark.parametrize("width", [360, 1280])
BAKER = {"title": "Panettiera", "employer": {"name": "Forno Esempio Srl"}, "contract": "indeterminato"}
OFFERS = [
    ("v-1", "gavirate", {"title": "Magazziniere", "places": ["Vergiate"], "hours": "part-time"}),
    ("v-2", "vergiate", {"title": "Addetta al magazzino", "places": ["Somma Lombardo"], "hours": "tempo-pieno"}),
    ("v-3", "gavirate", {"title": "Cameriera", "places": ["Gavirate"]}),
    ("p-1", "gavirate", BAKER | {"places": ["Gavirate"]}),
    ("p-2", "vergiate", BAKER | {"places": ["Vergiate"]}),
]


@pytest.fixture
def site(app, network):
    """The address of a running node with a few vacancies of today."""
    now = datetime.now(UTC)
    dates = {"published_on": now.date(), "closes_on": now.date() + timedelta(days=30)}
    for name, origin, says in OFFERS:
        network.publish(name, origin, now=now, **dates, **says)
    for origin in ("gavirate", "vergiate"):
        network.confirm(origin, now)
    network.arrive()
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


@WIDTHS
def test_typed_with_a_slip_and_the_other_gender_a_place_is_understood_and_taken_away(site, window, width):
    page = window(width)
    page.goto(site)
    page.get_by_label("Che lavoro cerchi?").fill("magazinieri part time a Vergiate")
    page.get_by_role("button", name="Cerca", exact=True).click()
    count = page.locator("#quante")
    expect(count).to_have_text("1 offerta entro 15 km da Vergiate")
    expect(page.get_by_role("article").get_by_role("link", name="Magazziniere")).to_be_visible()
    page.locator(".search-chip", has_text="entro 15 km da Vergiate").click()
    expect(page).to_have_url(f"{site}/lavoro?q=magazinieri+part+time")
    page.locator(".search-chip", has_text="Part-time").click()
    expect(count).to_have_text("2 offerte")
    page.go_back()
    page.go_back()
    expect(count).to_have_text("1 offerta entro 15 km da Vergiate")


@WIDTHS
def test_a_box_ticked_by_the_words_is_unticked_and_the_words_go_too(site, window, width):
    page = window(width)
    page.goto(f"{site}/lavoro?q=magazziniere+part+time")
    if width == 360:
        page.get_by_text("Filtra", exact=False).first.click()
    box = page.get_by_label("Part-time")
    expect(box).to_be_checked()
    page.locator("label[for=hours-part-time]").click()
    expect(page).to_have_url(f"{site}/lavoro?q=magazziniere")
    expect(page.locator("#quante")).to_have_text("2 offerte")


@WIDTHS
def test_the_same_vacancy_at_two_desks_is_opened_where_it_is_nearer(site, window, violations, width):
    page = window(width)
    page.goto(f"{site}/lavoro?q=panettiera")
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_text("Anche in un altro luogo").click()
    other = page.locator(".offer-also a")
    expect(other).to_be_visible()
    assert violations(page) == []
    other.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Panettiera")


@WIDTHS
def test_the_map_is_used_with_the_keyboard_alone(site, window, violations, width):
    page = window(width)
    page.goto(f"{site}/lavoro")
    page.locator("#mappa > summary").focus()
    page.keyboard.press("Enter")
    area = page.get_by_role("link", name="Vergiate: 2 offerte")
    for _press in range(12):
        page.keyboard.press("Tab")
        if area.evaluate("link => link === document.activeElement"):
            break
    outline = area.locator("use").bounding_box()
    assert min(outline["width"], outline["height"]) > 20, "the outline is not drawn"
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/lavoro?place=012138")
    expect(page.locator("#quante")).to_have_text("2 offerte")
    page.locator("#mappa > summary").click()
    page.get_by_text("La stessa mappa come tabella").click()
    expect(page.get_by_role("row", name=re.compile("Gavirate 2"))).to_be_visible()
    assert violations(page) == []


@WIDTHS
def test_an_offer_is_kept_on_the_device_and_found_again(site, window, violations, width):
    page = window(width)
    page.goto(f"{site}/lavoro?q=magazziniere")
    page.get_by_role("button", name="Salva: Magazziniere").click()
    expect(page.get_by_role("button", name="Salvata, togli: Magazziniere")).to_have_text("★ Salvata")
    page.get_by_role("link", name="Preferiti (1)").click()
    expect(page).to_have_url(f"{site}/preferiti?offerta=gavirate/v-1")
    expect(page.get_by_role("article").get_by_role("link", name="Magazziniere")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{site}/preferiti")
    expect(page).to_have_url(f"{site}/preferiti?offerta=gavirate/v-1")
    page.get_by_role("button", name="Salvata, togli: Magazziniere").click()
    expect(page.get_by_role("link", name="Preferiti", exact=True)).to_be_visible()
    page.goto(f"{site}/preferiti")
    expect(page.get_by_text("Non hai ancora salvato nessuna offerta.")).to_be_visible()


def test_a_kept_offer_that_is_over_leaves_the_device(site, network, window):
    page = window(360)
    page.goto(f"{site}/lavoro?q=cameriera")
    page.get_by_role("button", name="Salva: Cameriera").click()
    network.withdraw("v-3")
    page.goto(f"{site}/preferiti")
    expect(page.get_by_text("1 di queste offerte è chiusa e non c’è più.")).to_be_visible()
    expect(page.get_by_role("link", name="Preferiti", exact=True)).to_be_visible()


def test_stars_and_tools_are_there_again_after_a_filter_has_changed_the_list(site, window):
    page = window(1280)
    page.goto(f"{site}/lavoro")
    page.locator("label[for=hours-part-time]").click()
    expect(page.locator("#quante")).to_have_text("1 offerta")
    page.get_by_role("button", name="Salva: Magazziniere").click()
    expect(page.get_by_role("link", name="Preferiti (1)")).to_be_visible()
    expect(page.get_by_role("button", name="Condividi")).to_be_visible()
    expect(page.get_by_role("button", name="Stampa")).to_be_visible()


def test_a_list_without_a_share_sheet_is_copied_as_its_address(site, window):
    page = window(1280, permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(f"{site}/lavoro?q=cameriera")
    page.get_by_role("button", name="Condividi").click()
    expect(page.get_by_text("Indirizzo copiato")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/lavoro?q=cameriera"


def test_without_javascript_nothing_is_offered_that_cannot_work(site, window):
    page = window(1280, java_script_enabled=False)
    page.goto(f"{site}/lavoro?q=magazziniere+part+time")
    for name in ("Salva", "Condividi", "Stampa"):
        expect(page.get_by_role("button", name=re.compile(name))).to_have_count(0)
    page.locator("label[for=hours-part-time]").click()
    page.get_by_role("button", name="Applica i filtri").click()
    expect(page).to_have_url(f"{site}/lavoro?q=magazziniere")
    page.locator("#mappa > summary").click()
    page.get_by_role("link", name="Vergiate: 1 offerta").click()
    expect(page.locator("#quante")).to_have_text("1 offerta")
