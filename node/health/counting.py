"""How the letters between the desks stand, by member, in a file that the public process reads: it opens no desk database.

The file tells numbers, and nothing of what a letter is about.
"""

import json
from collections import Counter

from sqlalchemy import func, select

from federation import durable, letters
from federation.letters import ANSWERED, Question

WAITING, ANSWERED_ONES, UNREADABLE, UNREAD_THERE, LATE = "waiting", "answered", "unreadable", "unread", "late"


def letters_by_member(session, now):
    """{member: {what: how many}}, of all members with whom there is or was an exchange that is remembered."""
    counted = {}

    def add(what, members):
        for member, number in Counter(members).items():
            counted.setdefault(member, {})[what] = number

    open_ones = letters.outstanding(session)
    not_taken = [each.origin for each in letters.not_taken_back(session, now)]
    add(WAITING, [each.recipient for each in open_ones])
    add(LATE, [each.recipient for each in open_ones if each.is_late(now)] + not_taken)
    add(UNREAD_THERE, [each.recipient for each in open_ones if each.unread])
    add(UNREADABLE, [each.origin for each in letters.held(session)])
    answered = select(Question.recipient, func.count()).where(Question.outcome == ANSWERED).group_by(Question.recipient)
    for member, number in session.execute(answered):
        counted.setdefault(member, {})[ANSWERED_ONES] = number
    return counted


def show_letters(desk, path, now):
    """Write how the letters stand; returns whether that was news."""
    with desk.reading() as session:
        content = json.dumps(letters_by_member(session, now), sort_keys=True).encode()
    if path.exists() and path.read_bytes() == content:
        return False
    durable.write(path, content, settled=False)
    return True


def counted_letters(path):
    """What the worker wrote last; nothing where it has not written yet."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
