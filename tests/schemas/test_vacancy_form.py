from datetime import date
from decimal import Decimal

import pytest
import time_machine

from schemas.codes import comuni
from schemas.vacancy import VacancyForm, closing_problem


def test_the_least_that_is_typed_loads_with_every_member(vacancy_form, typed):
    assert vacancy_form.load(typed) == {
        "title": "Magazziniere/a",
        "employer": None,
        "employer_hidden": False,
        "desk": "desk-7f3a",
        "places": [{"istat": "012123", "name": "Somma Lombardo"}],
        "contract": "determinato",
        "closes_on": date(2026, 12, 31),
        "how_to_apply": "Porta il curriculum allo sportello, dal lunedì al venerdì.",
        "occupation": None,
        "description": None,
        "tasks": None,
        "requirements": None,
        "offer": None,
        "remote": None,
        "hours": None,
        "shifts": False,
        "weekly_hours": None,
        "positions": 1,
        "pay_min": None,
        "pay_max": None,
        "pay_period": None,
        "education": None,
        "experience": None,
        "licences": [],
        "languages": [],
        "reserved": None,
        "sector": None,
        "starts_on": None,
        "ccnl": None,
        "override_reason": None,
    }


def test_everything_that_can_be_typed_is_read(vacancy_form, typed):
    loaded = vacancy_form.load(
        typed
        | {
            "employer": "emp-1", "employer_hidden": "on", "occupation": "9333", "remote": "ibrido", "hours": "part-time",
            "shifts": "on", "weekly_hours": "37,5", "positions": "3", "pay_min": "1.450,50", "pay_max": "€ 1.700", "pay_period": "mese",
            "education": "4", "experience": "1-3-anni", "licences": ["B", "muletto"], "reserved": "art-18", "sector": "52",
            "languages": [{"code": "it", "level": "B1"}, {"code": "en"}], "starts_on": "1 marzo 2027", "csrf_token": "x",
        }
    )  # fmt: skip
    assert "csrf_token" not in loaded
    assert loaded["weekly_hours"] == Decimal("37.5")
    assert (loaded["pay_min"], loaded["pay_max"], loaded["positions"]) == (Decimal("1450.50"), Decimal(1700), 3)
    assert loaded["languages"] == [{"code": "it", "level": "B1"}, {"code": "en", "level": None}]
    assert (loaded["licences"], loaded["starts_on"], loaded["shifts"]) == (["B", "muletto"], date(2027, 3, 1), True)


def test_an_empty_form_says_for_each_mandatory_field_what_to_write(vacancy_form, refusals):
    assert refusals(vacancy_form, {}) == {
        "title": ["Scrivi il titolo dell'offerta, per esempio «magazziniere/a»."],
        "desk": ["Scegli lo sportello che segue l'offerta."],
        "places": ["Scrivi almeno un luogo di lavoro: un comune, oppure una località estera."],
        "contract": ["Scegli il tipo di contratto."],
        "closes_on": ["Scrivi fino a quando ci si può candidare, per esempio 31/12/2026."],
        "how_to_apply": ["Scrivi come candidarsi: dove, con quali documenti, a chi chiedere."],
    }


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"closes_on": "02/10/2026"}, {"closes_on": ["La scadenza è già passata: scegli una data da oggi in poi."]}),
        ({"closes_on": "05/10/2027"}, {"closes_on": ["La scadenza è troppo lontana: un'offerta resta aperta al massimo un anno."]}),
        ({"pay_min": "1500", "pay_max": "1.200", "pay_period": "mese"}, {"pay_max": ["La retribuzione massima è più bassa della minima: controlla le due cifre."]}),
        ({"pay_max": "1200"}, {"pay_period": ["Scegli se la retribuzione è all'ora, al giorno, al mese o all'anno."]}),
        ({"pay_min": "12", "pay_period": "minuto"}, {"pay_period": ["«minuto» non è tra i valori previsti: ora, giorno, mese, anno."]}),
        ({"weekly_hours": "8 ore"}, {"weekly_hours": ["«8 ore» non è un numero: scrivi solo le cifre, per esempio 37,5."]}),
        ({"positions": "0"}, {"positions": ["Il numero deve essere tra 1 e 999."]}),
        ({"contract": "nero"}, {"contract": ["«nero» non è tra i valori previsti: indeterminato, determinato, apprendistato, somministrazione, stagionale, intermittente, collaborazione, tirocinio, autonomo, altro."]}),
        ({"title": "Ab"}, {"title": ["Il testo è troppo corto: scrivi almeno 3 caratteri."]}),
        ({"employer": "../etc"}, {"employer": ["«../etc» non è una scelta possibile: scegli dall'elenco."]}),
        ({"languages": [{"code": "it"}, {"level": "B1"}]}, {"languages": {1: {"code": ["Scegli la lingua."]}}}),
        ({"foreign_places": [{"locality": "Nizza", "country": "FR"}]}, {"foreign_places": {0: {"lat": ["Scrivi latitudine e longitudine in gradi, per esempio 46,0037 e 8,9511."]}}}),
        ({"places": [each.istat for each in comuni.ALL[:16]]}, {"places": ["Le voci sono troppe: al massimo 15."]}),
        ({"languages": [{"code": "it"}] * 9}, {"languages": ["Le righe sono troppe: al massimo 8."]}),
    ],
)  # fmt: skip
def test_a_wrong_field_is_answered_at_that_field_alone(changed, told, vacancy_form, typed, refusals):
    assert refusals(vacancy_form, typed | changed) == told


