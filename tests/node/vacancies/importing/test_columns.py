"""What columns mean: by their heads, by what was chosen before, by what stands in them."""

import pytest

from node.vacancies.importing.columns import HEADS, LABELS
from node.vacancies.importing.heads import folded_head


def proposed(*heads, samples=(), remembered=None):
    return HEADS.propose(heads, samples, remembered)


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (("id", "title", "description", "profile", "comune", "province", "contract", "category", "published_on", "closes_on"),
         ("external_ref", "title", "description", "occupation", "places", "province", "contract", "reserved", "published_on", "closes_on")),
        (("MANSIONE", "DITTA", "SEDE DI LAVORO", "TIPO CONTRATTO", "SCADENZA", "NOTE", "PATENTE"),
         ("title", "employer", "places", "contract", "closes_on", "description", "licences")),
        (("Qualifica richiesta", "Nr. posti", "Titolo di studio", "Tempo di lavoro", "Data di pubblicazione"),
         ("title", "positions", "education", "hours", "published_on")),
        (("datePosted", "validThrough", "jobLocation", "employmentType", "hiringOrganization.name", "baseSalary"),
         ("published_on", "closes_on", "places", "contract", "employer", "pay")),
        (("Figura professionale", "Mansione", "Azienda", "Telefono azienda", "E-mail"),
         ("title", "tasks", "employer", "", "")),
        (("Ruolo", "RAL minima", "RAL massima", "Inizio", "Lingue", "Esperienza", "CCNL", "Settore", "L. 68/99"),
         ("title", "pay_min", "pay_max", "starts_on", "languages", "experience", "ccnl", "sector", "reserved")),
    ],
)  # fmt: skip
def test_the_heads_of_many_offices_are_understood(heads, fields):
    assert proposed(*heads) == list(fields)


def test_every_label_of_ours_is_understood_as_its_field():
    assert proposed(*map(str, LABELS.values())) == list(LABELS)
    assert proposed(*LABELS) == list(LABELS)


def test_a_field_is_given_to_one_column_and_texts_may_have_several():
    assert proposed("Titolo", "Posizione", "Descrizione", "Note") == ["title", "", "description", "description"]


def test_what_was_chosen_before_wins_also_when_it_was_to_leave_a_column_out():
    remembered = {folded_head("Figura"): "tasks", folded_head("Azienda"): ""}
    assert proposed("Titolo", "figura", "AZIENDA", "Comune", remembered=remembered) == ["title", "tasks", "", "places"]


def test_a_head_that_says_nothing_is_judged_by_its_cells():
    samples = [["Cuoco", "Varese", "tempo determinato", "x"], ["Sarta", "Busto A.", "CTD", "y"]]
    assert proposed("Lavoro", "A", "B", "C", samples=samples) == ["title", "places", "contract", ""]


def test_a_column_without_a_single_day_is_no_closing_day():
    assert proposed("Titolo", "Scadenza", samples=[["Cuoco", "urgente"], ["Sarta", "chiedere"]])[1] == ""


def test_a_column_that_only_counts_rows_is_no_reference():
    assert proposed("N.", "Titolo", samples=[["1", "Cuoco"], ["2", "Sarta"]]) == ["", "title"]
    assert proposed("N.", "Titolo", samples=[["114", "Cuoco"], ["115", "Sarta"]]) == ["external_ref", "title"]
    assert proposed("Codice", "Titolo", samples=[["CPI", "Cuoco"], ["CPI", "Sarta"]]) == ["", "title"]
