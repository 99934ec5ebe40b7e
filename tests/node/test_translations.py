"""The check of the catalogues finds what it is there to find."""

import pytest
from babel.messages.catalog import Catalog

from node.translations import missing


@pytest.fixture
def catalogue():
    """`catalogue(("Cerca", "Search"), …)`"""

    def made(*pairs, **options):
        book = Catalog("en")
        for sentence, text in pairs:
            book.add(sentence, text, **options)
        return book

    return made


def test_sentences_of_code_templates_and_schemas_are_found():
    found = missing.said()
    assert "Il tuo ruolo" not in found
    assert "Operatori" in found, "lazy() in code"
    assert "Cambia password" in found, "_() in a template"
    assert "Scrivi la tua password." in found, "Message() in a schema"
    assert "Qualcosa si è rotto da parte nostra" in found


def test_a_translated_sentence_is_no_fault(catalogue):
    book = catalogue(("Cerca", "Search"), ("Riprova tra {minutes} min.", "Try again in {minutes} min."))
    assert list(missing.faults(book, {"Cerca", "Riprova tra {minutes} min."})) == []


@pytest.mark.parametrize("pairs", [(), (("Cerca", ""),)])
def test_a_sentence_without_translation_is_named(catalogue, pairs):
    assert list(missing.faults(catalogue(*pairs), {"Cerca"})) == ["missing: Cerca"]


def test_a_guess_is_no_translation(catalogue):
    assert list(missing.faults(catalogue(("Cerca", "Search"), flags=("fuzzy",)), {"Cerca"})) == ["missing: Cerca"]


def test_a_translation_that_loses_a_blank_is_named(catalogue):
    book = catalogue(("Al massimo {max}.", "At most {most}."), ("%(n)s offerte", "offers"))
    assert list(missing.faults(book, {"Al massimo {max}.", "%(n)s offerte"})) == [
        "other blanks: %(n)s offerte",
        "other blanks: Al massimo {max}.",
    ]


def test_a_plural_needs_both_its_forms(catalogue):
    book = catalogue((("%(num)s offerta", "%(num)s offerte"), ("%(num)s offer", "")))
    assert list(missing.faults(book, {"%(num)s offerta"})) == ["missing: %(num)s offerta"]


def test_a_plural_may_say_one_without_its_number(catalogue):
    ids = ("scade domani", "scade tra %(num)s giorni")
    good, bad = catalogue((ids, ("tomorrow", "in %(num)s days"))), catalogue((ids, ("tomorrow", "in some days")))
    assert list(missing.faults(good, {ids[0]})) == []
    assert list(missing.faults(bad, {ids[0]})) == ["other blanks: scade domani"]
