"""What the network knows of our vacancies, and our backup does not, comes back to the desk, marked."""

from datetime import timedelta

import pytest

from federation import register
from federation.recovery import Lost
from node.core import clock
from node.core.actors import NODE
from node.desks import recovering as desks
from node.desks.models import Desk
from node.employers import recovering as employers
from node.employers.models import Employer
from node.vacancies import actions, queries, recovering
from node.vacancies.document import vacancy_document
from node.vacancies.models import Vacancy
from tests.node.vacancies.conftest import MARIA


@pytest.fixture
def published(session, data):
    return actions.publish_vacancy(
        session,
        MARIA,
        data(pay_min="1500", pay_period="mese", languages=[{"code": "de", "level": "B1"}], licences=["B"]),
    )


def lost(vacancy, known, **changes):
    return Lost("vacancy", vacancy.ref, "public", vacancy_document(vacancy) | changes, was_known=known)


def forget(session, vacancy):
    """As a backup of yesterday does: neither the desk nor the register knows it."""
    told = lost(vacancy, known=False)
    session.delete(vacancy)
    session.query(register.RegisterRow).filter_by(id=told.id).delete()
    session.flush()
    session.add(register.RegisterRow(id=told.id, kind="vacancy", audience="public", document="{}"))
    session.flush()
    return told


def test_a_vacancy_newer_than_the_backup_comes_back_from_its_document(session, published):
    ref, document = published.ref, vacancy_document(published)
    recovering.take_back(session, [forget(session, published)])
    back = session.get(Vacancy, ref)
    assert back.state == "published"
    assert vacancy_document(back) == document
    assert back.incomplete_since is not None
    assert back.employer.name == "Officine Brebbia"
    row = session.query(register.RegisterRow).filter_by(id=ref).one()
    assert row.not_after == back.closes_at
    assert queries.counts(session)["da-completare"] == 1


def test_a_change_after_the_backup_is_made_again_and_the_hidden_employer_stays(session, data, parties):
    hidden = actions.publish_vacancy(session, MARIA, data(employer=parties["followed"], employer_hidden="true"))
    assert hidden.employer_hidden
    recovering.take_back(session, [lost(hidden, known=True, title="Fuochista")])
    assert hidden.title == "Fuochista"
    assert (hidden.employer_ref, hidden.employer_hidden) == (parties["followed"], True)


def test_what_the_network_knows_as_ended_ends(session, published):
    gone = Lost("vacancy", published.ref, "public", None, was_known=True)
    recovering.take_back(session, [gone])
    assert (published.state, published.outcome, published.positions_filled) == ("closed", "ritirata", 0)
    assert published.incomplete_since is not None
    assert register.status_of(session, published.ref) == "withdrawn"


def test_what_ran_out_meanwhile_has_expired(session, published):
    gone = Lost("vacancy", published.ref, "public", None, was_known=True)
    with clock.at(clock.now() + timedelta(days=40)):
        recovering.take_back(session, [gone])
        assert (published.state, published.outcome) == ("expired", None)
        assert published.ended_at == published.closes_at


def test_what_cannot_be_read_is_withdrawn(session, published):
    told = forget(session, published)
    recovering.take_back(session, [told._replace(body={"title": "x"})])
    assert session.get(Vacancy, told.id) is None
    assert register.status_of(session, told.id) == "withdrawn"


def test_an_employer_that_nobody_here_knows_does_without_its_name(session, published):
    told = forget(session, published)
    told.body["employer"] = {"name": "Ignota", "id": "nobody-knows"}
    recovering.take_back(session, [told])
    assert session.get(Vacancy, told.id).employer_ref is None


def test_an_employer_comes_back_with_its_four_facts(session, parties):
    body = {
        "name": "Tornerie Ispra",
        "sector": "25",
        "comune": {"istat": "012084", "name": "Ispra"},
        "website": "https://x.it",
    }
    employers.take_back(session, [Lost("employer", "new-one", "public", body, was_known=False)])
    back = session.get(Employer, "new-one")
    assert (back.name, back.sector, back.comune, back.website) == ("Tornerie Ispra", "25", "012084", "https://x.it")
    known = session.get(Employer, parties["employer"])
    employers.take_back(session, [Lost("employer", known.ref, "public", body, was_known=True)])
    assert known.name == "Officine Brebbia", "what the desk knows of it is more than four facts"


def test_a_desk_comes_back_as_the_network_reads_it(session, parties):
    body = {
        "name": "Sportello nuovo", "comune": {"istat": "012072", "name": "Gavirate"}, "address": "Via Roma 1",
        "phone": "0332 1", "opening_hours": "martedì", "authorised": True, "authorisation": "DGR 1",
        "authorised_on": "2026-01-02", "comuni": ["012072"],
    }  # fmt: skip
    desks.take_back(
        session, [Lost("desk", parties["desk"], "public", body, True), Lost("desk", "second", "public", body, False)]
    )
    for ref in (parties["desk"], "second"):
        back = session.get(Desk, ref)
        assert (back.name, back.comune, back.is_authorised, back.comuni) == (
            "Sportello nuovo",
            "012072",
            True,
            ["012072"],
        )
    desks.take_back(session, [Lost("desk", "third", "public", None, False)])
    assert session.get(Desk, "third") is None


def test_somebody_looks_at_it_and_it_is_done(session, published):
    recovering.take_back(session, [lost(published, known=True)])
    actions.confirm_recovered(session, MARIA, published)
    assert published.incomplete_since is None
    with pytest.raises(actions.Refused):
        actions.confirm_recovered(session, MARIA, published)


def test_a_change_completes_it_too(session, published, data):
    recovering.take_back(session, [lost(published, known=True)])
    actions.update_vacancy(session, NODE, published, data(title="Magazziniere esperto"))
    assert published.incomplete_since is None
