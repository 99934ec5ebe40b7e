import json
from datetime import timedelta
from hashlib import sha256
from threading import Event, Thread

import pytest
from sqlalchemy import delete

from federation import replica
from federation.database import Database
from federation.replica import Copy
from federation.search import documents, folder, freshness, index, text
from federation.search.index import Index, Writer, WriterBusy


def test_a_published_vacancy_is_found(publish, find):
    publish("v-1", title="Saldatore a filo")
    assert find("saldatrice") == ["v-1"]


def test_a_new_version_replaces_the_old_one(publish, find):
    publish("v-1", title="Saldatore")
    publish("v-1", title="Cameriere")
    assert (find("saldatore"), find("cameriera")) == ([], ["v-1"])


def test_a_withdrawn_vacancy_is_gone_after_the_next_round(publish, network, writer, find):
    publish("v-1")
    network.withdraw("v-1")
    writer.follow(network.database)
    assert find() == []


def test_only_public_vacancies_that_can_be_used_are_searched(network, writer, find):
    network.hold(
        [
            network.statement("v-members", network.vacancy(), audience="members:0123456789abcdef"),
            network.statement("d-1", {"name": "Sportello"}, kind="desk"),
            network.statement("v-broken", {"title": "Senza luogo"}),
            network.statement("v-good", network.vacancy()),
        ]
    )
    assert writer.follow(network.database) == 4
    assert find() == ["v-good"]


def test_two_origins_may_use_one_id(publish, find):
    publish("v-1", origin="gavirate", title="Cuoco")
    publish("v-1", origin="ispra", title="Barista")
    assert sorted(hit.origin for hit in find.ask().hits) == ["gavirate", "ispra"]


