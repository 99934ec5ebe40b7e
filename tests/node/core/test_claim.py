import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import NullPool, create_engine, text

from node.core.claim import claim_of

HOLD = "import sys; from fcntl import *; f = open(sys.argv[1], 'ab'); flock(f, LOCK_EX); print('held', flush=True); input()"
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


def test_a_claim_is_held_by_one(config):
    first, second = claim_of(config), claim_of(config)
    assert first.take()
    assert first.is_held()
    assert not second.take()
    assert not second.is_held()
    first.release()
    assert not first.is_held()
    assert second.take()
    second.release()


def test_another_node_has_a_claim_of_its_own(config, tmp_path):
    first, other = claim_of(config), claim_of(replace(config, id="ispra", data=tmp_path))
    assert first.take()
    assert other.take()
    first.release()
    other.release()


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
def test_a_claim_falls_with_the_process_that_held_it(config):
    path = config.data / "worker.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        claim = claim_of(config)
        assert not claim.take()
        holder.kill()
        holder.wait()
        assert claim.take()
        claim.release()


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)
def test_a_claim_is_lost_with_its_connection(config):
    claim = claim_of(config)
    assert claim.take()
    engine = create_engine(config.desk_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.scalar(text(CUT))
    assert not claim.is_held()
    claim.release()
    assert claim.take()
    claim.release()
