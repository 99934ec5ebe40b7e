"""The engines beside ours must be good at what they do, or the comparison flatters us."""

import pytest

from deploy.bench.peers.fields import Question
from deploy.bench.peers.fts5 import Fts5
from deploy.bench.peers.postgresql import PostgreSQL
from deploy.bench.peers.snowball import Snowball

VARESE, GAVIRATE = "012133", "012072"


def document(title, istat=VARESE, **more):
    return {"title": title, "places": [{"istat": istat, "name": "?"}], "contract": "determinato"} | more


RECORDS = [
    ("varese", "1", document("Magazziniere", description="Collabora con il saldatore.")),
    ("varese", "2", document("Saldatore a filo", occupation="7212")),
    ("varese", "3", document("Saldatore", GAVIRATE, hours="part-time")),
    ("varese", "4", document("Perché no: caffè d'autore")),
]


@pytest.fixture
def postgresql_url(postgresql):
    lent = postgresql.lend()
    yield postgresql.url_of(lent)
    postgresql.take_back(lent)


@pytest.fixture(params=["snowball", "fts5", "postgresql"])
def engine(request, tmp_path):
    if request.param == "snowball":
        made = Snowball(tmp_path / "index")
    elif request.param == "fts5":
        made = Fts5(tmp_path / "fts5.sqlite")
    else:
        made = PostgreSQL(request.getfixturevalue("postgresql_url"))
    made.fill(RECORDS)
    yield made
    made.close()


def test_a_word_of_the_title_counts_more_than_one_of_the_description(engine):
    assert engine.best(Question("saldatore"), 10)[-1] == "varese/1"
    assert set(engine.best(Question("saldatore"), 10)) == {"varese/1", "varese/2", "varese/3"}


def test_a_chosen_place_filters(engine):
    assert engine.best(Question("saldatore", frozenset([GAVIRATE])), 10) == ["varese/3"]
    assert engine.best(Question("", frozenset([GAVIRATE])), 10) == ["varese/3"]


def test_codes_are_told_in_words(engine):
    assert engine.best(Question("part time"), 10) == ["varese/3"]


def test_accents_do_not_matter(engine):
    assert engine.best(Question("caffe"), 10) == ["varese/4"]


def test_a_page_has_all_matches(engine):
    assert engine.page(Question("saldatore")) == 3
    assert engine.page(Question("saldatore", frozenset([VARESE]))) == 2


@pytest.mark.parametrize("typed", ['"', "saldatore AND", "(", "d'autore", "a:b*", "€", "' | x"])
def test_signs_are_no_operators(engine, typed):
    engine.best(Question(typed), 10)
