"""Reporting a vacancy: no account, no name, no cookie; to the origin's desk and to nobody else."""

from dataclasses import replace

import pytest

from federation.inbox import Inbox
from node.app import create_app
from node.citizens.report_page import REPORTS_AT_MOST
from tests.node.citizens.reading import Page

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def vacancies(network):
    """One of ours, one of Vergiate, whose desk answers the telephone."""
    network.open_desk("sportello-1", "vergiate", email="lavoro@vergiate.example")
    network.publish("v-1", "gavirate", title="Cuoca & cuoco")
    network.publish("v-1", "vergiate", title="Magazziniere")
    return network


@pytest.fixture
def reach(app):
    """`reach(origin, url)`: give a member of the network an address."""

    def reach(origin, url):
        members = app.extensions["sportello"].roster.current().members
        members[origin] = replace(members[origin], url=url)

    return reach


@pytest.fixture
def waiting(config):
    """`waiting()`: the reports that lie in the inbox, which are taken from it."""
    return lambda: [told for _name, told in Inbox(config.inbox).collect("report")]


@pytest.fixture
def send(citizen, vacancies):
    """`send(reason=…)`: the form, sent as a browser does."""

    def send(address="/lavoro/gavirate/v-1/segnala", headers=HERE, **typed):
        return citizen.post(address, data=typed, headers=headers)

    return send


def token(citizen):
    return Page(citizen.get("/lavoro/gavirate/v-1/segnala")).value("token")


def test_the_vacancy_leads_to_the_form_and_the_form_asks_for_a_reason_only(citizen, vacancies, ask):
    page = ask(ask("/lavoro/gavirate/v-1").links["Segnala questa offerta"])
    assert "Cuoca & cuoco" in page.text
    reasons = [field["value"] for field in page.fields if field.get("name") == "reason"]
    assert reasons == ["occupata", "sbagliata", "discrimina", "denaro", "finta", "altro"]
    assert not citizen.get("/lavoro/gavirate/v-1/segnala").headers.getlist("Set-Cookie")


def test_a_report_lies_in_the_inbox_and_who_sent_it_is_thanked(send, waiting, ask):
    answer = send(reason="sbagliata", details="Il martedì\nè chiuso.", email="a@b.example")
    assert (answer.status_code, answer.location) == (303, "/lavoro/gavirate/v-1/segnalata")
    assert "la segnalazione è arrivata" in ask(answer.location).text
    told = {"vacancy": "v-1", "reason": "sbagliata", "details": "Il martedì\nè chiuso.", "email": "a@b.example"}
    assert waiting() == [told]


def test_nothing_else_about_the_sender_is_kept(send, waiting):
    send(reason="occupata")
    assert waiting() == [{"vacancy": "v-1", "reason": "occupata", "details": None, "email": None}]


def test_the_process_that_has_no_desk_takes_reports(config, vacancies, app, waiting):
    outside = create_app(config, ("public", "feed"))
    inside = app.extensions["sportello"]
    outside.extensions["sportello"] = replace(outside.extensions["sportello"], roster=inside.roster)
    assert outside.extensions["sportello"].desk is None
    client = outside.test_client()
    assert client.get("/lavoro/gavirate/v-1/segnala").status_code == 200
    assert client.post("/lavoro/gavirate/v-1/segnala", data={"reason": "finta"}, headers=HERE).status_code == 303
    assert [told["reason"] for told in waiting()] == ["finta"]
    outside.extensions["sportello"].replica.dispose()


def test_a_form_sent_twice_is_one_report(citizen, send, waiting):
    once = token(citizen)
    for _ in range(2):
        assert send(reason="finta", token=once).status_code == 303
    send(reason="finta", token=token(citizen))
    assert len(waiting()) == 2


