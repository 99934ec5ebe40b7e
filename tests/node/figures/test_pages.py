import csv
import io
from html.parser import HTMLParser

import pytest

from federation.statement import instant
from node.figures.tables import HEADS

PAGE = "/coordinamento/"


@pytest.fixture
def desk_url():
    """The pages on SQLite only: what they ask the databases is tried on both kinds by the actions' tests."""
    return ""


@pytest.fixture
def coordinator(browser):
    return browser("coordinatore")


class Tables(HTMLParser):
    """The tables of a page by id: rows of cells, as they are read."""

    def __init__(self, page):
        super().__init__()
        self.found, self._rows, self._cell = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self._rows = self.found[dict(attributes)["id"]] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._cell = ""

    def handle_data(self, text):
        if self._cell is not None:
            self._cell += text

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self._rows[-1].append(self._cell.strip())
            self._cell = None


def tables(page):
    return Tables(page).found


def detail(client, address=PAGE):
    """The rows of the table that the coordinator reads, without its heads: label -> figures."""
    return {label: figures for label, *figures in tables(client.get(address).text)["tabella-dettaglio"][1:]}


def test_a_node_alone_shows_its_own_figures(coordinator, publish):
    publish(10, 3, positions="2")
    publish(11, 3, "sportello")
    assert detail(coordinator) == {
        "Vergiate": ["1", "2", "2", "3", "1", "0", "1", "0", "0"],
        "Totale": ["1", "2", "2", "3", "1", "0", "1", "0", "0"],
    }


def test_the_figures_of_two_nodes_are_added_up(coordinator, publish, told_by_ispra):
    publish(11, 3)
    told_by_ispra("2026-10", opened=5, open=5, positions_open=8)
    told_by_ispra("2026-11", opened=1, open=4, positions_open=6, closed_desk=2, positions_closed=3)
    found = detail(coordinator, f"{PAGE}?per=nodo")
    assert found["Ispra"] == ["4", "6", "6", "0", "2", "0", "3", "0", "0"]
    assert found["Gavirate"] == ["1", "1", "1", "1", "0", "0", "0", "0", "0"]
    assert found["Totale"][:3] == ["5", "7", "7"]
    assert detail(coordinator)["Ispra"][0] == "4"
    assert detail(coordinator, f"{PAGE}?per=contratto").keys() == {"Tempo determinato", "Tempo indeterminato", "Totale"}


def test_months_stand_in_order_and_their_open_vacancies_are_not_added_up(coordinator, told_by_ispra):
    told_by_ispra("2026-10", opened=5, open=5)
    told_by_ispra("2026-11", opened=1, open=4)
    months = detail(coordinator, f"{PAGE}?dal=2026-09&per=mese")
    assert list(months) == ["settembre 2026", "ottobre 2026", "novembre 2026", "Totale"]
    assert [figures[0] for figures in months.values()] == ["0", "5", "4", "4"]
    assert [figures[2] for figures in months.values()] == ["0", "5", "1", "6"]


def test_a_period_is_compared_with_the_one_before_it(coordinator, told_by_ispra):
    told_by_ispra("2026-10", opened=5, open=5)
    told_by_ispra("2026-11", opened=1, open=4)
    assert "prima 5" in coordinator.get(f"{PAGE}?dal=2026-11").text
    whole_year = coordinator.get(PAGE).text
    assert "figure-trend" not in whole_year
    assert "Non c’è un confronto" in whole_year


def test_who_told_nothing_is_named(coordinator, ispra, copies, now, told_by_ispra):
    assert "Ispra: <strong>niente in questo periodo" in coordinator.get(PAGE).text
    told_by_ispra("2026-11", opened=1)
    assert "Ispra: non ancora confermate" in coordinator.get(PAGE).text
    head = {"count": 1, "root": "0" * 64, "lease_until": instant(now)}
    ispra.tells(copies, "head:members", kind="head", audience=ispra.members, body=head)
    assert "Ispra: adesso" in coordinator.get(PAGE).text


def test_a_month_that_came_under_another_id_is_not_counted_twice(coordinator, ispra, copies, told_by_ispra):
    told_by_ispra("2026-11", opened=1)
    row = {"comune": "012084", "contract": "altro", "opened": 1}
    body = {"month": "2026-11", "generated_at": "2026-11-22T12:00:00Z", "rows": [row]}
    ispra.tells(copies, "figures:2026-12", kind="figures", audience=ispra.members, body=body)
    assert detail(coordinator, f"{PAGE}?per=nodo")["Ispra"][2] == "1"


@pytest.mark.parametrize("per", HEADS)
@pytest.mark.parametrize("sort", ["nome", "nuove"])
def test_the_file_is_the_table(coordinator, publish, told_by_ispra, per, sort):
    publish(9, 3)
    publish(11, 3, sector="46")
    told_by_ispra("2026-11", opened=3, open=1)
    asked = f"?dal=2026-08&per={per}&ordina={sort}"
    shown = tables(coordinator.get(PAGE + asked).text)["tabella-dettaglio"]
    answer = coordinator.get(f"{PAGE}cifre.csv{asked}")
    assert answer.mimetype == "text/csv"
    assert f"cifre-{per}-2026-08-2026-11.csv" in answer.headers["Content-Disposition"]
    assert list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")) == shown
    assert len(shown) > 3


def test_a_column_puts_its_greatest_figure_first(coordinator, publish, told_by_ispra):
    publish(11, 3)
    told_by_ispra("2026-11", opened=3)
    assert next(iter(detail(coordinator, f"{PAGE}?per=nodo"))) == "Gavirate"
    page = coordinator.get(f"{PAGE}?per=nodo&ordina=nuove").text
    assert tables(page)["tabella-dettaglio"][1][0] == "Ispra"
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("dal=2020-01", "scegli da 2024-11 a 2026-11"),
        ("al=domani", "scegli da 2024-11 a 2026-11"),
        ("per=provincia", "comune, nodo, contratto, settore, mese"),
        ("ordina=belle", "nome, aperte"),
        ("dal=2026-10&al=2026-09", "ottobre 2026) dopo la sua fine (settembre 2026)"),
    ],
)
@pytest.mark.parametrize("page", ["", "cifre.csv"])
def test_what_is_not_possible_is_a_400_that_says_what_is(coordinator, page, asked, told):
    answer = coordinator.get(f"{PAGE}{page}?{asked}")
    assert answer.status_code == 400
    assert told in answer.text


def test_an_empty_period_says_so(coordinator):
    page = coordinator.get(PAGE).text
    assert "In questo periodo non c’è stata nessuna offerta." in page
    assert "tabella-dettaglio" not in tables(page)


def test_the_page_speaks_english(coordinator, publish):
    publish(11, 3)
    page = coordinator.get(f"{PAGE}?per=contratto", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in page
    assert "November 2026" in page
    assert "Tempo determinato" not in page


def test_coordinators_and_administrators_come_in_and_operators_do_not(browser):
    statuses = {role: browser(role).get(PAGE).status_code for role in ("coordinatore", "amministratore", "operatore")}
    assert statuses == {"coordinatore": 200, "amministratore": 200, "operatore": 403}


def test_a_coordinator_finds_both_pages_in_the_menu(coordinator):
    page = coordinator.get(PAGE).text
    assert f'href="{PAGE}" aria-current="page"' in page
    assert 'href="/coordinamento/nodi/"' in page
