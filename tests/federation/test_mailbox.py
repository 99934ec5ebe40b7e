"""Two desks speak through sealed records; neither a crash, nor a restore, nor a replay has anything said twice or lost."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from federation import letters, mailbox, register, replica, trust
from federation.keys import SealingKey
from federation.letters import NotAsked, Question, Received, answer_to, ask, letter_in
from federation.mailbox import Topic
from federation.recovery import Lost
from federation.register import RegisterRow
from federation.sealing import Address, NotOpened, seal, sealed_to
from tests.federation.nodes import DeskNode, change_member, share_roster, small_network, transaction, turn

WEEK = timedelta(days=7)


class Clerk:
    """Deals with questions about the weather, and remembers each that it was given."""

    def __init__(self):
        self.asked, self.told = [], []
        self.fault = None

    def answer(self, _session, letter):
        if self.fault is not None:
            raise self.fault
        self.asked.append(letter)
        return {"weather": "nebbia", "to": letter.content.get("day")}

    def answered(self, _session, letter):
        self.told.append(letter)

    @property
    def topic(self):
        return Topic("weather", self.answer, self.answered)


@contextmanager
def network(folder, desk_urls=None):
    def with_clerk(folder, name):
        node = DeskNode(folder, name, desk_url=desk_urls and desk_urls(name))
        node.clerk = Clerk()
        node.topics = (node.clerk.topic,)
        return node

    with small_network(folder, make=with_clerk) as nodes:
        for node in nodes.values():
            node.restart()
            assert node.opening.attempt()
        yield nodes


@pytest.fixture
def nodes(tmp_path):
    """somma-lombardo is the capofila of gavirate and ispra; each has a desk that can be asked about the weather."""
    with network(tmp_path) as opened:
        yield opened


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


@pytest.fixture
def somma(nodes):
    return nodes["somma-lombardo"]


def asks(node, recipient="ispra", content=None, topic="weather", life=WEEK):
    with transaction(node.desk) as session:
        content = content or {"day": "sabato"}
        now = node.clock()
        return ask(session, node.store.current(), node.id, recipient, topic, content, now + life, now)


def question(node, name):
    return node.asks(lambda session: session.get(Question, name))


def received(node, origin, name):
    return node.asks(lambda session: session.get(Received, (origin, name)))


def says(node, name):
    """What the register of a node says of a record: `waiting`, `published`, `withdrawn`, None."""
    return node.asks(register.status_of, name)


def publishes_sealed(node, id, body, recipient="ispra", kind="message"):
    with transaction(node.desk) as session:
        register.publish(session, kind, id, sealed_to(recipient), body, node.clock() + WEEK)


def message(node, id, to, address=None, **told):
    """A sealed body as this node would make it, or with another address inside."""
    told = {"topic": "weather", "content": {}} | told
    return seal(told, address or Address(node.id, to.id, "message", id), to.sealing.public)


def why_held(node):
    return [(each.origin, each.id, each.problem.partition(":")[0]) for each in node.asks(letters.held)]


def pass_(nodes, **span):
    for node in nodes.values():
        node.skew += timedelta(**span)


def test_a_question_is_answered_and_both_are_taken_back(nodes, gavirate, ispra):
    name = asks(gavirate)
    answer = answer_to("gavirate", name)
    assert [each.id for each in gavirate.asks(letters.outstanding)] == [name]
    turn(*nodes.values())
    assert ispra.clerk.asked == [("gavirate", name, {"day": "sabato"})]
    turn(*nodes.values())
    assert gavirate.clerk.told == [("ispra", name, {"weather": "nebbia", "to": "sabato"})]
    assert question(gavirate, name).outcome == "answered"
    assert says(ispra, answer) == "published"
    turn(*nodes.values())
    assert (says(gavirate, name), says(ispra, answer)) == ("withdrawn", "withdrawn")
    turn(*nodes.values())
    assert gavirate.asks(letters.outstanding) == []
    assert gavirate.held() | ispra.held() == set()
    assert len(ispra.clerk.asked) == len(gavirate.clerk.told) == 1


def test_either_database_keeps_an_exchange(tmp_path, new_database_url):
    with network(tmp_path, new_database_url) as nodes:
        name = asks(nodes["gavirate"])
        for _ in range(4):
            turn(*nodes.values())
        assert question(nodes["gavirate"], name).outcome == "answered"
        assert received(nodes["ispra"], "gavirate", name).withdrawn_at is not None
        pass_(nodes, days=5)
        assert nodes["gavirate"].asks(letters.outstanding) == []


def test_a_third_member_is_not_given_it_and_could_not_open_it(nodes, gavirate, ispra, somma):
    name = asks(gavirate)
    turn(*nodes.values())
    assert somma.copy_of("gavirate", name) is None
    copy = ispra.copy_of("gavirate", name)
    assert copy.problem is None
    assert letter_in(copy, "ispra", ispra.sealing)["content"] == {"day": "sabato"}
    for recipient in ("ispra", "somma-lombardo"):
        with pytest.raises(NotOpened):
            letter_in(copy, recipient, somma.sealing)
    somma.hold(copy.line)
    turn(*nodes.values())
    assert somma.clerk.asked == []
    assert why_held(somma) == []


def test_no_word_of_a_letter_stands_in_a_database(nodes, gavirate, ispra):
    asks(gavirate, content={"day": "parola-unica-al-mondo"})
    for _ in range(3):
        turn(*nodes.values())
    assert len(gavirate.clerk.told) == 1
    for node in nodes.values():
        for file in (each for each in node.folder.rglob("*") if each.is_file()):
            assert b"parola-unica-al-mondo" not in file.read_bytes(), file


def test_a_question_without_a_recipient_is_refused(gavirate, somma):
    for recipient in ("vergiate", "gavirate"):
        with pytest.raises(NotAsked, match="member"):
            asks(gavirate, recipient)
    change_member(somma, "ispra", sealing=None)
    share_roster(somma, gavirate)
    with pytest.raises(NotAsked, match="key"):
        asks(gavirate)
    assert gavirate.asks(letters.outstanding) == []


@pytest.mark.parametrize(
    "address",
    [
        Address("somma-lombardo", "ispra", "message", "odd-1"),
        Address("gavirate", "somma-lombardo", "message", "odd-1"),
        Address("gavirate", "ispra", "receipt", "odd-1"),
        Address("gavirate", "ispra", "message", "another-1"),
    ],
    ids=["origin", "recipient", "kind", "id"],
)
def test_a_letter_that_says_otherwise_inside_is_held_and_refused(nodes, gavirate, ispra, address):
    publishes_sealed(gavirate, "odd-1", message(gavirate, "odd-1", ispra, address))
    turn(*nodes.values())
    assert [each[:2] for each in why_held(ispra)] == [("gavirate", "odd-1")]
    assert ispra.clerk.asked == []
    turn(*nodes.values())
    assert refusal_of(gavirate, ispra, "odd-1") == {"reason": why_held(ispra)[0][2]}
    assert ispra.copy_of("gavirate", "odd-1").used, "it is kept and passed on"
    gavirate.wish("odd-1")
    turn(*nodes.values())
    assert why_held(ispra) == []
    assert says(ispra, answer_to("gavirate", "odd-1")) == "withdrawn"


def refusal_of(asker, other, name):
    """What the other has said of a letter that it could not read, as its copy at the asker's tells; None for nothing."""
    copy = asker.copy_of(other.id, answer_to(asker.id, name))
    told = copy and letter_in(copy, asker.id, asker.sealing)
    return told and told["content"]


