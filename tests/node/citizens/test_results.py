"""The search as a citizen meets it: what is found, what is understood, and what is said when nothing is."""

from datetime import timedelta

import pytest

from node.core import clock
from tests.federation.search.conftest import NOW


def test_a_search_finds_the_vacancies_of_every_comune(shelves, ask):
    page = ask("/lavoro?q=magazziniere")
    assert page.status == 200
    assert "2 offerte" in page.text
    assert "dal Comune di Vergiate · confermato adesso" in page.text
    assert "Cameriera di sala" not in page.text


def test_a_radius_shows_how_far_each_vacancy_is(shelves, ask):
    page = ask("/lavoro?comune=Gavirate&km=10")
    assert "2 offerte entro 10 km da Gavirate" in page.text
    assert "Varese · 9 km da Gavirate" in page.text
    assert " 0 km" not in page.text


def test_what_was_understood_can_be_taken_away_one_by_one(shelves, ask):
    page = ask("/lavoro?q=magazziniere&comune=Gavirate&km=25&contract=indeterminato&sort=recent&page=1")
    assert page.links["«magazziniere»"] == "/lavoro?comune=Gavirate&km=25&contract=indeterminato"
    assert page.links["entro 25 km da Gavirate"] == "/lavoro?q=magazziniere&contract=indeterminato"
    assert page.links["Tempo indeterminato"] == "/lavoro?q=magazziniere&comune=Gavirate&km=25&sort=recent"
    assert page.ticked() == {("contract", "indeterminato")}


def test_several_choices_of_one_filter_widen_each_other_and_keep_their_counts(shelves, ask):
    page = ask("/lavoro?contract=stagionale&contract=indeterminato")
    assert "2 offerte" in page.text
    assert "Tempo determinato 4" in page.text
    assert page.ticked() == {("contract", "stagionale"), ("contract", "indeterminato")}


def test_a_place_abroad_is_a_filter_that_people_can_read(shelves, ask):
    page = ask("/lavoro?place=Lugano+(CH)")
    assert "1 offerta" in page.text
    assert "Azienda seguita dallo sportello" in page.text
    assert page.ticked() == {("place", "Lugano (CH)")}


def test_an_istat_code_comes_back_as_the_name_of_the_comune(shelves, ask):
    assert ask("/lavoro?comune=012072&km=10").value("comune") == "Gavirate"


def test_behind_a_short_list_stand_similar_offers_that_the_count_leaves_out(shelves, ask):
    page = ask("/lavoro?q=magazziniere+frigorista")
    assert "Nessuna offerta ha tutte le parole" in page.text
    page = ask("/lavoro?q=magazziniere")
    assert "2 offerte" in page.text
    found, close = page.text.split("Forse vanno bene anche queste")
    assert "Magazziniere" in found
    assert "Carrellista" in close
    assert "Forse vanno bene" not in ask("/lavoro?q=magazziniere&sort=recent").text


def test_nothing_within_the_radius_names_the_radii_that_have_some(shelves, ask):
    page = ask("/lavoro?q=carrellista&comune=Gavirate&km=5")
    assert "Nessuna offerta entro 5 km da Gavirate." in page.text
    assert page.links["entro 25 km: 2 offerte"] == "/lavoro?q=carrellista&comune=Gavirate&km=25"
    assert "entro 10 km: " not in page.text
    assert page.links["in tutta la rete: 2 offerte"] == "/lavoro?q=carrellista"


def test_nothing_found_says_which_part_to_leave_out_and_what_that_finds(shelves, ask):
    page = ask("/lavoro?q=carrellista&contract=stagionale")
    assert page.links["senza «carrellista»: 1 offerta"] == "/lavoro?contract=stagionale"
    assert page.links["senza Lavoro stagionale: 2 offerte"] == "/lavoro?q=carrellista"


def test_nothing_in_a_comune_names_the_nearest_ones_that_have_some(shelves, ask):
    page = ask("/lavoro?q=carrellista&comune=Gavirate&km=5")
    assert page.links["Somma Lombardo, a 19 km: 1 offerta"] == "/lavoro?q=carrellista&place=012123"
    assert page.text.index("Somma Lombardo, a 19 km") < page.text.index("Ferno, a 25 km")
    ticked = ask("/lavoro?q=carrellista&place=012072")
    assert ticked.links["Somma Lombardo, a 19 km: 1 offerta"] == "/lavoro?q=carrellista&place=012123"


def test_nothing_of_a_trade_names_those_that_a_person_would_also_take(network, ask):
    network.publish("v-1", title="Aiuto in cantiere", occupation="9313", places=["Varese"])
    network.arrive()
    here = ask("/lavoro?q=muratore&comune=Varese&km=10")
    assert "Mestieri vicini:" in here.text
    assert here.links["Manovali dell'edilizia: 1 offerta"] == "/lavoro?comune=Varese&km=10&occupation=9313"
    far = ask("/lavoro?q=muratore&comune=Bergamo&km=10")
    assert "Mestieri vicini, in tutta la rete:" in far.text
    assert far.links["Manovali dell'edilizia: 1 offerta"] == "/lavoro?occupation=9313"


