"""The official files of ESCO and ISTAT are understood as they are downloaded, and nothing else is."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from federation.search import trades
from federation.search.trade_names import known_in
from node.commands import codes, founding
from node.commands.faults import Trouble
from schemas.codes import imported

OFFICIAL = Path(__file__).parent / "official"
BUNDLE = "ESCO dataset - v1.2.0 - classification - it - csv/"

UNITS = [
    ("cod_5", "nome_5", "descr_5"),
    ("5.2.2.1.0", "Cuochi in alberghi e ristoranti", "Preparano i piatti."),
    ("7.4.4.1.0", "Conduttori di carrelli elevatori", "Spostano i carichi."),
    ("8.1.3.2.0", "Addetti a compiti che nessun titolo rivela", "Altro."),
]
NAMES = [
    ("CP2021 - Voci professionali", None),
    ("Codice", "Voce professionale"),
    ("5.2.2.1.0.1", "Cuoco capopartita"),
    ("5.2.2.1.0.2", "Pastaio di casa"),
    ("8.1.3.2.0.1", "Tuttofare delle cose da fare"),
]
CORRESPONDENCE = [
    ("codice_ISCO08", "nome_ISCO08", "codice_CP2021", "nome_CP2021"),
    ("512", "Cooks", "5.2.2.1.0", "Cuochi in alberghi e ristoranti"),
    ("834", "Mobile plant operators", "7.4.4.1.0", "Conduttori di carrelli elevatori"),
    ("961", "Refuse workers", "8.1.3.2.0", "Addetti a compiti che nessun titolo rivela"),
    ("011", "Commissioned armed forces officers", "9.1.1.1.0", "Ufficiali delle forze armate"),
]


@pytest.fixture
def config(config):
    """The node's settings, written down for the command line as well."""
    told = {"id": config.id, "name": config.name, "comuni": list(config.comuni), "url": config.url}
    (config.data / "node.toml").write_text(founding.written(told), "utf-8")
    return config


@pytest.fixture
def sportello(sportello, config):
    """`sportello("codes", "import", …)` on the node of `config`."""
    return lambda *words: sportello(*words, "--data", config.data)


@pytest.fixture
def bundle(tmp_path):
    """The official bundle, with files beside the occupations that do not concern us."""
    path = tmp_path / "ESCO dataset.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("occupations_it.csv", "occupations_en.csv"):
            archive.write(OFFICIAL / name, BUNDLE + name)
        archive.writestr(BUNDLE + "occupations_de.csv", "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels\n")
        archive.writestr(BUNDLE + "skills_it.csv", "conceptType,conceptUri,skillType,preferredLabel\n")
    return path