def test_whose_letter_is_not_read_learns_the_reason_and_is_answered_when_it_is_read_at_last(nodes, gavirate, ispra):
    name = asks(gavirate, topic="tides")
    for _ in range(2):
        turn(*nodes.values())
    waiting = question(gavirate, name)
    assert (waiting.unread, waiting.closed_at) == ("topic", None)
    assert why_held(ispra) == [("gavirate", name, "topic")]
    assert says(ispra, answer_to("gavirate", name)) == "published"
    assert ispra.asks(lambda session: letters.not_taken_back(session, ispra.clock() + WEEK)) == []
    for node in (gavirate, ispra):
        node.topics = (Topic("tides", node.clerk.answer, node.clerk.answered),)
        node.restart()
        assert node.opening.attempt()
    for _ in range(3):
        turn(*nodes.values())
    assert question(gavirate, name).outcome == "answered"
    assert len(gavirate.clerk.told) == len(ispra.clerk.asked) == 1
    assert why_held(ispra) == []


def test_a_reason_is_signed_once_however_often_the_letter_is_tried(nodes, gavirate, ispra):
    name = asks(gavirate, topic="tides")
    turn(*nodes.values())
    turn(*nodes.values())
    first = gavirate.copy_of("ispra", answer_to("gavirate", name)).seq
    for _ in range(3):
        pass_(nodes, minutes=2)
        turn(*nodes.values())
    assert gavirate.copy_of("ispra", answer_to("gavirate", name)).seq == first


