"""The worker keeps the figures true, and does not take a failure for done."""

import pytest

from node import worker
from node.worker import Jobs


@pytest.fixture
def jobs(config, desk, copies):
    made = Jobs(config)
    made._scheduler.start(paused=True)
    yield made
    made.stop()


@pytest.fixture
def reckoned(monkeypatch):
    """The moments at which figures were reckoned; the first time the disk is full."""
    moments = []

    def refresh(_session, _home, now):
        moments.append(now)
        if len(moments) == 1:
            raise OSError("disk full")

    monkeypatch.setattr(worker, "refresh_figures", refresh)
    return moments


def test_a_reckoning_that_failed_is_done_again_and_one_that_succeeded_is_not(jobs, reckoned):
    with pytest.raises(OSError, match="disk full"):
        jobs.reckon()
    for _turn in range(3):
        jobs.reckon()
    assert len(reckoned) == 2
