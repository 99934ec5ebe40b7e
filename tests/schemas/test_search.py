"""The two spellings of a search, and what each says of a value that it cannot take."""

import pytest
from marshmallow import ValidationError

from federation.search import documents
from schemas.codes import SECTORS
from schemas.search import PAGE_MAX, SINCE, SORTS, TEXT_MAX, SearchForm, SearchQuery


def refusal_of(schema, **given):
    """The one message, of a scalar or of the first value of a list."""
    with pytest.raises(ValidationError) as refused:
        schema.load(given)
    [told] = refused.value.normalized_messages().values()
    return (told[0] if isinstance(told, dict) else told)[0]


def test_a_search_for_nothing_is_a_search_for_everything():
    assert SearchQuery().load({}) == {
        "q": "", "comune": [], "radius_km": None, "province": [], "region": [], "contract": [], "sector": [],
        "occupation": [], "hours": [], "shifts": None, "experience": [], "licence": [], "reserved": [], "remote": [],
        "employer": [], "origin": [], "since": None, "sort": None, "page": 1, "page_size": 20,
    }  # fmt: skip


def test_form_and_query_ask_for_the_same_filters():
    form, query = SearchForm().fields, SearchQuery().fields
    assert set(form) - set(query) == {"km", "place"}
    assert set(query) - set(form) == {"radius_km", "page_size"}


def test_places_come_out_as_the_documents_have_them():
    read = SearchForm().load({"comune": "gavirate", "place": ["012133", "Lugano (CH)"]})
    assert read["comune"] == {"istat": "012072", "name": "Gavirate"}
    assert [place.get("istat") or place["locality"] for place in read["place"]] == ["012133", "Lugano"]


@pytest.mark.parametrize(("name", "value"), [("hours", ["notte"]), ("contract", ["fisso"]), ("sort", "paga")])
def test_a_value_beside_the_list_is_answered_with_the_name_and_the_list(name, value):
    told = refusal_of(SearchQuery(), **{name: value})
    assert f"non è un valore di {name}. I valori sono: " in told
    assert all(sort in told for sort in SORTS) or name != "sort"


def test_a_sector_is_any_section_or_division():
    assert SearchQuery().load({"sector": ["C", "52"]})["sector"] == ["C", "52"]
    assert refusal_of(SearchQuery(), sector=["5299"]).endswith(", ".join(SECTORS.codes) + ".")


@pytest.mark.parametrize("typed", ["VA", "va", "Varese"])
def test_a_province_is_known_by_its_letters_or_its_name(typed):
    assert SearchQuery().load({"province": [typed]})["province"] == ["VA"]


def test_regions_are_known_in_any_spelling_and_abroad_is_one_of_them():
    read = SearchQuery().load({"region": ["LOMBARDIA", "valle d aosta", "estero"]})["region"]
    assert read == ["Lombardia", "Valle d'Aosta/Vallée d'Aoste", "estero"]
    assert "per esempio Lombardia" in refusal_of(SearchQuery(), region=["Padania"])


def test_the_periods_are_those_of_the_index():
    assert tuple(documents.SINCE) == SINCE


def test_a_node_is_named_by_its_id():
    assert SearchQuery().load({"origin": ["somma-lombardo"]})["origin"] == ["somma-lombardo"]
    assert "come somma-lombardo" in refusal_of(SearchQuery(), origin=["Somma Lombardo!"])


def test_a_filter_takes_so_many_values_and_no_more():
    with pytest.raises(ValidationError, match="troppi: al massimo 100"):
        SearchQuery().load({"employer": ["Rossi"] * 101})


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "", " 3", "٣", "1" * 30, str(PAGE_MAX + 1)])
def test_a_page_is_a_whole_number_from_one(value):
    assert refusal_of(SearchQuery(), page=value) == f"page è un numero intero da 1 a {PAGE_MAX}."


def test_words_are_one_line_of_bounded_length():
    assert SearchQuery().load({"q": "  operaia\n\tdi  linea\x00"})["q"] == "operaia di linea"
    assert f"al massimo {TEXT_MAX} caratteri" in refusal_of(SearchQuery(), q="x" * (TEXT_MAX + 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [("Castro", "Quale? Castro (LE), Castro (BG)"), ("Atlantide", "Non conosciamo il Comune «Atlantide»")],
)
def test_a_comune_that_is_none_or_more_than_one_is_asked_back(text, told):
    assert told in refusal_of(SearchForm(), comune=text)