def test_an_answer_that_cannot_be_read_is_never_refused(nodes, gavirate, ispra, somma):
    publishes_sealed(gavirate, "odd-5", message(gavirate, "odd-5", ispra, answers="never-asked"))
    name = asks(gavirate)
    turn(*nodes.values())
    assert says(ispra, answer_to("gavirate", "odd-5")) is None
    exchange_key(gavirate, somma)
    turn(*nodes.values())
    assert ("ispra", answer_to("gavirate", name), "key") in why_held(gavirate)
    assert says(gavirate, answer_to("ispra", answer_to("gavirate", name))) is None


def test_reasons_are_not_given_without_end(nodes, gavirate, ispra, monkeypatch):
    monkeypatch.setattr(mailbox, "REFUSED_MAX", 2)
    names = [asks(gavirate, topic="tides") for _ in range(4)]
    turn(*nodes.values())
    assert len(why_held(ispra)) == 4
    assert [says(ispra, answer_to("gavirate", name)) for name in names].count("waiting") == 2


@pytest.mark.parametrize(
    "told",
    [{"content": {"reason": "boredom"}}, {"content": {}}, {"answers": "never-asked", "content": {"reason": "key"}}],
)
def test_a_reason_that_is_none_or_about_nothing_is_held(nodes, gavirate, ispra, told):
    name = asks(gavirate)
    odd = answer_to("gavirate", name)
    ispra.clerk.fault = OSError("busy")
    turn(*nodes.values())
    publishes_sealed(
        ispra, odd, message(ispra, odd, gavirate, **{"topic": "unread", "answers": name} | told), "gavirate"
    )
    turn(*nodes.values())
    assert ("ispra", odd, "content") in why_held(gavirate)
    assert question(gavirate, name).unread is None


def test_a_letter_copied_out_of_another_members_statement_is_held(nodes, gavirate, ispra, somma):
    name = asks(gavirate)
    turn(*nodes.values())
    body = ispra.copy_of("gavirate", name).body
    publishes_sealed(somma, name, body)
    turn(*nodes.values())
    assert ("somma-lombardo", name, "form") in why_held(ispra)
    assert [letter.member for letter in ispra.clerk.asked] == ["gavirate"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"topic": "horoscope"}, "topic"),
        ({"topic": 7}, "content"),
        ({"content": []}, "content"),
        ({"answers": "never-asked"}, "content"),
    ],
)
def test_a_letter_that_nobody_here_understands_is_held(nodes, gavirate, ispra, told, code):
    publishes_sealed(gavirate, "odd-2", message(gavirate, "odd-2", ispra, **told))
    turn(*nodes.values())
    assert why_held(ispra) == [("gavirate", "odd-2", code)]


def test_what_has_not_the_form_of_a_sealed_record_is_held_by_whoever_has_it(nodes, gavirate, ispra):
    publishes_sealed(gavirate, "odd-3", {"words": "in the clear"})
    turn(*nodes.values())
    assert ispra.copy_of("gavirate", "odd-3").problem.startswith("body:")
    assert why_held(ispra) == []


def test_an_answer_that_another_gives_is_held_and_the_question_stays(nodes, gavirate, ispra, somma):
    name = asks(gavirate)
    answer = answer_to("gavirate", name)
    publishes_sealed(somma, answer, message(somma, answer, gavirate, answers=name), recipient="gavirate")
    turn(*nodes.values())
    assert why_held(gavirate) == [("somma-lombardo", answer, "content")]
    assert question(gavirate, name).closed_at is None
    turn(*nodes.values())
    assert [letter.member for letter in gavirate.clerk.told] == ["ispra"]


def test_a_letter_whose_handling_fails_holds_up_no_other_and_is_tried_again(nodes, gavirate, ispra):
    ispra.clerk.fault = OSError("the disk is full")
    name = asks(gavirate)
    publishes_sealed(gavirate, "odd-4", message(gavirate, "odd-4", ispra, topic="horoscope"))
    turn(*nodes.values())
    assert {each[1:] for each in why_held(ispra)} == {(name, "fault"), ("odd-4", "topic")}
    assert says(ispra, answer_to("gavirate", name)) is None
    ispra.clerk.fault = None
    turn(*nodes.values())
    turn(*nodes.values())
    assert question(gavirate, name).outcome == "answered"
    assert why_held(ispra) == [("gavirate", "odd-4", "topic")]


def test_words_that_a_handler_does_not_take_are_held(nodes, gavirate, ispra):
    ispra.clerk.fault = NotOpened("content", "no such day")
    name = asks(gavirate)
    turn(*nodes.values())
    assert why_held(ispra) == [("gavirate", name, "content")]


