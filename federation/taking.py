"""What a relay does with the pages that a member without an address brings.

They are taken as if they had been fetched: the same verification, the same order, the same quota, the same comparison
with the origin's head and the same adoption of whole buckets. Two things differ. Only the sender's own statements are
taken, and a page with any other line is refused whole, because its sender made it. And the answer is given after the
commit: what is acknowledged is held.

This runs in the process that faces the Internet, which has neither the desk nor a key. It writes copies as the worker
does, under the same locked counter.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from federation import replica, staging
from federation.apply import USUAL_QUOTA, keyring_of, store, verified
from federation.bringing import MAX_WANTED, Brought, BroughtBucket, BroughtPage, Digests, Receipt
from federation.comparison import Head, adopt, is_whole, lacking, summed_up, unproved
from federation.head import root_of
from federation.members import Member, Roster
from federation.repair import Write, digest_of, listed_in
from federation.replica import Pushed
from federation.statement import Keyring, Refused, Statement
from schemas.head import BUCKETS


def take(write: Write, brought: Brought, member: Member, roster: Roster, now: datetime) -> tuple[Receipt, bool]:
    """Take what this member brought, in one transaction; the answer, and whether anything is new.

    Raises Refused: nothing was kept then.
    """
    longest = timedelta(hours=roster.lease_h)
    if isinstance(brought, BroughtBucket):
        keyring = keyring_of(roster.members)
        return write(partial(_take_bucket, brought, member, keyring, now, longest))
    statements = _own(brought.lines, member, roster)
    return write(partial(_take_page, brought, statements, member, now, longest))


def _own(lines: Sequence[bytes], member: Member, roster: Roster) -> list[Statement]:
    """The statements of the lines, each signed by a key of the member in its own name. Raises Refused."""
    keyring = Keyring({member.id: member.keys})
    return [verified(line, keyring, roster.network) for line in lines]


def _take_page(
    page: BroughtPage,
    statements: Sequence[Statement],
    member: Member,
    now: datetime,
    longest: timedelta,
    session: Session,
) -> tuple[Receipt, bool]:
    replica.lock(session)
    held = session.get(Pushed, member.id)
    is_next = held is not None and held.feed == page.feed and page.after <= held.cursor
    if page.after and not is_next:
        return _receipt(held), False
    staging.forget(session, member.id)
    applied = store(session, statements, member.id, now, USUAL_QUOTA)
    if held is None:
        held = Pushed(origin=member.id, cursor=0)
        session.add(held)
    held.cursor = max(held.cursor, page.next) if page.after else page.next
    held.feed, held.taken_at = page.feed, now
    session.flush()
    wanted = [] if page.remaining else _wanted(session, unproved(session, {member.id}, now), page.digests, now, longest)
    return _receipt(held, wanted), applied.new > 0


def _take_bucket(
    brought: BroughtBucket, member: Member, keyring: Keyring, now: datetime, longest: timedelta, session: Session
) -> tuple[Receipt, bool]:
    """Adopt a bucket, if the head that it speaks of is still the last word here; otherwise nothing is to be done.

    Of one that comes in several pages each waits for the last.
    """
    replica.lock(session)
    heads = [
        head
        for head in unproved(session, {member.id}, now)
        if (head.audience, head.order) == (brought.audience, brought.head)
    ]
    is_new = False
    for head in heads:
        if root_of(brought.digests) != head.root:
            raise Refused("line", "the digests do not hash to the root of this head", member.id)
        if brought.next is not None:
            staging.stage(session, member.id, brought, now)
            return _receipt(session.get(Pushed, member.id)), False
        lines = staging.completed(session, member.id, brought)
        listed = listed_in(lines, head, brought.bucket, keyring, now)
        if listed is None or digest_of(head, listed) != brought.digests[BUCKETS.index(brought.bucket)]:
            raise Refused("line", "what is listed is not what the head describes", member.id)
        adopted = adopt(session, head, brought.bucket, listed, member.id, now)
        is_new = adopted is not None and bool(adopted.new or adopted.dropped)
    wanted = _wanted(session, heads, {brought.audience: brought.digests}, now, longest)
    return _receipt(session.get(Pushed, member.id), wanted), is_new


def _wanted(
    session: Session, heads: Sequence[Head], told: Mapping[str, Digests], now: datetime, longest: timedelta
) -> list[tuple[str, str]]:
    """The buckets in which our copies are not what these heads describe; all of a head of which the digests were not told."""
    wanted: list[tuple[str, str]] = []
    for head in heads:
        if head.count > USUAL_QUOTA.records or is_whole(session, head, now, longest):
            continue
        theirs = told.get(head.audience, ())
        ours, bodiless = summed_up(session, head).digests, lacking(session, head, now)
        is_known = bool(theirs) and root_of(theirs) == head.root
        wanted += [
            (head.audience, bucket)
            for place, bucket in enumerate(BUCKETS)
            if not is_known or theirs[place] != ours[place] or bucket in bodiless
        ]
    return wanted[:MAX_WANTED]


def _receipt(held: Pushed | None, wanted: Sequence[tuple[str, str]] = ()) -> Receipt:
    return Receipt(None, 0) if held is None else Receipt(held.feed, held.cursor, tuple(wanted))
