"""Who gets what at every address of the desk: one table, in which a new address has to be entered before anything passes.

Asked for `own`, the address leads to something of this desk; for `other`, to what another comune has under that id. What
takes a form is sent a blank one. The roles: an operator, an administrator, a coordinator, and nobody who is signed in.
"""

# ruff: noqa: F811 - the fixtures of the node, asked for by name
import re
from pathlib import Path

import pytest
import requests

from node.app import create_app
from node.core.actors import ADMINISTRATOR, COORDINATOR, OPERATOR
from node.core.db import transaction
from node.operators.actions import add_operator
from node.vacancies.actions import publish_vacancy
from tests.federation.nodes import serving
from tests.node.candidates.conftest import taken_in  # noqa: F401
from tests.node.conftest import (  # noqa: F401
    app,
    browser,
    citizen,
    config,
    copies,
    desk,
    desk_url,
    operators,
    quick_passwords,
)
from tests.node.vacancies.conftest import MARIA, data, parties, typed  # noqa: F401

NAME = "Zanzibarrini"
NOBODY = "nobody"
COLUMNS = (OPERATOR, ADMINISTRATOR, COORDINATOR, NOBODY)
OTHERS = "k1qf2p6585it6gqn37jwtuebb7"
TABLE = """
GET  /coordinamento/                                   -     403 200 200 303
GET  /coordinamento/cifre.csv                          -     403 200 200 303
GET  /coordinamento/nodi/                              -     403 200 200 303
GET  /desk/                                            -     200 200 303 303
GET  /desk/accesso                                     -     200 200 200 200
POST /desk/accesso                                     -     422 422 422 422
GET  /desk/accesso/codice                              -     303 303 303 303
POST /desk/accesso/codice                              -     422 422 422 422
GET  /desk/accesso/openid                              -     404 404 404 404
GET  /desk/accesso/openid/ritorno                      -     404 404 404 404
GET  /desk/accesso/openid/uscita                       -     404 404 404 404
POST /desk/accesso/sblocca                             -     303 303 303 303
GET  /desk/accoglienza                                 -     200 200 403 303
POST /desk/accoglienza                                 -     422 422 403 303
POST /desk/accoglienza/<ref>/togli                     other 404 404 403 303
GET  /desk/agenda                                      -     200 200 403 303
POST /desk/agenda                                      -     422 422 403 303
GET  /desk/agenda/<ref>                                other 404 404 403 303
GET  /desk/agenda/<ref>/appuntamento.ics               other 404 404 403 303
POST /desk/agenda/<ref>/disdici                        other 404 404 403 303
POST /desk/agenda/<ref>/esito                          other 400 400 403 303
GET  /desk/agenda/<ref>/collega                        other 404 404 403 303
POST /desk/agenda/<ref>/collega                        other 404 404 403 303
GET  /desk/agenda/<ref>/foglietto                      other 404 404 403 303
GET  /desk/agenda/<ref>/sposta                         other 404 404 403 303
POST /desk/agenda/<ref>/sposta                         other 404 404 403 303
GET  /desk/agenda/da-telefonare                        -     200 200 403 303
POST /desk/agenda/da-telefonare                        -     422 422 403 303
POST /desk/agenda/da-telefonare/posta/<ref>/riprova    other 404 404 403 303
GET  /desk/agenda/nuovo                                -     200 200 403 303
GET  /desk/agenda/orari                                -     200 200 403 303
POST /desk/agenda/orari/chiusure                       -     422 422 403 303
POST /desk/agenda/orari/chiusure/<ref>/togli           other 404 404 403 303
POST /desk/agenda/orari/settimana                      -     422 422 403 303
POST /desk/agenda/orari/settimana/<ref>/togli          other 404 404 403 303
GET  /desk/agenda/richieste                            -     200 200 403 303
POST /desk/agenda/richieste/<ref>/conferma             other 404 404 403 303
GET  /desk/aziende                                     -     200 200 403 303
POST /desk/aziende                                     -     422 422 403 303
GET  /desk/aziende/<ref>                               own   200 200 403 303
GET  /desk/aziende/<ref>                               other 404 404 403 303
POST /desk/aziende/<ref>                               own   422 422 403 303
POST /desk/aziende/<ref>                               other 404 404 403 303
GET  /desk/aziende/<ref>/modifica                      own   200 200 403 303
GET  /desk/aziende/<ref>/modifica                      other 404 404 403 303
POST /desk/aziende/<ref>/riammetti                     own   409 409 403 303
POST /desk/aziende/<ref>/riammetti                     other 404 404 403 303
POST /desk/aziende/<ref>/sospendi                      own   422 422 403 303
POST /desk/aziende/<ref>/sospendi                      other 404 404 403 303
GET  /desk/aziende/nuova                               -     200 200 403 303
GET  /desk/offerte                                     -     200 200 403 303
POST /desk/offerte                                     -     303 303 403 303
GET  /desk/offerte/<ref>                               own   200 200 403 303
GET  /desk/offerte/<ref>                               other 404 404 403 303
POST /desk/offerte/<ref>                               own   422 422 403 303
POST /desk/offerte/<ref>                               other 404 404 403 303
GET  /desk/offerte/<ref>/avviso                        own   200 200 403 303
GET  /desk/offerte/<ref>/avviso                        other 404 404 403 303
POST /desk/offerte/<ref>/butta                         own   409 409 403 303
POST /desk/offerte/<ref>/butta                         other 404 404 403 303
POST /desk/offerte/<ref>/chiudi                        own   422 422 403 303
POST /desk/offerte/<ref>/chiudi                        other 404 404 403 303
POST /desk/offerte/<ref>/completata                    own   409 409 403 303
POST /desk/offerte/<ref>/completata                    other 404 404 403 303
GET  /desk/offerte/<ref>/modifica                      own   200 200 403 303
GET  /desk/offerte/<ref>/modifica                      other 404 404 403 303
GET  /desk/offerte/<ref>/persone                       own   200 200 403 303
GET  /desk/offerte/<ref>/persone                       other 404 404 403 303
GET  /desk/offerte/<ref>/qr.svg                        own   200 200 403 303
GET  /desk/offerte/<ref>/qr.svg                        other 404 404 403 303
POST /desk/offerte/<ref>/rinnova                       own   303 303 403 303
POST /desk/offerte/<ref>/rinnova                       other 404 404 403 303
POST /desk/offerte/anteprima                           -     200 200 403 303
GET  /desk/offerte/importa                             -     200 200 403 303
POST /desk/offerte/importa                             -     422 422 403 303
GET  /desk/offerte/importa/<ref>                       other 404 404 403 303
POST /desk/offerte/importa/<ref>/annulla               other 404 404 403 303
GET  /desk/offerte/importa/<ref>/avanzamento           other 404 404 403 303
POST /desk/offerte/importa/<ref>/colonne               other 404 404 403 303
POST /desk/offerte/importa/<ref>/conferma              other 404 404 403 303
POST /desk/offerte/importa/<ref>/foglio                other 404 404 403 303
POST /desk/offerte/importa/<ref>/indietro              other 404 404 403 303
GET  /desk/offerte/importa/<ref>/rapporto.csv          other 404 404 403 303
GET  /desk/offerte/importa/modello.xlsx                -     200 200 403 303
GET  /desk/offerte/nuova                               -     200 200 403 303
GET  /desk/offerte/offerte.csv                         -     200 200 403 303
GET  /desk/offerte/offerte.xlsx                        -     200 200 403 303
POST /desk/offerte/professione                         -     200 200 403 303
GET  /desk/operatori                                   -     403 200 403 303
POST /desk/operatori                                   -     403 422 403 303
GET  /desk/operatori/<id>                              own   403 200 403 303
GET  /desk/operatori/<id>                              other 403 404 403 303
POST /desk/operatori/<id>                              own   403 422 403 303
POST /desk/operatori/<id>                              other 403 404 403 303
POST /desk/operatori/<id>/abilita                      own   403 303 403 303
POST /desk/operatori/<id>/abilita                      other 403 404 403 303
POST /desk/operatori/<id>/accessi/chiudi               own   403 303 403 303
POST /desk/operatori/<id>/accessi/chiudi               other 403 404 403 303
POST /desk/operatori/<id>/disabilita                   own   403 303 403 303
POST /desk/operatori/<id>/disabilita                   other 403 404 403 303
POST /desk/operatori/<id>/openid                       own   403 404 403 303
POST /desk/operatori/<id>/openid                       other 403 404 403 303
POST /desk/operatori/<id>/password                     own   403 200 403 303
POST /desk/operatori/<id>/password                     other 403 404 403 303
POST /desk/operatori/<id>/secondo-fattore              own   403 303 403 303
POST /desk/operatori/<id>/secondo-fattore              other 403 404 403 303
GET  /desk/operatori/nuovo                             -     403 200 403 303
POST /desk/operatori/secondo-fattore                   -     403 303 403 303
GET  /desk/persone                                     -     200 200 403 303
POST /desk/persone                                     -     422 422 403 303
GET  /desk/persone/<ref>                               own   200 200 403 303
GET  /desk/persone/<ref>                               other 404 404 403 303
POST /desk/persone/<ref>                               own   422 422 403 303
POST /desk/persone/<ref>                               other 404 404 403 303
GET  /desk/persone/<ref>/cancella                      own   200 200 403 303
GET  /desk/persone/<ref>/cancella                      other 404 404 403 303
POST /desk/persone/<ref>/cancella                      own   422 422 403 303
POST /desk/persone/<ref>/cancella                      other 404 404 403 303
POST /desk/persone/<ref>/chiudi                        own   303 303 403 303
POST /desk/persone/<ref>/chiudi                        other 404 404 403 303
GET  /desk/persone/<ref>/cv/<kind>                     own   404 404 403 303
GET  /desk/persone/<ref>/cv/<kind>                     other 404 404 403 303
GET  /desk/persone/<ref>/dati                          own   200 200 403 303
GET  /desk/persone/<ref>/dati                          other 404 404 403 303
GET  /desk/persone/<ref>/diffusione                    own   200 200 403 303
GET  /desk/persone/<ref>/diffusione                    other 404 404 403 303
POST /desk/persone/<ref>/diffusione                    own   422 422 403 303
POST /desk/persone/<ref>/diffusione                    other 404 404 403 303
GET  /desk/persone/<ref>/diffusione/foglio             own   200 200 403 303
GET  /desk/persone/<ref>/diffusione/foglio             other 404 404 403 303
POST /desk/persone/<ref>/diffusione/riconferma         own   422 422 403 303
POST /desk/persone/<ref>/diffusione/riconferma         other 404 404 403 303
POST /desk/persone/<ref>/diffusione/ritira             own   409 409 403 303
POST /desk/persone/<ref>/diffusione/ritira             other 404 404 403 303
GET  /desk/persone/<ref>/diffusione/storia             own   200 200 403 303
GET  /desk/persone/<ref>/diffusione/storia             other 404 404 403 303
GET  /desk/persone/<ref>/diffusione/viste              own   200 200 403 303
GET  /desk/persone/<ref>/diffusione/viste              other 404 404 403 303
GET  /desk/persone/<ref>/modifica                      own   200 200 403 303
GET  /desk/persone/<ref>/modifica                      other 404 404 403 303
GET  /desk/persone/<ref>/offerte                       own   200 200 403 303
GET  /desk/persone/<ref>/offerte                       other 404 404 403 303
GET  /desk/persone/<ref>/piano                         own   200 200 403 303
GET  /desk/persone/<ref>/piano                         other 404 404 403 303
POST /desk/persone/<ref>/piano                         own   409 409 403 303
POST /desk/persone/<ref>/piano                         other 404 404 403 303
POST /desk/persone/<ref>/piano/concludi                own   404 404 403 303
POST /desk/persone/<ref>/piano/concludi                other 404 404 403 303
POST /desk/persone/<ref>/piano/documenti               own   404 404 403 303
POST /desk/persone/<ref>/piano/documenti               other 404 404 403 303
GET  /desk/persone/<ref>/piano/modifica                own   404 404 403 303
GET  /desk/persone/<ref>/piano/modifica                other 404 404 403 303
POST /desk/persone/<ref>/piano/modifica                own   404 404 403 303
POST /desk/persone/<ref>/piano/modifica                other 404 404 403 303
POST /desk/persone/<ref>/piano/passi                   own   404 404 403 303
POST /desk/persone/<ref>/piano/passi                   other 404 404 403 303
GET  /desk/persone/<ref>/piano/passi/<step>            own   404 404 403 303
GET  /desk/persone/<ref>/piano/passi/<step>            other 404 404 403 303
POST /desk/persone/<ref>/piano/passi/<step>            own   404 404 403 303
POST /desk/persone/<ref>/piano/passi/<step>            other 404 404 403 303
POST /desk/persone/<ref>/piano/passi/<step>/fatto      own   404 404 403 303
POST /desk/persone/<ref>/piano/passi/<step>/fatto      other 404 404 403 303
GET  /desk/persone/<ref>/piano/passi/nuovo             own   200 200 403 303
GET  /desk/persone/<ref>/piano/passi/nuovo             other 404 404 403 303
GET  /desk/persone/<ref>/piano/ricontatti/<follow_up>  own   404 404 403 303
GET  /desk/persone/<ref>/piano/ricontatti/<follow_up>  other 404 404 403 303
POST /desk/persone/<ref>/piano/ricontatti/<follow_up>  own   404 404 403 303
POST /desk/persone/<ref>/piano/ricontatti/<follow_up>  other 404 404 403 303
GET  /desk/persone/<ref>/piano/stampa                  own   404 404 403 303
GET  /desk/persone/<ref>/piano/stampa                  other 404 404 403 303
GET  /desk/persone/<ref>/proroga                       own   404 404 403 303
GET  /desk/persone/<ref>/proroga                       other 404 404 403 303
POST /desk/persone/<ref>/proroga                       own   404 404 403 303
POST /desk/persone/<ref>/proroga                       other 404 404 403 303
POST /desk/persone/<ref>/riapri                        own   303 303 403 303
POST /desk/persone/<ref>/riapri                        other 404 404 403 303
GET  /desk/persone/<ref>/storia                        own   200 200 403 303
GET  /desk/persone/<ref>/storia                        other 404 404 403 303
GET  /desk/persone/<ref>/trasferimento                 own   200 200 403 303
GET  /desk/persone/<ref>/trasferimento                 other 404 404 403 303
POST /desk/persone/<ref>/trasferimento                 own   422 422 403 303
POST /desk/persone/<ref>/trasferimento                 other 404 404 403 303
POST /desk/persone/<ref>/trasferimento/annulla         own   409 409 403 303
POST /desk/persone/<ref>/trasferimento/annulla         other 404 404 403 303
GET  /desk/persone/<ref>/trasferimento/foglio          own   200 200 403 303
GET  /desk/persone/<ref>/trasferimento/foglio          other 404 404 403 303
GET  /desk/persone/<ref>/unisci                        own   200 200 403 303
GET  /desk/persone/<ref>/unisci                        other 404 404 403 303
GET  /desk/persone/<ref>/unisci/<other>                own   404 404 403 303
GET  /desk/persone/<ref>/unisci/<other>                other 404 404 403 303
POST /desk/persone/<ref>/unisci/<other>                own   404 404 403 303
POST /desk/persone/<ref>/unisci/<other>                other 404 404 403 303
GET  /desk/persone/cancellazioni/<number>              other 404 404 403 303
GET  /desk/persone/consegne                            -     200 200 403 303
GET  /desk/persone/consegne/pacco                      -     404 404 403 303
GET  /desk/persone/da-cancellare                       -     200 200 403 303
GET  /desk/persone/da-riconfermare                     -     200 200 403 303
GET  /desk/persone/da-ricontattare                     -     200 200 403 303
GET  /desk/persone/importa                             -     200 200 403 303
POST /desk/persone/importa                             -     422 422 403 303
GET  /desk/persone/importa/<ref>                       other 404 404 403 303
POST /desk/persone/importa/<ref>/annulla               other 404 404 403 303
POST /desk/persone/importa/<ref>/colonne               other 404 404 403 303
POST /desk/persone/importa/<ref>/conferma              other 404 404 403 303
POST /desk/persone/importa/<ref>/indietro              other 404 404 403 303
GET  /desk/persone/importa/<ref>/rapporto.csv          other 404 404 403 303
POST /desk/persone/importa/<ref>/righe/<number>        other 404 404 403 303
GET  /desk/persone/importa/modello.xlsx                -     200 200 403 303
GET  /desk/persone/in-arrivo                           -     200 200 403 303
GET  /desk/persone/in-arrivo/<ref>                     other 404 404 403 303
POST /desk/persone/in-arrivo/<ref>/accetta             other 404 404 403 303
POST /desk/persone/in-arrivo/<ref>/rifiuta             other 404 404 403 303
GET  /desk/persone/informativa                         -     200 200 403 303
GET  /desk/persone/nuova                               -     200 200 403 303
GET  /desk/persone/rete                                -     200 200 403 303
GET  /desk/persone/rete/<origin>/<id>                  other 303 303 403 303
GET  /desk/profilo                                     -     200 200 200 303
GET  /desk/profilo/accessi                             -     200 200 200 303
POST /desk/profilo/accessi/<ref>/chiudi                other 303 303 303 303
POST /desk/profilo/accessi/chiudi                      -     303 303 303 303
POST /desk/profilo/lingua                              -     303 303 303 303
POST /desk/profilo/password                            -     422 422 422 303
GET  /desk/profilo/secondo-fattore                     -     200 200 200 303
POST /desk/profilo/secondo-fattore                     -     303 303 303 303
POST /desk/profilo/secondo-fattore/codici              -     422 422 422 303
POST /desk/profilo/secondo-fattore/conferma            -     422 422 422 303
POST /desk/profilo/secondo-fattore/spegni              -     422 422 422 303
GET  /desk/rete/                                       -     200 200 403 303
POST /desk/rete/chiavi/<member>                        other 404 404 403 303
POST /desk/rete/prove/<member>                         other 403 409 403 303
GET  /desk/segnalazioni                                -     200 200 403 303
POST /desk/segnalazioni/<ref>/chiudi                   other 404 404 403 303
GET  /desk/sportelli                                   -     200 200 403 303
POST /desk/sportelli                                   -     403 422 403 303
GET  /desk/sportelli/<ref>                             own   200 200 403 303
GET  /desk/sportelli/<ref>                             other 404 404 403 303
POST /desk/sportelli/<ref>                             own   403 422 403 303
POST /desk/sportelli/<ref>                             other 403 404 403 303
GET  /desk/sportelli/<ref>/modifica                    own   403 200 403 303
GET  /desk/sportelli/<ref>/modifica                    other 403 404 403 303
GET  /desk/sportelli/nuovo                             -     403 200 403 303
POST /desk/profilo/esci                                -     303 303 303 303
"""
EXPECTED = {
    (method, route, whose): dict(zip(COLUMNS, map(int, answers), strict=True))
    for method, route, whose, *answers in map(str.split, TABLE.strip().splitlines())
}
SIGN_OUT = "/desk/profilo/esci"
BLANK = re.compile("<[^>]+>")
OPEN_PAGES = (
    "/",
    "/lavoro",
    "/sportelli",
    "/come-funziona",
    "/privacy",
    "/api/v1/vacancies",
    "/healthz",
    "/federation/heads",
)


