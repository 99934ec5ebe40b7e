"""The ground on which the networks of all seeds stand, made once for a process."""

import gc
import logging

import pytest

from tests.simulation.simulation import Simulation
from tests.simulation.world import Ground, simulated


@pytest.fixture(scope="session")
def ground(tmp_path_factory):
    with simulated():
        return Ground(tmp_path_factory.mktemp("simulation"))


@pytest.fixture
def simulate(ground):
    """`simulate(seed)` runs one seed and returns it; nothing of it is logged, and no garbage is looked for meanwhile."""

    def run(seed, **options):
        simulation = Simulation(ground, seed, **options)
        gc.disable()
        try:
            simulation.run()
        finally:
            gc.enable()
            gc.collect(0)
        return simulation

    logging.disable(logging.CRITICAL)
    with simulated():
        yield run
    logging.disable(logging.NOTSET)
