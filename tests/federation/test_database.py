"""The promises that both databases must keep in the same way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from federation.database import Database, UtcDateTime


class Base(DeclarativeBase):
    pass


class Counter(Base):
    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@pytest.fixture
def database(database_url):
    database = Database(database_url, durable=False)
    with database.setting_up() as connection:
        Base.metadata.create_all(connection)
    with database.writing() as session:
        session.add(Counter(id=1, value=0))
        session.commit()
    yield database
    database.dispose()


def value_of(session):
    return session.scalar(select(Counter.value))


def test_a_writer_that_does_not_commit_leaves_nothing(database):
    with database.writing() as session:
        session.get(Counter, 1).value = 7
        session.flush()
    with database.reading() as session:
        assert value_of(session) == 0


def test_a_reader_sees_one_snapshot_from_its_first_statement_on(database):
    with database.reading() as reader:
        assert value_of(reader) == 0
        with database.writing() as writer:
            writer.get(Counter, 1).value = 7
            writer.commit()
        assert value_of(reader) == 0
    with database.reading() as reader:
        assert value_of(reader) == 7


def test_writers_that_lock_the_counter_never_count_from_the_same_number(database):
    def count(_):
        with database.writing() as session:
            counter = session.scalars(select(Counter).with_for_update()).one()
            counter.value += 1
            session.commit()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(40)))
    with database.reading() as session:
        assert value_of(session) == 40


def test_an_instant_comes_back_aware_and_in_utc(database):
    rome = datetime(2026, 10, 5, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as session:
        session.get(Counter, 1).moved_at = rome
        session.commit()
    with database.reading() as session:
        told = session.scalar(select(Counter.moved_at))
    assert told == rome
    assert told.tzinfo is UTC


def test_an_instant_without_a_time_zone_is_refused(database):
    with database.writing() as session, pytest.raises(StatementError, match="naive 2026-10-05"):
        session.execute(select(Counter).where(Counter.moved_at > datetime(2026, 10, 5)))  # noqa: DTZ001


def test_what_was_opened_for_reading_writes_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'replica.sqlite'}"
    owner = Database(url, durable=False)
    with owner.setting_up() as connection:
        Base.metadata.create_all(connection)
    door = Database(url, durable=False, read_only=True)
    with pytest.raises(PermissionError, match="reading only"), door.writing():
        pass
    with door.reading() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("DELETE FROM counter"))
    door.dispose()
    owner.dispose()


def test_opening_for_reading_creates_no_database(tmp_path):
    door = Database(f"sqlite:///{tmp_path / 'wrong.sqlite'}", durable=False, read_only=True)
    with door.reading() as session, pytest.raises(OperationalError, match="unable to open"):
        session.execute(text("SELECT 1"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_sqlite_flushes_each_commit_only_where_records_must_not_be_lost(tmp_path, durable, level):
    database = Database(f"sqlite:///{tmp_path / 'desk.sqlite'}", durable=durable, page_size=16_384)
    with database.reading() as session:
        told = [session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "journal_mode", "foreign_keys")]
        assert told == [level, "wal", 1]
        assert session.scalar(text("PRAGMA page_size")) == 16_384
    database.dispose()


def test_what_was_deleted_can_be_scrubbed_off_and_a_reader_may_be_in_the_way(database):
    with database.reading() as reader:
        value_of(reader)
        with database.writing() as writer:
            writer.get(Counter, 1).value = 7
            writer.commit()
        is_sqlite = database.url.get_backend_name() == "sqlite"
        assert database.scrub() is not is_sqlite, "the log is still read"
    assert database.scrub()
    with database.reading() as session:
        assert value_of(session) == 7