@pytest.fixture
def own(desk, taken_in, parties, data):
    """What this desk has, by the address under which it is asked for."""
    with transaction(desk) as session:
        colleague, _password = add_operator(
            session, MARIA, {"username": "collega", "display_name": "Collega", "role": OPERATOR}
        )
        return {
            "/desk/persone/": taken_in(session, NAME, "Quartilla", phone="0332 987654").ref,
            "/desk/offerte/": publish_vacancy(session, MARIA, data()).ref,
            "/desk/aziende/": parties["employer"],
            "/desk/sportelli/": parties["desk"],
            "/desk/operatori/": colleague.id,
        }


def addresses(app):
    """(method, route) of all that stands behind the desk's and the coordinators' doors, a form that signs out last."""
    found = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/desk", "/coordinamento"))
    ]
    return sorted(found, key=lambda each: (each[1] == SIGN_OUT, each[1], each[0]))


def asked(route, own):
    """[(whose, path)]: each way to fill the blanks of an address."""
    if not BLANK.search(route):
        return [("-", route)]
    ours = own.get(BLANK.split(route)[0])
    return [(whose, BLANK.sub(ref, route)) for whose, ref in (("own", ours), ("other", OTHERS)) if ref]


def answers(app, client, own):
    """{(method, route, whose): the answer}."""
    return {
        (method, route, whose): client.open(path, method=method)
        for method, route in addresses(app)
        for whose, path in asked(route, own)
    }


