"""A person reads what the desk knows of her, and is forgotten for good."""

import json

import pytest
from sqlalchemy import select

from federation.erasures import Ledger
from node.candidates.models import Candidate
from node.candidates.queries import is_known
from node.core.audit import Deed
from node.core.db import transaction
from node.privacy.actions import forget_again
from node.privacy.models import Forgotten

TOKENS = {
    "family_name": "Zanzibarrini",
    "given_name": "Quartilla",
    "phone": "0332 987654",
    "email": "qzx@example.it",
    "address": "via Xyloteca 17",
    "notes": "porta un ombrello verdissimo",
    "trades": ["commessa"],
    "residence": "Gavirate",
    "languages": [{"code": "en", "level": "B1"}],
    "experiences": [{"trade": "cassiera", "years": "2,5", "until": "2021"}],
}


@pytest.fixture
def known(desk, taken_in):
    with transaction(desk) as session:
        return taken_in(session, **TOKENS).ref


@pytest.fixture
def desk_url():
    """On SQLite: what is erased must be gone from the bytes of the file."""
    return ""


def test_a_person_is_given_all_that_is_known_of_her_on_paper_and_as_a_file(client, desk, known):
    page = client.get(f"/desk/persone/{known}/dati").text
    for told in (
        "Quartilla Zanzibarrini",
        "via Xyloteca 17",
        "ombrello verdissimo",
        "Gavirate (VA)",
        "cassiera · 2,5 anni · fino al 2021",
        "Inglese B1",
    ):
        assert told in page
    answer = client.get(f"/desk/persone/{known}/dati?formato=json")
    assert answer.mimetype == "application/json"
    values = json.loads(answer.data)["Scheda personale"]
    assert values["email"] == TOKENS["email"]
    assert values["trades"] == [{"title": "commessa", "code": "5223"}]
    with desk.reading() as session:
        deeds = session.scalars(select(Deed.verb).where(Deed.ref == known)).all()
    assert deeds.count("candidate.exported") == 2


def test_nobody_is_erased_by_a_slip_of_the_hand(client, desk, known):
    assert client.post(f"/desk/persone/{known}/cancella").status_code == 422
    answer = client.post(f"/desk/persone/{known}/cancella", data={"family_name": "Zanzi"})
    assert answer.status_code == 422
    assert 'value="Zanzi"' in answer.text
    with desk.reading() as session:
        assert is_known(session, known)


def test_who_was_erased_is_in_no_byte_of_the_desks_files(client, desk, config, known):
    client.get(f"/desk/persone/{known}")
    answer = client.post(f"/desk/persone/{known}/cancella", data={"family_name": " zanzibarrini "})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "cancellati dai sistemi operativi" in page
    assert "nessun altro comune ha una copia dei suoi dati" in page
    assert client.get(f"/desk/persone/{known}").status_code == 404
    desk.scrub()
    files = [path for path in config.data.rglob("*") if path.is_file()]
    for token in ("Zanzibarrini", "zanzibarrini", "Quartilla", "987654", "qzx@", "Xyloteca", "ombrello"):
        assert [path.name for path in files if token.encode() in path.read_bytes()] == [], token


def test_what_remains_is_a_number_and_random_ids(client, desk, known):
    number = client.post(f"/desk/persone/{known}/cancella", data={"family_name": "Zanzibarrini"}).location.rsplit(
        "/", 1
    )[1]
    with desk.reading() as session:
        gone = session.get(Forgotten, number)
        assert (gone.person, gone.records) == (known, [])
        verbs = session.scalars(select(Deed.verb).where(Deed.ref == known)).all()
    assert "candidate.erased" in verbs
    assert client.get("/desk/persone/cancellazioni/nobody").status_code == 404


def test_a_restored_backup_brings_nobody_back(desk, config, client, known, taken_in):
    client.post(f"/desk/persone/{known}/cancella", data={"family_name": "Zanzibarrini"})
    with transaction(desk) as session:
        taken_in(session, "Rossi", "Maria")
        session.add(
            Candidate(
                ref=known,
                given_name="Quartilla",
                family_name="Zanzibarrini",
                notice_version="1",
                notice_given_at=session.scalar(select(Candidate.created_at)),
                notice_given_by="x",
                created_at=session.scalar(select(Candidate.created_at)),
                changed_at=session.scalar(select(Candidate.created_at)),
            )
        )
    with transaction(desk) as session:
        assert forget_again(session, Ledger(config.erasures), is_known) == [known]
    with desk.reading() as session:
        assert [each.family_name for each in session.scalars(select(Candidate))] == ["Rossi"]
