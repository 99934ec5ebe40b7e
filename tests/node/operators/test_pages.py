import re
from dataclasses import replace

import pytest

from node.core.db import transaction
from node.operators import actions, passwords, queries

PASSWORD = "quattro parole a caso"
NEW = "un’altra frase lunga"


@pytest.fixture
def boss(browser):
    return browser("amministratore")


def sign_in(browser, username="operatore", password=PASSWORD, **more):
    return browser.post("/desk/accesso", data={"username": username, "password": password, **more})


def account(desk, operators, role="operatore"):
    with desk.reading() as session:
        return queries.operator(session, operators[role].id)


def test_signing_in_leads_to_where_one_was_going(citizen, operators):
    answer = citizen.get("/desk/operatori")
    assert answer.location == "/desk/accesso?next=/desk/operatori"
    page = citizen.get(answer.location)
    assert 'name="next" value="/desk/operatori"' in page.text
    answer = sign_in(citizen, "amministratore", next="/desk/operatori")
    assert (answer.status_code, answer.location) == (303, "/desk/operatori")
    assert citizen.get("/desk/operatori").status_code == 200


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "",
        "desk",
    ],
)
def test_signing_in_never_leads_elsewhere(citizen, operators, next):
    assert sign_in(citizen, next=next).location == "/desk/"


def test_the_cookie_is_kept_from_scripts_and_other_sites(citizen, operators):
    cookies = sign_in(citizen).headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"sportello-gavirate", "sportello-gavirate-browser"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie


def test_a_wrong_password_keeps_the_name_and_not_the_password(citizen, operators):
    answer = sign_in(citizen, password="sbagliatissima")
    assert answer.status_code == 422
    assert 'value="operatore"' in answer.text
    assert "sbagliatissima" not in answer.text
    assert "Nome utente o password non sono giusti" in answer.text


def test_an_empty_form_says_what_is_missing(citizen, operators):
    answer = sign_in(citizen, "", "")
    assert answer.status_code == 422
    assert "Scrivi il tuo nome utente." in answer.text
    assert "Scrivi la tua password." in answer.text


def test_after_many_failures_one_waits(citizen, operators):
    for _ in range(5):
        sign_in(citizen, password="sbagliata")
    answer = sign_in(citizen)
    assert answer.status_code == 429
    assert "Riprova tra 1 min" in answer.text


def test_signing_out_ends_the_session_on_the_server(client):
    cookie = client.get_cookie("sportello-gavirate").value
    assert client.post("/desk/profilo/esci").location == "/desk/accesso"
    client.set_cookie("sportello-gavirate", cookie)
    assert client.get("/desk/").status_code == 303


def test_a_coordinator_is_led_to_the_figures(browser):
    answer = browser("coordinatore").get("/desk/")
    assert (answer.status_code, answer.location) == (303, "/coordinamento/")


def test_only_the_administrator_sees_the_accounts_in_the_menu(client, boss):
    assert "/desk/operatori" not in client.get("/desk/").text
    assert "/desk/operatori" in boss.get("/desk/").text


