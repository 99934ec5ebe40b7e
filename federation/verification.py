"""Whether what a node holds is what it should be: every signature, every digest, every number, from the files alone.

Nothing is asked of anybody and nothing is changed. Each check gives the ids of what is wrong, so that whoever reads the
answer can name them.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation import register, replica
from federation.apply import keyring_of
from federation.comparison import Head, lines_of
from federation.head import bucket_of, summary
from federation.members import Roster
from federation.register import RegisterRow
from federation.replica import Copy, Match
from federation.statement import Keyring, Refused, parse_line, strict_json, verify

PAGE = 500


class Differing(NamedTuple):
    """A head of an origin that our copies do not equal although they once did, or should."""

    origin: str
    audience: str


def wrong_rows(session: Session, keyring: Keyring) -> list[str]:
    """The ids of the register's rows whose bytes are not what the row says, or not signed by our key."""
    last = register.said(session).order
    wrong = []
    for row in session.scalars(select(RegisterRow).where(RegisterRow.line.is_not(None)).order_by(RegisterRow.number)):
        try:
            statement = verify(parse_line(row.line or b""), keyring)
        except Refused:
            wrong.append(row.id)
            continue
        is_same = (statement.id, statement.digest, statement.order) == (row.id, row.digest, (row.epoch, row.seq))
        is_its_wish = row.dirty or row.kind == "head" or row.document is None
        if not is_same or statement.order > last or not (is_its_wish or _body(row) == statement.body):
            wrong.append(row.id)
    return wrong


def _body(row: RegisterRow) -> object:
    return strict_json(row.document or "null")


def wrong_copies(session: Session, roster: Roster) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Page by page, how many copies were looked at and the (origin, id) of those that no member has signed so."""
    keyring, end = keyring_of(roster.members), replica.state(session).position
    after = 0
    while page := replica.changes(session, after, PAGE):
        yield len(page), [(copy.origin, copy.id) for copy in page if not _is_sound(copy, keyring, end)]
        after = page[-1].position
        session.expunge_all()


def _is_sound(copy: Copy, keyring: Keyring, end: int) -> bool:
    try:
        statement = verify(parse_line(copy.line or b""), keyring)
    except Refused:
        return False
    told = (statement.origin, statement.id, statement.order, statement.digest, statement.audience)
    held = (copy.origin, copy.id, (copy.epoch, copy.seq), copy.digest, copy.audience)
    return told == held and copy.bucket == bucket_of(copy.id) and copy.position <= end


def differing(session: Session, own: str) -> list[Differing]:
    """Where our copies do not equal the last head, and nothing has been heard since that could explain it."""
    newest: Mapping[tuple[str, str], tuple[int, int]] = {
        (origin, audience): (epoch, seq) for origin, audience, epoch, seq in _newest(session)
    }
    matched = {(match.origin, match.audience): (match.epoch, match.seq) for match in session.scalars(select(Match))}
    found = []
    for copy in session.scalars(select(Copy).where(Copy.kind == "head", *replica.USED)):
        head = Head.of(copy)
        place = head.origin, head.audience
        is_expected = head.origin == own or matched.get(place) == head.order
        if is_expected and newest[place] == head.order:
            ours = summary(lines_of(session, head.origin, head.audience, head.issued_at))
            if ours.root != head.root:
                found.append(Differing(*place))
    return sorted(found)


def _newest(session: Session) -> list[tuple[str, str, int, int]]:
    rank = func.row_number().over(
        partition_by=(Copy.origin, Copy.audience), order_by=(Copy.epoch.desc(), Copy.seq.desc())
    )
    ranked = select(Copy.origin, Copy.audience, Copy.epoch, Copy.seq, rank.label("rank")).subquery()
    latest = select(ranked.c.origin, ranked.c.audience, ranked.c.epoch, ranked.c.seq).where(ranked.c.rank == 1)
    return [(origin, audience, epoch, seq) for origin, audience, epoch, seq in session.execute(latest)]