def test_the_writer_takes_as_many_changes_as_it_is_told(network, writer, find):
    for number in range(5):
        network.publish(f"v-{number}")
    assert [writer.follow(network.database, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert find.ask().total == 5


def test_a_reader_sees_each_commit_without_being_reopened(publish, find):
    assert find() == []
    publish("v-1")
    assert find() == ["v-1"]
    publish("v-2")
    assert sorted(find()) == ["v-1", "v-2"]


def test_a_writer_goes_on_where_the_last_one_stopped(network, writer, tmp_path):
    network.publish("v-1")
    writer.follow(network.database)
    writer.close()
    with Writer(tmp_path / "index") as another:
        assert another.follow(network.database) == 0
        network.publish("v-2")
        assert another.follow(network.database) == 1
    assert Index(tmp_path / "index").documents == 2


def test_there_is_only_one_writer(writer, tmp_path):
    with pytest.raises(WriterBusy):
        Writer(tmp_path / "index")


def test_a_record_whose_time_runs_out_is_not_found_even_before_anybody_swept(publish, find, now):
    publish("v-1", not_after=now + timedelta(hours=1))
    assert find(now=now) == ["v-1"]
    assert find(now=now + timedelta(hours=1)) == []


def test_a_closing_day_ends_at_midnight_in_rome(publish, find, now):
    publish("v-1", closes_on=now.date())
    midnight = now.replace(hour=22, minute=0)  # summer time
    assert find(now=midnight - timedelta(minutes=2)) == ["v-1"]
    assert find(now=midnight) == []


def test_a_member_that_left_takes_its_vacancies_along(publish, network, writer, find):
    publish("v-1", origin="ispra")
    publish("v-2", origin="gavirate")
    network.forget_origin("ispra")
    writer.follow(network.database)
    assert find() == ["v-2"]


def test_rows_that_vanish_without_a_word_are_noticed(publish, network, writer, find):
    publish("v-1")
    publish("v-2")
    with network.database.writing() as session:
        session.execute(delete(Copy).where(Copy.id == "v-1"))
        session.commit()
    assert writer.follow(network.database) == 0
    assert writer.reconcile(network.database) == 1
    assert find() == ["v-2"]
    assert writer.reconcile(network.database) == 0


def test_a_writer_that_is_started_compares_by_itself(publish, network, writer, find, tmp_path):
    publish("v-1")
    publish("v-2")
    with network.database.writing() as session:
        session.execute(delete(Copy).where(Copy.id == "v-1"))
        session.commit()
    writer.close()
    with Writer(tmp_path / "index") as another:
        another.follow(network.database)
    assert find() == ["v-2"]


def test_what_a_power_cut_took_back_and_told_anew_is_put_right(publish, network, writer, find):
    for number in range(3):
        publish(f"v-{number}")
    with network.database.writing() as session:  # position 3 was lost with v-2 and given to v-3
        session.execute(delete(Copy).where(Copy.id == "v-2"))
        session.commit()
    network.publish("v-3")
    with network.database.writing() as session:
        session.get(Copy, ("gavirate", "v-3")).position = 3
        replica.state(session).position = 3
        session.commit()
    assert writer.follow(network.database) == 0
    assert writer.reconcile(network.database) == 2
    assert sorted(find()) == ["v-0", "v-1", "v-3"]


def test_a_replica_that_lost_what_the_index_had_read_is_read_again(publish, network, writer, find):
    publish("v-1")
    publish("v-2")
    with network.database.writing() as session:
        session.execute(delete(Copy).where(Copy.id == "v-2"))
        replica.state(session).position = 1
        session.commit()
    writer.follow(network.database)
    assert find() == ["v-1"]


def test_another_replica_makes_the_index_anew(publish, writer, find, tmp_path):
    publish("v-old")
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}", durable=False)
    replica.create(other)
    assert writer.follow(other) == 0
    assert find() == []
    other.dispose()


def test_readers_keep_the_old_index_until_the_new_one_is_complete(network, writer, find):
    for number in range(4):
        network.publish(f"v-{number}")
    writer.follow(network.database)
    writer.rebuild()
    assert find.ask().total == 4
    assert writer.follow(network.database, limit=3) == 3
    assert find.ask().total == 4
    assert writer.follow(network.database, limit=3) == 1
    network.withdraw("v-0")
    writer.follow(network.database)
    assert find.ask().total == 3


def test_a_replaced_index_and_leftovers_are_swept(network, writer, tmp_path):
    directory = tmp_path / "index"
    network.publish("v-1")
    writer.follow(network.database)
    (directory / "v0.abc").mkdir()
    (directory / "v0.current").write_text("v0.abc")
    (current,) = directory.glob(f"v{documents.VERSION}.????????????????")
    (current / ".tmp123").write_text("half a file")
    (directory / f".{folder.POINTER}.abcd").write_text("half a name")
    writer.rebuild()
    writer.close()
    with Writer(directory):
        assert sorted(path.name for path in directory.iterdir()) == sorted(
            [current.name, folder.POINTER, "writer.lock"]
        )
        assert not list(current.glob(".tmp*"))
    assert Index(directory).documents == 1


def test_a_damaged_index_is_made_anew(network, writer, tmp_path):
    directory = tmp_path / "index"
    network.publish("v-1")
    writer.follow(network.database)
    writer.close()
    (current,) = directory.glob(f"v{documents.VERSION}.????????????????")
    (current / "meta.json").write_text("{")
    assert Index(directory).documents == 0
    with Writer(directory) as another:
        another.follow(network.database)
    assert Index(directory).documents == 1


def test_a_reader_under_another_user_of_the_group_may_open_the_index(publish, tmp_path):
    publish("v-1")
    (current,) = (tmp_path / "index").glob(f"v{documents.VERSION}.????????????????")
    modes = {path.name: path.stat().st_mode & 0o777 for path in current.iterdir()}
    assert [name for name, mode in modes.items() if mode & 0o044 != 0o044] == []
    assert modes[".tantivy-meta.lock"] & 0o020, "opening an index locks this file"


def test_what_goes_wrong_in_a_round_leaves_the_last_commit(publish, network, writer, find, monkeypatch):
    publish("v-1")
    network.publish("v-2")

    def no_space(*_):
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("federation.search.documents.of", no_space)
        with pytest.raises(OSError, match="no space"):
            writer.follow(network.database)
    assert find() == ["v-1"]
    assert writer.follow(network.database) == 1
    assert sorted(find()) == ["v-1", "v-2"]


def test_a_vacancy_that_cannot_be_indexed_harms_no_other(network, writer, find, monkeypatch, caplog):
    network.publish("v-1")
    network.publish("v-bad")
    network.publish("v-2")
    of = documents.of

    def stumble(copy, *how):
        if copy.id == "v-bad":
            raise ValueError("year 0 is out of range")
        return of(copy, *how)

    monkeypatch.setattr("federation.search.documents.of", stumble)
    assert writer.follow(network.database) == 3
    assert sorted(find()) == ["v-1", "v-2"]
    assert "v-bad of gavirate cannot be indexed" in caplog.text


def test_the_strangest_document_that_the_schema_allows_is_indexed(network, writer, find):
    body = network.vacancy() | {
        "published_on": "0001-01-01",
        "closes_on": "9999-12-31",
        "title": "\u0130\ufdfa" * 20,
        "contract": "x" * 40,
        "occupation": "0",
        "sector": "9...",
        "places": [{"locality": "/" * 80, "country": "XX", "lat": -90, "lon": 180.0}],
    }
    network.hold([network.statement("v-1", body)])
    with network.database.reading() as session:
        assert replica.get(session, "gavirate", "v-1").problem is None
    writer.follow(network.database)
    assert find() == find(comuni=("estero/XX/XX/-90.000/180.000",)) == ["v-1"]


def test_an_index_that_is_not_there_yet_finds_nothing(find):
    answer = find.ask("saldatore")
    assert (answer.total, answer.hits) == (0, [])
    assert answer.facets["comune"] == []


def test_the_index_follows_a_replica_on_either_database(network_on_either, writer, find):
    network = network_on_either
    for number in range(5):
        network.publish(f"v-{number}", origin=f"node-{number % 2}")
    network.withdraw("v-0", origin="node-0")
    assert writer.follow(network.database) == 5
    assert sorted(find()) == ["v-1", "v-2", "v-3", "v-4"]
    with network.database.writing() as session:
        session.execute(delete(Copy).where(Copy.id == "v-3"))
        session.commit()
    assert writer.reconcile(network.database) == 1
    assert sorted(find()) == ["v-1", "v-2", "v-4"]


def test_threads_search_one_index_while_it_changes(network, writer, find):
    network.hold([network.statement(f"v-{number}", network.vacancy(title=f"Cuoco {number}")) for number in range(40)])
    faults, seen = [], []

    def search_on():
        try:
            while writer_is_busy.is_set():
                answer = find.ask("cuoca", page_size=100)
                assert len(answer.hits) == answer.total == sum(count for _code, count in answer.facets["origin"])
                seen.append(answer.total)
        except Exception as fault:
            faults.append(fault)

    writer_is_busy = Event()
    writer_is_busy.set()
    threads = [Thread(target=search_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    while writer.follow(network.database, limit=4):
        pass
    writer_is_busy.clear()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(set(seen)) > 1, "the searches saw several commits"


def test_who_changes_what_the_index_holds_gives_it_a_new_version(tmp_path):
    """When this fails, raise `documents.VERSION` and note the new digest: indexes in use must be built anew."""
    fields = json.loads((folder.new(tmp_path) / "meta.json").read_text())["schema"]
    words = text.stems("Addetto/a amm.va part-time, O.S.S. e cuochi dell'ospedale: C++, turni (a) città")
    digest = sha256(json.dumps([fields, words]).encode()).hexdigest()[:12]
    assert (documents.VERSION, digest) == (3, "387666ba7190")


def test_the_memory_of_the_writer_follows_the_size_of_the_node():
    small, large = index.heap_for(2_000), index.heap_for(100_000)
    assert small == index.SMALL_HEAP_BYTES < large < index.heap_for(10**7) == index.LARGE_HEAP_BYTES


def test_an_id_stands_for_another_number_in_every_index(tmp_path):
    first, second = (folder.salt(folder.new(tmp_path)) for _ in range(2))
    numbers = {documents.term(key, salt) for key in ("gavirate/v-1", "gavirate/v-2") for salt in (first, second)}
    assert len(numbers) == 4
    assert documents.term("gavirate/v-1", first) in numbers
    assert documents.CURSOR_TERM not in numbers


def test_an_index_that_grew_old_is_built_anew_aside(network, writer, find, now):
    network.publish("v-1")
    writer.follow(network.database)
    later = now + timedelta(days=freshness.LIFE_DAYS + 1)
    network.publish("v-2", now=later, published_on=later.date(), closes_on=later.date())
    assert writer.follow(network.database, limit=1) == 1
    assert (find(), find(now=later)) == (["v-1"], []), "readers have the old one until the new one is complete"
    assert [writer.follow(network.database, limit=1) for _ in range(2)] == [1, 0]
    assert find(now=later) == ["v-2"]
    assert writer.follow(network.database) == 0
