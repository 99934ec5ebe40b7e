"""Asking for an hour at the desk: no account, no cookie, and nothing that this process could read afterwards."""

import json
from dataclasses import replace

import pytest

from federation.inbox import Inbox
from node.app import create_app
from node.citizens.booking_page import REQUESTS_AT_MOST

HERE = {"Sec-Fetch-Site": "same-origin"}
HOURS = ["2026-10-12T07:00:00Z", "2026-10-12T07:30:00Z"]
ANNA = {"starts_at": HOURS[0], "name": "Anna Rossi", "purpose": "lavoro", "phone": "333 1234567"}


@pytest.fixture
def counter(network, config):
    """A desk of ours with two hours, whose vacancy a citizen reads."""
    network.open_desk("sportello-1", "gavirate", name="Sportello di Gavirate")
    network.publish("v-1", "gavirate", title="Cuoca", desk="sportello-1")
    config.free_hours.write_text(json.dumps({"sportello-1": HOURS}))
    return network


@pytest.fixture
def waiting(config):
    return lambda kind: list(Inbox(config.inbox).collect(kind))


@pytest.fixture
def send(citizen, counter):
    """`send(name=…)`: the form, sent as a browser does."""

    def send(address="/appuntamenti/sportello-1", headers=HERE, **typed):
        return citizen.post(address, data=ANNA | typed, headers=headers)

    return send


def test_desk_and_vacancy_lead_to_the_hours(citizen, counter, ask):
    assert ask("/sportelli").links["Prenota un appuntamento: Sportello di Gavirate"] == "/appuntamenti/sportello-1"
    page = ask(ask("/lavoro/gavirate/v-1").links["Prenota un appuntamento"])
    assert page.value("vacancy") == "v-1"
    assert "12 ott 2026, 09:30" in page.text
    assert not citizen.get("/appuntamenti/sportello-1").headers.getlist("Set-Cookie")


def test_without_hours_nothing_leads_there_and_the_page_tells_the_telephone(counter, config, ask):
    config.free_hours.unlink()
    assert "Prenota un appuntamento" not in ask("/lavoro/gavirate/v-1").links
    assert "non ci sono ore libere" in ask("/appuntamenti/sportello-1").text
    assert ask("/appuntamenti/mai-visto").status == 404


def test_a_request_lies_in_the_inbox(send, waiting, ask):
    answer = send(vacancy="v-1", token="abc123")
    assert (answer.status_code, answer.location) == (303, "/appuntamenti/sportello-1/chiesto?come=telefono")
    assert "ti contatta" in ask(answer.location).text
    [(name, told)] = waiting("appointment")
    assert (name, told) == ("abc123", ANNA | {"desk": "sportello-1", "vacancy": "v-1", "email": None})


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "Scrivi nome e cognome"),
        ({"phone": ""}, "Scrivi il telefono oppure l’e-mail"),
        ({"email": "boh"}, "non è un indirizzo e-mail"),
        ({"starts_at": "2026-10-13T07:00:00Z"}, "non è più libera"),
        ({"starts_at": "domani"}, "Scegli uno degli orari"),
    ],
)
def test_a_form_that_is_not_right_comes_back_with_what_was_typed(send, waiting, typed, told):
    answer = send(**{"name": "Anna & Rossi"} | typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert ("Anna &amp; Rossi" in answer.text) == ("name" not in typed)
    assert waiting("appointment") == []


def test_programs_and_other_sites_ask_for_nothing(send, waiting):
    assert send(website="https://spam.example").status_code == 303
    assert send(headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert waiting("appointment") == []


def test_the_link_of_the_letter_wants_a_button_pressed(citizen, counter, waiting):
    address = f"/appuntamenti/conferma/abc123/{'0' * 64}"
    assert "Confermo: verrò" in citizen.get(address).text
    assert waiting("appointment-confirmed") == []
    done = citizen.post(address, headers=HERE)
    assert "Tra poco ricevi" in citizen.get(done.location).text
    assert waiting("appointment-confirmed") == [("abc123", {"mark": "0" * 64})]
    for odd in ("/appuntamenti/conferma/abc123/x", f"/appuntamenti/conferma/A%20B/{'0' * 64}"):
        assert citizen.post(odd, headers=HERE).status_code == 404


def test_the_process_without_a_desk_takes_requests_and_one_address_not_too_many(config, counter, app, waiting):
    outside = create_app(replace(config, rate_limits=True), ("public", "feed"))
    inside = app.extensions["sportello"]
    outside.extensions["sportello"] = replace(outside.extensions["sportello"], roster=inside.roster)
    assert outside.extensions["sportello"].desk is None
    client, at_most = outside.test_client(), int(REQUESTS_AT_MOST.split()[0])
    sent = [client.post("/appuntamenti/sportello-1", data=ANNA, headers=HERE) for _ in range(at_most + 1)]
    assert [answer.status_code for answer in sent] == [303] * at_most + [429]
    assert len(waiting("appointment")) == at_most
    outside.extensions["sportello"].replica.dispose()
