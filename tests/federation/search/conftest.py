"""A replica filled with signed vacancies of several origins, and an index that follows it."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from federation import replica, upkeep
from federation.apply import store
from federation.database import Database
from federation.keys import SigningKey
from federation.search.index import Index, Writer
from federation.search.query import SearchRequest, search
from federation.statement import Keyring, instant, parse_line, sign, verify
from schemas.places import read_place

NOW = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)


def vacancy(**changes):
    """A valid document; `places` are given as people write them: "Gavirate", "Lugano (CH)"."""
    body = {
        "title": "Magazziniere",
        "employer": {"name": "Laghi Logistica Srl"},
        "desk": "sportello-1",
        "places": ["Gavirate"],
        "contract": "determinato",
        "published_on": NOW.date(),
        "closes_on": NOW.date() + timedelta(days=30),
        "how_to_apply": "Allo sportello.",
    } | changes
    body["places"] = [read_place(name) for name in body["places"]]
    return {name: each.isoformat() if isinstance(each, date) else each for name, each in body.items()}


class Network:
    """What several nodes published, as it arrived at this one; every statement is really signed and verified."""

    vacancy = staticmethod(vacancy)

    def __init__(self, url):
        self.url = url
        self.database = Database(self.url, durable=False)
        replica.create(self.database)
        self.keys = {}
        self.numbers = count(1)

    def statement(self, id, body, origin="gavirate", kind="vacancy", audience="public", now=NOW, not_after=None):
        key = self.keys.setdefault(origin, SigningKey.generate())
        payload = {
            "v": 1,
            "origin": origin,
            "kind": kind,
            "id": id,
            "epoch": 1,
            "seq": next(self.numbers),
            "audience": audience,
            "issued_at": instant(now),
            "not_after": instant(not_after or now + timedelta(days=60)),
            "body": body,
        }
        return verify(parse_line(sign(payload, key)), Keyring({origin: (key.public,)}))

    def hold(self, statements, now=NOW):
        """Apply verified statements, as a page of a peer."""
        with self.database.writing() as session:
            applied = store(session, statements, "peer", now)
            session.commit()
        return applied

    def publish(self, id, origin="gavirate", now=NOW, not_after=None, **changes):
        """Each of an employer of its own, unless told otherwise: the same one posted twice is one vacancy."""
        changes = {"employer": {"name": f"Azienda numero {id.removesuffix('-id')}"}} | changes
        self.hold([self.statement(id, vacancy(**changes), origin, now=now, not_after=not_after)], now)

    def withdraw(self, id, origin="gavirate"):
        self.hold([self.statement(id, None, origin)])

    def forget_origin(self, origin, now=NOW):
        with self.database.writing() as session:
            upkeep.purge_origin(session, origin, now)
            session.commit()


class Finder:
    """Asks the index; answers are ids unless more is wanted."""

    def __init__(self, index):
        self.index = index

    def ask(self, text="", now=NOW, **wishes):
        return search(self.index, SearchRequest(text=text, now=now, **wishes))

    def __call__(self, text="", **wishes):
        return [hit.id for hit in self.ask(text, **wishes).hits]


@pytest.fixture
def now():
    """When everything was published, and when it is searched unless a test says otherwise."""
    return NOW


@pytest.fixture
def network(tmp_path):
    network = Network(f"sqlite:///{tmp_path / 'replica.sqlite'}")
    yield network
    network.database.dispose()


@pytest.fixture
def network_on_either(database_url):
    """The same on SQLite, then on PostgreSQL."""
    network = Network(database_url)
    yield network
    network.database.dispose()


@pytest.fixture
def writer(tmp_path):
    with Writer(tmp_path / "index") as writer:
        yield writer


@pytest.fixture
def find(tmp_path):
    return Finder(Index(tmp_path / "index"))


@pytest.fixture
def publish(network, writer):
    """Publish and let the index read it."""

    def publish(*names, **changes):
        network.publish(*names, **changes)
        writer.follow(network.database)

    return publish


@pytest.fixture
def shop(network, writer):
    """Publish many vacancies in one round: `shop(v1={"title": …}, v2={…})`."""

    def shop(**vacancies):
        for name, changes in vacancies.items():
            network.publish(f"{name}-id", **changes)
        writer.follow(network.database)

    return shop


def ids(*names):
    return [f"{name}-id" for name in names]
