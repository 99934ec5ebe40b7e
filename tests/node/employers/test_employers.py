import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from federation.register import RegisterRow
from node.core.actors import NODE
from node.core.audit import Deed
from node.core.errors import Refused
from node.employers import actions
from node.employers.document import employer_document
from node.employers.queries import PAGE_SIZE, possible_duplicates, search_employers
from node.employers.typed import as_typed
from schemas.employer import EmployerForm

PERSON = {
    "tax_code": "RSSMRA80A01L682N",
    "contact_name": "Mario Rossi",
    "contact_phone": "0332 111222",
    "notes": "dopo le 14",
}


def names(found):
    return [employer.name for employer in found]


def test_a_new_employer_is_known_to_this_desk_alone(session, added):
    employer = added(session, "Officine Brebbia")
    assert not actions.is_shown(session, employer)
    assert session.scalars(select(RegisterRow)).all() == []
    assert session.scalars(select(Deed.verb)).all() == ["employer.created"]


def test_the_public_document_holds_nothing_of_a_person(session, added):
    employer = added(session, "Officine Brebbia", sector="28", website="officine.example.it", **PERSON)
    assert employer_document(employer) == {
        "name": "Officine Brebbia",
        "sector": "28",
        "comune": {"istat": "012017", "name": "Brebbia"},
        "website": "https://officine.example.it",
    }


def test_a_new_name_reaches_the_network_while_the_employer_is_shown(session, added):
    employer = added(session, "Officine Brebbia")
    actions.show_employer(session, employer)
    actions.update_employer(
        session, NODE, employer, EmployerForm().load({"name": "Officine Nuove", "comune": "Brebbia"})
    )
    assert json.loads(session.scalars(select(RegisterRow)).one().document)["name"] == "Officine Nuove"
    actions.hide_employer(session, employer)
    assert not actions.is_shown(session, employer)


def test_suspending_needs_no_second_time_and_readmitting_clears_the_reason(session, added):
    employer = added(session, "Officine Brebbia")
    actions.suspend_employer(session, NODE, employer, {"reason": "Annunci ingannevoli"})
    with pytest.raises(Refused, match="già sospesa"):
        actions.suspend_employer(session, NODE, employer, {"reason": "ancora"})
    actions.readmit_employer(session, NODE, employer)
    assert (employer.suspended_at, employer.suspension_reason) == (None, None)
    with pytest.raises(Refused, match="non è sospesa"):
        actions.readmit_employer(session, NODE, employer)


def test_the_audit_keeps_no_name(session, added):
    employer = added(session, "Officine Brebbia", **PERSON)
    actions.suspend_employer(session, NODE, employer, {"reason": "Mario Rossi non paga"})
    told = json.dumps([deed.facts | {"ref": deed.ref} for deed in session.scalars(select(Deed))])
    assert "Rossi" not in told
    assert "Brebbia" not in told


@pytest.mark.parametrize(
    "name", ["officine brebbia S.R.L.", "Brebbia Officine", "Officine Brebia", "OFFICINE  BREBBIA"]
)
def test_a_name_that_reads_almost_the_same_is_a_possible_duplicate(session, added, name):
    added(session, "Officine Brebbia srl")
    added(session, "Albergo del Lago")
    assert names(possible_duplicates(session, {"name": name})) == ["Officine Brebbia srl"]


@pytest.mark.parametrize("name", ["Officine Besozzo", "Panificio Brebbia", "Lago"])
def test_a_name_that_only_shares_a_word_is_none(session, added, name):
    added(session, "Officine Brebbia srl")
    added(session, "Albergo del Lago")
    assert possible_duplicates(session, {"name": name}) == []


def test_the_same_vat_number_under_another_name_is_a_possible_duplicate(session, added):
    employer = added(session, "Officine Brebbia", vat_number="00488410010")
    data = {"name": "Tutt'altro", "vat_number": "00488410010"}
    assert possible_duplicates(session, data) == [employer]
    assert possible_duplicates(session, data, apart_from=employer) == []


@pytest.mark.parametrize("text", ["brebbia", "OFFICINE", "off breb", "00488", "004 884 100", ""])
def test_an_employer_is_found_by_words_of_its_name_or_digits_of_its_number(session, added, text):
    added(session, "Officine di Brebbia", vat_number="00488410010")
    assert names(search_employers(session, text)[0]) == ["Officine di Brebbia"]


@pytest.mark.parametrize("text", ["besozzo", "999999", "officine besozzo"])
def test_what_is_not_there_is_not_found(session, added, text):
    added(session, "Officine di Brebbia", vat_number="00488410010")
    assert search_employers(session, text) == ([], 0)


def test_accents_do_not_hide_an_employer(session, added):
    added(session, "Caffè Città Nuova")
    assert names(search_employers(session, "caffe citta")[0]) == ["Caffè Città Nuova"]


def test_a_long_list_comes_in_pages(session, added):
    for number in range(PAGE_SIZE + 1):
        added(session, f"Azienda {number:02}")
    first, total = search_employers(session)
    second, _ = search_employers(session, page=2)
    assert (len(first), len(second), total) == (PAGE_SIZE, 1, PAGE_SIZE + 1)
    assert first[0].name == "Azienda 00"


def test_what_is_saved_can_be_typed_again_and_is_the_same(session, added):
    typed = {"name": "Officine Brebbia", "comune": "Brebbia (VA)", "sector": "28", "followed_by_desk": "true", **PERSON}
    employer = added(session, **typed)
    assert EmployerForm().load(as_typed(employer)) == EmployerForm().load(typed)


def test_the_database_asks_for_the_reason_of_a_suspension(session, added):
    employer = added(session, "Officine Brebbia")
    employer.suspension_reason = "senza data"
    with pytest.raises(IntegrityError, match="suspension_has_its_reason"):
        session.flush()
