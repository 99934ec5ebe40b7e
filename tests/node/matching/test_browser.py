"""Both lists in a real browser, on a phone and on an office screen."""

from datetime import timedelta

import pytest

from node.core import clock
from node.core.db import transaction
from node.vacancies.actions import publish_vacancy
from tests.federation.nodes import serving
from tests.node.citizens.conftest import violations
from tests.node.matching.test_pages import HERS
from tests.node.vacancies.conftest import MARIA

__all__ = ["violations"]


@pytest.fixture
def desk_url():
    """A file: the browser does not see what the desk stands on."""
    return ""


@pytest.fixture(autouse=True)
def saturday_morning():
    """Today: a clock that is held still is so in its own thread alone, and the server answers in another."""


@pytest.fixture
def addresses(desk, network, data, taken_in):
    """The two lists with something in them, and the pages that lead there."""
    with transaction(desk) as session:
        her = taken_in(session, **HERS).ref
        taken_in(session, "Bianchi", "Ada", trades=["4321 Magazziniera"])
        vacancy = publish_vacancy(session, MARIA, data(occupation="4321", licences=["muletto"])).ref
    when = {"now": clock.now(), "closes_on": clock.today() + timedelta(days=30)}
    asked = {"licences": ["muletto"], "languages": [{"code": "de", "level": "A1"}], "experience": "1-3-anni"}
    asked |= when
    network.publish("fits", "vergiate", title="Mulettista", occupation="4321", places=["Varese"], **asked)
    network.publish(
        "near", occupation="4321", licences=["movimento-terra"], title="Magazziniere con escavatore", **when
    )
    network.publish(
        "nearly", title="Autista e magazziniere", occupation="4321", licences=["CE"], hours="part-time", **when
    )
    network.arrive()
    person, offer = f"/desk/persone/{her}", f"/desk/offerte/{vacancy}"
    return [person, f"{person}/offerte", offer, f"{offer}/persone"]


@pytest.mark.parametrize("width", [360, 1280])
def test_no_list_has_a_violation_or_scrolls_sideways(app, client, addresses, chromium, violations, width):
    with serving(app) as port:
        site = f"http://localhost:{port}"
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="it-IT")
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": each.key, "value": each.value, "url": site} for each in client._cookies.values()])
        page = context.new_page()
        wrong = {}
        for address in addresses:
            assert page.goto(site + address).status == 200
            assert page.url == site + address
            if found := violations(page):
                wrong[address] = found
        context.close()
    assert wrong == {}
