"""One vacancy: all that a person needs to decide, and an honest answer when it is over."""

from dataclasses import replace
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
        employer={"name": "Laghi Logistica Srl"},
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
        "Magazziniere Laghi Logistica Srl",
        "Vergiate (VA) e 1 altro luogo",
        "9,50–10 € all'ora lordi",
        "Carico e scarico.",
        "Entro lunedì 2 novembre 2026",
        "Porta il curriculum o scrivi a cv@laghi.example.",
        "Autorizzato ex art. 6 d.lgs. 276/2003 · Albo informatico n. 18 · Regione Lombardia · 9 feb 2012",
        "dal Comune di Vergiate · confermato adesso · pubblicata sabato 3 ottobre 2026",
    ):
        assert told in page.text
    assert page.links["0331 928711"] == "tel:0331928711"
    assert page.links["cv@laghi.example"] == "mailto:cv@laghi.example"


def test_a_vacancy_without_pay_says_whom_to_ask(network, ask):
    network.publish("v-1")
    network.publish("v-2", pay={"min": 1500, "period": "mese", "currency": "EUR"})
    assert "hai diritto di saperla prima del colloquio" in ask("/lavoro/gavirate/v-1").text
    assert "non dice la paga" not in ask("/lavoro/gavirate/v-2").text


def test_nobody_is_told_of_a_right_before_the_day_from_which_it_binds(network, app, ask):
    network.publish("v-1")
    rooms = app.extensions["sportello"]
    later = replace(rooms.config, pay_warning_from=NOW.date() + timedelta(days=1))
    app.extensions["sportello"] = replace(rooms, config=later)
    text = ask("/lavoro/gavirate/v-1").text
    assert "L’offerta non dice la paga: chiedila allo sportello." in text
    assert "diritto" not in text


@pytest.mark.parametrize(
    ("days", "told"), [(0, "ultimo giorno"), (1, "scade domani"), (5, "scade tra 5 giorni"), (8, None)]
)
def test_a_vacancy_about_to_close_says_so(network, ask, days, told):
    network.publish("v-1", closes_on=NOW.date() + timedelta(days=days))
    text = ask("/lavoro/gavirate/v-1").text
    assert told in text if told else "scade" not in text


def test_an_employer_may_stay_unnamed_the_desk_never(shelves, ask):
    page = ask("/lavoro/gavirate/ticino-1")
    assert "Azienda seguita dallo sportello" in page.text
    assert "Lugano (CH)" in page.text
    assert "Questa offerta è pubblicata da: Comune di Gavirate." in page.text


@pytest.mark.parametrize("typed", ["Sesto Calende", "012120", "sesto calende (VA)"])
def test_whoever_says_where_she_starts_reads_how_far_each_place_is_the_nearest_first(network, ask, typed):
    network.publish("v-1", places=["Varese", "Vergiate", "Sesto Calende"])
    page = ask(f"/lavoro/gavirate/v-1?comune={typed}")
    ordered = ["Sesto Calende (VA) · nel tuo Comune", "Vergiate (VA) · 7 km da Sesto Calende", "Varese (VA) · 19 km da"]
    places = [page.text.index(told) for told in ordered]
    assert places == sorted(places)
    assert page.value("comune") == "Sesto Calende"


def test_whoever_comes_from_her_search_has_said_where_she_starts(shelves, ask):
    address = ask("/lavoro?comune=Gavirate&km=25").links["Carrellista"]
    assert address == "/lavoro/vergiate/vergiate-2?comune=Gavirate"
    assert "Somma Lombardo (VA) · 19 km da Gavirate" in ask(address).text


def test_a_start_across_the_border_counts_too(network, ask):
    network.publish("v-1", places=["Varese"])
    assert "Varese (VA) · 22 km da Lugano (CH)" in ask("/lavoro/gavirate/v-1?comune=Lugano").text


@pytest.mark.parametrize(
    ("typed", "told"), [("Castro", "può essere più di un comune"), ("Gavirtae", "«Gavirtae» non è un comune")]
)
def test_a_start_that_nobody_understands_is_told_beside_its_field_and_the_vacancy_stays_readable(
    network, ask, typed, told
):
    network.publish("v-1", title="Carrellista")
    page = ask(f"/lavoro/gavirate/v-1?comune={typed}")
    assert page.status == 200
    assert told in page.text
    assert page.value("comune") == typed
    assert "Carrellista" in page.text


