"""Real people at a real browser: the story of one vacancy over two nodes, and every page under axe-core.

Both widths of the house: an old phone and an office screen.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from deploy.demo.nodes import PASSWORD

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (360, 740), "office": (1280, 800)}
LANGUAGES = {"phone": "it", "office": "en"}
"""In which language each width is looked at: the marks are the same, the lengths are not."""

PATIENCE_MS = 60_000


@pytest.fixture(params=SIZES)
def window(chromium, request):
    """A window of its own, of either width; a script error in a page fails the test."""
    width, height = SIZES[request.param]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="it-IT")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    page.name = request.param
    yield page
    context.close()
    assert faults == []


def sign_in(page, node, username="operatore"):
    page.goto(f"{node.url}/desk/accesso")
    page.get_by_label("Nome utente").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Entra").click()
    page.wait_for_url(re.compile("/desk/$|/coordinamento/$"))


def search(page, node, words):
    page.goto(node.url)
    page.get_by_label("Che lavoro cerchi?").fill(words)
    page.get_by_role("button", name="Cerca", exact=True).click()


def offer_links(page, title):
    return page.get_by_role("article").get_by_role("link", name=title)


def search_until(page, node, words, is_there):
    """Look again, as somebody who is impatient would, until the vacancy is there, or is gone."""
    for _try in range(40):
        search(page, node, words)
        if (offer_links(page, words).count() > 0) == is_there:
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"«{words}» at {node.id}: expected {'to be found' if is_there else 'to be gone'}")


def test_a_vacancy_lives_from_the_desk_of_one_comune_to_the_phone_in_another(demo, running, window):
    gavirate, ispra = demo.nodes[1], demo.nodes[3]
    title = f"Suonatrice di carillon {window.name}"
    sign_in(window, gavirate)
    window.goto(f"{gavirate.url}/desk/offerte/nuova")
    window.get_by_role("textbox", name=re.compile("^Titolo")).fill(title)
    window.get_by_label("Luogo 1").fill("Gavirate")
    window.get_by_label(re.compile("^Contratto ")).first.select_option("determinato")
    window.get_by_label(re.compile("Come candidarsi")).fill("Passa allo sportello con un documento.")
    window.get_by_role("button", name="Pubblica", exact=True).click()
    expect(window.get_by_role("heading", level=1)).to_contain_text(title)
    desk_page = window.url

    search_until(window, ispra, title, is_there=True)
    offer_links(window, title).first.click()
    expect(window.get_by_role("heading", name="Come candidarti")).to_be_visible()
    expect(window.get_by_text("Passa allo sportello con un documento.")).to_be_visible()
    expect(window.get_by_text("dal Comune di Gavirate").first).to_be_visible()
    citizens_page = window.url

    window.goto(desk_page)
    window.get_by_role("button", name=re.compile("sportello", re.I)).first.click()
    expect(window.get_by_text(re.compile("^Chiusa: tra poco"))).to_be_visible()
    search_until(window, ispra, title, is_there=False)
    answer = window.goto(citizens_page)
    assert answer.status == 410
    expect(window.get_by_role("heading", level=1)).to_have_text("Questa offerta è chiusa")


MISSING, AMBIGUOUS = "/questa-pagina-non-esiste", "/lavoro?comune=Castro"
ANSWERED = {MISSING: 404, AMBIGUOUS: 400}
"""With what a page is answered that cannot show what was asked for; all others with 200."""
PUBLIC = [
    "/", "/lavoro", "/lavoro?q=cameriera&comune=Ispra&km=25", "/lavoro?q=zzzz&comune=Ispra&km=5", AMBIGUOUS,
    "/lavoro?q=magazziniere+part+time+gallarate", "/preferiti",
    "/sportelli", "/come-funziona", "/privacy", "/note-legali", "/accessibilita", MISSING, "/desk/accesso",
]  # fmt: skip
DESK = [
    "/desk/", "/desk/offerte", "/desk/offerte?stato=chiuse", "/desk/offerte?q=zzzz", "/desk/offerte/nuova", "/desk/offerte/importa",
    "/desk/segnalazioni", "/desk/aziende", "/desk/aziende/nuova",
    "/desk/persone", "/desk/persone?elenco=senza-recapito", "/desk/persone/nuova", "/desk/persone/informativa",
    "/desk/persone/da-riconfermare", "/desk/persone/da-cancellare", "/desk/persone/importa", "/desk/persone/in-arrivo",
    "/desk/persone/rete", "/desk/persone/rete?purpose=offerta", "/desk/persone/da-ricontattare", "/desk/persone/consegne",
    "/desk/sportelli", "/desk/sportelli/nuovo", "/desk/operatori", "/desk/operatori/nuovo", "/desk/rete/", "/desk/profilo", "/desk/profilo/secondo-fattore",
    "/desk/agenda", "/desk/agenda/nuovo", "/desk/agenda/orari", "/desk/agenda/richieste", "/desk/agenda/da-telefonare", "/desk/accoglienza",
    "/desk/profilo/accessi", "/coordinamento/", "/coordinamento/nodi/",
]  # fmt: skip
RECORD = ".record-title a"
LINKED = [
    ("/lavoro", "article h2 a", ()),
    ("/desk/offerte", RECORD, ("modifica", "avviso", "persone")),
    ("/desk/aziende", RECORD, ("modifica",)),
    ("/desk/persone", RECORD, (
        "modifica", "storia", "diffusione", "diffusione/storia", "diffusione/viste", "diffusione/foglio", "dati", "cancella",
        "offerte", "unisci", "trasferimento", "trasferimento/foglio", "piano",
    )),
    ("/desk/persone/da-ricontattare", RECORD, ("modifica", "passi/nuovo", "stampa")),
    ("/desk/persone/da-ricontattare", ".record-actions a", ()),
    ("/desk/sportelli", RECORD, ("modifica",)),
    ("/desk/operatori", "main a[href^='/desk/operatori/']:not([href*='nuovo'])", ()),
]  # fmt: skip
"""A list, where on it stands the link to one of its records, and the pages below that."""
OF_AN_APPOINTMENT = ("sposta", "foglietto", "collega")


def violations(page):
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


def is_wider_than_the_window(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_no_page_has_a_violation_that_axe_can_find_or_scrolls_sideways(demo, running, window):
    node, language = demo.nodes[3], LANGUAGES[window.name]
    window.goto(f"{node.url}/lingua/{language}")
    wrong = {}

    def look(path):
        assert window.goto(node.url + path).status == ANSWERED.get(path, 200), path
        assert window.evaluate("document.documentElement.lang") == language, path
        found = violations(window) + (["scrolls sideways"] if is_wider_than_the_window(window) else [])
        if found:
            wrong[path] = found

    def look_at_a_record(path, pages):
        look(path)
        for page in pages:
            look(f"{path}/{page}")

    for path in PUBLIC:
        look(path)
    sign_in_english_or_italian(window, node)
    for path in DESK:
        look(path)
    for path, first, pages in LINKED:
        window.goto(node.url + path)
        look_at_a_record(window.locator(first).first.get_attribute("href"), pages)
    look_at_a_record(appointment_of_a_day(window, node), OF_AN_APPOINTMENT)
    window.goto(f"{node.url}/desk/persone")
    kept, gone = (window.locator(RECORD).nth(each).get_attribute("href") for each in (0, 1))
    look(f"{kept}/unisci/{Path(gone).name}")
    look(profile_of_the_network(window, node))
    assert wrong == {}


def appointment_of_a_day(page, node):
    """The first of today's; where nobody is expected today, as on a Sunday, of the day that the page leads to."""
    page.goto(f"{node.url}/desk/agenda")
    found = page.locator("main h2 a[href^='/desk/agenda/']")
    if not found.count():
        page.locator(".empty-state a").click()
    return found.first.get_attribute("href")


