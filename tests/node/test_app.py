"""The whole web side, put together."""

from dataclasses import replace

import pytest

from node.app import create_app
from node.core.doors import session_cookie


@pytest.fixture
def served(config, desk, copies):
    """`served(serve=…, demo=True)`: a browser of the node with other doors or settings."""
    made = []

    def serve(serve=("public", "feed", "desk"), **changes):
        app = create_app(replace(config, **changes), serve)
        app.config["TESTING"] = True
        made.append(app.extensions["sportello"])
        return app.test_client()

    yield serve
    for here in made:
        here.replica.dispose()
        if here.desk:
            here.desk.dispose()


def test_a_process_of_the_feed_alone_has_no_pages(served):
    browser = served(("feed",))
    assert browser.get("/federation/heads").status_code == 200
    answer = browser.get("/")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_desk_shows_the_public_pages_too_and_no_feed(served):
    browser = served(("desk",))
    assert browser.get("/").status_code == 200
    assert browser.get("/desk/accesso").status_code == 200
    assert browser.get("/federation/heads").status_code == 404


def test_public_pages_need_no_desk(served, config, desk):
    desk.dispose()
    (config.data / "desk.sqlite").rename(config.data / "elsewhere.sqlite")
    (config.data / "keys").rename(config.data / "no-keys")
    browser = served(("public", "feed"))
    for path in (
        "/",
        "/lavoro",
        "/sportelli",
        "/come-funziona",
        "/privacy",
        "/note-legali",
        "/accessibilita",
        "/healthz",
    ):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/desk/").status_code == 404
    assert not (config.data / "desk.sqlite").exists()


def test_behind_https_cookies_stay_there(served, desk, operators):
    browser = served(url="https://lavoro.example.it", trusted_hosts=("localhost",))
    answer = browser.post("/desk/accesso", data={"username": "operatore", "password": "quattro parole a caso"})
    assert answer.status_code == 400, "the form's token is asked for"
    page = browser.get("/desk/accesso")
    assert "Secure" in page.headers["Set-Cookie"]
    assert "max-age=" in page.headers["Strict-Transport-Security"]


def test_a_form_with_its_token_is_taken(served, operators):
    browser = served()
    token = browser.get("/desk/accesso").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"username": "operatore", "password": "quattro parole a caso", "csrf_token": token}
    assert browser.post("/desk/accesso", data=data).status_code == 303


def test_two_nodes_on_one_host_keep_their_sessions_apart(served, config):
    here, there = served(), served(id="ispra")
    names = set()
    for browser in (here, there):
        with browser.application.app_context():
            names.add(session_cookie())
        names.add(browser.application.config["SESSION_COOKIE_NAME"])
    assert len(names) == 4


def test_a_static_file_changes_its_address_when_it_changes(served):
    page = served().get("/desk/accesso").text
    address = page.partition("css/sportello.css?")[2].partition('"')[0]
    assert address.startswith("v=")


def test_an_address_that_asks_too_often_is_told_to_wait(served):
    browser = served(rate_limits=True, page_limit="3 per minute")
    answers = [browser.get("/privacy") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Aspetta un minuto" in answers[-1].text


def test_the_real_address_counts_behind_a_proxy_that_we_trust(served):
    browser = served(rate_limits=True, page_limit="1 per minute", trusted_proxies=1)
    asked = [browser.get("/privacy", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in (1, 2, 1)]
    assert asked == [200, 200, 429]


def test_an_address_cannot_be_forged_without_a_proxy(served):
    browser = served(rate_limits=True, page_limit="1 per minute")
    asked = [browser.get("/privacy", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in (1, 2)]
    assert asked == [200, 429]
