"""What this desk has asked of others, what it was asked, and how each exchange stands.

The words of a letter are not here: they stay sealed in the register and in the copies, and are opened when somebody reads
them. What is kept is what the machine (mailbox.py) must not forget, and what a person at the desk wants to know: who has
not answered, since when, and why a letter was not opened.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import ColumnElement, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation import register
from federation.database import UtcDateTime
from federation.keys import SealingKey
from federation.members import Roster
from federation.recovery import Lost, of_kind
from federation.register import RegisterBase
from federation.replica import Copy
from federation.sealing import Address, NotOpened, recipient_key, seal, sealed_to, unseal
from federation.trust import key_to
from schemas.sealed import MessageDocument

KIND = "message"
LATE_AFTER = timedelta(hours=1)
"""A node answers by itself within minutes of being reached."""
UNREAD = "unread"
"""The topic of an answer which says that the question could not be read, and why: one of UNREAD_REASONS."""
UNREAD_REASONS = ("form", "key", "seal", "content", "topic")
ANSWERED, UNANSWERED, NEW_KEY, LEFT, FORGOTTEN = "answered", "unanswered", "key", "left", "restored"

_MESSAGE = MessageDocument()


class Question(RegisterBase):
    """What we have asked of another desk. `kid` is the key to which it was sealed, `outcome` how it ended.

    Outcomes: `answered`; `unanswered` (its time ran out); `key` (the recipient, or we, have another sealing key now);
    `left` (the recipient is no member any more); `restored` (our database was put back, and others know it as withdrawn).
    `unread` is why the recipient could not read it so far, one of UNREAD_REASONS: it tries again, and the question stays open.
    """

    __tablename__ = "mailbox_question"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer_id: Mapped[str] = mapped_column(String(64), unique=True)
    recipient: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(32))
    kid: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    unread: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (Index("ix_mailbox_question_topic_recipient", "topic", "recipient", "asked_at"),)

    @property
    def ref(self) -> str:
        return self.id

    def is_late(self, now: datetime) -> bool:
        return self.closed_at is None and now - self.asked_at >= LATE_AFTER


class Received(RegisterBase):
    """What another desk has sent us: a question that was handled, or what could not be opened, with the `problem`.

    What could not be opened has an `answer_id` as well once its sender has been told why, and no `answered_at`.
    `until` is the end of the statement that carried it. Words are never kept here.
    """

    __tablename__ = "mailbox_received"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(String(500))
    topic: Mapped[str | None] = mapped_column(String(32))
    answer_id: Mapped[str | None] = mapped_column(String(64))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


IS_OPEN: ColumnElement[bool] = Question.closed_at.is_(None)
IS_STANDING: ColumnElement[bool] = Received.answer_id.is_not(None) & Received.withdrawn_at.is_(None)


class NotAsked(ValueError):
    """A question that cannot be sent.

    `code` is `member` (nobody else of that id), `key` (it has no sealing key) or `unconfirmed` (its key has changed, and
    nobody has compared the new one).
    """

    def __init__(self, code: str, recipient: str) -> None:
        super().__init__(f"{code}: {recipient}")
        self.code = code


def answer_to(origin: str, question: str) -> str:
    """The id of the answer to the question of this id that `origin` has asked."""
    return hashlib.sha256(f"{origin} {question}".encode()).hexdigest()[:40]


def ask(
    session: Session,
    roster: Roster,
    origin: str,
    recipient: str,
    topic: str,
    content: dict[str, Any],
    until: datetime,
    now: datetime,
) -> str:
    """Send a question from `origin`, this node, and return its id; it is withdrawn when answered, at the latest `until`.

    Raises NotAsked; ValueError for words that do not fit. A caller commits.
    """
    member = roster.members.get(recipient)
    if member is None or recipient == origin:
        raise NotAsked("member", recipient)
    key = key_to(session, member, now)
    if key is None:
        raise NotAsked("key" if recipient_key(member.sealing) is None else "unconfirmed", recipient)
    address = Address(origin, recipient, KIND, register.new_id())
    body = seal({"topic": topic, "content": content}, address, key)
    register.publish(session, KIND, address.id, sealed_to(recipient), body, until)
    asked = Question(id=address.id, answer_id=answer_to(origin, address.id), recipient=recipient, topic=topic)
    asked.kid, asked.asked_at, asked.until = key.kid, now, until
    session.add(asked)
    session.flush()
    return address.id


def letter_in(copy: Copy, recipient: str, key: SealingKey) -> dict[str, Any]:
    """What a message says (`topic`, `answers`?, `content`), opened now and kept nowhere. Raises NotOpened."""
    content = unseal(copy.body, Address(copy.origin, recipient, copy.kind, copy.id), key)
    try:
        told: dict[str, Any] = _MESSAGE.load(content)
    except ValidationError as fault:
        raise NotOpened("content", f"not a message: {fault.normalized_messages()}") from fault
    return told


def outstanding(session: Session) -> Sequence[Question]:
    """What we have asked and nobody has answered yet, the oldest first."""
    return session.scalars(select(Question).where(IS_OPEN).order_by(Question.asked_at, Question.id)).all()


def not_taken_back(session: Session, now: datetime) -> Sequence[Received]:
    """Our answers of which the asker has long not said that they have reached it."""
    wanted = select(Received).where(IS_STANDING, Received.answered_at <= now - LATE_AFTER)
    return session.scalars(wanted.order_by(Received.answered_at, Received.origin)).all()


def held(session: Session) -> Sequence[Received]:
    """What was sent to us and could not be opened, with the reason, the latest first."""
    wanted = select(Received).where(Received.problem.is_not(None))
    return session.scalars(wanted.order_by(Received.tried_at.desc(), Received.origin, Received.id)).all()


def latest(session: Session, topic: str) -> dict[str, Question]:
    """By recipient, the last question that we have asked under this topic."""
    wanted = select(Question).where(Question.topic == topic).order_by(Question.asked_at, Question.id)
    return {question.recipient: question for question in session.scalars(wanted)}


def take_back(session: Session, lost: Sequence[Lost], now: datetime) -> None:
    """After a restore: what others hold of our letters, and our database does not know, is withdrawn.

    An answer to a question that still stands will be given again, under its own id.
    """
    known = {*session.scalars(select(Question.id).where(IS_OPEN))}
    known |= {*session.scalars(select(Received.answer_id).where(IS_STANDING))}
    for each in of_kind(lost, KIND).values():
        question = session.get(Question, each.id)
        if each.body is None and question is not None and question.closed_at is None:
            close(session, question, FORGOTTEN, now)
        elif each.body is not None and each.id not in known:
            register.withdraw(session, each.id)


def close(session: Session, question: Question, outcome: str, now: datetime) -> None:
    """End an exchange that we have begun: the question is withdrawn. A caller commits."""
    question.closed_at, question.outcome = now, outcome
    register.withdraw(session, question.id)
