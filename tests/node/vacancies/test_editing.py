import re
from html import unescape

import pytest
from sqlalchemy import func, select

from node.core.audit import Deed
from node.core.db import transaction
from node.vacancies import actions
from node.vacancies.models import Vacancy
from tests.node.vacancies.conftest import MARIA

PUBLISH, DRAFT, EMPLOYER = {"wish": "publish"}, {"wish": "draft"}, {"wish": "employer"}


@pytest.fixture
def live(desk, data):
    """The ref of a published vacancy."""
    with transaction(desk) as session:
        return actions.publish_vacancy(session, MARIA, data()).ref


def hidden(page, name):
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


def all_vacancies(desk):
    with desk.reading() as session:
        return list(session.scalars(select(Vacancy)))


def opened(client, ref):
    """What a browser would send back of the form of a vacancy, untouched."""
    page = client.get(f"/desk/offerte/{ref}/modifica").text
    return {"seen": hidden(page, "seen"), "token": hidden(page, "token")}


def test_a_new_form_needs_title_and_contract_alone(client, desk, parties):
    page = client.get(f"/desk/offerte/nuova?azienda={parties['employer']}").text
    guessed = {name: hidden(page, name) for name in ("token", "desk", "places", "closes_on")}
    how = re.search(r'name="how_to_apply".*?>\n(.*?)</textarea>', page, re.DOTALL)[1]
    typed = {"title": "Tornitore/tornitrice", "contract": "indeterminato", "employer": parties["employer"]}
    answer = client.post("/desk/offerte", data=guessed | typed | {"how_to_apply": how} | PUBLISH)
    assert answer.status_code == 303, answer.text
    (vacancy,) = all_vacancies(desk)
    assert (vacancy.state, vacancy.places, vacancy.desk_ref) == (
        "published",
        [{"istat": "012017", "name": "Brebbia"}],
        parties["desk"],
    )
    assert answer.location == f"/desk/offerte/{vacancy.ref}"


def test_a_wrong_form_says_what_is_wrong_and_loses_nothing(client, desk, typed):
    wrong = {"contract": "", "places": ["Atlantide", "Vergiate"], "pay_min": "mille", "description": "Lavoro <di> sera"}
    rows = {"languages-0-code": "", "languages-1-code": "de", "licences": ["B"], "shifts": "true"}
    answer = client.post("/desk/offerte", data=typed | wrong | rows | PUBLISH)
    assert answer.status_code == 422
    page = unescape(answer.text)
    for kept in ("Atlantide", "Vergiate", "mille", "Lavoro <di> sera"):
        assert kept in page
    for told in ("Scegli il tipo di contratto", "«Atlantide» non è un comune", "«mille» non è un numero"):
        assert told in page
    assert re.search(r'value="de" selected', page)
    assert re.search(r'name="licences" value="B" checked', page)
    assert all_vacancies(desk) == []


def test_the_same_form_sent_twice_leads_to_the_same_vacancy(client, desk, typed):
    form = typed | PUBLISH | {"token": "gettone"}
    first, second = (client.post("/desk/offerte", data=form) for _ in range(2))
    assert first.location == second.location
    assert len(all_vacancies(desk)) == 1


def test_going_back_and_sending_other_words_asks_before_it_changes_the_vacancy(client, desk, typed):
    form = typed | PUBLISH | {"token": "gettone"}
    client.post("/desk/offerte", data=form)
    answer = client.post("/desk/offerte", data=form | {"title": "Carrellista"})
    assert answer.status_code == 422
    assert "Carrellista" in answer.text
    assert "«Magazziniere/a»" in answer.text
    again = form | {"title": "Carrellista", "seen": hidden(answer.text, "seen")}
    assert client.post("/desk/offerte", data=again).status_code == 303
    assert [vacancy.title for vacancy in all_vacancies(desk)] == ["Carrellista"]


def test_a_draft_is_kept_continued_and_published(client, desk, typed):
    answer = client.post("/desk/offerte", data={"title": "Idraulico/a", "token": "gettone"} | DRAFT)
    assert answer.status_code == 303
    assert answer.location.endswith("/modifica")
    (draft,) = all_vacancies(desk)
    form = typed | opened(client, draft.ref) | PUBLISH
    assert client.post(f"/desk/offerte/{draft.ref}", data=form).status_code == 303
    (vacancy,) = all_vacancies(desk)
    assert (vacancy.ref, vacancy.state) == (draft.ref, "published")


def test_a_new_employer_can_be_added_without_losing_the_vacancy(client, desk):
    answer = client.post("/desk/offerte", data={"title": "Idraulico/a", "token": "gettone"} | EMPLOYER)
    assert answer.location.startswith("/desk/aziende/nuova?poi=/desk/offerte/")
    poi = answer.location.split("poi=")[1]
    added = client.post("/desk/aziende", data={"name": "Panificio Sole", "comune": "Ispra", "poi": poi})
    page = client.get(added.location).text
    assert "Idraulico/a" in page
    assert re.search(r'<option value="\w+" selected>Panificio Sole', page)


def test_doubtful_words_come_back_with_the_law_and_a_place_for_the_reason(client, desk, typed):
    form = typed | {"title": "Commessa", "requirements": "Bella presenza"} | PUBLISH
    answer = client.post("/desk/offerte", data=form)
    assert answer.status_code == 422
    assert "d.lgs. 198/2006" in answer.text
    assert 'name="override_reason"' in answer.text
    assert all_vacancies(desk) == []
    assert client.post("/desk/offerte", data=form | {"override_reason": "Sfilata di moda"}).status_code == 303
    (vacancy,) = all_vacancies(desk)
    assert "Sfilata di moda" in client.get(f"/desk/offerte/{vacancy.ref}").text


