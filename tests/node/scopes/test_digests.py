"""Each morning a desk tells the others who has looked at their profiles; who says nothing is not taken for nobody."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from federation import letters, register
from federation.letters import Question
from federation.mailbox import Letter
from federation.sealing import NotOpened
from node.candidates.models import Candidate
from node.core import clock
from node.core.actors import Actor
from node.core.db import Base
from node.scopes import actions, digests, publishing, queries
from node.scopes.models import AwaitedViews, ReportedView, SentViews
from node.scopes.personal import KEEPER
from node.transfers.models import Transfer
from schemas.days import ROME
from tests.federation.nodes import DeskNode, small_network, transaction, turn
from tests.node.peers import in_one_network

LOOKS = Actor("op-ispra", "giulia", "Giulia Bianchi", "operatore")
DAY = timedelta(days=1)
AFTERNOON = time(15)
"""What is told in the morning is told by then; at which hour the test runs is no matter."""


@pytest.fixture
def desk_url():
    return ""


def desk_node(folder, name):
    node = DeskNode(folder, name)
    node.topics = digests.TOPICS
    node.skew = datetime.combine(clock.day_of(node.clock()), AFTERNOON, ROME) - node.clock()
    node.restart()
    return node


@pytest.fixture
def nodes(tmp_path):
    with small_network(tmp_path, make=desk_node) as opened:
        for node in opened.values():
            Base.metadata.create_all(node.desk.engine)
            assert node.opening.attempt()
        yield opened


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


@pytest.fixture
def maria(nodes, gavirate, counter, several):
    """One of five whom the network may see; the ref of the person and the id of her record."""
    with clock.at(gavirate.clock()), transaction(gavirate.desk) as session:
        counter(session)
        maria, *_others = several(session, 5)
    with clock.at(gavirate.clock()):
        publishing.publish_due(gavirate.desk, gavirate.replica, gavirate.store, gavirate.id)
    turn(*nodes.values())
    return maria.ref, gavirate.asks(queries.profiles_of, maria.ref)[0].id


def looks_at(node, origin, record, times=1):
    with clock.at(node.clock()), transaction(node.desk) as session:
        for _ in range(times):
            actions.note_profile_view(session, LOOKS, origin, record, "offerta")


def tells(node):
    with clock.at(node.clock()):
        digests.tell_of_views(node.desk, node.replica, node.store, node.id)


def next_morning(nodes):
    for node in nodes.values():
        node.skew += DAY


def exchange(nodes):
    """A minute in which all of them attend to their post, by their own clocks."""
    with clock.at(nodes["gavirate"].clock()):
        turn(*nodes.values())


def told_of(node, person):
    with clock.at(node.clock() + DAY):
        return node.asks(queries.days_seen, person)


def take(node, day, *views, member="ispra"):
    """What the node answers to a letter, and writes down."""
    with clock.at(node.clock()), transaction(node.desk) as session:
        content = {"day": day.isoformat(), "views": list(views)}
        return digests.take(session, Letter(member, "frage", content))


def view(record, **other):
    return {"record": record, "role": "operatore", "purpose": "offerta", "hour": 9, "count": 1} | other


def yesterday(node):
    return clock.day_of(node.clock()) - DAY


def counts(node):
    return node.asks(lambda session: [each.count for each in session.scalars(select(ReportedView))])


def test_who_looked_is_told_the_next_morning_and_who_told_nothing_is_named(nodes, gavirate, ispra, maria):
    person, record = maria
    looks_at(ispra, "gavirate", record, times=2)
    day = clock.day_of(ispra.clock())
    next_morning(nodes)
    tells(gavirate)
    tells(ispra)
    exchange(nodes)
    exchange(nodes)

    (seen,) = told_of(gavirate, person)
    (told,) = seen.views
    assert (seen.day, told.member, told.role, told.purpose, told.count) == (day, "ispra", "operatore", "offerta", 2)
    assert seen.silent == ["somma-lombardo"], "the capofila has not told anything"
    with clock.at(gavirate.clock() + DAY), gavirate.desk.reading() as session:
        exported = KEEPER.export(session, person)
    assert exported["reported_view"][0]["record"] == record
    assert exported["silent"] == [{"day": day, "comuni": ["somma-lombardo"]}]
    assert all(LOOKS.id not in str(part) and "Giulia" not in str(part) for part in exported.values())

    tells(nodes["somma-lombardo"])
    exchange(nodes)
    exchange(nodes)
    assert [each.silent for each in told_of(gavirate, person)] == [[]], "nobody looked there, and now that is known"


def test_a_day_is_told_to_an_origin_once_and_days_of_a_pause_are_made_up_for(nodes, gavirate, ispra, maria):
    next_morning(nodes)
    tells(ispra)
    tells(ispra)
    asked = ispra.asks(lambda session: session.scalars(select(Question.recipient)).all())
    assert asked == ["gavirate"], "once, and nobody whose profiles are not here"
    for _ in range(3):
        next_morning(nodes)
    tells(ispra)
    assert len(ispra.asks(lambda session: session.scalars(select(SentViews.day)).all())) == 4


def test_a_letter_to_a_key_that_has_changed_is_sent_again(nodes, gavirate, ispra, maria):
    next_morning(nodes)
    tells(ispra)
    with transaction(ispra.desk) as session:
        question = letters.outstanding(session)[0]
        letters.close(session, question, letters.NEW_KEY, ispra.clock())
    tells(ispra)
    tells(ispra)
    standing = ispra.asks(letters.outstanding)
    assert len(standing) == 1
    assert standing[0].id != question.id


def test_a_node_that_does_not_know_the_topic_holds_the_letter_until_it_does(nodes, gavirate, ispra, maria):
    gavirate.topics = ()
    gavirate.restart()
    assert gavirate.opening.attempt()
    next_morning(nodes)
    tells(ispra)
    exchange(nodes)
    held = gavirate.asks(letters.held)
    assert [each.problem.partition(":")[0] for each in held] == ["topic"]
    assert len(ispra.asks(letters.outstanding)) == 1

    gavirate.topics = digests.TOPICS
    gavirate.restart()
    assert gavirate.opening.attempt()
    exchange(nodes)
    exchange(nodes)
    assert gavirate.asks(letters.held) == []
    assert ispra.asks(letters.outstanding) == []
    assert gavirate.asks(lambda session: session.get(AwaitedViews, ("ispra", yesterday(gavirate)))).told_at


def test_views_of_records_that_are_not_ours_are_refused_with_a_reason(gavirate, maria):
    _person, record = maria
    assert take(gavirate, yesterday(gavirate), view(record), view("fremde-akte")) == {"refused": "record"}
    assert counts(gavirate) == []


def test_a_day_that_is_not_over_or_long_past_is_refused_with_a_reason(gavirate, maria):
    _person, record = maria
    assert take(gavirate, yesterday(gavirate) + DAY, view(record)) == {"refused": "future"}
    assert take(gavirate, yesterday(gavirate) - 40 * DAY, view(record)) == {"refused": "past"}
    assert counts(gavirate) == []
    with pytest.raises(NotOpened):
        take(gavirate, yesterday(gavirate), {"record": record})


def test_what_was_told_of_a_day_is_not_taken_back_by_a_smaller_letter(gavirate, maria):
    _person, record = maria
    day = yesterday(gavirate)
    assert take(gavirate, day, view(record, count=3)) == {}
    assert take(gavirate, day, view(record)) == {}
    assert take(gavirate, day) == {}
    assert counts(gavirate) == [3]
    assert take(gavirate, day, view(record, hour=10)) == {}
    assert counts(gavirate) == [3, 1]


def test_a_member_cannot_fill_our_database_with_views(gavirate, maria, monkeypatch):
    monkeypatch.setattr(digests, "ROWS_MAX", 2)
    _person, record = maria
    assert take(gavirate, yesterday(gavirate), *(view(record, hour=hour) for hour in range(3))) == {"refused": "many"}


def test_of_who_was_forgotten_meanwhile_nothing_is_kept(gavirate, maria):
    person, record = maria
    with transaction(gavirate.desk) as session:
        assert KEEPER.erase(session, person) == [record]
        session.execute(delete(Candidate).where(Candidate.ref == person))
        register.erase(session, record)
    assert take(gavirate, yesterday(gavirate), view(record)) == {}
    assert counts(gavirate) == []


def test_a_refusal_stays_with_the_day_that_it_is_about(ispra):
    with transaction(ispra.desk) as session:
        session.add(SentViews(origin="gavirate", day=yesterday(ispra), questions=["frage"]))
        session.flush()
        digests.note_taken(session, Letter("gavirate", "frage", {"refused": "record"}))
        assert session.get(SentViews, ("gavirate", yesterday(ispra))).refused == "record"


def test_she_reads_on_paper_who_looked_and_who_has_not_said(client, desk, maria_here):
    person, record = maria_here
    with transaction(desk) as session:
        day = clock.today() - 2 * DAY
        session.add(AwaitedViews(member="ispra", day=day))
        session.add(ReportedView(member="varese", day=day, record=record, person=person, **_rest()))
    page = client.get(f"/desk/persone/{person}/diffusione/viste").text
    assert "varese, dalle 09:00 alle 09:59: operatore, «Cerco chi proporre per un’offerta»" in page
    assert "Non pervenuto: ispra." in page.replace("</p>", "")
    assert f"/desk/persone/{person}/diffusione/viste" in client.get(f"/desk/persone/{person}").text
    paper = client.get(f"/desk/persone/{person}/dati").text
    assert "varese · alle 09 · operatore" in paper, "who is no member any more is told by the id"
    assert "non pervenuto da ispra" in paper


def test_on_paper_comuni_have_names_and_in_the_file_their_ids(client, desk, config, tmp_path, maria_here):
    person, record = maria_here
    with transaction(desk) as session:
        day = clock.today() - 2 * DAY
        session.add(AwaitedViews(member="ispra", day=day))
        session.add(AwaitedViews(member="ispra", day=day - DAY, told_at=clock.now()))
        session.add(ReportedView(member="ispra", day=day - DAY, record=record, person=person, **_rest()))
        asked = {"member": "ispra", "question": "q", "channel": "persona", "asked_at": clock.now(), "asked_by": "prova"}
        session.add(Transfer(person=person, **asked))
    with in_one_network(tmp_path, config):
        paper = client.get(f"/desk/persone/{person}/dati").text
        told = client.get(f"/desk/persone/{person}/dati?formato=json").json
    assert "Ispra · alle 09 · operatore" in paper
    assert "non pervenuto da Ispra" in paper
    assert "<dd>Ispra</dd>" in paper
    assert "ispra" not in paper.replace("ispra.example", "")
    assert told["Chi può vedere il profilo"]["reported_view"][0]["member"] == "ispra"
    assert told["Trasferimenti"]["transfer"][0]["member"] == "ispra"


@pytest.fixture
def maria_here(desk, counter, several):
    """The same at a desk alone."""
    with clock.at(clock.now() - 5 * DAY), transaction(desk) as session:
        counter(session)
        maria, *_others = several(session, 5)
        profile = publishing._opened(maria, register.MEMBERS, clock.now())
        publishing._keep(session, profile, {"desk": "sportello", "occupations": ["5223"]}, None)
        return maria.ref, profile.id


def _rest():
    return {"role": "operatore", "purpose": "offerta", "hour": 9, "count": 1}
