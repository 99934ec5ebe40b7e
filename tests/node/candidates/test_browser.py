"""Persons imported and two records united in a real browser."""

import pytest
from playwright.sync_api import expect

from node.core.db import transaction
from node.core.doors import session_cookie
from node.operators import queries, sessions
from node.transfers.actions import receive_transfer
from tests.federation.nodes import serving
from tests.node.candidates.test_importing import ROWS, as_csv
from tests.node.transfers.test_transfers import a_person, letter


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture(params=[360])
def window(request, app, chromium, desk, operators):
    """A browser in which the operator is signed in, on the list of persons."""
    with transaction(desk) as session:
        token = sessions.begin(session, queries.operator(session, operators["operatore"].id))
    with app.app_context():
        name = session_cookie()
    with serving(app) as port:
        context = chromium.new_context(viewport={"width": request.param, "height": 740}, locale="it-IT")
        context.add_cookies([{"name": name, "value": token, "url": f"http://127.0.0.1:{port}"}])
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/desk/persone")
        yield page
        context.close()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_operator_imports_persons_unites_two_and_takes_one_in(window, desk, taken_in):
    with transaction(desk) as session:
        taken_in(session, family_name="Rossi", given_name="Marina", residence="Ispra", notes="mattina")
        receive_transfer(session, letter(a_person(given_name="Ada", family_name="Zanzi", notes="la mattina")))
    window.get_by_role("link", name="Importa da un foglio").click()
    window.get_by_label("Il file").set_input_files({"name": "p.csv", "mimeType": "text/csv", "buffer": as_csv(ROWS)})
    window.get_by_role("button", name="Avanti").click()
    assert fits(window)
    window.get_by_role("button", name="Controlla le righe").click()
    expect(window.get_by_text("L'ultima lettera dovrebbe essere")).to_be_visible()
    assert fits(window)
    window.get_by_role("button", name="Importa 2 persone").click()
    expect(window.get_by_role("heading", name="Importazione finita")).to_be_visible()
    assert fits(window)
    window.get_by_role("button", name="È un’altra persona").click()
    window.get_by_role("link", name="Vai alle persone").click()
    window.get_by_role("link", name="Rossi Maria", exact=True).click()
    window.get_by_role("link", name="Unisci con un’altra scheda sua").click()
    window.get_by_role("link", name="Rossi Marina").click()
    expect(window.get_by_role("heading", name="Dove non dicono lo stesso")).to_be_visible()
    assert fits(window)
    window.get_by_role("button", name="Unisci le due schede").click()
    expect(window.get_by_text("Le due schede ora sono una sola.")).to_be_visible()
    assert fits(window)
    window.goto(window.url.partition("/desk/")[0] + "/desk/persone/in-arrivo")
    assert fits(window)
    window.get_by_role("link", name="Zanzi Ada").click()
    assert fits(window)
    window.get_by_role("button", name="Prendi in carico").click()
    expect(window.get_by_role("heading", name="Ada Zanzi").first).to_be_visible()
