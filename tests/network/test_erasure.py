"""One person from the counter of Golasecca to the desk of Sesto Calende and out of every file: two real nodes, one browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.network.test_browser import PATIENCE_MS, sign_in

WHO_SHE_IS = {
    "family_name": "Wirzburgher",
    "given_name": "Xanthippa",
    "phone": "0331 7746193",
    "email": "qwx.zyt@example.it",
    "tax_code": "WRZXTH80A41D946R",
    "address": "via Ypsilonia 73",
    "domicile_address": "vicolo Zefirotti 9",
    "education_title": "perito in campanologia",
    "experiences-0-trade": "commessa da Xilofonando",
    "notes": "arriva con un ombrello verdazzurro",
}
TOKENS = (
    "Wirzburgher", "wirzburgher", "Xanthippa", "xanthippa", "7746193", "qwx.zyt", "WRZXTH80A41", "Ypsilonia", "Zefirotti",
    "campanologia", "Xilofonando", "verdazzurro",
)  # fmt: skip
"""Of each of these fields a word that stands nowhere else, as it was typed and as it is folded for the search."""

SKILL = "Preparazione degli ordini (picking)"
PROFILE = "preparazione-ordini"
"""What she can do, as it is typed and as her profile says it: of the demo's persons nobody else has a skill."""


@pytest.fixture
def window(chromium):
    """An office screen."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="it-IT")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def golasecca(demo, running):
    return demo.nodes[2]


@pytest.fixture
def sesto(demo, running):
    return demo.nodes[4]


def files_with(demo, node, text):
    """The names of the node's files in which the text stands.

    A node keeps nothing compressed but its index, and in that stand vacancies alone: the index knows no id of a person.
    """
    return [path.name for path in node.folder(demo.root).rglob("*") if text.encode() in content(path)]


def content(path):
    """A letter that the running node has collected meanwhile is not there any more."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""


def take_in(page, node):
    """At the counter: the short form, then all that can be asked. The address of her page."""
    page.goto(f"{node.url}/desk/persone/nuova")
    type_in(page, "family_name", "given_name", "phone", "email")
    page.locator("[name=trades]").first.fill("commessa")
    tick(page, "Le ho consegnato e spiegato l’informativa")
    page.get_by_role("button", name="Salva").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Xanthippa Wirzburgher")
    hers = page.url
    page.goto(f"{hers}/modifica")
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    type_in(page, "tax_code", "address", "domicile_address", "education_title", "experiences-0-trade", "notes")
    page.locator("[name=experiences-0-years]").fill("2")
    page.locator("input[name=skills][list]").first.fill(SKILL)
    page.get_by_label("Collocamento mirato (L. 68/99)").select_option(index=1)
    page.get_by_role("button", name="Salva").click()
    page.wait_for_url(hers)
    return hers


def type_in(page, *names):
    for name in names:
        page.locator(f"[name={name}]").fill(WHO_SHE_IS[name])


def tick(page, told):
    """As a hand does, on the words beside the box."""
    page.locator("main label").filter(has_text=told).click()


def choose(page, hers, scope):
    page.goto(f"{hers}/diffusione")
    tick(page, scope)
    tick(page, "Di persona")
    page.get_by_role("button", name="Salva").click()
    page.wait_for_url(hers)


def look_until(page, is_so, told):
    """Open the page again, as somebody who is impatient would."""
    for _try in range(120):
        page.reload()
        if is_so():
            return
        page.wait_for_timeout(500)
    raise AssertionError(told)


def search_the_network(page, node):
    page.goto(f"{node.url}/desk/persone/rete")
    page.get_by_label("Perché cerchi").select_option("offerta")
    page.get_by_label("Che lavoro").fill("commessa")
    page.get_by_label("Una competenza").fill(SKILL)
    page.get_by_role("button", name="Cerca").click()
    page.wait_for_url("**/rete?**")


def says_who_she_is(page):
    return [token for token in TOKENS if token in page.content()]


def test_a_person_is_seen_without_a_name_and_erased_from_every_file_of_the_others(demo, golasecca, sesto, window):
    assert files_with(demo, sesto, PROFILE) == [], "the search for her bytes would find somebody else"
    sign_in(window, golasecca)
    hers = take_in(window, golasecca)
    choose(window, hers, "Tutta la rete")

    sign_in(window, sesto)
    search_the_network(window, sesto)
    found = window.locator("main h2 a")
    look_until(window, found.count, "Sesto Calende does not find her")
    assert says_who_she_is(window) == []
    found.click()
    expect(window.get_by_text("Golasecca").first).to_be_visible()
    expect(window.get_by_text(SKILL)).to_be_visible()
    assert says_who_she_is(window) == []
    record, profile = window.locator("code").inner_text(), window.url
    assert files_with(demo, sesto, PROFILE)
    assert window.goto(f"{sesto.url}/lavoro/golasecca/{record}").status == 404, "the index knows no person"
    assert [token for token in TOKENS if files_with(demo, sesto, token)] == []

    sign_in(window, golasecca)
    choose(window, hers, "Solo questo comune")
    sign_in(window, sesto)
    search_the_network(window, sesto)
    look_until(window, lambda: not found.count(), "Sesto Calende still finds her")
    assert window.goto(profile).status == 404

    sign_in(window, golasecca)
    window.goto(f"{hers}/cancella")
    window.get_by_label("Per conferma, scrivi il suo cognome").fill("Wirzburgher")
    window.get_by_role("button", name="Cancella per sempre").click()
    expect(window).to_have_title(re.compile("Certificato di cancellazione"))
    confirmed = window.locator("main li")
    look_until(
        window, lambda: confirmed.count() == 8 and "Questi non" not in window.content(), "not all have confirmed"
    )
    expect(confirmed.filter(has_text="Sesto Calende")).to_be_visible()
    assert says_who_she_is(window) == []
    window.emulate_media(media="print")
    expect(window.get_by_role("button", name="Stampa")).to_be_hidden()
    assert window.pdf().startswith(b"%PDF")

    for node in demo.nodes:
        if node != golasecca:
            assert files_with(demo, node, PROFILE) == [], f"{node.id} has confirmed that nothing is left"
    assert [token for token in TOKENS if files_with(demo, sesto, token)] == []
    assert {name.removesuffix("-wal") for name in files_with(demo, sesto, record)} <= {"replica.sqlite", "desk.sqlite"}
