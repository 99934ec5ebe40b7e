"""The offers that somebody wants to find again: kept on the device, opened by their names in the address."""

import pytest


def test_the_offers_named_in_the_address_are_shown_in_their_order(shelves, ask):
    page = ask("/preferiti?offerta=vergiate/vergiate-1&offerta=gavirate/gavirate-2")
    titles = list(page.links)
    assert titles.index("Magazziniere con patentino") < titles.index("Magazziniere notturno")
    assert "Carrellista" not in page.links


def test_an_offer_that_is_over_is_counted_and_no_more(shelves, ask):
    shelves.withdraw("gavirate-2")
    page = ask("/preferiti?offerta=vergiate/vergiate-1&offerta=gavirate/gavirate-2&offerta=gavirate/mai-vista")
    assert "2 di queste offerte sono chiuse e non ci sono più." in page.text
    assert "Magazziniere notturno" not in page.text


def test_a_desk_is_no_offer(shelves, ask):
    assert "Via Cavallotti" not in ask("/preferiti?offerta=vergiate/sportello-1").text


def test_without_a_list_the_page_says_how_to_make_one(shelves, ask):
    assert "Premi «Salva» su un’offerta" in ask("/preferiti").text


@pytest.mark.parametrize(
    "query", ["offerta=nessuna", "offerta=../../etc", "offerta=gavirate/" + "x" * 99, "offerta=<b>/<b>"]
)
def test_what_is_no_name_of_an_offer_is_refused(ask, query):
    page = ask(f"/preferiti?{query}")
    assert page.status == 400
    assert "non è il nome di un’offerta" in page.text


def test_a_list_has_an_end(ask):
    names = "&".join(f"offerta=gavirate/v-{number}" for number in range(101))
    assert ask(f"/preferiti?{names}").status == 400