def test_missing_pay_is_warned_about_and_stops_nobody(client, desk, typed):
    location = client.post("/desk/offerte", data=typed | PUBLISH).location
    assert "2023/970" in client.get(location).text
    form = typed | {"pay_min": "1500", "pay_period": "mese"} | PUBLISH
    assert "2023/970" not in client.get(client.post("/desk/offerte", data=form).location).text


def test_two_operators_at_one_vacancy_lose_nothing(client, browser, desk, live, typed):
    mine = typed | opened(client, live) | PUBLISH
    other = browser("amministratore")
    theirs = typed | opened(other, live) | PUBLISH | {"title": "Carrellista", "how_to_apply": "Telefona"}
    assert other.post(f"/desk/offerte/{live}", data=theirs).status_code == 303
    answer = client.post(f"/desk/offerte/{live}", data=mine | {"how_to_apply": "Scrivi", "positions": "4"})
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "Amministratore ha salvato questa offerta" in page
    assert "«Telefona»" in page
    assert "Scrivi</textarea>" in page
    assert 'value="Carrellista"' in page
    again = mine | {
        "title": "Carrellista",
        "how_to_apply": "Scrivi",
        "positions": "4",
        "seen": hidden(answer.text, "seen"),
    }
    assert client.post(f"/desk/offerte/{live}", data=again).status_code == 303
    (vacancy,) = all_vacancies(desk)
    assert (vacancy.title, vacancy.how_to_apply, vacancy.positions) == ("Carrellista", "Scrivi", 4)


def test_what_the_same_operator_empties_is_emptied(client, desk, live, typed):
    form = typed | opened(client, live) | PUBLISH
    client.post(f"/desk/offerte/{live}", data=form | {"pay_min": "1500", "pay_period": "mese"})
    again = typed | opened(client, live) | PUBLISH
    assert client.post(f"/desk/offerte/{live}", data=again).status_code == 303
    (vacancy,) = all_vacancies(desk)
    assert (vacancy.pay_min, vacancy.pay_period) == (None, None)


def test_a_change_sent_twice_is_done_once(client, desk, live, typed):
    form = typed | opened(client, live) | PUBLISH | {"title": "Carrellista", "positions": ""}
    first, second = (client.post(f"/desk/offerte/{live}", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    with desk.reading() as session:
        changes = session.scalars(select(Deed).where(Deed.verb == "vacancy.changed")).all()
    assert [deed.facts["fields"] for deed in changes] == [["title"]]


def test_what_was_closed_meanwhile_comes_back_as_a_new_vacancy(client, browser, desk, live, typed):
    mine = typed | opened(client, live) | PUBLISH | {"title": "Carrellista"}
    browser("amministratore").post(f"/desk/offerte/{live}/chiudi", data={"outcome": "altri"})
    answer = client.post(f"/desk/offerte/{live}", data=mine)
    assert answer.status_code == 422
    assert "nel frattempo è finita" in answer.text
    assert 'action="/desk/offerte"' in answer.text
    again = typed | PUBLISH | {"title": "Carrellista", "token": hidden(answer.text, "token")}
    assert client.post("/desk/offerte", data=again).status_code == 303
    assert sorted(vacancy.state for vacancy in all_vacancies(desk)) == ["closed", "published"]


def test_a_published_vacancy_is_never_made_a_draft_again(client, desk, live, typed):
    answer = client.post(f"/desk/offerte/{live}", data=typed | opened(client, live) | DRAFT | {"title": "Carrellista"})
    assert answer.status_code == 422
    assert "non può tornare bozza" in answer.text
    assert [vacancy.title for vacancy in all_vacancies(desk)] == ["Magazziniere/a"]


def test_an_old_vacancy_is_copied_into_a_new_form(client, desk, live, parties):
    client.post(f"/desk/offerte/{live}/chiudi", data={"outcome": "altri"})
    assert client.get(f"/desk/offerte/{live}/modifica").location == f"/desk/offerte/{live}"
    page = client.get(f"/desk/offerte/nuova?copia={live}").text
    assert 'value="Magazziniere/a"' in page
    assert hidden(page, "places") == "Vergiate (VA)"
    assert "Parti dalla sua ultima offerta" in client.get(f"/desk/offerte/nuova?azienda={parties['employer']}").text


def test_the_preview_shows_what_a_citizen_will_read(client, typed):
    form = typed | {"pay_min": "1450", "pay_period": "mese", "weekly_hours": "tante", "requirements": "bella presenza"}
    part = client.post("/desk/offerte/anteprima", data=form, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    for shown in ("Magazziniere/a", "Officine Brebbia", "Vergiate", "1.450 €", "al mese", "bella presenza"):
        assert shown in part
    whole = client.post("/desk/offerte/anteprima", data=form).text
    assert "<html" in whole
    assert 'value="tante"' in whole


def test_previewing_saves_nothing(client, desk, typed):
    client.post("/desk/offerte/anteprima", data=typed)
    with desk.reading() as session:
        assert session.scalar(select(func.count()).select_from(Vacancy)) == 0


def test_a_hidden_employer_is_not_in_the_preview(client, typed, parties):
    form = typed | {"employer": parties["followed"], "employer_hidden": "true"}
    part = client.post("/desk/offerte/anteprima", data=form, headers={"HX-Request": "true"}).text
    assert "Albergo" not in part
    assert "Sportello Lavoro di Gavirate" in part


@pytest.mark.parametrize("path", ["nuova?azienda=nessuna", "nuova?copia=nessuna", "nessuna/modifica"])
def test_what_does_not_exist_is_not_found(client, path):
    assert client.get(f"/desk/offerte/{path}").status_code == 404
