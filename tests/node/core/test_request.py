"""What every request has around it: one transaction, headers, errors in the form that the asker reads."""

import pytest
from flask import abort, g
from sqlalchemy.orm.exc import StaleDataError
from structlog.testing import capture_logs

from node.core import doors
from node.core.actors import NODE
from node.core.audit import Deed, note
from node.core.errors import Refused
from node.operators.models import Operator
from schemas.messages import Message


@pytest.fixture
def app(app):
    """The node with some pages for the purpose."""
    door = doors.desk("probe", "/desk/prova")

    def deed():
        note(g.session, NODE, "probe.done", Operator(id="abc"))

    @door.post("/ok")
    def fine():
        deed()
        return "fatto"

    @door.post("/refused")
    def refused():
        deed()
        raise Refused(Message("L’azienda {name} è sospesa.", name="Rossi"))

    @door.post("/wrong")
    def wrong():
        deed()
        return "no", 422

    @door.get("/ok")
    def read():
        deed()
        return "letto"

    @door.post("/overtaken")
    def overtaken():
        raise StaleDataError

    @door.get("/broken")
    def broken():
        raise ZeroDivisionError("secret detail")

    public = doors.public("open_probe")

    @public.get("/api/broken")
    def broken_api():
        raise ZeroDivisionError("secret detail")

    @public.get("/api/told")
    def told_api():
        abort(400, Message("«{typed}» non è un contratto.", typed="x"))

    @public.get("/host")
    def host():
        return "qui"

    app.register_blueprint(door)
    app.register_blueprint(public)
    return app


def deeds(desk):
    with desk.reading() as session:
        return session.query(Deed).filter_by(verb="probe.done").count()


def test_what_succeeds_is_kept(client, desk):
    assert client.post("/desk/prova/ok").text == "fatto"
    assert deeds(desk) == 1


@pytest.mark.parametrize(("path", "status"), [("refused", 409), ("wrong", 422)])
def test_what_is_refused_leaves_no_trace(client, desk, path, status):
    assert client.post(f"/desk/prova/{path}").status_code == status
    assert deeds(desk) == 0


def test_reading_changes_nothing(client, desk):
    assert client.get("/desk/prova/ok").text == "letto"
    assert deeds(desk) == 0


def test_a_refusal_is_told_in_its_own_words(client):
    assert "L’azienda Rossi è sospesa." in client.post("/desk/prova/refused").text


def test_who_comes_second_is_told_that_the_first_is_safe(client):
    answer = client.post("/desk/prova/overtaken")
    assert answer.status_code == 409
    assert "la sua modifica è salva" in answer.text


def test_a_failure_shows_a_reference_and_no_detail(app, client):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with capture_logs() as lines:
        answer = client.get("/desk/prova/broken")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    reference = answer.text.partition('font-monospace">')[2].partition("<")[0]
    assert len(reference) == 8
    (line,) = [line for line in lines if line["event"] == "failure"]
    assert line["reference"] == reference
    assert isinstance(line["exc_info"], ZeroDivisionError)


def test_the_log_of_a_request_names_nobody(app, client, citizen):
    with capture_logs() as lines:
        client.get("/desk/?q=Maria+Rossi", environ_base={"REMOTE_ADDR": "192.0.2.77"})
        citizen.get("/desk/accesso?next=/desk/segreto")
    told = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["endpoint"], line["status"]) for line in told] == [
        ("GET", "desk.today", 200),
        ("GET", "access.sign_in", 200),
    ]
    for secret in ("Maria", "192.0.2.77", "segreto", "operatore"):
        assert secret not in str(lines)


def test_a_program_gets_its_errors_as_problem_json(app, citizen):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = citizen.get("/api/broken")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.json["instance"].startswith("urn:reference:")
    answer = citizen.get("/api/told")
    assert (answer.status_code, answer.json["detail"]) == (400, "«x» non è un contratto.")
    answer = citizen.get("/api/nowhere")
    assert (answer.status_code, answer.json["status"]) == (404, 404)


def test_a_wrong_method_names_the_right_ones(citizen):
    answer = citizen.post("/api/told")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json["detail"] == "Torna indietro e riprova."


def test_a_host_that_is_not_ours_is_refused(citizen):
    assert citizen.get("/host").text == "qui"
    answer = citizen.get("/host", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_every_answer_forbids_what_does_not_come_from_here(client, citizen):
    for answer in (client.get("/desk/"), citizen.get("/nowhere")):
        policy = answer.headers["Content-Security-Policy"]
        for rule in ("default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
            assert rule in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]


def test_an_answer_to_peers_lets_a_browser_do_nothing_and_spares_peers_the_rest(citizen):
    answer = citizen.get("/federation/heads")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Permissions-Policy" not in answer.headers


def test_too_big_a_request_is_refused_in_words(citizen):
    answer = citizen.post("/desk/accesso", data={"username": "y" * 5_000_000})
    assert answer.status_code == 413
    assert "Non è stato salvato nulla" in answer.text