@pytest.mark.parametrize("junk", ["%00", "x" * 9000, "%F0%9F%92%A5", "../..", "%3Cscript%3E", "(((", "%22%27"])
def test_any_start_at_all_is_harmless(network, ask, junk):
    network.publish("v-1")
    network.withdraw("v-1", "vergiate")
    assert ask(f"/lavoro/gavirate/v-1?comune={junk}").status == 200
    assert ask(f"/lavoro/vergiate/v-1?comune={junk}").status == 410


def test_similar_vacancies_are_of_the_same_trade(shelves, ask):
    page = ask("/lavoro/vergiate/vergiate-2")
    assert list(page.links).index("Addetto rampa") > list(page.links).index("0331 928711")
    assert "da Somma Lombardo" in page.text
    assert "Cameriera di sala" not in page.links


def test_distances_of_similar_vacancies_count_from_where_she_starts(shelves, ask):
    assert "Ferno · 25 km da Gavirate" in ask("/lavoro/vergiate/vergiate-2?comune=Gavirate").text


def test_the_same_work_posted_elsewhere_is_one_click_away_and_no_similar_vacancy(network, ask):
    same = {"title": "Saldatore a filo", "employer": {"name": "Laghi Srl"}}
    network.publish("v-1", "vergiate", places=["Vergiate"], **same)
    network.publish("g-1", "gavirate", places=["Gavirate"], **same)
    network.publish("g-2", "gavirate", places=["Gavirate"], title="Saldatore TIG", employer={"name": "Altra Srl"})
    network.arrive()
    page = ask("/lavoro/vergiate/v-1?comune=Varese")
    assert "La stessa offerta anche qui" in page.text
    assert page.links["Gavirate"] == "/lavoro/gavirate/g-1?comune=012133"
    assert page.links["Saldatore TIG"].startswith("/lavoro/gavirate/g-2")
    assert "La stessa offerta" not in ask("/lavoro/gavirate/g-2").text


def test_a_copy_names_the_page_of_its_origin_as_the_one_that_speaks_for_it(network, citizen):
    network.publish("v-1", "gavirate")
    assert (
        '<link rel="canonical" href="http://localhost/lavoro/gavirate/v-1">'
        in citizen.get("/lavoro/gavirate/v-1?comune=Varese").text
    )


def test_a_withdrawn_vacancy_is_gone_and_what_is_open_near_its_desk_is_offered(shelves, ask):
    shelves.withdraw("vergiate-1", "vergiate")
    shelves.arrive()
    page = ask("/lavoro/vergiate/vergiate-1")
    assert page.status == 410
    assert "Questa offerta è chiusa" in page.text
    assert "Le ultime offerte vicino a Vergiate" in page.text
    assert page.links["Carrellista"].startswith("/lavoro/vergiate/vergiate-2")
    assert page.links["0331 928711"] == "tel:0331928711"
    assert "Magazziniere con patentino" not in page.text


def test_whoever_comes_to_a_closed_vacancy_from_her_search_sees_what_is_open_near_her(shelves, ask):
    shelves.withdraw("vergiate-1", "vergiate")
    shelves.arrive()
    page = ask("/lavoro/vergiate/vergiate-1?comune=Lugano")
    assert "Le ultime offerte vicino a Lugano (CH)" in page.text
    assert "Orologiaia" in page.links
    assert page.value("comune") == "Lugano (CH)"


def test_a_vacancy_that_ran_out_is_gone_before_anybody_sweeps_and_the_same_work_is_offered(shelves, ask):
    shelves.publish("v-9", title="Carrellista notturno", occupation="8344", not_after=NOW + timedelta(hours=1))
    with clock.at(NOW + timedelta(hours=2)):
        page = ask("/lavoro/gavirate/v-9")
    assert page.status == 410
    assert "Offerte simili ancora aperte" in page.text
    assert {"Carrellista", "Addetto rampa"} <= set(page.links)
    assert "Carrellista notturno" not in page.text


def test_a_vacancy_is_over_when_its_closing_day_is_however_long_its_record_lives(network, ask):
    network.publish("v-1", closes_on=NOW.date() + timedelta(days=2))
    with clock.at(NOW + timedelta(days=2)):
        assert ask("/lavoro/gavirate/v-1").status == 200
    with clock.at(NOW + timedelta(days=3)):
        assert ask("/lavoro/gavirate/v-1").status == 410


@pytest.mark.parametrize(
    "address", ["/lavoro/gavirate/mai-vista", "/lavoro/nessuno/v-1", "/lavoro/vergiate/sportello-1"]
)
def test_what_never_was_a_vacancy_is_not_found(network, ask, address):
    network.open_desk("sportello-1", "vergiate")
    assert ask(address).status == 404
