"""The pages on which a person's choice is written, read, signed, taken back and asked for again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from federation import replica
from federation.roster import RosterStore
from federation.sealing import Address, seal, sealed_to
from node.core import clock, identity
from node.core.db import transaction
from node.scopes import publishing, queries
from node.scopes.models import ProfileView
from schemas.scope import longest_from
from tests.node.peers import in_one_network

DOCUMENT = {
    "desk": "desk-ispra",
    "occupations": ["5223"],
    "area": "012084",
    "own_transport": True,
    "hours": "part-time",
}
DESK = {
    "name": "Sportello di Ispra", "comune": {"istat": "012084", "name": "Ispra"}, "address": "via Milite Ignoto 31", "phone": "0332 7833111",
    "opening_hours": "martedì 14-17", "authorised": False,
}  # fmt: skip
PURPOSE = {"purpose": "offerta"}


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def ispra(tmp_path, config, copies):
    with in_one_network(tmp_path / "others", config) as other:
        yield other


@pytest.fixture
def maria(desk, counter, several):
    with transaction(desk) as session:
        counter(session)
        return several(session, 1, scope=None)[0].ref


def typed(**changes):
    return {"scope": "rete", "channel": "persona", "until": longest_from(clock.today()).isoformat()} | changes


def show(desk, copies, config):
    publishing.publish_due(desk, copies, RosterStore(config.roster), config.id)


def test_the_page_of_a_person_says_who_sees_her(client, maria):
    page = client.get(f"/desk/persone/{maria}").text
    assert "Chi può vedere il suo profilo" in page
    assert "Solo gli operatori di questo comune." in page
    assert "Ritira subito" not in page


def test_a_choice_is_written_with_what_would_be_seen_beside_it(client, desk, copies, config, maria, several):
    with transaction(desk) as session:
        several(session, 4)
    page = client.get(f"/desk/persone/{maria}/diffusione").text
    assert "Commessi" in page or "Addetti" in page
    assert "Gavirate (VA)" in page
    assert "Cognome0" in page, "whose choice it is"
    assert client.post(f"/desk/persone/{maria}/diffusione", data=typed()).status_code == 303
    assert "Tra pochi secondi" in client.get(f"/desk/persone/{maria}").text
    show(desk, copies, config)
    page = client.get(f"/desk/persone/{maria}").text
    assert "Gli sportelli di tutta la rete" in page
    assert "Per ora non è visibile" not in page


def test_who_is_alone_reads_why_nobody_sees_her(client, desk, copies, config, maria):
    assert "meno di cinque persone" in client.get(f"/desk/persone/{maria}/diffusione").text
    client.post(f"/desk/persone/{maria}/diffusione", data=typed())
    show(desk, copies, config)
    assert "meno di cinque persone" in client.get(f"/desk/persone/{maria}").text


@pytest.mark.parametrize("wrong", [{"scope": ""}, {"channel": ""}, {"scope": "comuni"}, {"until": "2031-01-01"}])
def test_what_is_missing_is_asked_for_and_nothing_is_saved(client, desk, maria, wrong):
    answer = client.post(f"/desk/persone/{maria}/diffusione", data=typed(**wrong))
    assert answer.status_code == 422
    assert "Controlla i campi segnati" in answer.text
    with desk.reading() as session:
        assert queries.choice_of(session, maria) is None


def test_only_comuni_of_the_network_can_be_named(client, desk, ispra, maria):
    assert "Ispra" in client.get(f"/desk/persone/{maria}/diffusione").text
    assert (
        client.post(f"/desk/persone/{maria}/diffusione", data=typed(scope="comuni", comuni=["altrove"])).status_code
        == 400
    )
    assert (
        client.post(f"/desk/persone/{maria}/diffusione", data=typed(scope="comuni", comuni=["ispra"])).status_code
        == 303
    )
    assert "Gli sportelli di Ispra" in client.get(f"/desk/persone/{maria}").text


def test_it_is_taken_back_with_one_click_and_stays_in_the_history(client, desk, maria, config):
    client.post(f"/desk/persone/{maria}/diffusione", data=typed())
    assert client.post(f"/desk/persone/{maria}/diffusione/ritira").status_code == 303
    page = client.get(f"/desk/persone/{maria}").text
    assert "Solo gli operatori di questo comune." in page
    assert "ritirata" in client.get(f"/desk/persone/{maria}/diffusione/storia").text
    assert "Profilo ritirato dalla rete" in client.get(f"/desk/persone/{maria}/storia").text
    assert client.post(f"/desk/persone/{maria}/diffusione/ritira").status_code == 409


def test_the_sheet_has_the_choice_and_a_line_to_sign_on(client, maria):
    client.post(f"/desk/persone/{maria}/diffusione", data=typed())
    page = client.get(f"/desk/persone/{maria}/diffusione/foglio").text
    for told in ("Firma", "276/2003", "Gli sportelli di tutta la rete", "di persona"):
        assert told in page


def test_the_sheet_says_what_the_last_look_has_shown(client, desk, copies, config, maria, several):
    client.post(f"/desk/persone/{maria}/diffusione", data=typed())
    show(desk, copies, config)
    with transaction(desk) as session:
        several(session, 4)
    page = client.get(f"/desk/persone/{maria}/diffusione/foglio").text
    assert "meno di cinque persone" in page
    assert "Che cosa si vede oggi" not in page


def test_whose_choice_ends_soon_is_asked_again(client, desk, maria):
    assert "Profili da riconfermare" not in client.get("/desk/").text
    until = (clock.today() + timedelta(days=10)).isoformat()
    client.post(f"/desk/persone/{maria}/diffusione", data=typed(until=until))
    assert "Profili da riconfermare" in client.get("/desk/").text
    assert "Cognome0" in client.get("/desk/persone/da-riconfermare").text
    assert client.post(f"/desk/persone/{maria}/diffusione/riconferma", data={}).status_code == 422
    assert client.post(f"/desk/persone/{maria}/diffusione/riconferma", data={"channel": "telefono"}).status_code == 303
    with desk.reading() as session:
        assert queries.choice_of(session, maria).until == longest_from(clock.today())
        assert queries.count_to_reconfirm(session, clock.today()) == 0


def test_nobody_unknown_has_a_choice(client):
    for path in ("", "/storia", "/foglio"):
        assert client.get(f"/desk/persone/nobody/diffusione{path}").status_code == 404


def sealed(config, id, **changes):
    key = identity.sealing_key(config).public
    return seal(DOCUMENT | changes, Address("ispra", config.id, "candidate", id), key)


@pytest.fixture
def shown(ispra, copies, config):
    """Ispra shows two persons to the network, and one to us."""
    ispra.tells(copies, "desk-ispra", kind="desk", body=DESK)
    ispra.tells(copies, "anna", kind="candidate", audience=ispra.members, body=DOCUMENT)
    ispra.tells(copies, "bruno", kind="candidate", audience=ispra.members, body=DOCUMENT | {"occupations": ["7"]})
    ispra.tells(
        copies,
        "carla",
        kind="candidate",
        audience=sealed_to(config.id),
        body=sealed(config, "carla", hours="tempo-pieno"),
    )
    lend(copies, ispra, ispra.members, sealed_to(config.id))
    return ispra


def lend(copies, ispra, *audiences, until=timedelta(days=4)):
    """As if a head of Ispra had matched what is here."""
    with transaction(copies) as session:
        for audience in audiences:
            now = clock.now()
            match = {"epoch": 1, "seq": 1, "issued_at": now, "matched_at": now, "lease_until": now + until}
            session.merge(replica.Match(origin="ispra", audience=audience, **match))


def found(client, **asked):
    page = client.get("/desk/persone/rete", query_string=PURPOSE | asked).text
    return {name for name in ("anna", "bruno", "carla") if f"/desk/persone/rete/ispra/{name}?" in page}


def test_profiles_of_the_network_are_searched(client, shown):
    assert found(client) == {"anna", "bruno", "carla"}
    assert found(client, trade="commessa") == {"anna", "carla"}
    assert found(client, trade="elettricista") == {"bruno"}
    assert found(client, hours="tempo-pieno") == {"carla"}
    assert found(client, area="Ispra") == {"anna", "bruno", "carla"}
    assert found(client, area="Varese") == set()
    assert found(client, own_transport="true") == {"anna", "bruno", "carla"}
    assert found(client, skill="chiarezza") == set()


def test_who_is_told_by_a_zone_is_found_from_the_comuni_in_it(client, config, copies, ispra):
    ispra.tells(copies, "anna", kind="candidate", audience=ispra.members, body=DOCUMENT | {"area": "zona-012123"})
    lend(copies, ispra, ispra.members)
    places = "Golasecca", "Somma Lombardo", "Varese"
    assert [found(client, area=place) for place in places] == [{"anna"}, {"anna"}, set()]
    assert "Somma Lombardo (VA) e dintorni" in client.get("/desk/persone/rete", query_string=PURPOSE).text


def test_nobody_is_shown_to_who_does_not_say_what_for(client, shown):
    assert "/desk/persone/rete/ispra/" not in client.get("/desk/persone/rete").text
    assert client.get("/desk/persone/rete?trade=commessa").status_code == 422
    assert client.get("/desk/persone/rete/ispra/anna").status_code == 303


def test_every_look_is_written_down_and_leads_to_the_desk(client, desk, shown, actor):
    page = client.get("/desk/persone/rete/ispra/carla?purpose=azienda").text
    assert "0332 7833111" in page
    assert "Sportello di Ispra" in page
    with desk.reading() as session:
        views = session.scalars(select(ProfileView)).all()
        assert [(v.operator, v.role, v.origin, v.record, v.purpose) for v in views] == [
            (actor.id, "operatore", "ispra", "carla", "azienda")
        ]


def test_what_is_not_lent_any_more_is_not_there(client, desk, copies, shown):
    lend(copies, shown, shown.members, until=timedelta(seconds=-1))
    assert found(client) == {"carla"}
    assert client.get("/desk/persone/rete/ispra/anna?purpose=azienda").status_code == 404
    with desk.reading() as session:
        assert session.scalars(select(ProfileView)).all() == []


def test_a_sealed_profile_that_is_none_is_passed_over(client, copies, config, shown):
    shown.tells(
        copies, "dario", kind="candidate", audience=sealed_to(config.id), body=sealed(config, "dario", occupations=[])
    )
    shown.tells(copies, "elena", kind="candidate", audience=sealed_to(config.id), body=sealed(config, "anna"))
    lend(copies, shown, shown.members, sealed_to(config.id))
    page = client.get("/desk/persone/rete", query_string=PURPOSE).text
    assert "dario" not in page
    assert "elena" not in page


def test_a_trade_that_nobody_knows_says_so(client, shown):
    assert (
        "Non conosciamo il lavoro" in client.get("/desk/persone/rete", query_string=PURPOSE | {"trade": "xyzzy"}).text
    )