def profile_of_the_network(page, node):
    """The first one that another desk shows; copies are shown from the first head that vouches for them."""
    for _try in range(40):
        page.goto(f"{node.url}/desk/persone/rete?purpose=offerta")
        found = page.locator("main h2 a")
        if found.count():
            return found.first.get_attribute("href")
        page.wait_for_timeout(500)
    raise AssertionError(f"{node.id} is shown nobody")


def sign_in_english_or_italian(page, node):
    page.goto(f"{node.url}/desk/accesso")
    page.locator("[name=username]").fill("amministratore")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/desk/")


def test_a_citizen_finds_a_vacancy_with_the_keyboard_alone(demo, running, window):
    window.goto(demo.nodes[3].url)
    window.keyboard.press("Tab")
    focused = window.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#contenuto"
    for _press in range(40):
        if window.evaluate("document.activeElement.id") == "q":
            break
        window.keyboard.press("Tab")
    window.keyboard.type("cameriera")
    window.keyboard.press("Enter")
    window.wait_for_url("**/lavoro?**")
    first = window.locator("article h2 a").first
    for _press in range(160):
        if first.evaluate("link => link === document.activeElement"):
            break
        window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Come candidarti")).to_be_visible()


def test_filters_change_the_address_and_the_back_button_brings_them_back(demo, running, window):
    window.goto(f"{demo.nodes[3].url}/lavoro")
    before = window.locator("#quante").inner_text()
    summary = window.locator("details.filters > summary")
    if summary.is_visible():
        summary.click()
    window.locator("label[for=hours-part-time]").click()
    expect(window).to_have_url(re.compile("hours=part-time"))
    expect(window.locator("#quante")).not_to_have_text(before)
    window.go_back()
    expect(window).not_to_have_url(re.compile("hours=part-time"))
    expect(window.locator("#quante")).to_have_text(before)
    assert not window.locator("input[name=hours][value=part-time]").is_checked()


def test_the_search_works_without_javascript(demo, running, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="it-IT")
    page = context.new_page()
    search(page, demo.nodes[3], "cameriera")
    assert page.locator("article h2 a").count() > 0
    page.locator("label[for=hours-part-time]").click(force=True)
    page.get_by_role("button", name="Applica i filtri").click(force=True)
    assert "hours=part-time" in page.url
    context.close()
