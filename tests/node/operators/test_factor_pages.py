import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from node.core import clock
from node.core.db import transaction
from node.operators import factors

PASSWORD = "quattro parole a caso"
NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)
OWN = "/desk/profilo/secondo-fattore"


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


def set_up(browser):
    """Switch the factor on as the pages lead to it: (the app on the telephone, the recovery codes)."""
    assert browser.post(OWN).location == OWN
    page = browser.get(OWN).text
    app = pyotp.TOTP(re.search(r"\b[A-Z2-7]{4}( [A-Z2-7]{4}){7}\b", page)[0].replace(" ", ""))
    answer = browser.post(f"{OWN}/conferma", data={"code": app.at(NOON)})
    assert answer.status_code == 200
    return app, re.findall(r"<li>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</li>", answer.text)


def sign_in(browser, username="operatore", **more):
    return browser.post("/desk/accesso", data={"username": username, "password": PASSWORD, **more})


def test_it_is_switched_on_with_a_first_code_and_asked_from_then_on(client, citizen):
    app, codes = set_up(client)
    assert len(codes) == 10
    assert "10 codici di recupero" in client.get(OWN).text
    answer = sign_in(citizen, next="/desk/offerte")
    assert (answer.status_code, answer.location) == (303, "/desk/accesso/codice?next=/desk/offerte")
    assert citizen.get("/desk/").status_code == 303, "the password alone opens nothing"
    page = citizen.get(answer.location).text
    assert 'autocomplete="one-time-code"' in page
    with clock.at(NOON + timedelta(minutes=1)):
        answer = citizen.post("/desk/accesso/codice", data={"code": app.at(clock.now()), "next": "/desk/offerte"})
        assert (answer.status_code, answer.location) == (303, "/desk/offerte")
        assert citizen.get("/desk/").status_code == 200


def test_the_qr_code_is_drawn_without_styles_and_says_what_the_app_needs(client, config):
    client.post(OWN)
    page = client.get(OWN)
    drawn = re.search(r'class="qr"[^>]*>(<svg.*?</svg>)', page.text, re.S)[1]
    assert "style" not in drawn
    assert "<path" in drawn
    address = factors.address_for_app("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "maria.rossi", config.name)
    assert address.startswith(
        "otpauth://totp/Comune%20di%20Gavirate:maria.rossi?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    )


def test_a_wrong_first_code_changes_nothing(client, citizen):
    client.post(OWN)
    answer = client.post(f"{OWN}/conferma", data={"code": "000000"})
    assert answer.status_code == 422
    assert "ora del telefono" in answer.text
    assert sign_in(citizen).location == "/desk/"


def test_the_recovery_codes_are_never_shown_again(client):
    _, codes = set_up(client)
    assert not any(code in client.get(OWN).text for code in codes)
    answer = client.post(f"{OWN}/conferma", data={"code": "123456"})
    assert answer.status_code == 409


def test_a_recovery_code_opens_in_the_place_of_the_app(client, citizen):
    _, codes = set_up(client)
    sign_in(citizen)
    assert citizen.post("/desk/accesso/codice", data={"code": codes[3]}).location == "/desk/"
    assert "9 codici di recupero" in citizen.get(OWN).text


def test_changing_it_asks_for_the_password(client, citizen):
    set_up(client)
    for path in ("codici", "spegni"):
        answer = client.post(f"{OWN}/{path}", data={"current": "sbagliata"})
        assert answer.status_code == 422
        assert "password attuale non è giusta" in answer.text
    assert "oooo" not in client.post(f"{OWN}/codici", data={"current": PASSWORD}).text
    assert client.post(f"{OWN}/spegni", data={"current": PASSWORD}).status_code == 303
    assert sign_in(citizen).location == "/desk/"


def test_without_a_password_the_page_of_the_code_leads_back(citizen, operators):
    assert citizen.get("/desk/accesso/codice").location == "/desk/accesso"
    answer = citizen.post("/desk/accesso/codice", data={"code": "123456", "next": "/desk/offerte"})
    assert answer.location == "/desk/accesso?next=/desk/offerte"
    assert "troppo tempo" in citizen.get(answer.location).text


def test_whoever_must_have_one_is_led_to_it_before_anything_else(browser, citizen):
    boss, client = browser("amministratore"), browser("operatore")
    answer = boss.post("/desk/operatori/secondo-fattore", data={"roles": ["operatore"]})
    assert answer.status_code == 303
    assert re.search(r'value="operatore" checked', boss.get("/desk/operatori").text)
    assert client.get("/desk/offerte").location == OWN
    assert client.post("/desk/offerte").location == OWN
    assert client.get("/desk/profilo").status_code == 200
    assert "attivalo per continuare" in client.get(OWN).text
    set_up(client)
    assert client.get("/desk/offerte").status_code == 200
    assert "Spegni" not in client.get(OWN).text
    assert client.post(f"{OWN}/spegni", data={"current": PASSWORD}).status_code == 409
    assert browser("coordinatore").get("/coordinamento/").status_code == 200
    boss.post("/desk/operatori/secondo-fattore")
    assert client.post(f"{OWN}/spegni", data={"current": PASSWORD}).status_code == 303
    assert client.get("/desk/offerte").status_code == 200


def test_a_role_that_there_is_not_is_refused(browser):
    answer = browser("amministratore").post("/desk/operatori/secondo-fattore", data={"roles": ["sindaco"]})
    assert answer.status_code == 422
    assert "sindaco" in answer.text


def test_the_administrator_resets_the_factor_of_a_colleague(browser, client, citizen, operators):
    set_up(client)
    boss, place = browser("amministratore"), f"/desk/operatori/{operators['operatore'].id}"
    assert "Azzera il secondo fattore" in boss.get(place).text
    assert boss.post(f"{place}/secondo-fattore").location == place
    assert client.get("/desk/").status_code == 303, "her sessions have ended"
    assert sign_in(citizen).location == "/desk/"
    assert "Azzera il secondo fattore" not in boss.get(place).text


def test_where_the_data_are_invented_nobody_must_have_one(config, desk, operators, app):
    with transaction(desk) as session:
        factors.demand(session, operators["amministratore"], {"operatore"})
    rooms = app.extensions["sportello"]
    told = {**rooms.recognise.keywords, "is_demo": True}
    visitor = app.test_client()
    sign_in(visitor)
    token = visitor.get_cookie("sportello-gavirate").value
    assert rooms.recognise.func(desk, token, **told).must_set_up_factor is False
    assert rooms.recognise(token).must_set_up_factor is True
