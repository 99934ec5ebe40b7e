"""A node of Gavirate that holds what three origins published, seen by a citizen on a Saturday morning in October."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from federation.members import Member, Roster
from federation.search.index import Writer
from node.core import clock
from schemas.head import head_id
from tests.federation.search.conftest import NOW, Network
from tests.node.citizens.reading import Page

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"

DESK = {
    "name": "Sportello lavoro di Vergiate",
    "comune": {"istat": "012138", "name": "Vergiate"},
    "address": "Via Cavallotti 46",
    "phone": "0331 928711",
    "opening_hours": "martedì 9–12",
    "authorised": True,
    "authorisation": "Albo informatico n. 18",
}
NAMES = {
    "gavirate": ("Comune di Gavirate", "012072"),
    "vergiate": ("Comune di Vergiate", "012138"),
    "lonate-pozzolo-ferno": ("Comuni di Lonate Pozzolo e Ferno", "012090"),
}


class Heard(Network):
    """The replica of the node, with its index."""

    def __init__(self, config, writer):
        super().__init__(config.replica_url)
        self.writer = writer

    def arrive(self):
        """Let the index read what was heard."""
        self.writer.follow(self.database)

    def open_desk(self, id, origin, **changes):
        self.hold([self.statement(id, DESK | changes, origin, kind="desk")])

    def confirm(self, origin, at=NOW):
        """A head of an origin, issued `at`."""
        lease = (at + timedelta(hours=96)).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"count": 0, "root": "0" * 64, "lease_until": lease}
        self.hold([self.statement(head_id("public"), body, origin, kind="head", now=at)], at)


@pytest.fixture(autouse=True)
def saturday_morning():
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def network(config, app):
    members = {
        origin: Member(
            origin, name, (istat,), None, (), (), None, role="capofila" if origin == "vergiate" else "membro"
        )
        for origin, (name, istat) in NAMES.items()
    }
    roster = Roster(1, "0123456789abcdef", members)
    rooms = app.extensions["sportello"]
    app.extensions["sportello"] = replace(rooms, roster=SimpleNamespace(current=lambda: roster))
    with Writer(config.index) as writer:
        heard = Heard(config, writer)
        yield heard
        heard.database.dispose()


@pytest.fixture
def shelves(network):
    """Some vacancies to search among; every origin has confirmed them just now."""
    network.open_desk("sportello-1", "vergiate")
    network.publish(
        "vergiate-1", "vergiate", title="Magazziniere con patentino", places=["Vergiate"], hours="part-time"
    )
    network.publish("vergiate-2", "vergiate", title="Carrellista", places=["Somma Lombardo"], occupation="8344")
    network.publish("gavirate-1", title="Cameriera di sala", places=["Gavirate"], contract="stagionale")
    network.publish("gavirate-2", title="Magazziniere notturno", places=["Varese"], contract="indeterminato")
    network.publish("ferno-1", "lonate-pozzolo-ferno", title="Addetto rampa", places=["Ferno"], occupation="8344")
    network.publish("ticino-1", title="Orologiaia", places=["Lugano (CH)"], employer=None)
    for origin in NAMES:
        network.confirm(origin)
    network.arrive()
    return network


@pytest.fixture
def ask(citizen):
    """`ask(address)`: the page there, read."""
    return lambda address, **more: Page(citizen.get(address, **more))


@pytest.fixture
def window(chromium):
    """`window(width)`: a page of a browser of its own."""
    opened = []

    def window(width=1280, **options):
        opened.append(chromium.new_context(viewport={"width": width, "height": 740}, locale="it-IT", **options))
        opened[-1].set_default_timeout(60_000)
        return opened[-1].new_page()

    yield window
    for context in opened:
        context.close()


@pytest.fixture
def violations():
    """`violations(page)`: what axe-core finds wrong, and whether the page is wider than its window."""

    def violations(page):
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run().then(found => found.violations.map(each => each.id))")
        is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return found + (["wider than the window"] if is_wide else [])

    return violations
