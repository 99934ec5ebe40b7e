"""ISCO-08 is whole, its tree has no gap, and an operator's word finds the group."""

import pytest

from schemas.codes import OCCUPATIONS, occupations


@pytest.mark.parametrize(("digits", "count"), [(1, 10), (2, 43), (3, 130), (4, 436)])
def test_every_level_of_isco_08_is_complete(digits, count):
    assert len(list(occupations.groups(digits))) == count


def test_every_group_has_its_parents_and_every_upper_group_has_children():
    for digits in (2, 3, 4):
        children = list(occupations.groups(digits))
        assert all(occupations.occupation(each.parent) for each in children)
        assert {each.parent for each in children} == {each.code for each in occupations.groups(digits - 1)}
    assert all(each.parent is None for each in occupations.groups(1))


def test_every_group_has_a_title_in_both_languages_and_unit_groups_share_none():
    units = list(occupations.groups(4))
    for lang in ("it", "en"):
        titles = [each.title(lang) for each in units]
        assert len(set(titles)) == len(units)
        assert all(title == title.strip() and title[0].isupper() for title in titles)


def test_residual_groups_are_named_as_such_in_both_languages():
    for each in occupations.groups(4):
        in_italian = each.title_it.endswith(("non classificati altrove", "non classificate altrove"))
        assert in_italian == each.title_en.endswith("not elsewhere classified"), each


def test_an_only_unit_group_bears_the_title_of_its_minor_group():
    for each in occupations.groups(4):
        if each.code.endswith("0"):
            assert each.title_en == occupations.label(each.parent, "en")
            assert each.title_it == occupations.label(each.parent, "it")


@pytest.mark.parametrize(
    ("code", "italian", "english"),
    [
        ("0110", "Ufficiali delle forze armate", "Commissioned armed forces officers"),
        ("2221", "Infermieri", "Nursing professionals"),
        ("4321", "Impiegati addetti al magazzino", "Stock clerks"),
        ("5120", "Cuochi", "Cooks"),
        ("7223", "Regolatori e operatori di macchine utensili per la lavorazione dei metalli", "Metal working machine tool setters and operators"),
        ("8344", "Conduttori di carrelli elevatori", "Lifting truck operators"),
        ("9333", "Addetti alla movimentazione di merci", "Freight handlers"),
        ("83", "Conducenti di veicoli e conduttori di macchinari mobili", "Drivers and mobile plant operators"),
        ("9", "Professioni non qualificate", "Elementary occupations"),
    ],
)  # fmt: skip
def test_known_groups_read_as_the_classification_says(code, italian, english):
    assert occupations.label(code) == italian
    assert occupations.label(code, "en") == english


def test_a_vacancy_may_carry_a_unit_group_and_nothing_above_it():
    assert "5120" in OCCUPATIONS
    assert "512" not in OCCUPATIONS
    assert OCCUPATIONS.label("5120", "en") == "Cooks"


def test_an_unknown_code_reads_other():
    assert occupations.occupation("0000") is None
    assert occupations.label("0000") == "altro"
    assert occupations.label(None, "en") == "other"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("parrucchiera", "5141"),
        ("MURATORE", "7112"),
        ("cuoco", "5120"),
        ("addetta pulizie uffici", "9112"),
        ("software developer", "2512"),
        ("5131", "5131"),
    ],
)
def test_a_word_of_the_title_finds_the_group(typed, first):
    assert occupations.find(typed)[0].code == first


def test_the_first_digits_of_a_code_list_the_group():
    assert [each.code for each in occupations.find("833")] == ["8331", "8332"]


def test_nothing_typed_finds_nothing_and_the_limit_holds():
    assert occupations.find("  ") == []
    assert occupations.find("zzz") == []
    assert len(occupations.find("addetti", limit=3)) == 3
