"""Knocks on every route of the whole node as somebody who may not come in.

The list of routes is Flask's own, so a page that somebody adds tomorrow is knocked on too. What is open to everybody is
written down here by name: opening one more is a decision.
"""

# ruff: noqa: F811 - the fixtures of the node, asked for by name
from datetime import timedelta
from typing import NamedTuple

import pytest
import requests

from federation.keys import SigningKey
from federation.signatures import Request, sign
from node.app import create_app
from node.core import clock
from node.core.actors import ROLES
from node.core.db import transaction
from node.core.doors import DOORS, session_cookie
from node.operators import queries, sessions
from tests.node.conftest import app, browser, citizen, config, copies, desk, desk_url, operators  # noqa: F401

OPEN_BLUEPRINTS = {"access", "access_code", "lock", "openid", "api", "citizens", "machines", "report", "booking"}
ENTRANCE = {
    "access.sign_in",
    "access.begin",
    "access_code.ask",
    "access_code.take",
    "lock.unlock",
    "openid.begin",
    "openid.arrive",
    "openid.leave",
}
SAMPLES = {"default": "x", "string": "x", "path": "x", "int": 1, "uuid": "12345678-1234-5678-1234-567812345678"}


class Knock(NamedTuple):
    """One way to ask for one route, with something for its blanks."""

    method: str
    path: str
    endpoint: str
    door: str | None

    @property
    def roles(self):
        return DOORS[self.door][1] if self.door in DOORS else None

    def by(self, client, **more):
        return client.open(self.path, method=self.method, **more)


def knocks(app):
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {
                name: SAMPLES[type(converter).__name__.removesuffix("Converter").lower().replace("unicode", "default")]
                for name, converter in rule._converters.items()
            }
            path = app.url_map.bind("localhost").build(rule.endpoint, values)
            blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
            door = getattr(blueprint, "door", None)
            found += [Knock(method, path, rule.endpoint, door) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def guarded(app):
    found = [knock for knock in knocks(app) if knock.roles is not None]
    assert len(found) > 20
    return found


def test_every_blueprint_is_a_door_and_every_open_one_is_known(app):
    doors = {name: getattr(blueprint, "door", None) for name, blueprint in app.blueprints.items()}
    assert {name for name, door in doors.items() if door is None} == {"federation"}
    assert {name for name, door in doors.items() if door and DOORS[door][1] is None} <= OPEN_BLUEPRINTS
    assert {knock.endpoint for knock in knocks(app) if "." not in knock.endpoint} == {"static"}


def test_what_is_of_the_desk_stands_behind_a_guard(app):
    inside = {knock.endpoint for knock in knocks(app) if knock.path.startswith(("/desk", "/coordinamento"))}
    assert inside - {knock.endpoint for knock in guarded(app)} == ENTRANCE
    assert {knock.endpoint for knock in guarded(app)} <= inside


def test_a_stranger_is_sent_to_sign_in(app, citizen):
    for knock in guarded(app):
        answer = knock.by(citizen)
        assert answer.status_code == 303, knock
        assert answer.location.startswith("/desk/accesso"), knock


def test_a_stranger_with_htmx_is_sent_to_sign_in(app, citizen):
    for knock in guarded(app):
        answer = knock.by(citizen, headers={"HX-Request": "true"})
        assert answer.status_code == 401, knock
        assert answer.headers["HX-Redirect"].startswith("/desk/accesso"), knock


def test_an_expired_session_is_a_stranger(app, desk, operators, config):
    client = app.test_client()
    long_ago = clock.now() - timedelta(minutes=config.session_idle_min)
    with clock.at(long_ago), transaction(desk) as session:
        token = sessions.begin(session, queries.operator(session, operators["amministratore"].id))
    with app.app_context():
        client.set_cookie(session_cookie(), token)
    for knock in guarded(app):
        answer = knock.by(client)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/desk/accesso"), knock


def test_a_locked_session_gets_the_lock_everywhere(app, desk, operators, config):
    client = app.test_client()
    with clock.at(clock.now() - timedelta(minutes=config.idle_lock_min)), transaction(desk) as session:
        token = sessions.begin(session, queries.operator(session, operators["amministratore"].id))
    with app.app_context():
        client.set_cookie(session_cookie(), token)
    for knock in guarded(app):
        answer = knock.by(client)
        assert answer.status_code == 423, knock
        assert "La sessione è bloccata" in answer.text, knock
        assert knock.by(client, headers={"HX-Request": "true"}).status_code == 401, knock


def test_a_made_up_session_is_a_stranger(app, citizen):
    with app.app_context():
        citizen.set_cookie(session_cookie(), "amministratore")
    for knock in guarded(app):
        assert knock.by(citizen).status_code == 303, knock


@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_role_stays_outside_and_the_right_one_comes_in(app, browser, role):
    client = browser(role)
    refused = 0
    for knock in guarded(app):
        if knock.endpoint == "profile.sign_out":
            continue
        status = knock.by(client).status_code
        if role in knock.roles:
            assert status not in (401, 403), knock
            assert status < 500, knock
        else:
            assert status == 403, knock
            refused += 1
    assert bool(refused) == (role != "amministratore")


def test_a_form_without_our_token_changes_nothing(app, browser):
    app.config["WTF_CSRF_ENABLED"] = True
    client = browser("amministratore")
    # Citizens have no session that a form could misuse; who may send theirs is tested with it (test_reports).
    posts = [knock for knock in knocks(app) if knock.method != "GET" and knock.door not in (None, "public")]
    assert posts
    for knock in posts:
        answer = knock.by(client)
        assert answer.status_code == 400, knock
        assert "Il modulo è rimasto aperto troppo a lungo" in answer.text, knock


def test_what_citizens_send_is_one_form(app):
    sent = {knock.endpoint for knock in knocks(app) if knock.method != "GET" and knock.door == "public"}
    assert sent == {"report.send", "booking.send", "booking.confirm"}


def federation(app):
    return [knock for knock in knocks(app) if knock.endpoint.startswith("federation.")]


def signed(knock, key):
    """The headers of such a request, signed with the key of somebody who is no member."""
    request = requests.Request(knock.method, f"http://localhost{knock.path}").prepare()
    headers = dict(request.headers)
    sign(
        Request(knock.method, f"http://localhost{knock.path}", headers),
        key,
        clock.now(),
        b"" if knock.method == "POST" else None,
    )
    return headers


def test_a_peer_whose_key_nobody_knows_gets_nothing(app, citizen):
    for knock in federation(app):
        answer = knock.by(citizen, headers=signed(knock, SigningKey.generate()))
        assert answer.status_code in (400, 403, 404), knock
        assert answer.mimetype == "application/problem+json", knock


def test_a_peer_with_a_broken_signature_gets_nothing(app, citizen):
    for knock in federation(app):
        headers = signed(knock, SigningKey.generate())
        headers["Signature"] = headers["Signature"].replace(":", ":AAAA", 1)
        answer = knock.by(citizen, headers=headers)
        assert answer.status_code in (400, 401, 403, 404), knock
        assert answer.mimetype == "application/problem+json", knock


def test_an_unsigned_ping_is_refused(citizen):
    assert citizen.post("/federation/ping").status_code == 401


def test_the_public_process_has_no_door_to_the_desk(config, desk, copies):
    outside = create_app(config, ("public", "feed"))
    assert not [knock for knock in knocks(outside) if knock.path.startswith(("/desk", "/coordinamento"))]
    assert outside.extensions["sportello"].desk is None
    assert outside.secret_key is None
    outside.extensions["sportello"].replica.dispose()