def test_a_crash_before_the_end_of_the_transaction_neither_loses_nor_doubles_the_answer(nodes, gavirate, ispra):
    ispra.attend()
    name = asks(gavirate)
    gavirate.sign()
    ispra.puller.due(ispra.clock())
    ispra.puller.pull("gavirate")

    @contextmanager
    def power_cut(database):
        with database.writing() as session:
            yield session
        raise SystemExit

    ispra.mailbox._transaction = power_cut
    with pytest.raises(SystemExit):
        ispra.attend()
    assert received(ispra, "gavirate", name) is None
    assert says(ispra, answer_to("gavirate", name)) is None
    ispra.restart()
    assert ispra.opening.attempt()
    for _ in range(3):
        turn(*nodes.values())
        ispra.restart()
        assert ispra.opening.attempt()
    assert len(ispra.clerk.asked) == 2, "the first time was undone with all that it had written"
    assert len(gavirate.clerk.told) == 1
    assert answers_of(ispra) == [answer_to("gavirate", name)]


def answers_of(node):
    return list(node.asks(lambda session: session.scalars(select(RegisterRow.id).filter_by(kind="message")).all()))


def test_a_replay_is_never_handled_twice(nodes, gavirate, ispra):
    name = asks(gavirate)
    turn(*nodes.values())
    line = ispra.copy_of("gavirate", name).line
    for _ in range(3):
        turn(*nodes.values())
    with ispra.replica.writing() as session:
        copy = session.get(replica.Copy, ("gavirate", name))
        session.delete(copy)
        for match in session.scalars(select(replica.Match)):
            session.delete(match)
        session.commit()
    ispra.hold(line)
    ispra.restart()
    assert ispra.opening.attempt()
    ispra.attend()
    assert len(ispra.clerk.asked) == 1
    assert says(ispra, answer_to("gavirate", name)) == "withdrawn"


def test_what_was_handled_is_remembered_90_days_beyond_the_end_of_the_question(nodes, gavirate, ispra):
    name = asks(gavirate)
    for _ in range(4):
        turn(*nodes.values())
    for node, row in ((ispra, lambda: received(ispra, "gavirate", name)), (gavirate, lambda: question(gavirate, name))):
        node.skew += timedelta(days=96)
        node.mailbox.run_once()
        assert row() is not None
        node.skew += timedelta(days=2)
        node.mailbox.run_once()
        assert row() is None


def test_a_recipient_that_was_restored_answers_once(nodes, gavirate, ispra):
    backup = ispra.backup()
    name = asks(gavirate)
    turn(*nodes.values())
    ispra.sign()
    gavirate.puller.pull("ispra")
    ispra.put_back(backup)
    assert ispra.opening.attempt()
    assert received(ispra, "gavirate", name) is None
    for _ in range(4):
        turn(*nodes.values())
    assert len(gavirate.clerk.told) == 1
    assert answers_of(ispra) == [answer_to("gavirate", name)]
    assert says(ispra, answer_to("gavirate", name)) == "withdrawn"


def test_questions_that_a_restore_has_forgotten_are_withdrawn(nodes, gavirate, ispra):
    backup = gavirate.backup()
    name = asks(gavirate)
    turn(*nodes.values())
    gavirate.put_back(backup)
    assert gavirate.opening.attempt()
    assert says(gavirate, name) != "withdrawn"
    with transaction(gavirate.desk) as session:
        letters.take_back(session, gavirate.lost, gavirate.clock())
    for _ in range(3):
        turn(*nodes.values())
    assert says(gavirate, name) == "withdrawn"
    assert says(ispra, answer_to("gavirate", name)) == "withdrawn"
    assert gavirate.clerk.told == []


def test_a_question_that_others_know_as_withdrawn_is_over_after_a_restore(gavirate):
    name = asks(gavirate)
    with transaction(gavirate.desk) as session:
        lost = Lost("message", name, "sealed:ispra", None, was_known=True)
        letters.take_back(session, [lost], gavirate.clock())
    assert question(gavirate, name).outcome == "restored"


def test_a_recipient_with_a_new_key_does_not_open_the_question_and_the_asker_is_told_at_once(
    nodes, gavirate, ispra, somma
):
    name = asks(gavirate)
    exchange_key(ispra, somma)
    share_roster(somma, gavirate, ispra)
    turn(*nodes.values())
    assert why_held(ispra) == [("gavirate", name, "key")]
    assert question(gavirate, name).outcome == "key"
    turn(*nodes.values())
    assert why_held(ispra) == []
    believe(gavirate, ispra)
    again = asks(gavirate)
    for _ in range(2):
        turn(*nodes.values())
    assert question(gavirate, again).outcome == "answered"


