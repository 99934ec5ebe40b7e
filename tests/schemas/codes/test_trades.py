"""The table of trades is well formed: whoever adds a row learns here what a row must be."""

import re

import pytest

from schemas.codes import OCCUPATIONS, tables
from schemas.codes.trades import neighbours, trades

ELEMENTARY_OF_SUBSISTENCE = {"1113", "6310", "6320", "6330", "6340"}


def test_the_table_has_more_trades_than_a_desk_ever_meets():
    assert len(trades()) >= 1_350


def test_every_trade_belongs_to_a_unit_group():
    assert [each.name for each in trades() if each.isco not in OCCUPATIONS] == []


def test_every_unit_group_that_exists_in_italy_has_a_trade():
    assert set(OCCUPATIONS) - {each.isco for each in trades()} == ELEMENTARY_OF_SUBSISTENCE


def test_rows_stand_in_the_order_of_the_classification():
    keys = [(each.isco, each.name.lower()) for each in trades()]
    assert keys == sorted(keys)


def test_names_are_written_plainly():
    for each in trades():
        for name in each.names:
            assert name == " ".join(name.split()), name
            assert re.fullmatch(r"\.?\w(?:[\w\s'.+#/&-]*[\w+#])?", name), name


def test_no_name_is_a_mere_slash_form():
    assert [name for each in trades() for name in each.names if re.search(r"/[aeio]\b|\([aeio]\)", name)] == []


@pytest.mark.parametrize(
    ("name", "isco", "variant"),
    [
        ("operatore socio-sanitario", "5321", "OSS"),
        ("carrellista", "8344", "mulettista"),
        ("receptionist", "4226", "front office"),
        ("sviluppatore software", "2512", "software developer"),
    ],
)
def test_abbreviations_and_english_titles_stand_beside_the_usual_name(name, isco, variant):
    found = next(each for each in trades() if each.name == name)
    assert found.isco == isco
    assert variant in found.variants
    assert found.names[0] == name


def test_neighbours_are_other_unit_groups_each_named_once():
    assert len(list(tables.rows("neighbours.csv"))) == len(neighbours())
    for code, near in neighbours().items():
        assert {code, *near} <= set(OCCUPATIONS)
        assert code not in near
        assert len(near) == len(set(near)) > 0
