"""What the page of the network says about letters and erasures, and the proof of delivery that an administrator sends."""

import json
import re
from datetime import date, timedelta

import pytest

from federation import letters, receipts, register
from federation.letters import Question, Received, answer_to
from federation.mailbox import Mailbox
from federation.receipts import Erasure, ErasureHolder
from federation.roster import RosterStore
from federation.sealing import Address, seal
from node.commands import administration
from node.core import clock, identity
from node.core.audit import Deed
from node.core.db import transaction
from node.health.actions import PROOF, TOPICS
from node.health.letters import REFUSED_VIEWS, UNREAD
from node.scopes.digests import FUTURE, MANY, PAST, RECORD
from node.scopes.models import SentViews
from tests.node.health.conftest import NOW
from tests.node.health.test_states import NETWORK, TODAY, words
from tests.node.peers import tell_otherwise

PROVE = "/desk/rete/prove/"
HOUR = timedelta(hours=1)


@pytest.fixture
def administrator(browser, ispra):
    return browser("amministratore")


@pytest.fixture
def box(config, desk, copies, ispra):
    """The mailbox of the node under test, as its worker runs it."""
    roster = RosterStore(config.roster)
    return Mailbox(config.id, desk, copies, roster, identity.sealing_key(config), clock.now, transaction, TOPICS)


def post_of(page):
    """The text of the mailbox in Ispra's row; blank where there is none."""
    row = re.search(r'(?s)<li class="node-row[^"]*">\s*<div class="node-name">Ispra.*?</li>', page)[0]
    told = re.search(r'(?s)<div class="node-post">(.*?)</div>', row)
    return words(told[1]) if told else ""


def last(desk):
    with desk.reading() as session:
        return letters.latest(session, PROOF).get("ispra")


def tries(administrator, desk):
    assert administrator.post(f"{PROVE}ispra").status_code == 303
    return last(desk)


def answers(ispra, copies, config, question):
    name = answer_to(config.id, question.id)
    told = {"topic": PROOF, "answers": question.id, "content": {}}
    body = seal(told, Address("ispra", config.id, "message", name), identity.sealing_key(config).public)
    ispra.tells(copies, name, kind="message", audience=f"sealed:{config.id}", body=body)


def erased(desk, holders, audience="members:0123456789abcdef", ago=HOUR, closed_at=None):
    """`holders`: by member when it has confirmed, None for never."""
    with transaction(desk) as session:
        made = Erasure(record_id=register.new_id(), audience=audience, epoch=1, seq=1, erased_at=NOW - ago)
        made.ends_at, made.is_listed, made.closed_at = NOW - ago + timedelta(hours=97), True, closed_at
        made.holders = [ErasureHolder(member=member, confirmed_at=when) for member, when in holders.items()]
        session.add(made)


def text(client):
    return words(client.get(NETWORK).text)


def test_an_administrator_tries_the_mailbox_of_a_comune_and_sees_how_it_went(
    administrator, desk, copies, config, ispra, box
):
    assert post_of(administrator.get(NETWORK).text) == "Prova la casella Ispra"
    question = tries(administrator, desk)
    page = administrator.get(NETWORK).text
    assert post_of(page) == "Prova della casella inviata adesso: si aspetta la risposta."
    assert "Ispra prova della casella: domanda inviata adesso" in words(page)
    with clock.at(NOW + timedelta(seconds=12)):
        answers(ispra, copies, config, question)
        box.run_once()
        told = post_of(administrator.get(NETWORK).text)
    assert told == "La casella funziona: ha risposto dopo 12 secondi · adesso Prova la casella Ispra"
    assert "Messaggi riservati" not in text(administrator)
    with desk.reading() as session:
        assert register.status_of(session, question.id) == "withdrawn"


def test_the_other_side_answers_by_itself(desk, copies, config, ispra, box):
    body = seal(
        {"topic": PROOF, "content": {}},
        Address("ispra", config.id, "message", "their-question"),
        identity.sealing_key(config).public,
    )
    ispra.tells(copies, "their-question", kind="message", audience=f"sealed:{config.id}", body=body)
    box.run_once()
    with desk.reading() as session:
        assert register.status_of(session, answer_to("ispra", "their-question")) == "waiting"


def was_sent(desk, ago, until=NOW + timedelta(days=6)):
    with transaction(desk) as session:
        question = session.get(Question, last(desk).id)
        question.asked_at, question.until = NOW - ago, until