def test_an_account_is_made_and_its_password_shown_once(boss, citizen, desk):
    data = {"username": "maria.rossi", "display_name": "Maria Rossi", "role": "operatore"}
    answer = boss.post("/desk/operatori", data=data)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = re.search(r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", answer.text)[0]
    assert password not in boss.get("/desk/operatori").text
    assert sign_in(citizen, "maria.rossi", password).status_code == 303
    assert citizen.get("/desk/").location == "/desk/profilo", (
        "a password that somebody else knows has to be changed first"
    )
    answer = citizen.post("/desk/profilo/password", data={"current": password, "password": NEW, "again": NEW})
    assert answer.status_code == 303
    assert citizen.get("/desk/").status_code == 200


def test_a_wrong_account_is_told_field_by_field(boss):
    answer = boss.post("/desk/operatori", data={"username": "Maria Rossi", "display_name": "Maria"})
    assert answer.status_code == 422
    assert "da 3 a 40 lettere minuscole" in answer.text
    assert "Scegli un ruolo." in answer.text
    assert 'value="Maria Rossi"' in answer.text


def test_a_username_that_is_taken_is_told_beside_its_field(boss):
    answer = boss.post("/desk/operatori", data={"username": "operatore", "display_name": "Altro", "role": "operatore"})
    assert answer.status_code == 422
    assert "c’è già" in answer.text
    assert 'value="Altro"' in answer.text


def test_a_role_is_changed(boss, desk, operators):
    answer = boss.post(
        f"/desk/operatori/{operators['operatore'].id}", data={"display_name": "Nuovo nome", "role": "coordinatore"}
    )
    assert answer.status_code == 303
    changed = account(desk, operators)
    assert (changed.display_name, changed.role) == ("Nuovo nome", "coordinatore")


def test_the_last_administrator_stays(boss, desk, operators):
    own = operators["amministratore"].id
    answer = boss.post(f"/desk/operatori/{own}", data={"display_name": "Capo", "role": "operatore"})
    assert answer.status_code == 422
    assert "unico amministratore" in answer.text
    answer = boss.post(f"/desk/operatori/{own}/disabilita")
    assert answer.status_code == 409
    assert account(desk, operators, "amministratore").is_active


def test_who_is_disabled_is_out_at_once_and_may_come_back(boss, client, citizen, desk, operators):
    assert client.get("/desk/").status_code == 200
    boss.post(f"/desk/operatori/{operators['operatore'].id}/disabilita")
    assert client.get("/desk/").status_code == 303
    assert sign_in(citizen).status_code == 422
    boss.post(f"/desk/operatori/{operators['operatore'].id}/abilita")
    assert sign_in(citizen).status_code == 303


def test_a_forgotten_password_is_replaced(boss, client, citizen, operators):
    answer = boss.post(f"/desk/operatori/{operators['operatore'].id}/password")
    password = re.search(r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", answer.text)[0]
    assert client.get("/desk/").status_code == 303
    assert sign_in(citizen).status_code == 422
    assert sign_in(citizen, password=password).status_code == 303


def test_an_account_that_does_not_exist_is_not_found(boss):
    assert boss.get("/desk/operatori/nessuno").status_code == 404
    assert boss.post("/desk/operatori/nessuno/disabilita").status_code == 404


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ({"current": "sbagliata", "password": NEW, "again": NEW}, "La password attuale non è giusta"),
        ({"current": PASSWORD, "password": "corta", "again": "corta"}, "almeno 15 caratteri"),
        ({"current": PASSWORD, "password": NEW, "again": NEW + "!"}, "non sono uguali"),
        ({"current": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "uguale a quella di adesso"),
        ({"current": PASSWORD, "password": "x" * 201, "again": "x" * 201}, "al massimo 200"),
        ({}, "Scrivi la nuova password."),
    ],
)
def test_a_new_password_that_is_not_right_changes_nothing(client, citizen, typed, sign):
    answer = client.post("/desk/profilo/password", data=typed)
    assert answer.status_code == 422
    assert sign in answer.text
    assert sign_in(citizen).status_code == 303


def test_a_password_may_begin_and_end_with_blanks(client, citizen):
    spaced = "  frase con spazi  "
    assert (
        client.post(
            "/desk/profilo/password", data={"current": PASSWORD, "password": spaced, "again": spaced}
        ).status_code
        == 303
    )
    assert sign_in(citizen, password=spaced.strip()).status_code == 422
    assert sign_in(citizen, password=spaced).status_code == 303


def test_the_language_is_remembered_with_the_account(client, desk, operators):
    client.set_cookie("lingua", "it")
    assert client.post("/desk/profilo/lingua", data={"language": "en"}).status_code == 303
    assert account(desk, operators).language == "en"
    assert 'lang="en"' in client.get("/desk/").text
    client.post("/desk/profilo/lingua", data={"language": ""})
    assert account(desk, operators).language is None


def test_names_are_shown_as_text(boss, desk, operators):
    with transaction(desk) as session:
        operator = queries.operator(session, operators["operatore"].id)
        actions.change_operator(
            session, operators["amministratore"], operator, {"display_name": "<b>Ann</b>", "role": "operatore"}
        )
    assert "&lt;b&gt;Ann&lt;/b&gt;" in boss.get("/desk/operatori").text


def test_a_password_is_the_same_on_whatever_keyboard_it_is_typed(client, citizen):
    composed, apart = "perché il lago è già blu", "perche\u0301 il lago e\u0300 gia\u0300 blu"
    typed = {"current": PASSWORD, "password": apart, "again": apart}
    assert client.post("/desk/profilo/password", data=typed).status_code == 303
    assert sign_in(citizen, password=composed).status_code == 303


def test_a_password_from_before_they_were_normalised_still_opens(citizen, desk, operators):
    apart = "perche\u0301 il lago e\u0300 gia\u0300 blu"
    with transaction(desk) as session:
        queries.operator(session, operators["operatore"].id).password_hash = passwords._hasher.hash(apart)
    assert sign_in(citizen, password=apart).status_code == 303


def test_a_new_password_with_the_names_of_the_desk_is_refused(client):
    typed = "Gavirate-operatore-2026"
    answer = client.post("/desk/profilo/password", data={"current": PASSWORD, "password": typed, "again": typed})
    assert answer.status_code == 422
    assert "prime che si provano" in answer.text


def test_who_comes_in_by_a_short_password_alone_chooses_a_longer_one(citizen, desk, operators):
    with transaction(desk) as session:
        queries.operator(session, operators["operatore"].id).password_hash = passwords.hashed("tubo lucci")
    assert sign_in(citizen, password="tubo lucci").status_code == 303
    assert citizen.get("/desk/offerte").location == "/desk/profilo"
    assert "è troppo corta" in citizen.get("/desk/profilo").text


def test_the_accounts_of_the_demonstration_are_left_in_peace(citizen, app, desk, operators):
    rooms = app.extensions["sportello"]
    app.extensions["sportello"] = replace(rooms, config=replace(rooms.config, demo=True))
    with transaction(desk) as session:
        queries.operator(session, operators["operatore"].id).password_hash = passwords.hashed("sportello-demo")
    assert sign_in(citizen, password="sportello-demo").status_code == 303
    assert citizen.get("/desk/offerte").status_code == 200
    typed = {"current": "sportello-demo", "password": "sportello", "again": "sportello"}
    assert citizen.post("/desk/profilo/password", data=typed).status_code == 303
