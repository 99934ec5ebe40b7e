import pytest

from node.candidates import queries
from node.core.db import transaction

QUICK = {
    "family_name": "Rossi",
    "given_name": "Maria",
    "phone": "347 1234567",
    "trades": ["commessa", ""],
    "notice_given": "true",
    "token": "form-1",
}


@pytest.fixture
def known(desk, taken_in):
    with transaction(desk) as session:
        return taken_in(session, phone="347 1234567", notes="preferisce la mattina").ref


def count(desk):
    with desk.reading() as session:
        _page, total = queries.search_candidates(session)
        return total


def verbs(desk, ref):
    with desk.reading() as session:
        return [deed.verb for deed in queries.history_of(session, queries.candidate_with(session, ref))]


def test_a_person_is_taken_in_with_one_short_form(client, desk):
    answer = client.post("/desk/persone", data=QUICK)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Maria Rossi" in page
    assert "347 1234567" in page
    assert "Commessi di negozio" in page or "Addetti" in page
    assert count(desk) == 1


def test_the_form_sent_twice_makes_one_person(client, desk):
    first = client.post("/desk/persone", data=QUICK)
    again = client.post("/desk/persone", data=QUICK | {"confirmed": "yes"})
    assert again.location == first.location
    assert count(desk) == 1


def test_without_the_notice_nothing_is_saved_and_nothing_typed_is_lost(client, desk):
    answer = client.post("/desk/persone", data={name: text for name, text in QUICK.items() if name != "notice_given"})
    assert answer.status_code == 422
    assert "informativa" in answer.text
    for typed in ("Rossi", "347 1234567", "commessa"):
        assert f'value="{typed}"' in answer.text
    assert count(desk) == 0


def test_who_may_be_known_is_shown_before_she_is_saved(client, desk, known):
    typed = QUICK | {"given_name": "Maria"}
    answer = client.post("/desk/persone", data=typed)
    assert answer.status_code == 422
    assert f"/desk/persone/{known}" in answer.text
    assert 'value="Maria"' in answer.text
    assert client.post("/desk/persone", data=typed | {"confirmed": "yes"}).status_code == 303
    assert count(desk) == 2


def test_every_look_at_a_record_is_written_down(client, desk, known):
    client.get(f"/desk/persone/{known}")
    client.get(f"/desk/persone/{known}")
    assert verbs(desk, known) == ["candidate.viewed", "candidate.viewed", "candidate.taken-in"]
    client.get(f"/desk/persone/{known}/modifica")
    assert verbs(desk, known).count("candidate.viewed") == 3
    assert "Scheda aperta" in client.get(f"/desk/persone/{known}/storia").text


def test_a_record_is_completed(client, desk, known):
    page = client.get(f"/desk/persone/{known}/modifica").text
    assert "preferisce la mattina" in page
    typed = {
        "family_name": "Rossi",
        "given_name": "Maria",
        "trades": ["commessa"],
        "phone": "347 1234567",
        "education": "4",
        "experiences-0-trade": "commessa",
        "experiences-0-years": "2,5",
        "languages-0-code": "en",
        "languages-0-level": "B1",
        "residence": "Gavirate",
        "seen": "",
    }
    answer = client.post(f"/desk/persone/{known}", data=typed)
    assert answer.status_code == 422, "the notes were not in this form: it does not come from the page"
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#34;", '"')
    answer = client.post(f"/desk/persone/{known}", data=typed | {"seen": seen, "notes": "preferisce la mattina"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Inglese B1" in page
    assert "Gavirate" in page


def test_two_operators_at_one_person_lose_nothing(client, desk, known):
    page = client.get(f"/desk/persone/{known}/modifica").text
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#34;", '"')
    mine = {"family_name": "Rossi", "given_name": "Maria", "trades": ["commessa"], "phone": "347 1234567", "seen": seen}
    mine |= {"notes": "preferisce la mattina"}
    assert client.post(f"/desk/persone/{known}", data=mine | {"email": "maria@example.it"}).status_code == 303
    answer = client.post(f"/desk/persone/{known}", data=mine | {"address": "via Roma 1"})
    assert answer.status_code == 422
    assert 'value="via Roma 1"' in answer.text
    assert 'value="maria@example.it"' in answer.text
    assert "mentre scrivevi" in answer.text


def test_the_list_is_searched_and_says_how_to_go_on(client, known):
    assert "Rossi Maria" in client.get("/desk/persone?q=rossi").text
    page = client.get("/desk/persone?q=bianchi ida").text
    assert "Prendi in carico" in page
    assert 'value="bianchi"' in client.get("/desk/persone/nuova?nome=bianchi+ida").text
    assert client.get("/desk/persone?elenco=altro").status_code == 400


def test_a_path_is_closed_and_opened_again(client, known):
    client.post(f"/desk/persone/{known}/chiudi")
    assert "percorso chiuso" in client.get(f"/desk/persone/{known}").text
    assert "Rossi Maria" not in client.get("/desk/persone").text
    assert "Rossi Maria" in client.get("/desk/persone?elenco=chiuse").text
    client.post(f"/desk/persone/{known}/riapri")
    assert "Rossi Maria" in client.get("/desk/persone").text


def test_the_notice_can_be_printed(client):
    page = client.get("/desk/persone/informativa").text
    assert "Che cosa facciamo con i tuoi dati" in page
    assert "2016/679" in page


def test_an_unknown_person_is_not_found(client):
    for path in ("", "/modifica", "/storia"):
        assert client.get(f"/desk/persone/nobody{path}").status_code == 404
