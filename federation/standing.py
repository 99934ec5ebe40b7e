"""Where every origin stands, as far as one holder knows: its heads, and the greatest order held of it.

A reader that begins anew takes the heads, repairs what differs from them and reads the feed from the cursor that comes
with them, all of one snapshot. A node that was restored asks its peers the second question: what is the last that you
have heard of me?
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select, String, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from federation import replica
from federation.members import MAX_MEMBERS
from federation.page import MAX_POSITION
from federation.replica import Copy, ForkProof
from federation.statement import Envelope, Refused, parse_line, strict_json
from federation.transport import PeerFault

MAX_HEADS = 3 * MAX_MEMBERS


class Greatest(NamedTuple):
    """The greatest statement that a peer says it holds of an origin; `fork` the epoch of a proof of two machines."""

    epoch: int
    seq: int
    digest: str
    fork: int | None

    @property
    def order(self) -> tuple[int, int]:
        return self.epoch, self.seq

    @classmethod
    def of(cls, told: Any) -> "Greatest":
        """Raises ValueError, KeyError or TypeError for what is none."""
        greatest = cls(told["epoch"], told["seq"], told["sha256"], told.get("fork"))
        numbers = (greatest.epoch, greatest.seq, 0 if greatest.fork is None else greatest.fork)
        if any(type(number) is not int or number < 0 for number in numbers) or not isinstance(greatest.digest, str):
            raise ValueError("epoch, seq and fork must be integers, sha256 a text")
        return greatest


@dataclass(frozen=True)
class Standing:
    """What a peer answers: its feed, the cursor that belongs to its heads, the heads, each as a line, and `greatest`."""

    feed: str
    next: int
    heads: tuple[bytes, ...]
    greatest: Mapping[str, Greatest] = field(default_factory=dict)

    @classmethod
    def decoded(cls, data: bytes) -> "Standing":
        """Raises PeerFault (`heads`) for an answer that is none."""
        try:
            told = strict_json(data.decode("utf-8"))
            feed, following = told["feed"], told["next"]
            heads = tuple(_line(each) for each in told["heads"])
            greatest = {origin: Greatest.of(each) for origin, each in told["origins"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise PeerFault("heads", f"not the heads of a node: {fault!r}") from fault
        if type(following) is not int or not 0 <= following <= MAX_POSITION:
            raise PeerFault("heads", "next must be a cursor")
        if not isinstance(feed, str) or not 1 <= len(feed) <= 64 or len(heads) > MAX_HEADS:
            raise PeerFault("heads", "feed must be a text of 1 to 64, and the heads not too many")
        return cls(feed, following, heads, greatest)

    def heads_of(self, origins: Collection[str]) -> list[bytes]:
        """Those that claim to be of these origins; whether they are, their signatures tell."""
        return [line for line in self.heads if _claimed_origin(line) in origins]


def _line(told: Any) -> bytes:
    return Envelope(told["payload"], told["protected"], told["signature"]).line


def _claimed_origin(line: bytes) -> str | None:
    try:
        origin = strict_json(parse_line(line).payload_text)["origin"]
    except (Refused, ValueError, KeyError, TypeError):
        return None
    return origin if isinstance(origin, str) else None


def standing(
    session: Session, audiences: Collection[str], origins: Collection[str], asker: str | None
) -> dict[str, Any]:
    """`feed`, `next`, `heads` (statements) and `origins`: per origin the greatest epoch and seq, its SHA-256, and `fork`
    where two machines were proved to speak for it.

    Only what the asker may see counts; of its own statements, all do.
    """
    asked = {"origins": list(origins), "audiences": list(audiences), "asker": asker}
    state = replica.state(session)
    first = session.scalar(_UNDESCRIBED, asked)
    return {
        "feed": state.feed,
        "next": state.position if first is None else first - 1,
        "heads": [json.loads(head.line or b"") for head in session.scalars(_HEADS, asked)],
        "origins": _greatest(session, asked),
    }


def _greatest(session: Session, asked: dict[str, Any]) -> dict[str, dict[str, Any]]:
    greatest = session.execute(_GREATEST, asked)
    told = {row.origin: {"epoch": row.epoch, "seq": row.seq, "sha256": row.digest} for row in greatest}
    for origin, epoch in session.execute(_FORKS):
        if origin in told:
            told[origin]["fork"] = epoch
    return told


def _undescribed() -> Select[Any]:
    """The place of the first held statement above its own head."""
    # A list of its own, made once: sought among an origin's records for each of them, it takes the square of their number.
    heads = select(Copy.origin, Copy.audience, Copy.epoch, Copy.seq)
    head = heads.where(Copy.kind == "head", _IS_OF_THESE).distinct().subquery()
    is_described = and_(
        head.c.origin == Copy.origin,
        head.c.audience == Copy.audience,
        tuple_(head.c.epoch, head.c.seq) > tuple_(Copy.epoch, Copy.seq),
    )
    is_served = and_(_IS_OF_THESE, _IS_OPEN, Copy.line.is_not(None), Copy.kind != "head")
    return select(func.min(Copy.position)).outerjoin(head, is_described).where(is_served, head.c.origin.is_(None))


def _last() -> Select[Any]:
    latest_first = func.row_number().over(partition_by=Copy.origin, order_by=(Copy.epoch.desc(), Copy.seq.desc()))
    ranked = (
        select(Copy.origin, Copy.epoch, Copy.seq, Copy.digest, latest_first.label("rank"))
        .where(_IS_VISIBLE, Copy.epoch > 0)
        .subquery()
    )
    return select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.origin)


# Asked by every peer that opens or begins to read, and built once: SQLAlchemy takes longer to put them together than the
# database to answer.
_IS_OF_THESE = Copy.origin.in_(bindparam("origins", expanding=True))
_IS_OPEN = Copy.audience.in_(bindparam("audiences", expanding=True))
_IS_VISIBLE = and_(_IS_OF_THESE, or_(_IS_OPEN, Copy.origin == bindparam("asker", type_=String)))
_HEADS = (
    select(Copy)
    .where(_IS_VISIBLE, Copy.kind == "head", Copy.line.is_not(None), ~Copy.withdrawn)
    .order_by(Copy.origin, Copy.id)
)
_UNDESCRIBED = _undescribed()
_GREATEST = _last()
_FORKS = select(ForkProof.origin, ForkProof.epoch)
