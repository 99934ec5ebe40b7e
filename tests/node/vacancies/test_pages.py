from datetime import timedelta

import pytest

from node.core import clock
from node.core.db import transaction
from node.vacancies import actions
from node.vacancies.models import Vacancy
from tests.node.vacancies.conftest import MARIA


@pytest.fixture
def refs(desk, data):
    """The refs of a vacancy that closes tomorrow, of one that closes later, and of a draft."""
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    with transaction(desk) as session:
        made = {
            "tomorrow": actions.publish_vacancy(
                session, MARIA, data(title="=Cuoco/a", closes_on=tomorrow, positions="2")
            ),
            "later": actions.publish_vacancy(session, MARIA, data(title="Muratore/muratrice")),
            "draft": actions.save_draft(session, MARIA, data("contract", title="Fabbro/a")),
        }
        return {name: vacancy.ref for name, vacancy in made.items()}


def state(desk, ref):
    with desk.reading() as session:
        return session.get(Vacancy, ref)


def test_the_list_shows_open_vacancies_and_the_first_page_counts_them(client, refs):
    page = client.get("/desk/offerte").text
    assert "Muratore/muratrice" in page
    assert "Fabbro/a" not in page
    today = client.get("/desk/").text
    for tile in ("In scadenza", "Bozze", "Offerte aperte"):
        assert tile in today


def test_an_unknown_filter_is_a_400_that_names_the_known_ones(client, refs):
    for name, known in (("stato", "in-scadenza"), ("ordina", "pubblicazione")):
        answer = client.get(f"/desk/offerte?{name}=boh")
        assert answer.status_code == 400
        assert known in answer.text
    assert client.get("/desk/offerte?pagina=0").status_code == 400


def test_a_search_without_results_says_where_else_to_look(client, refs):
    page = client.get("/desk/offerte?q=astronauta").text
    assert "Nessuna offerta con questi filtri" in page
    assert "stato=tutte" in page


def test_an_expiring_vacancy_is_renewed_on_the_list_itself(client, desk, refs):
    here = "/desk/offerte?stato=in-scadenza"
    link = f'href="/desk/offerte/{refs["tomorrow"]}"'
    assert link in client.get(here).text
    answer = client.post(f"/desk/offerte/{refs['tomorrow']}/rinnova", data={"back": here})
    assert (answer.status_code, answer.location) == (303, here)
    assert link not in client.get(here).text
    assert state(desk, refs["tomorrow"]).closes_on == clock.today() + timedelta(days=31)


def test_a_vacancy_is_closed_with_its_outcome_on_the_list_itself(client, desk, refs):
    answer = client.post(
        f"/desk/offerte/{refs['tomorrow']}/chiudi",
        data={"outcome": "sportello", "positions_filled": "1", "back": "/desk/offerte"},
    )
    assert answer.location == "/desk/offerte"
    vacancy = state(desk, refs["tomorrow"])
    assert (vacancy.state, vacancy.outcome, vacancy.positions_filled) == ("closed", "sportello", 1)
    assert "1 su 2" in client.get(f"/desk/offerte/{vacancy.ref}").text


@pytest.mark.parametrize("wrong", [{}, {"outcome": "boh"}, {"outcome": "altri", "positions_filled": "9"}])
def test_a_wrong_closing_changes_nothing(client, desk, refs, wrong):
    answer = client.post(f"/desk/offerte/{refs['tomorrow']}/chiudi", data=wrong)
    assert answer.status_code == 422
    assert state(desk, refs["tomorrow"]).state == "published"


def test_a_renewal_into_the_past_is_answered_on_the_page(client, desk, refs):
    answer = client.post(f"/desk/offerte/{refs['later']}/rinnova", data={"closes_on": "2020-01-01"})
    assert answer.status_code == 422
    assert "già passata" in answer.text


def test_nobody_is_led_elsewhere(client, refs):
    answer = client.post(f"/desk/offerte/{refs['later']}/rinnova", data={"back": "https://example.com/"})
    assert answer.location == f"/desk/offerte/{refs['later']}"


def test_a_second_click_on_close_is_told_that_it_is_over(client, refs):
    closing = {"outcome": "altri"}
    client.post(f"/desk/offerte/{refs['later']}/chiudi", data=closing)
    answer = client.post(f"/desk/offerte/{refs['later']}/chiudi", data=closing)
    assert answer.status_code == 409
    assert "non è aperta" in answer.text


def test_a_draft_is_thrown_away_from_its_page(client, desk, refs):
    assert client.post(f"/desk/offerte/{refs['draft']}/butta").status_code == 303
    assert state(desk, refs["draft"]) is None
    assert client.post(f"/desk/offerte/{refs['later']}/butta").status_code == 409


def test_the_export_is_the_list_with_harmless_cells(client, refs):
    answer = client.get("/desk/offerte/offerte.csv?stato=in-scadenza")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert answer.mimetype == "text/csv"
    assert len(lines) == 2
    assert lines[1].startswith("'=Cuoco/a;Officine Brebbia;Vergiate;Tempo determinato;")


def test_the_notice_names_what_a_reader_needs_and_its_code_leads_to_the_public_page(client, refs):
    page = client.get(f"/desk/offerte/{refs['later']}/avviso").text
    for told in (
        "Muratore/muratrice",
        "Officine Brebbia",
        "Vergiate",
        "Tempo determinato",
        "0332 748201",
        "lunedì 9-12",
    ):
        assert told in page
    assert f"http://localhost/lavoro/gavirate/{refs['later']}" in page
    code = client.get(f"/desk/offerte/{refs['later']}/qr.svg")
    assert code.mimetype == "image/svg+xml"
    assert code.data.startswith(b"<svg")


def test_a_draft_has_no_notice(client, refs):
    for path in ("avviso", "qr.svg"):
        assert client.get(f"/desk/offerte/{refs['draft']}/{path}").status_code == 404


def test_an_employers_page_lists_its_vacancies(client, refs, parties):
    page = client.get(f"/desk/aziende/{parties['employer']}").text
    assert f"/desk/offerte/{refs['later']}" in page
    assert "offerte aperte vengono ritirate" in page