@pytest.mark.parametrize("made_up", ["../../etc/passwd", "a", "x" * 300, "A/B", "\x00"])
def test_a_made_up_token_names_no_file(send, waiting, made_up):
    assert send(reason="finta", token=made_up).status_code == 303
    assert len(waiting()) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Scegli che cosa non va."),
        ({"reason": "altro", "details": " "}, "Scrivi in due parole che cosa non va."),
        ({"reason": "finta", "email": "boh"}, "non è un indirizzo e-mail"),
        ({"reason": "finta", "details": "<b>x</b>"}, "codice HTML"),
        ({"reason": "mai-vista"}, "non è tra i valori previsti"),
    ],
)
def test_a_form_that_is_not_right_comes_back_with_what_was_typed(send, waiting, typed, told):
    answer = send(**typed | {"details": typed.get("details", "Così non va & basta")})
    assert answer.status_code == 422
    page = Page(answer)
    assert told in page.text
    assert ("Così non va & basta" in page.text) == ("details" not in typed)
    assert waiting() == []


def test_a_program_that_fills_in_every_field_is_thanked_for_nothing(send, waiting):
    assert send(reason="finta", website="https://spam.example").status_code == 303
    assert waiting() == []


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}],
)
def test_another_site_cannot_report_in_the_name_of_its_visitors(send, waiting, headers):
    answer = send(reason="finta", headers=headers)
    assert answer.status_code == 400
    assert "non viene dalla nostra pagina" in answer.text
    assert waiting() == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "none"}])
def test_browsers_that_say_less_can_report_too(send, waiting, headers):
    assert send(reason="finta", headers=headers).status_code == 303
    assert len(waiting()) == 1


def test_one_address_cannot_bury_everything_under_reports(config, vacancies, app, waiting):
    limited = create_app(replace(config, rate_limits=True))
    limited.config["WTF_CSRF_ENABLED"] = True
    limited.extensions["sportello"] = replace(
        limited.extensions["sportello"], roster=app.extensions["sportello"].roster
    )
    client, at_most = limited.test_client(), int(REPORTS_AT_MOST.split()[0])
    send = [
        client.post("/lavoro/gavirate/v-1/segnala", data={"reason": "finta"}, headers=HERE) for _ in range(at_most + 1)
    ]
    assert [answer.status_code for answer in send] == [303] * at_most + [429]
    assert int(send[-1].headers["Retry-After"]) > 0
    assert len(waiting()) == at_most
    limited.extensions["sportello"].desk.dispose()
    limited.extensions["sportello"].replica.dispose()


def test_a_desk_that_collects_nothing_is_said_plainly(app, send, config):
    rooms = app.extensions["sportello"]
    app.extensions["sportello"] = replace(rooms, inbox=Inbox(config.inbox, max_files=0))
    answer = send(reason="finta")
    assert answer.status_code == 503
    assert "chiama lo sportello" in answer.text


def test_the_vacancy_of_another_node_is_reported_at_its_origin(citizen, vacancies, reach, ask, waiting):
    reach("vergiate", "https://lavoro.vergiate.example")
    page = ask("/lavoro/vergiate/v-1")
    there = "https://lavoro.vergiate.example/lavoro/vergiate/v-1/segnala"
    assert page.links["Segnala questa offerta"] == there
    assert page.links["lavoro@vergiate.example"] == "mailto:lavoro@vergiate.example?subject=Magazziniere"
    assert citizen.get("/lavoro/vergiate/v-1/segnala").location == there
    assert citizen.post("/lavoro/vergiate/v-1/segnala", data={"reason": "finta"}, headers=HERE).status_code == 404
    assert waiting() == []


def test_where_the_origin_has_no_address_its_desk_has_a_telephone(vacancies, ask):
    assert "Segnala questa offerta" not in ask("/lavoro/vergiate/v-1").links
    page = ask("/lavoro/vergiate/v-1/segnala")
    assert page.status == 200
    assert page.links["0331 928711"] == "tel:0331928711"
    assert not [field for field in page.fields if field.get("name") == "reason"]


def test_a_vacancy_that_has_closed_meanwhile_needs_no_report(citizen, vacancies, send, waiting, ask):
    vacancies.withdraw("v-1", "gavirate")
    for answer in (citizen.get("/lavoro/gavirate/v-1/segnala"), send(reason="finta")):
        assert answer.location == "/lavoro/gavirate/v-1"
    assert ask("/lavoro/gavirate/v-1").status == 410
    assert waiting() == []
