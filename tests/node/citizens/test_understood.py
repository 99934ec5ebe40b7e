"""Words that a page understands: said back, to be taken away one by one, ticked among the filters, and unticked."""

from datetime import timedelta

from tests.federation.search.conftest import NOW


def test_what_the_words_say_is_said_back_and_can_be_taken_away(shelves, ask):
    page = ask("/lavoro?q=magazziniere part time vergiate")
    assert "1 offerta entro 15 km da Vergiate" in page.text
    assert page.links["«magazziniere»"] == "/lavoro?q=part+time+vergiate"
    assert page.links["entro 15 km da Vergiate"] == "/lavoro?q=magazziniere+part+time"
    assert page.links["Part-time"] == "/lavoro?q=magazziniere+vergiate"
    assert page.ticked() == {("hours", "part-time")}


def test_the_sentence_stays_in_the_field_as_it_was_typed(shelves, ask):
    page = ask("/lavoro?q=Magazziniere, part time a Vergiate!")
    assert (page.value("q"), page.value("comune")) == ("Magazziniere, part time a Vergiate!", "")


def test_what_is_not_wanted_is_said_back_too(shelves, ask):
    page = ask("/lavoro?q=magazziniere no part time")
    assert "1 offerta" in page.text
    assert "Magazziniere con patentino" not in page.links
    assert page.links["no part time"] == "/lavoro?q=magazziniere"


def test_a_place_with_a_namesake_says_which_was_taken_and_offers_the_other(shelves, ask):
    page = ask("/lavoro?q=cuoco castro")
    assert "Abbiamo cercato a Castro (BG). Intendevi…" in page.text
    assert page.links["Castro (LE)"] == "/lavoro?q=cuoco&comune=Castro+(LE)"


def test_a_box_that_the_words_have_ticked_is_unticked_without_javascript(shelves, ask, citizen):
    page = ask("/lavoro?q=magazziniere part time")
    assert {"name": "understood", "value": "hours:part-time", "type": "hidden", "form": "cerca"} in page.fields
    unticked = citizen.get("/lavoro?q=magazziniere+part+time&comune=&km=&understood=hours:part-time&sort=")
    assert (unticked.status_code, unticked.location) == (303, "/lavoro?q=magazziniere")
    kept = citizen.get("/lavoro?q=magazziniere+part+time&hours=part-time&understood=hours:part-time")
    assert kept.location == "/lavoro?q=magazziniere+part+time"


def test_what_was_chosen_in_the_form_wins_over_the_words(shelves, ask):
    page = ask("/lavoro?q=orologiaia vergiate&comune=Lugano (CH)&km=5")
    assert "entro 5 km da Lugano" in page.text
    assert "«orologiaia vergiate»" in page.text


def test_an_employer_in_the_words_is_a_filter(shelves, ask):
    shelves.publish("altra-1", title="Magazziniera", employer={"name": "Laghi Logistica Srl"})
    shelves.arrive()
    page = ask("/lavoro?q=magazziniere presso Laghi Logistica")
    assert "1 offerta" in page.text
    assert page.links["presso Laghi Logistica"] == "/lavoro?q=magazziniere"


def test_how_long_ago_is_one_choice_of_which_any_time_is_the_first(network, ask):
    for days, name in enumerate(("oggi", "ieri", "avantieri", "tre-giorni-fa", "quattro-giorni-fa")):
        network.publish(name, title=name, published_on=NOW.date() - timedelta(days=days))
    network.arrive()
    page = ask("/lavoro?since=3-giorni")
    assert "3 offerte" in page.text
    assert page.ticked() == {("since", "3-giorni")}
    assert [field["value"] for field in page.fields if field.get("type") == "radio"] == [
        "", "oggi", "3-giorni", "settimana", "mese",
    ]  # fmt: skip
    assert page.links["pubblicata negli ultimi 3 giorni"] == "/lavoro"


def test_a_card_says_how_long_ago_and_when_it_closes(network, ask):
    closing = {"closes_on": NOW.date() + timedelta(days=2)}
    network.publish("v-1", title="Sarta", published_on=NOW.date() - timedelta(days=20), **closing)
    network.publish("v-2", title="Orafa", published_on=NOW.date() - timedelta(days=1), employer=None)
    network.arrive()
    page = ask("/lavoro?sort=closing")
    assert "pubblicata 2 settimane fa" in page.text
    assert "scade tra 2 giorni" in page.text
    assert "Azienda seguita dallo sportello nuova" in page.text
    assert "pubblicata ieri" in page.text


def test_the_same_vacancy_posted_twice_stands_once_with_the_other_beside_it(network, ask):
    same = {"title": "Panettiera", "employer": {"name": "Forno Esempio Srl"}}
    network.publish("v-1", "gavirate", places=["Gavirate"], **same)
    network.publish("v-2", "vergiate", places=["Vergiate"], **same)
    network.publish("v-3", "vergiate", places=["Ferno"], **same)
    network.arrive()
    page = ask("/lavoro?q=panettiera")
    assert "3 offerte" in page.text
    assert "Anche in altri 2 luoghi" in page.text
    assert sum(address.startswith("/lavoro/") for address in page.addresses) == 3


def test_the_same_vacancy_at_two_desks_for_one_place_says_so(network, ask):
    same = {"title": "Panettiera", "employer": {"name": "Forno Esempio Srl"}, "places": ["Varese"]}
    network.publish("v-1", "gavirate", **same)
    network.publish("v-2", "vergiate", **same)
    network.arrive()
    assert "Anche da un altro sportello PanettieraVarese · dal Comune di " in ask("/lavoro?q=panettiera").text


def test_pages_are_counted_in_groups(network, ask):
    for number in range(45):
        network.publish(f"v-{number}", title="Panettiera", employer={"name": "Forno Esempio Srl"})
    network.arrive()
    assert "45 offerte" in ask("/lavoro").text
    assert ask("/lavoro?page=2").status == 400
