"""The search index of a node: one writer that follows the replica, any number of readers.

What the replica has told so far (its feed id and a position) lies in the index as a document of its own, written in the
same commit as what it told: after `kill -9` the writer goes on from its last commit, and nothing is lost or doubled.
A replica with another feed id, or one that has forgotten positions we have read, is another replica: the index is
built anew aside, while readers go on with the old one (`folder` says how). So is one that grew old (`freshness`).
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from threading import Lock
from time import monotonic

import tantivy
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation import replica
from federation.database import Database
from federation.replica import Copy
from federation.search import documents, folder
from federation.search.cursor import Cursor, bearing, borne
from federation.search.freshness import LIFE_DAYS
from federation.search.snapshot import Snapshot
from federation.search.trade_names import Vocabulary, shipped

_log = logging.getLogger(__name__)

SMALL_HEAP_BYTES = 15_000_000
"""What tantivy asks for at least; enough for a node of some thousand vacancies."""
LARGE_HEAP_BYTES = 128_000_000
_HEAP_BYTES_EACH = 600  # of a record of the replica: a node of a hundred thousand takes 60 MB
CHECK_EVERY_S = 3600.0
LIFE = timedelta(days=LIFE_DAYS)
_REPAIRED_AT_ONCE = 500
_SEARCHABLE = (
    Copy.kind == "vacancy",
    Copy.audience == "public",
    Copy.line.is_not(None),
    ~Copy.withdrawn,
    Copy.problem.is_(None),
)


class WriterBusy(RuntimeError):
    """Somebody else writes this index."""


class Index:
    """The readers' side: opened once per process (after a fork), shared by its threads.

    Opening never fails: while there is no index yet, or none of this version, searches find nothing. `names`: the names
    of trades that this node knows, those that came with the program and those imported since.
    """

    def __init__(self, directory: Path, names: Callable[[], Vocabulary] = shipped) -> None:
        self._directory = directory
        self._names = names
        self._lock = Lock()
        self._seen: tuple[object, ...] | None = None
        self._folder: Path | None = None
        self._opened: tantivy.Index | None = None
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot | None:
        """What the last commit holds, None while there is no index; a few system calls when nothing has changed."""
        with self._lock:
            try:
                self._catch_up()
            except (OSError, ValueError):
                # Swapped or damaged under our hands: what was opened stays readable, the next call tries again.
                self._folder = None
            return self._snapshot

    @property
    def documents(self) -> int:
        """How many vacancies the index holds, those included whose time has run out and that nobody swept yet."""
        snapshot = self.snapshot()
        return snapshot.vacancies if snapshot else 0

    def employers(self) -> Callable[[str], str | None]:
        """Who is an employer, on one commit: from a name as typed to its folded name, or to None."""
        snapshot = self.snapshot()
        return snapshot.employer if snapshot else _nobody

    def _catch_up(self) -> None:
        current = folder.in_use(self._directory)
        if current is None:
            return
        status = (current / "meta.json").stat()
        seen = (current, status.st_ino, status.st_mtime_ns)
        if seen == self._seen:
            return
        if self._opened is None or current != self._folder:
            self._opened = folder.opened(current)
            self._folder = current
        self._snapshot = _latest(self._opened, self._names, self._snapshot)
        self._seen = seen


class Writer:
    """The one writer; its threads may share it.

    Raises WriterBusy when another process, or another Writer of this one, holds the index. The memory in which changes
    wait for their commit follows the size of the replica: more of it makes a large node's first filling faster.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._heap_bytes = SMALL_HEAP_BYTES
        self._alone = Lock()
        directory.mkdir(parents=True, exist_ok=True)
        self._claim = (directory / "writer.lock").open("ab")
        try:
            flock(self._claim, LOCK_EX | LOCK_NB)
        except OSError:
            self._claim.close()
            raise WriterBusy(f"another process writes the search index in {directory}") from None
        self._writer: tantivy.IndexWriter | None = None
        self._cursor: Cursor | None = None
        self._next_check = 0.0
        self._open_or_begin()
        folder.sweep(self._directory, kept=self._folder)

    def follow(self, database: Database, limit: int = 1000) -> int:
        """Bring the index up to what the replica holds, at most `limit` changes of it, in one commit.

        Returns how many changes were read: call again while it is `limit`. Whatever goes wrong leaves the index at its
        last commit.
        """
        with self._alone, database.reading() as session:
            state = replica.state(session)
            self._heap_bytes = heap_for(state.position)
            if self._cursor and (
                self._cursor.feed != state.feed
                or self._cursor.position > state.position
                or _latest_day(session) - self._cursor.begun_on > LIFE
            ):
                self._begin()
            changes = replica.changes(session, self._cursor.position if self._cursor else 0, limit, dropped=True)
            if changes:
                begun_on = self._cursor.begun_on if self._cursor else _latest_day(session)
                self._write(changes, [], Cursor(state.feed, changes[-1].position, begun_on))
            if len(changes) < limit:
                self._put_in_use()
                if monotonic() >= self._next_check:
                    self._reconcile(session)
            folder.open_to_readers(self._folder)  # at every round, since merges come when they will
            return len(changes)

    def reconcile(self, database: Database) -> int:
        """Repair the index where it differs from a replica of which it has read all changes.

        A row that vanishes from the replica leaves no change behind, and a power cut may take back what the replica has
        said. `follow` does this by itself when it first comes to the end, and once an hour. Returns how many records
        were put right; 0 also while there are changes to read.
        """
        with self._alone, database.reading() as session:
            return self._reconcile(session)

    def rebuild(self) -> None:
        """Start again from nothing, aside; the next calls of `follow` fill it and put it in use."""
        with self._alone:
            self._begin()

    def close(self) -> None:
        """Wait for running merges and give the index free."""
        with self._alone:
            self._release()
            self._claim.close()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reconcile(self, session: Session) -> int:
        """Counts and sums are compared by origin; only an origin that differs is compared record by record."""
        cursor = self._cursor
        if cursor is None or cursor.feed != replica.state(session).feed:
            return 0
        if replica.changes(session, cursor.position, 1, dropped=True):
            return 0
        self._next_check = monotonic() + CHECK_EVERY_S
        indexed = _latest(self._index)
        different = _totals(session).items() ^ indexed.totals_by_origin().items()
        return sum(self._repair(session, indexed, cursor, origin) for origin in sorted({name for name, _ in different}))

    def _repair(self, session: Session, indexed: Snapshot, cursor: Cursor, origin: str) -> int:
        has = indexed.versions_of(origin)
        rows = session.execute(select(Copy.id, Copy.position, Copy.seq).where(Copy.origin == origin, *_SEARCHABLE))
        wanted = {documents.key(origin, record): (position, seq) for record, position, seq in rows}
        gone = sorted(has.keys() - wanted.keys())
        if gone:
            self._write([], gone, cursor)
        missing = sorted(key for key, version in wanted.items() if has.get(key) != version)
        for start in range(0, len(missing), _REPAIRED_AT_ONCE):
            named = [documents.names_of(key) for key in missing[start : start + _REPAIRED_AT_ONCE]]
            self._write(replica.many(session, named).values(), [], cursor)
        return len(gone) + len(missing)

    def _write(self, copies: Iterable[Copy], gone: Iterable[str], cursor: Cursor) -> None:
        """One commit: forget, add again what is to be found, remember the place."""
        with self._writing() as writer:
            salt = folder.salt(self._folder)
            for key in gone:
                writer.delete_documents_by_term("key", documents.term(key, salt))
            for copy in copies:
                writer.delete_documents_by_term("key", documents.term(documents.key(copy.origin, copy.id), salt))
                if copy.kind == "vacancy" and copy.audience == "public" and copy.used:
                    _add(writer, copy, salt, cursor.begun_on)
            writer.delete_documents_by_term("key", documents.CURSOR_TERM)
            writer.add_document(bearing(cursor))
            writer.commit()
        self._cursor = cursor

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """Tantivy's writer, opened at the first change, thrown away with all that it has not committed when it fails."""
        if self._writer is None:
            self._writer = self._index.writer(self._heap_bytes, 1)
        try:
            yield self._writer
        except BaseException:
            with suppress(Exception):  # what it says when it is broken was already said
                self._release()
            raise

    def _release(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()

    def _open_or_begin(self) -> None:
        current = folder.in_use(self._directory)
        if current is None:
            self._begin()
            return
        try:
            self._use(current)
        except (OSError, ValueError):  # damaged beyond what a crash of ours can do: the replica has it all
            self._begin()

    def _begin(self) -> None:
        """An empty index beside the one in use; in use at once when there is none."""
        self._use(folder.new(self._directory))
        if folder.in_use(self._directory) is None:
            self._put_in_use()

    def _use(self, index_folder: Path) -> None:
        self._release()
        folder.clear_half_written(self._directory, index_folder)
        self._index = folder.opened(index_folder)
        self._folder = index_folder
        self._cursor = borne(_latest(self._index))

    def _put_in_use(self) -> None:
        if folder.in_use(self._directory) != self._folder:
            folder.put_in_use(self._directory, self._folder)
            folder.sweep(self._directory, kept=self._folder)


def _nobody(_typed: str) -> None:
    """Knows no employer: there is no index yet."""


def heap_for(records: int) -> int:
    """Bytes for a writer that follows so many records."""
    return min(max(SMALL_HEAP_BYTES, records * _HEAP_BYTES_EACH), LARGE_HEAP_BYTES)


def _latest(
    index: tantivy.Index, names: Callable[[], Vocabulary] = shipped, before: Snapshot | None = None
) -> Snapshot:
    index.reload()
    return Snapshot(index.schema, index.searcher(), names, before)


def _add(writer: tantivy.IndexWriter, copy: Copy, salt: bytes, begun_on: date) -> None:
    """A document that its schema let through but that cannot be indexed costs itself, not the whole network's search."""
    try:
        writer.add_document(documents.of(copy, salt, begun_on))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        _log.exception("the vacancy %s of %s cannot be indexed", copy.id, copy.origin)


def _latest_day(session: Session) -> date:
    """The day on which what happened last to the replica arrived."""
    latest = session.scalars(select(Copy.received_at).order_by(Copy.position.desc()).limit(1)).first()
    return latest.date() if latest else date.min


def _totals(session: Session) -> dict[str, tuple[int, int, int]]:
    """By origin, how many vacancies the replica would have us show, the sum of their positions and that of their seq."""
    sums = select(Copy.origin, func.count(), func.sum(Copy.position), func.sum(Copy.seq))
    rows = session.execute(sums.where(*_SEARCHABLE).group_by(Copy.origin))
    return {origin: (count, int(positions), int(seqs)) for origin, count, positions, seqs in rows}
