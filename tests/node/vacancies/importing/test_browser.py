"""The import in a real browser: what travels, what is stopped before it does, and a page that goes on by itself."""

import pytest
from playwright.sync_api import expect

from node.core.db import transaction
from node.core.doors import session_cookie
from node.operators import queries, sessions
from node.vacancies.importing import pages, work
from tests.federation.nodes import serving
from tests.node.vacancies.importing.conftest import day, sheet


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture(params=[360, 1280])
def window(request, app, chromium, desk, operators, counter):
    """A browser in which the operator is signed in, on the page from which an import begins."""
    with transaction(desk) as session:
        token = sessions.begin(session, queries.operator(session, operators["operatore"].id))
    with app.app_context():
        name = session_cookie()
    with serving(app) as port:
        context = chromium.new_context(viewport={"width": request.param, "height": 740}, locale="it-IT")
        context.add_cookies([{"name": name, "value": token, "url": f"http://127.0.0.1:{port}"}])
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/desk/offerte")
        page.get_by_role("link", name="Importa da un file").click()
        yield page
        context.close()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_operator_imports_a_file(window, desk, config, found):
    content = sheet(f"A1;Cuoco/a;Albergo;Gavirate;stagionale;{day(30)}", "A2;Sarta/o;Sartoria;Castro;CTI;oggi")
    window.get_by_label("Il file").set_input_files({"name": "offerte.csv", "mimeType": "text/csv", "buffer": content})
    window.get_by_role("button", name="Avanti").click()
    expect(window.get_by_label("Comune", exact=True)).to_have_value("places")
    assert fits(window)
    window.get_by_role("button", name="Controlla le righe").click()
    expect(window.get_by_role("heading", name="Lettura del file")).to_be_visible()
    work.carry_on(desk, config)
    window.get_by_role("button", name="Importa 1 offerta").click()
    work.carry_on(desk, config)
    expect(window.get_by_role("heading", name="Importazione finita")).to_be_visible()
    assert fits(window)
    window.get_by_role("link", name="Cuoco/a").click()
    expect(window.get_by_role("heading", name="Cuoco/a").first).to_be_visible()
    assert [each.title for each in found()] == ["Cuoco/a"]


def test_a_file_that_is_too_large_does_not_travel(window, monkeypatch):
    monkeypatch.setattr(pages, "FILE_MAX_BYTES", 1_000_000)
    window.reload()
    large = {"name": "grande.csv", "mimeType": "text/csv", "buffer": b"x" * 1_000_001}
    window.get_by_label("Il file").set_input_files(large)
    expect(window.get_by_role("alert")).to_contain_text("più grande di 1 MB")
    assert window.get_by_label("Il file").input_value() == ""
    small = {"name": "piccolo.csv", "mimeType": "text/csv", "buffer": b"Titolo\nCuoco/a\n"}
    window.get_by_label("Il file").set_input_files(small)
    expect(window.get_by_role("alert")).to_have_count(0)
