"""What each node holds, read from its own replica: the demo's table, and whether every node holds every record."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from deploy.demo.nodes import DemoNode
from federation import replica
from federation.database import Database
from federation.register import RegisterRow
from node.scopes.models import ScopeChoice

WIDTH = 78
WAITING = (
    select(func.count()).select_from(RegisterRow).where(RegisterRow.dirty),
    select(func.count()).select_from(ScopeChoice).where(ScopeChoice.due),
)
"""What the worker has still to sign, and whom it has still to show."""


class Sight(NamedTuple):
    """What one node holds: records per origin, how many of its own wait to be signed, when it last heard another."""

    node: DemoNode
    is_running: bool
    counts: dict[str, int]
    waiting: int
    confirmed_at: datetime | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def look(root: Path, node: DemoNode, is_running: bool) -> Sight:
    """Read a node's databases beside the node; a node that has none yet holds nothing."""
    try:
        with opened(node.folder(root) / "replica.sqlite") as session:
            counts, confirmed = replica.counts(session), replica.confirmed_at(session)
        with opened(node.folder(root) / "desk.sqlite") as session:
            waiting = sum(map(session.scalar, WAITING))
    except SQLAlchemyError:
        return Sight(node, is_running, {}, 0, None)
    others = [when for origin, when in confirmed.items() if origin != node.id]
    return Sight(node, is_running, counts, waiting, max(others, default=None))


@contextmanager
def opened(path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{path}", durable=False, read_only=True)
    try:
        with database.reading() as session:
            yield session
    finally:
        database.dispose()


def is_synced(sights: Sequence[Sight]) -> bool:
    """Whether every origin has signed all that it has, and every node holds as much of it as the origin itself."""
    own = {sight.node.id: sight.counts.get(sight.node.id, 0) for sight in sights}
    if not all(own.values()) or any(sight.waiting for sight in sights):
        return False
    return all(sight.counts.get(origin, 0) == count for sight in sights for origin, count in own.items())


def table(sights: Sequence[Sight]) -> list[str]:
    """The lines of the table, as wide as a terminal."""
    heads = f"{'comune':22} {'indirizzo':24} {'dati':>6}  {'ultima conferma':20}"
    return [heads, "─" * WIDTH, *(row(sight) for sight in sights)]


def row(sight: Sight) -> str:
    told = ago(sight.confirmed_at) if sight.is_running else "SPENTO"
    return f"{sight.node.id:22} {sight.node.url:24} {sight.total:6}  {told:20}"


def ago(when: datetime | None) -> str:
    if when is None:
        return "in arrivo"
    seconds = max(0, int((datetime.now(UTC) - when).total_seconds()))
    return f"{seconds} secondi fa" if seconds < 120 else f"{seconds // 60} minuti fa"
