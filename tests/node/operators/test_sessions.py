import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from node.core import clock
from node.core.audit import Deed
from node.core.db import transaction
from node.operators import factors, queries, sessions
from node.operators.visitor import browser_in_words

PASSWORD = "quattro parole a caso"
NOON = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
EMPLOYER = {"name": "Falegnameria Bianchi & figli", "comune": "Gavirate", "notes": 'prima riga\nseconda "riga" & altro'}


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


def sign_in(browser, agent=FIREFOX, username="operatore"):
    answer = browser.post(
        "/desk/accesso", data={"username": username, "password": PASSWORD}, headers={"User-Agent": agent}
    )
    assert answer.location == "/desk/"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("<script>alert(1)</script>", None),
        ("", None),
    ],
)
def test_a_browser_is_told_in_words_of_ours(agent, words):
    assert browser_in_words(agent) == words


def test_the_own_sessions_are_listed_and_one_is_ended(app, citizen, operators):
    other = app.test_client()
    sign_in(other, "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36")
    sign_in(citizen)
    page = citizen.get("/desk/profilo/accessi").text
    assert "Firefox, Linux" in page
    assert "Chrome, Windows" in page
    assert page.count(">questo<") == 1
    (place,) = re.findall(r'action="(/desk/profilo/accessi/\w{16}/chiudi)"', page)
    assert citizen.post(place).status_code == 303
    assert other.get("/desk/").location.startswith("/desk/accesso")
    assert citizen.get("/desk/").status_code == 200


def test_all_other_sessions_are_ended_at_once(app, citizen, operators):
    others = [app.test_client() for _ in range(3)]
    for browser in (*others, citizen):
        sign_in(browser)
    citizen.post("/desk/profilo/accessi/chiudi")
    assert [browser.get("/desk/").status_code for browser in (*others, citizen)] == [303, 303, 303, 200]


def test_a_new_log_in_takes_the_place_of_the_browsers_old_session(citizen, operators, desk):
    sign_in(citizen)
    old = citizen.get_cookie("sportello-gavirate").value
    sign_in(citizen, username="coordinatore")
    citizen.set_cookie("sportello-gavirate", old)
    assert citizen.get("/desk/profilo").location.startswith("/desk/accesso")
    with desk.reading() as session:
        assert session.query(sessions.OperatorSession).count() == 1


def test_nobody_ends_the_session_of_another_by_its_name(client, browser, desk, operators):
    with desk.reading() as session:
        (mine,) = session.query(sessions.OperatorSession)
    browser("coordinatore").post(f"/desk/profilo/accessi/{mine.ref}/chiudi")
    assert client.get("/desk/").status_code == 200


def test_the_administrator_ends_all_sessions_of_a_colleague(client, browser, desk, operators):
    boss, place = browser("amministratore"), f"/desk/operatori/{operators['operatore'].id}"
    assert "un accesso aperto" in boss.get(place).text
    assert boss.post(f"{place}/accessi/chiudi").location == place
    assert client.get("/desk/").status_code == 303
    assert boss.get(place).status_code == 200
    with desk.reading() as session:
        assert session.query(Deed).filter_by(verb="operator.sessions_ended").one().ref == operators["operatore"].id


def test_who_was_away_unlocks_and_is_where_she_was(client):
    with clock.at(LATER):
        page = client.get("/desk/offerte?stato=chiuse")
        assert page.status_code == 423
        assert "Offerte" not in page.text
        assert 'name="next" value="/desk/offerte?stato=chiuse"' in page.text
        told = {"sblocca": PASSWORD, "next": "/desk/offerte?stato=chiuse"}
        assert client.post("/desk/accesso/sblocca", data=told).location == "/desk/offerte?stato=chiuse"
        assert client.get("/desk/offerte").status_code == 200


