"""Two desks speak to each other through the register: a question, its answer, and both taken back.

Both are ordinary records, sealed to one desk: they are signed, relayed, repaired and expire like all others, and who
carries them sees who writes to whom, when, and how big. The life of an exchange is four statements: the question, the
answer, the withdrawal of the question, the withdrawal of the answer.

Nothing here needs to be said twice or can be said twice. The answer's id follows from the question's, so an answer given
again after a crash or a restore takes the place of the first. What was handled is remembered in the desk's database, in
the transaction that holds the answer and whatever the handler wrote, until long after the question can still be valid: a
replay finds it there. The words themselves are not kept: they are opened when somebody reads them.

A question that cannot be read is held and tried again, and its sender is told the reason in the answer's place, under the
answer's id: should it be read after all, the answer takes the place of the reason.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from federation import receipts, register, replica
from federation.database import Database
from federation.keys import SealingKey
from federation.letters import (
    ANSWERED,
    IS_OPEN,
    IS_STANDING,
    KIND,
    LEFT,
    NEW_KEY,
    UNANSWERED,
    UNREAD,
    UNREAD_REASONS,
    Question,
    Received,
    answer_to,
    close,
    letter_in,
    outstanding,
)
from federation.members import Roster
from federation.replica import Copy
from federation.roster import RosterStore
from federation.sealing import Address, NotOpened, recipient_key, seal, sealed_to, unseal
from federation.trust import has_news, key_to, meet
from schemas.statement import WITHDRAWAL_LIFE

PAGE = 100
REMEMBERED = WITHDRAWAL_LIFE
"""So long after the end of a question its id is known as handled."""
REMEMBERED_MAX = 10_000
"""Letters of one origin: a hostile one must not fill our database, nor have us sign without end."""
REFUSED_MAX = 100
"""Letters of one origin of which it is told, at one time, that they cannot be read."""
TRY_AGAIN_AFTER = timedelta(minutes=1)

_log = logging.getLogger(__name__)


class Letter(NamedTuple):
    """What a handler is given: who wrote, the id of the question that it is about, and the words."""

    member: str
    question: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Topic:
    """What can be asked under a name, and who deals with it, in the transaction in which the exchange is noted.

    `answer` gives the words of the answer; `answered` is told the answer to what we have asked. Either may raise NotOpened
    (`content`) for words that make no sense: the letter is then held.
    """

    name: str
    answer: Callable[[Session, Letter], dict[str, Any]]
    answered: Callable[[Session, Letter], None]


class Mailbox:
    """Reads what is sealed to this node and keeps the exchanges going. One worker runs it; its rounds may be cut off anywhere.

    `transaction` opens one that writes on the desk's database, committed at its end.
    """

    def __init__(
        self,
        origin: str,
        desk: Database,
        replica: Database,
        roster: RosterStore,
        key: SealingKey,
        clock: Callable[[], datetime],
        transaction: Callable[[Database], AbstractContextManager[Session]],
        topics: Iterable[Topic],
    ) -> None:
        self._origin = origin
        self._desk = desk
        self._replica = replica
        self._roster = roster
        self._key = key
        self._clock = clock
        self._transaction = transaction
        self._topics = {topic.name: topic for topic in topics}
        self._place: tuple[str, int] = ("", 0)
        self._met: int | None = None
        self._again_at = datetime.min.replace(tzinfo=UTC)

    def run_once(self) -> None:
        """Take what has come since the last round (after a start: all that is there), and end what is over.

        Only to be called while the register may be published: before that it may be one that was put back.
        """
        roster = self._roster.current()
        if roster is None:
            return
        self._meet(roster)
        is_more = True
        while is_more:
            copies, place, is_more = self._changes()
            self._take(copies, roster)
            self._place = place
        self._try_again(roster)
        self._tidy(roster)

    def _meet(self, roster: Roster) -> None:
        """Take note of whose key is new, whenever the roster is."""
        if roster.version == self._met:
            return
        with self._desk.reading() as session:
            is_news = has_news(session, roster)
        if is_news:
            with self._transaction(self._desk) as session:
                meet(session, roster, self._clock())
        self._met = roster.version

    def _changes(self) -> tuple[Sequence[Copy], tuple[str, int], bool]:
        """What happened to records sealed to us since the place where we are, the place after it, and whether it goes on."""
        with self._replica.reading() as session:
            state = replica.state(session)
            feed, after = self._place
            if feed != state.feed:
                after = 0
            copies = replica.changes(session, after, PAGE, [sealed_to(self._origin)], dropped=True)
            is_more = len(copies) == PAGE
            return copies, (state.feed, copies[-1].position if is_more else state.position), is_more

    def _try_again(self, roster: Roster) -> None:
        """What could not be opened may be now: a key may have come, or a newer program. What is gone is no trouble any more.

        A page at a time, the longest untried first: a member that sends rubbish must not keep us busy.
        """
        now = self._clock()
        # A moment too far ahead was reckoned by a clock that has been set back since.
        if now < self._again_at <= now + TRY_AGAIN_AFTER:
            return
        self._again_at = now + TRY_AGAIN_AFTER
        with self._desk.reading() as session:
            asked = select(Received.origin, Received.id).where(Received.problem.is_not(None))
            found = session.execute(asked.order_by(Received.tried_at).limit(PAGE)).all()
            keys = [(origin, name) for origin, name in found]
        if not keys:
            return
        with self._replica.reading() as session:
            copies = replica.many(session, keys)
        self._take(list(copies.values()), roster)
        with self._transaction(self._desk) as session:
            for key in set(keys) - set(copies):
                self._end(session, session.get(Received, key))

    def _take(self, copies: Sequence[Copy], roster: Roster) -> None:
        """Deal with records, in one transaction; each that fails is undone alone, and keeps no other waiting."""
        if not copies:
            return
        with self._transaction(self._desk) as session:
            for copy in copies:
                if (problem := self._problem_with(session, copy, roster)) is not None:
                    self._hold(session, copy, problem, roster)

    def _problem_with(self, session: Session, copy: Copy, roster: Roster) -> str | None:
        """Why a record could not be dealt with, `reason: detail`; None when it was."""
        try:
            with session.begin_nested():
                self._deal_with(session, copy, roster)
        except NotOpened as fault:
            return str(fault)
        except Exception as fault:
            _log.exception("a record sealed to us cannot be dealt with: %s %s", copy.origin, copy.id)
            return f"fault: {fault!r}"
        return None

    def _deal_with(self, session: Session, copy: Copy, roster: Roster) -> None:
        received = session.get(Received, (copy.origin, copy.id))
        if copy.dropped or copy.withdrawn:
            self._end(session, received)
        elif copy.used and copy.origin in roster.members and copy.kind in (KIND, receipts.KIND):
            if received is not None and received.answer_id is not None and received.problem is None:
                received.until = max(received.until, copy.not_after)
                return
            if received is not None:
                session.delete(received)
                session.flush()
            self._read(session, copy, roster)

    def _read(self, session: Session, copy: Copy, roster: Roster) -> None:
        if copy.kind == receipts.KIND:
            address = Address(copy.origin, self._origin, copy.kind, copy.id)
            receipts.take(session, copy.origin, unseal(copy.body, address, self._key), self._clock())
            return
        told = letter_in(copy, self._origin, self._key)
        if told["topic"] == UNREAD:
            self._note_unread(session, copy, told)
            return
        topic = self._topics.get(told["topic"])
        if topic is None:
            raise NotOpened("topic", f"this program does not know «{told['topic']}»")
        if "answers" in told:
            self._note_answer(session, copy, told, topic)
        else:
            self._answer(session, copy, told, topic, roster)

    def _answer(self, session: Session, copy: Copy, told: dict[str, Any], topic: Topic, roster: Roster) -> None:
        key = key_to(session, roster.members[copy.origin], self._clock())
        if key is None:
            raise NotOpened("reply", "who asks has no key, or a changed one that nobody has confirmed, for an answer")
        if (session.scalar(select(func.count()).where(Received.origin == copy.origin)) or 0) >= REMEMBERED_MAX:
            raise NotOpened("quota", f"at most {REMEMBERED_MAX} letters of one origin are remembered")
        content = topic.answer(session, Letter(copy.origin, copy.id, told["content"]))
        address, now = Address(self._origin, copy.origin, KIND, answer_to(copy.origin, copy.id)), self._clock()
        body = seal({"topic": topic.name, "answers": copy.id, "content": content}, address, key)
        register.publish(session, KIND, address.id, sealed_to(copy.origin), body, copy.not_after)
        handled = {"topic": topic.name, "answer_id": address.id, "answered_at": now}
        session.add(Received(origin=copy.origin, id=copy.id, until=copy.not_after, tried_at=now, **handled))

    def _note_answer(self, session: Session, copy: Copy, told: dict[str, Any], topic: Topic) -> None:
        question = self._asked(session, copy, told)
        if question.topic != topic.name:
            raise NotOpened("content", "it answers something else than what we have asked")
        if question.outcome in (None, NEW_KEY):
            topic.answered(session, Letter(copy.origin, question.id, told["content"]))
            close(session, question, ANSWERED, self._clock())

    def _note_unread(self, session: Session, copy: Copy, told: dict[str, Any]) -> None:
        """The recipient cannot read what we have asked: the question waits on, with the reason."""
        question = self._asked(session, copy, told)
        reason = told["content"].get("reason")
        if reason not in UNREAD_REASONS:
            raise NotOpened("content", "it says for no known reason that it was not read")
        if question.closed_at is None:
            question.unread = reason

    def _asked(self, session: Session, copy: Copy, told: dict[str, Any]) -> Question:
        """Our question that a letter answers. Raises NotOpened where it is none of ours."""
        question = session.get(Question, told.get("answers", ""))
        if question is None or (question.recipient, question.answer_id) != (copy.origin, copy.id):
            raise NotOpened("content", "it answers nothing that we have asked there")
        return question

    def _hold(self, session: Session, copy: Copy, problem: str, roster: Roster) -> None:
        """Note why a letter was not opened; if it is an answer to a key that we no longer have, the question is over."""
        reason = problem.partition(":")[0]
        known = session.get(Received, (copy.origin, copy.id))
        is_told = known is not None and known.answer_id is not None and (known.problem or "").startswith(f"{reason}:")
        now, told = self._clock(), problem.replace("\0", "�")[:500]
        held = session.merge(Received(origin=copy.origin, id=copy.id, until=copy.not_after, tried_at=now, problem=told))
        if reason in UNREAD_REASONS and not is_told and copy.kind == KIND:
            self._refuse(session, copy, held, reason, roster)
        if problem.startswith("key:"):
            asked = select(Question).where(Question.answer_id == copy.id, Question.recipient == copy.origin)
            question = session.scalars(asked.where(IS_OPEN)).one_or_none()
            if question is not None:
                close(session, question, NEW_KEY, now)

    def _refuse(self, session: Session, copy: Copy, held: Received, reason: str, roster: Roster) -> None:
        """Tell the sender of a question why it cannot be read. An answer is never refused: two desks would go on for ever."""
        key = key_to(session, roster.members[copy.origin], self._clock())
        if key is None or self._is_answer(session, copy) or self._refused_enough(session, copy.origin):
            return
        address = Address(self._origin, copy.origin, KIND, answer_to(copy.origin, copy.id))
        body = seal({"topic": UNREAD, "answers": copy.id, "content": {"reason": reason}}, address, key)
        register.publish(session, KIND, address.id, sealed_to(copy.origin), body, copy.not_after)
        held.answer_id = address.id

    def _is_answer(self, session: Session, copy: Copy) -> bool:
        asked = select(Question.id).where(Question.answer_id == copy.id, Question.recipient == copy.origin)
        if session.scalar(asked) is not None:
            return True
        try:
            return "answers" in letter_in(copy, self._origin, self._key)
        except NotOpened:
            return False

    def _refused_enough(self, session: Session, origin: str) -> bool:
        told = (Received.origin == origin, Received.problem.is_not(None), Received.answer_id.is_not(None))
        return (session.scalar(select(func.count()).where(*told)) or 0) >= REFUSED_MAX

    def _end(self, session: Session, received: Received | None) -> None:
        """The question was withdrawn, or its time has run out: so is the answer; what was held is no trouble any more."""
        if received is None:
            return
        if received.problem is not None:
            if received.answer_id is not None:
                register.withdraw(session, received.answer_id)
            session.delete(received)
        elif received.withdrawn_at is None and received.answer_id is not None:
            register.withdraw(session, received.answer_id)
            received.withdrawn_at = self._clock()

    def _tidy(self, roster: Roster) -> None:
        """End what time or the roster has ended, and forget what was remembered long enough."""
        now = self._clock()
        with self._desk.reading() as session:
            over = {
                each.id: outcome
                for each in outstanding(session)
                if (outcome := _outcome(each, roster, now)) is not None
            }
            standing = session.scalars(select(Received).where(IS_STANDING)).all()
            ended = [
                (each.origin, each.id) for each in standing if each.until <= now or each.origin not in roster.members
            ]
            has_old = session.scalar(_HAS_OLD, {"ended_at": now - REMEMBERED})
        if not (over or ended or has_old):
            return
        with self._transaction(self._desk) as session:
            for name, outcome in over.items():
                if (question := session.get(Question, name)) is not None:
                    close(session, question, outcome, now)
            for key in ended:
                self._end(session, session.get(Received, key))
            session.execute(delete(Received).where(Received.until <= now - REMEMBERED))
            session.execute(delete(Question).where(~IS_OPEN, Question.until <= now - REMEMBERED))


def _outcome(question: Question, roster: Roster, now: datetime) -> str | None:
    """How an open question has ended without an answer; None while one may still come."""
    member = roster.members.get(question.recipient)
    if member is None:
        return LEFT
    if question.until <= now:
        return UNANSWERED
    key = recipient_key(member.sealing)
    return None if key is not None and key.kid == question.kid else NEW_KEY


_IS_OLD = or_(
    select(Received.id).where(Received.until <= bindparam("ended_at")).exists(),
    select(Question.id).where(~IS_OPEN, Question.until <= bindparam("ended_at")).exists(),
)
_HAS_OLD = select(_IS_OLD)
