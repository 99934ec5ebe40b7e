"""From the inbox to the desk: what citizens report is read by somebody, answered, closed and forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from node.core import clock
from node.core.audit import Deed
from node.core.db import transaction
from node.core.errors import Refused
from node.vacancies import actions, reports
from node.vacancies.models import Report
from schemas.report import TOGETHER_MAX
from tests.node.vacancies.conftest import MARIA

CLOSING = {"outcome": "corretta", "note": "Cambiato l'orario"}


@pytest.fixture
def refs(desk, data):
    """The refs of two open vacancies and of a draft."""
    with transaction(desk) as session:
        made = {
            "cook": actions.publish_vacancy(session, MARIA, data(title="Cuoco/a")),
            "mason": actions.publish_vacancy(session, MARIA, data(title="Muratore/muratrice")),
            "draft": actions.save_draft(session, MARIA, data("contract", title="Fabbro/a")),
        }
        return {name: vacancy.ref for name, vacancy in made.items()}


@pytest.fixture
def tell(desk):
    """`tell(ref, vacancy, **more)`: let one report be collected; returns whether it was kept."""

    def tell(ref, vacancy, **more):
        with transaction(desk) as session:
            told = {"vacancy": vacancy, "reason": "sbagliata", "details": None, "email": None} | more
            return reports.receive_report(session, ref, told) is not None

    return tell


def kept(desk, ref):
    with desk.reading() as session:
        return session.get(Report, ref)


def test_a_report_waits_for_the_desk(desk, refs, tell):
    assert tell("r-1", refs["cook"], details="Il lunedì è chiuso", email="a@b.example")
    report = kept(desk, "r-1")
    assert (report.reason, report.details, report.email) == ("sbagliata", "Il lunedì è chiuso", "a@b.example")
    assert report.closed_at is None
    with desk.reading() as session:
        assert reports.open_reports(session) == reports.open_reports_of(session, refs["cook"]) == 1
        assert reports.open_reports_of(session, refs["mason"]) == 0


def test_a_report_collected_twice_is_kept_once(desk, refs, tell):
    assert tell("r-1", refs["cook"])
    assert not tell("r-1", refs["cook"], reason="finta")
    assert kept(desk, "r-1").reason == "sbagliata"


def test_one_collected_again_after_it_was_closed_does_not_come_back(desk, refs, tell):
    tell("r-1", refs["cook"])
    close(desk, refs["cook"], "r-1")
    assert not tell("r-1", refs["cook"])
    assert kept(desk, "r-1").closed_at is not None


@pytest.mark.parametrize(
    "strange",
    [
        {"vacancy": "mai-vista"},
        {"vacancy": None},
        {"vacancy": {"ref": 1}},
        {"reason": "boh"},
        {"reason": ["finta"]},
        {"details": "x" * 5000},
        {"details": 7},
        {"details": "<script>alert(1)</script>"},
        {"email": "non è una mail"},
        {"reason": None},
    ],
)
def test_what_is_no_report_of_ours_is_passed_over(desk, refs, tell, strange):
    assert not tell("r-1", **({"vacancy": refs["cook"]} | strange))
    assert kept(desk, "r-1") is None


def test_nobody_can_report_a_draft(refs, tell):
    assert not tell("r-1", refs["draft"])


def test_a_flood_of_one_vacancy_ends_and_the_others_are_still_heard(desk, refs, tell):
    with transaction(desk) as session:
        now = clock.now()
        session.add_all(
            Report(ref=f"f-{n}", vacancy_ref=refs["cook"], reason="finta", received_at=now) for n in range(TOGETHER_MAX)
        )
    assert not tell("r-1", refs["cook"])
    assert tell("r-2", refs["mason"])


def close(desk, vacancy_ref, *named, **more):
    with transaction(desk) as session:
        vacancy = session.get(Report, named[0]).vacancy
        assert vacancy.ref == vacancy_ref
        return reports.close_reports(session, MARIA, vacancy, {"report": list(named)} | CLOSING | more)


def test_closing_ends_those_that_were_read_and_forgets_who_wanted_an_answer(desk, refs, tell):
    for ref in ("r-1", "r-2", "r-3"):
        tell(ref, refs["cook"], email="a@b.example")
    assert close(desk, refs["cook"], "r-1", "r-2") == 2
    done = kept(desk, "r-1")
    assert (done.outcome, done.note, done.email, done.closed_by) == ("corretta", "Cambiato l'orario", None, "maria")
    assert kept(desk, "r-3").email == "a@b.example"
    with desk.reading() as session:
        deeds = session.scalars(select(Deed).where(Deed.verb == "report.closed")).all()
    assert {(deed.ref, deed.actor) for deed in deeds} == {("r-1", "maria"), ("r-2", "maria")}


def test_reports_of_another_vacancy_are_not_closed_along(desk, refs, tell):
    tell("r-1", refs["cook"])
    tell("r-2", refs["mason"])
    assert close(desk, refs["cook"], "r-1", "r-2") == 1
    assert kept(desk, "r-2").closed_at is None


def test_what_a_colleague_has_closed_is_not_closed_again(desk, refs, tell):
    tell("r-1", refs["cook"])
    close(desk, refs["cook"], "r-1")
    with pytest.raises(Refused, match="già chiuse"):
        close(desk, refs["cook"], "r-1", outcome="in-regola")
    assert kept(desk, "r-1").outcome == "corretta"


def test_the_database_keeps_no_address_of_a_closed_report(session, refs):
    now = clock.now()
    done = {"closed_at": now, "closed_by": "maria", "outcome": "corretta"}
    session.add(
        Report(ref="r-1", vacancy_ref=refs["cook"], reason="finta", received_at=now, email="a@b.example", **done)
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_list_goes_by_vacancy_the_latest_first(desk, refs, tell):
    now = clock.now()
    for minutes, ref, name in ((0, "r-1", "cook"), (1, "r-2", "mason"), (2, "r-3", "cook")):
        with clock.at(now + timedelta(minutes=minutes)):
            tell(ref, refs[name])
    with desk.reading() as session:
        found, total = reports.reported(session, are_open=True, page=1)
        listed = [(vacancy.ref, [report.ref for report in theirs]) for vacancy, theirs in found]
        assert reports.reported(session, are_open=True, page=2)[0] == []
        assert reports.reported(session, are_open=False, page=1) == ([], 0)
    assert total == 2
    assert listed == [(refs["cook"], ["r-3", "r-1"]), (refs["mason"], ["r-2"])]


def test_what_was_closed_half_a_year_ago_is_forgotten_and_what_waits_is_not(desk, refs, tell):
    for ref in ("r-1", "r-2"):
        tell(ref, refs["cook"])
    close(desk, refs["cook"], "r-1")
    for days, left in ((179, 2), (181, 1)):
        with transaction(desk) as session:
            reports.sweep_reports(session, clock.now() + timedelta(days=days))
            assert session.scalar(select(func.count()).select_from(Report)) == left
    assert kept(desk, "r-2") is not None


def test_the_first_page_counts_them_and_the_list_closes_them(client, desk, refs, tell):
    assert tell("r-1", refs["cook"], details="Chiedono 50 € & la carta", reason="denaro", email="a@b.example")
    assert "/desk/segnalazioni" in client.get("/desk/").text
    page = client.get("/desk/segnalazioni").text
    for told in ("Cuoco/a", "Chiedono soldi", "Chiedono 50 € &amp; la carta", "mailto:a@b.example", "Rispondi prima"):
        assert told in page
    answer = client.post(f"/desk/segnalazioni/{refs['cook']}/chiudi", data={"report": "r-1", "outcome": "chiusa"})
    assert (answer.status_code, answer.location) == (303, "/desk/segnalazioni")
    assert "Nessuna segnalazione da guardare" in client.get("/desk/segnalazioni").text
    closed = client.get("/desk/segnalazioni?stato=chiuse").text
    assert "Offerta chiusa" in closed
    assert "a@b.example" not in closed


def test_a_vacancy_says_at_the_desk_that_it_was_reported(client, refs, tell):
    assert "segnalazione da guardare" not in client.get(f"/desk/offerte/{refs['cook']}").text
    tell("r-1", refs["cook"])
    assert "1 segnalazione da guardare" in client.get(f"/desk/offerte/{refs['cook']}").text


def test_a_closing_without_an_outcome_or_for_nothing_is_refused(client, desk, refs, tell):
    tell("r-1", refs["cook"])
    address = f"/desk/segnalazioni/{refs['cook']}/chiudi"
    assert client.post(address, data={"report": "r-1"}).status_code == 422
    assert client.post(address, data={"outcome": "chiusa"}).status_code == 409
    assert client.post("/desk/segnalazioni/mai-vista/chiudi", data={"outcome": "chiusa"}).status_code == 404
    assert client.get("/desk/segnalazioni?stato=boh").status_code == 400
    assert kept(desk, "r-1").closed_at is None