def test_every_wrong_field_is_answered_at_once(vacancy_form, typed, refusals):
    wrong = {
        "title": "",
        "closes_on": "mai",
        "positions": "molte",
        "pay_min": "2",
        "pay_max": "1",
        "places": ["Atlantide"],
    }
    assert set(refusals(vacancy_form, typed | wrong)) == {
        "title",
        "closes_on",
        "positions",
        "pay_max",
        "pay_period",
        "places",
    }


def test_a_wrong_place_is_not_answered_with_no_place_at_all(vacancy_form, typed, refusals):
    (sentence,) = refusals(vacancy_form, typed | {"places": ["Atlantide"]})["places"]
    assert sentence.startswith("«Atlantide»")


def test_places_at_home_and_abroad_become_one_list_without_doubles(vacancy_form, typed):
    abroad = [
        {"locality": "Lugano", "country": "CH"},
        {"locality": "Nizza", "country": "FR", "lat": "43,7", "lon": "7,26"},
    ]
    loaded = vacancy_form.load(typed | {"places": ["Varese", "Lugano (CH)", "varese"], "foreign_places": abroad})
    assert [place.get("name") or place["locality"] for place in loaded["places"]] == ["Varese", "Lugano", "Nizza"]
    assert "foreign_places" not in loaded


def test_a_job_abroad_alone_needs_no_comune(vacancy_form, typed):
    del typed["places"]
    loaded = vacancy_form.load(typed | {"foreign_places": [{"locality": "Mendrisio", "country": "CH"}]})
    assert [place["locality"] for place in loaded["places"]] == ["Mendrisio"]


def test_places_at_home_and_abroad_are_counted_together(vacancy_form, typed, refusals):
    at_home = [each.istat for each in comuni.ALL[:15]]
    told = refusals(
        vacancy_form, typed | {"places": at_home, "foreign_places": [{"locality": "Lugano", "country": "CH"}]}
    )
    assert told == {"places": ["I luoghi sono troppi: al massimo 15."]}


def test_the_last_day_of_a_vacancy_may_be_today_and_at_most_a_year_from_now():
    today = date(2026, 10, 3)
    assert closing_problem(today, today) is None
    assert closing_problem(date(2027, 10, 4), today) is None
    assert closing_problem(date(2026, 10, 2), today) is not None
    assert closing_problem(date(2027, 10, 5), today) is not None


def test_without_a_clock_of_its_own_the_form_looks_at_the_wall_in_rome(typed):
    with time_machine.travel("2026-12-31T22:59:59Z", tick=False):
        assert VacancyForm().load(typed)["closes_on"] == date(2026, 12, 31)


def test_a_draft_may_lack_what_a_published_vacancy_may_not(vacancy_form):
    lacking = ("title", "desk", "places", "contract", "closes_on", "how_to_apply")
    assert vacancy_form.load({"title": "Barista"}, partial=lacking)["places"] == []
    abroad = [{"locality": "Lugano", "country": "CH"}]
    (place,) = vacancy_form.load({"foreign_places": abroad * 2}, partial=lacking)["places"]
    assert place["locality"] == "Lugano"
