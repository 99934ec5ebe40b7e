"""The two lists as an operator sees them."""

import pytest

from node.candidates import queries as candidates
from node.candidates.actions import stop_following
from node.core.db import transaction
from node.vacancies.actions import publish_vacancy, save_draft
from tests.node.vacancies.conftest import MARIA

HERS = {
    "trades": ["4321 Magazziniera"],
    "domicile": "Gavirate",
    "radius_km": "15",
    "experiences": [{"trade": "4321 Magazzino", "years": "3"}],
    "languages": [{"code": "de", "level": "A2"}],
    "licences": ["B", "muletto"],
    "hours": "tempo-pieno",
    "contracts": ["determinato"],
    "education": "3",
    "skills": ["preparazione-ordini"],
    "notes": "non dirlo a nessuno",
}


@pytest.fixture
def her(desk, taken_in):
    with transaction(desk) as session:
        return taken_in(session, **HERS).ref


@pytest.fixture
def vacancy(desk, data):
    with transaction(desk) as session:
        return publish_vacancy(session, MARIA, data(occupation="4321", licences=["muletto"])).ref


def test_the_offers_say_why_and_what_is_missing(client, network, her):
    network.publish(
        "fits", "vergiate", title="Mulettista", occupation="4321", places=["Varese"], hours="tempo-pieno",
        contract="determinato", experience="1-3-anni", licences=["muletto"], education="3",
        languages=[{"code": "de", "level": "A1"}], employer={"name": "Laghi Logistica"},
    )  # fmt: skip
    network.publish(
        "near", title="Autista di magazzino", occupation="4321", licences=["C"], hours="part-time",
        employer=None, contract="determinato",
    )  # fmt: skip
    network.publish(
        "nearer", title="Magazzino a Lugano", occupation="4321", languages=[{"code": "de", "level": "B1"}]
    )  # fmt: skip
    network.publish("out", title="Cuoca", occupation="5120")
    network.arrive()
    page = client.get(f"/desk/persone/{her}/offerte").text
    for told in (
        "1 offerta adatta", "Quasi: le manca una cosa sola", "Quasi: mancano due cose", "Laghi Logistica", "Comune di Vergiate",
        "stessa professione", "ha 3 anni di esperienza", "parla tedesco", "ha il titolo di studio", "orario che cerca",
        "contratto che accetta", "sa fare:", "manca la patente C", "altro orario: part-time", "serve: tedesco B1",
        "nel suo Comune", "/lavoro/vergiate/fits", "Azienda seguita dallo sportello",
    ):  # fmt: skip
        assert told in page
    assert "Cuoca" not in page
    assert page.index("Mulettista") < page.index("Magazzino a Lugano") < page.index("Autista di magazzino")


def test_a_person_leads_to_her_offers_and_a_look_at_them_is_written_down(client, desk, network, her):
    network.arrive()
    assert f"/desk/persone/{her}/offerte" in client.get(f"/desk/persone/{her}").text
    assert "Oggi non c’è niente di adatto." in client.get(f"/desk/persone/{her}/offerte").text
    with transaction(desk) as session:
        deeds = candidates.history_of(session, candidates.candidate_with(session, her))
        assert [deed.verb for deed in deeds][:2] == ["candidate.viewed"] * 2
        stop_following(session, MARIA, candidates.candidate_to_change(session, her))
    assert f"/desk/persone/{her}/offerte" not in client.get(f"/desk/persone/{her}").text


def test_who_seeks_nothing_that_is_known_is_asked_for_another_word(client, desk, network, taken_in):
    with transaction(desk) as session:
        ref = taken_in(session, trades=["qwerty"]).ref
    assert "Non sappiamo ancora che lavoro cerca." in client.get(f"/desk/persone/{ref}/offerte").text
    assert "/offerte" not in client.get(f"/desk/persone/{ref}").text.split("<main")[1]


def test_a_vacancy_leads_to_the_persons_whom_it_suits(client, desk, network, taken_in, her, vacancy):
    with transaction(desk) as session:
        taken_in(session, "Bianchi", "Ada", trades=["4321 Magazziniera"])
        taken_in(session, "Verdi", "Lia", trades=["5120 Cuoca"])
    assert f"/desk/offerte/{vacancy}/persone" in client.get(f"/desk/offerte/{vacancy}").text
    page = client.get(f"/desk/offerte/{vacancy}/persone").text
    for told in (
        "1 persona adatta",
        "1 quasi",
        "Rossi Maria",
        "Bianchi Ada",
        "Patentino del muletto",
        f"/desk/persone/{her}",
    ):
        assert told in page
    assert page.index("Rossi Maria") < page.index("Bianchi Ada")
    assert "Verdi" not in page
    assert HERS["notes"] not in page


def test_a_vacancy_that_suits_nobody_says_so(client, network, vacancy):
    assert "Nessuna persona seguita" in client.get(f"/desk/offerte/{vacancy}/persone").text


def test_a_draft_leads_to_nobody_and_does_not_break(client, desk, data):
    with transaction(desk) as session:
        ref = save_draft(session, MARIA, data("title", "places", "contract", title="")).ref
    assert f"/desk/offerte/{ref}/persone" not in client.get(f"/desk/offerte/{ref}").text
    assert client.get(f"/desk/offerte/{ref}/persone").status_code == 200


def test_what_is_not_there_is_404(client, network):
    assert client.get("/desk/persone/niente/offerte").status_code == 404
    assert client.get("/desk/offerte/niente/persone").status_code == 404
    assert client.get("/desk/persone/niente/offerte?pagina=x").status_code in (400, 404)


def test_it_reads_in_english(client, network, her):
    network.publish("fits", "vergiate", occupation="4321", licences=["muletto"], languages=[{"code": "de"}])
    network.publish("near", occupation="4321", licences=["C"])
    network.arrive()
    client.set_cookie("lingua", "en")
    page = client.get(f"/desk/persone/{her}/offerte").text
    for told in ("same occupation", "C driving licence is missing", "speaks German", "Forklift licence"):
        assert told in page