def test_a_proof_that_is_not_answered_is_late_and_counted_on_the_first_page(administrator, desk, box):
    tries(administrator, desk)
    was_sent(desk, 59 * HOUR / 60)
    assert "Messaggi in ritardo" not in administrator.get(TODAY).text
    was_sent(desk, HOUR)
    page = administrator.get(NETWORK).text
    assert post_of(page) == (
        "Prova della casella in ritardo: inviata domenica 22 novembre 2026 alle 12:40, nessuna risposta."
    )
    assert "Ispra in ritardo prova della casella: domanda inviata 60 minuti fa" in words(page)
    assert "Messaggi in ritardo" in administrator.get(TODAY).text
    was_sent(desk, HOUR, until=NOW)
    box.run_once()
    assert "La casella non ha risposto all’ultima prova in tempo." in post_of(administrator.get(NETWORK).text)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (letters.NEW_KEY, "La prova non vale: una delle due chiavi è cambiata"),
        (letters.FORGOTTEN, "andata persa con il ripristino"),
        (letters.LEFT, "il Comune era uscito dalla rete"),
    ],
)
def test_each_end_of_a_proof_has_its_words_and_lets_one_try_again(administrator, desk, outcome, told):
    question = tries(administrator, desk)
    with transaction(desk) as session:
        ended = session.get(Question, question.id)
        ended.closed_at, ended.outcome = NOW, outcome
    shown = post_of(administrator.get(NETWORK).text)
    assert told in shown
    assert shown.endswith("Prova la casella Ispra")


def test_one_proof_at_a_time(administrator, desk):
    first = tries(administrator, desk)
    refused = administrator.post(f"{PROVE}ispra")
    assert refused.status_code == 409
    assert "Una prova è già in viaggio" in refused.text
    assert last(desk).id == first.id


@pytest.mark.parametrize("member", ["gavirate", "vergiate"])
def test_only_the_mailbox_of_another_member_can_be_tried(administrator, desk, member):
    refused = administrator.post(f"{PROVE}{member}")
    assert refused.status_code == 409
    assert "Si prova la casella di un altro Comune della rete." in refused.text


def test_a_comune_without_a_key_is_not_tried(administrator, config, ispra):
    tell_otherwise(ispra, RosterStore(config.roster), sealing=None)
    assert post_of(administrator.get(NETWORK).text) == ""
    refused = administrator.post(f"{PROVE}ispra")
    assert refused.status_code == 409
    assert "non ha una chiave per i messaggi riservati" in refused.text


def test_an_operator_sees_how_it_went_and_tries_nothing(administrator, client, desk):
    assert post_of(client.get(NETWORK).text) == ""
    assert client.post(f"{PROVE}ispra").status_code == 403
    tries(administrator, desk)
    assert post_of(client.get(NETWORK).text).startswith("Prova della casella inviata")


def test_who_tried_stands_in_the_audit(administrator, desk, operators):
    question = tries(administrator, desk)
    with desk.reading() as session:
        deed = session.query(Deed).filter_by(verb="mailbox.tried").one()
    assert (deed.actor, deed.ref, deed.facts) == (operators["amministratore"].id, question.id, {"member": "ispra"})


def test_a_letter_that_does_not_open_is_shown_with_its_reason(client, desk, copies, ispra, box):
    body = {"protected": "e30", "iv": "A" * 16, "ciphertext": "A" * 1366, "tag": "A" * 22}
    ispra.tells(copies, "odd-one", kind="message", audience="sealed:gavirate", body=body)
    box.run_once()
    told = text(client)
    assert "Messaggi che non si aprono Ispra · adesso Non è sigillato come si deve" in told
    assert "odd-one: the header is none" in told


def test_a_letter_of_ours_that_the_other_cannot_read_says_so_and_why(administrator, desk, copies, config, ispra, box):
    question = tries(administrator, desk)
    name = answer_to(config.id, question.id)
    told = {"topic": "unread", "answers": question.id, "content": {"reason": "key"}}
    body = seal(told, Address("ispra", config.id, "message", name), identity.sealing_key(config).public)
    ispra.tells(copies, name, kind="message", audience=f"sealed:{config.id}", body=body)
    box.run_once()
    assert "Quello sportello non lo può leggere: è sigillato con una chiave che quel Comune non usa." in text(
        administrator
    )
    assert last(desk).closed_at is None, "it may be read yet"


