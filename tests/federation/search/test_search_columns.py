import pytest

from federation.search import columns, employers, places
from schemas.codes import SECTORS, comuni, occupations, sectors


def read_back(facet, numbers):
    (field, found), (column, *_) = next(iter(numbers.items())), columns.COLUMNS[facet]
    assert field == column.field
    return [column.read(float(number)) for number in found]


def test_every_code_that_is_counted_as_a_number_is_read_back_as_it_was():
    istat = [comune.istat for comune in comuni.ALL]
    sigle = [*sorted({comune.sigla for comune in comuni.ALL}), places.ABROAD]
    letters = sorted({sectors.section_of(code) for code in SECTORS.codes})
    groups = [group.code for group in occupations.groups(2)]
    assert read_back("comune", columns.of_places(istat)) == istat
    assert read_back("province", columns.of_provinces(sigle)) == sigle
    assert [read_back("sector", columns.of_section(letter)) for letter in letters] == [[letter] for letter in letters]
    assert [read_back("occupation", columns.of_occupation(code)) for code in groups] == [[code] for code in groups]


@pytest.mark.parametrize("code", ["", "5", "x-1", "²3", "٣٤"])
def test_a_code_that_is_no_number_is_not_counted_as_one(code):
    assert columns.of_occupation(code) == {}
    assert columns.of_section("") == {}


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Laghi Logistica S.r.l.", "laghi logistica"),
        ("LAGHI LOGISTICA SRL a socio unico", "laghi logistica"),
        ("Caffè «Dell'Orto» s.n.c.", "caffe dell orto"),
        ("Società Cooperativa", "societa cooperativa"),
        ("S.p.A.", "spa"),
        ("La Cascina", "la cascina"),
        ("!!", ""),
    ],
)
def test_the_name_of_an_employer_is_folded_to_what_tells_it_from_others(name, folded):
    assert employers.folded(name) == folded


def test_an_employer_is_led_to_from_each_of_its_words():
    terms = list(employers.terms("bar da gino", "Bar Da Gino"))
    assert [employers.folded_of(term) for term in terms] == ["bar da gino"] * 3
    assert [term.startswith(begun) for term, begun in zip(terms, ("bar da gino", "da gino", "gino"), strict=True)] == [
        True
    ] * 3
    assert employers.written_in(terms[0]) == "Bar Da Gino"
    assert list(employers.terms("", "!!")) == []
