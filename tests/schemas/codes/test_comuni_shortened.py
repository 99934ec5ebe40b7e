"""Names as people write them in a hurry, names that a merger has ended, and what stands beside a name."""

import pytest

from schemas.codes import comuni, spelling, tables


def full_names(text):
    return [each.full_name for each in comuni.find(text)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Sesto C.de", "Sesto Calende (VA)"),
        ("SESTO C.DE", "Sesto Calende (VA)"),
        ("Sesto Cal.", "Sesto Calende (VA)"),
        ("Busto A.", "Busto Arsizio (VA)"),
        ("Busto A", "Busto Arsizio (VA)"),
        ("Busto AR", "Busto Arsizio (VA)"),
        ("B. Arsizio", "Busto Arsizio (VA)"),
        ("Busto G.", "Busto Garolfo (MI)"),
        ("Castelletto S/T", "Castelletto sopra Ticino (NO)"),
        ("castelletto s.t.", "Castelletto sopra Ticino (NO)"),
        ("Castelletto Ticino", "Castelletto sopra Ticino (NO)"),
        ("Cernusco s/N", "Cernusco sul Naviglio (MI)"),
        ("Trezzo s/Adda", "Trezzo sull'Adda (MI)"),
        ("Somma L.do (VA)", "Somma Lombardo (VA)"),
        ("Lonate P.lo", "Lonate Pozzolo (VA)"),
        ("Travedona MO", "Travedona-Monate (VA)"),
        ("P.to Ceresio", "Porto Ceresio (VA)"),
        ("S.Giuliano M.se", "San Giuliano Milanese (MI)"),
        ("S.Angelo Lod.no", "Sant'Angelo Lodigiano (LO)"),
        ("San Angelo Lodigiano", "Sant'Angelo Lodigiano (LO)"),
        ("St. Vincent", "Saint-Vincent (AO)"),
        ("SS. Cosma e Damiano", "Santi Cosma e Damiano (LT)"),
        ("Città S. Angelo", "Città Sant'Angelo (PE)"),
        ("Reggio E.", "Reggio nell'Emilia (RE)"),
    ],
)
def test_an_abbreviation_is_understood(typed, expected):
    assert full_names(typed) == [expected]


@pytest.mark.parametrize(
    ("typed", "some"),
    [
        ("Sesto C.", {"Sesto Calende (VA)", "Sesto Campano (IS)"}),
        ("Cassano M.", {"Cassano Magnago (VA)", "Cassano delle Murge (BA)"}),
        ("Vaprio d'A.", {"Vaprio d'Adda (MI)", "Vaprio d'Agogna (NO)"}),
        ("S. Angelo", {"Sant'Angelo Lodigiano (LO)", "Sant'Angelo Romano (RM)"}),
    ],
)
def test_an_abbreviation_that_fits_several_names_is_answered_with_all_of_them(typed, some):
    found = comuni.find(typed)
    assert some <= {each.full_name for each in found}
    assert [each.population for each in found] == sorted((each.population for each in found), reverse=True)


def test_a_name_that_is_wholly_there_hides_those_of_which_more_words_follow():
    assert full_names("Castel S. Pietro T.") == ["Castel San Pietro Terme (BO)"]
    assert {"Borgo Ticino (NO)", "Borgo Tossignano (BO)"} <= set(full_names("Borgo T."))
    assert "Borgo Ticino (NO)" not in full_names("Borgo To.")


@pytest.mark.parametrize(
    "typed",
    ["S. G.", "S/T", "B. A.", "M.te", "a. a.", "Sesto X.", "Sesto C.za", "Busto Arsizio A.", "Busto Z", "Gal. late", "Gallarate (MI)", "Gallarate MI"],
)  # fmt: skip
def test_what_abbreviates_no_name_finds_nothing(typed):
    assert comuni.find(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        "21026 Gavirate",
        "Gavirate 21026",
        "21026 - Gavirate (VA)",
        "Comune di Gavirate",
        "COMUNE DI GAVIRATE (VA)",
        "Gavirate (prov. di Varese)",
        "Gavirate (provincia di Varese)",
        "Gavirate, prov. VA",
        "Gavirate in provincia di Varese",
        "Gavirate - VA",
    ],
)
def test_what_people_write_beside_a_name_does_not_hide_it(typed):
    assert full_names(typed) == ["Gavirate (VA)"]


def test_a_postal_code_tells_homonyms_apart_and_a_wrong_one_hides_nothing():
    assert full_names("24063 Castro") == ["Castro (BG)"]
    assert set(full_names("99999 Castro")) == {"Castro (BG)", "Castro (LE)"}
    assert full_names("20019 Gavirate") == ["Gavirate (VA)"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Bardello", "Bardello con Malgesso e Bregano (VA)"),
        ("BREGANO", "Bardello con Malgesso e Bregano (VA)"),
        ("Osmate (VA)", "Cadrezzate con Osmate (VA)"),
        ("Veddasca", "Maccagno con Pino e Veddasca (VA)"),
        ("Lenno", "Tremezzina (CO)"),
        ("Ca' d'Andrea", "Torre de' Picenardi (CR)"),
        ("Vendrogno", "Bellano (LC)"),
        ("Trivero", "Valdilana (BI)"),
        ("Lu", "Lu e Cuccaro Monferrato (AL)"),
        ("Pare", "Colverde (CO)"),
        ("Porretta Terme", "Alto Reno Terme (BO)"),
    ],
)
def test_a_name_given_up_in_a_merger_leads_to_the_comune_of_today(typed, expected):
    assert full_names(typed) == [expected]


def test_a_former_name_does_not_hide_those_who_bear_it_today():
    assert set(full_names("Solbiate")) == {"Solbiate Arno (VA)", "Solbiate Olona (VA)", "Solbiate con Cagno (CO)"}
    assert set(full_names("Valverde")) == {"Valverde (CT)", "Colli Verdi (PV)"}
    assert full_names("Bonate") == ["Bonate Sopra (BG)", "Bonate Sotto (BG)"]


def test_a_former_name_is_offered_while_it_is_being_typed():
    assert "Tremezzina" in [each.name for each in comuni.suggest("mezzeg")]


def test_the_table_of_former_names_agrees_with_the_comuni_of_today():
    rows = list(tables.rows("former_comuni.csv"))
    assert len(rows) > 250
    assert len({spelling.compact(former) for former, _istat, _now in rows}) == len(rows)
    assert [row for row in rows if comuni.comune(row[1]) is None or comuni.comune(row[1]).name != row[2]] == []
    assert [former for former, istat, _ in rows if istat not in {each.istat for each in comuni.find(former)}] == []


def test_of_the_north_west_every_merger_since_2011_is_there():
    """Each has lost at least one name; comuni made new since then have a Belfiore code from M315 on."""
    merged = {istat for _former, istat, _now in tables.rows("former_comuni.csv")}
    new = [each for each in comuni.ALL if each.region in {"Lombardia", "Piemonte"} and "M315" <= each.belfiore < "M999"]
    split_off = {"Mappano"}
    assert len(new) > 40
    assert [each.name for each in new if each.istat not in merged and each.name not in split_off] == []


@pytest.mark.parametrize(
    "typed",
    ["a." * 60, "s/" * 60, "castello " + "d. " * 37, "di " * 40, "san " * 30, "(" * 119, "12345 " * 20, "S.M. " * 24],
)
def test_a_strange_text_is_answered_quickly_with_nothing(typed):
    assert comuni.find(typed) == []