def believe(node, other):
    """Somebody at a node has compared the other's new key."""
    with transaction(node.desk) as session:
        trust.confirm(session, other.member(), other.sealing.public.kid, node.clock())


def exchange_key(node, capofila):
    node.sealing = SealingKey.generate()
    change_member(capofila, node.id, sealing=node.sealing.jwk())
    node.restart()
    assert node.opening.attempt()


def test_an_asker_that_cannot_open_the_answer_any_more_ends_its_question(nodes, gavirate, ispra, somma):
    name = asks(gavirate)
    turn(*nodes.values())
    exchange_key(gavirate, somma)
    turn(*nodes.values())
    assert why_held(gavirate) == [("ispra", answer_to("gavirate", name), "key")]
    assert question(gavirate, name).outcome == "key"
    for _ in range(2):
        turn(*nodes.values())
    assert says(ispra, answer_to("gavirate", name)) == "withdrawn"


def test_an_asker_without_a_key_is_not_answered_until_it_has_one(nodes, gavirate, ispra, somma):
    name = asks(gavirate)
    change_member(somma, "gavirate", sealing=None)
    share_roster(somma, ispra)
    turn(*nodes.values())
    assert why_held(ispra) == [("gavirate", name, "reply")]
    change_member(somma, "gavirate", sealing=gavirate.sealing.jwk())
    share_roster(somma, ispra)
    for _ in range(2):
        turn(*nodes.values())
    assert question(gavirate, name).outcome == "answered"


def test_an_answer_that_was_on_its_way_when_the_key_changed_is_still_taken(nodes, gavirate, ispra, somma):
    name = asks(gavirate)
    turn(*nodes.values())
    change_member(somma, "ispra", sealing=SealingKey.generate().jwk())
    share_roster(somma, gavirate)
    gavirate.attend()
    assert question(gavirate, name).outcome == "key"
    turn(*nodes.values())
    assert question(gavirate, name).outcome == "answered"
    assert len(gavirate.clerk.told) == 1


def test_a_member_that_writes_without_end_is_held_and_the_others_are_answered(
    nodes, gavirate, ispra, somma, monkeypatch
):
    monkeypatch.setattr(mailbox, "REMEMBERED_MAX", 5)
    names = [asks(gavirate) for _ in range(8)]
    other = asks(somma)
    turn(*nodes.values())
    assert [letter.member for letter in ispra.clerk.asked].count("gavirate") == 5
    assert [each[2] for each in why_held(ispra)] == ["quota"] * 3
    assert received(ispra, "somma-lombardo", other).answered_at is not None
    answered = [name for name in names if says(ispra, answer_to("gavirate", name))]
    assert len(answered) == 5


def test_the_letters_of_a_removed_member_are_closed(nodes, gavirate, ispra, somma):
    asked_of, asked_by = asks(gavirate), asks(ispra, "gavirate")
    turn(*nodes.values())
    answer = answer_to("ispra", asked_by)
    assert says(gavirate, answer) is not None
    somma.capofila.remove_member("ispra")
    share_roster(somma, gavirate)
    gavirate.attend()
    assert question(gavirate, asked_of).outcome == "left"
    assert says(gavirate, answer) == "withdrawn"


def test_a_question_that_is_not_answered_is_late_and_ends_with_its_time(nodes, gavirate):
    name = asks(gavirate, life=timedelta(hours=2))
    gavirate.skew += timedelta(minutes=59)
    assert not question(gavirate, name).is_late(gavirate.clock())
    gavirate.skew += timedelta(minutes=2)
    assert question(gavirate, name).is_late(gavirate.clock())
    gavirate.skew += timedelta(hours=1)
    gavirate.mailbox.run_once()
    assert question(gavirate, name).outcome == "unanswered"
    assert not question(gavirate, name).is_late(gavirate.clock())


def test_an_answer_that_nobody_takes_back_is_late_and_ends_with_the_question(nodes, gavirate, ispra):
    name = asks(gavirate)
    turn(*nodes.values())
    assert ispra.asks(letters.not_taken_back, ispra.clock()) == []
    ispra.skew += timedelta(hours=1)
    [late] = ispra.asks(letters.not_taken_back, ispra.clock())
    assert (late.origin, late.id) == ("gavirate", name)
    ispra.skew += WEEK
    ispra.mailbox.run_once()
    assert ispra.asks(letters.not_taken_back, ispra.clock()) == []
    assert says(ispra, answer_to("gavirate", name)) == "withdrawn"
