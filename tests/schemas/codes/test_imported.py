"""What was imported is read back, and what stands in its files wrongly does no harm."""

from schemas.codes import cp2021, imported
from schemas.codes.imported import Label, Profession


def test_nothing_imported_is_nothing_known(tmp_path):
    assert imported.load(tmp_path / "codes") == []
    assert imported.professions(tmp_path / "codes") == []
    assert imported.Professions([]).unit_group("Cuoco") is None


def test_labels_are_read_back_as_they_were_written(tmp_path):
    labels = [Label('cuoco, "capo"\ncon righe', "5120", "esco-it"), Label("chef", "3434", "esco-en")]
    (tmp_path / imported.LABELS).write_bytes(imported.as_table(Label, labels))
    assert imported.load(tmp_path) == labels


def test_a_line_that_somebody_spoilt_is_left_out(tmp_path):
    (tmp_path / imported.LABELS).write_text(
        "label,isco,source\ncuoco,5120,esco-it\nx\ny,512,esco-it\nz,5120\n\n", "utf-8"
    )
    assert imported.load(tmp_path) == [Label("cuoco", "5120", "esco-it")]


def test_a_name_of_six_digits_gives_way_to_its_unit_when_its_own_group_is_unknown():
    known = imported.Professions(
        [Profession("5.2.2.1.0", "Cuochi", isco="5120"), Profession("5.2.2.1.0.7", "Cuciniere di bordo")]
    )
    assert known.unit_group("5.2.2.1.0.7 Cuciniere di bordo") == "5120"
    assert known.unit_group("Cuciniere di bordo") is None


def test_merging_keeps_what_the_newer_list_does_not_say():
    list_ = [
        Profession("5.2.2.1.0", "Cuochi"),
        Profession("5.2.2.1.0.1", "Chef"),
        Profession("5.2.2.1.0.1", "Capocuoco"),
    ]
    table = [Profession("5.2.2.1.0", "Cuochi", "512"), Profession("5.2.2.1.0", "Cuochi", "343")]
    expected = [
        Profession("5.2.2.1.0", "Cuochi", "343 512"),
        Profession("5.2.2.1.0.1", "Capocuoco"),
        Profession("5.2.2.1.0.1", "Chef"),
    ]
    for first, second in ((list_, table), (table, list_)):
        assert cp2021.merged(cp2021.merged([], first), second) == expected


def test_a_profession_without_a_name_is_not_kept():
    assert cp2021.merged([], [Profession("5.2.2.1.0", "", "512")]) == []
