"""Whoever would take a great part of all vacancies from the network is asked once more, by their number."""

import re
from datetime import timedelta

import pytest

from federation import register
from node.core import clock
from node.core.brake import Braked, brake, needs_a_word
from node.core.db import transaction
from node.employers.actions import suspend_employer
from node.employers.models import Employer
from node.vacancies import actions
from node.vacancies.importing import actions as importing
from node.vacancies.importing import work
from node.vacancies.importing.queries import import_with
from node.vacancies.importing.tables import open_table
from node.vacancies.models import Vacancy
from tests.node.vacancies.conftest import MARIA


@pytest.fixture
def many(desk, data, parties):
    """Thirty vacancies of one employer."""
    with transaction(desk) as session:
        for number in range(30):
            actions.publish_vacancy(session, MARIA, data(title=f"Magazziniere {number}"))
    return parties["employer"]


def living(session, count):
    for number in range(count):
        register.publish(session, "vacancy", f"vacancy-{number}", "public", {})


@pytest.mark.parametrize(
    ("live", "count", "asks"),
    [
        (30, 20, False),
        (30, 21, True),
        (100, 20, False),
        (100, 21, True),
        (200, 40, False),
        (200, 41, True),
        (5, 5, False),
    ],
)
def test_more_than_twenty_and_more_than_a_fifth_need_a_word(live, count, asks):
    assert needs_a_word(count, live) is asks


def test_only_the_true_number_is_a_word(session):
    living(session, 50)
    for said in (None, 29, 31):
        with pytest.raises(Braked) as braked:
            brake(session, "vacancy", 30, said)
        assert (braked.value.count, braked.value.living) == (30, 50)
    brake(session, "vacancy", 30, 30)


def test_suspending_an_employer_of_many_is_braked(desk, many):
    with desk.writing() as session:
        employer = session.get(Employer, many)
        with pytest.raises(Braked):
            suspend_employer(session, MARIA, employer, {"reason": "Non paga"})
        assert not employer.is_suspended
        suspend_employer(session, MARIA, employer, {"reason": "Non paga", "withdrawing": 30})
        assert employer.is_suspended


def test_at_the_desk_a_tick_says_the_number(client, desk, many):
    page = f"/desk/aziende/{many}/sospendi"
    answer = client.post(page, data={"reason": "Non paga"})
    assert answer.status_code == 422
    assert "Così si ritirano 30 offerte delle 30 che sono in rete" in answer.text
    assert re.search(r'type="checkbox"[^>]* name="withdrawing" value="30"', answer.text)
    assert "Non paga" in answer.text, "what was typed is kept"
    assert client.post(page, data={"reason": "Non paga", "withdrawing": "29"}).status_code == 422
    assert client.post(page, data={"reason": "Non paga", "withdrawing": "30"}).status_code == 303
    with desk.reading() as session:
        assert session.query(Vacancy).filter_by(state="published").count() == 0


@pytest.fixture
def ending(desk, config, many):
    """An import that waits for its word: the thirty, all of them over."""
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    with desk.reading() as session:
        refs = [vacancy.ref for vacancy in session.query(Vacancy).all()]
    rows = [f"{ref};Magazziniere;Vergiate;determinato;{yesterday}" for ref in refs]
    content = "\n".join(["Riferimento;Titolo;Comune;Contratto;Scadenza", *rows]).encode()
    with transaction(desk) as session:
        for vacancy in session.query(Vacancy).all():
            vacancy.external_ref = vacancy.ref
        begun = importing.begin_import(session, MARIA, "tutte.csv", content, open_table(content))
        ref = begun.ref
        usual = {"desk": session.query(Vacancy).first().desk_ref, "how_to_apply": "Allo sportello."}
        importing.choose_columns(session, begun, begun.mapping, usual)
    work.check(desk, ref, config)
    return ref


def test_an_import_that_ends_nearly_all_is_braked(client, desk, ending):
    with desk.reading() as session:
        assert import_with(session, ending).counts["expired"] == 30
    page = f"/desk/offerte/importa/{ending}/conferma"
    answer = client.post(page)
    assert answer.status_code == 422
    assert "Così si ritirano 30 offerte delle 30 che sono in rete" in answer.text
    assert client.post(page, data={"withdrawing": "molte"}).status_code == 422
    assert client.post(page, data={"withdrawing": "30"}).status_code == 303
    with desk.reading() as session:
        assert import_with(session, ending).state == "confirmed"
