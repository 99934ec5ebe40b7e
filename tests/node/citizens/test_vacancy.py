"""One vacancy: all that a person needs to decide, and an honest answer when it is over."""

from datetime import timedelta

import pytest

from node.core import clock
from tests.federation.search.conftest import NOW


def test_a_vacancy_shows_its_facts_how_to_apply_and_where_it_comes_from(network, ask):
    network.open_desk("sportello-1", "vergiate", authorisation_body="Regione Lombardia", authorised_on="2012-02-09")
    network.publish(
        "v-1",
        "vergiate",
        title="Magazziniere",
        places=["Vergiate", "Somma Lombardo"],
        pay={"min": 9.5, "max": 10, "period": "ora", "currency": "EUR"},
        tasks="Carico e scarico.",
        licences=["muletto"],
        how_to_apply="Porta il curriculum o scrivi a cv@laghi.example.",
    )
    network.confirm("vergiate")
    page = ask("/lavoro/vergiate/v-1")
    assert page.status == 200
    for told in (
        "Laghi Logistica Srl · Vergiate, Somma Lombardo",
        "9,50–10 € all'ora lordi",
        "Carico e scarico.",
        "lunedì 2 novembre 2026",
        "Porta il curriculum o scrivi a cv@laghi.example.",
        "Autorizzato ex art. 6 d.lgs. 276/2003 · Albo informatico n. 18 · Regione Lombardia · 9 feb 2012",
        "dal Comune di Vergiate · confermato adesso · pubblicata sabato 3 ottobre 2026",
    ):
        assert told in page.text
    assert page.links["0331 928711"] == "tel:0331928711"
    assert page.links["cv@laghi.example"] == "mailto:cv@laghi.example"


def test_whoever_finds_something_wrong_writes_to_the_desk_that_published_it(network, ask):
    network.open_desk("sportello-1", "vergiate", email="lavoro@vergiate.example")
    network.publish("v-1", "vergiate", title="Cuoca & cuoco")
    page = ask("/lavoro/vergiate/v-1")
    assert page.links["Scrivi allo sportello"] == "mailto:lavoro@vergiate.example?subject=Cuoca%20%26%20cuoco"


def test_an_employer_may_stay_unnamed_the_desk_never(shelves, ask):
    page = ask("/lavoro/gavirate/ticino-1")
    assert "Azienda seguita dallo sportello · Lugano (CH)" in page.text
    assert "Questa offerta è pubblicata da: Comune di Gavirate." in page.text


def test_similar_vacancies_are_of_the_same_trade_the_nearest_first(shelves, ask):
    page = ask("/lavoro/vergiate/vergiate-2")
    assert list(page.links).index("Addetto rampa") > list(page.links).index("0331 928711")
    assert "da Somma Lombardo" in page.text
    assert "Cameriera di sala" not in page.links


def test_a_withdrawn_vacancy_is_gone_and_others_of_its_comune_are_offered(shelves, ask):
    shelves.withdraw("vergiate-1", "vergiate")
    shelves.arrive()
    page = ask("/lavoro/vergiate/vergiate-1")
    assert page.status == 410
    assert "Questa offerta è chiusa" in page.text
    assert page.links["Carrellista"] == "/lavoro/vergiate/vergiate-2"
    assert "Magazziniere con patentino" not in page.text


def test_a_vacancy_that_ran_out_is_gone_before_anybody_sweeps(network, ask):
    network.publish("v-1", not_after=NOW + timedelta(hours=1))
    with clock.at(NOW + timedelta(hours=2)):
        assert ask("/lavoro/gavirate/v-1").status == 410


@pytest.mark.parametrize(
    "address", ["/lavoro/gavirate/mai-vista", "/lavoro/nessuno/v-1", "/lavoro/vergiate/sportello-1"]
)
def test_what_never_was_a_vacancy_is_not_found(network, ask, address):
    network.open_desk("sportello-1", "vergiate")
    assert ask(address).status == 404
