"""The audit as a chain: each entry carries the hash of the one before, so that none can be changed, added or lost unseen.

The links are made at the very end of a transaction, when all its entries are known: two writers then wait for each other only
while they commit, and never the other way round for anything else. What an entry says is hashed as JSON with sorted names
and without blanks.

Whoever can write the database can forge the whole chain; therefore its head also goes where the database is not: into a file
of the node's folder and into every backup. From the old end entries may be dropped after their time: the anchor remembers the
hash of the last one.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import insert_into, table_of
from node.core.db import Base

BEGINNING = "0" * 64
"""What the first entry carries."""
CHAIN_ID = 1


class AuditChain(Base):
    """One row: the last entry, and the last of those that were dropped (place 0: none)."""

    __tablename__ = "audit_chain"

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    anchor_place: Mapped[int] = mapped_column(BigInteger)
    anchor_hash: Mapped[str] = mapped_column(String(64))


class Link(NamedTuple):
    """Where an entry stands, counted from 1, and its hash."""

    place: int
    hash: str


def hash_of(before: str, place: int, told: dict[str, Any]) -> str:
    """SHA-256 (hex) of an entry: what it tells (`at` aware, `actor`, `verb`, `kind`, `ref`, `facts`), its place, the hash before."""
    at: datetime = told["at"]
    plain = told | {"at": at.astimezone(UTC).isoformat(timespec="microseconds"), "before": before, "place": place}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def head(session: Session) -> Link:
    """The last entry; place 0 while there is none."""
    return _link(session, select(AuditChain.place, AuditChain.hash))


def anchor(session: Session) -> Link:
    """The last entry that was dropped; place 0 while none was."""
    return _link(session, select(AuditChain.anchor_place, AuditChain.anchor_hash))


def locked_head(session: Session) -> Link:
    """The last entry, ours until the transaction ends."""
    beginning = {"place": 0, "hash": BEGINNING, "anchor_place": 0, "anchor_hash": BEGINNING}
    first = insert_into(session, table_of(AuditChain)).values(id=CHAIN_ID, **beginning)
    session.execute(first.on_conflict_do_nothing())
    return _link(session, select(AuditChain.place, AuditChain.hash).with_for_update())


def move_head(session: Session, to: Link) -> None:
    session.execute(update(AuditChain).values(place=to.place, hash=to.hash))


def move_anchor(session: Session, to: Link) -> None:
    session.execute(update(AuditChain).values(anchor_place=to.place, anchor_hash=to.hash))


def _link(session: Session, asked: Select[tuple[int, str]]) -> Link:
    found = session.execute(asked).one_or_none()
    return Link(*found) if found else Link(0, BEGINNING)
