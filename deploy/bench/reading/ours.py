"""Our reader: the worker's Puller with its Repairer and the member's own key, roster and replica.

`read` visits the origin once, `poll N` so many times without anything new, each over a connection of its own, as it is
when minutes lie between two visits.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.bench.reading.reader import listen
from deploy.bench.reading.vacancies import ORIGIN
from federation import replica
from federation.client import PeerClient
from federation.pull import Puller
from federation.roster import RosterStore
from node.core import clock, db, identity
from node.core.config import load


class OurReader:
    def __init__(self, puller: Puller, client: PeerClient):
        self._puller, self._client = puller, client

    def does(self, word: str) -> int:
        what, _, times = word.partition(" ")
        if what == "poll":
            return sum(self._poll() for _time in range(int(times)))
        return self._read()

    def _read(self) -> int:
        """How many records came; a visit that did not end well is none."""
        visit = self._puller.pull(ORIGIN)
        if visit.fault or visit.differing or visit.refused or visit.held:
            raise SystemExit(f"the visit went wrong: {visit}")
        return visit.new

    def _poll(self) -> int:
        self._client.close()
        if self._read():
            raise SystemExit("something was new")
        return 1


@contextmanager
def opened(folder: Path) -> Iterator[OurReader]:
    config = load(folder, {})
    roster = RosterStore(config.roster, clock.now, identity.myself(config))
    client = PeerClient(identity.signing_key(config), config.allow_private_addresses, clock.now)
    with db.opened(db.replica_of(config)) as copies:
        replica.create(copies)
        yield OurReader(Puller(config.id, copies, roster, client, clock.now), client)


if __name__ == "__main__":
    with opened(Path(sys.argv[1])) as ours:
        listen(ours.does)
