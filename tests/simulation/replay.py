"""One seed in a process of its own, as `python -m tests.simulation.replay FOLDER SEED`: prints what it came to."""

import logging
import sys
from pathlib import Path

from tests.simulation.simulation import Simulation
from tests.simulation.world import Ground, simulated

if __name__ == "__main__":
    folder, seed = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    with simulated():
        simulation = Simulation(Ground(Path(folder)), int(seed))
        simulation.run()
    print(simulation.outcome())
