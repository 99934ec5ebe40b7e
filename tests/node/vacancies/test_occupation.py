"""The occupation is proposed from the title, taken with one click, and learnt from whoever knows better."""

import re
from html import unescape

import pytest

from federation.search import trades
from node.core.db import transaction
from node.vacancies import occupation
from node.vacancies.importing.draft import Draft
from node.vacancies.importing.professions import Professions
from node.vacancies.models import OccupationCorrection
from node.vacancies.occupation import all_learnt, learnt_for, remember_choice, suggestions
from schemas.codes import imported
from schemas.occupation import suggestion
from tests.node.vacancies.conftest import MARIA

HTMX = {"HX-Request": "true"}
ADDRESS = "/desk/offerte/professione"
DRAFT, PUBLISH = {"wish": "draft"}, {"wish": "publish"}


def proposed(page):
    """The codes offered, in order."""
    return re.findall(r'name="take" value="(\d{4})"', page)


def field(page):
    return unescape(re.search(r'name="occupation" value="([^"]*)"', page)[1])


def learnt(desk):
    with desk.reading() as session:
        return all_learnt(session)


def test_the_title_brings_proposals_with_their_reasons(client):
    page = client.post(ADDRESS, data={"title": "Mulettista part time"}, headers=HTMX).text
    assert proposed(page)[0] == "8344"
    assert "9333" in proposed(page)
    assert "Nel titolo c’è «mulettista»." in unescape(page)
    assert "<form" not in page


def test_the_text_helps_where_the_title_says_nothing(client):
    form = {"title": "Nuova opportunità a Gallarate", "tasks": "Saldatura e molatura: cerchiamo un saldatore."}
    assert proposed(client.post(ADDRESS, data=form, headers=HTMX).text)[0] == "7212"


def test_a_title_that_is_not_recognised_says_so_and_a_blank_one_says_nothing(client):
    assert "non si riconosce" in client.post(ADDRESS, data={"title": "Jolly"}, headers=HTMX).text
    assert client.post(ADDRESS, data={"title": " "}, headers=HTMX).text.strip() == ""


def test_one_click_takes_a_proposal(client):
    page = client.post(ADDRESS, data={"title": "Cuoca", "take": "5120"}, headers=HTMX).text
    assert field(page) == suggestion("5120")
    assert "5120" not in proposed(page)
    assert "(scelta)" in page


def test_without_javascript_the_whole_form_comes_back_with_every_word(client, typed):
    asked = client.post(ADDRESS, data=typed | {"title": "Cuoca", "description": "Lavoro <di> sera"})
    assert asked.status_code == 200
    assert proposed(asked.text)[0] == "5120"
    taken = client.post(
        ADDRESS, data=typed | {"title": "Cuoca", "description": "Lavoro <di> sera", "take": "5120"}
    ).text
    assert field(taken) == suggestion("5120")
    assert "Lavoro <di> sera" in unescape(taken)
    assert 'value="Cuoca"' in taken


def test_a_code_that_does_not_exist_is_not_taken(client):
    page = client.post(ADDRESS, data={"title": "Cuoca", "take": "9999"}, headers=HTMX).text
    assert field(page) == ""


def test_the_form_of_a_saved_vacancy_shows_proposals_at_once(client, desk):
    location = client.post("/desk/offerte", data={"title": "Idraulico/a", "token": "gettone"} | DRAFT).location
    assert proposed(client.get(location).text)[0] == "7126"


def test_the_key_return_saves_and_takes_no_proposal(client, desk):
    location = client.post("/desk/offerte", data={"title": "Idraulico/a", "token": "gettone"} | DRAFT).location
    form = client.get(location).text.split('id="offerta"')[1]
    assert re.search(r'<button[^>]* name="(\w+)" value="(\w+)"', form).groups() == ("wish", "draft")


def test_an_operators_choice_against_the_proposal_is_proposed_first_from_then_on(client, desk, typed):
    chosen = typed | {"title": "Cuoco/a per agriturismo", "occupation": suggestion("3434")}
    assert client.post("/desk/offerte", data=chosen | PUBLISH).status_code == 303
    page = client.post(ADDRESS, data={"title": "CUOCO agriturismo, part time"}, headers=HTMX).text
    assert proposed(page)[0] == "3434"
    assert "questo sportello" in page


def test_a_draft_teaches_too(client, desk):
    draft = {"title": "Jolly", "occupation": suggestion("9329"), "token": "gettone"} | DRAFT
    assert client.post("/desk/offerte", data=draft).status_code == 303
    assert learnt(desk) == {trades.key("jolly"): "9329"}


def test_a_form_that_is_refused_teaches_nothing(client, desk, typed):
    wrong = typed | {"title": "Cuoco/a", "occupation": suggestion("3434"), "contract": ""}
    assert client.post("/desk/offerte", data=wrong | PUBLISH).status_code == 422
    doubtful = typed | {"title": "Cuoco/a", "occupation": suggestion("3434"), "requirements": "Bella presenza"}
    assert client.post("/desk/offerte", data=doubtful | PUBLISH).status_code == 422
    assert learnt(desk) == {}


@pytest.mark.parametrize("data", [{}, {"title": "Cuoca"}, {"occupation": "5120"}, {"title": "…", "occupation": "5120"}])
def test_what_lacks_title_or_occupation_teaches_nothing(desk, tmp_path, data):
    with transaction(desk) as session:
        remember_choice(session, MARIA, tmp_path, data)
    assert learnt(desk) == {}


def test_the_usual_choice_needs_no_memory_and_ends_one(desk, tmp_path):
    for chosen, kept in (("5120", {}), ("3434", {"cuoc": "3434"}), ("9412", {"cuoc": "9412"}), ("5120", {})):
        with transaction(desk) as session:
            remember_choice(session, MARIA, tmp_path, {"title": "Cuoco", "occupation": chosen})
        assert learnt(desk) == kept


def test_who_corrected_and_when_is_known(desk, tmp_path):
    with transaction(desk) as session:
        remember_choice(session, MARIA, tmp_path, {"title": "Jolly", "occupation": "9329"})
        row = session.get(OccupationCorrection, "jolly")
        assert (row.chosen_by, row.chosen_at.tzinfo is not None) == (MARIA.id, True)


def test_two_windows_that_teach_the_same_title_both_end_well(desk, tmp_path, monkeypatch):
    with transaction(desk) as session:
        remember_choice(session, MARIA, tmp_path, {"title": "Jolly", "occupation": "9329"})
    really, answers = occupation._learnt, iter([None])  # the first look came before the other window's commit
    monkeypatch.setattr(occupation, "_learnt", lambda *asked: next(answers, really(*asked)))
    with transaction(desk) as session:
        remember_choice(session, MARIA, tmp_path, {"title": "Jolly", "occupation": "9333"})
    assert learnt(desk) == {"jolly": "9333"}


def test_an_import_proposes_what_the_desk_has_learnt(session, tmp_path):
    remember_choice(session, MARIA, tmp_path, {"title": "Jolly di reparto", "occupation": "9329"})
    assert learnt_for(session, "jolly reparto") == all_learnt(session)
    draft = Draft(2)
    Professions(all_learnt(session)).read(draft, "", "JOLLY DI REPARTO", "")
    assert draft.typed["occupation"] == suggestion("9329")


def test_imported_labels_serve_the_form(session, tmp_path):
    rows = [("varatore di droni lacustri", "3153", imported.ESCO_IT)]
    (tmp_path / imported.LABELS).write_bytes(imported.as_table(imported.Label, rows))
    assert suggestions(session, tmp_path, {"title": "Varatrice di droni lacustri"})[0].code == "3153"