def test_when_everything_is_in_the_way_the_words_alone_are_offered(shelves, ask):
    page = ask("/lavoro?q=orologiaia&comune=Gavirate&km=5&reserved=art-1&hours=part-time")
    assert page.links["«orologiaia» in tutta la rete, senza filtri: 1 offerta"] == "/lavoro?q=orologiaia"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/lavoro?contract=fisso", "«fisso» non è un valore di contract. I valori sono: indeterminato, determinato"),
        ("/lavoro?hours=notte", "tempo-pieno, part-time"),
        ("/lavoro?occupation=muratore", "ISCO-08, per esempio"),
        ("/lavoro?km=tanti", "km è un numero intero da 0 a 200"),
        ("/lavoro?sort=paga", "relevance, recent, closing, distance"),
        ("/lavoro?province=XX", "«XX» non è un valore di province. Scrivi per esempio VA"),
        ("/lavoro?since=ieri", "oggi, 3-giorni, settimana, mese"),
        ("/lavoro?origin=<b>", "non è il nome di un nodo"),
        ("/lavoro?sort=distance", "Per ordinare per distanza serve un comune"),
        ("/lavoro?page=0", "page è un numero intero da 1"),
        ("/lavoro?page=9", "I risultati finiscono a pagina 1"),
        ("/lavoro?contratto=stagionale", "Il parametro «contratto» non esiste"),
        ("/lavoro?q=" + "x" * 501, "La ricerca è troppo lunga"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_what_is_possible(ask, address, told):
    page = ask(address)
    assert page.status == 400
    assert told in page.text


def test_a_node_that_is_no_member_is_refused_with_those_that_are(network, ask):
    page = ask("/lavoro?origin=nessuno")
    assert page.status == 400
    assert "I valori sono: gavirate, lonate-pozzolo-ferno, vergiate." in page.text


def test_an_ambiguous_comune_is_asked_back_and_nothing_typed_is_lost(ask):
    page = ask("/lavoro?q=cuoca&comune=Castro&contract=stagionale")
    assert page.status == 400
    assert page.links["Castro (BG)"] == "/lavoro?q=cuoca&contract=stagionale&comune=Castro+(BG)"
    assert (page.value("q"), page.value("comune"), page.value("contract")) == ("cuoca", "Castro", "stagionale")


def test_a_misspelt_comune_is_guessed_without_what_else_was_wrong(ask):
    page = ask("/lavoro?comune=Gavirtae&contract=fisso")
    assert "Non conosciamo il Comune «Gavirtae»" in page.text
    assert page.links["Gavirate (VA)"] == "/lavoro?comune=Gavirate+(VA)"


def test_a_link_that_a_social_network_has_marked_still_opens(shelves, ask):
    page = ask("/lavoro?q=magazziniere&fbclid=abc&utm_source=gruppo")
    assert page.status == 200
    assert page.links["«magazziniere»"] == "/lavoro"


def test_markup_in_a_search_stays_text(citizen):
    answer = citizen.get("/lavoro?q=<script>alert(1)</script>")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_what_a_comune_has_not_confirmed_for_three_days_is_grey_and_after_three_weeks_gone(shelves, ask):
    with clock.at(NOW + timedelta(days=4)):
        shelves.confirm("gavirate", NOW + timedelta(days=4))
        page = ask("/lavoro?q=magazziniere")
    assert "2 offerte" in page.text
    assert "dal Comune di Vergiate · confermato 4 giorni fa · potrebbe non essere più aperta" in page.text
    assert "dal Comune di Gavirate · confermato adesso · potrebbe" not in page.text

    with clock.at(NOW + timedelta(days=22)):
        shelves.confirm("gavirate", NOW + timedelta(days=22))
        assert "1 offerta" in ask("/lavoro?q=magazziniere").text


def test_each_filter_narrows_the_search_by_what_the_vacancies_say(network, ask):
    says = {"licences": ["C"], "experience": "nessuna", "shifts": True, "remote": "sede"}
    network.publish("v-1", title="Autista", employer={"name": "Laghi Logistica S.r.l."}, **says)
    network.publish("v-2", "vergiate", title="Grafica", places=["Lugano (CH)"], remote="remoto")
    network.arrive()
    for query in (
        "licence=C", "experience=nessuna", "shifts=si", "remote=sede", "province=va", "region=lombardia",
        "origin=gavirate", "employer=LAGHI LOGISTICA&licence=C",
    ):  # fmt: skip
        page = ask(f"/lavoro?{query}")
        assert ("1 offerta" in page.text, "Autista" in page.links, "Grafica" in page.links) == (True, True, False), (
            query
        )
    assert "Grafica" in ask("/lavoro?province=estero").links


def test_a_place_alone_means_its_surroundings_and_no_distance_only_the_comune(shelves, ask):
    assert "entro 15 km da Gavirate" in ask("/lavoro?comune=Gavirate").text
    assert "1 offerta a Gavirate" in ask("/lavoro?comune=Gavirate&km=0").text


def test_results_are_paged_and_links_keep_the_search(network, ask):
    for number in range(45):
        network.publish(f"v-{number}", title=f"Operaia {number}", hours="part-time")
    network.arrive()
    page = ask("/lavoro?q=operaia&hours=part-time")
    assert page.links["Pagina 3"] == "/lavoro?q=operaia&hours=part-time&page=3"
    last = ask(page.links["Pagina 3"])
    assert sum(text.startswith("Operaia") for text in last.links) == 5


def test_a_node_that_has_heard_nothing_yet_says_so_kindly(network, ask):
    assert "Per ora non c’è nessuna offerta." in ask("/").text
    assert "0 offerte" in ask("/lavoro").text
