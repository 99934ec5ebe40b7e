"""What the text of a notice says of nights, weekends, shifts and journeys, and of what was left out of its fields."""

import pytest

from federation.search import conditions
from tests.federation.search.conftest import NOW, ids


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("Turno di notte, 22-6.", {"notte": "si", "turni": "si"}),
        ("Non sono richiesti turni notturni.", {"notte": "no", "turni": "no"}),
        ("Solo mattine e pomeriggi, niente notti.", {"notte": "no"}),
        ("La notte non si lavora.", {"notte": "no"}),
        ("Lavoro solo di notte", {"notte": "solo"}),
        ("Non solo di notte", {"notte": "si"}),
        ("Su tre turni", {"notte": "si", "turni": "si"}),
        ("Due turni: 6-14 e 14-22", {"notte": "no", "turni": "si"}),
        ("Turni sulle 24 ore, festivi compresi", {"notte": "si", "turni": "si", "fine-settimana": "si"}),
        ("Orario d'ufficio, dal lunedì al venerdì", {"notte": "no", "turni": "no", "fine-settimana": "no"}),
        ("Sabato e domenica liberi", {"fine-settimana": "no"}),
        ("Notti a rotazione, domenica esclusa", {"notte": "si", "fine-settimana": "no"}),
        ("Orario notturno dalle 23 alle 5, weekend liberi.", {"notte": "solo", "fine-settimana": "no"}),
        ("Solo nei fine settimana", {"fine-settimana": "solo"}),
        ("Lun-ven, talvolta il sabato", {"fine-settimana": "si"}),
        ("Trasferte in Svizzera", {"trasferte": "si"}),
        ("Nessuna trasferta", {"trasferte": "no"}),
        ("Reperibilità e straordinari", {}),
        ("Ottima capacità di gestire il turnover", {}),
    ],
)
def test_times_are_read_from_a_text(said, times):
    assert conditions.told("Operaio", said).times == times


def test_what_the_title_says_is_all_there_is():
    assert conditions.told("OSS, turno di notte").times["notte"] == "solo"
    assert conditions.told("OSS", "Turno di notte").times["notte"] == "si"


def test_a_no_reaches_to_the_end_of_its_clause():
    said = conditions.told("Operaio", "Non è richiesta esperienza. Turni notturni.").times
    assert said["notte"] == "si"


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Contratto part-time di 20 ore", {"hours": {"part-time"}}),
        ("Part time o full time", {"hours": {"part-time", "tempo-pieno"}}),
        ("Anche prima esperienza", {"experience": {"nessuna"}}),
        ("Esperienza consolidata di 3-4 anni", {"experience": {"3-5-anni"}}),
        ("Richiesta patente C e CQC", {"licence": {"C", "CQC"}}),
        ("Patente B gradita", {}),
        ("La patente B non è richiesta", {}),
    ],
)
def test_codes_are_read_from_a_text(said, codes):
    assert conditions.told("Autista", said).codes == codes


def test_a_thousand_clauses_are_read_as_fast_as_they_are_long():
    said = "Turni di notte e " * 2_000
    assert conditions.told(said, said).times["notte"] == "solo"


def test_the_text_fills_the_filters_that_were_left_empty(shop, find):
    shop(
        a={"title": "Commessa", "offer": "Part time, 20 ore settimanali."},
        b={"title": "Commessa", "hours": "tempo-pieno", "offer": "In futuro forse part time."},
        c={"title": "Commessa"},
    )
    assert find("commessa", hours=("part-time",)) == ids("a")
    assert dict(find.ask("commessa").facets["hours"]) == {"part-time": 1, "tempo-pieno": 1}


def test_who_refuses_nights_gets_first_those_who_say_that_there_are_none(shop, find):
    shop(
        a={"title": "OSS"},
        b={"title": "OSS in struttura", "offer": "Orario diurno, weekend liberi. Mai di notte."},
        c={"title": "OSS", "offer": "Su tre turni."},
    )
    assert find("oss", excluded_words=(("nott",),)) == ids("b", "a")


def test_who_wants_nights_gets_them_in_whatever_words(shop, find):
    shop(
        a={"title": "OSS", "offer": "Ciclo continuo."},
        b={"title": "OSS, turno di notte"},
        c={"title": "OSS", "offer": "Niente notti."},
    )
    assert find("oss turni notturni") == ids("b", "a")


def test_a_licence_that_is_heavier_than_what_one_holds_stands_behind(shop, find):
    shop(
        a={"title": "Autista", "licences": ["C", "CE", "CQC"]},
        b={"title": "Autista", "licences": ["C", "CQC"]},
        c={"title": "Autista", "licences": ["CQC", "D"]},
    )
    assert find("autista", licence=("C", "CQC"))[0] == "b-id"
    assert find("", licence=("CE", "CQC"))[0] == "a-id"


def test_reserved_vacancies_stand_behind_equal_ones_and_first_for_who_asks(shop, find):
    shop(
        a={"title": "Impiegata", "reserved": "art-1", "published_on": NOW.date()},
        b={"title": "Impiegata"},
    )
    assert find("impiegata") == ids("b", "a")
    assert find("impiegata", reserved=("art-1",)) == ids("a")
