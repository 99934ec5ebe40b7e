"""A thousand persons, each field of whom says something unmistakable: no byte of it is in another comune's hands."""

import re
from datetime import date

import pytest
from sqlalchemy import JSON, Date, String

from federation.search.index import Writer
from node.candidates.models import Candidate
from node.core import clock
from node.core.actors import NODE
from node.core.db import Base
from node.desks.actions import create_desk
from node.scopes.models import PURPOSE, ScopeChoice
from node.scopes.publishing import publish_due
from schemas.desk import DeskForm
from schemas.scope import longest_from
from tests.federation.nodes import DeskNode, small_network, transaction, turn
from tests.federation.test_feed import ask
from tests.node.scopes.conftest import DESK

TOKEN = "Zq7xkhw"
DIGITS = "8899776655"
DAY = date(1907, 3, 9)
"""What the fields of all these persons begin with: words, numbers, days."""
SIGN = re.compile(rf"(?i){TOKEN}|{DIGITS}|{DAY}".encode())

TOLD = {"education": "4", "hours": "tempo-pieno", "residence": "012072", "domicile": "012072"}
"""The fields of one word from which her profile is made: codes, and nothing else may be in them."""
SEX = {"sex": "F"}
"""What the database itself allows no word in."""
LISTS = {
    "skills": ["preparazione-ordini"],
    "licences": ["B"],
    "languages": [{"code": "en", "level": "B1"}],
    "contracts": [],
    "excluded_sectors": [],
}
EVERY = 10
"""One of so many names one comune, the others want the whole network."""


@pytest.fixture
def desk_url():
    return ""


@pytest.fixture
def nodes(tmp_path):
    with small_network(tmp_path, make=DeskNode) as opened:
        for node in opened.values():
            Base.metadata.create_all(node.desk.engine)
            assert node.opening.attempt()
        yield opened


def person(number):
    """Every field that her profile is not made of says who she is, also one that is added tomorrow."""
    columns = [column for column in Candidate.__table__.columns if column.info.get("personal")]
    words = {column.key: words_of(number, column.key) for column in columns if isinstance(column.type, String)}
    days = {column.key: DAY for column in columns if isinstance(column.type, Date)}
    lists = {column.key: [words_of(number, column.key)] for column in columns if isinstance(column.type, JSON)}
    trade = {"title": words_of(number, "title"), "code": "5223"}
    job = {"trade": words_of(number, "trade"), "code": "5223", "years": 2.0, "until": 2021}
    shaped = LISTS | {"trades": [trade], "experiences": [job], "phone": f"+39 {DIGITS}{number}"}
    now = clock.now()
    noted = {
        "notice_version": "1",
        "notice_given_at": now,
        "notice_given_by": "x",
        "created_at": now,
        "changed_at": now,
    }
    del words["folded_name"], words["phone_digits"]
    return Candidate(ref=words_of(number, "ref"), **(words | days | lists | shaped | TOLD | SEX | noted))


def words_of(number, what):
    return f"{TOKEN}{number}{what}!"


def choice(number):
    scope = {"scope": "rete"} if number % EVERY else {"scope": "comuni", "comuni": ["ispra"]}
    holds = {"given_at": clock.now(), "until": longest_from(clock.today()), "reasons": []}
    return ScopeChoice(
        person=words_of(number, "ref"),
        purpose=PURPOSE,
        notice_version="1",
        channel="persona",
        operator="x",
        **scope,
        **holds,
    )


def fed(asker, node, scope):
    """The bytes of a whole feed as they come over HTTP."""
    after, received = 0, []
    while True:
        answer = ask(node.url, f"/federation/changes?after={after}&scope={scope}&limit=500", signer=asker)
        assert answer.status == 200
        received.append(answer.body)
        page = answer.page()
        after = page.next
        if not page.remaining:
            return b"".join(received)


def on_disk(node):
    return {str(path.relative_to(node.folder)): path.read_bytes() for path in node.folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_nothing_that_identifies_anybody_is_in_another_comunes_hands(nodes, capfd, count):
    somma, gavirate, ispra = nodes.values()
    with transaction(gavirate.desk) as session:
        create_desk(session, NODE, DeskForm().load(DESK))
        session.add_all(map(person, range(count)))
        session.flush()
        session.add_all(map(choice, range(count)))
    publish_due(gavirate.desk, gavirate.replica, gavirate.store, gavirate.id)
    turn(*nodes.values())
    turn(*nodes.values())
    assert sum(origin == "gavirate" for origin, _record in ispra.held()) == count + 1, "all, and the desk to ask"
    writer = Writer(ispra.folder / "index")
    while writer.follow(ispra.replica):
        pass
    writer.close()

    handed = {
        f"feed of {node.id}, {scope}": fed(ispra, node, scope) for node in (gavirate, somma) for scope in ("own", "all")
    }
    handed |= {f"ispra: {name}": held for name, held in on_disk(ispra).items()}
    handed |= {f"somma: {name}": held for name, held in on_disk(somma).items()}
    handed |= {f"backup: {name}": held for name, held in ispra.backup(machine=True).items()}
    handed["what was said"] = "".join(capfd.readouterr()).encode()
    assert len(handed["feed of gavirate, own"]) > count * 500
    assert {what: set(SIGN.findall(held)) for what, held in handed.items() if SIGN.search(held)} == {}
    ours = b"".join(on_disk(gavirate).values())
    fields = {*re.findall(rf"{TOKEN}{count - 1}([a-z_]+)!".encode(), ours)}
    assert fields >= {b"family_name", b"given_name", b"tax_code", b"email", b"address", b"notes", b"reserved", b"title"}
    assert DIGITS.encode() in ours