def test_being_looked_at_does_not_open_a_lock_nor_keep_the_session_alive(client, config):
    with clock.at(LATER):
        assert client.get("/desk/").status_code == 423
    with clock.at(LATER + timedelta(minutes=1)):
        assert client.get("/desk/").status_code == 423
    with clock.at(NOON + timedelta(minutes=config.session_idle_min)):
        assert client.get("/desk/").location.startswith("/desk/accesso")


def hidden(page):
    """The hidden fields of a page's form, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page, re.S)
    plain = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'"}
    return [(name, re.sub(r"&[#\w]+;", lambda each: plain[each[0]], value)) for name, value in found]


def test_what_was_typed_survives_the_lock_with_its_token_checked(app, client, desk):
    app.config["WTF_CSRF_ENABLED"] = True
    token = dict(hidden(client.get("/desk/aziende/nuova").text))["csrf_token"]
    with clock.at(LATER):
        page = client.post("/desk/aziende", data=EMPLOYER | {"csrf_token": token})
        assert page.status_code == 423
        carried = dict(hidden(page.text))
        assert {name: carried[name] for name in EMPLOYER} == EMPLOYER
        wrong = client.post("/desk/aziende", data=carried | {"sblocca": "sbagliata"})
        assert wrong.status_code == 422
        assert "sbagliata" not in wrong.text
        assert dict(hidden(wrong.text))["notes"] == EMPLOYER["notes"]
        forged = client.post("/desk/aziende", data=EMPLOYER | {"sblocca": PASSWORD})
        assert forged.status_code == 400, "without our token nothing is unlocked"
        answer = client.post("/desk/aziende", data=dict(hidden(wrong.text)) | {"sblocca": PASSWORD})
        assert answer.status_code == 303
        page = client.get(answer.location).text
        assert "Falegnameria Bianchi &amp; figli" in page
        assert "seconda &#34;riga&#34; &amp; altro" in page


def test_several_values_of_one_field_are_all_carried(browser, desk, operators):
    boss = browser("amministratore")
    with clock.at(LATER):
        page = boss.post("/desk/operatori/secondo-fattore", data={"roles": ["operatore", "coordinatore"]})
        assert [value for name, value in hidden(page.text) if name == "roles"] == ["operatore", "coordinatore"]
        told = {"roles": ["operatore", "coordinatore"], "sblocca": PASSWORD}
        assert boss.post("/desk/operatori/secondo-fattore", data=told).status_code == 303
    with desk.reading() as session:
        assert queries.roles_that_need_a_factor(session) == {"operatore", "coordinatore"}


def test_a_code_of_the_telephone_unlocks_too(app, client, desk, operators):
    vault = app.extensions["sportello"].vault
    with transaction(desk) as session:
        account = queries.operator(session, operators["operatore"].id)
        factors.begin(session, vault, account)
        session.flush()
        telephone = pyotp.TOTP(factors.secret_in_making(session, vault, account))
        factors.confirm(session, vault, operators["operatore"], account, telephone.at(NOON))
    with clock.at(LATER):
        assert "oppure codice del telefono" in client.get("/desk/").text
        assert client.post("/desk/accesso/sblocca", data={"sblocca": telephone.at(LATER)}).location == "/desk/"
        assert client.get("/desk/").status_code == 200


def test_guesses_at_the_lock_are_throttled(client):
    with clock.at(LATER):
        for _ in range(5):
            assert client.post("/desk/accesso/sblocca", data={"sblocca": "sbagliata"}).status_code == 422
        assert client.post("/desk/accesso/sblocca", data={"sblocca": PASSWORD}).status_code == 429
        assert client.get("/desk/").status_code == 423


def test_unlocking_never_leads_elsewhere(client, citizen):
    with clock.at(LATER):
        told = {"sblocca": PASSWORD, "next": "//evil.example"}
        assert client.post("/desk/accesso/sblocca", data=told).location == "/desk/"
    assert citizen.post("/desk/accesso/sblocca", data={"next": "/desk/"}).location == "/desk/accesso?next=/desk/"
