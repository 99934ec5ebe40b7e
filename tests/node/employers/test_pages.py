import pytest

from node.core.db import transaction
from node.employers.queries import search_employers


@pytest.fixture
def known(desk, added):
    """The ref of an employer that is there already."""
    with transaction(desk) as session:
        return added(session, "Officine Brebbia srl", contact_phone="0332 111222", notes="dopo le 14").ref


def count(desk):
    with desk.reading() as session:
        return search_employers(session)[1]


def test_an_employer_is_added_with_its_name_and_comune_alone(client, desk):
    answer = client.post("/desk/aziende", data={"name": "Albergo del Lago", "comune": "Gavirate"})
    assert answer.status_code == 303
    assert "Albergo del Lago" in client.get(answer.location).text
    assert count(desk) == 1


def test_a_possible_duplicate_is_shown_before_it_is_saved(client, desk, known):
    typed = {"name": "Officine Brebia", "comune": "Brebbia", "notes": "chiamare Luca"}
    answer = client.post("/desk/aziende", data=typed)
    assert answer.status_code == 422
    assert f"/desk/aziende/{known}" in answer.text
    assert "chiamare Luca" in answer.text
    assert count(desk) == 1
    assert client.post("/desk/aziende", data=typed | {"confirmed": "yes"}).status_code == 303
    assert count(desk) == 2


def test_a_tax_code_in_the_public_name_is_refused_beside_it(client, desk):
    answer = client.post("/desk/aziende", data={"name": "Rossi RSSMRA80A01L682N", "comune": "Brebbia"})
    assert answer.status_code == 422
    assert "codice fiscale" in answer.text
    assert "RSSMRA80A01L682N" in answer.text
    assert count(desk) == 0


def test_adding_one_from_a_vacancy_leads_back_to_it(client):
    page = client.get("/desk/aziende/nuova?poi=/desk/offerte/abc/modifica").text
    assert 'name="poi" value="/desk/offerte/abc/modifica"' in page
    typed = {"name": "Albergo del Lago", "comune": "Gavirate", "poi": "/desk/offerte/abc/modifica"}
    assert client.post("/desk/aziende", data=typed).location.startswith("/desk/offerte/abc/modifica?azienda=")


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/desk/offerte/", "/desk/offerte/x?y=1"])
def test_nobody_is_led_elsewhere(client, elsewhere):
    typed = {"name": "Albergo del Lago", "comune": "Gavirate", "poi": elsewhere}
    assert client.post("/desk/aziende", data=typed).location.startswith("/desk/aziende/")


def test_a_suspended_employer_says_why_and_can_be_readmitted(client, known):
    client.post(f"/desk/aziende/{known}/sospendi", data={"reason": "Annunci ingannevoli"})
    page = client.get(f"/desk/aziende/{known}").text
    assert "Annunci ingannevoli" in page
    assert "?azienda=" not in page
    client.post(f"/desk/aziende/{known}/riammetti")
    assert "Annunci ingannevoli" not in client.get(f"/desk/aziende/{known}").text


def test_suspending_without_a_reason_is_refused(client, known):
    answer = client.post(f"/desk/aziende/{known}/sospendi", data={"reason": " "})
    assert answer.status_code == 422
    assert "Scrivi perché" in answer.text


def test_the_second_of_two_operators_is_told_what_the_first_changed(client, browser, known):
    opened = client.get(f"/desk/aziende/{known}/modifica").text
    seen = opened.split('name="seen" value="')[1].split('"')[0].replace("&#34;", '"')
    typed = {
        "name": "Officine Brebbia srl",
        "comune": "Brebbia",
        "contact_phone": "0332 111222",
        "notes": "dopo le 14",
        "seen": seen,
    }
    browser("amministratore").post(f"/desk/aziende/{known}", data=typed | {"contact_phone": "0332 999999"})
    answer = client.post(f"/desk/aziende/{known}", data=typed | {"notes": "solo al mattino"})
    assert answer.status_code == 422
    assert "0332 999999" in answer.text
    assert "solo al mattino" in answer.text


def test_a_search_in_vain_offers_to_add_what_was_searched(client, known):
    page = client.get("/desk/aziende?q=panificio").text
    assert "/desk/aziende/nuova?nome=panificio" in page
    assert 'value="panificio"' in client.get("/desk/aziende/nuova?nome=panificio").text


def test_a_page_that_is_no_number_is_a_clear_400(client):
    assert client.get("/desk/aziende?pagina=due").status_code == 400
    assert client.get("/desk/aziende/nessuna").status_code == 404
