import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas.codes
from schemas import plain_text, shapes, vacancy
from schemas.codes import CONTRACTS, CodeList
from schemas.codes import comuni as comuni_of_italy
from schemas.desk import DeskDocument
from schemas.employer import NAME_MAX, EmployerDocument
from schemas.figures import COUNTS, FiguresDocument
from schemas.head import HeadDocument
from schemas.kinds import DOCUMENTS, LEASED_KINDS, problem_with
from schemas.places import ComuneDocument
from schemas.statement import PAYLOAD_MAX_BYTES
from schemas.vacancy import VacancyDocument

ENVELOPE_BYTES = 1024


def lines(max, breaks=False):
    clean = plain_text.paragraphs if breaks else plain_text.one_line
    return st.text(min_size=1, max_size=max).map(clean).filter(lambda text: 0 < len(text) <= max)


def shaped(shape):
    return st.from_regex(shape, fullmatch=True)


def maybe(**members):
    """Objects with the given members, each of them present or absent (missing, or None as a model holds it)."""
    return st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in members.items()})


names = st.sampled_from(["Officine Prova", "Bar «Al Lago»"])
codes = shaped(shapes.CODE)
ids = shaped(shapes.RECORD_ID)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
degrees = st.floats(-90, 90).map(lambda value: round(value, 5))
comuni = st.fixed_dictionaries({"istat": shaped(shapes.ISTAT), "name": lines(80)})
abroad = st.fixed_dictionaries(
    {"locality": lines(80), "country": shaped(shapes.COUNTRY), "lat": degrees, "lon": degrees}
)
sums = st.decimals(1, 100_000, places=2)
pays = st.tuples(sums, sums).map(sorted).flatmap(
    lambda ends: st.fixed_dictionaries({"min": st.just(ends[0]), "max": st.just(ends[1]), "period": codes, "currency": st.just("EUR")})
)  # fmt: skip


@st.composite
def vacancies(draw):
    opened, closed = sorted((draw(days), draw(days)))
    mandatory = st.fixed_dictionaries(
        {
            "title": lines(120), "desk": ids, "places": st.lists(comuni | abroad, min_size=1, max_size=4), "contract": codes,
            "published_on": st.just(opened), "closes_on": st.just(closed), "how_to_apply": lines(200, breaks=True),
        }
    )  # fmt: skip
    optional = maybe(
        employer=st.fixed_dictionaries({"name": names, "id": ids}),
        occupation=codes, description=lines(300, breaks=True), tasks=lines(50, breaks=True), requirements=lines(50), offer=lines(50),
        remote=codes, hours=codes, shifts=st.booleans(), weekly_hours=st.decimals(1, 60, places=2), positions=st.integers(1, 999),
        pay=pays, education=codes, experience=codes, licences=st.lists(codes, max_size=4),
        languages=st.lists(st.fixed_dictionaries({"code": codes}, optional={"level": codes}), max_size=3),
        reserved=codes, sector=codes, starts_on=days, ccnl=lines(50),
    )  # fmt: skip
    return draw(mandatory) | draw(optional)


def comes_back(document, given):
    """Dump, send as JSON, load, dump: the same bytes; nothing absent is written."""
    dumped = document.dump(given)
    arrived = json.loads(json.dumps(dumped, allow_nan=False))
    assert arrived == dumped
    assert document.dump(document.load(arrived)) == dumped
    assert [name for name, value in dumped.items() if value in (None, "", []) and name not in document.kept] == []


@given(vacancies())
def test_a_vacancy_comes_back_as_it_went(given):
    comes_back(VacancyDocument(), given)


@given(
    st.fixed_dictionaries({"name": names, "comune": comuni}),
    maybe(sector=codes),
)
def test_an_employer_comes_back_as_it_went(given, optional):
    comes_back(EmployerDocument(), given | optional)


@given(
    st.fixed_dictionaries({"name": lines(120), "comune": comuni, "address": lines(200), "phone": lines(40), "opening_hours": lines(99, breaks=True), "authorised": st.booleans()}),
    maybe(authorisation=lines(300), authorised_on=days, authorisation_body=lines(200), comuni=st.lists(shaped(shapes.ISTAT), max_size=5)),
)  # fmt: skip
def test_a_desk_comes_back_as_it_went(given, optional):
    comes_back(DeskDocument(), given | optional)


rows = st.fixed_dictionaries(
    {"comune": shaped(shapes.ISTAT), "contract": codes},
    optional={"sector": codes} | {name: st.integers(0, 999_999) for name in COUNTS},
)


