"""Pages of a bucket that a member brings one by one, kept until the last of them has come.

Nothing of a list can be believed before all of it is there: what the head has signed is the sum of the whole. Between two
requests the pages wait in the replica, since the next may reach another process. A member has one bucket under way at a
time; one begun anew, anything else that the member brings, and an hour of waiting (upkeep.py) put an end to it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from federation.apply import USUAL_QUOTA
from federation.bringing import BroughtBucket
from federation.buckets import MAX_PAGES
from federation.replica import Staged
from federation.statement import Refused


def stage(session: Session, origin: str, brought: BroughtBucket, now: datetime) -> None:
    """Keep a page that is not the last. A caller commits. Raises Refused for one that follows no other, or is too much."""
    before = _before(session, origin, brought)
    size = sum(len(page.lines) for page in before) + sum(map(len, brought.lines))
    if len(before) >= MAX_PAGES or size > USUAL_QUOTA.size:
        raise Refused("size", "a bucket of so many pages or bytes is not taken", origin)
    epoch, seq = brought.head
    session.add(
        Staged(
            origin=origin,
            number=len(before),
            audience=brought.audience,
            bucket=brought.bucket,
            epoch=epoch,
            seq=seq,
            next=brought.next or "",
            lines=b"\n".join(brought.lines),
            taken_at=now,
        )
    )


def completed(session: Session, origin: str, brought: BroughtBucket) -> tuple[bytes, ...]:
    """All lines of the bucket of which this is the last page; none of them waits any more. Raises Refused as `stage` does."""
    lines = [line for page in _before(session, origin, brought) for line in page.lines.split(b"\n")]
    forget(session, origin)
    return (*lines, *brought.lines)


def forget(session: Session, origin: str) -> None:
    """Let go what waits of this member's."""
    session.execute(delete(Staged).where(Staged.origin == origin))


def _before(session: Session, origin: str, brought: BroughtBucket) -> Sequence[Staged]:
    """The pages that this one follows. The first of a bucket follows none, and what waited makes room for it."""
    if not brought.after:
        forget(session, origin)
        return ()
    pages = session.scalars(select(Staged).where(Staged.origin == origin).order_by(Staged.number)).all()
    wanted = (brought.audience, brought.bucket, *brought.head)
    are_of_it = all((page.audience, page.bucket, page.epoch, page.seq) == wanted for page in pages)
    if not pages or not are_of_it or pages[-1].next != brought.after:
        raise Refused("line", "this page follows none that was brought before: begin the bucket anew", origin)
    return pages