def test_the_table_names_every_address_and_no_other(app, own):
    named = {(method, route, whose) for method, route in addresses(app) for whose, _path in asked(route, own)}
    assert set(EXPECTED) == named


@pytest.mark.parametrize("role", COLUMNS)
def test_every_role_gets_what_the_table_says(app, browser, citizen, own, role):
    given = answers(app, citizen if role == NOBODY else browser(role), own)
    assert {each: answer.status_code for each, answer in given.items()} == {
        each: told[role] for each, told in EXPECTED.items()
    }
    told_of_her = {route for (_method, route, _whose), answer in given.items() if NAME.encode() in answer.data}
    if role in (COORDINATOR, NOBODY):
        assert told_of_her == set(), "no person is seen"
    else:
        assert "/desk/persone/<ref>" in told_of_her


def test_no_page_leads_to_a_person_of_another_desk():
    persons = {each: told for each, told in EXPECTED.items() if each[1].startswith("/desk/persone/<ref>")}
    assert {told[OPERATOR] for (_method, _route, whose), told in persons.items() if whose == "other"} == {404}
    assert {told[COORDINATOR] for told in persons.values()} == {403}
    assert {told[NOBODY] for told in persons.values()} == {303}


def test_the_public_doors_work_on_when_the_desk_database_is_gone(config, desk, copies):
    """Opened while it is there, they hold no handle on it, and miss nothing when it is away."""
    outside = create_app(config, ("public", "feed"))
    rooms = outside.extensions["sportello"]
    desk.dispose()
    with serving(outside) as port:
        before = look(port)
        own = str((config.data / "desk.sqlite").resolve())
        assert [path for path in open_files() if path.startswith(own)] == []
        for path in config.data.glob("desk.sqlite*"):
            path.unlink()
        assert look(port) == before
    assert list(config.data.glob("desk.sqlite*")) == [], "nobody has made a new one"
    rooms.replica.dispose()


def look(port):
    given = {path: requests.get(f"http://localhost:{port}{path}", timeout=60).status_code for path in OPEN_PAGES}
    assert {status for status in given.values() if status != 200} == set()
    return given


def open_files():
    """What this process has open at this moment."""
    return [str(each.resolve()) for each in Path("/proc/self/fd").iterdir()]