@given(
    st.fixed_dictionaries(
        {"month": shaped(shapes.MONTH), "generated_at": instants, "rows": st.lists(rows, max_size=5, unique_by=lambda row: (row["comune"], row["contract"], row.get("sector")))}
    )
)  # fmt: skip
def test_the_figures_of_a_month_come_back_as_they_went(given):
    comes_back(FiguresDocument(), given)


@given(
    st.fixed_dictionaries({"count": st.integers(0, 2**53 - 1), "root": shaped(shapes.SHA256), "lease_until": instants})
)
def test_a_head_comes_back_as_it_went(given):
    comes_back(HeadDocument(), given)


@pytest.fixture
def whole():
    """A document with every member, as another node might have written it."""
    return {
        "title": "Operaio/a di linea",
        "employer": {"name": "Officine Prova S.r.l.", "id": "emp-1"},
        "desk": "desk-1",
        "places": [
            {"istat": "012133", "name": "Varese"},
            {"locality": "Lugano", "country": "CH", "lat": 46.005, "lon": 8.9519},
        ],
        "contract": "determinato",
        "published_on": "2026-10-03",
        "closes_on": "2026-12-31",
        "how_to_apply": "Allo sportello.",
        "hours": "part-time",
        "weekly_hours": 37.5,
        "positions": 2,
        "pay": {"min": 1450.5, "max": 1700, "period": "mese", "currency": "EUR"},
        "languages": [{"code": "it", "level": "B1"}],
        "licences": ["B"],
    }


def test_a_document_dumps_from_attributes_as_well_as_from_a_mapping(whole):
    loaded = VacancyDocument().load(whole)
    assert VacancyDocument().dump(SimpleNamespace(**loaded)) == VacancyDocument().dump(loaded) == whole
    assert loaded["pay"]["min"] == Decimal("1450.5")
    assert loaded["closes_on"] == date(2026, 12, 31)


def test_an_employer_that_stays_unnamed_is_null_and_what_is_absent_is_not_written(whole):
    bare = {
        name: value
        for name, value in VacancyDocument().load(whole).items()
        if name not in ("employer", "pay", "licences")
    }
    dumped = VacancyDocument().dump(bare | {"employer": None, "pay": None, "licences": []})
    assert dumped["employer"] is None
    assert not {"pay", "licences", "description"} & set(dumped)
    assert problem_with("vacancy", dumped) is None


def test_a_comune_is_dumped_from_its_istat_code_too():
    document = EmployerDocument().dump({"name": "Officine Prova", "comune": "012133"})
    assert document == {"name": "Officine Prova", "comune": {"istat": "012133", "name": "Varese"}}


def test_unknown_members_and_unknown_codes_of_a_newer_node_make_no_record_unusable(whole):
    newer = whole | {
        "contract": "lavoro-2031",
        "hours": "4-giorni",
        "reserved": "art-99",
        "sector": "Z9.1",
        "telepathy": {"depth": 3},
    }
    assert problem_with("vacancy", newer) is None
    assert "telepathy" not in VacancyDocument().load(newer)
    assert CONTRACTS.label("lavoro-2031") == "altro"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": None}, "title: non può essere vuoto"),
        ({"title": "  "}, "title: non può essere vuoto"),
        ({"title": "x" * 121}, "title: supera 120 caratteri"),
        ({"title": "due\nrighe"}, "title: contiene caratteri invisibili"),
        ({"title": "a\x1b[2J"}, "title: contiene caratteri invisibili"),
        ({"title": 3}, "title: deve essere un testo"),
        ({"desk": "X"}, "desk: ha una forma non ammessa"),
        ({"contract": "due parole"}, "contract: ha una forma non ammessa"),
        ({"contract": "x" * 41}, "contract: ha una forma non ammessa"),
        ({"places": []}, "places: deve avere da 1 a 15 voci"),
        ({"places": "Varese"}, "places: deve essere un elenco"),
        ({"places": [3]}, "places: deve essere un oggetto"),
        ({"places": [{"istat": "12", "name": "X"}]}, "places.istat: ha una forma non ammessa"),
        ({"places": [{"locality": "X", "country": "CH", "lat": 91, "lon": 8}]}, "places.lat: deve essere tra -90 e 90"),
        ({"closes_on": "31/12/2026"}, "closes_on: deve essere un giorno come 2026-10-03"),
        ({"closes_on": "2026-02-31"}, "closes_on: deve essere un giorno come 2026-10-03"),
        ({"closes_on": "2026-10-02"}, "closes_on: viene prima di published_on"),
        ({"positions": 2.5}, "positions: deve essere un numero intero"),
        ({"positions": True}, "positions: deve essere un numero intero"),
        ({"positions": 0}, "positions: deve essere tra 1 e 999"),
        ({"weekly_hours": "38"}, "weekly_hours: deve essere un numero"),
        ({"weekly_hours": True}, "weekly_hours: deve essere un numero"),
        ({"shifts": "sì"}, "shifts: deve essere vero o falso"),
        ({"pay": {"period": "mese", "currency": "EUR"}}, "pay.max: la retribuzione non è un intervallo"),
        (
            {"pay": {"min": 2, "max": 1, "period": "mese", "currency": "EUR"}},
            "pay.max: la retribuzione non è un intervallo",
        ),
        ({"pay": {"min": 2, "currency": "€"}}, "pay.period: manca; pay.currency: ha una forma non ammessa"),
        ({"employer": "Officine"}, "employer: deve essere un oggetto"),
        ({"employer": {"name": "Rossi RSSMRA80A01F205X"}}, "employer.name: contiene un codice fiscale"),
        ({"employer": {"name": "Rossi 333 1234567"}}, "employer.name: contiene un recapito"),
        ({"languages": [{"level": "B1"}]}, "languages.code: manca"),
    ],
)
def test_a_document_that_cannot_be_used_says_which_member_is_wrong_and_why(changed, told, whole):
    assert problem_with("vacancy", whole | changed) == told


