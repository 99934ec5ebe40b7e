"""The promises of the federation, kept through random actions and faults: a few hundred seeds always, any number by hand.

A seed that fails prints itself, the promise, and the last actions; `SEED=123 pytest tests/simulation -k one_seed` sees it
again, to the last byte.
"""

import hashlib
import os
from collections import Counter

import pytest

from tests.simulation.actions import ACTIONS
from tests.simulation.liar import MOODS
from tests.simulation.simulation import LENGTH

SEEDS = 200
AT_ONCE = 50
"""So many seeds are one test: two workers share them evenly, and each test meets every action and every fault."""
EXPECTED = {*ACTIONS, *(f"lie: {mood}" for mood in MOODS), "crash", "repair", "fork proof"}


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_promise_is_kept(simulate, first):
    counts = Counter()
    for seed in range(first, first + AT_ONCE):
        simulation = simulate(seed)
        assert simulation.number >= LENGTH
        counts += simulation.counts
    assert EXPECTED - counts.keys() == set(), "something never happened"


@pytest.mark.soak
def test_every_promise_is_kept_for_as_long_as_one_likes(simulate):
    seeds = int(os.environ.get("SEEDS", "10000"))
    counts = Counter()
    for seed in range(SEEDS, SEEDS + seeds):
        counts += simulate(seed).counts
    print(f"{seeds} seeds:", dict(sorted(counts.items())))


@pytest.mark.skipif("SEED" not in os.environ, reason="SEED=123 names the seed")
def test_one_seed(simulate):
    simulate(int(os.environ["SEED"]))


def test_a_seed_runs_the_same_way_every_time(simulate):
    assert everything(simulate(7)) == everything(simulate(7))


def everything(simulation):
    """What was done, and what then stands on every disk, in one hash."""
    told = [sorted(simulation.counts.items())]
    for name, node in simulation.world.nodes.items():
        told.append((name, node.disk("copy", "*", "ORDER BY position"), node.disk("register", "*", "ORDER BY number")))
    return hashlib.sha256(repr(told).encode()).hexdigest()
