"""What did not come through is told at the desk in plain words, and the rest comes through."""

import re
from pathlib import Path

import pytest

from federation import replica
from federation.keys import SigningKey
from node.health.words import REASONS, UNUSABLE

NETWORK = "/desk/rete/"


@pytest.fixture
def page(client):
    return lambda: client.get(NETWORK).text


def part(page, title):
    return page.partition(title)[2].partition("<h2")[0]


def test_when_nothing_is_wrong_both_lists_say_so(page, ispra):
    assert "Nessuno." in part(page(), "Dati arrivati ma non mostrati")
    assert "Nessuno." in part(page(), "Dati rifiutati")


def test_what_this_version_cannot_show_is_held_and_told(page, ispra, copies):
    ispra.tells(copies, "course-1", kind="initiative", body={"title": "Corso"})
    ispra.tells(copies, "vacancy-1", body={"title": "Senza il resto"})
    ispra.tells(copies, "vacancy-2", v=2)
    ispra.tells(copies, "vacancy-3")
    told = part(page(), "Dati arrivati ma non mostrati")
    assert told.count("<strong>Ispra</strong>") == 3
    for code in ("kind", "body", "version"):
        assert str(UNUSABLE[code]) in told
    assert "course-1: initiative" in told
    assert "places: manca" in told
    assert "vacancy-3" not in told


def test_what_was_not_taken_is_told_with_the_reason_and_how_often(page, ispra, copies):
    broken = ispra.line("vacancy-1").replace(b"Magazziniere", b"Magazziniera")
    for _ in range(3):
        ispra.sends(copies, broken)
    ispra.sends(copies, ispra.line("vacancy-2", key=SigningKey.generate()))
    ispra.tells(copies, "vacancy-3", origin="gavirate")
    told = part(page(), "Dati rifiutati")
    for code in ("signature", "key", "origin"):
        assert str(REASONS[code]) in told
    assert "3 volte" in told
    with copies.reading() as session:
        assert replica.counts(session) == {}


def test_what_a_peer_writes_is_text_and_no_markup(page, ispra, copies):
    ispra.tells(copies, "course-1", kind="initiative", v=2, crit=["<script>alert(1)</script>"])
    ispra.tells(copies, "course-2", kind="initiative", body={"<b>": 1})
    assert "<script>alert" not in page()


def test_only_the_latest_are_shown_of_many(page, ispra, copies):
    ispra.sends(copies, *(ispra.line(f"course-{number}", kind="initiative", body={}) for number in range(60)))
    told = part(page(), "Dati arrivati ma non mostrati")
    assert told.count("<li>") == 50
    assert "course-59:" in told
    assert "Si vedono gli ultimi 50." in told


def test_every_reason_of_the_federation_has_its_words():
    sources = (path.read_text("utf-8") for path in Path(replica.__file__).parent.glob("*.py"))
    codes = {code for source in sources for code in re.findall(r'\bRefused\(\s*"(\w+)"', source)}
    assert codes == REASONS.keys()