@pytest.mark.parametrize(
    "codes", [each for each in vars(schemas.codes).values() if isinstance(each, CodeList)], ids=repr
)
def test_every_code_that_a_form_offers_can_travel(codes):
    assert [code for code in codes if not shapes.CODE.fullmatch(code)] == []


def test_every_comune_can_travel():
    document = ComuneDocument()
    assert [
        each.istat for each in comuni_of_italy.ALL if document.validate({"istat": each.istat, "name": each.name})
    ] == []


def test_only_known_kinds_are_usable_and_a_withdrawal_always_is():
    assert problem_with("telegram", {}) == "Questa versione non conosce i record di tipo «telegram»."
    assert problem_with("telegram", None) is None
    assert problem_with("vacancy", None) is None
    assert problem_with("vacancy", {}).startswith("title: manca; ")
    assert set(DOCUMENTS) > LEASED_KINDS


def test_the_longest_vacancy_that_can_be_typed_fits_into_a_payload(vacancy_form, typed):
    widest = "\U0001f600"
    texts = {
        "title": vacancy.TITLE_MAX, "how_to_apply": vacancy.HOW_TO_APPLY_MAX, "description": vacancy.DESCRIPTION_MAX,
        "tasks": vacancy.SECTION_MAX, "requirements": vacancy.SECTION_MAX, "offer": vacancy.SECTION_MAX, "ccnl": vacancy.CCNL_MAX,
    }  # fmt: skip
    abroad = [
        {"locality": widest * 76 + f"{n:04}", "country": "FR", "lat": "-43,70001", "lon": "-107,26001"}
        for n in range(vacancy.PLACES_MAX)
    ]
    longest = {name: widest * length for name, length in texts.items()} | {
        "places": [], "foreign_places": abroad, "pay_min": "999999,98", "pay_max": "999999,99", "pay_period": "giorno", "weekly_hours": "39,99",
        "licences": ["AM", "A1", "A2", "A", "B", "BE", "C1", "C", "CE", "D1", "D", "DE"], "occupation": "9333", "contract": "somministrazione",
        "languages": [{"code": code, "level": "C2"} for code in ("it", "en", "fr", "de", "es", "pt", "ro", "sq")], "remote": "ibrido",
    }  # fmt: skip
    loaded = vacancy_form.load(typed | longest)
    pay = {"min": loaded["pay_min"], "max": loaded["pay_max"], "period": loaded["pay_period"], "currency": "EUR"}
    employer = {"name": widest * NAME_MAX, "id": "e" * 64}
    document = VacancyDocument().dump(loaded | {"employer": employer, "published_on": date(2026, 10, 3), "pay": pay})
    assert problem_with("vacancy", document) is None
    written = json.dumps(document, ensure_ascii=False).encode("utf-8")
    assert 45_000 < len(written) < PAYLOAD_MAX_BYTES - ENVELOPE_BYTES


SEALED = {"protected": "a", "iv": "b" * 16, "ciphertext": "c" * 1366, "tag": "d" * 22}
PERSON = {"desk": "desk-1", "occupations": ["5223"]}


def test_a_persons_record_for_one_desk_must_be_sealed():
    assert problem_with("candidate", SEALED, "sealed:ispra") is None
    assert problem_with("candidate", PERSON, "sealed:ispra") is not None
    assert problem_with("candidate", SEALED, "members:0123456789abcdef") is not None
    assert problem_with("candidate", PERSON, "members:0123456789abcdef") is None
