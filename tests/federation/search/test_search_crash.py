"""The writer is killed in the middle of its work, again and again, as a power cut or an impatient administrator does."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from federation.search.index import Index, Writer

ROOT = Path(__file__).parents[3]
ROUNDS = 3
VACANCIES = 200
INDEXER = """
import sys
from pathlib import Path
from federation.database import Database
from federation.search.index import Writer

database = Database(sys.argv[1], durable=False)
with Writer(Path(sys.argv[2])) as writer:
    while True:
        writer.follow(database, limit=7)
"""


@pytest.fixture
def chance():
    """Another one at each run, and named when a test fails."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    return random.Random(seed)


@pytest.fixture
def indexers(network, tmp_path):
    """Starts indexers in processes of their own; none outlives the test."""
    started = []

    def start():
        command = [sys.executable, "-c", INDEXER, network.url, str(tmp_path / "index")]
        started.append(subprocess.Popen(command, cwd=ROOT))
        return started[-1]

    yield start
    for indexer in started:
        indexer.kill()
        indexer.wait()


def kill_after(indexer, index, goal, chance):
    """Kill it once the index has read up to some position, in the middle of whatever it is doing then."""
    deadline = time.monotonic() + 20
    while position_of(index) < goal and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.random() * 0.02)
    indexer.send_signal(signal.SIGKILL)
    indexer.wait()


def position_of(index):
    snapshot = index.snapshot()
    return json.loads(snapshot.cursor)[1] if snapshot and snapshot.cursor else 0


def held(folder):
    return Index(folder).snapshot().versions_of("gavirate")


def catch_up(network, folder):
    """One round of an indexer that lives: whatever the killed ones left undone."""
    with Writer(folder) as writer:
        while writer.follow(network.database):
            pass
        assert writer.reconcile(network.database) == 0, "what a kill leaves needs no repair"


def test_kills_lose_no_committed_change_and_bring_none_twice(network, tmp_path, indexers, chance):
    folder = tmp_path / "index"
    network.hold([network.statement(f"v-{number}", network.vacancy()) for number in range(VACANCIES)])
    reached = 0
    for _ in range(ROUNDS):
        indexer = indexers()
        kill_after(indexer, Index(folder), reached + chance.randint(10, 40), chance)
        reached, before = position_of(Index(folder)), reached
        assert reached > before, "the indexer that followed a kill got nowhere"
        positions = sorted(position for position, _seq in held(folder).values())
        assert positions == list(range(1, reached + 1)), "the index holds exactly what its cursor says"
    network.hold([network.statement(f"v-{number}", None) for number in range(0, VACANCIES, 2)])
    catch_up(network, folder)
    assert sorted(held(folder)) == sorted(f"gavirate/v-{number}" for number in range(1, VACANCIES, 2))


def test_what_was_withdrawn_while_indexers_were_killed_is_found_no_more_after_the_next_round(
    network, find, tmp_path, indexers, chance
):
    folder = tmp_path / "index"
    live = {}
    for number in range(ROUNDS):
        changes = {f"v-{chance.randrange(80)}": f"Saldatore {number}" for _ in range(60)}
        withdrawn = set(chance.sample(sorted(live), len(live) // 2))
        live = {**live, **changes}
        live = {name: title for name, title in live.items() if name not in withdrawn}
        network.hold(
            [
                network.statement(name, network.vacancy(title=live[name]) if name in live else None)
                for name in chance.sample(sorted(changes.keys() | withdrawn), len(changes.keys() | withdrawn))
            ]
        )
        reached = position_of(Index(folder))
        kill_after(indexers(), Index(folder), reached + chance.randint(1, 40), chance)
        if number:
            catch_up(network, folder)
            assert sorted(held(folder)) == sorted(f"gavirate/{name}" for name in live)
            shown = find.ask("saldatore", page_size=100)
            assert shown.total == len(live)
            assert not withdrawn.intersection(hit.id for first in shown.hits for hit in (first, *first.also))