@pytest.mark.parametrize("code", letters.UNREAD_REASONS)
def test_each_reason_has_its_words(administrator, desk, code):
    tries(administrator, desk)
    with transaction(desk) as session:
        session.get(Question, last(desk).id).unread = code
    assert f"Quello sportello non lo può leggere: {UNREAD[code]}." in text(administrator)


@pytest.mark.parametrize("code", [FUTURE, PAST, RECORD, MANY])
def test_what_we_told_of_views_and_was_not_taken_is_shown_with_the_reason(client, desk, ispra, code):
    with transaction(desk) as session:
        session.add(SentViews(origin="ispra", day=date(2026, 10, 3), questions=["q"], refused=code))
        session.add(SentViews(origin="ispra", day=date(2026, 10, 4), questions=["q"], refused=None))
    told = text(client)
    assert f"Il resoconto di sabato 3 ottobre 2026 non è stato preso: {REFUSED_VIEWS[code]}." in told
    assert "4 ottobre" not in told


def test_an_answer_of_ours_that_nobody_takes_is_shown_as_late(client, desk, ispra):
    with transaction(desk) as session:
        handled = {"topic": PROOF, "answer_id": "a" * 40, "answered_at": NOW - HOUR}
        session.add(Received(origin="ispra", id="theirs", until=NOW + HOUR, tried_at=NOW, **handled))
    assert "Ispra in ritardo prova della casella: la nostra risposta aspetta di essere letta · 60 minuti fa" in text(
        client
    )
    assert "Messaggi in ritardo" in client.get(TODAY).text


def test_an_erasure_names_who_has_not_confirmed_since_when_and_what_ends_it(client, desk, ispra, visits):
    visits(ok=2 * HOUR, failures=4)
    erased(desk, {"ispra": None, "vergiate": NOW, "varese": None})
    told = text(client)
    assert "Cancellazione di domenica 22 novembre 2026, 12:40 Conferme arrivate: 1 su 3." in told
    assert "Ispra: non risponde da domenica 22 novembre 2026 alle 11:40 varese: non ha ancora confermato" in told
    assert "Chi non conferma perde comunque la sua copia entro giovedì 26 novembre 2026, 13:40" in told


def test_a_comune_that_never_answered_is_named_as_such(client, desk, ispra, visits):
    visits(ok=None, failures=4)
    erased(desk, {"ispra": None})
    assert "Conferme arrivate: 0 su 1. Ispra: non ha mai risposto" in text(client)


def test_closed_erasures_say_how_they_ended(client, desk, ispra):
    erased(desk, {"ispra": NOW}, closed_at=NOW)
    erased(desk, {"ispra": None}, closed_at=NOW - HOUR)
    told = text(client)
    assert "Confermata da tutti · adesso" in told
    assert "Chiusa 60 minuti fa senza conferma di Ispra: le loro copie sono finite da sole." in told


def test_a_quiet_node_has_neither_heading(client, ispra):
    told = text(client)
    assert "Messaggi riservati" not in told
    assert "Cancellazioni" not in told


def test_the_status_tells_the_same_numbers(administrator, desk, config):
    tries(administrator, desk)
    was_sent(desk, HOUR)
    erased(desk, {"ispra": None, "vergiate": NOW})
    told = administration.status(config)
    plain = "\n".join(administration.in_words(told))
    assert json.loads(json.dumps(told)) == told
    assert {name: told["mailbox"][name] for name in ("outstanding", "late", "held")} == {
        "outstanding": 1,
        "late": 1,
        "held": 0,
    }
    [question] = told["mailbox"]["questions"]
    assert (question["recipient"], question["topic"], question["late"]) == ("ispra", PROOF, True)
    [erasure] = told["erasures"]
    assert (erasure["confirmed"], erasure["missing"]) == (["vergiate"], ["ispra"])
    assert erasure["ends_at"] == (NOW + timedelta(hours=96)).isoformat()
    assert "Messaggi: 1 in attesa, 1 in ritardo, 0 non aperti" in plain
    assert "mancano ispra" in plain


def test_the_page_speaks_english(administrator, desk):
    tries(administrator, desk)
    erased(desk, {"ispra": None})
    told = words(administrator.get(NETWORK, headers={"Accept-Language": "en"}).text)
    assert "Mailbox test sent" in told
    assert "Confirmations received: 0 of 1" in told
    assert receipts.KIND not in told