def workbook(path, **sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def nomenclature(tmp_path):
    groups = [("cod_1", "nome_1"), ("5", "Professioni qualificate nelle attività commerciali e nei servizi")]
    return workbook(tmp_path / "CP2021.xlsx", primo_digit=groups, quinto_digit=UNITS, sesto_digit=NAMES)


def kept(config):
    return {(each.label, each.isco, each.source) for each in imported.load(config.codes)}


def test_the_bundle_of_esco_brings_its_labels_in_both_languages(config, bundle):
    outcome = codes.import_codes(config, bundle)
    labels = kept(config)
    assert ("muratore/muratrice", "7112", "esco-it") in labels
    assert ("tiramuri", "7112", "esco-it") in labels
    assert ("mulettaro", "8344", "esco-it") in labels
    assert ("ufficiale delle forze armate", "0110", "esco-it") in labels
    assert ("wall builder", "7112", "esco-en") in labels
    assert outcome.numbers["esco-it-occupations"] == 4
    assert outcome.numbers["esco-it-labels"] == sum(source == "esco-it" for *_, source in labels) == 9
    assert outcome.numbers["esco-en-labels"] == 5


def test_the_file_of_occupations_alone_does_as_well(config):
    codes.import_codes(config, OFFICIAL / "occupations_it.csv")
    assert {source for *_, source in kept(config)} == {"esco-it"}


def test_a_file_saved_again_by_a_spreadsheet_is_still_understood(config, tmp_path):
    rows = "conceptUri;iscoGroup;preferredLabel;altLabels;status\r\nx;110;ufficiale;;released\r\nx;5120;caffè e cucina;;released\r\n"
    path = tmp_path / "occupations_it (1).csv"
    path.write_bytes(rows.encode("cp1252"))
    codes.import_codes(config, path)
    assert kept(config) == {("ufficiale", "0110", "esco-it"), ("caffè e cucina", "5120", "esco-it")}


def test_a_name_that_several_groups_claim_is_left_out_and_a_preferred_one_never(config, bundle):
    outcome = codes.import_codes(config, bundle)
    groups = {label: isco for label, isco, _source in kept(config)}
    assert "operaio edile" not in groups
    assert groups["manovale edile"] == "9313"
    assert outcome.numbers["ambiguous"] == 1
    assert outcome.numbers["unplaced"] == 1
    assert not any("nessuno ordina" in label for label in groups)


def test_importing_again_replaces_the_same_source_and_spares_the_others(config, bundle, tmp_path):
    codes.import_codes(config, bundle)
    codes.import_codes(config, nomenclature(tmp_path))
    before = kept(config)
    path = tmp_path / "occupations_en.csv"
    path.write_text("conceptUri,iscoGroup,preferredLabel,altLabels\nx,7112,brickie,\n", "utf-8")
    codes.import_codes(config, path)
    assert {each for each in kept(config) if each[2] == "esco-en"} == {("brickie", "7112", "esco-en")}
    assert {each for each in before if each[2] != "esco-en"} == {each for each in kept(config) if each[2] != "esco-en"}


def test_cp2021_without_the_correspondence_gives_a_group_where_the_title_leaves_no_doubt(config, tmp_path):
    outcome = codes.import_codes(config, nomenclature(tmp_path))
    labels = kept(config)
    assert ("Conduttori di carrelli elevatori", "8344", "cp2021") in labels
    assert not any("nessun titolo" in label for label, *_ in labels)
    assert outcome.numbers["units"] == outcome.numbers["names"] == 3
    assert "raccordo" in outcome.lines[-1]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_correspondence_may_come_before_or_after_the_list(config, tmp_path, order):
    files = nomenclature(tmp_path), workbook(tmp_path / "raccordo_Isco08_CP2021.xlsx", Foglio1=CORRESPONDENCE)
    for place in order:
        outcome = codes.import_codes(config, files[place])
    labels = kept(config)
    assert ("Cuochi in alberghi e ristoranti", "5120", "cp2021") in labels
    assert ("Pastaio di casa", "5120", "cp2021") in labels
    assert ("Conduttori di carrelli elevatori", "8344", "cp2021") in labels
    assert ("Ufficiali delle forze armate", "0110", "cp2021") in labels
    assert len(outcome.lines) == 1


def test_a_profession_is_found_by_code_and_title_once_it_is_imported(config, tmp_path):
    codes.import_codes(config, nomenclature(tmp_path))
    codes.import_codes(config, workbook(tmp_path / "raccordo.xlsx", Foglio1=CORRESPONDENCE))
    known = imported.Professions(imported.professions(config.codes))
    for text in ("5.2.2.1.0", "52210", "5.2.2.1.0 - Cuochi", "5.2.2.1.0.2", "CUOCHI IN ALBERGHI E RISTORANTI"):
        assert known.unit_group(text) == "5120", text
    for text in ("", "5.2.2", "8.1.3.2.0", "5120", "Cuochi"):
        assert known.unit_group(text) is None, text


def test_a_table_of_correspondence_as_csv_with_numbers_that_lost_their_zero(config, tmp_path):
    path = tmp_path / "raccordo.csv"
    path.write_text("codice_CP2021;nome_CP2021;codice_ISCO08\n9.1.1.1.0;Ufficiali;11\n5.2.2.1.0;Cuochi;512\n", "utf-8")
    codes.import_codes(config, path)
    assert kept(config) == {("Ufficiali", "0110", "cp2021"), ("Cuochi", "5120", "cp2021")}


def test_imported_labels_teach_the_suggestion(config, bundle):
    assert "7112" not in {each.code for each in trades.suggest("tiramuri")}
    codes.import_codes(config, bundle)
    assert trades.suggest("Tiramuri", vocabulary=known_in(config.codes))[0].code == "7112"


def test_the_command_says_what_it_brought(config, sportello, bundle):
    code, said, _ = sportello("codes", "import", bundle)
    assert code == 0
    assert said.splitlines()[:3] == [
        "ESCO in italiano: 4 professioni, 9 nomi.",
        "ESCO in inglese: 2 professioni, 5 nomi.",
        "Tralasciati: 1 nome che più gruppi si contendono, 1 professione senza un gruppo ISCO-08 conosciuto.",
    ]
    assert str(config.codes) in said
    code, said, _ = sportello("codes", "import", bundle, "--json")
    assert json.loads(said)["esco-en-occupations"] == 2


def archive_of(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


REFUSED = {
    "offerte.csv": (b"titolo;comune\nCuoco;Gavirate\n", "non è un file che conosco"),
    "occupations.csv": (b"conceptUri,iscoGroup,preferredLabel,altLabels\nx,7112,muratore,\n", "la lingua"),
    "occupations_it.csv": (b"conceptUri,iscoGroup,preferredLabel,altLabels\n", "nessuna professione"),
    "vuoto.csv": (b"", "non è un file che conosco"),
    "relazione.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "non è un file che conosco"),
    "altro.zip": (archive_of(skills_it__csv="a,b\n"), "non è un file che conosco"),
    "rotto.zip": (archive_of(occupations_it__csv="a,b\n")[:60], "rovinato"),
    "rotto.xlsx": (archive_of(**{"xl/workbook.xml": "<workbook"}), "rovinato"),
    "cp2011.csv": (b"cod_5;nome_5;CP2011\n5.2.2.1.0;Cuochi;x\n", "CP2011"),
    "raccordo.csv": (b"codice_ISCO08;codice_CP2011;nome_CP2011\n512;5.2.2.1.0;Cuochi\n", "CP2011"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_file_is_refused_in_one_line_and_changes_nothing(config, sportello, tmp_path, name):
    codes.import_codes(config, OFFICIAL / "occupations_it.csv")
    before = kept(config)
    path = tmp_path / name
    content, sign = REFUSED[name]
    path.write_bytes(content)
    code, said, complaint = sportello("codes", "import", path)
    assert code == 2
    assert said == ""
    assert len(complaint.splitlines()) == 1
    assert sign in complaint
    assert kept(config) == before


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(config, tmp_path):
    path = tmp_path / "bomba.zip"
    path.write_bytes(archive_of(occupations_it__csv=b"0" * 61_000_000))
    with pytest.raises(Trouble, match="61 MB sono troppi"):
        codes.import_codes(config, path)
    path = tmp_path / "bomba.xlsx"
    path.write_bytes(archive_of(**{"xl/workbook.xml": b"0" * 61_000_000}))
    with pytest.raises(Trouble, match="troppo grande"):
        codes.import_codes(config, path)


def test_a_file_that_is_not_there_is_told(sportello, tmp_path):
    code, _, complaint = sportello("codes", "import", tmp_path / "manca.zip")
    assert code == 2
    assert "Non trovo" in complaint


def test_a_disk_that_fills_up_leaves_the_old_tables(config, bundle, monkeypatch):
    codes.import_codes(config, OFFICIAL / "occupations_it.csv")
    before = kept(config)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        codes.import_codes(config, bundle)
    assert kept(config) == before
    assert {path.name for path in config.codes.iterdir()} == {imported.LABELS, "lock"}
