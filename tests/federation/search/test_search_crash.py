"""The writer is killed in the middle of its work, again and again, as a power cut or an impatient administrator does."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from federation.search.index import Index, Writer

ROOT = Path(__file__).parents[3]
ROUNDS = 4
VACANCIES = 500
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


def start(network, folder):
    return subprocess.Popen([sys.executable, "-c", INDEXER, network.url, str(folder)], cwd=ROOT)


def kill_after(indexer, index, more):
    """Kill it once the index has read some more changes, in the middle of whatever it is doing then."""
    goal = position_of(index) + more
    deadline = time.monotonic() + 20
    while position_of(index) < goal and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(random.random() * 0.02)
    indexer.send_signal(signal.SIGKILL)
    indexer.wait()


def position_of(index):
    snapshot = index.snapshot()
    state = snapshot.state_of("#cursor") if snapshot else None
    return json.loads(state)[1] if state else 0


def test_kills_lose_no_committed_change_and_bring_none_twice(network, tmp_path):
    folder = tmp_path / "index"
    network.hold([network.statement(f"v-{number}", network.vacancy()) for number in range(VACANCIES)])
    reached = 0
    for _ in range(ROUNDS):
        indexer = start(network, folder)
        kill_after(indexer, Index(folder), random.randint(40, 100))
        index = Index(folder)
        assert position_of(index) > reached, "the indexer that followed a kill got nowhere"
        reached = position_of(index)
        found = sorted(position for position, _seq in index.snapshot().versions_of("gavirate").values())
        assert found == list(range(1, reached + 1)), "the index holds exactly what its cursor says"
    network.hold([network.statement(f"v-{number}", None) for number in range(0, VACANCIES, 2)])
    with Writer(folder) as writer:
        while writer.follow(network.database):
            pass
        assert writer.reconcile(network.database) == 0
    assert sorted(Index(folder).snapshot().versions_of("gavirate")) == sorted(
        f"gavirate/v-{number}" for number in range(1, VACANCIES, 2)
    )
